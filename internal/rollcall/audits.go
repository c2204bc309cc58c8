package rollcall

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// AuditFilter chooses lines of the audit.
type AuditFilter struct {
	Site    Field[SiteID] // absent: of every chain; given and empty: of no site
	Contact ContactID     // empty: about anybody
	After   AuditCursor   // zero: from the beginning
	Limit   int           // 0: all
}

// AuditCursor is a place in the audit of a dealer, whose lines are in the order of time, then of chain and place.
type AuditCursor struct {
	At   int64 // microseconds
	Site SiteID
	Seq  int64
}

func (c AuditCursor) String() string {
	text, _ := json.Marshal([]any{c.At, c.Site, c.Seq}) // numbers and a text can always be encoded
	return base64.RawURLEncoding.EncodeToString(text)
}

func parseCursor(s string) (c AuditCursor, ok bool) {
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return c, false
	}
	parts := []any{&c.At, &c.Site, &c.Seq}
	return c, json.Unmarshal(text, &parts) == nil && len(parts) == 3
}

// AuditQuery chooses lines of the audit for a caller.
type AuditQuery struct {
	Site    Field[string]
	Contact string
	After   string     // a cursor; empty: from the beginning
	Limit   Field[int] // 100 unless given, at most 500
}

// Audit returns lines of the dealer's audit, the oldest first, and the cursor of the last, empty where there is none:
// InvalidRequest.
func (s *Service) Audit(ctx context.Context, who Caller, q AuditQuery) (lines []AuditLine, next string, err error) {
	filter := AuditFilter{
		Site:    Field[SiteID]{Value: SiteID(q.Site.Value), Set: q.Site.Set},
		Contact: ContactID(q.Contact),
		Limit:   min(q.Limit.or(100), 500),
	}
	if err := firstBadQuery(badCount("limit", q.Limit)); err != nil {
		return nil, "", err
	}
	if q.After != "" {
		var ok bool
		if filter.After, ok = parseCursor(q.After); !ok {
			return nil, "", badQuery("after", problem{codeInvalid, "must be the next_after of an earlier answer"})
		}
	}
	if lines, err = s.store.AuditLines(ctx, who.Dealer, filter); err != nil || len(lines) == 0 {
		return nil, "", err
	}
	last := lines[len(lines)-1]
	return lines, AuditCursor{At: last.At.UnixMicro(), Site: last.Site, Seq: last.Seq}.String(), nil
}

// AuditFault is what is wrong with an audit.
type AuditFault struct {
	Dealer DealerID
	Site   SiteID // whose chain
	Seq    int64  // the place of the first broken line
	What   string
}

// AuditReport is what VerifyAudit found.
type AuditReport struct {
	Lines  int64
	Heads  []AuditHead  // of every chain: what to note elsewhere, and to expect later
	Faults []AuditFault // the first of each chain
}

const verifyBatch = 1000 // lines in memory at once

// VerifyAudit walks every chain of every dealer. The lines that the expected heads name, noted elsewhere when they were the
// last of their chains, must still be there.
func (s *Service) VerifyAudit(ctx context.Context, expected []AuditHead) (AuditReport, error) {
	var report AuditReport
	dealers, err := s.store.Dealers(ctx)
	if err != nil {
		return report, err
	}
	expect := make(map[chain][]AuditHead)
	for _, head := range expected {
		expect[head.chain()] = append(expect[head.chain()], head)
	}
	for _, d := range dealers {
		heads, err := s.store.AuditHeads(ctx, d.ID)
		if err != nil {
			return report, err
		}
		for _, head := range heads {
			lines, fault, err := s.verifyChain(ctx, head, expect[head.chain()])
			if err != nil {
				return report, err
			}
			delete(expect, head.chain())
			report.Heads = append(report.Heads, head)
			report.Lines += lines
			if fault != nil {
				report.Faults = append(report.Faults, *fault)
			}
		}
	}
	for c := range expect {
		report.Faults = append(report.Faults, AuditFault{Dealer: c.dealer, Site: c.site, Seq: 1, What: "the whole chain is missing"})
	}
	return report, nil
}

// chain names a chain of the audit.
type chain struct {
	dealer DealerID
	site   SiteID
}

func (h *AuditHead) chain() chain { return chain{h.Dealer, h.Site} }

