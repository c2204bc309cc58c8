package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// settingsReader reads settings.
type settingsReader interface {
	// Settings returns the settings of the dealer, DefaultSettings if it has none. Those of a sandbox have the ceiling and the quotas
	// of its dealer.
	Settings(ctx context.Context, dealer rollcall.DealerID) (rollcall.Settings, error)
}

// settingsWriter changes settings in a transaction.
type settingsWriter interface {
	// PutSettings replaces the settings of the dealer: DealerNotFound.
	PutSettings(ctx context.Context, s rollcall.Settings) error
}

// Settings returns the settings of a dealer: DealerNotFound.
func (s *Service) Settings(ctx context.Context, caller Caller) (rollcall.Settings, error) {
	if caller.isCommand() { // the dealer of a key or a user exists
		if _, err := s.store.Dealer(ctx, caller.Dealer); err != nil {
			return rollcall.Settings{}, err
		}
	}
	return s.store.Settings(ctx, caller.Dealer)
}

// UpdateSettings changes the settings of a dealer: DealerNotFound, ValidationFailed, PreconditionFailed. The limits
// and countries of an operator's command are the ceiling for the dealer's own; 0 means no limit. A sandbox has the ceiling and the
// quotas of its dealer. New quotas apply at once in this process, and in others within a minute.
func (s *Service) UpdateSettings(ctx context.Context, caller Caller, in rollcall.SettingsInput) (rollcall.Settings, error) {
	var set rollcall.Settings
	err := s.change(ctx, caller, func(ch *change) error {
		dealer, err := ch.tx.LockDealer(ch.ctx, caller.Dealer)
		if err != nil {
			return err
		}
		if set, err = ch.tx.Settings(ch.ctx, caller.Dealer); err != nil {
			return err
		}
		if err := caller.checkVersion(set.ETag()); err != nil {
			return err
		}
		before := set
		if err := in.Apply(&set, caller.isCommand() && !caller.Dealer.IsSandbox(), dealer.Country); err != nil {
			return err
		}
		if set == before {
			return ch.respond(set)
		}
		set.Updated = s.now()
		set.Version++
		if err := ch.tx.PutSettings(ch.ctx, set); err != nil {
			return err
		}
		if set.Readiness != before.Readiness {
			if err := ch.tx.MakeReadinessDue(ch.ctx, caller.Dealer, set.Updated); err != nil {
				return err
			}
		}
		line := audit.Line{Action: "settings.updated", Subject: string(caller.Dealer), At: set.Updated}
		if err := ch.record(line, audit.SettingsChanges(&before, &set)); err != nil {
			return err
		}
		return ch.respond(set)
	})
	if caller.isCommand() {
		s.usages.reset(caller.Dealer.Live())
	}
	return set, err
}
