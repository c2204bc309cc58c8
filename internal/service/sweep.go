package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

const (
	sweepPage   = 500 // records found by one query
	sweepBatch  = 25  // records in one transaction; other changes wait for it
	sweepGiveUp = 3   // failures in a row after which the database counts as unavailable
)

// Due is a record that is due for a sweep, and its place in the order of its query.
type Due struct {
	At         time.Time // since when it is due
	Dealer     rollcall.DealerID
	Site       rollcall.SiteID
	Seq        int64                 // of a contact
	Contact    rollcall.ContactID    // of a contact
	Validation rollcall.ValidationID // of a validation
}

// Sweep expires open validations, makes old confirmations stale, and removes expired records: soft-deleted contacts, idempotency
// records, counts of messages, sessions. One process calls it every minute.
//
// Each query finds the due records of all dealers, the oldest first, so that a dealer with none costs nothing. A record that
// fails is logged and tried again by the next sweep. The tasks take turns, so that none delays another. If ctx ends, the next
// sweep continues.
func (s *Service) Sweep(ctx context.Context) error {
	errs := []error{s.scrub(ctx)} // of an earlier sweep
	work := s.tasks()
	for len(work) > 0 && ctx.Err() == nil {
		work = slices.DeleteFunc(work, func(c task) bool {
			more, err := c(ctx)
			errs = append(errs, err)
			return !more || err != nil
		})
	}
	return errors.Join(append(errs, ctx.Err(), s.scrub(ctx))...)
}

// task does a part of one kind of work, and reports whether more is left.
type task func(ctx context.Context) (more bool, err error)

func (s *Service) tasks() []task {
	now := s.now()
	deletedBefore := now.Add(-s.opts.KeepDeleted)
	tasks := []task{
		s.forEach("expire a validation", func(ctx context.Context, after Due) ([]Due, error) {
			return s.store.DueValidations(ctx, now, after, sweepPage)
		}, (*change).expire),
		s.forEach("update the readiness of a site", func(ctx context.Context, after Due) ([]Due, error) {
			return s.store.DueReadiness(ctx, now, after, sweepPage)
		}, (*change).advanceReadiness),
		s.forEach("remove a deleted contact", func(ctx context.Context, after Due) ([]Due, error) {
			return s.store.DeletedContacts(ctx, deletedBefore, after, sweepPage)
		}, func(ch *change, due Due) error { return ch.purge(due, deletedBefore) }),
		s.deleteInBatches(func(ch *change) (int, error) {
			n, err := ch.tx.DeleteIdempotencyRecords(ch.ctx, now.Add(-idempotencyLife), sweepPage)
			if err == nil && n > 0 {
				err = ch.tx.RequestScrub(ch.ctx)
			}
			return n, err
		}),
		s.deleteInBatches(func(ch *change) (int, error) {
			return ch.tx.DeleteMessageCounts(ch.ctx, now.Add(-day), now.Add(-breakerWindow-2*time.Hour), sweepPage)
		}),
		s.deleteInBatches(func(ch *change) (int, error) {
			return ch.tx.DeleteNumberCounts(ch.ctx, now.Add(-day), now.Add(-inboundLife), sweepPage)
		}),
		s.deleteInBatches(func(ch *change) (int, error) {
			return ch.tx.DeleteDeliveries(ch.ctx, now.Add(-s.opts.KeepEvents), sweepPage)
		}),
		s.deleteInBatches(func(ch *change) (int, error) { return ch.tx.DeleteExpiredSessions(ch.ctx, now, sweepPage) }),
		func(ctx context.Context) (more bool, err error) { return false, s.placeAudits(ctx) },
		s.advanceImports,
		s.finishRollCalls, s.rescueRollCalls, s.repeatRollCalls,
	}
	return append(tasks, s.forEach("make a confirmation stale", func(ctx context.Context, after Due) ([]Due, error) {
		return s.store.AgedContacts(ctx, now, rollcall.DefaultSettings("").StaleAfterDays, after, sweepPage)
	}, (*change).age))
}

// forEach returns the task that handles every record of find, a page at a time. find returns the records behind the given one, so
// that failed records do not come again.
func (s *Service) forEach(what string, find func(ctx context.Context, after Due) ([]Due, error), handle func(ch *change, due Due) error) task {
	var last Due
	return func(ctx context.Context) (more bool, err error) {
		found, err := find(ctx, last)
		if err != nil || len(found) == 0 {
			return false, err
		}
		last = found[len(found)-1]
		more = len(found) == sweepPage
		// in the order in which every change locks records; see docs/ARCHITECTURE.md
		slices.SortFunc(found, func(a, b Due) int {
			return cmp.Or(cmp.Compare(a.Dealer, b.Dealer), cmp.Compare(a.Site, b.Site), cmp.Compare(a.Seq, b.Seq))
		})
		h := recordHandler{Service: s, what: what, handle: handle}
		for batch := range slices.Chunk(found, sweepBatch) {
			if err := h.handleBatch(ctx, batch); err != nil {
				return false, err
			}
		}
		return more, nil
	}
}

