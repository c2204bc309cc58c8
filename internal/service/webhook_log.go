package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// DeliveryQuery selects deliveries of a webhook for a caller. The zero value selects the newest 100.
type DeliveryQuery struct {
	Status rollcall.Field[string]
	After  rollcall.Field[string] // the cursor that came with the page before
	Limit  rollcall.Field[int]    // at most 500
}

// Deliveries returns a page of the deliveries of a webhook, the newest first, and the cursor of the next page, empty on the last one:
// WebhookNotFound, InvalidRequest.
func (s *Service) Deliveries(ctx context.Context, caller Caller, id rollcall.WebhookID, q DeliveryQuery) (found []rollcall.WebhookDelivery, next string, err error) {
	if _, err := s.store.Webhook(ctx, caller.Dealer, id); err != nil {
		return nil, "", err
	}
	filter := DeliveryFilter{Status: rollcall.DeliveryStatus(q.Status.Value)}
	statuses := []rollcall.DeliveryStatus{rollcall.DeliveryPending, rollcall.DeliveryDelivered, rollcall.DeliveryFailed}
	err = firstBadQuery(badChoice("status", q.Status, statuses), badCount("limit", q.Limit),
		readCursor(q.After, &filter.Before.Created, &filter.Before.Event))
	if err != nil {
		return nil, "", err
	}
	limit := min(q.Limit.ValueOr(listLimit), maxListLimit)
	filter.Limit = limit + 1 // whether there is another page
	found, err = s.store.Deliveries(ctx, WebhookRef{caller.Dealer, id}, filter)
	if err == nil && len(found) > limit {
		found = found[:limit]
		last := &found[limit-1]
		next = cursor(last.Created.UnixMicro(), last.Event)
	}
	return found, next, err
}

// RetryDelivery makes a delivery of a webhook due now, with all its attempts before it, and ends the webhook's pause: WebhookNotFound,
// NotFound.
func (s *Service) RetryDelivery(ctx context.Context, caller Caller, id rollcall.WebhookID, event rollcall.EventID) (rollcall.WebhookDelivery, error) {
	var d rollcall.WebhookDelivery
	err := s.change(ctx, caller, func(ch *change) error {
		w, err := ch.tx.LockWebhook(ch.ctx, caller.Dealer, id)
		if err != nil {
			return err
		}
		if d, err = ch.tx.Delivery(ch.ctx, WebhookRef{caller.Dealer, id}, event); err != nil {
			return err
		}
		d.Status, d.Due, d.Attempts = rollcall.DeliveryPending, ch.now(), 0
		if err := ch.tx.UpdateDelivery(ch.ctx, d); err != nil {
			return err
		}
		w.NotBefore = time.Time{}
		if err := ch.tx.UpdateWebhook(ch.ctx, w); err != nil {
			return err
		}
		return ch.respond(d)
	})
	return d, err
}

// TestWebhook sends a test event to a webhook, once, and returns its delivery: WebhookNotFound, RateLimited while too many are being
// sent. The outcome does not count for the webhook.
func (s *Service) TestWebhook(ctx context.Context, caller Caller, id rollcall.WebhookID) (rollcall.WebhookDelivery, error) {
	none := rollcall.WebhookDelivery{}
	w, err := s.store.Webhook(ctx, caller.Dealer, id)
	if err == nil {
		err = s.CheckIdempotencyKey(ctx, caller)
	}
	if err != nil {
		return none, err
	}
	leave, ok := s.webhookSlots.enter(caller.Dealer)
	if !ok {
		return none, &rollcall.Error{
			Kind: rollcall.RateLimited, Message: "other webhooks of this dealer are being called; retry after the time in Retry-After", RetryAfter: 5 * time.Second,
		}
	}
	defer leave()
	e := rollcall.Event{ID: rollcall.NewEventID(), Dealer: caller.Dealer, Type: rollcall.WebhookTestEvent, At: s.now(), RequestID: caller.RequestID}
	d := rollcall.WebhookDelivery{Dealer: caller.Dealer, Webhook: id, Event: e.ID, Type: e.Type, Created: e.At}
	if d.Body, err = s.opts.Webhooks.Body(&e); err != nil {
		return none, err
	}
	d.Record(s.attempt(ctx, &w, &d))
	err = s.change(ctx, caller, func(ch *change) error {
		if err := ch.tx.InsertDelivery(ch.ctx, d); err != nil {
			return err
		}
		return ch.respond(d)
	})
	return d, err
}
