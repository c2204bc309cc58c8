package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const webhookColumns = `dealer_id, webhook_id, url, types, description, status, reason, secret, old_secret, old_until, pos, failures,
	failing_at, not_before, created_at, updated_at`

// webhookRow is a webhook as it is stored.
type webhookRow struct {
	rollcall.Webhook
	types                      string
	oldUntil, failing          sql.NullInt64
	notBefore, created, update int64
}

func (w *webhookRow) dest() []any {
	return []any{
		(*string)(&w.Dealer), (*string)(&w.ID), &w.URL, &w.types, &w.Description, (*string)(&w.Status), &w.Reason, &w.Secret, &w.OldSecret,
		&w.oldUntil, &w.Pos, &w.Failures, &w.failing, &w.notBefore, &w.created, &w.update,
	}
}

func (w *webhookRow) webhook() rollcall.Webhook {
	for name := range strings.SplitSeq(w.types, ",") {
		if name != "" {
			w.Types = append(w.Types, rollcall.EventType(name))
		}
	}
	w.OldUntil, w.Failing = fromNull(w.oldUntil), fromNull(w.failing)
	if w.notBefore > 0 {
		w.NotBefore = fromMicros(w.notBefore)
	}
	w.Created, w.Updated = fromMicros(w.created), fromMicros(w.update)
	return w.Webhook
}

// webhookArgs returns the values of webhookColumns.
func webhookArgs(w *rollcall.Webhook) []any {
	types := make([]string, len(w.Types))
	for i, t := range w.Types {
		types[i] = string(t)
	}
	var notBefore int64
	if !w.NotBefore.IsZero() {
		notBefore = micros(w.NotBefore)
	}
	return []any{
		string(w.Dealer), string(w.ID), w.URL, strings.Join(types, ","), w.Description, string(w.Status), w.Reason, w.Secret, w.OldSecret,
		microsOrNull(w.OldUntil), w.Pos, w.Failures, microsOrNull(w.Failing), notBefore, micros(w.Created), micros(w.Updated),
	}
}

func webhookNotFound() *rollcall.Error {
	return missing(rollcall.WebhookNotFound, "webhook not found; list the webhooks to find the right one")
}

const selectWebhooks = `SELECT ` + webhookColumns + ` FROM webhooks WHERE dealer_id = $1`

// Webhooks implements service.Reader. Their identifiers sort by time.
func (r reader) Webhooks(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.Webhook, error) {
	return collect(ctx, r, selectWebhooks+` ORDER BY webhook_id`, []any{string(dealer)}, func(rows engine.Row) (rollcall.Webhook, error) {
		var row webhookRow
		err := rows.Scan(row.dest()...)
		return row.webhook(), err
	})
}

const selectWebhook = selectWebhooks + ` AND webhook_id = $2`

// Webhook implements service.Reader.
func (r reader) Webhook(ctx context.Context, dealer rollcall.DealerID, id rollcall.WebhookID) (rollcall.Webhook, error) {
	return r.webhook(ctx, selectWebhook, dealer, id)
}

// LockWebhook implements service.Tx.
func (t *transaction) LockWebhook(ctx context.Context, dealer rollcall.DealerID, id rollcall.WebhookID) (rollcall.Webhook, error) {
	return t.webhook(ctx, selectWebhook+t.ForUpdate, dealer, id)
}

func (r reader) webhook(ctx context.Context, query string, dealer rollcall.DealerID, id rollcall.WebhookID) (rollcall.Webhook, error) {
	var row webhookRow
	if err := r.run.QueryRow(ctx, query, []any{string(dealer), string(id)}, row.dest()...); err != nil {
		return rollcall.Webhook{}, r.orNotFound(err, webhookNotFound())
	}
	return row.webhook(), nil
}

// selectDueWebhooks selects webhooks of all dealers.
const selectDueWebhooks = `SELECT w.dealer_id, w.webhook_id FROM webhooks w JOIN dealers d ON d.dealer_id = w.dealer_id
	WHERE w.status = 'active' AND w.not_before <= $1 AND d.suspended_at IS NULL AND (
		EXISTS (SELECT 1 FROM audit_lines a WHERE a.dealer_id = w.dealer_id AND a.pos > w.pos)
		OR EXISTS (SELECT 1 FROM audit_lines a WHERE a.dealer_id = w.dealer_id AND a.pos < 0)
		OR EXISTS (SELECT 1 FROM webhook_deliveries v WHERE v.dealer_id = w.dealer_id AND v.webhook_id = w.webhook_id AND v.due_at <= $1))
	ORDER BY w.not_before, w.dealer_id, w.webhook_id LIMIT $2`

// DueWebhooks implements service.Reader.
func (r reader) DueWebhooks(ctx context.Context, now time.Time, limit int) ([]service.WebhookRef, error) {
	return collect(ctx, r, selectDueWebhooks, []any{micros(now), limit}, func(rows engine.Row) (ref service.WebhookRef, err error) {
		err = rows.Scan((*string)(&ref.Dealer), (*string)(&ref.ID))
		return ref, err
	})
}

const insertWebhook = `INSERT INTO webhooks (` + webhookColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

// InsertWebhook implements service.Tx.
func (t *transaction) InsertWebhook(ctx context.Context, w rollcall.Webhook) error {
	_, err := t.run.Exec(ctx, insertWebhook, webhookArgs(&w)...)
	return t.orForeign(err, dealerNotFound())
}

const updateWebhook = `UPDATE webhooks SET url = $3, types = $4, description = $5, status = $6, reason = $7, secret = $8, old_secret = $9,
	old_until = $10, pos = $11, failures = $12, failing_at = $13, not_before = $14, updated_at = $16
	WHERE dealer_id = $1 AND webhook_id = $2 AND created_at = $15`

// UpdateWebhook implements service.Tx.
func (t *transaction) UpdateWebhook(ctx context.Context, w rollcall.Webhook) error {
	n, err := t.run.Exec(ctx, updateWebhook, webhookArgs(&w)...)
	if err == nil && n == 0 {
		return webhookNotFound()
	}
	return t.Failed(err)
}

const deleteWebhook = `DELETE FROM webhooks WHERE dealer_id = $1 AND webhook_id = $2`

// DeleteWebhook implements service.Tx.
func (t *transaction) DeleteWebhook(ctx context.Context, dealer rollcall.DealerID, id rollcall.WebhookID) error {
	n, err := t.run.Exec(ctx, deleteWebhook, string(dealer), string(id))
	if err == nil && n == 0 {
		return webhookNotFound()
	}
	return t.Failed(err)
}
