package service

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strconv"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/message"
)

// noticeWriter adds notices in a transaction.
type noticeWriter interface {
	// EnqueueNotice makes some process call TellDisabled after the commit.
	EnqueueNotice(ctx context.Context, ref WebhookRef) error
}

// reportDisabled tells the operator that the server disabled a webhook.
func (s *Service) reportDisabled(ctx context.Context, w *rollcall.Webhook) {
	s.log.LogAttrs(ctx, slog.LevelWarn, "webhook disabled", slog.String("dealer_id", string(w.Dealer)), slog.String("webhook_id", string(w.ID)),
		slog.String("reason", w.Reason))
	if s.opts.OnWebhook != nil {
		s.opts.OnWebhook("disabled")
	}
}

// TellDisabled sends an e-mail to the address for notices of a dealer, which says that the server disabled a webhook. It does nothing
// without such an address, without a provider of e-mail or where messages are captured, and if the webhook is active again or deleted.
// After a *DeliveryError or an error of the store, call it again later. A call after a crash may send the e-mail twice, with the same Message-ID.
func (s *Service) TellDisabled(ctx context.Context, ref WebhookRef) error {
	w, err := s.store.Webhook(ctx, ref.Dealer, ref.ID)
	if err != nil || w.Reason == "" {
		if rollcall.KindOf(err) == rollcall.WebhookNotFound {
			err = nil
		}
		return err
	}
	set, err := s.store.Settings(ctx, ref.Dealer)
	if err != nil || set.NotificationEmail == "" || s.CapturesMessages(Caller{Dealer: ref.Dealer}) { // a captured message needs a validation
		return err
	}
	if _, ok := s.delivery.Route(ref.Dealer, rollcall.Email); !ok {
		return nil
	}
	dealer, err := displayedDealer(ctx, s.store, ref.Dealer)
	if err != nil {
		return err
	}
	_, err = s.delivery.Send(ctx, disabledNotice(&w, &dealer, set.NotificationEmail))
	var refused *rollcall.DeliveryError
	if errors.As(err, &refused) && refused.Permanent() {
		s.log.LogAttrs(ctx, slog.LevelWarn, "a notice can't be sent to the address in the dealer's settings", slog.String("dealer_id", string(ref.Dealer)),
			slog.String("webhook_id", string(ref.ID)), slog.String("error", refused.Reason))
		return nil
	}
	return err
}

// disabledNotice returns the e-mail. All copies of it have one identifier.
func disabledNotice(w *rollcall.Webhook, dealer *rollcall.Dealer, to rollcall.EmailAddress) rollcall.Message {
	host := w.URL
	if u, err := url.Parse(w.URL); err == nil {
		host = u.Host
	}
	texts := message.In(dealer.Language)
	mail := texts.DisabledWebhookMail(message.DisabledWebhook{Dealer: dealer.Name, ID: string(w.ID), Host: host, Gone: w.Reason == rollcall.WebhookGone})
	return rollcall.Message{
		Dealer: w.Dealer, Validation: rollcall.ValidationID(string(w.ID) + "-" + strconv.FormatInt(w.Updated.UnixMicro(), 36)),
		Method: rollcall.Email, To: string(to), Language: texts.Language, From: dealer.Name, Subject: mail.Subject, Text: mail.Text, Words: "webhook disabled",
	}
}
