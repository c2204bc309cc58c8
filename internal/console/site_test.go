package console_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const pierPage = "/console/sites/pier"

// pier is the site of pierPage.
func pier() rollcall.SiteRef { return rollcall.SiteRef{ID: "pier"} }

// newPier returns a desk at 5 March 2031, 10:00 in New York, with a manager, mia, a viewer, vic, and a site in New York with the
// contacts ann (a mobile and an e-mail) and bob (a mobile).
func newPier(t *testing.T, changes ...func(*app.Options)) *desk {
	t.Helper()
	d := newDesk(t, changes...)
	d.clock.Advance(time.Date(2031, 3, 5, 15, 0, 0, 0, time.UTC).Sub(d.clock.Now()))
	d.user("mia", rollcall.RoleManager)
	d.user("vic", rollcall.RoleViewer)
	given := rollcall.Given[string]
	_, err := d.Service().CreateSite(t.Context(), d.operator(), rollcall.SiteInput{
		SiteID: given("pier"), Name: given("Pier 9 offices"), Reference: given("ACCT-9"), AccountNumber: given("4471"),
		Timezone: given("America/New_York"), PremisesPhone: given("+1 202 555 0110"),
		Address: rollcall.Given(rollcall.AddressInput{Street: given("9 Pier Road"), City: given("Albany"), Country: given("US")}),
	})
	d.must(err)
	d.addPerson("ann", "Ann", "Lee", "+1 202 555 0101", "ann@example.org")
	d.addPerson("bob", "Bob", "Lee", "+1 202 555 0102")
	return d
}

func (d *desk) operator() service.Caller { return service.Caller{Dealer: d.Dealer} }

// addPerson adds a contact of the pier, whose phones are mobiles.
func (d *desk) addPerson(id, first, last string, values ...string) {
	d.Helper()
	in := rollcall.ContactInput{
		ContactID: rollcall.Given(id), FirstName: rollcall.Given(first), LastName: rollcall.Given(last), Type: rollcall.Given("primary"),
	}
	in.Points.Set = true
	for _, value := range values {
		p := rollcall.PointInput{Kind: rollcall.Given("phone"), Value: rollcall.Given(value), Label: rollcall.Given("mobile")}
		if strings.Contains(value, "@") {
			p.Kind, p.Label = rollcall.Given("email"), rollcall.Field[string]{}
		}
		in.Points.Value = append(in.Points.Value, p)
	}
	_, err := d.Service().CreateContact(d.Context(), d.operator(), pier(), in)
	d.must(err)
}

// stored returns a contact of the pier.
func (d *desk) stored(id string) rollcall.Contact {
	d.Helper()
	c, err := d.Service().Contact(d.Context(), d.operator(), onPier(id))
	d.must(err)
	return c
}

func onPier(id string) rollcall.ContactRef {
	return rollcall.ContactRef{Site: pier(), ID: rollcall.ContactID(id)}
}

// order returns the contacts of the pier, in order.
func (d *desk) order() string {
	d.Helper()
	contacts, _, err := d.Service().Contacts(d.Context(), d.operator(), pier(), service.ContactQuery{})
	d.must(err)
	ids := make([]string, len(contacts))
	for i := range contacts {
		ids[i] = string(contacts[i].ID)
	}
	return strings.Join(ids, " ")
}

// change changes a contact of the pier.
func (d *desk) change(id string, in rollcall.ContactInput) {
	d.Helper()
	_, err := d.Service().UpdateContact(d.Context(), d.operator(), onPier(id), in)
	d.must(err)
}

// attest confirms the first phone of a contact.
func (d *desk) attest(id string) {
	d.Helper()
	_, err := d.Service().Attest(d.Context(), d.operator(), onPier(id), rollcall.AttestationInput{
		Point: rollcall.Given("phone"), Note: rollcall.Given("they called us"),
	})
	d.must(err)
}

// next follows a redirect to a page of a site, and returns the page.
func (b *browser) next(r reply) reply {
	b.Helper()
	to := r.Header.Get("Location")
	if r.StatusCode != 303 || !strings.HasPrefix(to, pierPage) {
		b.Fatalf("status %d to %q, want 303 to the page of the site:\n%s", r.StatusCode, to, r.body)
	}
	to, _, _ = strings.Cut(to, "#")
	return b.send(to, nil)
}

// act posts a form of the page of the pier: names and values in turn.
func (b *browser) act(fields ...string) reply {
	b.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(pierPage, form)
}

