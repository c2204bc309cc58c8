package store

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const capturedColumns = `seq, dealer_id, validation_id, method, recipient, extension, text, subject, link, code, captured_at`

func scanCaptured(rows engine.Row) (rollcall.CapturedMessage, error) {
	var m rollcall.CapturedMessage
	var at int64
	err := rows.Scan(&m.Seq, (*string)(&m.Dealer), (*string)(&m.Validation), (*string)(&m.Method), &m.To, &m.Extension, &m.Text,
		&m.Subject, &m.Link, &m.Code, &at)
	m.At = fromMicros(at)
	return m, err
}

const selectCaptured = `SELECT ` + capturedColumns + ` FROM captured_messages
	WHERE dealer_id = $1`

// CapturedMessages implements service.Reader.
func (r reader) CapturedMessages(ctx context.Context, dealer rollcall.DealerID, filter service.CapturedFilter) ([]rollcall.CapturedMessage, error) {
	w := where{args: []any{string(dealer)}}
	if filter.Before > 0 {
		w.text.WriteString(` AND seq < ` + w.param(filter.Before))
	}
	w.text.WriteString(` ORDER BY seq DESC LIMIT ` + w.param(filter.Limit))
	return collect(ctx, r, selectCaptured+w.text.String(), w.args, scanCaptured)
}

const nextCaptured = `UPDATE dealers SET captured_seq = captured_seq + 1 WHERE dealer_id = $1 RETURNING captured_seq`

// A message of a deleted validation is not stored: the person's data went with it.
const insertCaptured = `INSERT INTO captured_messages
	(dealer_id, seq, validation_id, method, recipient, extension, text, subject, link, code, captured_at)
	SELECT dealer_id, $3, validation_id, $4, $5, $6, $7, $8, $9, $10, $11 FROM validations
	WHERE dealer_id = $1 AND validation_id = $2
	ON CONFLICT (dealer_id, validation_id) DO NOTHING`

// It compares seq, since counting the stored messages would read all of them.
const pruneCaptured = `DELETE FROM captured_messages WHERE dealer_id = $1 AND seq <= $2`

// InsertCapturedMessage implements service.Tx.
func (t *transaction) InsertCapturedMessage(ctx context.Context, m rollcall.CapturedMessage, keep int) error {
	var seq int64
	if err := t.run.QueryRow(ctx, nextCaptured, []any{string(m.Dealer)}, &seq); err != nil {
		return t.orNotFound(err, dealerNotFound())
	}
	n, err := t.run.Exec(ctx, insertCaptured,
		string(m.Dealer), string(m.Validation), seq, string(m.Method), m.To, m.Extension, m.Text, m.Subject, m.Link, m.Code,
		micros(m.At))
	if err != nil || n == 0 {
		return t.Failed(err)
	}
	_, err = t.run.Exec(ctx, pruneCaptured, string(m.Dealer), seq-int64(keep))
	return t.Failed(err)
}
