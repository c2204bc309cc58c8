package store

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const (
	claimInbound  = `INSERT INTO inbound_messages (ref_hash, reply, at) VALUES ($1, '', $2) ON CONFLICT (ref_hash) DO NOTHING`
	selectInbound = `SELECT reply FROM inbound_messages WHERE ref_hash = $1`
)

// LockInboundReply implements service.Tx. The second of two concurrent calls waits until the first is committed or rolled
// back, and then reads its reply or takes its place.
func (t *transaction) LockInboundReply(ctx context.Context, ref rollcall.Hash, at time.Time) (reply string, handled bool, err error) {
	n, err := t.run.Exec(ctx, claimInbound, ref[:], micros(at))
	if err != nil || n == 1 {
		return "", false, t.Failed(err)
	}
	err = t.run.QueryRow(ctx, selectInbound, []any{ref[:]}, &reply)
	return reply, err == nil, t.Failed(err)
}

const putInbound = `INSERT INTO inbound_messages (ref_hash, reply, at) VALUES ($1, $2, $3)
	ON CONFLICT (ref_hash) DO UPDATE SET reply = excluded.reply`

// PutInboundReply implements service.Tx.
func (t *transaction) PutInboundReply(ctx context.Context, ref rollcall.Hash, reply string, at time.Time) error {
	_, err := t.run.Exec(ctx, putInbound, ref[:], reply, micros(at))
	return t.Failed(err)
}

const deleteInboundReplies = `DELETE FROM inbound_messages WHERE ref_hash IN
	(SELECT ref_hash FROM inbound_messages WHERE at < $1 ORDER BY at LIMIT $2)`
