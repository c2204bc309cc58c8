package console_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const johnPage = "/console/sites/site_123abc/contacts/contact_789ghi"

// john is the contact of johnPage.
func john() rollcall.ContactRef {
	return rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: "contact_789ghi"}
}

// newDeskOfJohn returns a desk with a manager, olivia, and a viewer, ann. Olivia has given John's phone a country code, his hours
// and an absence, and has sent him a text message; he read out its code. The site is in New York.
func newDeskOfJohn(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	olivia := callerOf(d, d.user("olivia", rollcall.RoleManager).ID)
	d.user("ann", rollcall.RoleViewer)
	_, err := d.Service().UpdateSite(t.Context(), olivia, john().Site, rollcall.SiteInput{Timezone: rollcall.Given("America/New_York")})
	d.must(err)
	d.clock.Advance(time.Minute)
	hours := []rollcall.HoursInput{{
		Days: rollcall.Given([]string{"mon", "tue", "wed", "thu", "fri"}), From: rollcall.Given("22:00"), To: rollcall.Given("06:00"),
	}}
	away := []rollcall.AbsenceInput{{
		From: rollcall.Given("2031-01-01T00:00:00Z"), To: rollcall.Given("2031-01-02T00:00:00Z"),
		Note: rollcall.Given("ask his wife, +1 202 555 0188"),
	}}
	_, err = d.Service().UpdateContact(t.Context(), olivia, john(), rollcall.ContactInput{
		Phone: rollcall.Given("+1 202 555 0147"), LastName: rollcall.Given("Do"),
		Calling: rollcall.CallingInput{Availability: rollcall.Given(hours), Absences: rollcall.Given(away)},
	})
	d.must(err)
	d.clock.Advance(time.Minute)
	sent, err := d.Service().SendValidation(t.Context(), olivia, john(), rollcall.ValidationInput{Method: rollcall.Given("sms")})
	d.must(err)
	_, err = d.Service().CheckCode(t.Context(), olivia, john(), sent.ID, rollcall.CodeInput{Code: rollcall.Given(d.Newest().Code)})
	d.must(err)
	return d
}

// contactShown is what the page of John says.
var contactShown = map[string][]string{
	"en": {
		"<h1>John Do</h1>", `href="/console/sites/site_123abc">Back to`, "<bdi>&#43;1 202 555 0147</bdi>",
		"john.doe@example.com", "Confirmed</span>", ", by text message.",
		"Never confirmed</span>", "<dt>Type</dt><dd><bdi>primary</bdi>", "<dt>Role at the site</dt><dd><bdi>owner</bdi>",
		"before and after somebody is dispatched",
		"Mon–Fri 22:00–06:00", "31 Dec 2030, 19:00 EST – 1 Jan 2031, 19:00 EST: ask his wife, &#43;1 202 555 0188",
		"that of the site", "text messages and e-mails",
		"Text message to &#43;1 202 555 0147", "olivia asked for it.", "Sent.", "olivia entered the code that the contact read out.",
		"olivia changed the last name, the hours, the absences and the phone.",
		"the last name: <del><bdi>Doe</bdi></del> <ins><bdi>Do</bdi></ins>",
		"The operator of this server added this contact.", "None: messages may be sent.",
		`href="/console/sites/site_123abc?edit=contact_789ghi#form"`,
	},
	"es": {
		"Volver a", "Confirmado</span>", "por mensaje de texto.", "Nunca confirmado</span>",
		"<dt>Tipo</dt><dd><bdi>principal</bdi>", "lun–vie 22:00–06:00",
		"31 dic 2030, 19:00 EST", "Mensaje de texto a &#43;1 202 555 0147", "Solicitud de: olivia.",
		"Introdujo el código que leyó el contacto: olivia.",
		"olivia cambió el apellido, el horario, las ausencias y el teléfono.", "El operador de este servidor añadió este contacto.",
	},
}

func TestContact(t *testing.T) {
	d := newDeskOfJohn(t)
	b := d.as("olivia")
	for language, wanted := range contactShown {
		page := b.send(johnPage, nil, "Accept-Language", language)
		for _, text := range wanted {
			page.want(t, 200, text)
		}
		if strings.Contains(page.body, "UTC") || strings.Contains(page.body, "%!") {
			t.Errorf("a time is not in the zone of the site, or a text lacks a part:\n%s", page.body)
		}
	}
}

