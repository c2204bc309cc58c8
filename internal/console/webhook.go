package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const deliveriesPerPage = 30

// webhookPage is the data of webhook.html.
type webhookPage struct {
	shell
	Webhook    webhookRow
	ID, Key    string // Key is that of the forms of this page
	Facts      []contactFact
	Disabled   bool
	Form       webhookForm
	Verify     string // an example
	Confirm    checks
	Filter     field
	Deliveries []deliveryRow
	All        string // path without filter; empty: this is that
	Next       string // path of the next page; empty: this is the last
	Webhooks   string // path
}

// deliveryRow is one delivery in words.
type deliveryRow struct {
	Event, Type, Text string
	Badge             badge
	Created, Detail   string
	RetryLabel        string // of the button that sends it again
	Retry             bool
}

// webhook shows a webhook with its deliveries.
func (v *visit) webhook() error {
	w, err := v.service.Webhook(v.r.Context(), v.caller(), rollcall.WebhookID(v.params["webhook_id"]))
	if err != nil {
		return err
	}
	t := &v.t.Webhooks
	events := contactFact{t.TypesTitle, []string{t.AllTypes}}
	if len(w.Types) > 0 {
		events.Lines = nil
		for _, name := range w.Types {
			events.Lines = append(events.Lines, t.Types[name])
		}
	}
	p := webhookPage{
		shell: v.shell(t.Of), Webhook: v.webhookRow(&w), ID: string(w.ID), Key: newFormKey(), Disabled: w.Status == rollcall.WebhookDisabled,
		Form: v.webhookForm(&w), Verify: verifyExample, Webhooks: webhooksPath,
		Facts: []contactFact{events, {t.Created, []string{v.t.moment(w.Created, time.UTC)}}},
	}
	if v.now().Before(w.OldUntil) {
		p.Facts = append(p.Facts, contactFact{t.OldSecret, []string{v.t.moment(w.OldUntil, time.UTC)}})
	}
	if w.NotBefore.After(v.now()) && !p.Disabled {
		p.Facts = append(p.Facts, contactFact{t.PausedUntil, []string{v.t.moment(w.NotBefore, time.UTC)}})
	}
	p.Confirm = v.checks("confirm", t.DeleteText, "", []option{{Value: "yes", Label: t.Confirm}})
	if err := v.deliveries(&p, w.ID); err != nil {
		return err
	}
	return v.show("webhook", p)
}

// deliveries adds a page of the log.
func (v *visit) deliveries(p *webhookPage, id rollcall.WebhookID) error {
	given, t, path := v.r.URL.Query(), &v.t.Webhooks, webhookPath(id)
	q := service.DeliveryQuery{After: cursorIn(given, "after"), Status: cursorIn(given, "status"), Limit: rollcall.Given(deliveriesPerPage)}
	found, next, err := v.service.Deliveries(v.r.Context(), v.caller(), id, q)
	if err != nil {
		return err
	}
	statuses := []rollcall.DeliveryStatus{rollcall.DeliveryFailed, rollcall.DeliveryPending, rollcall.DeliveryDelivered}
	p.Filter = v.field("status", t.Status, field{Options: options(statuses, t.Statuses, q.Status.Value, v.t.Sites.Any)})
	for i := range found {
		p.Deliveries = append(p.Deliveries, v.deliveryRow(&found[i]))
	}
	if q.After.Set || q.Status.Set {
		p.All = path + "#log"
	}
	if next != "" {
		query := url.Values{"after": {next}}
		if q.Status.Set {
			query.Set("status", q.Status.Value)
		}
		p.Next = path + "?" + query.Encode() + "#log"
	}
	return nil
}

