package rollcall

import (
	"context"
	"errors"
	"time"
)

const sweepBatch = 500 // records in one transaction

// Sweep ends what has had its time: open validations, confirmations, contacts that were deleted long ago, and kept answers. It is called
// every minute, by one process.
func (s *Service) Sweep(ctx context.Context) error {
	dealers, err := s.store.Dealers(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range dealers {
		for _, sweep := range []func(context.Context, Dealer) (bool, error){
			s.expireValidations, s.ageConfirmations, s.purgeDeleted, s.forgetAnswers, s.forgetMessages,
		} {
			for more := true; more; {
				if more, err = sweep(ctx, d); err != nil {
					errs = append(errs, err)
				}
			}
		}
	}
	for more := true; more; {
		if more, err = s.forgetNumbers(ctx); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, s.scrub(ctx))...)
}

// scrub makes sure that nothing is left of what was removed, since the last time that it could.
func (s *Service) scrub(ctx context.Context) error {
	if !s.unclean.Swap(false) {
		return nil
	}
	err := s.store.Scrub(ctx)
	if err != nil {
		s.unclean.Store(true)
	}
	return err
}

// expireValidations expires open validations whose time is up, and makes their contact points unconfirmed again.
func (s *Service) expireValidations(ctx context.Context, dealer Dealer) (more bool, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		due, err := tx.DueValidations(ctx, dealer.ID, s.now(), sweepBatch)
		if err != nil {
			return err
		}
		more = len(due) == sweepBatch
		for i := range due {
			if err := s.expire(ctx, tx, &due[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return more && err == nil, err
}

func (s *Service) expire(ctx context.Context, tx Tx, found *Validation) error {
	c, v, err := s.answerable(ctx, tx, found.Dealer, found.ID)
	if err != nil || !v.Status.Open() {
		if KindOf(err) == ValidationNotFound {
			return nil // deleted since it was found
		}
		return err
	}
	v.Status = ValidationExpired
	return s.delivered(ctx, tx, &c, &v, "validation.expired", ValidationEvent{}, unasked(*c.state(v.Point())))
}

// ageConfirmations makes contact points stale that were confirmed too long ago.
func (s *Service) ageConfirmations(ctx context.Context, dealer Dealer) (more bool, err error) {
	set, err := s.store.Settings(ctx, dealer.ID)
	if err != nil {
		return false, err
	}
	before := s.now().Add(-set.StaleAfter())
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		more = false
		for _, p := range Points() {
			old, err := tx.ConfirmedBefore(ctx, dealer.ID, p, before, sweepBatch)
			if err != nil {
				return err
			}
			more = more || len(old) == sweepBatch
			for i := range old {
				if err := s.age(ctx, tx, &old[i], p, before); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return more && err == nil, err
}

func (s *Service) age(ctx context.Context, tx Tx, found *Contact, p Point, before time.Time) error {
	c, err := tx.LockContact(ctx, found.Dealer, ContactRef{Site: SiteRef{ID: found.Site}, ID: found.ID})
	if err != nil {
		if kind := KindOf(err); kind == ContactNotFound || kind == SiteNotFound {
			return nil // deleted since it was found
		}
		return err
	}
	was := c
	state := c.state(p)
	if state.Status != PointConfirmed || !state.Confirmed.Before(before) {
		return nil
	}
	state.Status = PointStale
	c.StateVersion++
	if err := tx.UpdateContact(ctx, c); err != nil {
		return err
	}
	return s.recordContact(ctx, tx, server(c.Dealer), "validation.stale", &was, &c)
}

// forgetAnswers removes kept answers that are older than onceLife.
func (s *Service) forgetAnswers(ctx context.Context, dealer Dealer) (more bool, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		n, err := tx.DeleteAnswers(ctx, dealer.ID, s.now().Add(-onceLife), sweepBatch)
		more = n == sweepBatch
		if n > 0 {
			s.unclean.Store(true)
		}
		return err
	})
	return more && err == nil, err
}

// inboundLife is for how long a second copy of an inbound message is known.
const inboundLife = 7 * day

// forgetMessages removes counts of messages that no limit looks at any more.
func (s *Service) forgetMessages(ctx context.Context, dealer Dealer) (more bool, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		now := s.now()
		n, err := tx.ForgetMessages(ctx, dealer.ID, now.Add(-day), now.Add(-breakerAge-breakerWindow-time.Hour), sweepBatch)
		more = n == sweepBatch
		return err
	})
	return more && err == nil, err
}

// forgetNumbers removes counts of numbers that no limit looks at any more, and replies that no provider asks for again.
func (s *Service) forgetNumbers(ctx context.Context) (more bool, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		now := s.now()
		n, err := tx.ForgetNumbers(ctx, now.Add(-day), now.Add(-inboundLife), sweepBatch)
		more = n == sweepBatch
		return err
	})
	return more && err == nil, err
}
