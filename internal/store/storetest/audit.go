package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

func fullLine() audit.Line {
	return audit.Line{
		Dealer: "d", Site: "s", Seq: 1, At: noon(), Actor: "key_1", RequestID: "req ~", Action: "contact.updated",
		Contact: "c", Subject: "val_1", Values: []byte(`[["last_name","O'Brien-Ñandú 🔔"]]`), Salt: []byte{0, 1, 255},
		Digest: rollcall.Hash{1}, Hash: rollcall.Hash{2, 0, 255},
		Mentions: []byte(`[["on_behalf_of","Zoë 🔔"]]`), MentionsSalt: []byte{2, 0, 255}, MentionsDigest: rollcall.Hash{4, 0, 255},
	}
}

func headOf(l audit.Line) audit.Head {
	return audit.Head{Dealer: l.Dealer, Site: l.Site, Count: l.Seq, Hash: l.Hash, Signature: rollcall.Hash{3, byte(l.Seq)}}
}

// line adds a line to the end of its chain, and returns it as it is then.
func (f *fixture) line(l audit.Line) audit.Line {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error {
		head, err := tx.LockAuditHead(ctx, l.Dealer, l.Site)
		if err != nil {
			return err
		}
		l.Seq, l.Hash = head.Count+1, rollcall.Hash{2, byte(head.Count + 1)}
		return tx.AppendAudit(ctx, head, headOf(l), l)
	})
	return l
}

func (f *fixture) lines(filter service.AuditFilter, want ...audit.Line) {
	f.Helper()
	f.place(1000)
	got, err := f.AuditLines(f.Context(), "d", filter)
	f.must(err)
	if filter.Newest {
		slices.Reverse(got)
	}
	last := int64(0)
	for i := range got {
		if got[i].Pos <= last {
			f.Fatalf("lines of %+v: position %d follows %d", filter, got[i].Pos, last)
		}
		last, got[i].Pos = got[i].Pos, 0
	}
	equal(f, fmt.Sprintf("lines of %+v", filter), got, append([]audit.Line(nil), want...))
}

// place gives positions to lines of dealer d, and returns how many got one.
func (f *fixture) place(limit int) (n int) {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) (err error) {
		n, err = tx.PlaceAudit(ctx, "d", limit)
		return err
	})
	return n
}

func auditTests() []test {
	return []test{
		{"are returned as stored", auditRoundTrip},
		{"follow the head of their chain, or are refused", auditFollows},
		{"are filtered, in order", auditLists},
		{"lose only their values and mentions when they are erased", auditErased},
		{"are found by their mentions, which are erased without the values", auditMentions},
		{"need a dealer, and are removed with it", func(f *fixture) {
			none := fullLine()
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.AppendAudit(ctx, audit.Head{}, headOf(none), none)
			})
			f.dealer("d")
			f.line(fullLine())
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteDealer(ctx, "d") })
			f.lines(service.AuditFilter{})
			heads, err := f.AuditHeads(f.Context(), "d")
			f.must(err)
			equal(f, "heads", len(heads), 0)
		}},
		{"outlive their site", func(f *fixture) {
			f.home()
			l := f.line(fullLine())
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteSite(ctx, "d", "s") })
			f.lines(service.AuditFilter{Site: rollcall.Given[rollcall.SiteID]("s")}, l)
		}},
		{"continue when their site is deleted, and when it is created again", auditOfDeletedSite},
		{"have positions in the order in which they were written", auditPositions},
		{"stay valid with concurrent writers", auditAtOnce},
	}
}

func auditOfDeletedSite(f *fixture) {
	f.home()
	last := f.line(fullLine())
	head := func(when string) {
		f.Helper()
		got, err := f.AuditHead(f.Context(), "d", "s")
		f.must(err)
		equal(f, "head "+when, got, headOf(last))
		all, err := f.AuditHeads(f.Context(), "d")
		f.must(err)
		equal(f, "heads "+when, all, []audit.Head{headOf(last)})
	}
	head("of a site")
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteSite(ctx, "d", "s") })
	head("of a deleted site")
	last = f.line(audit.Line{Dealer: "d", Site: "s", At: noon(), Action: "site.deleted"})
	head("of a deleted site with another line")
	f.site(plainSite("d", "s"))
	head("of a site that was created again")
	last = f.line(audit.Line{Dealer: "d", Site: "s", At: noon(), Action: "site.created"})
	head("of that site with another line")
	equal(f, "count", last.Seq, int64(3))
}

