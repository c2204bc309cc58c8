package service

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// quotaReached returns the error of a record beyond a quota: QuotaReached.
func quotaReached(quota rollcall.Quota, most int) error {
	what := string(quota)
	way := "delete " + what + " that you no longer need"
	switch quota {
	case rollcall.QuotaKeys:
		way = "revoke keys that you no longer need"
	case rollcall.QuotaAnswers:
		what, way = "idempotency records", "wait until some are 24 hours old"
	}
	return &rollcall.Error{
		Kind:    rollcall.QuotaReached,
		Message: "this dealer has reached its limit of " + strconv.Itoa(most) + " " + what + "; " + way + ", or ask the operator to raise it",
	}
}

// A count of records holds for a minute, and is not made twice in a second.
const (
	countHolds = time.Minute
	countEvery = time.Second
)

// usage is how many records of one kind a dealer has, as far as this process knows: what it counted last, and what it added and
// removed since. A new count sees what other processes did.
type usage struct {
	counting sync.Mutex // held during a count

	mu      sync.Mutex
	counted time.Time // zero: never
	most    int
	used    int
	pending int // taken by changes that are not committed
	added   int // committed during the count that runs, which may not have seen it
}

type usageKey struct {
	dealer rollcall.DealerID
	quota  rollcall.Quota
}

// usages holds the usage of every dealer that this process has changes of.
type usages struct{ all sync.Map }

func (u *usages) of(dealer rollcall.DealerID, quota rollcall.Quota) *usage {
	found, ok := u.all.Load(usageKey{dealer, quota})
	if !ok {
		found, _ = u.all.LoadOrStore(usageKey{dealer, quota}, &usage{})
	}
	return found.(*usage)
}

// forget has the records of a dealer counted again, since its quotas changed.
func (u *usages) forget(dealer rollcall.DealerID) {
	for _, quota := range rollcall.RecordQuotas() {
		u.all.Delete(usageKey{dealer, quota})
	}
}

// take takes room for one record, and reports whether there was any. An old count is as good as none, unless a new one is under way.
func (u *usage) take(now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.counted.IsZero() || u.full() {
		return false
	}
	if !u.holds(now, countHolds) && u.counting.TryLock() {
		u.counting.Unlock()
		return false
	}
	u.pending++
	return true
}

func (u *usage) full() bool { return u.most > 0 && u.used+u.pending >= u.most }

// holds reports whether the last count is younger than a time. One of the future, from before the clock was set back, is not.
func (u *usage) holds(now time.Time, most time.Duration) bool {
	age := now.Sub(u.counted)
	return !u.counted.IsZero() && age >= 0 && age < most
}

// settle ends a change that took room for records and removed others.
func (u *usage) settle(taken, removed int, committed bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.pending -= taken
	if committed {
		u.used = max(0, u.used+taken-removed)
		u.added += taken
	}
}

// shortage is the error of a change that found no room. Its transaction is rolled back, the records are counted, and it runs again.
type shortage struct{ usageKey }

func (s *shortage) Error() string {
	return "no room for another record in the quota of " + string(s.quota)
}

