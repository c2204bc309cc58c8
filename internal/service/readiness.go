package service

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// readinessReader reads the stored readiness of sites.
type readinessReader interface {
	// Readiness returns the stored readiness of a site: SiteNotFound.
	Readiness(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (StoredReadiness, error)
	// ReadinessContacts returns the contacts of a site in the order of their positions, with nothing but what decides about
	// readiness: ID, Type, Calling without Position and Availability, and of each phone what a call needs, and State.
	ReadinessContacts(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) ([]rollcall.Contact, error)
	// ReadinessList returns a page of the dealer's sites that match, and counts all of its sites.
	ReadinessList(ctx context.Context, dealer rollcall.DealerID, filter ReadinessFilter, now time.Time) (ReadinessList, error)
	// DueReadiness returns at most limit sites of all dealers whose Due has come, in the order of Due, dealer and site, starting
	// behind after.
	DueReadiness(ctx context.Context, now time.Time, after Due, limit int) ([]Due, error)
}

// readinessWriter changes the stored readiness of sites in a transaction.
type readinessWriter interface {
	// UpdateReadiness replaces the stored readiness of a site: SiteNotFound.
	UpdateReadiness(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, r StoredReadiness) error
	// MakeReadinessDue makes every site of the dealer due at a time, unless it is due earlier.
	MakeReadinessDue(ctx context.Context, dealer rollcall.DealerID, at time.Time) error
}

// StoredReadiness is the readiness of a site as it is stored: exact until Due.
type StoredReadiness struct {
	Status  rollcall.ReadinessStatus
	Reasons []rollcall.ReasonCode // each once, in alphabetical order
	Since   time.Time             // when Status changed
	Due     time.Time             // when time alone may change it; zero: never
}

// SiteReadiness is a site in a list of readiness.
type SiteReadiness struct {
	Site      rollcall.SiteID
	Reference string // empty: none
	Name      string
	SortName  string // the folded name, by which lists are sorted
	StoredReadiness
}

// ReadinessCount is how many sites of a dealer have a status with the same reasons.
type ReadinessCount struct {
	StoredReadiness // Status and Reasons only
	Sites           int
}

// ReadinessFilter selects a page of sites.
type ReadinessFilter struct {
	Statuses []rollcall.ReadinessStatus // empty: any
	Reasons  []rollcall.ReasonCode      // a site has one of them; empty: any
	Terms    []string                   // each is in Site.SearchText
	BySince  bool                       // the latest change of status first; else in the order of names
	After    SiteReadiness              // the last site of the page before: Site, SortName and Since; the zero value: none
	Limit    int
}

// ReadinessList is a page of sites, and the counts of all sites of the dealer.
type ReadinessList struct {
	ComputedAt time.Time // the list is exact for this time
	Counts     []ReadinessCount
	Sites      []SiteReadiness
	NextAfter  string // the cursor of the next page; empty: this is the last page
}

// Totals returns how many sites have each status, and how many have each reason that any has.
func (l *ReadinessList) Totals() (statuses map[rollcall.ReadinessStatus]int, reasons map[rollcall.ReasonCode]int) {
	statuses, reasons = map[rollcall.ReadinessStatus]int{}, map[rollcall.ReasonCode]int{}
	for _, status := range rollcall.ReadinessStatuses() {
		statuses[status] = 0
	}
	for _, count := range l.Counts {
		statuses[count.Status] += count.Sites
		for _, code := range count.Reasons {
			reasons[code] += count.Sites
		}
	}
	return statuses, reasons
}

// ReadinessQuery selects a page of sites for a caller. The zero value selects the first 100 by name.
type ReadinessQuery struct {
	Status, Reason rollcall.Field[[]string]
	Search         string                 // at most 200 characters
	Sort           rollcall.Field[string] // name or since
	After          rollcall.Field[string] // NextAfter of the page before
	Limit          rollcall.Field[int]    // at most 500
}

const (
	listLimit    = 100 // items of a page
	maxListLimit = 500
)

// CurrentReadiness is the readiness of a site now, since when it has its status, and what it was computed from.
type CurrentReadiness struct {
	Site     rollcall.Site
	Contacts []rollcall.Contact // in the order of their positions; reasons point into them
	rollcall.Readiness
	Since time.Time
}

// Readiness returns the readiness of a site now: SiteNotFound.
func (s *Service) Readiness(ctx context.Context, caller Caller, ref rollcall.SiteRef) (r CurrentReadiness, err error) {
	err = s.store.Snapshot(ctx, func(read Reader) error {
		site, err := read.Site(ctx, caller.Dealer, ref)
		if err != nil {
			return err
		}
		stored, err := read.Readiness(ctx, caller.Dealer, site.ID)
		if err != nil {
			return err
		}
		contacts, _, err := read.Contacts(ctx, site.Dealer, rollcall.SiteRef{ID: site.ID}, ContactFilter{})
		if err != nil {
			return err
		}
		at, err := readinessOver(ctx, read, &site, contacts)
		if err != nil {
			return err
		}
		now := s.now()
		r = CurrentReadiness{Site: site, Contacts: contacts, Readiness: at(now), Since: upToDate(stored, at, now).Since}
		return nil
	})
	return r, err
}

// readinessOver returns the function that computes the readiness of a site with these contacts for a time.
func readinessOver(ctx context.Context, read Reader, site *rollcall.Site, contacts []rollcall.Contact) (func(time.Time) rollcall.Readiness, error) {
	set, err := read.Settings(ctx, site.Dealer)
	if err != nil {
		return nil, err
	}
	rules := site.ReadinessRules.Over(set.Readiness)
	return func(t time.Time) rollcall.Readiness { return rollcall.ReadinessAt(site, contacts, rules, t) }, nil
}

// storedAt returns the readiness at a time as it is stored after the state before.
func storedAt(before StoredReadiness, r *rollcall.Readiness, at time.Time) StoredReadiness {
	next := StoredReadiness{Status: r.Status, Since: before.Since, Due: r.NextChange}
	if r.Status != before.Status {
		next.Since = at
	}
	for _, reason := range r.Reasons {
		next.Reasons = append(next.Reasons, reason.Code)
	}
	slices.Sort(next.Reasons)
	next.Reasons = slices.Compact(next.Reasons)
	return next
}

// advance returns the states that a stored readiness passes until now because of time alone, in order. at computes the
// readiness at a time.
func advance(stored StoredReadiness, at func(time.Time) rollcall.Readiness, now time.Time) (passed []StoredReadiness) {
	for !stored.Due.IsZero() && !stored.Due.After(now) {
		r := at(stored.Due)
		stored = storedAt(stored, &r, stored.Due)
		passed = append(passed, stored)
	}
	return passed
}

// upToDate returns the last state of advance, and stored if time changed nothing.
func upToDate(stored StoredReadiness, at func(time.Time) rollcall.Readiness, now time.Time) StoredReadiness {
	for _, passed := range advance(stored, at, now) {
		stored = passed
	}
	return stored
}

// ListReadiness returns a page of the dealer's sites with their readiness, and counts of all sites: InvalidRequest.
func (s *Service) ListReadiness(ctx context.Context, caller Caller, q ReadinessQuery) (ReadinessList, error) {
	filter := ReadinessFilter{
		Statuses: choices[rollcall.ReadinessStatus](q.Status),
		Reasons:  choices[rollcall.ReasonCode](q.Reason),
		Terms:    rollcall.SearchWords(q.Search),
		BySince:  q.Sort.Value == "since",
	}
	err := firstBadQuery(
		badChoices("status", q.Status, rollcall.ReadinessStatuses()),
		badChoices("reason", q.Reason, rollcall.ReasonCodes()),
		badSearch(q.Search),
		badChoice("sort", q.Sort, []string{"name", "since"}),
		badCount("limit", q.Limit),
		readCursor(q.After, &filter.After.Site, &filter.After.SortName, &filter.After.Since),
	)
	if err != nil {
		return ReadinessList{}, err
	}
	limit := min(q.Limit.ValueOr(listLimit), maxListLimit)
	filter.Limit = limit + 1
	list, err := s.store.ReadinessList(ctx, caller.Dealer, filter, s.now())
	if err == nil && len(list.Sites) > limit {
		list.Sites = list.Sites[:limit]
		last := &list.Sites[limit-1]
		list.NextAfter = cursor(last.Site, last.SortName, last.Since)
	}
	return list, err
}

// cursor returns the cursor behind an item of a list, whose key has these parts.
func cursor(key ...any) string {
	text, _ := json.Marshal(key) // strings, numbers and times can be encoded
	return base64.RawURLEncoding.EncodeToString(text)
}

// readCursor reads the parts of the key from a cursor. Without a cursor they stay as they are.
func readCursor(after rollcall.Field[string], key ...any) *rollcall.Error {
	if !after.Set {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(after.Value)
	var parts []json.RawMessage
	if err == nil {
		err = json.Unmarshal(text, &parts)
	}
	nul := false // which PostgreSQL refuses in a text
	for i := 0; err == nil && i < len(key) && len(parts) == len(key); i++ {
		err = json.Unmarshal(parts[i], key[i])
		var text string
		nul = nul || json.Unmarshal(parts[i], &text) == nil && strings.ContainsRune(text, 0)
	}
	if err != nil || nul || len(parts) != len(key) {
		return badQuery("after", "must be the next_after of an earlier response")
	}
	return nil
}

// siteKey names a site of any dealer.
type siteKey struct {
	dealer rollcall.DealerID
	site   rollcall.SiteID
}

// siteChanged makes the transaction compute the readiness of a site again before it commits.
func (ch *change) siteChanged(site rollcall.SiteID) {
	ch.changed[siteKey{ch.caller.Dealer, site}] = true
}

// keepReadiness computes the readiness of the sites that the transaction changed.
func (ch *change) keepReadiness() error {
	keys := make([]siteKey, 0, len(ch.changed))
	for key := range ch.changed {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b siteKey) int { return cmp.Or(cmp.Compare(a.dealer, b.dealer), cmp.Compare(a.site, b.site)) })
	for _, key := range keys {
		caller := server(key.dealer)
		caller.RequestID = ch.caller.RequestID
		if err := ch.as(caller).updateReadiness(key.site); err != nil {
			return err
		}
	}
	return nil
}

// updateReadiness stores the readiness of a site now. It does nothing if the site was deleted.
func (ch *change) updateReadiness(id rollcall.SiteID) error {
	stored, at, err := ch.storedReadiness(id)
	if rollcall.KindOf(err) == rollcall.SiteNotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	now := ch.now()
	r := at(now)
	return ch.putReadiness(id, stored, storedAt(stored, &r, now))
}

// storedReadiness locks a site, and returns its stored readiness and the function that computes it for a time: SiteNotFound.
func (ch *change) storedReadiness(id rollcall.SiteID) (stored StoredReadiness, at func(time.Time) rollcall.Readiness, err error) {
	site, _, err := ch.tx.LockSite(ch.ctx, ch.caller.Dealer, rollcall.SiteRef{ID: id})
	if err != nil {
		return stored, nil, err
	}
	return readReadiness(ch.ctx, ch.tx, &site)
}

// readReadiness returns the stored readiness of a site and the function that computes it for a time: SiteNotFound.
func readReadiness(ctx context.Context, read Reader, site *rollcall.Site) (stored StoredReadiness, at func(time.Time) rollcall.Readiness, err error) {
	if stored, err = read.Readiness(ctx, site.Dealer, site.ID); err != nil {
		return stored, nil, err
	}
	contacts, err := read.ReadinessContacts(ctx, site.Dealer, site.ID)
	if err == nil {
		at, err = readinessOver(ctx, read, site, contacts)
	}
	return stored, at, err
}

// putReadiness stores the next readiness of a site, if it is different, and records a change of the status.
func (ch *change) putReadiness(id rollcall.SiteID, before, next StoredReadiness) error {
	if next.Status == before.Status && next.Due.Equal(before.Due) && slices.Equal(next.Reasons, before.Reasons) {
		return nil
	}
	if err := ch.tx.UpdateReadiness(ch.ctx, ch.caller.Dealer, id, next); err != nil || next.Status == before.Status {
		return err
	}
	line := audit.Line{Site: id, Action: audit.ReadinessChanged, Subject: string(id)}
	return ch.record(line, audit.ReadinessChanges(before.Status, next.Status, next.Since))
}

// advanceReadiness stores the readiness of a site whose Due has come.
func (ch *change) advanceReadiness(due Due) error {
	ch = ch.as(server(due.Dealer))
	stored, at, err := ch.storedReadiness(due.Site)
	if err != nil {
		if rollcall.KindOf(err) == rollcall.SiteNotFound {
			return nil // deleted after the query
		}
		return err
	}
	for _, next := range advance(stored, at, ch.now()) {
		if err := ch.putReadiness(due.Site, stored, next); err != nil {
			return err
		}
		stored = next
	}
	return nil
}
