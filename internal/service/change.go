package service

import (
	"context"
)

// A change is one transaction of a use case.
type change struct {
	*Service
	ctx         context.Context // of the transaction
	tx          Tx
	caller      Caller
	idempotency *IdempotencyRecord // stored with the change; nil without an idempotency key
	changed     map[siteKey]bool   // the sites whose readiness may have changed
	touched     map[contactKey]bool
	moved       map[validationKey]bool
}

// run runs fn, and then computes the readiness of the sites that it changed, and the items of roll calls.
func (s *Service) run(ctx context.Context, tx Tx, caller Caller, fn func(ch *change) error) error {
	ch := &change{Service: s, ctx: ctx, tx: tx, caller: caller, changed: map[siteKey]bool{}, touched: map[contactKey]bool{}, moved: map[validationKey]bool{}}
	if err := fn(ch); err != nil {
		return err
	}
	if err := ch.settleItems(); err != nil {
		return err
	}
	return ch.keepReadiness()
}

// update runs fn in a transaction for a caller; see Store.UpdateFor.
func (s *Service) update(ctx context.Context, caller Caller, fn func(ch *change) error) error {
	return s.store.UpdateFor(ctx, caller.Dealer.Live(), func(ctx context.Context, tx Tx) error {
		return s.run(ctx, tx, caller, fn)
	})
}

// serverUpdate runs fn in a transaction of the server or its operator; see Store.Update.
func (s *Service) serverUpdate(ctx context.Context, fn func(ch *change) error) error {
	return s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return s.run(ctx, tx, Caller{}, fn)
	})
}

// change runs fn in a transaction for a caller. With an idempotency key it first returns *Replayed, IdempotencyConflict or
// IdempotencyInProgress if the key was used before, and stores a record with the response after fn. It fails with QuotaReached
// if fn adds records beyond a quota of the dealer.
func (s *Service) change(ctx context.Context, caller Caller, fn func(ch *change) error) error {
	if caller.IdempotencyKey != nil {
		leave, err := s.running.enter(caller.Dealer, caller.IdempotencyKey)
		if err != nil {
			return err
		}
		defer leave()
	}
	return s.withQuotas(ctx, func(tx *quotaTx) error {
		return s.update(ctx, caller, func(ch *change) error {
			tx.begin(ch.tx)
			ch.tx = tx
			if err := ch.replay(); err != nil {
				return err
			}
			ch.idempotency = ch.newRecord()
			if err := fn(ch); err != nil {
				return err
			}
			return ch.storeRecord(tx)
		})
	})
}

// as returns the same transaction for another caller.
func (ch *change) as(caller Caller) *change {
	other := *ch
	other.caller = caller
	return &other
}
