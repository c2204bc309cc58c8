package service

import (
	"context"
	"errors"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const (
	rollCallSteps = 50              // messages in one run of a job
	queuedAtOnce  = 20              // messages of a roll call that wait for the provider
	queuedWait    = 5 * time.Second // until the next look at them
	providerWait  = 10 * time.Minute
	suspendedWait = time.Minute
	pausedWait    = 30 * time.Second
	namedSites    = 3 // in a message for several sites
	reasonPaused  = "roll_call_paused"
)

// AdvanceRollCall fixes the targets of a roll call, or sends its next messages. It returns nil when nothing is left for this job, and
// *PostponedError for when to call it again. Concurrent calls, and a call after a crash, ask nobody twice.
func (s *Service) AdvanceRollCall(ctx context.Context, job RollCallJob) error {
	again, err := s.advance(ctx, job)
	if err != nil || again.IsZero() {
		return err
	}
	return &rollcall.PostponedError{Reason: "roll_call", After: max(again.Sub(s.now()), 0)}
}

// advance returns when the job is to continue; the zero time if it is done.
func (s *Service) advance(ctx context.Context, job RollCallJob) (time.Time, error) {
	r, err := s.store.RollCall(ctx, job.Dealer, job.RollCall)
	switch {
	case rollcall.KindOf(err) == rollcall.RollCallNotFound:
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, err
	case r.Status == rollcall.RollCallScheduled && r.Run == job.Run:
		if r.Starts.After(s.now()) {
			return r.Starts, nil
		}
		if started, err := s.fixTargets(ctx, r); err != nil || !started {
			return time.Time{}, err
		}
	}
	for range rollCallSteps {
		var again time.Time
		err := s.update(ctx, server(job.Dealer), func(ch *change) (err error) {
			again, err = ch.sendNext(job)
			return err
		})
		if err != nil || again.IsZero() || again.After(s.now()) {
			return again, err
		}
	}
	return s.now(), nil
}

// fixTargets finds the targets of a roll call, a page in a transaction, and starts it. It reports whether the roll call has started:
// it may be paused or canceled meanwhile. After a crash it continues.
func (s *Service) fixTargets(ctx context.Context, r rollcall.RollCall) (started bool, err error) {
	sites, named, err := s.sitesOf(ctx, &r)
	if err != nil {
		return false, err
	}
	for last := false; !last; {
		from := ContactPlace{r.Site, r.Seq}
		var items []rollcall.RollCallItem
		if last = !named; named {
			if items, last, err = s.targets(ctx, &r, sites, nil); err != nil {
				return false, err
			}
		}
		err = s.update(ctx, server(r.Dealer), func(ch *change) error {
			now, err := ch.tx.LockRollCall(ch.ctx, r.Dealer, r.ID)
			if err != nil {
				return err
			}
			if now.Status != rollcall.RollCallScheduled || now.Run != r.Run || now.Site != from.Site || now.Seq != from.Seq {
				return errOtherRun
			}
			if err := ch.tx.InsertRollCallItems(ch.ctx, items); err != nil {
				return err
			}
			now.Site, now.Seq = r.Site, r.Seq
			if !last {
				return ch.tx.UpdateRollCall(ch.ctx, now)
			}
			now.Status, now.Started, now.Next = rollcall.RollCallRunning, ch.now(), ch.now()
			return ch.storeStep("roll_call.started", &now)
		})
		if errors.Is(err, errOtherRun) || rollcall.KindOf(err) == rollcall.RollCallNotFound {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// errOtherRun is the error of a job that is no longer that of its roll call.
var errOtherRun = errors.New("the roll call was changed")

// sendNext sends at most one message, and returns when the job is to continue; the zero time if it has nothing left to do.
func (ch *change) sendNext(job RollCallJob) (again time.Time, err error) {
	r, err := ch.tx.LockRollCall(ch.ctx, job.Dealer, job.RollCall)
	if err != nil || r.Run != job.Run || r.Status != rollcall.RollCallRunning {
		if rollcall.KindOf(err) == rollcall.RollCallNotFound {
			err = nil
		}
		return time.Time{}, err
	}
	if r.Next.After(ch.now()) {
		return r.Next, nil
	}
	wait, err := ch.rollCallWait(&r)
	if err != nil {
		return time.Time{}, err
	}
	if wait > 0 {
		r.Next = ch.now().Add(wait)
		return r.Next, ch.tx.UpdateRollCall(ch.ctx, r)
	}
	item, found, err := ch.tx.NextRollCallItem(ch.ctx, r.Dealer, r.ID)
	switch {
	case err != nil:
		return time.Time{}, err
	case !found:
		r.Next = time.Time{}
		return r.Next, ch.tx.UpdateRollCall(ch.ctx, r)
	case item.NotBefore.After(ch.now()):
		r.Next = item.NotBefore
		return r.Next, ch.tx.UpdateRollCall(ch.ctx, r)
	}
	sharing, err := ch.tx.SharingItems(ch.ctx, item)
	if err != nil {
		return time.Time{}, err
	}
	sent, err := ch.askSharing(&r, sharing)
	if err != nil {
		return time.Time{}, err
	}
	if sent {
		r.Due(ch.now())
	}
	return r.Next, ch.tx.UpdateRollCall(ch.ctx, r)
}

// rollCallWait returns how long a roll call has to wait before it sends anything: for the provider, for the limits of the operator,
// or while the dealer is suspended.
func (ch *change) rollCallWait(r *rollcall.RollCall) (time.Duration, error) {
	dealer, err := ch.tx.Dealer(ch.ctx, r.Dealer)
	if err != nil || !dealer.Suspended.IsZero() {
		return suspendedWait, err
	}
	queued, err := ch.tx.QueuedOfRollCall(ch.ctx, r.Dealer, r.ID, queuedAtOnce)
	if err != nil || len(queued) == queuedAtOnce {
		return queuedWait, err
	}
	set, err := ch.tx.Settings(ch.ctx, r.Dealer)
	if err != nil || ch.opts.AbuseMode == Observe {
		return 0, err
	}
	limit, err := ch.rollCallLimit(&set, r.Dealer, ch.now())
	if err != nil || limit == nil {
		return 0, err
	}
	return min(max(limit.err.RetryAfter, time.Second), longestWait), nil
}

// asking is an item with its contact and contact point.
type asking struct {
	item  *rollcall.RollCallItem
	c     rollcall.Contact
	point *rollcall.Point
	site  rollcall.Site
}

// askSharing sends one message for items that share it, and reports whether it did. Without a message, each item has ended, follows a
// validation that is open anyway, or waits until its NotBefore.
func (ch *change) askSharing(r *rollcall.RollCall, items []rollcall.RollCallItem) (sent bool, err error) {
	var open []asking
	var v *rollcall.Validation
	for i := range items {
		a, err := ch.lockItem(&items[i])
		if err != nil {
			return false, err
		}
		if !items[i].Waits() {
			continue
		}
		open = append(open, a)
		if v == nil {
			if v, err = ch.openOf(&a); err != nil {
				return false, err
			}
		}
	}
	if v == nil && len(open) > 0 {
		if v, err = ch.askFirst(r, open); err != nil {
			return false, err
		}
		sent = v != nil
	}
	for _, a := range open {
		if v != nil && a.item.Status == rollcall.ItemOpen {
			a.item.Validation, a.item.Asked, a.item.NotBefore = v.ID, ch.now(), time.Time{}
		}
	}
	for i := range items {
		if err := ch.tx.UpdateRollCallItem(ch.ctx, items[i]); err != nil {
			return false, err
		}
	}
	return sent, nil
}

// lockItem locks the contact of a waiting item, and ends the item if nothing is to be sent. It does not store it.
func (ch *change) lockItem(i *rollcall.RollCallItem) (asking, error) {
	a := asking{item: i}
	c, err := ch.tx.LockContact(ch.ctx, i.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: i.Site}, ID: i.Contact})
	if err != nil && !isGone(err) {
		return a, err
	}
	a.c = c
	point, reason := ch.itemPoint(&a.c, err == nil, i)
	if a.point = point; point == nil {
		i.End(rollcall.ItemSkipped, reason, ch.now())
		return a, nil
	}
	if err := ch.follow(i, point); err != nil || !i.Waits() {
		return a, err
	}
	if a.site, err = ch.tx.Site(ch.ctx, i.Dealer, rollcall.SiteRef{ID: i.Site}); err != nil {
		return a, err
	}
	if a.site.Status == rollcall.SiteSuspended {
		i.End(rollcall.ItemSkipped, rollcall.ItemSiteSuspended, ch.now())
		return a, nil
	}
	checked := *point // the state that a suppression gives it is stored by the change that made the suppression
	if err := ch.applySuppressionsTo(i.Dealer, &checked); err != nil {
		return a, err
	}
	if checked.State.Status == rollcall.PointOptedOut {
		i.End(rollcall.ItemOptedOut, "", ch.now())
	}
	return a, nil
}

// openOf returns the open validation of a contact point, nil if there is none.
func (ch *change) openOf(a *asking) (*rollcall.Validation, error) {
	v, err := ch.tx.OpenValidation(ch.ctx, a.c, a.point.ID)
	if rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// askFirst asks the first of the contact points that can be asked now, and returns its validation; nil if each has to wait or has
// ended.
func (ch *change) askFirst(r *rollcall.RollCall, open []asking) (*rollcall.Validation, error) {
	set, err := ch.tx.Settings(ch.ctx, r.Dealer)
	if err != nil {
		return nil, err
	}
	for i := range open {
		a := &open[i]
		way, reason := ch.itemRoute(r, &a.c, a.point)
		if reason == waitForProvider {
			a.item.NotBefore = ch.now().Add(providerWait)
			continue
		}
		if reason != "" {
			a.item.End(rollcall.ItemSkipped, reason, ch.now())
			continue
		}
		v := ch.rollCallValidation(r, a, way.method)
		until, err := ch.itemWait(&set, a, &v)
		if err != nil {
			return nil, err
		}
		if !until.IsZero() {
			a.item.NotBefore = until
			continue
		}
		if err := ch.checkLength(&v, &a.c); err != nil {
			if rollcall.KindOf(err) != rollcall.ValidationFailed {
				return nil, err
			}
			a.item.End(rollcall.ItemFailed, rollcall.ItemTooLong, ch.now())
			continue
		}
		return &v, ch.insertQueued(&v, &a.c, a.point, way.Route)
	}
	return nil, nil
}

// rollCallValidation returns the validation of an item.
func (ch *change) rollCallValidation(r *rollcall.RollCall, a *asking, method rollcall.Method) rollcall.Validation {
	v := rollcall.Validation{
		Dealer: r.Dealer, ID: rollcall.NewValidationID(), RollCall: r.ID, Status: rollcall.ValidationQueued, Method: method, Text: r.Text,
		Site: a.c.Site, Contact: a.c.ID, ContactSeq: a.c.Seq, Point: a.point.ID, Kind: a.point.Kind, To: a.point.Dial(), Extension: a.point.Extension,
		Created: ch.now(), Expires: ch.now().Add(rollcall.ValidationLife),
	}
	ch.setLinks(&v)
	return v
}

// itemWait returns until when a message has to wait for quiet hours or a limit; the zero time if it can be sent now.
func (ch *change) itemWait(set *rollcall.Settings, a *asking, v *rollcall.Validation) (time.Time, error) {
	if until := ch.quietUntil(set, &a.site); !until.IsZero() || ch.opts.AbuseMode == Observe {
		return until, nil
	}
	limits, err := ch.limitsExceeded(set, v, false)
	if err != nil || len(limits) == 0 {
		return time.Time{}, err
	}
	wait := longestWait // for a country, which may be allowed later
	if after := limits[0].err.RetryAfter; after > 0 {
		wait = min(max(after, time.Second), longestWait)
	}
	return ch.now().Add(wait), nil
}

// pausedRollCall returns the error for a message of a paused roll call, nil for any other.
func (ch *change) pausedRollCall(v *rollcall.Validation) (*rollcall.PostponedError, error) {
	if v.RollCall == "" {
		return nil, nil
	}
	r, err := ch.tx.RollCall(ch.ctx, v.Dealer, v.RollCall)
	if err != nil || r.Status != rollcall.RollCallPaused {
		if rollcall.KindOf(err) == rollcall.RollCallNotFound {
			err = nil
		}
		return nil, err
	}
	return &rollcall.PostponedError{Reason: reasonPaused, After: pausedWait}, nil
}
