package console_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestAtWhoseRequest changes a contact, the call list and a site, each because somebody asked for it.
func TestAtWhoseRequest(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	edit := with(b.send(pierPage+"?edit=ann", nil).want(t, 200, "At whose request (optional)").contactForm(t), "role", "owner")
	b.send(pierPage, with(edit, "on_behalf_of", strings.Repeat("x", 101))).want(t, 422, "This is too long.").want(t, 422, strings.Repeat("x", 101))
	b.next(b.send(pierPage, with(edit, "on_behalf_of", " Zoë <b> "))).want(t, 200, `name="on_behalf_of" type="text" value=""`)
	b.next(b.send(pierPage, url.Values{"down": {"ann"}, "on_behalf_of": {"Bob Lee"}}))
	b.send(pierPage, url.Values{"remove": {"ann"}, "on_behalf_of": {"a\x01"}}).want(t, 422, "<details class=\"asked\" open>")
	site := with(siteForm("version", b.send(pierPage+"/edit", nil).hidden(t, "version"), "status", "active"), "on_behalf_of", "Cat Dow")
	b.send(pierPage+"/edit", site).wantRedirect(t, pierPage+"?done=site_saved")
	b.next(b.send(pierPage, url.Values{"up": {"ann"}, "on_behalf_of": {"  "}}))
	got := sentences(b.send(auditPath+"?site=pier", nil).want(t, 200, "Zoë &lt;b&gt;"))
	got = slices.DeleteFunc(got, func(line string) bool { return !strings.Contains(line, "mia") })
	want := []string{
		"mia changed the order of the call list of Mill.", "mia changed the name and the address of the site Mill at the request of Cat Dow.",
		"mia changed the order of the call list of Mill at the request of Bob Lee.", "mia changed the role of Ann Lee at Mill at the request of Zoë &lt;b&gt;.",
	}
	if len(got) != 4 || got[0] != want[0] || !strings.HasSuffix(got[1], " at the request of Cat Dow.") || got[2] != want[2] || got[3] != want[3] {
		t.Errorf("the audit says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	b.send(pierPage+"/contacts/ann", nil).says(t, 200, "mia changed the role at the request of \u2068Zoë <b>\u2069.")
	b.send(auditPath+"?site=pier", nil, "Accept-Language", "es").want(t, 200, "a petición de \u2068Cat Dow\u2069.")
	vic := d.as("vic")
	vic.send(pierPage, nil).saysNot(t, "Somebody asked for it?")
	vic.send(pierPage, url.Values{"down": {"ann"}, "on_behalf_of": {"Bob"}}).want(t, 403, "You may not do this")
}
