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
	sweepPage   = 500 // records that are found at once
	sweepBatch  = 25  // records in one transaction: other changes wait for it
	sweepGiveUp = 3   // failures one after the other after which the database is taken to be unavailable
)

// Due is a record whose time has come, and its place among those of its kind.
type Due struct {
	At         time.Time // when it came
	Dealer     rollcall.DealerID
	Site       rollcall.SiteID
	Seq        int64                 // of a contact
	Contact    rollcall.ContactID    // of a contact
	Validation rollcall.ValidationID // of a validation
}

// Sweep expires open validations, makes old confirmations stale, and removes what is kept for a limited time: deleted contacts,
// idempotency records, counts of messages. It is called every minute, by one process.
//
// What is due is found over all dealers at once, the oldest first, so that a dealer with nothing due costs nothing. A record that
// cannot be handled is logged, and tried again by the next sweep. The kinds of work take turns, so that none of them holds up
// another. Where ctx ends first, the next sweep continues.
func (s *Service) Sweep(ctx context.Context) error {
	errs := []error{s.scrub(ctx)} // what an earlier sweep left
	work := s.chores()
	for len(work) > 0 && ctx.Err() == nil {
		work = slices.DeleteFunc(work, func(c chore) bool {
			more, err := c(ctx)
			errs = append(errs, err)
			return !more || err != nil
		})
	}
	return errors.Join(append(errs, ctx.Err(), s.scrub(ctx))...)
}

// chore does a part of one kind of work, and reports whether more is left.
type chore func(ctx context.Context) (more bool, err error)

func (s *Service) chores() []chore {
	now := s.now()
	deletedBefore := now.Add(-s.opts.KeepDeleted)
	chores := []chore{
		s.each("expire a validation", func(ctx context.Context, after Due) ([]Due, error) {
			return s.store.DueValidations(ctx, now, after, sweepPage)
		}, (*change).expire),
		s.each("remove a deleted contact", func(ctx context.Context, after Due) ([]Due, error) {
			return s.store.DeletedContacts(ctx, deletedBefore, after, sweepPage)
		}, func(ch *change, due Due) error { return ch.purge(due, deletedBefore) }),
		s.forgetting(func(ch *change) (int, error) {
			n, err := ch.tx.DeleteIdempotencyRecords(ch.ctx, now.Add(-idempotencyLife), sweepPage)
			if err == nil && n > 0 {
				err = ch.tx.RequestScrub(ch.ctx)
			}
			return n, err
		}),
		s.forgetting(func(ch *change) (int, error) {
			return ch.tx.DeleteMessageCounts(ch.ctx, now.Add(-day), now.Add(-breakerWindow-2*time.Hour), sweepPage)
		}),
		s.forgetting(func(ch *change) (int, error) {
			return ch.tx.DeleteNumberCounts(ch.ctx, now.Add(-day), now.Add(-inboundLife), sweepPage)
		}),
		func(ctx context.Context) (more bool, err error) { return false, s.placeAudits(ctx) },
	}
	for _, p := range rollcall.Points() {
		chores = append(chores, s.each("make a confirmation stale", func(ctx context.Context, after Due) ([]Due, error) {
			return s.store.AgedContacts(ctx, p, now, rollcall.DefaultSettings("").StaleAfterDays, after, sweepPage)
		}, func(ch *change, due Due) error { return ch.age(due, p) }))
	}
	return chores
}

// each returns the chore that handles every record that find finds, a page at a time. find returns the records after the given
// one, so that those that failed do not come again.
func (s *Service) each(what string, find func(ctx context.Context, after Due) ([]Due, error), handle func(ch *change, due Due) error) chore {
	var last Due
	return func(ctx context.Context) (more bool, err error) {
		found, err := find(ctx, last)
		if err != nil || len(found) == 0 {
			return false, err
		}
		last = found[len(found)-1]
		more = len(found) == sweepPage
		// Every change locks records in this order; see docs/ARCHITECTURE.md.
		slices.SortFunc(found, func(a, b Due) int {
			return cmp.Or(cmp.Compare(a.Dealer, b.Dealer), cmp.Compare(a.Site, b.Site), cmp.Compare(a.Seq, b.Seq))
		})
		h := handling{Service: s, what: what, handle: handle}
		for batch := range slices.Chunk(found, sweepBatch) {
			if err := h.together(ctx, batch); err != nil {
				return false, err
			}
		}
		return more, nil
	}
}

