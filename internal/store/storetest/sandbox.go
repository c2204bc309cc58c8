package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func sandboxTests() []test {
	return []test{
		{"has the ceiling and the quotas of its dealer", sandboxSettings},
		{"is not found by what a person sends to the server", sandboxAlone},
		{"is exported with its dealer", sandboxExported},
	}
}

func sandboxSettings(f *fixture) {
	f.dealer("d")
	f.dealer("sandbox_d")
	live := fullSettings()
	own := rollcall.DefaultSettings("sandbox_d")
	own.StaleAfterDays, own.Own.Limits.SiteHour, own.Updated, own.Version = 7, 3, noon(), 4
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.PutSettings(ctx, live))
		return tx.PutSettings(ctx, own)
	})
	got, err := f.Settings(f.Context(), "sandbox_d")
	f.must(err)
	own.Ceiling, own.Quotas, own.RollCalls, own.CeilingVersion = live.Ceiling, live.Quotas, live.RollCalls, live.Version
	equal(f, "settings of the sandbox", got, own)
	got, err = f.Settings(f.Context(), "d")
	f.must(err)
	equal(f, "settings of the dealer", got, live)
}

// sandboxAlone looks for a number, which the dealer and the sandbox have, without a dealer.
func sandboxAlone(f *fixture) {
	const number = "+12025550147"
	f.dealer("d")
	f.dealer("sandbox_d")
	for _, dealer := range []rollcall.DealerID{"d", "sandbox_d"} {
		f.site(plainSite(dealer, "s"))
		c := plainContact(dealer, "s", "c")
		c.Points[0].E164 = number
		v := validationOf(f.contact(c), "v-"+rollcall.ValidationID(dealer))
		v.To, v.Expires = number, noon().Add(time.Hour)
		f.validation(v)
		stop := fullSuppression("p-"+rollcall.SuppressionID(dealer), 1)
		stop.Dealer, stop.Reason = dealer, rollcall.ReasonStop
		f.suppress(stop)
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		contacts, err := tx.ContactsAt(ctx, "", rollcall.PhonePoint, number)
		f.must(err)
		open, err := tx.OpenValidationsTo(ctx, number, 10)
		f.must(err)
		unexpired, err := tx.UnexpiredValidationsTo(ctx, number, noon(), 10)
		f.must(err)
		f.must(tx.DeleteSuppressions(ctx, "", rollcall.ReasonStop, []rollcall.Hash{{1}}))
		dealerOf := func(v rollcall.Validation) rollcall.DealerID { return v.Dealer }
		equal(f, "contacts", ids(contacts, func(c rollcall.Contact) rollcall.DealerID { return c.Dealer }), []string{"d"})
		equal(f, "open validations", ids(open, dealerOf), []string{"d"})
		equal(f, "unexpired validations", ids(unexpired, dealerOf), []string{"d"})
		return nil
	})
	_, err := f.Suppression(f.Context(), "d", "p-d")
	f.kind(err, rollcall.SuppressionNotFound)
	_, err = f.Suppression(f.Context(), "sandbox_d", "p-sandbox_d")
	f.must(err)
}

func sandboxExported(f *fixture) {
	for _, dealer := range []rollcall.DealerID{"d", "sandbox_d", "other", "sandbox_other"} {
		f.dealer(dealer)
		f.site(plainSite(dealer, "s"))
	}
	seen := map[any]int{}
	f.must(f.Dump(f.Context(), "d", func(table string, row map[string]any) error {
		if table == "sites" {
			seen[row["dealer_id"]]++
		}
		return nil
	}))
	equal(f, "exported sites", seen, map[any]int{"d": 1, "sandbox_d": 1})
}