// TestContactMasked checks that a viewer sees who was asked and what changed, but no number, address or value.
func TestContactMasked(t *testing.T) {
	d := newDeskOfJohn(t)
	page := d.as("ann").send(johnPage, nil)
	for _, text := range []string{
		"•••• 0147", "••••@••••", "Text message to •••• 0147",
		"olivia changed the last name, the hours, the absences and the phone.", "ask his wife, ••••",
	} {
		page.want(t, 200, text)
	}
	for _, hidden := range []string{"2025550147", "202 555", "555-0123", "john.doe", "example.com", "<del>", "<form method=\"post\">", "?edit="} {
		if strings.Contains(page.body, hidden) {
			t.Errorf("the page of a viewer has %q, want it left out:\n%s", hidden, page.body)
		}
	}
}

// TestContactAnswers checks the words for each way in which a validation ends.
func TestContactAnswers(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(d *desk, v rollcall.Validation)
		want []string
	}{
		{"by the link", func(d *desk, _ rollcall.Validation) {
			_, err := d.Service().AnswerLink(d.Context(), d.Newest().Token, rollcall.LinkAnswer{Confirm: true})
			d.must(err)
		}, []string{"Confirmed</span>", "The contact confirmed by the link."}},
		{"wrong person", func(d *desk, _ rollcall.Validation) {
			_, err := d.Service().AnswerLink(d.Context(), d.Newest().Token, rollcall.LinkAnswer{})
			d.must(err)
		}, []string{"Wrong person</span>", "Somebody said that this is the wrong person, by the link."}},
		{"no answer", func(d *desk, _ rollcall.Validation) {
			d.clock.Advance(rollcall.ValidationLife)
			d.must(d.Service().Sweep(d.Context()))
		}, []string{"No answer</span>", "No answer in time."}},
		{"failed", func(d *desk, v rollcall.Validation) {
			failure := &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: "mailbox_full", Reason: "552 mailbox full"}
			d.must(d.Service().RecordReport(d.Context(), d.Dealer, v.ID, rollcall.DeliveryReport{Provider: "capture", Failure: failure}))
		}, []string{"Failed</span>", "It could not be delivered: the mailbox is full.", "Messages fail</span>"}},
		{"failed in an unknown way", func(d *desk, v rollcall.Validation) {
			failure := &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: "new", Reason: "no room <b>"}
			d.must(d.Service().RecordReport(d.Context(), d.Dealer, v.ID, rollcall.DeliveryReport{Provider: "capture", Failure: failure}))
		}, []string{"It could not be delivered: no room &lt;b&gt;."}},
		{"stated by staff", func(d *desk, _ rollcall.Validation) {
			_, err := d.Service().Attest(d.Context(), callerOf(d, ""), john(), rollcall.AttestationInput{
				Point: rollcall.Given("email"), Note: rollcall.Given("She wrote <i>back</i>."),
			})
			d.must(err)
		}, []string{
			"The operator of this server stated that the contact can be reached.", "She wrote &lt;i&gt;back&lt;/i&gt;.",
			"Canceled: your staff stated that the contact can be reached.", "on the word of your staff.",
		}},
		{"unsubscribed", func(d *desk, _ rollcall.Validation) {
			d.must(d.Service().Unsubscribe(d.Context(), d.unsubscribe()))
		}, []string{
			"Wants no messages</span>", "john.doe@example.com gets no messages: the person unsubscribed on",
			"Canceled: the person wants no more messages.",
			"The contact asked for no more messages.",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			d.user("olivia", rollcall.RoleManager)
			v, err := d.Service().SendValidation(t.Context(), callerOf(d, ""), john(), rollcall.ValidationInput{Method: rollcall.Given("email")})
			d.must(err)
			test.do(d, v)
			page := d.as("olivia").send(johnPage, nil)
			for _, text := range test.want {
				page.want(t, 200, text)
			}
		})
	}
}

// unsubscribe returns the token of the link in the newest e-mail that stops e-mails.
func (d *desk) unsubscribe() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range slices.Backward(d.mails) {
		if m.Unsubscribe != "" {
			return m.Unsubscribe[strings.LastIndexByte(m.Unsubscribe, '/')+1:]
		}
	}
	d.Fatal("no e-mail has a link that stops e-mails")
	return ""
}