// handling is the handling of one page.
type handling struct {
	*Service
	what   string
	handle func(ch *change, due Due) error
	failed int // failures one after the other that blame the database
}

// together handles records in one transaction, and where that fails, each in its own. It returns an error where no more are to be
// tried.
func (h *handling) together(ctx context.Context, batch []Due) error {
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
		h.log.LogAttrs(ctx, slog.LevelError, "a record could not be handled; the next sweep tries it again", slog.String("task", h.what),
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

// try handles records in one transaction. A panic is an error here: it must not hold up other records.
func (h *handling) try(ctx context.Context, batch []Due) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer func() {
		if recover() != nil { // the value may hold personal data
			err = fmt.Errorf("the function panicked")
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

// forgetting returns the chore that calls forget in a transaction until it returns less than sweepPage.
func (s *Service) forgetting(forget func(ch *change) (int, error)) chore {
	return func(ctx context.Context) (more bool, err error) {
		err = s.serverUpdate(ctx, func(ch *change) error {
			n, err := forget(ch)
			more = n == sweepPage
			return err
		})
		return more, err
	}
}

// scrub makes sure that nothing is left of what was removed, since the last time that it could.
func (s *Service) scrub(ctx context.Context) error {
	unclean, err := s.store.ScrubRequests(ctx)
	if err != nil || unclean == 0 {
		return err
	}
	if err := s.store.Scrub(ctx); err != nil {
		return err
	}
	return s.serverUpdate(ctx, func(ch *change) error { return ch.tx.ScrubDone(ch.ctx, unclean) })
}

// expire expires an open validation, and makes its contact point unconfirmed again.
func (ch *change) expire(due Due) error {
	c, v, err := ch.lockValidationByID(due.Dealer, due.Validation)
	if err != nil || !v.Status.Open() {
		if rollcall.KindOf(err) == rollcall.ValidationNotFound {
			return nil // deleted since it was found
		}
		return err
	}
	v.Status = rollcall.ValidationExpired
	return ch.delivered(&c, &v, "validation.expired", rollcall.ValidationEvent{}, unanswered(*c.State(v.Point())))
}

// age makes a contact point stale that was confirmed too long ago.
func (ch *change) age(due Due, p rollcall.Point) error {
	set, err := ch.tx.Settings(ch.ctx, due.Dealer)
	if err != nil {
		return err
	}
	c, err := ch.tx.LockContact(ch.ctx, due.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: due.Site}, ID: due.Contact})
	if err != nil {
		if kind := rollcall.KindOf(err); kind == rollcall.ContactNotFound || kind == rollcall.SiteNotFound {
			return nil // deleted since it was found
		}
		return err
	}
	was := c
	state := c.State(p)
	if state.Status != rollcall.PointConfirmed || !state.Confirmed.Before(ch.now().Add(-set.StaleAfter())) {
		return nil
	}
	state.Status = rollcall.PointStale
	c.StateVersion++
	if err := ch.tx.UpdateContact(ch.ctx, c); err != nil {
		return err
	}
	return ch.as(server(c.Dealer)).recordContact("validation.stale", &was, &c)
}

// purge removes a contact that can no longer be brought back.
func (ch *change) purge(due Due, before time.Time) error {
	err := ch.tx.PurgeContact(ch.ctx, due.Dealer, due.Site, due.Seq, before)
	if err != nil {
		if rollcall.KindOf(err) == rollcall.ContactNotFound {
			return nil // restored or erased since it was found
		}
		return err
	}
	if err := ch.tx.RequestScrub(ch.ctx); err != nil {
		return err
	}
	line := audit.Line{Site: due.Site, Action: "contact.removed", Contact: due.Contact, Subject: string(due.Contact)}
	return ch.as(server(due.Dealer)).record(line, nil)
}

// inboundLife is for how long a second copy of an inbound message is known.
const inboundLife = 7 * day
