package service

import (
	"context"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// deliveryReader reads deliveries to webhooks.
type deliveryReader interface {
	// DueDeliveries returns at most limit pending deliveries whose next attempt is due, the earliest first.
	DueDeliveries(ctx context.Context, w WebhookRef, now time.Time, limit int) ([]rollcall.WebhookDelivery, error)
	// Deliveries returns deliveries of a webhook, the newest first.
	Deliveries(ctx context.Context, w WebhookRef, filter DeliveryFilter) ([]rollcall.WebhookDelivery, error)
	// Delivery returns the delivery of an event: NotFound.
	Delivery(ctx context.Context, w WebhookRef, event rollcall.EventID) (rollcall.WebhookDelivery, error)
}

// deliveryWriter changes deliveries to webhooks in a transaction.
type deliveryWriter interface {
	// CountPendingDeliveries counts the pending deliveries of a webhook, at most limit.
	CountPendingDeliveries(ctx context.Context, w WebhookRef, limit int) (int, error)
	// InsertDelivery adds a delivery, unless the webhook has one of the same event: WebhookNotFound.
	InsertDelivery(ctx context.Context, d rollcall.WebhookDelivery) error
	// UpdateDelivery replaces a delivery.
	UpdateDelivery(ctx context.Context, d rollcall.WebhookDelivery) error
	// DeleteDeliveries removes at most limit deliveries of all dealers that were added before a time, and returns how many.
	DeleteDeliveries(ctx context.Context, before time.Time, limit int) (int, error)
}

// DeliveryFilter selects deliveries of a webhook.
type DeliveryFilter struct {
	Status rollcall.DeliveryStatus // empty: any
	Before DeliveryPlace           // deliveries before this one; the zero value: from the newest
	Limit  int
}

// DeliveryPlace is the place of a delivery in a list.
type DeliveryPlace struct {
	Created int64 // microseconds
	Event   rollcall.EventID
}

// WebhookMessage is one attempt to deliver an event.
type WebhookMessage struct {
	URL     string
	Event   rollcall.EventID
	At      time.Time
	Body    []byte
	Secrets [][]byte // each signs
}

// Webhooks sends events to webhooks. Its methods may be called by several goroutines at once.
type Webhooks interface {
	// Send makes one attempt, within 15 s, and returns the status of the response and a code for why it is no delivery.
	Send(ctx context.Context, m WebhookMessage) rollcall.Attempt
	// Body returns an event as a receiver gets it.
	Body(e *rollcall.Event) ([]byte, error)
}

const (
	webhookLines   = 100              // that become deliveries in one transaction
	webhookAtOnce  = 8                // attempts at once to one receiver
	webhookRun     = 25 * time.Second // in which one job begins attempts
	webhookJobs    = 4                // of one dealer at once in this process
	webhookDueMax  = 200
	webhookPending = 10_000 // deliveries of one webhook that wait; more events wait in the audit
)

// WebhookJobTime is the time limit of DeliverWebhook.
const WebhookJobTime = time.Minute

// webhookSlots counts the jobs that run for each dealer in this process.
type webhookSlots struct {
	mu   sync.Mutex
	used map[rollcall.DealerID]int
}

// enter takes a slot of a dealer, and returns the function that frees it, or false if all are taken.
func (w *webhookSlots) enter(dealer rollcall.DealerID) (leave func(), ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.used[dealer] >= webhookJobs {
		return nil, false
	}
	if w.used == nil {
		w.used = map[rollcall.DealerID]int{}
	}
	w.used[dealer]++
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.used[dealer]--; w.used[dealer] == 0 {
			delete(w.used, dealer)
		}
	}, true
}

// DueWebhooks returns webhooks for which DeliverWebhook has something to do.
func (s *Service) DueWebhooks(ctx context.Context) ([]WebhookRef, error) {
	return s.store.DueWebhooks(ctx, s.now(), webhookDueMax)
}

// DeliverWebhook sends what is due to a webhook. It stops after half a minute, or when the receiver fails; then the webhook is due
// again later. A dealer with too many webhooks at work has to wait: it does nothing.
func (s *Service) DeliverWebhook(ctx context.Context, ref WebhookRef) error {
	leave, ok := s.webhookSlots.enter(ref.Dealer.Live())
	if !ok || s.opts.Webhooks == nil {
		return nil
	}
	defer leave()
	begin, stop := context.WithTimeout(ctx, webhookRun)
	defer stop()
	for more := true; more && begin.Err() == nil; {
		var err error
		if more, err = s.deliverDue(ctx, ref); err != nil && rollcall.KindOf(err) != rollcall.WebhookNotFound {
			return err
		}
	}
	return ctx.Err()
}