// recordHandler handles the records of one page.
type recordHandler struct {
	*Service
	what   string
	handle func(ch *change, due Due) error
	failed int // failures in a row with an unavailable database
}

// handleBatch handles records in one transaction, or, if that fails, each in its own. It returns an error if the sweep should
// stop.
func (h *recordHandler) handleBatch(ctx context.Context, batch []Due) error {
	if h.try(ctx, batch) == nil {
		return nil
	}
	for i, due := range batch {
		err := h.try(ctx, batch[i:i+1])
		if err == nil {
			h.failed = 0
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		h.log.LogAttrs(ctx, slog.LevelError, "sweep of a record failed; the next sweep retries", slog.String("task", h.what),
			slog.String("dealer_id", string(due.Dealer)), slog.String("site_id", string(due.Site)), slog.String("contact_id", string(due.Contact)),
			slog.String("validation_id", string(due.Validation)), slog.String("error", err.Error()))
		if rollcall.KindOf(err) != rollcall.Unavailable {
			h.failed = 0
		} else if h.failed++; h.failed == sweepGiveUp {
			return err
		}
	}
	return nil
}

// try handles records in one transaction. It returns a panic as an error, so that other records are handled.
func (h *recordHandler) try(ctx context.Context, batch []Due) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer func() {
		if recover() != nil { // without the value, which may hold personal data
			err = fmt.Errorf("the sweep of a record panicked")
		}
	}()
	return h.serverUpdate(ctx, func(ch *change) error {
		for _, due := range batch {
			if err := h.handle(ch, due); err != nil {
				return err
			}
		}
		return nil
	})
}

// deleteInBatches returns the task that calls remove in a transaction until it removes less than sweepPage.
func (s *Service) deleteInBatches(remove func(ch *change) (int, error)) task {
	return func(ctx context.Context) (more bool, err error) {
		err = s.serverUpdate(ctx, func(ch *change) error {
			n, err := remove(ch)
			more = n == sweepPage
			return err
		})
		return more, err
	}
}

// scrub overwrites what was deleted since the last scrub, if anything was.
func (s *Service) scrub(ctx context.Context) error {
	requests, err := s.store.ScrubRequests(ctx)
	if err != nil || requests == 0 {
		return err
	}
	if err := s.store.Scrub(ctx); err != nil {
		return err
	}
	return s.serverUpdate(ctx, func(ch *change) error { return ch.tx.ScrubDone(ch.ctx, requests) })
}

// expire expires an open validation. A pending contact point becomes unconfirmed.
func (ch *change) expire(due Due) error {
	c, v, err := ch.lockValidationByID(due.Dealer, due.Validation)
	if err != nil || !v.Status.Open() {
		if rollcall.KindOf(err) == rollcall.ValidationNotFound {
			return nil // deleted after the query
		}
		return err
	}
	v.Status = rollcall.ValidationExpired
	return ch.delivered(&c, &v, "validation.expired", rollcall.ValidationEvent{}, unanswered(stateOf(&c, &v)))
}

// age makes the old confirmations of a contact stale, with an audit line for each.
func (ch *change) age(due Due) error {
	set, err := ch.tx.Settings(ch.ctx, due.Dealer)
	if err != nil {
		return err
	}
	c, err := ch.tx.LockContact(ch.ctx, due.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: due.Site}, ID: due.Contact})
	if err != nil {
		if kind := rollcall.KindOf(err); kind == rollcall.ContactNotFound || kind == rollcall.SiteNotFound {
			return nil // deleted after the query
		}
		return err
	}
	for i := range c.Points {
		state := &c.Points[i].State
		status := &state.Status
		if *status == rollcall.PointOptedOut {
			status = &state.Before
		}
		if *status != rollcall.PointConfirmed || !state.Confirmed.Before(ch.now().Add(-set.StaleAfter())) {
			continue
		}
		before := c.Clone()
		*status = rollcall.PointStale
		c.StateVersion++
		if err := ch.tx.UpdateContact(ch.ctx, before, c); err != nil {
			return err
		}
		if err := ch.as(server(c.Dealer)).recordPoint(audit.ValidationStale, c.Points[i].ID, &before, &c); err != nil {
			return err
		}
	}
	return nil
}

// purge removes a soft-deleted contact that can no longer be restored.
func (ch *change) purge(due Due, before time.Time) error {
	err := ch.tx.PurgeContact(ch.ctx, due.Dealer, due.Site, due.Seq, before)
	if err != nil {
		if rollcall.KindOf(err) == rollcall.ContactNotFound {
			return nil // restored or erased after the query
		}
		return err
	}
	if err := ch.tx.RequestScrub(ch.ctx); err != nil {
		return err
	}
	line := audit.Line{Site: due.Site, Action: "contact.removed", Contact: due.Contact, Subject: string(due.Contact)}
	return ch.as(server(due.Dealer)).record(line, nil)
}

// inboundLife is how long a second copy of an inbound message is recognized.
const inboundLife = 7 * day
