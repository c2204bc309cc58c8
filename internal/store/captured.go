package store

import (
	"context"
	"slices"

	"example.org/rollcall/internal/rollcall"
)

const capturedColumns = `validation_id, method, recipient, text, test, captured_at`

func capturedDest(m *rollcall.CapturedMessage, at *int64) []any {
	return []any{(*string)(&m.Validation), (*string)(&m.Method), &m.To, &m.Text, &m.Test, at}
}

const selectCaptured = `SELECT ` + capturedColumns + ` FROM captured_messages
	WHERE dealer_id = $1`

const newestCaptured = selectCaptured + ` ORDER BY seq DESC LIMIT $2`

// Captured implements rollcall.Reader.
func (r reader) Captured(ctx context.Context, dealer rollcall.DealerID, limit int) ([]rollcall.CapturedMessage, error) {
	messages, err := r.captured(ctx, dealer, newestCaptured, string(dealer), limit)
	slices.Reverse(messages)
	return messages, err
}

func (r reader) captured(ctx context.Context, dealer rollcall.DealerID, query string, args ...any) ([]rollcall.CapturedMessage, error) {
	var messages []rollcall.CapturedMessage
	err := r.run.many(ctx, query, args, func(rows rowScanner) error {
		m := rollcall.CapturedMessage{Message: rollcall.Message{Dealer: dealer}}
		var at int64
		err := rows.Scan(capturedDest(&m, &at)...)
		m.At = fromMicros(at)
		messages = append(messages, m)
		return err
	})
	return messages, r.failed(err)
}

const nextCaptured = `UPDATE dealers SET captured_seq = captured_seq + 1 WHERE dealer_id = $1 RETURNING captured_seq`

// The number of a message that was not kept is the next one's: what is beyond the newest is known by it.
const lastCaptured = `UPDATE dealers SET captured_seq = captured_seq - 1 WHERE dealer_id = $1`

// A message of a validation that is gone is not kept: the person's data went with it.
const insertCaptured = `INSERT INTO captured_messages
	(dealer_id, seq, validation_id, method, recipient, text, test, captured_at)
	SELECT dealer_id, $3, validation_id, $4, $5, $6, $7, $8 FROM validations
	WHERE dealer_id = $1 AND validation_id = $2
	ON CONFLICT (dealer_id, validation_id) DO NOTHING`

// To count those that are kept instead would read them all, for each message.
const pruneCaptured = `DELETE FROM captured_messages WHERE dealer_id = $1 AND seq <= $2`

// InsertCaptured implements rollcall.Tx.
func (t *transaction) InsertCaptured(ctx context.Context, m rollcall.CapturedMessage, keep int) error {
	var seq int64
	if err := t.run.one(ctx, nextCaptured, []any{string(m.Dealer)}, &seq); err != nil {
		return t.orNotFound(err, dealerNotFound())
	}
	n, err := t.run.exec(ctx, insertCaptured,
		string(m.Dealer), string(m.Validation), seq, string(m.Method), m.To, m.Text, m.Test, micros(m.At))
	switch {
	case err == nil && n == 0:
		_, err = t.run.exec(ctx, lastCaptured, string(m.Dealer))
	case err == nil && seq > int64(keep):
		_, err = t.run.exec(ctx, pruneCaptured, string(m.Dealer), seq-int64(keep))
	}
	return t.failed(err)
}