// deliverDue makes deliveries of the next events, and attempts the deliveries that are due. It reports whether there may be more to do now:
// WebhookNotFound.
func (s *Service) deliverDue(ctx context.Context, ref WebhookRef) (more bool, err error) {
	w, err := s.store.Webhook(ctx, ref.Dealer, ref.ID)
	if err != nil || w.Status != rollcall.WebhookActive || w.NotBefore.After(s.now()) {
		return false, err
	}
	planned, err := s.planDeliveries(ctx, ref, w.Pos, w.Types)
	if err != nil {
		return false, err
	}
	limit := webhookAtOnce
	if w.Failures > 0 {
		limit = 1 // whether it is back
	}
	due, err := s.store.DueDeliveries(ctx, ref, s.now(), limit)
	if err != nil || len(due) == 0 {
		return planned, err
	}
	attempts := make([]rollcall.Attempt, len(due))
	var all sync.WaitGroup
	for i := range due {
		all.Go(func() { attempts[i] = s.attempt(ctx, &w, &due[i]) })
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return false, err
	}
	return true, s.recordAttempts(ctx, ref, due, attempts)
}

// attempt sends one event.
func (s *Service) attempt(ctx context.Context, w *rollcall.Webhook, d *rollcall.WebhookDelivery) rollcall.Attempt {
	m := WebhookMessage{URL: w.URL, Event: d.Event, At: s.now(), Body: d.Body}
	for _, sealed := range [][]byte{w.Secret, w.OldSecret} {
		if sealed == nil || len(m.Secrets) > 0 && !m.At.Before(w.OldUntil) {
			continue
		}
		secret, ok := s.Unseal(sealWebhook, sealed)
		if !ok {
			return rollcall.Attempt{At: m.At, Error: "secret_lost"}
		}
		m.Secrets = append(m.Secrets, secret)
	}
	a := s.opts.Webhooks.Send(ctx, m)
	a.At = s.now()
	return a
}

// planDeliveries makes deliveries of the events after a position, and reports whether it read any line.
func (s *Service) planDeliveries(ctx context.Context, ref WebhookRef, pos int64, types []rollcall.EventType) (planned bool, err error) {
	if err := s.placeAudit(ctx, ref.Dealer); err != nil {
		return false, err
	}
	end, err := s.store.AuditPosition(ctx, ref.Dealer, pos+auditScan)
	if err != nil || end.Pos <= pos {
		return false, err
	}
	lines, err := s.store.AuditLines(ctx, ref.Dealer, AuditFilter{
		Actions: audit.EventActions(types), After: pos, UpTo: end.Pos, Limit: webhookLines,
	})
	if err != nil {
		return false, err
	}
	if len(lines) == webhookLines {
		end.Pos = lines[len(lines)-1].Pos
	}
	err = s.update(ctx, server(ref.Dealer), func(ch *change) error {
		planned = false
		w, err := ch.tx.LockWebhook(ch.ctx, ref.Dealer, ref.ID)
		if err != nil || w.Pos != pos { // another process was first
			return err
		}
		if n, err := ch.tx.CountPendingDeliveries(ch.ctx, ref, webhookPending); err != nil || n >= webhookPending {
			return err
		}
		for i := range lines {
			if err := ch.insertDelivery(&w, &lines[i]); err != nil {
				return err
			}
		}
		planned, w.Pos = true, end.Pos
		return ch.tx.UpdateWebhook(ch.ctx, w)
	})
	return planned, err
}

// insertDelivery adds the delivery of the event of a line, if events of its age are kept.
func (ch *change) insertDelivery(w *rollcall.Webhook, l *audit.Line) error {
	e, ok := l.Event()
	if !ok || l.At.Before(ch.now().Add(-ch.opts.KeepEvents)) {
		return nil
	}
	body, err := ch.opts.Webhooks.Body(&e)
	if err != nil {
		return err
	}
	return ch.tx.InsertDelivery(ch.ctx, rollcall.WebhookDelivery{
		Dealer: w.Dealer, Webhook: w.ID, Event: e.ID, Type: e.Type, Body: body, Status: rollcall.DeliveryPending, Due: ch.now(), Created: ch.now(),
	})
}

// recordAttempts records the outcome of attempts that were made at once: WebhookNotFound.
func (s *Service) recordAttempts(ctx context.Context, ref WebhookRef, due []rollcall.WebhookDelivery, attempts []rollcall.Attempt) error {
	var w rollcall.Webhook
	var disabled bool
	err := s.update(ctx, server(ref.Dealer), func(ch *change) (err error) {
		if w, err = ch.tx.LockWebhook(ch.ctx, ref.Dealer, ref.ID); err != nil {
			return err
		}
		before := w
		for i, d := range due {
			d.Record(attempts[i])
			if err := ch.tx.UpdateDelivery(ch.ctx, d); err != nil {
				return err
			}
		}
		w.Record(attempts)
		if err := ch.tx.UpdateWebhook(ch.ctx, w); err != nil {
			return err
		}
		if disabled = w.Status != before.Status; !disabled {
			return nil
		}
		if err := ch.tx.EnqueueNotice(ch.ctx, ref); err != nil {
			return err
		}
		return ch.record(audit.Line{Action: "webhook.disabled", Subject: string(w.ID)}, audit.WebhookChanges(&before, &w))
	})
	if err != nil {
		return err
	}
	for _, a := range attempts {
		s.webhookOutcome(a.Error == "")
	}
	if disabled {
		s.reportDisabled(ctx, &w)
	}
	return nil
}

func (s *Service) webhookOutcome(delivered bool) {
	if s.opts.OnWebhook == nil {
		return
	}
	outcome := "failed"
	if delivered {
		outcome = "delivered"
	}
	s.opts.OnWebhook(outcome)
}
