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

// quotaReached returns the error for a record beyond a quota: QuotaReached.
func quotaReached(quota rollcall.Quota, most int) error {
	what := string(quota)
	remedy := "delete " + what + " you no longer need"
	switch quota {
	case rollcall.QuotaKeys:
		remedy = "revoke keys you no longer need"
	case rollcall.QuotaIdempotencyRecords:
		what, remedy = "idempotency records", "wait until some are 24 hours old"
	}
	return &rollcall.Error{
		Kind:    rollcall.QuotaReached,
		Message: "this dealer has reached its limit of " + strconv.Itoa(most) + " " + what + "; " + remedy + ", or ask the operator to raise it",
	}
}

const (
	countMaxAge   = time.Minute // older counts are made again
	countInterval = time.Second // between two counts of the same records at a quota
)

// usage is the number of a dealer's records of one kind as known to this process: the last count, plus what this process has
// added and removed since. The next count includes the changes of other processes.
type usage struct {
	counting sync.Mutex // held while the database is counted

	mu      sync.Mutex
	counted time.Time // when; zero: never
	most    int       // the quota; 0: no limit
	used    int
	pending int // added by changes that are not committed
	added   int // committed during the current count, which may have missed it
}

type usageKey struct {
	dealer rollcall.DealerID
	quota  rollcall.Quota
}

// usages holds the usage of every dealer with changes in this process.
type usages struct{ all sync.Map }

func (u *usages) of(dealer rollcall.DealerID, quota rollcall.Quota) *usage {
	found, ok := u.all.Load(usageKey{dealer, quota})
	if !ok {
		found, _ = u.all.LoadOrStore(usageKey{dealer, quota}, &usage{})
	}
	return found.(*usage)
}

// reset makes the next change count the records of a dealer again.
func (u *usages) reset(dealer rollcall.DealerID) {
	for _, quota := range rollcall.RecordQuotas() {
		u.all.Delete(usageKey{dealer, quota})
	}
}

// add counts one pending record, and reports whether the quota allows it. It returns false as well if the count is too old and
// nobody makes a new one.
func (u *usage) add(now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.counted.IsZero() || u.full() {
		return false
	}
	if !u.youngerThan(countMaxAge, now) && u.counting.TryLock() {
		u.counting.Unlock()
		return false
	}
	u.pending++
	return true
}

func (u *usage) full() bool { return u.most > 0 && u.used+u.pending >= u.most }

// youngerThan reports whether the last count is younger than maxAge. A count of the future, from before the clock was set back,
// is not.
func (u *usage) youngerThan(maxAge time.Duration, now time.Time) bool {
	age := now.Sub(u.counted)
	return !u.counted.IsZero() && age >= 0 && age < maxAge
}

// settle ends a change that added and removed records.
func (u *usage) settle(added, removed int, committed bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.pending -= added
	if committed {
		u.used = max(0, u.used+added-removed)
		u.added += added
	}
}

// shortage is the error of a change beyond a quota. Its transaction is rolled back, the records are counted, and it runs again.
type shortage struct{ usageKey }

func (s *shortage) Error() string {
	return "no room for another record in the quota of " + string(s.quota)
}