func (v *visit) deliveryRow(d *rollcall.WebhookDelivery) deliveryRow {
	t := &v.t.Webhooks
	class := map[rollcall.DeliveryStatus]string{rollcall.DeliveryPending: "wait", rollcall.DeliveryDelivered: "good", rollcall.DeliveryFailed: "bad"}[d.Status]
	row := deliveryRow{
		Event: string(d.Event), Type: string(d.Type), Text: t.Types[d.Type], Badge: newBadge(class, t.Statuses[d.Status]),
		Created: v.t.moment(d.Created, time.UTC), Retry: d.Status != rollcall.DeliveryPending || d.Attempts > 0,
		RetryLabel: t.Retry + ": " + string(d.Event),
	}
	if d.Type == rollcall.WebhookTestEvent {
		row.Text = t.TestEvent
	}
	var details []string
	add := func(text string, words ...string) { details = append(details, replaced(text, words...)) }
	if d.Error != "" {
		reason := t.Errors[d.Error]
		if reason == "" {
			reason = t.Errors["connection_lost"]
		}
		details = append(details, reason)
	}
	if d.ResponseStatus > 0 {
		add(t.Answered, "status", strconv.Itoa(d.ResponseStatus))
	}
	if d.Attempts > 0 {
		add(t.Attempts, "count", strconv.Itoa(d.Attempts), "time", v.t.moment(d.Attempted, time.UTC))
	}
	if !d.Due.IsZero() && d.Attempts > 0 {
		add(t.NextAttempt, "time", v.t.moment(d.Due, time.UTC))
	}
	row.Detail = strings.Join(details, " ")
	return row
}

// postWebhook changes a webhook, or what its log shows.
func (v *visit) postWebhook() error {
	id := rollcall.WebhookID(v.params["webhook_id"])
	ctx, path := v.r.Context(), webhookPath(id)
	status := func(to rollcall.WebhookStatus, done string) error {
		_, err := v.service.UpdateWebhook(ctx, v.caller(), id, rollcall.WebhookInput{Status: rollcall.Given(string(to))})
		return v.orDone(err, path, done)
	}
	switch do := v.form.Get("do"); do {
	case "save":
		_, err := v.service.UpdateWebhook(ctx, v.caller(), id, v.webhookInput())
		return v.orDone(err, path, "webhook_saved")
	case "enable":
		return status(rollcall.WebhookActive, "webhook_enabled")
	case "disable":
		return status(rollcall.WebhookDisabled, "webhook_disabled")
	case "rotate":
		made, err := v.service.RotateWebhook(ctx, v.onceWebhook("rotate webhook"), id)
		if err != nil {
			return v.refusedWebhook(err, (*visit).webhook)
		}
		return v.showSecret(v.t.Webhooks.Rotated, &made)
	case "test":
		return v.testWebhook(id)
	case "delete":
		if v.form.Get("confirm") == "" {
			return v.again(rollcall.InvalidField("confirm", rollcall.CodeRequired, "is needed"), (*visit).webhook)
		}
		return v.orDone(v.service.DeleteWebhook(ctx, v.caller(), id), webhooksPath, "webhook_deleted")
	}
	if event := v.form.Get("retry"); event != "" {
		_, err := v.service.RetryDelivery(ctx, v.caller(), id, rollcall.EventID(event))
		return v.orDone(err, path, "delivery_retried")
	}
	if _, err := v.service.Webhook(ctx, v.caller(), id); err != nil {
		return err
	}
	return &rollcall.Error{Kind: rollcall.InvalidRequest}
}

// orDone sends the browser to a page that says what was done, or shows the page of the webhook with what is wrong.
func (v *visit) orDone(err error, path, done string) error {
	if err != nil {
		return v.again(err, (*visit).webhook)
	}
	return v.done(path, done)
}

// testWebhook sends a test event, whose outcome the log shows.
func (v *visit) testWebhook(id rollcall.WebhookID) error {
	d, err := v.service.TestWebhook(v.r.Context(), v.once(v.form.Get("key"), "test webhook", string(id)), id)
	switch {
	case doneBefore(err):
		return v.redirect(webhookPath(id))
	case rollcall.KindOf(err) == rollcall.RateLimited:
		v.status, v.alert = http.StatusTooManyRequests, v.t.Webhooks.Busy
		return v.webhook()
	case err != nil:
		return err
	case d.Status == rollcall.DeliveryDelivered:
		return v.done(webhookPath(id), "webhook_tested")
	}
	return v.done(webhookPath(id), "webhook_not_reached")
}
