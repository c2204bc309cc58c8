package store

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const sessionColumns = `dealer_id, user_id, token_hash, data, created_at, seen_at, expires_at`

// sessionRow is a session as it is stored.
type sessionRow struct {
	rollcall.Session
	hash                   []byte
	created, seen, expires int64
}

func (s *sessionRow) dest() []any {
	return []any{(*string)(&s.Dealer), (*string)(&s.User), &s.hash, &s.Data, &s.created, &s.seen, &s.expires}
}

func (s *sessionRow) session() rollcall.Session {
	copy(s.Hash[:], s.hash)
	s.Created, s.Seen, s.Expires = fromMicros(s.created), fromMicros(s.seen), fromMicros(s.expires)
	return s.Session
}

func scanSession(rows engine.Row) (rollcall.Session, error) {
	var row sessionRow
	err := rows.Scan(row.dest()...)
	return row.session(), err
}

// It names no dealer, since it finds the dealer of a cookie.
const selectSessionByHash = `SELECT ` + sessionColumns + ` FROM sessions WHERE token_hash = $1`

// SessionByHash implements service.Reader.
func (r reader) SessionByHash(ctx context.Context, hash rollcall.Hash) (_ rollcall.Session, found bool, err error) {
	var row sessionRow
	err = r.run.QueryRow(ctx, selectSessionByHash, []any{hash[:]}, row.dest()...)
	if r.NoRow(err) {
		return rollcall.Session{}, false, nil
	}
	return row.session(), err == nil, r.Failed(err)
}

const selectSessions = `SELECT ` + sessionColumns + ` FROM sessions WHERE dealer_id = $1 AND user_id = $2 ORDER BY seen_at DESC, token_hash`

// Sessions implements service.Reader.
func (r reader) Sessions(ctx context.Context, dealer rollcall.DealerID, user rollcall.UserID) ([]rollcall.Session, error) {
	return collect(ctx, r, selectSessions, []any{string(dealer), string(user)}, scanSession)
}

const putSession = `INSERT INTO sessions (` + sessionColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)
	ON CONFLICT (dealer_id, user_id, token_hash) DO UPDATE SET data = excluded.data, seen_at = excluded.seen_at, expires_at = excluded.expires_at`

// PutSession implements service.Tx.
func (t *transaction) PutSession(ctx context.Context, s rollcall.Session) error {
	data := s.Data
	if data == nil {
		data = []byte{}
	}
	_, err := t.run.Exec(ctx, putSession, string(s.Dealer), string(s.User), s.Hash[:], data, micros(s.Created), micros(s.Seen), micros(s.Expires))
	return t.orForeign(err, userNotFound())
}

const touchSession = `UPDATE sessions SET seen_at = $4, expires_at = $5
	WHERE dealer_id = $1 AND user_id = $2 AND token_hash = $3 AND seen_at < $4`

// TouchSession implements service.Tx.
func (t *transaction) TouchSession(ctx context.Context, s rollcall.Session) error {
	_, err := t.run.Exec(ctx, touchSession, string(s.Dealer), string(s.User), s.Hash[:], micros(s.Seen), micros(s.Expires))
	return t.Failed(err)
}

const deleteSession = `DELETE FROM sessions WHERE dealer_id = $1 AND user_id = $2 AND token_hash = $3`

// DeleteSession implements service.Tx.
func (t *transaction) DeleteSession(ctx context.Context, dealer rollcall.DealerID, user rollcall.UserID, hash rollcall.Hash) error {
	_, err := t.run.Exec(ctx, deleteSession, string(dealer), string(user), hash[:])
	return t.Failed(err)
}

const deleteOtherSessions = `DELETE FROM sessions WHERE dealer_id = $1 AND user_id = $2 AND token_hash <> $3`

// DeleteOtherSessions implements service.Tx.
func (t *transaction) DeleteOtherSessions(ctx context.Context, dealer rollcall.DealerID, user rollcall.UserID, keep rollcall.Hash) error {
	_, err := t.run.Exec(ctx, deleteOtherSessions, string(dealer), string(user), keep[:])
	return t.Failed(err)
}

const deleteExpiredSessions = `DELETE FROM sessions WHERE (dealer_id, user_id, token_hash) IN
	(SELECT dealer_id, user_id, token_hash FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)`

// DeleteExpiredSessions implements service.Tx.
func (t *transaction) DeleteExpiredSessions(ctx context.Context, before time.Time, limit int) (int, error) {
	return t.deleteBefore(ctx, deleteExpiredSessions, before, limit)
}
