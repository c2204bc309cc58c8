package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func (f *fixture) user(u rollcall.User) rollcall.User {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.InsertUser(ctx, u) })
	return u
}

func userTests() []test {
	plain, full := plainUser(), fullUser()
	return []test{
		{"are returned as stored, by id, address and link", func(f *fixture) {
			f.dealer("d")
			f.user(plain)
			f.user(full)
			list, err := f.Users(f.Context(), "d")
			f.must(err)
			equal(f, "users", list, []rollcall.User{plain, full})
			for _, find := range []func() (rollcall.User, error){
				func() (rollcall.User, error) { return f.User(f.Context(), "d", full.ID) },
				func() (rollcall.User, error) { return f.UserByEmail(f.Context(), "ZOË@EXAMPLE.ORG") },
				func() (rollcall.User, error) { return f.UserByLink(f.Context(), full.Link.Hash) },
			} {
				got, err := find()
				f.must(err)
				equal(f, "user", got, full)
			}
		}},
		{"that don't exist are not found", unknownUsers},
		{"need a dealer, and an address of their own on the whole server", func(f *fixture) {
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error { return tx.InsertUser(ctx, plain) })
			f.dealer("d")
			f.dealer("d2")
			f.user(plain)
			other := full
			other.Dealer, other.Email = "d2", "ANN@example.org"
			f.refused(rollcall.ValidationFailed, func(ctx context.Context, tx service.Tx) error { return tx.InsertUser(ctx, other) })
		}},
		{"are changed but for their address", func(f *fixture) {
			f.dealer("d")
			f.user(plain)
			want := full
			want.ID, want.Email, want.Created = plain.ID, plain.Email, plain.Created
			for _, u := range []rollcall.User{want, plain} {
				f.change(func(ctx context.Context, tx service.Tx) error {
					if _, err := tx.LockUser(ctx, "d", u.ID); err != nil {
						return err
					}
					return tx.UpdateUser(ctx, u)
				})
				got, err := f.User(f.Context(), "d", u.ID)
				f.must(err)
				equal(f, "user", got, u)
			}
		}},
		{"say whether their dealer is suspended", suspendedUser},
	}
}

func unknownUsers(f *fixture) {
	f.dealer("d")
	f.user(plainUser())
	_, err := f.User(f.Context(), "d", "none")
	f.kind(err, rollcall.UserNotFound)
	_, err = f.UserByEmail(f.Context(), "nobody@example.org")
	f.kind(err, rollcall.UserNotFound)
	_, err = f.UserByLink(f.Context(), rollcall.Hash{})
	f.kind(err, rollcall.UserNotFound)
	f.refused(rollcall.UserNotFound, func(ctx context.Context, tx service.Tx) error { return tx.UpdateUser(ctx, fullUser()) })
}

func suspendedUser(f *fixture) {
	d := f.dealer("d")
	u := f.user(plainUser())
	for _, at := range []time.Time{noon(), {}} {
		d.Suspended, u.DealerSuspended = at, at
		f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateDealer(ctx, d) })
		got, err := f.User(f.Context(), "d", "u")
		f.must(err)
		equal(f, "user", got, u)
	}
}

func strangerChangesUsers(f *fixture) {
	tenant(f)
	u, s := plainUser(), plainSession()
	u.Dealer, s.Dealer, s.Hash = "stranger", "stranger", rollcall.Hash{8}
	for _, change := range []func(ctx context.Context, tx service.Tx) error{
		func(ctx context.Context, tx service.Tx) error {
			_, err := tx.LockUser(ctx, "stranger", "u")
			return err
		},
		func(ctx context.Context, tx service.Tx) error { return tx.UpdateUser(ctx, u) },
		func(ctx context.Context, tx service.Tx) error { return tx.PutSession(ctx, s) },
	} {
		f.refused(rollcall.UserNotFound, change)
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		theirs := plainSession()
		theirs.Dealer, theirs.Seen = "stranger", noon().Add(time.Hour)
		f.must(tx.TouchSession(ctx, theirs))
		f.must(tx.DeleteSession(ctx, "stranger", "u", plainSession().Hash))
		return tx.DeleteOtherSessions(ctx, "stranger", "u", rollcall.Hash{})
	})
	got, err := f.User(f.Context(), "d", "u")
	f.must(err)
	equal(f, "user", got, plainUser())
	equal(f, "session", f.sessionByHash(plainSession().Hash), plainSession())
}

func plainUser() rollcall.User {
	return rollcall.User{Dealer: "d", ID: "u", Email: "Ann@example.org", Name: "Ann", Role: rollcall.RoleViewer, Created: noon()}
}

func fullUser() rollcall.User {
	return rollcall.User{
		Dealer: "d", ID: "u2", Email: "zoë@example.org", Name: "Zoë ⚙", Role: rollcall.RoleOwner, Password: "$argon2id$…",
		Link:    rollcall.UserLink{Purpose: rollcall.LinkReset, Hash: rollcall.Hash{0, 1}, Expires: noon().Add(time.Hour)},
		TOTP:    rollcall.TOTP{Secret: []byte{0, 255, 7}, Step: 1 << 40, Recovery: []rollcall.Hash{{1}, {2, 0, 3}}},
		Created: noon().Add(time.Second), Disabled: noon().Add(time.Minute),
	}
}
