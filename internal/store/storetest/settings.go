package storetest

import (
	"context"
	"fmt"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func settingsTests() []test {
	return []test{
		{"default settings", func(f *fixture) {
			f.dealer("d")
			set, err := f.Settings(f.Context(), "d")
			f.must(err)
			equal(f, "settings", set, rollcall.DefaultSettings("d"))
			b, err := f.Branding(f.Context(), "d")
			f.must(err)
			equal(f, "branding", b, rollcall.Branding{Dealer: "d"})
			name, err := f.DisplayName(f.Context(), "d")
			f.must(err)
			equal(f, "name", name, "")
		}},
		{"settings are replaced", func(f *fixture) {
			f.dealer("d")
			f.dealer("stranger")
			for _, want := range []rollcall.Settings{fullSettings(), {Dealer: "d", StaleAfterDays: 1, Updated: noon(), Version: 2}} {
				f.change(func(ctx context.Context, tx service.Tx) error { return tx.PutSettings(ctx, want) })
				got, err := f.Settings(f.Context(), "d")
				f.must(err)
				equal(f, "settings", got, want)
			}
			got, err := f.Settings(f.Context(), "stranger")
			f.must(err)
			equal(f, "settings of another", got, rollcall.DefaultSettings("stranger"))
		}},
		{"branding is replaced", func(f *fixture) {
			f.dealer("d")
			for _, want := range []rollcall.Branding{fullBranding(), {Dealer: "d", Updated: noon(), Version: 2}} {
				f.change(func(ctx context.Context, tx service.Tx) error { return tx.PutBranding(ctx, want) })
				got, err := f.Branding(f.Context(), "d")
				f.must(err)
				equal(f, "branding", got, want)
				name, err := f.DisplayName(f.Context(), "d")
				f.must(err)
				equal(f, "name", name, want.DisplayName)
			}
		}},
		{"of no dealer", func(f *fixture) {
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error { return tx.PutSettings(ctx, fullSettings()) })
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error { return tx.PutBranding(ctx, fullBranding()) })
		}},
		{"are removed with their dealer", goWithTheirDealer},
		{"records are counted for quotas", recordsCounted},
	}
}

func goWithTheirDealer(f *fixture) {
	f.home()
	f.dealer("other")
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.PutSettings(ctx, fullSettings()))
		f.must(tx.PutBranding(ctx, fullBranding()))
		f.must(tx.InsertSuppression(ctx, fullSuppression("p1", 1)))
		f.must(tx.CountMessage(ctx, "d", "s", false, noon()))
		return tx.AddCountryCount(ctx, "d", rollcall.CountryHour{Country: "US", Hour: noon(), Sent: 1})
	})
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteDealer(ctx, "d") })
	f.dealer("d")
	f.change(func(ctx context.Context, tx service.Tx) error {
		at, err := tx.MessageAt(ctx, "d", false, 0, time.Time{})
		equal(f, "the newest message", at, time.Time{})
		return err
	})
	_, total, err := f.Suppressions(f.Context(), "d", service.Page{})
	f.must(err)
	equal(f, "suppressions", total, 0)
}

// recordsCounted has a dealer with two sites, three contacts, one of them deleted, and an idempotency record, and an empty dealer.
func recordsCounted(f *fixture) {
	f.home()
	f.site(plainSite("d", "s2"))
	f.contact(plainContact("d", "s2", "c2"))
	f.contact(plainContact("d", "s2", "c3"))
	f.dealer("other")
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.PutIdempotencyRecord(ctx, fullRecord()))
		return softDelete(ctx, tx, "c")
	})
	for _, want := range []struct {
		dealer rollcall.DealerID
		quota  rollcall.Quota
		count  int
	}{
		{"d", rollcall.QuotaSites, 2}, {"d", rollcall.QuotaContacts, 2}, {"d", rollcall.QuotaIdempotencyRecords, 1},
		{"other", rollcall.QuotaSites, 0}, {"other", rollcall.QuotaContacts, 0}, {"other", rollcall.QuotaIdempotencyRecords, 0},
	} {
		n, err := f.CountRecords(f.Context(), want.dealer, want.quota)
		f.must(err)
		equal(f, string(want.quota)+" of "+string(want.dealer), n, want.count)
	}
}

