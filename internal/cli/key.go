package cli

import (
	"context"
	"fmt"
	"time"

	"example.org/rollcall/internal/rollcall"
)

type keyCommands struct {
	Create keyCreate `cmd:"" help:"Make an API key and show it, this once."`
	List   keyList   `cmd:"" help:"List the keys of a dealer, never the keys themselves."`
	Revoke keyRevoke `cmd:"" help:"Revoke a key, at once and for good."`
}

type keyJSON struct {
	KeyID      string   `json:"key_id"`
	DealerID   string   `json:"dealer_id"`
	Name       *string  `json:"name"`
	Scopes     []string `json:"scopes"`
	Test       bool     `json:"test"`
	Rate       *int     `json:"rate"`
	Burst      *int     `json:"burst"`
	Status     string   `json:"status"`
	CreatedAt  string   `json:"created_at"`
	ExpiresAt  *string  `json:"expires_at"`
	LastUsedAt *string  `json:"last_used_at"`
	RevokedAt  *string  `json:"revoked_at"`
}

func keyToJSON(k rollcall.Key, now time.Time) keyJSON {
	scopes := make([]string, len(k.Scopes))
	for i, scope := range k.Scopes {
		scopes[i] = string(scope)
	}
	var rate, burst *int
	if k.Limit != nil {
		rate, burst = &k.Limit.PerMinute, &k.Limit.Burst
	}
	return keyJSON{
		Rate: rate, Burst: burst,
		KeyID: string(k.ID), DealerID: string(k.Dealer), Name: orNull(k.Name), Scopes: scopes, Test: k.Test,
		Status: keyStatus(k, now), CreatedAt: stamp(k.Created), ExpiresAt: orNull(stamp(k.Expires)),
		LastUsedAt: orNull(stamp(k.LastUsed)), RevokedAt: orNull(stamp(k.Revoked)),
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

// keyRate says how often a key may call.
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
	Scopes  string   `required:"" help:"What the key may do, separated by commas: sites:read, sites:write, contacts:read, contacts:write, validations:read, validations:write, audit:read, privacy:write, settings:write, or '*' for all of them and those that later versions add. Writing does not include reading." placeholder:"SCOPES"`
	Name    string   `help:"What the key is for, in your words." placeholder:"TEXT"`
	Test    bool     `help:"Make a test key: what it sends is captured and reaches nobody."`
	Expires lifetime `help:"How long the key is valid, such as 24h, 90d, 12w or 1y. By default it does not expire." placeholder:"SPAN"`
	Rate    *int     `help:"Requests a minute that the key may send to each server process; 0 for no limit. By default the --rate of the server." placeholder:"N"`
	Burst   *int     `help:"How many of them it may send at once. By default a twelfth of --rate." placeholder:"N"`
}

// Help is shown by --help.
func (keyCreate) Help() string {
	return `The key is printed once and cannot be shown again: only a hash of it is kept. Programs send it as "Authorization: Bearer KEY". A dealer may have several keys at once, so that one can be replaced without a pause.

Examples:

    rollcall key create --dealer DEALER_ID --scopes '*' --name "alarm console" --data DIR
    rollcall key create --dealer DEALER_ID --scopes contacts:read --expires 90d --data DIR
    rollcall key create --dealer DEALER_ID --scopes '*' --name "nightly import" --rate 600 --burst 100 --data DIR
`
}

// Run makes the key and shows it.
func (c *keyCreate) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *rollcall.Service) error {
		key, secret, err := s.CreateKey(ctx, c.id(), rollcall.KeyInput{
			Name: c.Name, Scopes: c.Scopes, Test: c.Test, Expires: time.Duration(c.Expires),
			Rate: given(c.Rate), Burst: given(c.Burst),
		})
		if err != nil {
			return c.explain(err, c.Dealer)
		}
		made := struct {
			keyJSON
			APIKey string `json:"api_key"`
		}{keyToJSON(key, t.now()), secret}
		return c.print(t, made, func() error {
			until := "does not expire"
			if !key.Expires.IsZero() {
				until = "expires at " + stamp(key.Expires)
			}
			return t.printf("Created key %s, which %s.\n\n  %s\n\nIt cannot be shown again: keep it as you keep a password.\n",
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
	return `The oldest is first. Last use is exact to a minute. "The server's" rate means its --rate and --burst.

Example:

    rollcall key list --dealer DEALER_ID --data DIR
`
}

// Run lists the keys.
func (c *keyList) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *rollcall.Service) error {
		keys, err := s.Keys(ctx, c.id())
		if err != nil {
			return c.explain(err, c.Dealer)
		}
		found := struct {
			Keys []keyJSON `json:"keys"`
		}{make([]keyJSON, len(keys))}
		rows := make([][]string, len(keys))
		for i, k := range keys {
			found.Keys[i] = keyToJSON(k, t.now())
			kind := "live"
			if k.Test {
				kind = "test"
			}
			rows[i] = []string{string(k.ID), k.Name, kind, found.Keys[i].Status, k.Scopes.String(), keyRate(k),
				stamp(k.Created), stamp(k.Expires), stamp(k.LastUsed)}
		}
		return c.print(t, found, func() error {
			if len(rows) == 0 {
				return t.printf("The dealer has no key yet. Make one:\n\n  %s\n", c.keyCreateLine(c.Dealer))
			}
			return t.table("KEY|NAME|KIND|STATUS|SCOPES|RATE|CREATED|EXPIRES|LAST USED", rows)
		})
	})
}

type keyRevoke struct {
	folderFlags
	formatFlags
	dealerFlags
	KeyID string `arg:"" name:"key-id" help:"The key's id, as key list shows it; not the key itself."`
}

// Help is shown by --help.
func (keyRevoke) Help() string {
	return `Once this returns, every server refuses the key. It cannot be undone. A key that is revoked already stays revoked.

Example:

    rollcall key revoke KEY_ID --dealer DEALER_ID --data DIR
`
}

// Run revokes the key.
func (c *keyRevoke) Run(ctx context.Context, t *terminal) error {
	if _, isKey := rollcall.ParseAPIKey(c.KeyID); isKey {
		return wrongUsage("that is the key itself; give its id, as `rollcall key list` shows it")
	}
	return c.withService(ctx, t, false, func(s *rollcall.Service) error {
		if _, err := c.dealer(ctx, s, c.Dealer); err != nil {
			return err
		}
		if err := s.RevokeKey(ctx, c.id(), rollcall.KeyID(c.KeyID)); err != nil {
			return err
		}
		revoked := struct {
			KeyID   string `json:"key_id"`
			Revoked bool   `json:"revoked"`
		}{c.KeyID, true}
		return c.print(t, revoked, func() error {
			return t.printf("Revoked key %s: no server accepts it any more.\n", c.KeyID)
		})
	})
}
