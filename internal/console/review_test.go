package console_test

import (
	"net/url"
	"strings"
	"testing"
)

func TestReadThroughWithSomebody(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	page := b.send(pierPage, nil).says(t, 200, "The call list was not read through with anybody yet.", "Read through with", "Note (optional)")
	form := url.Values{"key": {page.hidden(t, "key")}, "with": {" Ann Lee "}, "note": {"Bob moves\r\nout, +1 202 555 0102"}}
	b.send(pierPage, with(form, "with", " ", "note", strings.Repeat("x", 501))).want(t, 422, "<details open>").want(t, 422, "This is needed.").want(t, 422, strings.Repeat("x", 501))
	for range 2 { // the second click changes nothing
		b.send(pierPage, form).wantRedirect(t, pierPage+"?done=reviewed")
	}
	b.send(pierPage+"?done=reviewed", nil).says(t, 200, "The review of the call list is saved.", "Last read through with Ann Lee on 5 Mar 2031.")
	b.send(pierPage, nil, "Accept-Language", "es").says(t, 200, "Repasada por última vez con Ann Lee el 5 mar 2031.")
	b.send(pierPage+"?edit=ann", nil).saysNot(t, "It was read through with somebody")
	page = b.send(auditPath+"?site=pier&kind=contacts", nil)
	page.says(t, 200, "\u2068mia\u2069 read through the call list of \u2068Pier 9 offices\u2069 with \u2068Ann Lee\u2069. “\u2068Bob moves out, +1 202 555 0102\u2069”")
	if n := strings.Count(page.body, "read through the call list"); n != 1 {
		t.Errorf("the audit has %d reviews, want 1", n)
	}
	vic := d.as("vic")
	vic.send(pierPage, nil).says(t, 200, "Last read through with Ann Lee on").saysNot(t, "It was read through with somebody")
	vic.send(pierPage, form).want(t, 403, "You may not do this")
	_, err := d.Service().EraseContact(t.Context(), d.operator(), onPier("ann"))
	d.must(err)
	b.send(pierPage, nil).says(t, 200, "Last read through on 5 Mar 2031.").saysNot(t, "Ann Lee")
	b.send(auditPath+"?site=pier&kind=contacts", nil).says(t, 200, "\u2068mia\u2069 read through the call list of \u2068Pier 9 offices\u2069 with \u2068somebody\u2069.")
	d.otherDealer().send(pierPage, form).want(t, 404, "There is no such page")
}
