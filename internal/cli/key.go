package cli

import (
	"context"
	"fmt"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type keyCommands struct {
	Create keyCreate `cmd:"" help:"Create an API key and print it, this once."`
	List   keyList   `cmd:"" help:"List the keys of a dealer, without their secrets."`
	Revoke keyRevoke `cmd:"" help:"Revoke a key, at once and for good."`
}

func keyRecord(k rollcall.Key, now time.Time) record {
	var rate, burst any
	if k.Limit != nil {
		rate, burst = k.Limit.PerMinute, k.Limit.Burst
	}
	return record{
		"key_id", k.ID, "dealer_id", k.Dealer, "name", k.Name, "scopes", k.Scopes, "test", k.Test, "rate", rate, "burst", burst,
		"status", keyStatus(k, now), "created_at", k.Created, "expires_at", k.Expires, "last_used_at", k.LastUsed, "revoked_at", k.Revoked,
	}
}

func keyStatus(k rollcall.Key, now time.Time) string {
	switch {
	case !k.Revoked.IsZero():
		return "revoked"
	case !k.Expires.IsZero() && !now.Before(k.Expires):
		return "expired"
	}
	return "active"
}

// keyRate describes the rate limit of a key.
func keyRate(k rollcall.Key) string {
	switch {
	case k.Limit == nil:
		return "the server's"
	case k.Limit.PerMinute == 0:
		return "any"
	}
	return fmt.Sprintf("%d/min, %d at once", k.Limit.PerMinute, k.Limit.Burst)
}

type keyCreate struct {
	folderFlags
	formatFlags
	dealerFlags
	changeFlags
	Scopes  string   `required:"" help:"Scopes, separated by commas: sites:read, sites:write, contacts:read, contacts:write, validations:read, validations:write, events:read, audit:read, privacy:write, settings:write, or '*' for all, including those of later versions. Write does not include read." placeholder:"SCOPES"`
	Name    string   `help:"Purpose of the key, in your words." placeholder:"TEXT"`
	Test    bool     `help:"Create a test key: it works in the dealer's sandbox, whose messages are captured, not sent."`
	Expires lifetime `help:"Lifetime, such as 24h, 90d, 12w or 1y. By default the key does not expire." placeholder:"SPAN"`
	Rate    *int     `help:"Requests per minute to each server process; 0 for no limit. By default the server's --rate." placeholder:"N"`
	Burst   *int     `help:"Requests at once. By default a twelfth of --rate." placeholder:"N"`
}

// Help is shown by --help.
func (keyCreate) Help() string {
	return `The key is printed once: only its hash is stored. Programs send it as "Authorization: Bearer KEY". A dealer may have several keys, so that one can be replaced without a pause. The first test key makes the dealer's sandbox, which has sites, contacts and settings of its own.

Examples:

    rollcall key create --dealer DEALER_ID --scopes '*' --name "alarm console" --data DIR
    rollcall key create --dealer DEALER_ID --scopes contacts:read --expires 90d --data DIR
    rollcall key create --dealer DEALER_ID --scopes '*' --test --data DIR
    rollcall key create --dealer DEALER_ID --scopes '*' --name "nightly import" --rate 600 --burst 100 --data DIR
`
}

// Run creates the key and prints it.
func (c *keyCreate) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		key, secret, err := s.CreateKey(ctx, c.by(c.id()), rollcall.KeyInput{
			Name: c.Name, Scopes: c.Scopes, Test: c.Test, Expires: time.Duration(c.Expires),
			Rate: given(c.Rate), Burst: given(c.Burst),
		})
		if err != nil {
			return c.explain(err, c.id())
		}
		return c.print(t, append(keyRecord(key, t.now()), "api_key", secret), func() error {
			until := "does not expire"
			if !key.Expires.IsZero() {
				until = "expires at " + stamp(key.Expires)
			}
			return t.printf("Created key %s, which %s.\n\n  %s\n\nIt cannot be shown again: keep it like a password.\n",
				key.ID, until, secret)
		})
	})
}

type keyList struct {
	folderFlags
	formatFlags
	dealerFlags
}

// Help is shown by --help.
func (keyList) Help() string {
	return `Oldest first. Last use is exact to a minute. "The server's" rate means its --rate and --burst.

Example:

    rollcall key list --dealer DEALER_ID --data DIR
`
}

// Run lists the keys.
func (c *keyList) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		keys, err := s.Keys(ctx, c.id())
		if err != nil {
			return c.explain(err, c.id())
		}
		now := t.now()
		found := each(keys, func(k rollcall.Key) record { return keyRecord(k, now) })
		return c.print(t, record{"keys", found}, func() error {
			if len(keys) == 0 {
				return t.printf("The dealer has no key yet. Create one:\n\n  %s\n", c.keyCreateLine(c.Dealer))
			}
			rows := each(keys, func(k rollcall.Key) []string { return keyRow(k, now) })
			return t.table("KEY|NAME|KIND|STATUS|SCOPES|RATE|CREATED|EXPIRES|LAST USED", rows)
		})
	})
}

func keyRow(k rollcall.Key, now time.Time) []string {
	kind := "live"
	if k.Test {
		kind = "test"
	}
	return []string{string(k.ID), k.Name, kind, keyStatus(k, now), k.Scopes.String(), keyRate(k),
		stamp(k.Created), stamp(k.Expires), stamp(k.LastUsed)}
}

type keyRevoke struct {
	folderFlags
	formatFlags
	dealerFlags
	changeFlags
	KeyID string `arg:"" name:"key-id" help:"The key's id, from key list; not the key itself."`
}

// Help is shown by --help.
func (keyRevoke) Help() string {
	return `Once this returns, every server refuses the key. It cannot be undone; revoking a key again does nothing.

Example:

    rollcall key revoke KEY_ID --dealer DEALER_ID --data DIR
`
}

// Run revokes the key.
func (c *keyRevoke) Run(ctx context.Context, t *terminal) error {
	if _, isKey := rollcall.ParseAPIKey(c.KeyID); isKey {
		return wrongUsage("that is the key itself; give its id, as `rollcall key list` shows it")
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		if _, err := c.dealer(ctx, s, c.id()); err != nil {
			return err
		}
		if err := s.RevokeKey(ctx, c.by(c.id()), rollcall.KeyID(c.KeyID)); err != nil {
			return err
		}
		return c.print(t, record{"key_id", c.KeyID, "revoked", true}, func() error {
			return t.printf("Revoked key %s: no server accepts it any more.\n", c.KeyID)
		})
	})
}
