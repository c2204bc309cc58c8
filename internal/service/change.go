package service

import (
	"context"
)

// A change is one transaction of a use case: what it writes to, and who it is for.
type change struct {
	*Service
	ctx    context.Context // the transaction's own
	tx     Tx
	caller Caller
}

// update runs fn in a transaction for a caller; see Store.UpdateFor.
func (s *Service) update(ctx context.Context, caller Caller, fn func(ch *change) error) error {
	return s.store.UpdateFor(ctx, caller.Dealer, func(ctx context.Context, tx Tx) error {
		return fn(&change{s, ctx, tx, caller})
	})
}

// serverUpdate runs fn in a transaction of the server's own, or of its operator; see Store.Update.
func (s *Service) serverUpdate(ctx context.Context, fn func(ch *change) error) error {
	return s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return fn(&change{Service: s, ctx: ctx, tx: tx})
	})
}

// as returns the same transaction for another caller.
func (ch *change) as(caller Caller) *change {
	return &change{ch.Service, ch.ctx, ch.tx, caller}
}

// metered returns the same change with its records counted by m.
func (ch *change) metered(m *meter) *change {
	m.begin(ch.tx)
	return &change{ch.Service, ch.ctx, m, ch.caller}
}
