package console_test

import (
	"sync"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
)

// limited enforces the limits on messages.
func limited(o *app.Options) { o.AbuseMode = "enforce" }

func TestAskOne(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	ann := d.stored("ann")
	phone, email := string(ann.Points[0].ID), string(ann.Points[1].ID)
	key := b.send(pierPage, nil).hidden(t, "key")
	b.next(b.act("send", "sms "+phone, "key", key)).says(t, 200, "The message to Ann Lee is on its way.",
		"+1 202 555 0101 mobile Waiting for an answer Send another text Ask by phone again")
	b.next(b.act("send", "sms "+phone, "key", key)).says(t, 200, "Ann Lee was asked already, and has not answered yet.") // a second click
	b.next(b.act("send", "call "+phone)).says(t, 200, "Ann Lee was asked already")                                       // by a colleague
	if d.sent() != 1 {
		t.Errorf("%d messages were sent, want 1", d.sent())
	}
	key = b.send(pierPage, nil).hidden(t, "key")
	b.next(b.act("again", "sms "+phone, "key", key)).says(t, 200, "The message to Ann Lee is on its way.")
	b.next(b.act("again", "sms "+phone, "key", key)).says(t, 200, "Ann Lee was asked already")
	b.next(b.act("send", "email "+email)).says(t, 200, "The message to Ann Lee is on its way.")
	if d.sent() != 3 {
		t.Errorf("%d messages were sent, want 3", d.sent())
	}
	d.attest("bob")
	bob := string(d.stored("bob").Points[0].ID)
	b.next(b.act("send", "sms "+bob)).says(t, 200, "The message to Bob Lee is on its way.", "Confirmed Last confirmed")
	b.next(b.act("send", "sms "+bob)).says(t, 200, "Bob Lee was asked already") // a confirmation stays meanwhile
	for _, wrong := range []string{"pigeon " + phone, "sms", "", "attestation " + phone} {
		if got := b.act("send", wrong).StatusCode; got != 400 && got != 404 {
			t.Errorf("send %q: status %d, want 400 or 404", wrong, got)
		}
	}
	b.next(b.act("again", "email "+phone)).says(t, 200, "Nothing was sent to Ann Lee.")
}

// TestAskOnceAtATime presses one button several times at once, as an impatient person does.
func TestAskOnceAtATime(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	key, phone := b.send(pierPage, nil).hidden(t, "key"), string(d.stored("ann").Points[0].ID)
	var clicks sync.WaitGroup
	for range 8 {
		clicks.Go(func() {
			if got := b.act("send", "sms "+phone, "key", key).StatusCode; got != 303 {
				t.Errorf("status %d, want 303", got)
			}
		})
	}
	clicks.Wait()
	if d.sent() != 1 {
		t.Errorf("%d messages were sent, want 1", d.sent())
	}
}

