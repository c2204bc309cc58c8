package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// Settings returns the settings of a dealer: DealerNotFound.
func (s *Service) Settings(ctx context.Context, who Caller) (rollcall.Settings, error) {
	if who.Key == "" { // a key has a dealer; a command names one
		if _, err := s.store.Dealer(ctx, who.Dealer); err != nil {
			return rollcall.Settings{}, err
		}
	}
	return s.store.Settings(ctx, who.Dealer)
}

// UpdateSettings changes the settings of a dealer: DealerNotFound, ValidationFailed, PreconditionFailed. A caller without
// a key is an operator: limits and countries that it sets are the ceiling for the dealer's own, with 0 for no limit. Quotas hold at
// once in this process, in others within a minute.
func (s *Service) UpdateSettings(ctx context.Context, who Caller, in rollcall.SettingsInput) (rollcall.Settings, error) {
	var set rollcall.Settings
	err := s.change(ctx, who, func(ctx context.Context, tx Tx) (_ any, err error) {
		dealer, err := tx.LockDealer(ctx, who.Dealer)
		if err != nil {
			return nil, err
		}
		if set, err = tx.Settings(ctx, who.Dealer); err != nil {
			return nil, err
		}
		if err := who.mayChange(set.ETag()); err != nil {
			return nil, err
		}
		before := set
		if err := in.ApplyTo(&set, who.Key == "", dealer.Country).Err(); err != nil || set == before {
			return set, err
		}
		set.Updated = s.now()
		set.Version++
		if err := tx.PutSettings(ctx, set); err != nil {
			return nil, err
		}
		line := rollcall.AuditLine{Action: "settings.updated", Subject: string(who.Dealer), At: set.Updated}
		return set, s.record(ctx, tx, who, line, rollcall.AuditChanges(before.AuditFields(), set.AuditFields()))
	})
	if who.Key == "" {
		s.usages.forget(who.Dealer)
	}
	return set, err
}
