package service

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// keyReader reads keys.
type keyReader interface {
	// KeyByHash returns the key with this hash, also if it is expired or revoked: KeyNotFound. It sees the changes of every process
	// at once.
	KeyByHash(ctx context.Context, hash rollcall.KeyHash) (rollcall.Key, error)
	// Keys returns every key of the dealer, the oldest first.
	Keys(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.Key, error)
}

// keyWriter changes keys in a transaction.
type keyWriter interface {
	// InsertKey adds a key: DealerNotFound.
	InsertKey(ctx context.Context, k rollcall.Key) error
	// RevokeKey revokes a key: KeyNotFound. A revoked key keeps the time of its revocation.
	RevokeKey(ctx context.Context, dealer rollcall.DealerID, id rollcall.KeyID, at time.Time) error
	// SetKeyLastUsed sets when a key was last used.
	SetKeyLastUsed(ctx context.Context, dealer rollcall.DealerID, id rollcall.KeyID, at time.Time) error
}

// lastUsedInterval is how exact Key.LastUsed is.
const lastUsedInterval = time.Minute

// Authenticate returns the caller with this key, which works in the dealer's sandbox if it is a test key: InvalidAPIKey if it is
// malformed, unknown, expired or revoked; PermissionDenied, together with the caller, if its dealer is suspended. It sets
// Key.LastUsed at most once a minute, unless Options.ReadOnly is set.
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
	caller := Caller{Dealer: key.Dealer, Key: key.ID, KeyHash: hash, Scopes: key.Scopes, Limit: limit}
	if key.Test {
		caller.Dealer = key.Dealer.Sandbox()
	}
	if !key.DealerSuspended.IsZero() {
		return caller, &rollcall.Error{Kind: rollcall.PermissionDenied, Message: "this dealer is suspended; ask the operator of this server"}
	}
	if !s.opts.ReadOnly {
		s.setLastUsed(ctx, key, now)
	}
	return caller, nil
}

// setLastUsed stores the time of a request with a key. It logs a failure, which must not fail the request.
func (s *Service) setLastUsed(ctx context.Context, key rollcall.Key, now time.Time) {
	last, seen := s.lastUsed.Load(key.ID)
	if !seen {
		last = key.LastUsed
	}
	if since := now.Sub(last.(time.Time)); since >= 0 && since < lastUsedInterval {
		return
	}
	if seen && !s.lastUsed.CompareAndSwap(key.ID, last, now) {
		return
	}
	if !seen {
		if _, other := s.lastUsed.LoadOrStore(key.ID, now); other {
			return
		}
	}
	err := s.update(ctx, server(key.Dealer), func(ch *change) error {
		return ch.tx.SetKeyLastUsed(ch.ctx, key.Dealer, key.ID, now)
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		s.log.LogAttrs(ctx, slog.LevelWarn, "storing the last use of a key failed",
			slog.String("key", string(key.ID)), slog.String("error", err.Error()))
	}
}

// CreateKey creates a key and returns it with its secret, which is not stored: DealerNotFound, ValidationFailed also if there is a key
// with the given id, QuotaReached, PermissionDenied for a user who is no owner. The first test key makes the dealer's sandbox.
func (s *Service) CreateKey(ctx context.Context, caller Caller, in rollcall.KeyInput) (rollcall.Key, string, error) {
	if err := caller.mayManage(rollcall.RoleOwner); err != nil {
		return rollcall.Key{}, "", err
	}
	if err := isLive(caller.Dealer); err != nil {
		return rollcall.Key{}, "", err
	}
	key := rollcall.Key{Dealer: caller.Dealer, ID: cmp.Or(in.ID, rollcall.NewKeyID()), Created: s.now()}
	if err := in.Apply(&key); err != nil {
		return rollcall.Key{}, "", err
	}
	secret := rollcall.NewAPIKey(in.Test)
	key.Hash, _ = rollcall.ParseAPIKey(secret)
	err := s.update(ctx, caller, func(ch *change) error {
		dealer, err := ch.tx.LockDealer(ch.ctx, caller.Dealer)
		if err != nil {
			return err
		}
		_, err = findKey(ch.ctx, ch.tx, caller.Dealer, key.ID)
		switch {
		case err == nil:
			return rollcall.InvalidField("key_id", rollcall.CodeTaken, "is the id of a key that exists; use another one")
		case rollcall.KindOf(err) != rollcall.KeyNotFound:
			return err
		}
		if err := ch.checkKeyQuota(caller.Dealer); err != nil {
			return err
		}
		if err := ch.tx.InsertKey(ch.ctx, key); err != nil {
			return err
		}
		if in.Test {
			if err := ch.needSandbox(dealer); err != nil {
				return err
			}
		}
		return ch.record(audit.Line{Action: "key.created", Subject: string(key.ID)}, audit.KeyChanges(&key))
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

// OwnKey returns the caller's key and its dealer, which for a test key is not the sandbox: KeyNotFound.
func (s *Service) OwnKey(ctx context.Context, caller Caller) (rollcall.Dealer, rollcall.Key, error) {
	dealer, err := s.store.Dealer(ctx, caller.Dealer.Live())
	if err != nil {
		return rollcall.Dealer{}, rollcall.Key{}, err
	}
	key, err := s.store.KeyByHash(ctx, caller.KeyHash)
	return dealer, key, err
}

// Key returns a key of the dealer: KeyNotFound.
func (s *Service) Key(ctx context.Context, dealer rollcall.DealerID, id rollcall.KeyID) (rollcall.Key, error) {
	return findKey(ctx, s.store, dealer, id)
}

func findKey(ctx context.Context, r keyReader, dealer rollcall.DealerID, id rollcall.KeyID) (rollcall.Key, error) {
	keys, err := r.Keys(ctx, dealer)
	if err != nil {
		return rollcall.Key{}, err
	}
	for i := range keys {
		if keys[i].ID == id {
			return keys[i], nil
		}
	}
	return rollcall.Key{}, &rollcall.Error{Kind: rollcall.KeyNotFound, Message: "key not found; list the dealer's keys to find the right one"}
}

// RevokeKey revokes a key: KeyNotFound, PermissionDenied for a user who is no owner. Once it returns, every process refuses the
// key. Revoking it again changes nothing.
func (s *Service) RevokeKey(ctx context.Context, caller Caller, id rollcall.KeyID) error {
	if err := caller.mayManage(rollcall.RoleOwner); err != nil {
		return err
	}
	return s.update(ctx, caller, func(ch *change) error {
		key, err := findKey(ch.ctx, ch.tx, caller.Dealer, id)
		if err != nil || !key.Revoked.IsZero() {
			return err
		}
		if err := ch.tx.RevokeKey(ch.ctx, caller.Dealer, id, s.now()); err != nil {
			return err
		}
		return ch.record(audit.Line{Action: "key.revoked", Subject: string(id)}, nil)
	})
}