// notSent are the reasons for which nothing is sent to bob.
var notSent = []struct {
	name    string
	options func(*app.Options)
	before  func(d *desk)
	en, es  string
}{
	{"opted out", nil, func(d *desk) {
		_, err := d.Service().CreateSuppression(d.Context(), d.operator(), rollcall.SuppressionInput{Point: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0102")})
		d.must(err)
	}, "Nothing was sent to Bob Lee. The person wants no messages.", "No se envió nada a Bob Lee. La persona no quiere mensajes."},
	{"wrong person", nil, func(d *desk) {
		_, err := d.Service().SendValidation(d.Context(), d.operator(), onPier("bob"), rollcall.ValidationInput{})
		d.must(err)
		_, err = d.Service().AnswerLink(d.Context(), d.Newest().Token, rollcall.LinkAnswer{})
		d.must(err)
	}, "Somebody else answered there: correct the number or address first.", "Allí contestó otra persona"},
	{"too soon", limited, func(d *desk) {
		_, err := d.Service().SendValidation(d.Context(), d.operator(), onPier("bob"), rollcall.ValidationInput{})
		d.must(err)
	}, "This number or address got a message just now.", "acaba de recibir un mensaje"},
	{"another country", limited, func(d *desk) { d.change("bob", rollcall.ContactInput{Phone: rollcall.Given("+44 20 7946 0018")}) },
		"The number is in a country to which your company sends nothing.", "es de un país al que su empresa no envía nada"},
	{"a premium-rate number", nil, func(d *desk) { d.change("bob", rollcall.ContactInput{Phone: rollcall.Given("+1 900 555 0123")}) },
		"It is a premium-rate number", "Es un número de tarificación adicional"},
	{"an extension", nil, func(d *desk) { d.change("bob", rollcall.ContactInput{Phone: rollcall.Given("+1 202 555 0102 x7")}) },
		"A phone with an extension gets no text messages.", "Un teléfono con extensión no recibe"},
	{"a suspended site", nil, func(d *desk) {
		_, err := d.Service().UpdateSite(d.Context(), d.operator(), pier(), rollcall.SiteInput{Status: rollcall.Given("suspended")})
		d.must(err)
	}, "The site is suspended, so nothing is sent.", "El sitio está suspendido"},
	{"no provider", func(o *app.Options) { o.Delivery = "" }, func(*desk) {}, "This server has no provider for such messages.", "Este servidor no tiene proveedor"},
}

func TestNothingIsSent(t *testing.T) {
	for _, test := range notSent {
		t.Run(test.name, func(t *testing.T) {
			var changes []func(*app.Options)
			if test.options != nil {
				changes = append(changes, test.options)
			}
			d := newPier(t, changes...)
			test.before(d)
			before, point := d.sent(), string(d.stored("bob").Points[0].ID)
			b := d.as("mia")
			for language, text := range map[string]string{"en": test.en, "es": test.es} {
				b.language = language
				b.next(b.act("again", "sms "+point)).says(t, 200, text).want(t, 200, `class="alert" role="alert"`)
			}
			if d.sent() != before {
				t.Errorf("%d messages were sent, want none", d.sent()-before)
			}
		})
	}
}

// TestAskEverybody checks who is asked, and the words for the others.
func TestAskEverybody(t *testing.T) {
	d := newPier(t, limited)
	d.attest("ann") // only her e-mail is left
	d.addPerson("cy", "Cy", "Lee", "+1 202 555 0103", "+44 20 7946 0018")
	d.addPerson("di", "Di", "Lee", "+1 202 555 0104")
	_, err := d.Service().CreateSuppression(t.Context(), d.operator(), rollcall.SuppressionInput{Point: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0104")})
	d.must(err)
	d.addPerson("ed", "Ed", "Lee", "+1-555-0123")
	b := d.as("mia")
	key := b.send(pierPage, nil).hidden(t, "key")
	b.next(b.act("ask", "all", "key", key)).says(t, 200, "Messages on their way: 4.", "Not sent: 2.",
		"1 × The number is in a country to which your company sends nothing.", "1 × The person wants no messages.")
	if d.sent() != 4 {
		t.Errorf("%d messages were sent, want 4: to ann's e-mail and to the phones of bob, cy and ed", d.sent())
	}
	b.next(b.act("ask", "all", "key", key)).says(t, 200, "4 × They were asked already, and have not answered yet.")
	if d.sent() != 4 {
		t.Errorf("after a second click %d messages were sent, want 4", d.sent())
	}
	for _, id := range []string{"bob", "cy", "di", "ed"} {
		d.must(d.Service().DeleteContact(t.Context(), d.operator(), onPier(id)))
	}
	d.change("ann", rollcall.ContactInput{Points: rollcall.Given([]rollcall.PointInput{{Kind: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0101")}})})
	b.send(pierPage, nil).saysNot(t, `name="ask"`)
	b.next(b.act("ask", "all")).says(t, 200, "Everybody is confirmed or was asked already. Nothing was sent.")
}

// TestAskInQuietHours checks that the page says when a message goes out.
func TestAskInQuietHours(t *testing.T) {
	d := newPier(t)
	_, err := d.Service().UpdateSettings(t.Context(), d.operator(), rollcall.SettingsInput{Quiet: rollcall.Given(rollcall.QuietInput{
		Start: rollcall.Given("09:00"), End: rollcall.Given("12:30"),
	})})
	d.must(err)
	b := d.as("mia")
	b.next(b.act("send", "sms "+string(d.stored("bob").Points[0].ID))).says(t, 200, "The message to Bob Lee goes out at 5 Mar 2031, 12:30 EST, after the quiet hours.")
	b.next(b.act("ask", "all")).says(t, 200, "Messages that go out at 5 Mar 2031, 12:30 EST, after the quiet hours: 2.")
	if d.sent() != 0 {
		t.Errorf("%d messages were sent in the quiet hours, want none", d.sent())
	}
}
