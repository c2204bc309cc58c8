package console_test

import (
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
)

const messagesPage = "/console/messages"

// ask sends John validations by each method.
func (d *desk) ask(methods ...string) {
	d.Helper()
	for _, method := range methods {
		_, err := d.Service().SendValidation(d.Context(), callerOf(d, ""), john(), rollcall.ValidationInput{Method: rollcall.Given(method)})
		d.must(err)
	}
}

func TestMessages(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleManager)
	b := d.as("olivia")
	b.send(messagesPage, nil).want(t, 200, "No message was captured yet.").want(t, 200, "send a validation to one of its contacts").
		want(t, 200, `<a href="/console/messages" aria-current="page">Messages</a>`)
	_, err := d.Service().UpdateContact(t.Context(), callerOf(d, ""), john(), rollcall.ContactInput{Phone: rollcall.Given("+1 202 555 0147")})
	d.must(err)
	d.ask("email", "sms", "call")
	m := d.Newest()
	page := b.send(messagesPage, nil)
	for _, text := range []string{
		"Call to &#43;1 202 555 0147", "Text message to &#43;1 202 555 0147", "E-mail to john.doe@example.com",
		"<b>Harbour Alarm: can we reach you here?</b>",
		`href="` + johnPage + `"><bdi>John Doe</bdi>`, `href="/console/sites/site_123abc"`, `href="http://127.0.0.1:8080/c/`,
		"Open the link, as the contact would", "Sent, no answer yet</span>",
		"Canceled</span>",
	} {
		page.want(t, 200, text)
	}
	if n := strings.Count(page.body, "Open the link"); n != 2 {
		t.Errorf("%d messages have a link, want 2: a call has none", n)
	}
	if call, mail := strings.Index(page.body, "Call to"), strings.Index(page.body, "E-mail to"); call > mail {
		t.Error("the e-mail comes before the call, want the newest first")
	}
	b.send(messagesPage, nil, "Accept-Language", "es").want(t, 200, "Llamada a &#43;1 202 555 0147").want(t, 200, "Este servidor no envía nada")

	d.user("ann", rollcall.RoleViewer)
	page = d.as("ann").send(messagesPage, nil).want(t, 200, "Call to •••• 0147").want(t, 200, "E-mail to ••••@••••").want(t, 200, "Links and codes are hidden")
	for _, hidden := range []string{"2025550147", "john.doe", "/c/", m.Code, strings.Join(strings.Split(m.Code, ""), ", "), "Open the link"} {
		if strings.Contains(page.body, hidden) {
			t.Errorf("the messages of a viewer have %q, want it left out:\n%s", hidden, page.body)
		}
	}
}

// TestMessagesByPages checks that a page has twenty messages and leads to the older ones, and that messages of contacts that were
// deleted stay.
func TestMessagesByPages(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleManager)
	for range 21 {
		d.ask("email")
	}
	d.must(d.Service().DeleteContact(t.Context(), callerOf(d, ""), john()))
	b := d.as("olivia")
	count := func(page reply, want int) reply {
		t.Helper()
		if n := strings.Count(page.body, "E-mail to john.doe@example.com"); n != want {
			t.Errorf("%s has %d messages, want %d", page.Request.URL, n, want)
		}
		return page
	}
	page := count(b.send(messagesPage, nil), 20)
	count(b.send(linkIn(t, page, "Older messages"), nil), 1).want(t, 200, `href="/console/messages">Back to the newest</a>`)
	b.send(messagesPage+"?after=x", nil).want(t, 400, "This did not work")
}

// TestMessagesOfOthers checks that neither the messages of another dealer nor those of test keys are shown.
func TestMessagesOfOthers(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	d.Do("test", "POST", "/ext/v1/sites/site_123abc/contacts/contact_789ghi/validation", `{"method": "email"}`)
	d.Do("other", "POST", "/ext/v1/sites", `{"site_id": "theirs", "name": "Theirs"}`)
	d.Do("other", "POST", "/ext/v1/sites/theirs/contacts", `{"contact_id": "tom", "first_name": "Tom", "last_name": "Secret", "type": "primary", "email": "tom@example.org"}`)
	if status, _ := d.Do("other", "POST", "/ext/v1/sites/theirs/contacts/tom/validation", ""); status != 200 {
		t.Fatalf("the other dealer's validation: status %d, want 200", status)
	}
	d.as("olivia").send(messagesPage, nil).want(t, 200, "No message was captured yet.")
}

// TestMessagesOfAServerThatSends checks that the page is not there on a server that sends messages.
func TestMessagesOfAServerThatSends(t *testing.T) {
	d := newDesk(t, func(o *app.Options) {
		o.Delivery, o.SMTP = app.SMTP, app.SMTPOptions{URL: "smtp://127.0.0.1:1?tls=none", From: "alarms@example.org"}
	})
	d.user("olivia", rollcall.RoleOwner)
	b := d.as("olivia")
	b.send(messagesPage, nil).want(t, 404, "There is no such page")
	if page := b.send("/console", nil); strings.Contains(page.body, messagesPage) {
		t.Errorf("the navigation has messages, want them left out:\n%s", page.body)
	}
}
