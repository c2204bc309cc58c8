package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func (f *fixture) key(k rollcall.Key) rollcall.Key {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.InsertKey(ctx, k) })
	return k
}

func (f *fixture) keyByHash(hash rollcall.KeyHash) rollcall.Key {
	f.Helper()
	k, err := f.KeyByHash(f.Context(), hash)
	f.must(err)
	return k
}

func keyTests() []test {
	plain, full := plainKey(), fullKey()
	return []test{
		{"are returned as stored, also expired and revoked", func(f *fixture) {
			f.dealer("d")
			f.key(plain)
			f.key(full)
			equal(f, "key", f.keyByHash(plain.Hash), plain)
			equal(f, "key", f.keyByHash(full.Hash), full)
			list, err := f.Keys(f.Context(), "d")
			f.must(err)
			equal(f, "keys", list, []rollcall.Key{plain, full})
		}},
		{"that don't exist are not found", func(f *fixture) {
			f.dealer("d")
			f.key(plain)
			_, err := f.KeyByHash(f.Context(), rollcall.KeyHash{1})
			f.kind(err, rollcall.KeyNotFound)
			f.refused(rollcall.KeyNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.RevokeKey(ctx, "d", "none", noon())
			})
			list, err := f.Keys(f.Context(), "none")
			f.must(err)
			equal(f, "keys of no dealer", len(list), 0)
		}},
		{"need a dealer", func(f *fixture) {
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error { return tx.InsertKey(ctx, plain) })
		}},
		{"say whether their dealer is suspended", func(f *fixture) {
			d := f.dealer("d")
			k := f.key(plain)
			for _, at := range []time.Time{noon(), {}} {
				d.Suspended, k.DealerSuspended = at, at
				f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateDealer(ctx, d) })
				equal(f, "key", f.keyByHash(plain.Hash), k)
			}
		}},
		{"are revoked once", func(f *fixture) {
			f.dealer("d")
			f.key(plain)
			for _, at := range []time.Time{noon(), noon().Add(time.Hour)} {
				f.change(func(ctx context.Context, tx service.Tx) error { return tx.RevokeKey(ctx, "d", "k", at) })
				equal(f, "revoked", f.keyByHash(plain.Hash).Revoked, noon())
			}
		}},
		{"remember when they were last used", func(f *fixture) {
			f.dealer("d")
			f.key(plain)
			later := noon().Add(time.Minute)
			for _, at := range []time.Time{noon(), later, noon()} {
				f.change(func(ctx context.Context, tx service.Tx) error { return tx.SetKeyLastUsed(ctx, "d", "k", at) })
			}
			equal(f, "last used", f.keyByHash(plain.Hash).LastUsed, later)
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.SetKeyLastUsed(ctx, "d", "none", noon()) })
		}},
	}
}

func plainKey() rollcall.Key {
	return rollcall.Key{
		Dealer: "d", ID: "k", Hash: rollcall.KeyHash{1, 0, 255}, Scopes: rollcall.Scopes{rollcall.ScopeAll}, Created: noon(),
	}
}

func fullKey() rollcall.Key {
	return rollcall.Key{
		Dealer: "d", ID: "k2", Name: "the sync ⚙", Hash: rollcall.KeyHash{2}, Test: true,
		Limit:   &rollcall.RateLimit{PerMinute: 600, Burst: 7},
		Scopes:  rollcall.Scopes{rollcall.ScopeSitesRead, rollcall.ScopeContactsWrite},
		Created: noon().Add(time.Second), Expires: noon().Add(time.Hour), LastUsed: noon().Add(time.Minute), Revoked: noon().Add(2 * time.Hour),
	}
}
