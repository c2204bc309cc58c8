package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

func webhookTests() []test {
	return []test{
		{"come back as they were stored", webhooksStored},
		{"are due for lines of the audit and for deliveries", webhooksDue},
		{"have deliveries, the newest first", deliveriesListed},
		{"of another dealer are not found", webhooksOfStrangers},
	}
}

func plainWebhook(id rollcall.WebhookID) rollcall.Webhook {
	return rollcall.Webhook{
		Dealer: "d", ID: id, URL: "https://example.org/", Status: rollcall.WebhookActive, Secret: []byte{1}, Created: noon(), Updated: noon(),
	}
}

func plainDelivery(event rollcall.EventID, created, due time.Time) rollcall.WebhookDelivery {
	return rollcall.WebhookDelivery{
		Dealer: "d", Webhook: "h", Event: event, Type: "site.created", Body: []byte("{}"), Status: rollcall.DeliveryPending, Due: due, Created: created,
	}
}

func (f *fixture) webhook(w rollcall.Webhook) rollcall.Webhook {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.InsertWebhook(ctx, w) })
	return w
}

func webhooksStored(f *fixture) {
	f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error { return tx.InsertWebhook(ctx, plainWebhook("h")) })
	f.dealer("d")
	w := f.webhook(plainWebhook("h"))
	w.URL, w.Types, w.Description, w.Status, w.Reason = "http://example.org/x", []rollcall.EventType{"site.created", "point.stale"}, "D", "disabled", "gone"
	w.Secret, w.OldSecret, w.OldUntil = []byte{2}, []byte{1}, noon().Add(time.Hour)
	w.Pos, w.Failures, w.Failing, w.NotBefore, w.Updated = 7, 2, noon(), noon().Add(time.Minute), noon().Add(time.Second)
	f.change(func(ctx context.Context, tx service.Tx) error {
		if _, err := tx.LockWebhook(ctx, "d", "h"); err != nil {
			return err
		}
		return tx.UpdateWebhook(ctx, w)
	})
	got, err := f.Webhook(f.Context(), "d", "h")
	f.must(err)
	equal(f, "webhook", got, w)
	other := f.webhook(plainWebhook("h2"))
	all, err := f.Webhooks(f.Context(), "d")
	f.must(err)
	equal(f, "webhooks", all, []rollcall.Webhook{w, other})
	f.change(func(ctx context.Context, tx service.Tx) error {
		if err := tx.InsertDelivery(ctx, plainDelivery("e", noon(), noon())); err != nil {
			return err
		}
		return tx.DeleteWebhook(ctx, "d", "h")
	})
	_, err = f.Webhook(f.Context(), "d", "h")
	f.kind(err, rollcall.WebhookNotFound)
	f.refused(rollcall.WebhookNotFound, func(ctx context.Context, tx service.Tx) error {
		return tx.InsertDelivery(ctx, plainDelivery("e", noon(), noon()))
	})
}

func webhooksDue(f *fixture) {
	f.dealer("d")
	w := f.webhook(plainWebhook("h"))
	due := func(what string, now time.Time, want ...service.WebhookRef) {
		f.Helper()
		got, err := f.DueWebhooks(f.Context(), now, 10)
		f.must(err)
		equal(f, what, got, want)
	}
	h := service.WebhookRef{Dealer: "d", ID: "h"}
	update := func(change func(*rollcall.Webhook)) {
		change(&w)
		f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateWebhook(ctx, w) })
	}
	due("without a line", noon())
	f.line(audit.Line{Dealer: "d", Site: "s", At: noon(), Action: "test"})
	due("with a new line", noon(), h)
	f.place(10)
	update(func(w *rollcall.Webhook) { w.Pos = 1 })
	due("behind the line", noon())
	f.change(func(ctx context.Context, tx service.Tx) error {
		return tx.InsertDelivery(ctx, plainDelivery("e", noon(), noon().Add(time.Minute)))
	})
	due("before a delivery", noon())
	due("at a delivery", noon().Add(time.Minute), h)
	update(func(w *rollcall.Webhook) { w.NotBefore = noon().Add(time.Hour) })
	due("in a pause", noon().Add(time.Minute))
	due("after a pause", noon().Add(time.Hour), h)
	update(func(w *rollcall.Webhook) { w.Status = rollcall.WebhookDisabled })
	due("disabled", noon().Add(time.Hour))
}