func fullSettings() rollcall.Settings {
	return rollcall.Settings{
		Dealer: "d", StaleAfterDays: 90, Quiet: rollcall.QuietHours{Start: 1260, End: 480, Timezone: "America/Chicago"},
		Own:       rollcall.Sending{Countries: "CA US", Limits: rollcall.MessageLimits{NumberMinute: 1, NumberDay: 2, SiteHour: 3, DealerDay: 4}},
		Ceiling:   rollcall.Sending{Countries: "CA MX US", Limits: rollcall.MessageLimits{NumberMinute: 5, NumberDay: 6, SiteHour: 7, DealerDay: 0}},
		Quotas:    rollcall.Quotas{Sites: 8, Contacts: 9, Keys: 10, IdempotencyRecords: 0},
		Readiness: rollcall.ReadinessRules{MinPeople: 3, MinNumbers: 4, PremisesPhone: true},
		Updated:   noon(), Version: 1, NotificationEmail: "Ops@Example.org", MaskNumbers: true,
	}
}

func fullBranding() rollcall.Branding {
	return rollcall.Branding{
		Dealer: "d", DisplayName: "Harbour", Welcome: "Hello,\nyou.", Logo: rollcall.Logo{MediaType: "image/png", Data: []byte{0, 1, 255}},
		Updated: noon(), Version: 1,
	}
}

func fullSuppression(id rollcall.SuppressionID, hash byte) rollcall.Suppression {
	return rollcall.Suppression{
		Dealer: "d", ID: id, Point: rollcall.PhonePoint, Value: "+1-555-0123", Hash: rollcall.Hash{hash}, Reason: rollcall.ReasonManual, Created: noon(),
	}
}

func countTests() []test {
	return []test{
		{"times of a number", func(f *fixture) {
			times := []time.Time{noon(), noon().Add(time.Microsecond)}
			f.change(func(ctx context.Context, tx service.Tx) error {
				before, err := tx.NumberTimes(ctx, rollcall.Hash{1})
				f.must(err)
				touched, err := tx.LockNumber(ctx, rollcall.Hash{1}, noon())
				f.must(err)
				equal(f, "times", len(before)+len(touched), 0)
				return tx.PutNumberTimes(ctx, rollcall.Hash{1}, times, noon())
			})
			f.change(func(ctx context.Context, tx service.Tx) error {
				got, err := tx.LockNumber(ctx, rollcall.Hash{1}, noon().Add(time.Second))
				f.must(err)
				equal(f, "times", got, times)
				got, err = tx.NumberTimes(ctx, rollcall.Hash{1})
				equal(f, "times", got, times)
				return err
			})
		}},
		{"messages of a dealer", messagesOfADealer},
		{"messages to a country and to ranges of its numbers", messagesToACountry},
		{"old counts are deleted", countsForgotten},
		{"of no dealer", func(f *fixture) {
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.CountMessage(ctx, "none", "s", false, noon())
			})
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error { return tx.LockMessageCount(ctx, "none") })
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.AddCountryCount(ctx, "none", rollcall.CountryHour{Country: "US", Hour: noon()})
			})
		}},
		{"a message from a person", func(f *fixture) {
			f.change(func(ctx context.Context, tx service.Tx) error {
				_, handled, err := tx.LockInboundReply(ctx, rollcall.Hash{1}, noon())
				equal(f, "handled", handled, false)
				f.must(err)
				return tx.PutInboundReply(ctx, rollcall.Hash{1}, "Thank you.", noon())
			})
			f.change(func(ctx context.Context, tx service.Tx) error {
				reply, handled, err := tx.LockInboundReply(ctx, rollcall.Hash{1}, noon())
				equal(f, "handled", handled, true)
				equal(f, "reply", reply, "Thank you.")
				return err
			})
		}},
	}
}

func messagesOfADealer(f *fixture) {
	f.dealer("d")
	f.dealer("other")
	at := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Minute) }
	f.change(func(ctx context.Context, tx service.Tx) error {
		for n, site := range []rollcall.SiteID{"s", "s2", "s", "s"} {
			f.must(tx.LockMessageCount(ctx, "d"))
			f.must(tx.CountMessage(ctx, "d", site, false, at(n+1)))
		}
		f.must(tx.CountMessage(ctx, "other", "s", false, at(9)))
		newest := func(after time.Time, want ...time.Time) {
			for n, want := range want {
				got, err := tx.MessageAt(ctx, "d", false, n, after)
				f.must(err)
				equal(f, fmt.Sprint("message ", n), got, want)
			}
		}
		newest(at(0), at(4), at(3), at(2), at(1), time.Time{})
		newest(at(2), at(4), at(3), time.Time{})
		for _, c := range []struct {
			site  rollcall.SiteID
			n     int
			after time.Time
			want  time.Time
		}{
			{"s", 0, at(0), at(4)}, {"s", 1, at(0), at(3)}, {"s", 2, at(0), at(1)}, {"s", 3, at(0), time.Time{}},
			{"s", 2, at(1), time.Time{}}, {"s2", 0, at(0), at(2)}, {"none", 0, at(0), time.Time{}},
		} {
			got, err := tx.SiteMessageAt(ctx, "d", c.site, c.n, c.after)
			f.must(err)
			equal(f, "time", got, c.want)
		}
		f.must(tx.CountMessage(ctx, "d", "s", false, at(3)))
		f.must(tx.UncountMessage(ctx, "d", "s", at(3)))
		newest(at(0), at(4), at(3), at(2), at(1), time.Time{})
		f.must(tx.UncountMessage(ctx, "d", "s", at(3)))
		f.must(tx.UncountMessage(ctx, "d", "s2", at(4)))
		newest(at(0), at(4), at(2), at(1), time.Time{})
		return nil
	})
}