var (
	tagsIn   = regexp.MustCompile(`<[^>]*>`)
	namesIn  = regexp.MustCompile(`</?bdi[^>]*>`)
	spacesIn = regexp.MustCompile(`\s+`)
)

// text returns the text of a page as people read it.
func (r reply) text() string {
	_, main, _ := strings.Cut(r.body, "<main")
	plain := strings.NewReplacer("&#43;", "+", "&#39;", "'", "&#34;", `"`, "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(tagsIn.ReplaceAllString(namesIn.ReplaceAllString(main, ""), " "))
	return spacesIn.ReplaceAllString(plain, " ")
}

// says checks the text of a page.
func (r reply) says(t testing.TB, status int, texts ...string) reply {
	t.Helper()
	plain := r.text()
	for _, text := range texts {
		if r.StatusCode != status || !strings.Contains(plain, text) {
			t.Errorf("%s %s: status %d, want %d, and %q in:\n%s", r.Request.Method, r.Request.URL.Path, r.StatusCode, status, text, plain)
		}
	}
	return r
}

// saysNot checks that the source of a page has no such text.
func (r reply) saysNot(t testing.TB, texts ...string) reply {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(r.body, text) {
			t.Errorf("%s has %q, want it left out:\n%s", r.Request.URL.Path, text, r.body)
		}
	}
	return r
}

// pierShown is what the page of the pier says, in each language.
var pierShown = map[string][]string{
	"en": {
		"Address 9 Pier Road, Albany, US", "Your reference ACCT-9", "Account number at the monitoring station 4471", "Phone of the premises +1 202 555 0110",
		"At risk since 5 Mar 2031, 10:00 EST", "Bob Lee’s mobile was never confirmed.", "People 2 needed, 1 proven, 2 can be called",
		"Ann Lee primary +1 202 555 0101 mobile Confirmed Last confirmed 5 Mar 2031, 10:00 EST, on the word of your staff.",
		"Bob Lee primary +1 202 555 0102 mobile Never confirmed", "1. Ann Lee primary", "ann@example.org Never confirmed Send an e-mail",
		"Send a text Ask by phone", "Send to everybody who is not confirmed",
	},
	"es": {
		"Dirección 9 Pier Road, Albany, US", "En riesgo desde 5 mar 2031, 10:00 EST", "El móvil de Bob Lee nunca se confirmó.",
		"Personas se necesitan 2, probados 1, se puede llamar a 2", "Nunca confirmado", "Enviar un correo", "La lista de llamadas en otro momento",
	},
}

func TestSite(t *testing.T) {
	d := newPier(t)
	d.attest("ann")
	b := d.as("mia")
	for language, texts := range pierShown {
		b.language = language
		b.send(pierPage, nil).says(t, 200, texts...).saysNot(t, "{", "EST EST", "UTC")
	}
	b.language = "en"
	page := b.send(pierPage, nil).want(t, 200, `<a class="more" href="tel:&#43;12025550102">`).want(t, 200, `data-live="/console/sites/pier/live?since=`)
	page.want(t, 200, `href="/console/sites/pier/contacts/bob"`).want(t, 200, `href="/console/sites/pier/edit"`)
	b.send("/console/sites/none", nil).want(t, 404, "There is no such page")
	b.send(pierPage+"?edit=none", nil).want(t, 404, "There is no such page")
}

// TestSiteMasked checks that a viewer reads the page without numbers, addresses, forms and their links, and can do nothing.
func TestSiteMasked(t *testing.T) {
	d := newPier(t)
	d.change("bob", rollcall.ContactInput{Calling: rollcall.CallingInput{Absences: rollcall.Given([]rollcall.AbsenceInput{{
		From: rollcall.Given("2031-03-01T00:00:00Z"), To: rollcall.Given("2031-03-09T00:00:00Z"), Note: rollcall.Given("call 202 555 0188"),
	}})}})
	b := d.as("vic")
	for _, query := range []string{"", "?edit=ann", "?add=1", "?at=2031-03-20T12:00&phase=after"} {
		page := b.send(pierPage+query, nil).says(t, 200, "•••• 0101", "••••@••••", "•••• 0110")
		page.saysNot(t, "555", "ann@", "example.org", `tel:`, `method="post" action="/console/sites`, `name="edit"`, "?edit=", "?add=", "Remove", "Send")
	}
	before := d.order()
	point := string(d.stored("ann").Points[0].ID)
	for _, fields := range [][]string{
		{"edit", "ann", "first_name", "X"}, {"add", "1", "first_name", "X", "type", "primary", "points.1.value", "x@example.org"}, {"up", "bob"}, {"down", "ann"},
		{"remove", "ann"}, {"undo", "ann"}, {"send", "sms " + point}, {"again", "sms " + point}, {"ask", "all"}, {},
	} {
		b.act(fields...).want(t, 403, "You may not do this")
	}
	if got := d.order(); got != before || d.stored("ann").FirstName != "Ann" || d.sent() != 0 {
		t.Errorf("after the forms of a viewer the list is %q with %s, and %d messages were sent; want nothing changed", got, d.stored("ann").FirstName, d.sent())
	}
}

