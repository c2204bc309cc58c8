package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func dealerTests() []test {
	return []test{
		{"are returned as stored", func(f *fixture) {
			d := rollcall.Dealer{
				ID: "d", Name: "Æther Älarm 🔔", Country: "DE", Language: "de-AT", Phone: "+43 1 5550100",
				Created: noon(), Updated: noon().Add(time.Microsecond), Suspended: noon().Add(time.Second),
			}
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.InsertDealer(ctx, d) })
			got, err := f.Dealer(f.Context(), "d")
			f.must(err)
			equal(f, "dealer", got, d)
			f.change(func(ctx context.Context, tx service.Tx) error {
				got, err := tx.LockDealer(ctx, "d")
				equal(f, "locked dealer", got, d)
				return err
			})
		}},
		{"are listed, the oldest first", func(f *fixture) {
			list, err := f.Dealers(f.Context())
			f.must(err)
			equal(f, "dealers of an empty store", len(list), 0)
			for i, id := range []rollcall.DealerID{"b", "a", "c"} {
				d := rollcall.Dealer{ID: id, Name: "D", Country: "US", Language: "en", Created: noon().Add(time.Duration(i) * time.Second)}
				d.Updated = d.Created
				f.change(func(ctx context.Context, tx service.Tx) error { return tx.InsertDealer(ctx, d) })
			}
			list, err = f.Dealers(f.Context())
			f.must(err)
			equal(f, "dealers", ids(list, func(d rollcall.Dealer) rollcall.DealerID { return d.ID }), []string{"b", "a", "c"})
		}},
		{"are replaced by an update", func(f *fixture) {
			d := f.dealer("d")
			d.Name, d.Country, d.Language, d.Phone, d.Updated = "New", "FR", "fr", "1", noon().Add(time.Hour)
			d.Suspended = noon()
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateDealer(ctx, d) })
			got, err := f.Dealer(f.Context(), "d")
			f.must(err)
			equal(f, "dealer", got, d)
		}},
		{"that don't exist are not found", func(f *fixture) {
			_, err := f.Dealer(f.Context(), "none")
			f.kind(err, rollcall.DealerNotFound)
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error {
				_, err := tx.LockDealer(ctx, "none")
				return err
			})
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.UpdateDealer(ctx, rollcall.Dealer{ID: "none", Name: "N"})
			})
		}},
	}
}