// verifyChain walks one chain, up to its head as it was when it was read, and returns how many lines it has.
func (s *Service) verifyChain(ctx context.Context, head AuditHead, expected []AuditHead) (int64, *AuditFault, error) {
	fault := func(seq int64, what string) *AuditFault {
		return &AuditFault{Dealer: head.Dealer, Site: head.Site, Seq: seq, What: what}
	}
	var prev Hash
	gone := erasures{}
	seq := int64(0)
	for more := true; more; {
		lines, err := s.store.AuditChain(ctx, head.Dealer, head.Site, seq, verifyBatch)
		if err != nil {
			return seq, nil, err
		}
		more = len(lines) == verifyBatch
		for i := range lines {
			if seq == head.Count {
				if now, err := s.store.AuditHead(ctx, head.Dealer, head.Site); err != nil || now.Count > seq {
					return seq, nil, err // written since the head was read
				}
				return seq, fault(seq+1, "it comes after the end of the chain"), nil
			}
			if what := lines[i].fault(seq+1, prev); what != "" {
				return seq, fault(seq+1, what), nil
			}
			seq, prev = lines[i].Seq, lines[i].Hash
			gone.see(&lines[i])
			for _, e := range expected {
				if e.Count == seq && e.Hash != prev {
					return seq, fault(seq, "it is not the one that was noted elsewhere"), nil
				}
			}
		}
	}
	for _, e := range expected {
		if e.Count > seq {
			return seq, fault(seq+1, "it is missing, and was noted elsewhere"), nil
		}
	}
	switch {
	case seq < head.Count:
		return seq, fault(seq+1, "it is missing"), nil
	case prev != head.Hash:
		return seq, fault(seq, "it is not the one that the head names"), nil
	case len(s.opts.Secrets) > 0 && !head.signed(s.opts.Secrets):
		return seq, fault(seq, "the head after it is not signed by this server's secret"), nil
	}
	if first, ok := gone.unexplained(); ok {
		return seq, fault(first, "its values were taken out, but nobody erased the person"), nil
	}
	return seq, nil, nil
}

// erasures holds, for each person whose values are gone from a chain, the first line of those that no erasure explains.
type erasures map[ContactID]int64

// see takes the next line of the chain.
func (e erasures) see(l *AuditLine) {
	if l.Action == "contact.erased" {
		delete(e, l.Contact)
	}
	if _, known := e[l.Contact]; !known && l.Erased() {
		e[l.Contact] = l.Seq
	}
}

// unexplained returns the first line of all.
func (e erasures) unexplained() (seq int64, ok bool) {
	for _, first := range e {
		if !ok || first < seq {
			seq, ok = first, true
		}
	}
	return seq, ok
}

// ContactsAsOf returns a page of the site's contacts that match as they were at a moment, and how many match in all:
// SiteNotFound, InvalidRequest. People who were erased since are not among them.
func (s *Service) ContactsAsOf(ctx context.Context, who Caller, ref SiteRef, at time.Time, q ContactQuery) ([]Contact, int, error) {
	site, err := s.store.Site(ctx, who.Dealer, ref)
	if err != nil {
		return nil, 0, err
	}
	filter, err := q.filter()
	if err != nil {
		return nil, 0, err
	}
	lines, err := s.store.AuditLines(ctx, who.Dealer, AuditFilter{Site: Given(site.ID)})
	if err != nil {
		return nil, 0, err
	}
	then, err := replayContacts(lines, at)
	if err != nil {
		return nil, 0, err
	}
	match := slices.DeleteFunc(then, func(c Contact) bool { return !filter.matches(&c) })
	total := len(match)
	if filter.Page.Limit > 0 {
		from := min(filter.Page.Offset, total)
		match = match[from:min(from+filter.Page.Limit, total)]
	}
	return match, total, nil
}

// matches reports whether the filter chooses the contact.
func (f *ContactFilter) matches(c *Contact) bool {
	text := c.SearchText()
	return (f.Type == "" || f.Type == c.Type) && (f.Role == "" || f.Role == c.Role) &&
		(f.Phone == "" || f.Phone == c.PhoneState.Status) && (f.Email == "" || f.Email == c.EmailState.Status) &&
		!slices.ContainsFunc(f.Terms, func(term string) bool { return !strings.Contains(text, term) })
}

// replayContacts returns the contacts of a site as its lines up to a moment left them, in their places.
func replayContacts(lines []AuditLine, at time.Time) ([]Contact, error) {
	var all []*Contact // in the order in which they were added
	live := map[ContactID]*Contact{}
	slices.SortFunc(lines, func(a, b AuditLine) int { return int(a.Seq - b.Seq) })
	for i := range lines {
		l := &lines[i]
		if l.At.After(at) || l.Contact == "" || l.Erased() {
			continue
		}
		changed, err := l.Changes()
		if err != nil {
			return nil, err
		}
		c := live[l.Contact]
		switch l.Action {
		case "contact.created":
			c = &Contact{Dealer: l.Dealer, Site: l.Site, ID: l.Contact, Created: l.At, Updated: l.At, Version: 1}
			all = append(all, c)
			live[l.Contact] = c
		case "contact.deleted":
			delete(live, l.Contact)
			continue
		case "contact.restored":
			if c = lastOf(all, l.Contact); c != nil { // the line has all of it, and says nothing of what is empty
				*c = Contact{Dealer: c.Dealer, Site: c.Site, ID: c.ID, Created: c.Created, Updated: c.Updated, Version: c.Version}
				live[l.Contact] = c
			}
		case "contact.updated":
			if c != nil {
				c.Updated = l.At
			}
		}
		if c == nil {
			continue
		}
		c.apply(changed)
	}
	var there []Contact
	for _, c := range all {
		if live[c.ID] == c {
			there = append(there, *c)
		}
	}
	return there, nil
}

// apply puts the new values over the contact.
func (c *Contact) apply(changed []Change) {
	for _, change := range changed {
		text := ""
		if change.New != nil {
			text = *change.New
		}
		c.set(change.Field, text)
	}
}

// lastOf returns the latest contact with this identifier, nil where there is none.
func lastOf(all []*Contact, id ContactID) *Contact {
	for _, c := range slices.Backward(all) {
		if c.ID == id {
			return c
		}
	}
	return nil
}
