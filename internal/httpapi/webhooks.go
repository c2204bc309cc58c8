package httpapi

import (
	"net/http"
	"net/url"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// deliveryQuery are the parameters of listDeliveries.
var deliveryQuery = []string{"status", "after", "limit"}

func (c *call) webhookID() rollcall.WebhookID { return rollcall.WebhookID(c.r.PathValue("webhook_id")) }

func (s *server) listWebhooks(c *call) (answer, error) {
	found, err := s.service.Webhooks(c.context(), c.caller)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: &webhookList{Webhooks: mapped(found, webhookOut)}}, nil
}

func (s *server) getWebhook(c *call) (answer, error) {
	found, err := s.service.Webhook(c.context(), c.caller, c.webhookID())
	return webhookAnswer(found), err
}

// webhookFields returns the fields of a body.
func webhookFields(in *rollcall.WebhookInput) fields {
	return append(readOnly("webhook_id", "secret", "disabled_reason", "failing_since", "created_at", "updated_at", "warnings"),
		text("url", &in.URL), textList("types", &in.Types), text("description", &in.Description), text("status", &in.Status))
}

func (s *server) createWebhook(c *call) (answer, error) {
	var in rollcall.WebhookInput
	if err := c.read(webhookFields(&in)); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (service.NewWebhook, error) {
		return s.service.CreateWebhook(c.context(), caller, in)
	}, func(made service.NewWebhook) answer {
		a := newWebhookAnswer(made)
		a.status, a.location = http.StatusCreated, c.r.URL.Path+"/"+url.PathEscape(string(made.ID))
		return a
	})
}

func (s *server) updateWebhook(c *call) (answer, error) {
	var in rollcall.WebhookInput
	if err := c.read(webhookFields(&in)); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (service.NewWebhook, error) {
		w, err := s.service.UpdateWebhook(c.context(), caller, c.webhookID(), in)
		return service.NewWebhook{Webhook: w}, err
	}, newWebhookAnswer)
}

func (s *server) deleteWebhook(c *call) (answer, error) {
	return change(c, func(caller service.Caller) (struct{}, error) {
		return struct{}{}, s.service.DeleteWebhook(c.context(), caller, c.webhookID())
	}, noContent)
}

func (s *server) rotateWebhook(c *call) (answer, error) {
	return change(c, func(caller service.Caller) (service.NewWebhook, error) {
		return s.service.RotateWebhook(c.context(), caller, c.webhookID())
	}, newWebhookAnswer)
}

func (s *server) testWebhook(c *call) (answer, error) {
	return change(c, func(caller service.Caller) (rollcall.WebhookDelivery, error) {
		return s.service.TestWebhook(c.context(), caller, c.webhookID())
	}, deliveryAnswer)
}

func (s *server) listDeliveries(c *call) (answer, error) {
	p := c.params()
	q := service.DeliveryQuery{Status: p.text("status"), After: p.text("after"), Limit: p.count("limit")}
	if p.err != nil {
		return answer{}, p.err
	}
	found, next, err := s.service.Deliveries(c.context(), c.caller, c.webhookID(), q)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: &deliveryList{Deliveries: mapped(found, deliveryOut), NextAfter: orNull(next)}}, nil
}

func (s *server) retryDelivery(c *call) (answer, error) {
	return change(c, func(caller service.Caller) (rollcall.WebhookDelivery, error) {
		return s.service.RetryDelivery(c.context(), caller, c.webhookID(), rollcall.EventID(c.r.PathValue("event_id")))
	}, deliveryAnswer)
}

type webhookList struct {
	Webhooks  []webhook `json:"webhooks"`
	NextAfter *string   `json:"next_after"`
	warned
}

type webhook struct {
	WebhookID      rollcall.WebhookID     `json:"webhook_id"`
	URL            string                 `json:"url"`
	Types          []rollcall.EventType   `json:"types"`
	Description    *string                `json:"description"`
	Status         rollcall.WebhookStatus `json:"status"`
	DisabledReason *string                `json:"disabled_reason"`
	FailingSince   timestamp              `json:"failing_since"`
	Secret         *string                `json:"secret,omitempty"`
	CreatedAt      timestamp              `json:"created_at"`
	UpdatedAt      timestamp              `json:"updated_at"`
	warned
}

func webhookOut(w *rollcall.Webhook) webhook {
	return webhook{
		WebhookID: w.ID, URL: w.URL, Types: append([]rollcall.EventType{}, w.Types...), Description: orNull(w.Description), Status: w.Status,
		DisabledReason: orNull(w.Reason), FailingSince: timestamp(w.Failing), CreatedAt: timestamp(w.Created), UpdatedAt: timestamp(w.Updated),
	}
}

func webhookAnswer(w rollcall.Webhook) answer {
	return newWebhookAnswer(service.NewWebhook{Webhook: w})
}

// newWebhookAnswer shows a secret that was just made.
func newWebhookAnswer(w service.NewWebhook) answer {
	data := webhookOut(&w.Webhook)
	data.Secret = orNull(w.Signing)
	return answer{status: http.StatusOK, data: &data}
}

type deliveryList struct {
	Deliveries []webhookDelivery `json:"deliveries"`
	NextAfter  *string           `json:"next_after"`
	warned
}

type webhookDelivery struct {
	EventID        rollcall.EventID        `json:"event_id"`
	Type           rollcall.EventType      `json:"type"`
	Status         rollcall.DeliveryStatus `json:"status"`
	Attempts       int                     `json:"attempts"`
	ResponseStatus *int                    `json:"response_status"`
	Error          *string                 `json:"error"`
	CreatedAt      timestamp               `json:"created_at"`
	AttemptedAt    timestamp               `json:"attempted_at"`
	NextAttemptAt  timestamp               `json:"next_attempt_at"`
	warned
}

func deliveryOut(d *rollcall.WebhookDelivery) webhookDelivery {
	out := webhookDelivery{
		EventID: d.Event, Type: d.Type, Status: d.Status, Attempts: d.Attempts, Error: orNull(d.Error), CreatedAt: timestamp(d.Created),
		AttemptedAt: timestamp(d.Attempted), NextAttemptAt: timestamp(d.Due),
	}
	if d.ResponseStatus > 0 {
		out.ResponseStatus = &d.ResponseStatus
	}
	return out
}

func deliveryAnswer(d rollcall.WebhookDelivery) answer {
	data := deliveryOut(&d)
	return answer{status: http.StatusOK, data: &data}
}
