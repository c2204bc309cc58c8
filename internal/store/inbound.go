package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const selectInbound = `SELECT reply FROM inbound_messages WHERE ref_hash = $1`

// LockInbound implements rollcall.Tx. Where two come at once, the second to keep its reply fails, and is tried again.
func (t *transaction) LockInbound(ctx context.Context, ref rollcall.Hash) (reply string, handled bool, err error) {
	err = t.run.one(ctx, selectInbound+t.forUpdate, []any{ref[:]}, &reply)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return reply, err == nil, t.failed(err)
}

const putInbound = `INSERT INTO inbound_messages (ref_hash, reply, at) VALUES ($1, $2, $3)`

// PutInbound implements rollcall.Tx.
func (t *transaction) PutInbound(ctx context.Context, ref rollcall.Hash, reply string, at time.Time) error {
	_, err := t.run.exec(ctx, putInbound, ref[:], reply, micros(at))
	return t.failed(err)
}
