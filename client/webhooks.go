package client

import (
	"context"
	"iter"
	"net/url"
	"time"
)

// Webhook is an address to which events are sent.
type Webhook struct {
	WebhookID      string    `json:"webhook_id"`
	URL            string    `json:"url"`
	Types          []string  `json:"types"` // empty: all
	Description    string    `json:"description"`
	Status         string    `json:"status"`          // active or disabled
	DisabledReason string    `json:"disabled_reason"` // gone or failing; empty: the server did not disable it
	FailingSince   time.Time `json:"failing_since"`   // zero: it is not failing
	Secret         string    `json:"secret"`          // only from Create and Rotate
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
	Warnings       []Warning `json:"warnings"`
}

// NewWebhook describes a new webhook.
type NewWebhook struct {
	URL         string   `json:"url"`
	Types       []string `json:"types,omitempty"` // empty: all
	Description string   `json:"description,omitempty"`
}

// WebhookUpdate changes a webhook. Absent fields stay.
type WebhookUpdate struct {
	URL         Value[string]   `json:"url,omitzero"`
	Types       Value[[]string] `json:"types,omitzero"`
	Description Value[string]   `json:"description,omitzero"`
	Status      Value[string]   `json:"status,omitzero"`
}

// WebhookDelivery is an event on its way to a webhook.
type WebhookDelivery struct {
	EventID        string    `json:"event_id"`
	Type           string    `json:"type"`
	Status         string    `json:"status"` // pending, delivered or failed
	Attempts       int       `json:"attempts"`
	ResponseStatus int       `json:"response_status"` // 0: no response
	Error          string    `json:"error"`
	CreatedAt      time.Time `json:"created_at"`
	AttemptedAt    time.Time `json:"attempted_at"`
	NextAttemptAt  time.Time `json:"next_attempt_at"`
	Warnings       []Warning `json:"warnings"`
}

// WebhookDeliveryList is a page of deliveries. NextAfter continues it; it is empty on the last page.
type WebhookDeliveryList struct {
	Deliveries []WebhookDelivery `json:"deliveries"`
	NextAfter  string            `json:"next_after"`
	Warnings   []Warning         `json:"warnings"`
}

// Webhooks has the calls for webhooks.
type Webhooks struct{ c *Client }

const webhooksPath = "/ext/v1/webhooks"

func webhookPath(id string) string { return webhooksPath + "/" + url.PathEscape(id) }

// List returns all webhooks, oldest first.
func (s Webhooks) List(ctx context.Context) ([]Webhook, error) {
	var list struct {
		Webhooks []Webhook `json:"webhooks"`
	}
	_, err := s.c.call(ctx, "GET", webhooksPath, nil, nil, &list)
	return list.Webhooks, err
}

// Create adds a webhook, and returns it with its secret. A retry of a request that was answered already returns no secret.
func (s Webhooks) Create(ctx context.Context, in NewWebhook, options ...Option) (made Webhook, err error) {
	_, err = s.c.call(ctx, "POST", webhooksPath, nil, in, &made, options...)
	return made, err
}

// Get returns a webhook.
func (s Webhooks) Get(ctx context.Context, id string) (w Webhook, err error) {
	_, err = s.c.call(ctx, "GET", webhookPath(id), nil, nil, &w)
	return w, err
}

// Update changes a webhook.
func (s Webhooks) Update(ctx context.Context, id string, in WebhookUpdate, options ...Option) (w Webhook, err error) {
	_, err = s.c.call(ctx, "PATCH", webhookPath(id), nil, in, &w, options...)
	return w, err
}

// Delete deletes a webhook.
func (s Webhooks) Delete(ctx context.Context, id string, options ...Option) error {
	_, err := s.c.call(ctx, "DELETE", webhookPath(id), nil, nil, nil, options...)
	return err
}

// Rotate replaces the secret, and returns the webhook with the new one. The old one signs too for a day.
func (s Webhooks) Rotate(ctx context.Context, id string, options ...Option) (w Webhook, err error) {
	_, err = s.c.call(ctx, "POST", webhookPath(id)+"/rotate", nil, nil, &w, options...)
	return w, err
}

// Test sends a test event and returns its delivery, which may have failed.
func (s Webhooks) Test(ctx context.Context, id string, options ...Option) (d WebhookDelivery, err error) {
	_, err = s.c.call(ctx, "POST", webhookPath(id)+"/test", nil, nil, &d, options...)
	return d, err
}

// Deliveries returns a page of deliveries, newest first: after is NextAfter of the page before, or empty, and status one that they
// have, or empty. Zero for limit returns at most 100.
func (s Webhooks) Deliveries(ctx context.Context, id, status, after string, limit int) (list WebhookDeliveryList, err error) {
	_, err = s.c.call(ctx, "GET", webhookPath(id)+"/deliveries", values("status", status, "after", after, "limit", limit), nil, &list)
	return list, err
}

// AllDeliveries returns all deliveries, newest first. It ends at the first error.
func (s Webhooks) AllDeliveries(ctx context.Context, id, status string) iter.Seq2[WebhookDelivery, error] {
	return cursorPages("", func(after string) ([]WebhookDelivery, string, error) {
		list, err := s.Deliveries(ctx, id, status, after, 500)
		return list.Deliveries, list.NextAfter, err
	})
}

// Retry sends a delivery again.
func (s Webhooks) Retry(ctx context.Context, id, eventID string, options ...Option) (d WebhookDelivery, err error) {
	_, err = s.c.call(ctx, "POST", webhookPath(id)+"/deliveries/"+url.PathEscape(eventID)+"/retry", nil, nil, &d, options...)
	return d, err
}