// sent returns how many messages to contacts were captured.
func (d *desk) sent() int {
	d.Helper()
	messages, err := d.Service().CapturedMessages(d.Context(), d.Dealer, 100)
	d.must(err)
	n := 0
	for _, m := range messages {
		if m.Validation != "" {
			n++
		}
	}
	return n
}

// skippedShown are the reasons for which somebody is not called: a change of bob, and what the page says about him.
var skippedShown = []struct {
	name   string
	change rollcall.ContactInput
	en, es string
}{
	{"later", rollcall.ContactInput{Calling: rollcall.CallingInput{Effective: rollcall.Given("2031-04-01T12:00:00Z")}},
		"on the call list from 1 Apr 2031, 08:00 EDT", "en la lista de llamadas desde el 1 abr 2031, 08:00 EDT"},
	{"expired", rollcall.ContactInput{Calling: rollcall.CallingInput{Expires: rollcall.Given("2031-03-01T12:00:00Z")}},
		"on the call list until 1 Mar 2031, 07:00 EST", "en la lista de llamadas hasta el 1 mar 2031, 07:00 EST"},
	{"never", rollcall.ContactInput{Calling: rollcall.CallingInput{Dispatch: rollcall.Given("never")}}, "never called in an alarm", "nunca se le llama en una alarma"},
	{"technician", rollcall.ContactInput{Type: rollcall.Given("technician")}, "technician contact, never called in an alarm", "contacto de tipo técnico"},
	{"phase", rollcall.ContactInput{Calling: rollcall.CallingInput{Dispatch: rollcall.Given("after")}},
		"called only after somebody was dispatched", "se le llama solo después de enviar a alguien"},
	{"hours", rollcall.ContactInput{Calling: rollcall.CallingInput{Availability: rollcall.Given([]rollcall.HoursInput{{
		Days: rollcall.Given([]string{"mon", "tue", "wed", "sun"}), From: rollcall.Given("22:00"), To: rollcall.Given("06:00"),
	}})}}, "on call Mon–Wed, Sun 22:00–06:00", "disponible lun–mié, dom 22:00–06:00"},
	{"away", rollcall.ContactInput{Calling: rollcall.CallingInput{Absences: rollcall.Given([]rollcall.AbsenceInput{
		{From: rollcall.Given("2031-03-01T00:00:00Z"), To: rollcall.Given("2031-03-09T00:00:00Z"), Note: rollcall.Given("holiday")},
		{From: rollcall.Given("2031-03-09T00:00:00Z"), To: rollcall.Given("2031-03-20T00:00:00Z")},
	})}}, "away until 19 Mar 2031, 20:00 EDT: holiday", "ausente hasta el 19 mar 2031, 20:00 EDT: holiday"},
	{"no phone", rollcall.ContactInput{Points: rollcall.Given([]rollcall.PointInput{{Kind: rollcall.Given("email"), Value: rollcall.Given("b@example.org")}})},
		"has no phone", "no tiene teléfono"},
	{"bad number", rollcall.ContactInput{Phone: rollcall.Given("555-0123")}, "the number works only inside its area", "el número solo funciona en su zona"},
	{"twice", rollcall.ContactInput{Phone: rollcall.Given("(202) 555-0101")}, "the same number as call 1, Ann Lee", "el mismo número que la llamada 1, Ann Lee"},
}