func auditRoundTrip(f *fixture) {
	f.dealer("d")
	head, err := f.AuditHead(f.Context(), "d", "s")
	f.must(err)
	equal(f, "head of an empty chain", head, audit.Head{Dealer: "d", Site: "s"})
	first := f.line(fullLine())
	bare := f.line(audit.Line{Dealer: "d", Site: "s", At: noon().Add(time.Microsecond), Action: "site.deleted"})
	ofNone := f.line(audit.Line{Dealer: "d", At: noon().Add(time.Second), Action: "key.created", Subject: "key_1"})
	for _, c := range []struct {
		site rollcall.SiteID
		want []audit.Line
	}{{"s", []audit.Line{first, bare}}, {"", []audit.Line{ofNone}}, {"none", nil}} {
		got, err := f.AuditChain(f.Context(), "d", c.site, 0, 10)
		f.must(err)
		equal(f, "chain "+string(c.site), got, c.want)
	}
	got, err := f.AuditChain(f.Context(), "d", "s", 0, 1)
	f.must(err)
	equal(f, "first of the chain", got, []audit.Line{first})
	got, err = f.AuditChain(f.Context(), "d", "s", 1, 1)
	f.must(err)
	equal(f, "rest of the chain", got, []audit.Line{bare})
	heads, err := f.AuditHeads(f.Context(), "d")
	f.must(err)
	equal(f, "heads", heads, []audit.Head{headOf(ofNone), headOf(bare)})
	f.change(func(ctx context.Context, tx service.Tx) error {
		got, err := tx.LockAuditHead(ctx, "d", "s")
		equal(f, "locked head", got, headOf(bare))
		return err
	})
	head, err = f.AuditHead(f.Context(), "d", "")
	f.must(err)
	equal(f, "head", head, headOf(ofNone))
}

func auditFollows(f *fixture) {
	f.dealer("d")
	first := f.line(fullLine())
	second := first
	second.Seq, second.Hash = 2, rollcall.Hash{9}
	for _, head := range []audit.Head{{}, {Count: 2, Hash: first.Hash}, {Count: 1, Hash: rollcall.Hash{8}}, {Count: 1}} {
		f.refused(rollcall.Unavailable, func(ctx context.Context, tx service.Tx) error {
			return tx.AppendAudit(ctx, head, headOf(second), second)
		})
	}
	failure := errors.New("on purpose")
	err := f.Update(f.Context(), func(ctx context.Context, tx service.Tx) error {
		f.must(tx.AppendAudit(ctx, headOf(first), headOf(second), second))
		return failure
	})
	equal(f, "error", err, failure)
	f.lines(service.AuditFilter{}, first)
	second = f.line(second)
	f.lines(service.AuditFilter{}, first, second)
}

