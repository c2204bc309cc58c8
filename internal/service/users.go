package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// userReader reads users.
type userReader interface {
	// User returns a user: UserNotFound.
	User(ctx context.Context, dealer rollcall.DealerID, id rollcall.UserID) (rollcall.User, error)
	// UserByEmail returns the user of any dealer with this address, in any spelling: UserNotFound.
	UserByEmail(ctx context.Context, email rollcall.EmailAddress) (rollcall.User, error)
	// UserByLink returns the user of any dealer whose newest link has a token with this hash: UserNotFound.
	UserByLink(ctx context.Context, hash rollcall.Hash) (rollcall.User, error)
	// Users returns every user of the dealer, the oldest first.
	Users(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.User, error)
}

// userWriter changes users in a transaction.
type userWriter interface {
	// InsertUser adds a user: DealerNotFound, ValidationFailed if another user has the address.
	InsertUser(ctx context.Context, u rollcall.User) error
	// LockUser is User; see Tx.
	LockUser(ctx context.Context, dealer rollcall.DealerID, id rollcall.UserID) (rollcall.User, error)
	// UpdateUser replaces a user by its ID, except the address: UserNotFound.
	UpdateUser(ctx context.Context, u rollcall.User) error
}

// Users returns every user of the dealer, the oldest first: DealerNotFound.
func (s *Service) Users(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.User, error) {
	if _, err := s.store.Dealer(ctx, dealer); err != nil {
		return nil, err
	}
	return s.store.Users(ctx, dealer)
}

// User returns a user: UserNotFound.
func (s *Service) User(ctx context.Context, dealer rollcall.DealerID, id rollcall.UserID) (rollcall.User, error) {
	return s.store.User(ctx, dealer, id)
}

// InviteUser adds a user and sends them a link to set their password: DealerNotFound, ValidationFailed, PermissionDenied if
// the caller's role does not include that of the new user.
func (s *Service) InviteUser(ctx context.Context, caller Caller, in rollcall.UserInput) (SentLink, error) {
	token := ""
	u, err := s.addUser(ctx, caller, in, func(u *rollcall.User) { token = s.newLink(u, rollcall.LinkInvite) })
	if err != nil {
		return SentLink{}, err
	}
	return s.sendLink(ctx, &u, token)
}

// AddUser adds a user who has no link and no password: as InviteUser.
func (s *Service) AddUser(ctx context.Context, caller Caller, in rollcall.UserInput) (rollcall.User, error) {
	return s.addUser(ctx, caller, in, func(*rollcall.User) {})
}

func (s *Service) addUser(ctx context.Context, caller Caller, in rollcall.UserInput, complete func(*rollcall.User)) (rollcall.User, error) {
	u := rollcall.User{Dealer: caller.Dealer, ID: rollcall.NewUserID(), Created: s.now()}
	if err := in.Apply(&u); err != nil {
		return rollcall.User{}, err
	}
	if err := caller.mayManage(u.Role); err != nil {
		return rollcall.User{}, err
	}
	if err := isLive(u.Dealer); err != nil {
		return rollcall.User{}, err
	}
	complete(&u)
	err := s.update(ctx, caller, func(ch *change) error {
		if err := ch.tx.InsertUser(ch.ctx, u); err != nil {
			return err
		}
		return ch.recordUser("user.created", nil, &u)
	})
	return u, err
}

// ChangeRole gives a user another role: UserNotFound, PermissionDenied if the caller's role does not include both roles,
// ValidationFailed for an unknown role, or if a user would take the dealer's last owner.
func (s *Service) ChangeRole(ctx context.Context, caller Caller, id rollcall.UserID, role string) (rollcall.User, error) {
	given, err := rollcall.ParseRole(role)
	if err == nil {
		err = caller.mayManage(given)
	}
	if err != nil {
		return rollcall.User{}, err
	}
	return s.changeUser(ctx, caller, id, "user.role_changed", func(_ *change, u *rollcall.User) error {
		u.Role = given
		return nil
	})
}

