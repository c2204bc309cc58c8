package service

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// keyReader reads keys.
type keyReader interface {
	// KeyByHash returns the key with this hash, expired and revoked ones too: KeyNotFound. A change by any process is
	// seen at once.
	KeyByHash(ctx context.Context, hash rollcall.KeyHash) (rollcall.Key, error)
	// Keys returns every key of the dealer, the oldest first.
	Keys(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.Key, error)
}

// keyWriter changes keys in a transaction.
type keyWriter interface {
	// InsertKey adds a key: DealerNotFound.
	InsertKey(ctx context.Context, k rollcall.Key) error
	// RevokeKey revokes a key; one that was revoked before stays as it was: KeyNotFound.
	RevokeKey(ctx context.Context, dealer rollcall.DealerID, id rollcall.KeyID, at time.Time) error
	// SetKeyLastUsed notes when a key was last used.
	SetKeyLastUsed(ctx context.Context, dealer rollcall.DealerID, id rollcall.KeyID, at time.Time) error
}

// Caller is who a request came from, and on what terms: a key of a dealer, which is good at the moment, or an operator's
// command, which has no key.
type Caller struct {
	Dealer         rollcall.DealerID
	Key            rollcall.KeyID // empty: a command
	KeyHash        rollcall.KeyHash
	Scopes         rollcall.Scopes
	Test           bool
	Limit          rollcall.RateLimit // of each process
	RequestID      string
	IdempotencyKey *IdempotencyKey // nil: none
	IfMatch        Match           // the states in which the caller wants to change a record; none: any
	// IfNoneMatch are the states in which the caller does not want to change a record.
	IfNoneMatch Match
	Address     string // where a request comes from, as far as limits tell addresses apart; empty: from a command

	as string // who the audit names; empty: the key, or a command
}

// server is who does what the server does by itself for a dealer.
func server(dealer rollcall.DealerID) Caller { return Caller{Dealer: dealer, as: audit.ActorServer} }

// person is whom a contact's own answer comes from.
func person(dealer rollcall.DealerID) Caller {
	return Caller{Dealer: dealer, as: audit.ActorContact}
}

// actor returns who the audit names.
func (c Caller) actor() string {
	if c.as != "" {
		return c.as
	}
	if c.Key == "" {
		return audit.ActorCommand
	}
	return string(c.Key)
}

const touchEvery = time.Minute // how exact Key.LastUsed is

// Authenticate returns the caller who holds the key: InvalidAPIKey where it is malformed, unknown, expired or revoked;
// PermissionDenied, beside the caller, where its dealer is suspended. A malformed key never reaches the store. It notes
// the use of the key, at most once a minute.
func (s *Service) Authenticate(ctx context.Context, apiKey string) (Caller, error) {
	hash, ok := rollcall.ParseAPIKey(apiKey)
	if !ok {
		return Caller{}, rollcall.NoAPIKey()
	}
	key, err := s.store.KeyByHash(ctx, hash)
	if err != nil {
		if rollcall.KindOf(err) == rollcall.KeyNotFound {
			return Caller{}, rollcall.NoAPIKey()
		}
		return Caller{}, err
	}
	now := s.now()
	if !key.Revoked.IsZero() || !key.Expires.IsZero() && !now.Before(key.Expires) {
		return Caller{}, rollcall.NoAPIKey()
	}
	limit := s.opts.Limit
	if key.Limit != nil {
		limit = *key.Limit
	}
	caller := Caller{Dealer: key.Dealer, Key: key.ID, KeyHash: hash, Scopes: key.Scopes, Test: key.Test, Limit: limit}
	if !key.DealerSuspended.IsZero() {
		return caller, &rollcall.Error{Kind: rollcall.PermissionDenied, Message: "this dealer is suspended; ask the operator of this server"}
	}
	s.touch(ctx, key, now)
	return caller, nil
}