// recount counts the records that were short, and reports whether the change should run again. Otherwise the quota is reached.
func (s *Service) recount(ctx context.Context, short usageKey) (again bool, most int, err error) {
	u := s.usages.of(short.dealer, short.quota)
	u.counting.Lock()
	defer u.counting.Unlock()
	now := s.now()
	u.mu.Lock()
	fresh, full := u.holds(now, countEvery), u.full()
	most, u.added = u.most, 0
	u.mu.Unlock()
	if fresh {
		return !full, most, nil
	}
	set, err := s.store.Settings(ctx, short.dealer)
	n := 0
	if most = set.Quotas.Limit(short.quota); err == nil && most > 0 {
		n, err = s.store.CountRecords(ctx, short.dealer, short.quota)
	}
	if ctx.Err() != nil {
		return false, 0, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.counted = now
	if err != nil { // the old count holds on: a quota must not stop what can be done
		s.log.LogAttrs(ctx, slog.LevelWarn, "counting the records of a dealer", slog.String("dealer_id", string(short.dealer)),
			slog.String("quota", string(short.quota)), slog.String("error", err.Error()))
	} else {
		u.most, u.used = most, n+u.added
	}
	return !u.full(), u.most, nil
}

// withQuotas calls change, which runs a transaction and counts its records with the meter, again after each count that it needs:
// QuotaReached.
func (s *Service) withQuotas(ctx context.Context, change func(m *meter) error) error {
	for tries := 0; ; tries++ {
		m := &meter{service: s}
		err := m.run(change)
		var short *shortage
		if !errors.As(err, &short) {
			return err
		}
		again, most, err := s.recount(ctx, short.usageKey)
		if err != nil {
			return err
		}
		if !again || tries == len(rollcall.RecordQuotas()) {
			s.quotaRefused(short.quota)
			return quotaReached(short.quota, most)
		}
	}
}

func (s *Service) quotaRefused(quota rollcall.Quota) {
	if s.opts.OnQuota != nil {
		s.opts.OnQuota(quota)
	}
}

// meter is a Tx that counts the records that a transaction adds and removes, and adds none beyond a quota.
type meter struct {
	Tx
	service *Service
	taken   map[usageKey]int
	removed map[usageKey]int
}

func (m *meter) run(change func(m *meter) error) (err error) {
	committed := false
	defer func() { m.settle(committed) }() // also where change panics
	err = change(m)
	committed = err == nil
	return err
}

// begin starts a run of the transaction, which may run more than once.
func (m *meter) begin(tx Tx) {
	m.settle(false)
	m.Tx = tx
}

func (m *meter) settle(committed bool) {
	for key, n := range m.taken {
		m.service.usages.of(key.dealer, key.quota).settle(n, 0, committed)
	}
	for key, n := range m.removed {
		m.service.usages.of(key.dealer, key.quota).settle(0, n, committed)
	}
	m.taken, m.removed = nil, nil
}

// take takes room for one record: *shortage.
func (m *meter) take(dealer rollcall.DealerID, quota rollcall.Quota) error {
	key := usageKey{dealer, quota}
	if !m.service.usages.of(dealer, quota).take(m.service.now()) {
		return &shortage{key}
	}
	if m.taken == nil {
		m.taken = make(map[usageKey]int)
	}
	m.taken[key]++
	return nil
}

func (m *meter) remove(dealer rollcall.DealerID, quota rollcall.Quota, n int) {
	if m.removed == nil {
		m.removed = make(map[usageKey]int)
	}
	m.removed[usageKey{dealer, quota}] += n
}

// InsertSite implements Tx.
func (m *meter) InsertSite(ctx context.Context, s rollcall.Site) (seq int64, err error) {
	if seq, err = m.Tx.InsertSite(ctx, s); err == nil {
		err = m.take(s.Dealer, rollcall.QuotaSites)
	}
	return seq, err
}

// DeleteSite implements Tx.
func (m *meter) DeleteSite(ctx context.Context, dealer rollcall.DealerID, id rollcall.SiteID) error {
	_, contacts, err := m.LockSite(ctx, dealer, rollcall.SiteRef{ID: id})
	if err == nil {
		err = m.Tx.DeleteSite(ctx, dealer, id)
	}
	if err == nil {
		m.remove(dealer, rollcall.QuotaSites, 1)
		m.remove(dealer, rollcall.QuotaContacts, contacts)
	}
	return err
}

// ReserveContact implements Tx.
func (m *meter) ReserveContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef) (slot ContactSlot, err error) {
	if slot, err = m.Tx.ReserveContact(ctx, dealer, site); err == nil {
		err = m.take(dealer, rollcall.QuotaContacts)
	}
	return slot, err
}

// UndeleteContact implements Tx.
func (m *meter) UndeleteContact(ctx context.Context, c rollcall.Contact) (count int, err error) {
	if count, err = m.Tx.UndeleteContact(ctx, c); err == nil {
		err = m.take(c.Dealer, rollcall.QuotaContacts)
	}
	return count, err
}

// SoftDeleteContact implements Tx.
func (m *meter) SoftDeleteContact(ctx context.Context, c rollcall.Contact, at time.Time) error {
	err := m.Tx.SoftDeleteContact(ctx, c, at)
	if err == nil {
		m.remove(c.Dealer, rollcall.QuotaContacts, 1)
	}
	return err
}

// roomForKey returns QuotaReached where the dealer, which is locked, has as many keys as it may.
func (ch *change) roomForKey(dealer rollcall.DealerID) error {
	set, err := ch.tx.Settings(ch.ctx, dealer)
	if err != nil || set.Quotas.Keys == 0 {
		return err
	}
	keys, err := ch.tx.Keys(ch.ctx, dealer)
	if err != nil {
		return err
	}
	now, working := ch.now(), 0
	for _, k := range keys {
		if k.Revoked.IsZero() && (k.Expires.IsZero() || now.Before(k.Expires)) {
			working++
		}
	}
	if working >= set.Quotas.Keys {
		return quotaReached(rollcall.QuotaKeys, set.Quotas.Keys)
	}
	return nil
}
