package store

import (
	"context"
	"database/sql"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const deliveryColumns = `dealer_id, webhook_id, event_id, type, body, status, attempts, due_at, created_at, attempted_at, response_status, error`

func scanDelivery(rows engine.Row) (rollcall.WebhookDelivery, error) {
	var d rollcall.WebhookDelivery
	var due, attempted sql.NullInt64
	var created int64
	var body string
	err := rows.Scan((*string)(&d.Dealer), (*string)(&d.Webhook), (*string)(&d.Event), (*string)(&d.Type), &body, (*string)(&d.Status),
		&d.Attempts, &due, &created, &attempted, &d.ResponseStatus, &d.Error)
	d.Body, d.Due, d.Attempted, d.Created = []byte(body), fromNull(due), fromNull(attempted), fromMicros(created)
	return d, err
}

const selectDeliveries = `SELECT ` + deliveryColumns + ` FROM webhook_deliveries WHERE dealer_id = $1 AND webhook_id = $2`

// DueDeliveries implements service.Reader.
func (r reader) DueDeliveries(ctx context.Context, w service.WebhookRef, now time.Time, limit int) ([]rollcall.WebhookDelivery, error) {
	return collect(ctx, r, selectDeliveries+` AND due_at <= $3 ORDER BY due_at LIMIT $4`,
		[]any{string(w.Dealer), string(w.ID), micros(now), limit}, scanDelivery)
}

const countPendingDeliveries = `SELECT COUNT(*) FROM (SELECT 1 FROM webhook_deliveries
	WHERE dealer_id = $1 AND webhook_id = $2 AND due_at IS NOT NULL LIMIT $3) pending`

// CountPendingDeliveries implements service.Tx.
func (t *transaction) CountPendingDeliveries(ctx context.Context, w service.WebhookRef, limit int) (n int, err error) {
	err = t.run.QueryRow(ctx, countPendingDeliveries, []any{string(w.Dealer), string(w.ID), limit}, &n)
	return n, t.Failed(err)
}

// Deliveries implements service.Reader.
func (r reader) Deliveries(ctx context.Context, w service.WebhookRef, filter service.DeliveryFilter) ([]rollcall.WebhookDelivery, error) {
	q := where{args: []any{string(w.Dealer), string(w.ID)}}
	q.text.WriteString(selectDeliveries)
	q.is("status", string(filter.Status))
	if filter.Before.Event != "" {
		q.text.WriteString(` AND (created_at, event_id) < (` + q.param(filter.Before.Created) + `, ` + q.param(string(filter.Before.Event)) + `)`)
	}
	q.text.WriteString(` ORDER BY created_at DESC, event_id DESC LIMIT ` + q.param(filter.Limit))
	return collect(ctx, r, q.text.String(), q.args, scanDelivery)
}

const selectDelivery = selectDeliveries + ` AND event_id = $3`

// Delivery implements service.Reader.
func (r reader) Delivery(ctx context.Context, w service.WebhookRef, event rollcall.EventID) (rollcall.WebhookDelivery, error) {
	found, err := collect(ctx, r, selectDelivery, []any{string(w.Dealer), string(w.ID), string(event)}, scanDelivery)
	if err != nil || len(found) == 0 {
		return rollcall.WebhookDelivery{}, orDeliveryNotFound(err)
	}
	return found[0], nil
}

func orDeliveryNotFound(err error) error {
	if err == nil {
		err = &rollcall.Error{Kind: rollcall.NotFound, Message: "this webhook has no such delivery; it may be too old"}
	}
	return err
}

const insertDelivery = `INSERT INTO webhook_deliveries (` + deliveryColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
	ON CONFLICT (dealer_id, webhook_id, event_id) DO NOTHING`

// InsertDelivery implements service.Tx.
func (t *transaction) InsertDelivery(ctx context.Context, d rollcall.WebhookDelivery) error {
	_, err := t.run.Exec(ctx, insertDelivery,
		string(d.Dealer), string(d.Webhook), string(d.Event), string(d.Type), string(d.Body), string(d.Status), d.Attempts, microsOrNull(d.Due),
		micros(d.Created), microsOrNull(d.Attempted), d.ResponseStatus, d.Error)
	return t.orForeign(err, webhookNotFound())
}

const updateDelivery = `UPDATE webhook_deliveries SET status = $4, attempts = $5, due_at = $6, attempted_at = $7, response_status = $8, error = $9
	WHERE dealer_id = $1 AND webhook_id = $2 AND event_id = $3`

// UpdateDelivery implements service.Tx.
func (t *transaction) UpdateDelivery(ctx context.Context, d rollcall.WebhookDelivery) error {
	_, err := t.run.Exec(ctx, updateDelivery, string(d.Dealer), string(d.Webhook), string(d.Event), string(d.Status), d.Attempts,
		microsOrNull(d.Due), microsOrNull(d.Attempted), d.ResponseStatus, d.Error)
	return t.Failed(err)
}

const deleteDeliveries = `DELETE FROM webhook_deliveries WHERE (dealer_id, webhook_id, event_id) IN
	(SELECT dealer_id, webhook_id, event_id FROM webhook_deliveries WHERE created_at < $1 ORDER BY created_at LIMIT $2)`

// DeleteDeliveries implements service.Tx.
func (t *transaction) DeleteDeliveries(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.run.Exec(ctx, deleteDeliveries, micros(before), limit)
	return int(n), t.Failed(err)
}