// touch notes the use of a key. A failure is logged and nothing more: a request need not fail because its time could not
// be noted.
func (s *Service) touch(ctx context.Context, key rollcall.Key, now time.Time) {
	last, seen := s.touched.Load(key.ID)
	if !seen {
		last = key.LastUsed
	}
	if since := now.Sub(last.(time.Time)); since >= 0 && since < touchEvery {
		return
	}
	if seen && !s.touched.CompareAndSwap(key.ID, last, now) {
		return
	}
	if !seen {
		if _, other := s.touched.LoadOrStore(key.ID, now); other {
			return
		}
	}
	err := s.update(ctx, server(key.Dealer), func(ch *change) error {
		return ch.tx.SetKeyLastUsed(ch.ctx, key.Dealer, key.ID, now)
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		s.log.LogAttrs(ctx, slog.LevelWarn, "the use of a key could not be noted",
			slog.String("key", string(key.ID)), slog.String("error", err.Error()))
	}
}

// Allow returns nil where the caller has the scope, else PermissionDenied, which names it.
func (c Caller) Allow(scope rollcall.Scope) error {
	if c.Scopes.Allow(scope) {
		return nil
	}
	return &rollcall.Error{
		Kind:    rollcall.PermissionDenied,
		Message: "this key lacks the scope " + string(scope) + "; use a key that has it",
	}
}

// AllowChange returns nil where the caller may change what the scope covers, else PermissionDenied: a test key changes no
// settings and no suppressions, which decide about live messages, and erases nobody.
func (c Caller) AllowChange(scope rollcall.Scope) error {
	if !c.Test {
		return nil
	}
	switch scope {
	case rollcall.ScopeSettingsWrite:
		return testKeyRefused("settings or branding")
	case rollcall.ScopePrivacyWrite:
		return testKeyRefused("suppressions, and can't erase contacts")
	}
	return nil
}

func testKeyRefused(what string) error {
	return &rollcall.Error{Kind: rollcall.PermissionDenied, Message: "a test key can't change " + what + "; use a live key"}
}

// CreateKey makes a key and returns it with its secret, which is not kept and can never be shown again: DealerNotFound,
// ValidationFailed, QuotaReached.
func (s *Service) CreateKey(ctx context.Context, dealer rollcall.DealerID, in rollcall.KeyInput) (rollcall.Key, string, error) {
	key := rollcall.Key{Dealer: dealer, ID: rollcall.NewKeyID(), Created: s.now()}
	if err := in.Apply(&key); err != nil {
		return rollcall.Key{}, "", err
	}
	secret := rollcall.NewAPIKey(in.Test)
	key.Hash, _ = rollcall.ParseAPIKey(secret)
	err := s.serverUpdate(ctx, func(ch *change) error {
		if _, err := ch.tx.LockDealer(ch.ctx, dealer); err != nil {
			return err
		}
		if err := ch.checkKeyQuota(dealer); err != nil {
			return err
		}
		if err := ch.tx.InsertKey(ch.ctx, key); err != nil {
			return err
		}
		return ch.as(Caller{Dealer: dealer}).record(audit.Line{Action: "key.created", Subject: string(key.ID)}, audit.KeyChanges(&key))
	})
	if rollcall.KindOf(err) == rollcall.QuotaReached {
		s.quotaRefused(rollcall.QuotaKeys)
	}
	return key, secret, err
}

// Keys returns every key of the dealer, the oldest first: DealerNotFound.
func (s *Service) Keys(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.Key, error) {
	if _, err := s.store.Dealer(ctx, dealer); err != nil {
		return nil, err
	}
	return s.store.Keys(ctx, dealer)
}

// OwnKey returns the caller's key and its dealer: KeyNotFound.
func (s *Service) OwnKey(ctx context.Context, caller Caller) (rollcall.Dealer, rollcall.Key, error) {
	dealer, err := s.store.Dealer(ctx, caller.Dealer)
	if err != nil {
		return rollcall.Dealer{}, rollcall.Key{}, err
	}
	key, err := s.store.KeyByHash(ctx, caller.KeyHash)
	return dealer, key, err
}

// RevokeKey makes a key useless from the moment it returns, in every process: KeyNotFound. Revoking it again changes
// nothing.
func (s *Service) RevokeKey(ctx context.Context, dealer rollcall.DealerID, id rollcall.KeyID) error {
	return s.serverUpdate(ctx, func(ch *change) error {
		if err := ch.tx.RevokeKey(ch.ctx, dealer, id, s.now()); err != nil {
			return err
		}
		return ch.as(Caller{Dealer: dealer}).record(audit.Line{Action: "key.revoked", Subject: string(id)}, nil)
	})
}