func TestSiteSaysWhoIsNotCalled(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	for _, test := range skippedShown {
		t.Run(test.name, func(t *testing.T) {
			d.must(d.Service().DeleteContact(t.Context(), d.operator(), onPier("bob")))
			d.addPerson("bob", "Bob", "Lee", "+1 202 555 0102")
			d.change("bob", test.change)
			for language, text := range map[string]string{"en": test.en, "es": test.es} {
				b.language = language
				_, skipped, _ := strings.Cut(b.send(pierPage, nil).text(), map[string]string{"en": "Who is not called", "es": "A quién no se llama"}[language])
				if skipped, _, _ = strings.Cut(skipped, map[string]string{"en": " Contacts ", "es": " Contactos "}[language]); !strings.Contains(skipped, text) {
					t.Errorf("the page says about bob %q, want %q", skipped, text)
				}
			}
		})
	}
}

// TestSiteAtAnotherMoment checks the call list at a moment of the time zone of the site, and what wrong input does.
func TestSiteAtAnotherMoment(t *testing.T) {
	d := newPier(t)
	d.change("bob", rollcall.ContactInput{Calling: rollcall.CallingInput{Dispatch: rollcall.Given("after"), Effective: rollcall.Given("2031-04-01T12:00:00Z")}})
	d.clock.Advance(time.Hour)
	b := d.as("vic")
	for _, test := range []struct{ query, want string }{
		{"?at=2031-04-01T08:00&phase=after", "Whom to call at 1 Apr 2031, 08:00 EDT, after somebody was dispatched, in this order."},
		{"?at=2031-04-01T08:00&phase=after", "Bob Lee primary •••• 0102"},
		{"?at=2031-04-01T07:59&phase=after", "on the call list from 1 Apr 2031, 08:00 EDT"},
		{"?phase=after", "Whom to call at 5 Mar 2031, 11:00 EST, after somebody was dispatched"},
		{"?at=2031-03-05T10:30", "Whom to call at 5 Mar 2031, 10:30 EST, before anybody is dispatched"}, // the past
		{"?at=1999-01-01T00:00", "Nobody can be called at this moment."},
		{"?at=tomorrow", "Give a date and a time."}, {"?at=%22%3E%3Cscript%3E", "Give a date and a time."},
		{"?phase=sometimes", "Whom to call now, before anybody is dispatched"},
		{"?page=-7", "1. Ann Lee"}, {"?page=99999999999999999999", "1. Ann Lee"}, {"?did=forged", "1. Ann Lee"},
	} {
		b.send(pierPage+test.query, nil).says(t, 200, test.want).saysNot(t, "<script>")
	}
}

// TestSiteWithoutTimezone checks that times are in UTC, and that the page says that hours are ignored.
func TestSiteWithoutTimezone(t *testing.T) {
	d := newPier(t)
	_, err := d.Service().UpdateSite(t.Context(), d.operator(), pier(), rollcall.SiteInput{Timezone: rollcall.Null[string]()})
	d.must(err)
	d.change("bob", rollcall.ContactInput{Calling: rollcall.CallingInput{Availability: rollcall.Given([]rollcall.HoursInput{{
		Days: rollcall.Given([]string{"sun"}), From: rollcall.Given("22:00"), To: rollcall.Given("22:00"),
	}})}})
	d.as("mia").send(pierPage, nil).says(t, 200, "since 5 Mar 2031, 15:00 UTC", "times are in UTC and the hours of people are ignored",
		"Called: Sun 22:00–22:00 the next day", "The hours are ignored, since the site has no time zone.")
}

