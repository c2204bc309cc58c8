package service

import (
	"cmp"
	"context"
	"sync"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/rollcall/password"
)

// passwordsAtOnce is how many passwords a process hashes at once: each takes 19 MiB and a processor. Others wait.
const passwordsAtOnce = 2

// passwords hashes passwords, a few at once.
type passwords struct {
	slots chan struct{}
	once  sync.Once
	none  string // a hash that stands for that of an unknown user
}

// hash returns the hash of a new password.
func (p *passwords) hash(ctx context.Context, given string) (hash string, err error) {
	err = p.run(ctx, func() { hash = password.Hash(rollcall.NormalizePassword(given)) })
	return hash, err
}

// verify reports whether the hash is one of the password. An empty hash takes as long as another, and has no password.
func (p *passwords) verify(ctx context.Context, hash, given string) (ok bool, err error) {
	if len(given) > 4*rollcall.PasswordMax {
		given = "" // no user has it
	}
	err = p.run(ctx, func() {
		p.once.Do(func() { p.none = password.Hash("") })
		against := cmp.Or(hash, p.none)
		ok = password.Verify(against, rollcall.NormalizePassword(given)) && hash != ""
	})
	return ok, err
}

func (p *passwords) run(ctx context.Context, work func()) error {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.slots }()
	work()
	return nil
}

// WrongSignIn returns the error for an address and a password that belong to no user who may sign in: ValidationFailed.
func WrongSignIn() error {
	return rollcall.InvalidField("password", rollcall.CodeWrong, "does not belong to this e-mail address; try again, or ask for a new password")
}

// CheckPassword returns the user with this address and password: ValidationFailed as by WrongSignIn, which says nothing about
// which of them is wrong, or whether the user is disabled or the dealer suspended. It takes as long for an unknown address. A
// user with a second factor must also pass CheckSecondFactor before they are signed in.
func (s *Service) CheckPassword(ctx context.Context, email, given string) (rollcall.User, error) {
	u, err := s.store.UserByEmail(ctx, rollcall.EmailAddress(email))
	if err != nil && rollcall.KindOf(err) != rollcall.UserNotFound {
		return rollcall.User{}, err
	}
	ok, err := s.passwords.verify(ctx, u.Password, given)
	if err == nil && (!ok || !u.MaySignIn()) {
		err = WrongSignIn()
	}
	if err != nil {
		return rollcall.User{}, err
	}
	return u, nil
}

// ChangePassword gives the caller another password and ends their sessions but the given one: ValidationFailed for the fields
// current and password.
func (s *Service) ChangePassword(ctx context.Context, caller Caller, current, wanted string, keep rollcall.Hash) error {
	u, err := s.checkOwnPassword(ctx, caller, "current", current)
	if err == nil {
		err = rollcall.CheckPassword(wanted, &u)
	}
	if err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, wanted)
	if err != nil {
		return err
	}
	return s.changeSelf(ctx, caller, "user.password_changed", func(ch *change, now *rollcall.User) error {
		if now.Password != u.Password {
			return wrongOwnPassword("current")
		}
		now.Password, now.Link = hash, rollcall.UserLink{}
		return ch.tx.DeleteOtherSessions(ch.ctx, u.Dealer, u.ID, keep)
	})
}

// checkOwnPassword returns the caller if this is their password, else ValidationFailed for the field. A user without a password,
// who signed in by a link, must give none.
func (s *Service) checkOwnPassword(ctx context.Context, caller Caller, field, given string) (rollcall.User, error) {
	u, err := s.store.User(ctx, caller.Dealer, caller.User)
	if err != nil || u.Password == "" && given == "" {
		return u, err
	}
	ok, err := s.passwords.verify(ctx, u.Password, given)
	if err == nil && !ok {
		err = wrongOwnPassword(field)
	}
	return u, err
}

func wrongOwnPassword(field string) error {
	return rollcall.InvalidField(field, rollcall.CodeWrong, "is not your password; try again")
}

// changeSelf changes the calling user and writes the audit line: UserNotFound, also if they may not sign in any more.
func (s *Service) changeSelf(ctx context.Context, caller Caller, action string, fn func(ch *change, u *rollcall.User) error) error {
	return s.update(ctx, caller, func(ch *change) error {
		u, err := ch.tx.LockUser(ch.ctx, caller.Dealer, caller.User)
		if err == nil && !u.MaySignIn() {
			err = asUserNotFound(&rollcall.Error{Kind: rollcall.DealerNotFound})
		}
		if err != nil {
			return err
		}
		before := u
		if err := fn(ch, &u); err != nil {
			return err
		}
		if err := ch.tx.UpdateUser(ch.ctx, u); err != nil {
			return err
		}
		return ch.record(audit.Line{Action: action, Subject: string(u.ID)}, audit.UserChanges(&before, &u))
	})
}
