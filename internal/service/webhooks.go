package service

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// WebhookRef names a webhook.
type WebhookRef struct {
	Dealer rollcall.DealerID
	ID     rollcall.WebhookID
}

// webhookReader reads webhooks.
type webhookReader interface {
	// Webhooks returns the webhooks of the dealer, the oldest first.
	Webhooks(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.Webhook, error)
	// Webhook returns a webhook: WebhookNotFound.
	Webhook(ctx context.Context, dealer rollcall.DealerID, id rollcall.WebhookID) (rollcall.Webhook, error)
	// DueWebhooks returns at most limit active webhooks of all dealers that have a delivery to attempt or lines of the audit to read.
	DueWebhooks(ctx context.Context, now time.Time, limit int) ([]WebhookRef, error)
}

// webhookWriter changes webhooks in a transaction.
type webhookWriter interface {
	// LockWebhook is Webhook, after which nobody else changes it before the transaction ends.
	LockWebhook(ctx context.Context, dealer rollcall.DealerID, id rollcall.WebhookID) (rollcall.Webhook, error)
	// InsertWebhook adds a webhook: DealerNotFound.
	InsertWebhook(ctx context.Context, w rollcall.Webhook) error
	// UpdateWebhook replaces a webhook: WebhookNotFound.
	UpdateWebhook(ctx context.Context, w rollcall.Webhook) error
	// DeleteWebhook removes a webhook and its deliveries: WebhookNotFound.
	DeleteWebhook(ctx context.Context, dealer rollcall.DealerID, id rollcall.WebhookID) error
}

// NewWebhook is a webhook with its secret, which is shown once.
type NewWebhook struct {
	rollcall.Webhook
	Signing string // the secret as the receiver needs it; empty: it was shown before
}

const (
	webhookSecretBytes = 32
	webhookOldLife     = 24 * time.Hour // how long the secret before a rotation still signs
)

// newSecret gives w a new secret, and returns it as the receiver needs it.
func (s *Service) newSecret(w *rollcall.Webhook) (signing string, err error) {
	secret := make([]byte, webhookSecretBytes)
	_, _ = rand.Read(secret) // never fails
	w.Secret, err = s.Seal(sealWebhook, secret)
	return "whsec_" + base64.StdEncoding.EncodeToString(secret), err
}

// CreateWebhook adds a webhook, which gets the events from now on: ValidationFailed, QuotaReached.
func (s *Service) CreateWebhook(ctx context.Context, caller Caller, in rollcall.WebhookInput) (NewWebhook, error) {
	made := NewWebhook{Webhook: rollcall.Webhook{Dealer: caller.Dealer, ID: rollcall.NewWebhookID(), Status: rollcall.WebhookActive}}
	if err := in.Apply(&made.Webhook); err != nil {
		return NewWebhook{}, err
	}
	if err := s.placeAudit(ctx, caller.Dealer); err != nil {
		return NewWebhook{}, err
	}
	signing, err := s.newSecret(&made.Webhook)
	if err != nil {
		return NewWebhook{}, err
	}
	err = s.change(ctx, caller, func(ch *change) error {
		if _, err := ch.tx.LockDealer(ch.ctx, caller.Dealer); err != nil {
			return err
		}
		all, err := ch.tx.Webhooks(ch.ctx, caller.Dealer)
		if err == nil && len(all) >= rollcall.WebhooksMax {
			err = &rollcall.Error{Kind: rollcall.QuotaReached, Message: "this dealer has the maximum of 20 webhooks; delete one you no longer need"}
		}
		if err != nil {
			return err
		}
		end, err := ch.tx.AuditPosition(ch.ctx, caller.Dealer, 0)
		if err != nil {
			return err
		}
		made.Pos, made.Created = end.Pos, ch.now()
		made.Updated = made.Created
		if err := ch.tx.InsertWebhook(ch.ctx, made.Webhook); err != nil {
			return err
		}
		line := audit.Line{Action: "webhook.created", Subject: string(made.ID), At: made.Created}
		if err := ch.record(line, audit.WebhookChanges(nil, &made.Webhook)); err != nil {
			return err
		}
		return ch.respond(made) // without the secret, which is never replayed
	})
	made.Signing = signing
	return made, err
}

// Webhooks returns the webhooks of the dealer, the oldest first.
func (s *Service) Webhooks(ctx context.Context, caller Caller) ([]rollcall.Webhook, error) {
	return s.store.Webhooks(ctx, caller.Dealer)
}

// Webhook returns a webhook: WebhookNotFound.
func (s *Service) Webhook(ctx context.Context, caller Caller, id rollcall.WebhookID) (rollcall.Webhook, error) {
	return s.store.Webhook(ctx, caller.Dealer, id)
}

// UpdateWebhook changes a webhook: WebhookNotFound, ValidationFailed. One that becomes active again gets what it has missed, as far
// as events are kept.
func (s *Service) UpdateWebhook(ctx context.Context, caller Caller, id rollcall.WebhookID, in rollcall.WebhookInput) (rollcall.Webhook, error) {
	changed, err := s.changeWebhook(ctx, caller, id, "webhook.updated", func(w *rollcall.Webhook) error { return in.Apply(w) })
	return changed.Webhook, err
}

// RotateWebhook gives a webhook a new secret: WebhookNotFound. The old one signs too for a day.
func (s *Service) RotateWebhook(ctx context.Context, caller Caller, id rollcall.WebhookID) (NewWebhook, error) {
	var signing string
	changed, err := s.changeWebhook(ctx, caller, id, "webhook.rotated", func(w *rollcall.Webhook) (err error) {
		w.OldSecret, w.OldUntil = w.Secret, s.now().Add(webhookOldLife)
		signing, err = s.newSecret(w)
		return err
	})
	changed.Signing = signing
	return changed, err
}

func (s *Service) changeWebhook(ctx context.Context, caller Caller, id rollcall.WebhookID, action string, apply func(*rollcall.Webhook) error) (NewWebhook, error) {
	var changed NewWebhook
	err := s.change(ctx, caller, func(ch *change) (err error) {
		changed = NewWebhook{}
		w := &changed.Webhook
		if *w, err = ch.tx.LockWebhook(ch.ctx, caller.Dealer, id); err != nil {
			return err
		}
		before := *w
		if err := apply(w); err != nil {
			return err
		}
		w.Updated = ch.now()
		if err := ch.tx.UpdateWebhook(ch.ctx, *w); err != nil {
			return err
		}
		line := audit.Line{Action: action, Subject: string(w.ID), At: w.Updated}
		if err := ch.record(line, audit.WebhookChanges(&before, w)); err != nil {
			return err
		}
		return ch.respond(changed)
	})
	return changed, err
}

// DeleteWebhook removes a webhook with its deliveries: WebhookNotFound.
func (s *Service) DeleteWebhook(ctx context.Context, caller Caller, id rollcall.WebhookID) error {
	return s.change(ctx, caller, func(ch *change) error {
		w, err := ch.tx.LockWebhook(ch.ctx, caller.Dealer, id)
		if err != nil {
			return err
		}
		if err := ch.tx.DeleteWebhook(ch.ctx, caller.Dealer, id); err != nil {
			return err
		}
		return ch.record(audit.Line{Action: "webhook.deleted", Subject: string(id)}, audit.WebhookChanges(&w, nil))
	})
}
