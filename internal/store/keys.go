package store

import (
	"context"
	"database/sql"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const keyColumns = `dealer_id, key_id, name, key_hash, scopes, test, rate_per_minute, burst,
	created_at, expires_at, last_used_at, revoked_at`

const keyAndDealer = keyColumns + `, (SELECT suspended_at FROM dealers WHERE dealers.dealer_id = api_keys.dealer_id)`

// keyRow is a key as it is stored.
type keyRow struct {
	rollcall.Key
	rate, burst                           sql.NullInt64
	hash                                  []byte
	scopes                                string
	created                               int64
	expires, lastUsed, revoked, suspended sql.NullInt64
}

func (k *keyRow) dest() []any {
	return []any{
		(*string)(&k.Dealer), (*string)(&k.ID), &k.Name, &k.hash, &k.scopes, &k.Test, &k.rate, &k.burst,
		&k.created, &k.expires, &k.lastUsed, &k.revoked, &k.suspended,
	}
}

func (k *keyRow) key() (rollcall.Key, error) {
	var err error
	copy(k.Hash[:], k.hash)
	k.Scopes, err = rollcall.ParseScopes(k.scopes)
	if k.rate.Valid {
		k.Limit = &rollcall.RateLimit{PerMinute: int(k.rate.Int64), Burst: int(k.burst.Int64)}
	}
	k.Created, k.Expires = fromMicros(k.created), fromNull(k.expires)
	k.LastUsed, k.Revoked = fromNull(k.lastUsed), fromNull(k.revoked)
	k.DealerSuspended = fromNull(k.suspended)
	return k.Key, err
}

func scanKey(rows engine.Row) (rollcall.Key, error) {
	var row keyRow
	if err := rows.Scan(row.dest()...); err != nil {
		return row.Key, err
	}
	return row.key()
}

// It names no dealer, since it finds the dealer of a key.
const selectKeyByHash = `SELECT ` + keyAndDealer + ` FROM api_keys WHERE key_hash = $1`

// KeyByHash implements service.Reader.
func (r reader) KeyByHash(ctx context.Context, hash rollcall.KeyHash) (rollcall.Key, error) {
	var row keyRow
	if err := r.run.QueryRow(ctx, selectKeyByHash, []any{hash[:]}, row.dest()...); err != nil {
		return rollcall.Key{}, r.orNotFound(err, keyNotFound())
	}
	key, err := row.key()
	return key, r.Failed(err)
}

const selectKeys = `SELECT ` + keyAndDealer + ` FROM api_keys WHERE dealer_id = $1 ORDER BY created_at, key_id`

// Keys implements service.Reader.
func (r reader) Keys(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.Key, error) {
	return collect(ctx, r, selectKeys, []any{string(dealer)}, scanKey)
}

const insertKey = `INSERT INTO api_keys (` + keyColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// InsertKey implements service.Tx.
func (t *transaction) InsertKey(ctx context.Context, k rollcall.Key) error {
	var rate, burst any
	if k.Limit != nil {
		rate, burst = k.Limit.PerMinute, k.Limit.Burst
	}
	_, err := t.run.Exec(ctx, insertKey,
		string(k.Dealer), string(k.ID), k.Name, k.Hash[:], k.Scopes.String(), k.Test, rate, burst,
		micros(k.Created), microsOrNull(k.Expires), microsOrNull(k.LastUsed), microsOrNull(k.Revoked))
	return t.orForeign(err, dealerNotFound())
}

const revokeKey = `UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $3) WHERE dealer_id = $1 AND key_id = $2`

// RevokeKey implements service.Tx.
func (t *transaction) RevokeKey(ctx context.Context, dealer rollcall.DealerID, id rollcall.KeyID, at time.Time) error {
	n, err := t.run.Exec(ctx, revokeKey, string(dealer), string(id), micros(at))
	return t.changed(n, err, keyNotFound())
}

const setKeyLastUsed = `UPDATE api_keys SET last_used_at = $3
	WHERE dealer_id = $1 AND key_id = $2 AND (last_used_at IS NULL OR last_used_at < $3)`

// SetKeyLastUsed implements service.Tx. It ignores a time before the stored one, and an unknown key.
func (t *transaction) SetKeyLastUsed(ctx context.Context, dealer rollcall.DealerID, id rollcall.KeyID, at time.Time) error {
	_, err := t.run.Exec(ctx, setKeyLastUsed, string(dealer), string(id), micros(at))
	return t.Failed(err)
}