func auditLists(f *fixture) {
	f.dealer("d")
	f.dealer("d2")
	add := func(site rollcall.SiteID, contact rollcall.ContactID, at int) audit.Line {
		action := "test"
		if contact == "" && site != "" {
			action = "other"
		}
		return f.line(audit.Line{
			Dealer: "d", Site: site, Contact: contact, At: noon().Add(time.Duration(at) * time.Second), Action: action,
		})
	}
	late, early := add("s1", "c", 5), add("s1", "c2", 1)
	same1, same2 := add("s2", "c", 3), add("s2", "", 3)
	before, none := add("s1", "c", 3), add("", "", 3)
	other := fullLine()
	other.Dealer = "d2"
	f.line(other)
	all := []audit.Line{late, early, same1, same2, before, none}
	f.lines(service.AuditFilter{}, all...)
	f.lines(service.AuditFilter{Limit: 2}, all[:2]...)
	f.lines(service.AuditFilter{Newest: true}, all...)
	f.lines(service.AuditFilter{Newest: true, Limit: 2, UpTo: 5}, all[3:5]...)
	for n := range all {
		pos := int64(n + 1)
		f.lines(service.AuditFilter{After: pos}, all[n+1:]...)
		f.lines(service.AuditFilter{After: pos, Limit: 1}, all[n+1:min(n+2, len(all))]...)
		f.lines(service.AuditFilter{UpTo: pos}, all[:n+1]...)
	}
	site, noSite := rollcall.Given[rollcall.SiteID]("s1"), rollcall.Given[rollcall.SiteID]("")
	f.lines(service.AuditFilter{Site: site}, late, early, before)
	f.lines(service.AuditFilter{Site: site, After: 1}, early, before)
	f.lines(service.AuditFilter{Site: site, Limit: 1}, late)
	f.lines(service.AuditFilter{Site: site, Newest: true, Limit: 1}, before)
	f.lines(service.AuditFilter{Site: noSite}, none)
	f.lines(service.AuditFilter{Site: rollcall.Given[rollcall.SiteID]("s3")})
	f.lines(service.AuditFilter{Contact: "c"}, late, same1, before)
	f.lines(service.AuditFilter{Contact: "c", Site: site, After: 1}, before)
	f.lines(service.AuditFilter{Contact: "c3"})
	f.lines(service.AuditFilter{Actions: []string{"other"}}, same2)
	f.lines(service.AuditFilter{Actions: []string{"other"}, Site: site})
}

func auditPositions(f *fixture) {
	position := func(upTo int64, want audit.Position) {
		f.Helper()
		got, err := f.AuditPosition(f.Context(), "d", upTo)
		f.must(err)
		if want.Pos > 0 {
			want.At = noon()
		}
		equal(f, fmt.Sprint("position up to ", upTo), got, want)
	}
	f.dealer("d")
	position(0, audit.Position{})
	for range 5 {
		f.line(audit.Line{Dealer: "d", Site: "s", At: noon(), Action: "test"})
	}
	for f.place(2) > 0 {
	}
	waits, err := f.HasUnplacedAudit(f.Context(), "d")
	f.must(err)
	equal(f, "lines wait", waits, false)
	dealers, err := f.DealersWithUnplacedAudit(f.Context())
	f.must(err)
	equal(f, "dealers whose lines wait", dealers, nil)
	position(0, audit.Position{Pos: 5, Hash: rollcall.Hash{2, 5}})
	position(9, audit.Position{Pos: 5, Hash: rollcall.Hash{2, 5}})
	position(3, audit.Position{Pos: 3, Hash: rollcall.Hash{2, 3}})
	lines, err := f.AuditLines(f.Context(), "d", service.AuditFilter{})
	f.must(err)
	for i, l := range lines {
		equal(f, "position and place", []int64{l.Pos, l.Seq}, []int64{int64(i + 1), int64(i + 1)})
	}
}

func auditErased(f *fixture) {
	f.dealer("d")
	mine := f.line(fullLine())
	bare := f.line(audit.Line{Dealer: "d", Site: "s", At: noon(), Action: "contact.removed", Contact: "c"})
	theirs, elsewhere := fullLine(), fullLine()
	theirs.Contact, elsewhere.Site = "c2", "s2"
	theirs, elsewhere = f.line(theirs), f.line(elsewhere)
	erase := func(want int) {
		f.Helper()
		f.change(func(ctx context.Context, tx service.Tx) error {
			n, err := tx.EraseAudit(ctx, "d", "s", "c", 0, 99)
			equal(f, "lines erased", n, want)
			return err
		})
	}
	head, err := f.AuditHead(f.Context(), "d", "s")
	f.must(err)
	erase(1)
	erase(0)
	mine.Values, mine.Salt, mine.Mentions, mine.MentionsSalt = nil, nil, nil, nil
	f.lines(service.AuditFilter{Site: rollcall.Given[rollcall.SiteID]("s")}, mine, bare, theirs)
	f.lines(service.AuditFilter{Site: rollcall.Given[rollcall.SiteID]("s2")}, elsewhere)
	equal(f, "erased", []bool{mine.Erased(), bare.Erased(), theirs.Erased()}, []bool{true, false, false})
	after, err := f.AuditHead(f.Context(), "d", "s")
	f.must(err)
	equal(f, "head", after, head)
}