func TestSiteReasons(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	change := func(in rollcall.SiteInput) {
		t.Helper()
		_, err := d.Service().UpdateSite(t.Context(), d.operator(), pier(), in)
		d.must(err)
	}
	d.change("bob", rollcall.ContactInput{Points: rollcall.Given([]rollcall.PointInput{
		{Kind: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0103"), Label: rollcall.Given("work")},
		{Kind: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0104"), Label: rollcall.Given("work")},
	})})
	page := b.send(pierPage, nil).says(t, 200, "Bob Lee’s work phone 1 was never confirmed.", "Bob Lee’s work phone 2 was never confirmed.")
	reasons, _, _ := strings.Cut(page.text(), "Call list")
	if _, reasons, _ = strings.Cut(reasons, "At risk"); strings.Contains(reasons, "0103") || strings.Contains(reasons, "03 was") {
		t.Errorf("the reasons have a number: %s", reasons)
	}
	b.act("ask", "all")
	b.send(pierPage, nil).says(t, 200, "Ann Lee’s mobile is not confirmed yet: a message waits for an answer.")
	rules := rollcall.SiteReadinessRulesInput{MinPeople: rollcall.Given(3), MinNumbers: rollcall.Given(4), PremisesPhone: rollcall.Given(true)}
	change(rollcall.SiteInput{ReadinessRules: rollcall.Given(rules), PremisesPhone: rollcall.Given("555-0123")})
	b.send(pierPage, nil).says(t, 200, "Not ready", "People who can be called: 2. Needed: 3.", "Numbers that can be called: 3. Needed: 4.",
		"The phone of the premises cannot be dialled.", "The premises need a phone of their own.")
	change(rollcall.SiteInput{PremisesPhone: rollcall.Null[string]()})
	b.send(pierPage, nil).says(t, 200, "The premises have no phone.")
	change(rollcall.SiteInput{ReadinessRules: rollcall.Given(rollcall.SiteReadinessRulesInput{ExemptReason: rollcall.Given("being <built>")})})
	b.send(pierPage, nil).says(t, 200, "Exempt since", "Nobody needs to be reachable: being <built>")
	change(rollcall.SiteInput{Status: rollcall.Given("suspended")})
	b.send(pierPage, nil).says(t, 200, "The site is suspended, so nobody needs to be reachable.", "Status suspended")
	d.must(d.Service().DeleteContact(t.Context(), d.operator(), onPier("ann")))
	d.must(d.Service().DeleteContact(t.Context(), d.operator(), onPier("bob")))
	b.send(pierPage, nil).says(t, 200, "Nobody is on the call list yet.", "Add the first person")
	d.as("vic").send(pierPage, nil).says(t, 200, "Nobody is on the call list yet.").saysNot(t, "Add the first person")
}

// TestSiteOfAnotherDealer checks that nobody sees or changes a site of another dealer, or a contact of another site.
func TestSiteOfAnotherDealer(t *testing.T) {
	d := newPier(t)
	home, point := d.Dealer, string(d.stored("ann").Points[0].ID)
	forms := func(id string) [][]string {
		return [][]string{
			{"edit", id, "first_name", "X", "type", "primary", "points.1.value", "x@example.org"}, {"up", id}, {"down", id}, {"remove", id}, {"undo", id},
			{"send", "sms " + point}, {"again", "sms " + point}, {"send", "sms point_none"},
		}
	}
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	d.Dealer = other.ID
	d.user("stranger", rollcall.RoleOwner)
	stranger := d.as("stranger")
	d.Dealer = home
	stranger.send(pierPage, nil).want(t, 404, "There is no such page")
	for _, fields := range append(forms("ann"), []string{"ask", "all"}, []string{"add", "1"}, nil) {
		stranger.act(fields...).want(t, 404, "There is no such page")
	}
	b := d.as("mia")
	for _, id := range []string{"contact_789ghi", "none", "", "../ann", strings.Repeat("x", 5000)} { // the first is of another site
		for _, fields := range forms(id) {
			if fields[1] == id && b.act(fields...).StatusCode != 404 {
				t.Errorf("the form %v answers another status than 404", fields[:1])
			}
		}
	}
	if got := d.order(); got != "ann bob" || d.sent() != 0 || d.stored("ann").FirstName != "Ann" {
		t.Errorf("the contacts are %q, and %d messages were sent; want nothing changed", got, d.sent())
	}
}

// TestSiteOfManyPeople checks the size of the page, and that everybody is on one of its pages.
func TestSiteOfManyPeople(t *testing.T) {
	d := newPier(t)
	for i := range 30 {
		d.addPerson(fmt.Sprintf("p%d", i), "Person", fmt.Sprint(i), fmt.Sprintf("+1 202 555 01%02d", 10+i), fmt.Sprintf("+1 202 556 01%02d", 10+i), fmt.Sprintf("p%d@example.org", i))
	}
	b := d.as("mia")
	for _, query := range []string{"", "?page=2", "?edit=p7"} {
		page := b.send(pierPage+query, nil).want(t, 200, "</html>")
		if len(page.body) > 60_000 {
			t.Errorf("%s has %d bytes, want at most 60,000", query, len(page.body))
		}
		t.Logf("%s has %d bytes", query, len(page.body))
	}
	b.send(pierPage, nil).says(t, 200, "20. Person 17", "More contacts").saysNot(t, "21. Person")
	b.send(pierPage+"?page=2", nil).says(t, 200, "32. Person 29", "Previous contacts").saysNot(t, "20. Person")
	b.send(pierPage+"?edit=p29", nil).says(t, 200, "Change Person 29")
	b.next(b.act("down", "p17")).says(t, 200, "Person 17 was moved.", "21. Person 17")
}