func messagesToACountry(f *fixture) {
	f.dealer("d")
	f.dealer("other")
	hour := func(n int) time.Time { return noon().Truncate(time.Hour).Add(time.Duration(n) * time.Hour) }
	f.change(func(ctx context.Context, tx service.Tx) error {
		for _, c := range []rollcall.CountryHour{
			{Country: "US", Hour: hour(1), Sent: 1}, {Country: "US", Hour: hour(0), Sent: 1}, {Country: "US", Hour: hour(1), Sent: 1},
			{Country: "US", Hour: hour(1), Confirmed: 1}, {Country: "CA", Hour: hour(1), Sent: 1}, {Country: "US", Hour: hour(2), Sent: 1},
			{Country: "US", Range: rollcall.Hash{1}, Hour: hour(1), Sent: 3}, {Country: "US", Range: rollcall.Hash{2}, Hour: hour(1), Sent: 4},
			{Country: "US", Range: rollcall.Hash{1}, Hour: hour(1), Sent: -1, Confirmed: 1}, {Country: "CA", Range: rollcall.Hash{1}, Hour: hour(1), Sent: 5},
		} {
			f.must(tx.AddCountryCount(ctx, "d", c))
		}
		got, err := tx.CountryHours(ctx, "d", "US", rollcall.Hash{}, hour(0), hour(2))
		equal(f, "hours", got, []rollcall.CountryHour{
			{Country: "US", Hour: hour(0), Sent: 1}, {Country: "US", Hour: hour(1), Sent: 2, Confirmed: 1},
		})
		f.must(err)
		got, err = tx.CountryHours(ctx, "d", "US", rollcall.Hash{1}, hour(0), hour(2))
		equal(f, "hours of a range", got, []rollcall.CountryHour{
			{Country: "US", Range: rollcall.Hash{1}, Hour: hour(1), Sent: 2, Confirmed: 1},
		})
		f.must(err)
		got, err = tx.CountryHours(ctx, "d", "US", rollcall.Hash{3}, hour(0), hour(2))
		equal(f, "hours of another range", len(got), 0)
		f.must(err)
		got, err = tx.CountryHours(ctx, "other", "US", rollcall.Hash{}, hour(0), hour(2))
		equal(f, "hours of another", len(got), 0)
		return err
	})
}

func countsForgotten(f *fixture) {
	f.dealer("d")
	f.change(func(ctx context.Context, tx service.Tx) error {
		for n := range 3 {
			at := noon().Add(time.Duration(n) * time.Hour)
			f.must(tx.CountMessage(ctx, "d", "s", false, at))
			f.must(tx.AddCountryCount(ctx, "d", rollcall.CountryHour{Country: "US", Range: rollcall.Hash{byte(n)}, Hour: at, Sent: 1}))
			_, err := tx.LockNumber(ctx, rollcall.Hash{byte(n)}, at)
			f.must(err)
			f.must(tx.PutInboundReply(ctx, rollcall.Hash{byte(n)}, "", at))
		}
		return nil
	})
	f.change(func(ctx context.Context, tx service.Tx) error {
		before := noon().Add(2 * time.Hour)
		for _, want := range []int{1, 1, 0} {
			n, err := tx.DeleteMessageCounts(ctx, before, before, 1)
			equal(f, "forgotten", n, want)
			f.must(err)
			n, err = tx.DeleteNumberCounts(ctx, before, before, 1)
			equal(f, "forgotten", n, want)
			f.must(err)
		}
		at, err := tx.MessageAt(ctx, "d", false, 0, noon())
		equal(f, "the newest", at, before)
		f.must(err)
		at, err = tx.MessageAt(ctx, "d", false, 1, noon().Add(-time.Hour))
		equal(f, "the one before", at, time.Time{})
		f.must(err)
		for n, want := range []int{0, 0, 1} {
			hours, err := tx.CountryHours(ctx, "d", "US", rollcall.Hash{byte(n)}, noon(), noon().Add(24*time.Hour))
			equal(f, fmt.Sprint("hours of range ", n), len(hours), want)
			f.must(err)
		}
		_, handled, err := tx.LockInboundReply(ctx, rollcall.Hash{2}, noon())
		equal(f, "handled", handled, true)
		return err
	})
}