func auditMentions(f *fixture) {
	f.dealer("d")
	first := f.line(fullLine())
	bare := f.line(audit.Line{Dealer: "d", Site: "s", At: noon(), Action: "contact.removed", Contact: "c"})
	second, elsewhere := fullLine(), fullLine()
	elsewhere.Site = ""
	second, elsewhere = f.line(second), f.line(elsewhere)
	mentions := func(site rollcall.SiteID, after int64, limit int, want ...audit.Line) {
		f.Helper()
		got, err := f.LinesWithMentions(f.Context(), "d", site, after, limit)
		f.must(err)
		equal(f, "lines with mentions", got, append([]audit.Line(nil), want...))
	}
	mentions("s", 0, 9, first, second)
	mentions("s", 0, 1, first)
	mentions("s", 1, 9, second)
	mentions("", 0, 9, elsewhere)
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.EraseMentions(ctx, "stranger", "s", 1))
		return tx.EraseMentions(ctx, "d", "s", 1)
	})
	first.Mentions, first.MentionsSalt = nil, nil
	mentions("s", 0, 9, second)
	f.lines(service.AuditFilter{Site: rollcall.Given[rollcall.SiteID]("s")}, first, bare, second)
	equal(f, "erased", []bool{first.MentionsErased(), first.Erased(), bare.MentionsErased(), second.MentionsErased()}, []bool{true, false, false, false})
}

// service returns the use cases over the store, with a secret of a test's own.
func (f *fixture) service() *service.Service {
	return service.New(f.Store, nil, service.Options{Now: noon, Secrets: [][]byte{[]byte("the secret of a test")}})
}

const chains = 4

// auditAtOnce has each writer create, change and delete a contact, of a site that it shares with others, and fail in
// between.
func auditAtOnce(f *fixture) {
	f.dealer("d")
	for n := range chains {
		f.site(plainSite("d", rollcall.SiteID(fmt.Sprint("s", n))))
	}
	svc, caller := f.service(), service.Caller{Dealer: "d", Key: "k"}
	together(f, func(n int) error {
		ctx, site := f.Context(), siteRef(rollcall.SiteID(fmt.Sprint("s", n%chains)))
		in := rollcall.ContactInput{
			FirstName: rollcall.Given("F"), LastName: rollcall.Given("L"), Type: rollcall.Given("primary"), Email: rollcall.Given("a@b.example"),
		}
		c, err := svc.CreateContact(ctx, caller, site, in)
		if err != nil {
			return err
		}
		ref := rollcall.ContactRef{Site: site, ID: c.ID}
		in.ContactID = rollcall.Given(string(c.ID))
		if _, err := svc.CreateContact(ctx, caller, site, in); rollcall.KindOf(err) != rollcall.ContactIDTaken {
			return fmt.Errorf("a second contact of the same name: %w", err)
		}
		if _, err := svc.UpdateContact(ctx, caller, ref, rollcall.ContactInput{LastName: rollcall.Given(fmt.Sprint(n))}); err != nil {
			return err
		}
		return svc.DeleteContact(ctx, caller, ref)
	})
	report, err := svc.VerifyAudit(f.Context(), nil)
	f.must(err)
	equal(f, "faults", report.Faults, nil)
	equal(f, "lines", report.Lines, 3*writers)
	heads, err := f.AuditHeads(f.Context(), "d")
	f.must(err)
	equal(f, "chains", len(heads), chains)
	for _, head := range heads {
		lines, err := f.AuditChain(f.Context(), "d", head.Site, 0, 10*writers)
		f.must(err)
		equal(f, "count of the head", head.Count, 3*writers/chains)
		for i, l := range lines {
			equal(f, "place", l.Seq, int64(i+1))
		}
	}
}