// DisableUser makes a user unable to sign in and ends their sessions, or lifts that: UserNotFound, PermissionDenied if the
// caller's role does not include that of the user, ValidationFailed if a user would take the dealer's last owner.
func (s *Service) DisableUser(ctx context.Context, caller Caller, id rollcall.UserID, disable bool) (rollcall.User, error) {
	action := "user.enabled"
	if disable {
		action = "user.disabled"
	}
	return s.changeUser(ctx, caller, id, action, func(ch *change, u *rollcall.User) error {
		switch {
		case disable == !u.Disabled.IsZero():
			return nil
		case !disable:
			u.Disabled = time.Time{}
			return nil
		}
		u.Disabled, u.Link = ch.now(), rollcall.UserLink{}
		return ch.tx.DeleteOtherSessions(ch.ctx, u.Dealer, u.ID, rollcall.Hash{})
	})
}

// ResetUser sends a user a link to set another password, and the invitation again if they have none yet: UserNotFound,
// PermissionDenied if the caller's role does not include that of the user or if the user is disabled. With withoutTOTP it
// turns their second factor off. The old password works until the link is used.
func (s *Service) ResetUser(ctx context.Context, caller Caller, id rollcall.UserID, withoutTOTP bool) (SentLink, error) {
	var token string
	u, err := s.changeUser(ctx, caller, id, "user.reset", func(_ *change, u *rollcall.User) error {
		if !u.Disabled.IsZero() {
			return &rollcall.Error{Kind: rollcall.PermissionDenied, Message: "this user is disabled; enable them first"}
		}
		token = s.newLink(u, passwordPurpose(u))
		if withoutTOTP {
			u.TOTP = rollcall.TOTP{}
		}
		return nil
	})
	if err != nil {
		return SentLink{}, err
	}
	return s.sendLink(ctx, &u, token)
}

// changeUser changes a user and writes the audit line, unless nothing changed: UserNotFound, PermissionDenied.
func (s *Service) changeUser(ctx context.Context, caller Caller, id rollcall.UserID, action string, fn func(ch *change, u *rollcall.User) error) (u rollcall.User, err error) {
	err = s.update(ctx, caller, func(ch *change) (err error) {
		if _, err = ch.tx.LockDealer(ch.ctx, caller.Dealer); err != nil { // so that two owners don't lower each other
			return asUserNotFound(err)
		}
		if u, err = ch.tx.LockUser(ch.ctx, caller.Dealer, id); err != nil {
			return err
		}
		if err := caller.mayManage(u.Role); err != nil {
			return err
		}
		before := u
		if err := fn(ch, &u); err != nil {
			return err
		}
		if err := ch.keepOwner(&before, &u); err != nil {
			return err
		}
		changed := audit.UserChanges(&before, &u)
		if len(changed) == 0 && before.Link == u.Link {
			return nil
		}
		if err := ch.tx.UpdateUser(ch.ctx, u); err != nil {
			return err
		}
		return ch.recordUser(action, &before, &u)
	})
	return u, err
}

// keepOwner returns ValidationFailed if the change of a user in the console takes the dealer's last owner who can sign in. The
// dealer is locked.
func (ch *change) keepOwner(before, after *rollcall.User) error {
	owns := func(u *rollcall.User) bool {
		return u.Role == rollcall.RoleOwner && u.Disabled.IsZero() && u.Password != ""
	}
	if ch.caller.User == "" || !owns(before) || owns(after) {
		return nil
	}
	users, err := ch.tx.Users(ch.ctx, before.Dealer)
	if err != nil {
		return err
	}
	for i := range users {
		if users[i].ID != before.ID && owns(&users[i]) {
			return nil
		}
	}
	return rollcall.InvalidField("role", rollcall.CodeLastOwner, "must stay owner: this is the last one who can sign in; make somebody else an owner first")
}

func (ch *change) recordUser(action string, before, after *rollcall.User) error {
	return ch.record(audit.Line{Action: action, Subject: string(after.ID)}, audit.UserChanges(before, after))
}

// mayManage returns PermissionDenied unless the caller is a command, or a user whose role includes the given one and who may
// manage users.
func (c Caller) mayManage(role rollcall.Role) error {
	if c.isCommand() || c.Role.Includes(rollcall.RoleOwner) && c.Role.Includes(role) {
		return nil
	}
	return &rollcall.Error{Kind: rollcall.PermissionDenied, Message: "only an owner may do this; ask an owner of your company"}
}

// asUserNotFound returns UserNotFound for DealerNotFound, and other errors as they are.
func asUserNotFound(err error) error {
	if rollcall.KindOf(err) == rollcall.DealerNotFound {
		return &rollcall.Error{Kind: rollcall.UserNotFound, Message: "user not found; list the dealer's users to find the right one"}
	}
	return err
}