func deliveriesListed(f *fixture) {
	f.dealer("d")
	f.webhook(plainWebhook("h"))
	h := service.WebhookRef{Dealer: "d", ID: "h"}
	first, second := plainDelivery("e1", noon(), noon()), plainDelivery("e2", noon(), noon().Add(time.Minute))
	last := plainDelivery("e0", noon().Add(time.Second), noon())
	done := last
	done.Record(rollcall.Attempt{At: noon(), Status: 204})
	f.change(func(ctx context.Context, tx service.Tx) error {
		for _, d := range []rollcall.WebhookDelivery{first, second, last, first} { // the second time it is there already
			f.must(tx.InsertDelivery(ctx, d))
		}
		n, err := tx.CountPendingDeliveries(ctx, h, 2)
		f.must(err)
		equal(f, "pending, at most 2", n, 2)
		return tx.UpdateDelivery(ctx, done)
	})
	list := func(filter service.DeliveryFilter, want ...rollcall.WebhookDelivery) {
		f.Helper()
		got, err := f.Deliveries(f.Context(), h, filter)
		f.must(err)
		equal(f, "deliveries", got, want)
	}
	list(service.DeliveryFilter{Limit: 9}, done, second, first)
	list(service.DeliveryFilter{Limit: 1}, done)
	list(service.DeliveryFilter{Limit: 9, Before: service.DeliveryPlace{Created: noon().UnixMicro(), Event: "e2"}}, first)
	list(service.DeliveryFilter{Limit: 9, Status: rollcall.DeliveryPending}, second, first)
	due, err := f.DueDeliveries(f.Context(), h, noon(), 9)
	f.must(err)
	equal(f, "due", due, []rollcall.WebhookDelivery{first})
	f.change(func(ctx context.Context, tx service.Tx) error {
		n, err := tx.DeleteDeliveries(ctx, noon().Add(time.Second), 9)
		equal(f, "removed", n, 2)
		return err
	})
	list(service.DeliveryFilter{Limit: 9}, done)
}

func webhooksOfStrangers(f *fixture) {
	f.dealer("d")
	f.dealer("stranger")
	w := f.webhook(plainWebhook("h"))
	f.change(func(ctx context.Context, tx service.Tx) error {
		return tx.InsertDelivery(ctx, plainDelivery("e", noon(), noon()))
	})
	w.Dealer = "stranger"
	ref := service.WebhookRef{Dealer: "stranger", ID: "h"}
	_, err := f.Webhook(f.Context(), "stranger", "h")
	f.kind(err, rollcall.WebhookNotFound)
	_, err = f.Delivery(f.Context(), ref, "e")
	f.kind(err, rollcall.NotFound)
	all, err := f.Deliveries(f.Context(), ref, service.DeliveryFilter{Limit: 9})
	f.must(err)
	equal(f, "deliveries", len(all), 0)
	f.refused(rollcall.WebhookNotFound, func(ctx context.Context, tx service.Tx) error { return tx.UpdateWebhook(ctx, w) })
	f.refused(rollcall.WebhookNotFound, func(ctx context.Context, tx service.Tx) error { return tx.DeleteWebhook(ctx, "stranger", "h") })
	got, err := f.Delivery(f.Context(), service.WebhookRef{Dealer: "d", ID: "h"}, "e")
	f.must(err)
	equal(f, "delivery", got, plainDelivery("e", noon(), noon()))
}