// recount counts the records of a shortage, and reports whether the change should run again and what the quota is.
func (s *Service) recount(ctx context.Context, short usageKey) (again bool, most int, err error) {
	u := s.usages.of(short.dealer, short.quota)
	u.counting.Lock()
	defer u.counting.Unlock()
	now := s.now()
	u.mu.Lock()
	fresh, full := u.youngerThan(countInterval, now), u.full()
	most, u.added = u.most, 0
	u.mu.Unlock()
	if fresh {
		return !full, most, nil
	}
	set, err := s.store.Settings(ctx, short.dealer)
	n := 0
	if most = set.Quotas.Limit(short.quota); err == nil && most > 0 {
		n, err = s.countRecords(ctx, short.dealer, short.quota)
	}
	if ctx.Err() != nil {
		return false, 0, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.counted = now
	if err != nil { // keep the old count: a failed count must not stop changes
		s.log.LogAttrs(ctx, slog.LevelWarn, "counting records for a quota failed", slog.String("dealer_id", string(short.dealer)),
			slog.String("quota", string(short.quota)), slog.String("error", err.Error()))
	} else {
		u.most, u.used = most, n+u.added
	}
	return !u.full(), u.most, nil
}

// countRecords counts the records of a dealer and of its sandbox, which share the quotas.
func (s *Service) countRecords(ctx context.Context, dealer rollcall.DealerID, quota rollcall.Quota) (int, error) {
	n, err := s.store.CountRecords(ctx, dealer, quota)
	if err != nil {
		return 0, err
	}
	more, err := s.store.CountRecords(ctx, dealer.Sandbox(), quota)
	return n + more, err
}

// withQuotas calls run, which runs a transaction with the given Tx, and calls it again after each count that it needs:
// QuotaReached.
func (s *Service) withQuotas(ctx context.Context, run func(tx *quotaTx) error) error {
	for tries := 0; ; tries++ {
		tx := &quotaTx{usages: &s.usages, now: s.now}
		err := tx.run(run)
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

// quotaTx is a Tx that counts the records that a transaction adds and removes, and fails with *shortage beyond a quota.
type quotaTx struct {
	Tx
	usages  *usages
	now     func() time.Time
	added   map[usageKey]int
	removed map[usageKey]int
}

// run calls fn and then settles the counts, also if fn panics.
func (t *quotaTx) run(fn func(tx *quotaTx) error) (err error) {
	committed := false
	defer func() { t.settle(committed) }()
	err = fn(t)
	committed = err == nil
	return err
}

// begin starts a run of the transaction, which may run more than once.
func (t *quotaTx) begin(tx Tx) {
	t.settle(false)
	t.Tx = tx
}

func (t *quotaTx) settle(committed bool) {
	for key, n := range t.added {
		t.usages.of(key.dealer, key.quota).settle(n, 0, committed)
	}
	for key, n := range t.removed {
		t.usages.of(key.dealer, key.quota).settle(0, n, committed)
	}
	t.added, t.removed = nil, nil
}

// add counts one more record: *shortage.
func (t *quotaTx) add(dealer rollcall.DealerID, quota rollcall.Quota) error {
	key := usageKey{dealer.Live(), quota}
	if !t.usages.of(key.dealer, quota).add(t.now()) {
		return &shortage{key}
	}
	if t.added == nil {
		t.added = make(map[usageKey]int)
	}
	t.added[key]++
	return nil
}

func (t *quotaTx) remove(dealer rollcall.DealerID, quota rollcall.Quota, n int) {
	if t.removed == nil {
		t.removed = make(map[usageKey]int)
	}
	t.removed[usageKey{dealer.Live(), quota}] += n
}

// InsertSite implements Tx.
func (t *quotaTx) InsertSite(ctx context.Context, s rollcall.Site) (seq int64, err error) {
	if seq, err = t.Tx.InsertSite(ctx, s); err == nil {
		err = t.add(s.Dealer, rollcall.QuotaSites)
	}
	return seq, err
}

// DeleteSite implements Tx.
func (t *quotaTx) DeleteSite(ctx context.Context, dealer rollcall.DealerID, id rollcall.SiteID) error {
	_, contacts, err := t.LockSite(ctx, dealer, rollcall.SiteRef{ID: id})
	if err == nil {
		err = t.Tx.DeleteSite(ctx, dealer, id)
	}
	if err == nil {
		t.remove(dealer, rollcall.QuotaSites, 1)
		t.remove(dealer, rollcall.QuotaContacts, contacts)
	}
	return err
}

// ReserveContact implements Tx.
func (t *quotaTx) ReserveContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef) (slot ContactSlot, err error) {
	if slot, err = t.Tx.ReserveContact(ctx, dealer, site); err == nil {
		err = t.add(dealer, rollcall.QuotaContacts)
	}
	return slot, err
}

// UndeleteContact implements Tx.
func (t *quotaTx) UndeleteContact(ctx context.Context, c rollcall.Contact) (count int, err error) {
	if count, err = t.Tx.UndeleteContact(ctx, c); err == nil {
		err = t.add(c.Dealer, rollcall.QuotaContacts)
	}
	return count, err
}

// SoftDeleteContact implements Tx.
func (t *quotaTx) SoftDeleteContact(ctx context.Context, c rollcall.Contact, at time.Time) error {
	err := t.Tx.SoftDeleteContact(ctx, c, at)
	if err == nil {
		t.remove(c.Dealer, rollcall.QuotaContacts, 1)
	}
	return err
}

// checkKeyQuota returns QuotaReached if the dealer, which is locked, has reached its quota of valid keys.
func (ch *change) checkKeyQuota(dealer rollcall.DealerID) error {
	set, err := ch.tx.Settings(ch.ctx, dealer)
	if err != nil || set.Quotas.Keys == 0 {
		return err
	}
	keys, err := ch.tx.Keys(ch.ctx, dealer)
	if err != nil {
		return err
	}
	now, valid := ch.now(), 0
	for _, k := range keys {
		if k.Revoked.IsZero() && (k.Expires.IsZero() || now.Before(k.Expires)) {
			valid++
		}
	}
	if valid >= set.Quotas.Keys {
		return quotaReached(rollcall.QuotaKeys, set.Quotas.Keys)
	}
	return nil
}
