package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type webhookCommands struct {
	Create webhookCreate `cmd:"" help:"Create a webhook and print its secret, this once."`
	List   webhookList   `cmd:"" help:"List the webhooks of a dealer, without their secrets."`
	Test   webhookTest   `cmd:"" help:"Send a test event to a webhook."`
	Log    webhookLog    `cmd:"" help:"Show what was sent to a webhook, and what is waiting."`
}

func webhookRecord(w rollcall.Webhook) record {
	return record{
		"webhook_id", w.ID, "url", w.URL, "types", w.Types, "description", w.Description, "status", w.Status, "disabled_reason", w.Reason,
		"failing_since", w.Failing, "created_at", w.Created,
	}
}

// webhookTypes returns the types of a webhook in words.
func webhookTypes(w rollcall.Webhook) string {
	if len(w.Types) == 0 {
		return "all"
	}
	return strings.Join(each(w.Types, func(t rollcall.EventType) string { return string(t) }), " ")
}

type webhookCreate struct {
	folderFlags
	formatFlags
	tenantFlags
	changeFlags
	URL         string   `arg:"" help:"The address to which events are sent."`
	Types       []string `help:"Types of events, separated by commas, such as contact.updated. By default all." placeholder:"TYPE,..."`
	Description string   `help:"Purpose of the webhook, in your words." placeholder:"TEXT"`
}

// Help is shown by --help.
func (webhookCreate) Help() string {
	return `Each event from now on is sent by the running servers, signed as Standard Webhooks says; see docs/events.md. The secret is for the receiver, and is printed once. Private addresses are called only if serve has --webhook-allow.

Examples:

    rollcall webhook create https://example.org/rollcall --dealer DEALER_ID --data DIR
    rollcall webhook create https://example.org/rollcall --types contact.updated,validation.declined --dealer DEALER_ID --data DIR
`
}

// Run creates the webhook and prints it.
func (c *webhookCreate) Run(ctx context.Context, t *terminal) error {
	in := rollcall.WebhookInput{URL: rollcall.Given(c.URL), Types: rollcall.Given(c.Types), Description: rollcall.Given(c.Description)}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		made, err := s.CreateWebhook(ctx, c.by(c.id()), in)
		if err != nil {
			return c.explain(err, c.id())
		}
		return c.print(t, append(webhookRecord(made.Webhook), "secret", made.Signing), func() error {
			return t.printf("Created webhook %s. Its secret is\n\n  %s\n\nIt cannot be shown again: keep it like a password.\n", made.ID, made.Signing)
		})
	})
}

type webhookList struct {
	folderFlags
	formatFlags
	tenantFlags
}

// Help is shown by --help.
func (webhookList) Help() string {
	return `Oldest first. The server disables a webhook whose receiver answered 410 (gone), or got nothing for five days (failing).

Example:

    rollcall webhook list --dealer DEALER_ID --data DIR
`
}

// Run lists the webhooks.
func (c *webhookList) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		if _, err := c.dealer(ctx, s, c.id()); err != nil {
			return err
		}
		found, err := s.Webhooks(ctx, service.Caller{Dealer: c.id()})
		if err != nil {
			return err
		}
		return c.print(t, record{"webhooks", each(found, webhookRecord)}, func() error {
			if len(found) == 0 {
				return t.printf("The dealer has no webhooks.\n")
			}
			return t.table("WEBHOOK|STATUS|TYPES|URL", each(found, func(w rollcall.Webhook) []string {
				return []string{string(w.ID), strings.TrimSpace(string(w.Status) + " " + w.Reason), webhookTypes(w), w.URL}
			}))
		})
	})
}

type webhookTest struct {
	folderFlags
	formatFlags
	tenantFlags
	webhookFlags
	WebhookID string `arg:"" help:"The webhook's id, from webhook list."`
}

// Help is shown by --help.
func (webhookTest) Help() string {
	return `Sends an event of the type webhook.test from this machine, once, and says what came back. Exits with status 1 if it was not delivered.

Example:

    rollcall webhook test WEBHOOK_ID --dealer DEALER_ID --data DIR
`
}

// Run sends the event.
func (c *webhookTest) Run(ctx context.Context, t *terminal) error {
	allow, err := networks("--webhook-allow", c.WebhookAllow)
	if err != nil {
		return err
	}
	options, err := c.options(t, false)
	if err != nil {
		return err
	}
	options.WebhookAllow = allow
	return withApp(ctx, options, func(s *service.Service) error {
		d, err := s.TestWebhook(ctx, service.Caller{Dealer: c.id()}, rollcall.WebhookID(c.WebhookID))
		if err != nil {
			return c.explain(err, c.id())
		}
		err = c.print(t, deliveryRecord(d), func() error {
			if d.Status != rollcall.DeliveryDelivered {
				return nil
			}
			return t.printf("The receiver answered %d: the event is delivered.\n", d.ResponseStatus)
		})
		if err == nil && d.Status != rollcall.DeliveryDelivered {
			err = errors.New("the event was not delivered: " + outcomeOf(d))
		}
		return err
	})
}

type webhookLog struct {
	folderFlags
	formatFlags
	tenantFlags
	WebhookID string `arg:"" help:"The webhook's id, from webhook list."`
	Limit     int    `help:"Maximum number of deliveries, the newest, up to 500." default:"50" placeholder:"N"`
}

// Help is shown by --help.
func (webhookLog) Help() string {
	return `Newest first. An event is sent up to eleven times within three days.

Example:

    rollcall webhook log WEBHOOK_ID --dealer DEALER_ID --data DIR
`
}

// Run shows the deliveries.
func (c *webhookLog) Run(ctx context.Context, t *terminal) error {
	if c.Limit < 1 {
		return wrongUsage("--limit must be a whole number from 1")
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		who := service.Caller{Dealer: c.id()}
		found, _, err := s.Deliveries(ctx, who, rollcall.WebhookID(c.WebhookID), service.DeliveryQuery{Limit: rollcall.Given(c.Limit)})
		if err != nil {
			return c.explain(err, c.id())
		}
		return c.print(t, record{"deliveries", each(found, deliveryRecord)}, func() error {
			if len(found) == 0 {
				return t.printf("Nothing was sent yet.\n")
			}
			return t.table("EVENT|TYPE|STATUS|ATTEMPTS|LAST|OUTCOME", each(found, func(d rollcall.WebhookDelivery) []string {
				return []string{string(d.Event), string(d.Type), string(d.Status), fmt.Sprint(d.Attempts), stamp(d.Attempted), outcomeOf(d)}
			}))
		})
	})
}

func deliveryRecord(d rollcall.WebhookDelivery) record {
	return record{
		"event_id", d.Event, "type", d.Type, "status", d.Status, "attempts", d.Attempts, "response_status", d.ResponseStatus, "error", d.Error,
		"created_at", d.Created, "attempted_at", d.Attempted, "next_attempt_at", d.Due,
	}
}

// outcomeOf returns what the last attempt of a delivery led to: a status, a code, or both.
func outcomeOf(d rollcall.WebhookDelivery) string {
	switch {
	case d.ResponseStatus == 0:
		return d.Error
	case d.Error == "" || d.Error == "status":
		return fmt.Sprint("status ", d.ResponseStatus)
	}
	return fmt.Sprint(d.Error, ", status ", d.ResponseStatus)
}