// TestDeletedContact deletes John, and undoes it.
func TestDeletedContact(t *testing.T) {
	d := newDeskOfJohn(t)
	b, undo := d.as("olivia"), url.Values{"action": {"restore"}}
	b.send(johnPage, url.Values{"action": {"erase"}}).want(t, 400, "Nothing was changed.")
	b.send(johnPage, undo).wantRedirect(t, johnPage) // there is nothing to undo
	deleted := func() {
		t.Helper()
		d.must(d.Service().DeleteContact(t.Context(), callerOf(d, ""), john()))
	}
	deleted()
	page := b.send(johnPage, nil).want(t, 200, "This contact was deleted on").want(t, 200, "Undo the deletion").want(t, 200, "The operator of this server deleted this contact.")
	if strings.Contains(page.body, "?edit=") || strings.Contains(page.body, "Place in the call list") {
		t.Errorf("a deleted contact can be changed or has a place:\n%s", page.body)
	}
	viewer := d.as("ann")
	page = viewer.send(johnPage, nil).want(t, 200, "Ask a manager")
	if strings.Contains(page.body, "Undo the deletion") {
		t.Errorf("a viewer is offered to undo a deletion:\n%s", page.body)
	}
	viewer.send(johnPage, undo).want(t, 403, "You may not do this")
	b.send(johnPage, undo).wantRedirect(t, johnPage+"?done=contact_restored")
	b.send(johnPage+"?done=contact_restored", nil).want(t, 200, "The deletion is undone.").want(t, 200, "olivia undid the deletion of this contact.")
	b.send(johnPage, undo).wantRedirect(t, johnPage) // somebody else was faster

	deleted()
	d.clock.Advance(31 * 24 * time.Hour)
	d.as("olivia").send(johnPage, nil).want(t, 404, "There is no such page")
	d.as("olivia").send(johnPage, undo).wantRedirect(t, johnPage)
}

// TestDeletedContactWhoseReferenceIsTaken checks that the page says why the deletion can't be undone.
func TestDeletedContactWhoseReferenceIsTaken(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleManager)
	add := func(id string) {
		t.Helper()
		_, err := d.Service().CreateContact(t.Context(), callerOf(d, ""), john().Site, rollcall.ContactInput{
			ContactID: rollcall.Given(id), ExternalID: rollcall.Given("C-1"), FirstName: rollcall.Given("Kim"),
			LastName: rollcall.Given("Lee"),
			Type:     rollcall.Given("billing"), Email: rollcall.Given("kim@example.org"),
		})
		d.must(err)
	}
	add("kim")
	d.must(d.Service().DeleteContact(t.Context(), callerOf(d, ""), rollcall.ContactRef{Site: john().Site, ID: "kim"}))
	add("other")
	const page = "/console/sites/site_123abc/contacts/kim"
	d.as("olivia").send(page, url.Values{"action": {"restore"}}).want(t, 409, "Another contact of the site has the same reference now.").want(t, 409, "Undo the deletion")
}

// TestLongHistory checks that a page shows a part of a long history, and leads to the rest.
func TestLongHistory(t *testing.T) {
	d := newDesk(t)
	olivia := callerOf(d, d.user("olivia", rollcall.RoleManager).ID)
	for i := range 25 {
		d.clock.Advance(time.Minute)
		_, err := d.Service().UpdateContact(t.Context(), olivia, john(), rollcall.ContactInput{LastName: rollcall.Given(fmt.Sprintf("Doe-%02d.", i))})
		d.must(err)
		if i < 12 {
			_, err = d.Service().SendValidation(t.Context(), olivia, john(), rollcall.ValidationInput{Method: rollcall.Given("email")})
			d.must(err)
		}
	}
	b := d.as("olivia")
	counts := func(page reply, validations, changes int) {
		t.Helper()
		if v, c := strings.Count(page.body, "E-mail to"), strings.Count(page.body, "olivia changed the last name."); v != validations || c != changes {
			t.Errorf("%s shows %d validations and %d changes, want %d and %d", page.Request.URL, v, c, validations, changes)
		}
	}
	page := b.send(johnPage, nil).want(t, 200, "Doe-24.").want(t, 200, "Older validations").want(t, 200, "Older changes")
	counts(page, 10, 20)
	page = b.send(linkIn(t, page, "Older changes"), nil).want(t, 200, "Doe-04.").want(t, 200, "added this contact").want(t, 200, "Back to the newest")
	counts(page, 10, 5)
	page = b.send(linkIn(t, page, "Older validations"), nil)
	counts(page, 2, 5)
	for _, cursor := range []string{"validations=x", "changes=x", "changes=W10", "validations=WyJ4IiwxXQ", "validations=W10"} {
		b.send(johnPage+"?"+cursor, nil).want(t, 400, "This did not work")
	}
	for _, cursor := range []string{"changes=Wy0xXQ", "changes=WzBd"} { // [-1], [0]
		b.send(johnPage+"?"+cursor, nil).want(t, 200, "Back to the newest")
	}
	if got := b.send(johnPage+"?validations=WzEsIlx1MDAwMCJd", nil).StatusCode; got >= 500 { // [1,"\u0000"], which PostgreSQL cannot hold
		t.Errorf("a cursor with a zero byte: status %d, want 200 or 400", got)
	}
}

