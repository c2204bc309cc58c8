package cli

import (
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// TestContactsAndCallLists prints a contact with a phone and an e-mail, and its place in the call list.
func TestContactsAndCallLists(t *testing.T) {
	data, dealer := newDealer(t)
	with := func(args ...string) []string { return append(args, "--dealer", dealer, "--data", data) }
	succeed(t, with("site", "create", "--name", "Pier 9", "--site-id", "pier", "--account-reference-id", "ACCT-9")...)
	var log strings.Builder
	err := folderFlags{Data: data}.withService(t.Context(), &terminal{out: &log, err: &log, now: time.Now}, false, func(s *service.Service) error {
		_, err := s.CreateContact(t.Context(), service.Caller{Dealer: rollcall.DealerID(dealer)}, rollcall.SiteRef{ID: "pier"},
			testkit.Contact("ann", "Ann", "Lee", "ann@example.org", "(202) 555-0147 x12", "primary", "owner"))
		return err
	})
	if err != nil || log.String() != "" {
		t.Fatal(err, log.String())
	}
	table := `SITE +CONTACT +NAME +TYPE +PHONE OR E-MAIL +EXTENSION +STATUS +CONFIRMED
pier +ann +Ann Lee +primary +\(202\) 555-0147 x12 +12 +unconfirmed +-
pier +ann +Ann Lee +primary +ann@example\.org +- +unconfirmed +-
`
	matches(t, succeed(t, with("contact", "list", "--phone", "202.555.0147", "--older-than", "30", "--phone-status", "unconfirmed")...), table)
	matches(t, succeed(t, with("contact", "show", "pier", "ann")...), table)
	shown := `{"site_id": "pier", "account_reference_id": "ACCT-9", "contact_id": "ann", "phone": "(202) 555-0147 x12"}`
	same(t, succeedJSON(t, with("contact", "show", "pier", "ann")...), shown)
	same(t, succeedJSON(t, with("contact", "list", "--site", "pier", "--search", "lee")...), `{"contacts": [`+shown+`], "next_after": null}`)
	csv := succeed(t, with("contact", "export", "--search", "lee")...)
	row := "pier,ACCT-9,ann,ann,1,Ann,Lee,primary,owner,,,,,,,true,true,false,phone,(202) 555-0147 x12,12,,unconfirmed,email,ann@example.org,,,unconfirmed,"
	if lines := strings.Split(csv, "\n"); len(lines) != 3 || !strings.HasPrefix(lines[1], row) {
		t.Errorf("contact export printed\n%s\nwant a header and a row that begins with %s", csv, row)
	}
	if got := succeed(t, with("contact", "export", "--phone", "202 555 0148", "--format", "jsonl")...); got != "" {
		t.Errorf("contact export of nobody printed %q, want nothing", got)
	}
	same(t, object(t, succeed(t, with("contact", "export", "--format", "jsonl")...)), shown)
	matches(t, succeed(t, with("call-list", "pier")...), `ORDER +NAME +PHONE +EXTENSION +STATUS
1 +Ann Lee +\(202\) 555-0147 x12 +12 +unconfirmed
`)
	same(t, succeedJSON(t, with("call-list", "pier")...), `{"calls": [{"order": 1, "contact_id": "ann", "e164": "+12025550147", "extension": "12"}], "skipped": []}`)
	same(t, succeedJSON(t, with("readiness", "pier")...), `{"status": "not_ready", "callable": {"people": 1, "numbers": 1}}`)
}

// TestContactsAndCallListsOfNobody prints a site without contacts, and errors.
func TestContactsAndCallListsOfNobody(t *testing.T) {
	data, dealer := newDealer(t)
	in := []string{"--dealer", dealer, "--data", data}
	with := func(args ...string) []string { return append(args, in...) }
	succeed(t, with("site", "create", "--name", "Pier 9", "--site-id", "pier")...)

	matches(t, succeed(t, with("contact", "list")...), "No contact matches.\n")
	same(t, succeedJSON(t, with("contact", "list", "--phone", "202 555 0147")...), `{"contacts": [], "next_after": null}`)
	matches(t, succeed(t, with("call-list", "pier")...), "The site has no contacts.\n")
	same(t, succeedJSON(t, with("call-list", "pier", "--at", "2099-01-01T00:00:00Z", "--phase", "after")...),
		`{"site_id": "pier", "at": "2099-01-01T00:00:00Z", "phase": "after", "calls": [], "skipped": []}`)
	same(t, succeedJSON(t, with("readiness", "pier")...), `{"site_id": "pier", "status": "not_ready", "reasons": [{"code": "no_contacts"}]}`)
	same(t, succeedJSON(t, with("readiness", "--status", "not_ready")...),
		`{"counts": {"not_ready": 1}, "sites": [{"site_id": "pier", "name": "Pier 9", "reasons": ["no_contacts"]}], "next_after": null}`)
	matches(t, succeed(t, with("readiness")...), `SITE +NAME +STATUS +SINCE +REASONS\npier +Pier 9 +not_ready +[-\d]+T[:\d]+Z +no_contacts\n`)
	if got := succeed(t, with("readiness", "pier")...); !strings.HasPrefix(got, "pier is not_ready since ") {
		t.Errorf("readiness printed %q", got)
	}

	for _, c := range []struct {
		args []string
		want string
	}{
		{with("contact", "show", "pier", "none"), "contact not found"},
		{with("readiness", "none"), "site not found"},
		{with("call-list", "none"), "site not found"},
		{with("contact", "list", "--phone-status", "x"), "must be one of"},
		{with("contact", "export", "--phone-status", "x"), "must be one of"},
		{with("call-list", "pier", "--at", "noon"), "--at must be a time"},
	} {
		if r := run(t, c.args...); r.status == exitOK || !strings.Contains(r.err, c.want) {
			t.Errorf("rollcall %q: status %d, %q, want an error with %q", c.args, r.status, r.err, c.want)
		}
	}
}
