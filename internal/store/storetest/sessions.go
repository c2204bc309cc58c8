package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func (f *fixture) session(s rollcall.Session) rollcall.Session {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.PutSession(ctx, s) })
	return s
}

func (f *fixture) sessionByHash(hash rollcall.Hash) rollcall.Session {
	f.Helper()
	s, found, err := f.SessionByHash(f.Context(), hash)
	f.must(err)
	equal(f, "found", found, true)
	return s
}

// hashesOf returns the first bytes of the hashes of a user's sessions.
func (f *fixture) hashesOf(user rollcall.UserID) (found []byte) {
	f.Helper()
	sessions, err := f.Sessions(f.Context(), "d", user)
	f.must(err)
	for _, s := range sessions {
		found = append(found, s.Hash[0])
	}
	return found
}

func sessionTests() []test {
	plain := plainSession()
	return []test{
		{"are returned as stored", func(f *fixture) {
			f.withUser()
			f.session(plain)
			equal(f, "session", f.sessionByHash(plain.Hash), plain)
			changed := plain
			changed.Data, changed.Seen, changed.Expires = []byte{}, noon().Add(time.Minute), noon().Add(2*time.Hour)
			f.session(changed)
			equal(f, "session", f.sessionByHash(plain.Hash), changed)
			_, found, err := f.SessionByHash(f.Context(), rollcall.Hash{99})
			f.must(err)
			equal(f, "found", found, false)
		}},
		{"need a user, and end with them", func(f *fixture) {
			f.refused(rollcall.UserNotFound, func(ctx context.Context, tx service.Tx) error { return tx.PutSession(ctx, plain) })
			f.withUser()
			f.session(plain)
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteDealer(ctx, "d") })
			_, found, err := f.SessionByHash(f.Context(), plain.Hash)
			f.must(err)
			equal(f, "found", found, false)
		}},
		{"are used later, never earlier", func(f *fixture) {
			f.withUser()
			f.session(plain)
			later := plain
			later.Data = nil
			for _, add := range []time.Duration{time.Minute, 0} {
				later.Seen, later.Expires = noon().Add(add), noon().Add(add+time.Hour)
				f.change(func(ctx context.Context, tx service.Tx) error { return tx.TouchSession(ctx, later) })
			}
			want := plain
			want.Seen, want.Expires = noon().Add(time.Minute), noon().Add(time.Minute+time.Hour)
			equal(f, "session", f.sessionByHash(plain.Hash), want)
		}},
		{"are listed and ended", listedSessions},
		{"are removed once they have expired", expiredSessions},
	}
}

func listedSessions(f *fixture) {
	plain := plainSession()
	f.withUser()
	f.user(fullUser())
	for i := range byte(3) {
		s := plain
		s.Hash, s.Seen = rollcall.Hash{i + 1}, noon().Add(time.Duration(i)*time.Minute)
		f.session(s)
	}
	other := plain
	other.User, other.Hash = fullUser().ID, rollcall.Hash{9}
	f.session(other)
	equal(f, "sessions", f.hashesOf("u"), []byte{3, 2, 1})
	f.change(func(ctx context.Context, tx service.Tx) error {
		return tx.DeleteSession(ctx, "d", "u", rollcall.Hash{1})
	})
	equal(f, "sessions", f.hashesOf("u"), []byte{3, 2})
	f.change(func(ctx context.Context, tx service.Tx) error {
		return tx.DeleteOtherSessions(ctx, "d", "u", rollcall.Hash{2})
	})
	equal(f, "sessions", f.hashesOf("u"), []byte{2})
	f.change(func(ctx context.Context, tx service.Tx) error {
		return tx.DeleteOtherSessions(ctx, "d", "u", rollcall.Hash{})
	})
	equal(f, "sessions", len(f.hashesOf("u")), 0)
	equal(f, "sessions of another", f.hashesOf(fullUser().ID), []byte{9})
}

func expiredSessions(f *fixture) {
	plain := plainSession()
	f.withUser()
	for i := range byte(3) {
		s := plain
		s.Hash, s.Expires = rollcall.Hash{i + 1}, noon().Add(time.Duration(i)*time.Minute)
		f.session(s)
	}
	for _, want := range []int{1, 1, 0} {
		f.change(func(ctx context.Context, tx service.Tx) error {
			n, err := tx.DeleteExpiredSessions(ctx, noon().Add(2*time.Minute), 1)
			equal(f, "removed", n, want)
			return err
		})
	}
	equal(f, "sessions", f.hashesOf("u"), []byte{3})
}

// withUser adds the dealer d with the user u.
func (f *fixture) withUser() {
	f.Helper()
	f.dealer("d")
	f.user(plainUser())
}

func plainSession() rollcall.Session {
	return rollcall.Session{
		Dealer: "d", User: "u", Hash: rollcall.Hash{7, 0, 255}, Data: []byte(`{"a":1}`),
		Created: noon(), Seen: noon(), Expires: noon().Add(time.Hour),
	}
}