// linkIn returns where the link with a text leads.
func linkIn(t *testing.T, page reply, text string) string {
	t.Helper()
	before, _, found := strings.Cut(page.body, `">`+text+"</a>")
	if !found {
		t.Fatalf("the page has no link %q:\n%s", text, page.body)
	}
	path := before[strings.LastIndex(before, `href="`)+len(`href="`):]
	path, _, _ = strings.Cut(path, "#")
	return strings.ReplaceAll(path, "&amp;", "&")
}

// TestContactsOfOthers checks that pages of contacts that are not at the site of the user's dealer are not found.
func TestContactsOfOthers(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	d.Do("other", "POST", "/ext/v1/sites", `{"site_id": "theirs", "name": "Theirs"}`)
	d.Do("other", "POST", "/ext/v1/sites/theirs/contacts", `{"contact_id": "tom", "first_name": "Tom", "last_name": "Secret", "type": "primary", "phone": "+1 202 555 0166"}`)
	d.Do("all", "POST", "/ext/v1/sites", `{"site_id": "second", "name": "Second"}`)
	b := d.as("olivia")
	for _, page := range []string{
		"/console/sites/theirs/contacts/tom", "/console/sites/site_123abc/contacts/tom",
		"/console/sites/second/contacts/contact_789ghi",
		"/console/sites/none/contacts/contact_789ghi", "/console/sites/site_123abc/contacts/none",
		"/console/sites/site_123abc/contacts/%00",
		"/console/sites/site_123abc/contacts/" + strings.Repeat("x", 5000),
	} {
		if shown := b.send(page, nil).want(t, 404, "There is no such page"); strings.Contains(shown.body, "Secret") {
			t.Errorf("%s shows another dealer's contact", page)
		}
		b.send(page, url.Values{"action": {"restore"}})
	}
}

// TestContactIsText checks that whatever people write is shown as text.
func TestContactIsText(t *testing.T) {
	d := newDesk(t)
	olivia := callerOf(d, d.user("olivia", rollcall.RoleOwner).ID)
	const hostile = `</title><script>alert(1)</script>" onload="x`
	long := strings.Repeat("W", 100)
	_, err := d.Service().UpdateContact(t.Context(), olivia, john(), rollcall.ContactInput{FirstName: rollcall.Given(hostile), LastName: rollcall.Given(long)})
	d.must(err)
	_, err = d.Service().UpdateSite(t.Context(), olivia, john().Site, rollcall.SiteInput{Name: rollcall.Given(hostile)})
	d.must(err)
	_, err = d.Service().SendValidation(t.Context(), olivia, john(), rollcall.ValidationInput{Method: rollcall.Given("email"), Message: rollcall.Given(hostile)})
	d.must(err)
	b := d.as("olivia")
	for _, path := range []string{johnPage, "/console/messages"} {
		page := b.send(path, nil).want(t, 200, `&lt;script&gt;alert(1)&lt;/script&gt;`).want(t, 200, long)
		if strings.Contains(page.body, "<script>") || strings.Contains(page.body, `" onload`) {
			t.Errorf("%s has markup that somebody wrote:\n%s", path, page.body)
		}
	}
}
