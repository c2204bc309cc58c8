package rollcall

import (
	"context"
	"errors"
	"time"
)

const sweepBatch = 500 // records in one transaction

// Sweep ends what has had its time: open validations, contacts that were deleted long ago, and kept answers. It is called
// every minute, by one process.
func (s *Service) Sweep(ctx context.Context) error {
	dealers, err := s.store.Dealers(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range dealers {
		for _, sweep := range []func(context.Context, DealerID) (bool, error){
			s.expireValidations, s.purgeDeleted, s.forgetAnswers, s.forgetMessages,
		} {
			for more := true; more; {
				if more, err = sweep(ctx, d.ID); err != nil {
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
func (s *Service) expireValidations(ctx context.Context, dealer DealerID) (more bool, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		due, err := tx.DueValidations(ctx, dealer, s.now(), sweepBatch)
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

func (s *Service) expire(ctx context.Context, tx Tx, v *Validation) error {
	c, err := tx.LockContact(ctx, v.Dealer, ContactRef{Site: SiteRef{ID: v.Site}, ID: v.Contact})
	if err != nil {
		return err
	}
	v.Status = ValidationExpired
	if err := tx.UpdateValidation(ctx, *v); err != nil {
		return err
	}
	return s.changeState(ctx, tx, Caller{Dealer: v.Dealer}, "validation.expired", v, &c, PointState{Status: PointUnconfirmed})
}

// forgetAnswers removes kept answers that are older than onceLife.
func (s *Service) forgetAnswers(ctx context.Context, dealer DealerID) (more bool, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		n, err := tx.DeleteAnswers(ctx, dealer, s.now().Add(-onceLife), sweepBatch)
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
func (s *Service) forgetMessages(ctx context.Context, dealer DealerID) (more bool, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		now := s.now()
		n, err := tx.ForgetMessages(ctx, dealer, now.Add(-day), now.Add(-breakerAge-breakerWindow-time.Hour), sweepBatch)
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
