package service

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/message"
)

// The links of users.
const (
	userLinkPath  = "/console/link/"
	userLinkBytes = 24 // random

	inviteLife = 7 * day
	resetLife  = time.Hour
	signInLife = day

	mailInterval = 5 * time.Minute // between two e-mails to a user that strangers can ask for
)

// SentLink is a new link of a user.
type SentLink struct {
	User  rollcall.User
	Sent  bool   // it was sent by e-mail
	URL   string // unless it was sent; without the address of the server if that is not known
	Error string // why it was not sent; empty: no provider sends e-mail
}

// newLink gives a user a new link instead of the last one, and returns its token. Only the hash of the token is stored.
func (s *Service) newLink(u *rollcall.User, purpose rollcall.LinkPurpose) (token string) {
	random := make([]byte, userLinkBytes)
	_, _ = rand.Read(random) // never fails
	token = base64.RawURLEncoding.EncodeToString(random)
	u.Link = rollcall.UserLink{Purpose: purpose, Hash: hashOfToken(token), Expires: s.now().Add(linkLife(purpose))}
	return token
}

// linkLife returns how long a new link works.
func linkLife(purpose rollcall.LinkPurpose) time.Duration {
	switch purpose {
	case rollcall.LinkInvite:
		return inviteLife
	case rollcall.LinkReset:
		return resetLife
	}
	return signInLife
}

// passwordPurpose returns the purpose of a link by which the user sets a password.
func passwordPurpose(u *rollcall.User) rollcall.LinkPurpose {
	if u.Password == "" {
		return rollcall.LinkInvite
	}
	return rollcall.LinkReset
}

// sendLink sends the user's newest link by e-mail. A link that can't be sent is returned instead.
func (s *Service) sendLink(ctx context.Context, u *rollcall.User, token string) (SentLink, error) {
	link := SentLink{User: *u, URL: s.opts.PublicURL + userLinkPath + token}
	if _, ok := s.delivery.Route("", rollcall.Email); !ok || s.opts.PublicURL == "" {
		return link, nil
	}
	dealer, err := displayedDealer(ctx, s.store, u.Dealer)
	if err != nil {
		return SentLink{}, err
	}
	texts := message.In(dealer.Language)
	mail := texts.UserMail(u.Link.Purpose == rollcall.LinkInvite, message.UserLink{Dealer: dealer.Name, Name: u.Name, URL: link.URL})
	_, err = s.delivery.Send(ctx, rollcall.Message{
		Dealer: u.Dealer, Validation: rollcall.NewValidationID(), Method: rollcall.Email, To: string(u.Email), Language: texts.Language,
		From: dealer.Name, Subject: mail.Subject, Text: mail.Text, Button: mail.Button, Link: link.URL, Words: "user " + string(u.Link.Purpose),
	})
	var refused *rollcall.DeliveryError
	switch {
	case err == nil:
		return SentLink{User: *u, Sent: true}, nil
	case errors.As(err, &refused):
		link.Error = refused.Reason
	default:
		link.Error = "the provider did not answer"
	}
	s.log.LogAttrs(ctx, slog.LevelWarn, "sending a link to a user failed", slog.String("dealer_id", string(u.Dealer)),
		slog.String("user_id", string(u.ID)), slog.String("purpose", string(u.Link.Purpose)), slog.String("error", link.Error))
	return link, nil
}

// sentLately reports whether the user's newest link is so new that its e-mail may still be on its way.
func (s *Service) sentLately(u *rollcall.User) bool {
	return u.Link.Purpose == passwordPurpose(u) && s.now().Before(u.Link.Expires.Add(mailInterval-linkLife(u.Link.Purpose)))
}

// ForgotPassword sends a link to set another password to the user with this address, if there is one who may sign in and who was
// sent none within five minutes. So that nobody learns who has an account, it returns nil in any case but a fault, and before the
// message is sent. Wait waits for the message.
func (s *Service) ForgotPassword(ctx context.Context, email string) error {
	found, err := s.store.UserByEmail(ctx, rollcall.EmailAddress(email))
	if err != nil || !found.MaySignIn() {
		if err != nil && rollcall.KindOf(err) != rollcall.UserNotFound {
			return err
		}
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	s.messages.Go(func() {
		var u rollcall.User
		var token string
		err := s.update(ctx, server(found.Dealer), func(ch *change) (err error) {
			if u, err = ch.tx.LockUser(ch.ctx, found.Dealer, found.ID); err != nil || !u.MaySignIn() {
				return err
			}
			token = ""
			if s.sentLately(&u) {
				return nil
			}
			token = s.newLink(&u, passwordPurpose(&u))
			return ch.tx.UpdateUser(ch.ctx, u)
		})
		if err == nil && token != "" {
			_, err = s.sendLink(ctx, &u, token)
		}
		if err != nil {
			s.log.LogAttrs(ctx, slog.LevelWarn, "a forgotten password can't be reset", slog.String("dealer_id", string(found.Dealer)),
				slog.String("user_id", string(found.ID)), slog.String("error", err.Error()))
		}
	})
	return nil
}

// Wait waits for messages to users that are being sent.
func (s *Service) Wait() { s.messages.Wait() }

// NewSignInLink returns the path of a link by which a user signs in once without a password, within a day: UserNotFound.
func (s *Service) NewSignInLink(ctx context.Context, dealer rollcall.DealerID, id rollcall.UserID) (path string, err error) {
	err = s.update(ctx, Caller{Dealer: dealer}, func(ch *change) error {
		u, err := ch.tx.LockUser(ch.ctx, dealer, id)
		if err != nil {
			return err
		}
		path = userLinkPath + s.newLink(&u, rollcall.LinkSignIn)
		return ch.tx.UpdateUser(ch.ctx, u)
	})
	return path, err
}

// UserOfLink returns the user of a link that still works: LinkNotFound.
func (s *Service) UserOfLink(ctx context.Context, token string) (rollcall.User, error) {
	return s.openUserLink(ctx, s.store, token)
}

func (s *Service) openUserLink(ctx context.Context, r Reader, token string) (rollcall.User, error) {
	u, err := r.UserByLink(ctx, hashOfToken(token))
	switch {
	case err == nil && (!u.MaySignIn() || !s.now().Before(u.Link.Expires)), rollcall.KindOf(err) == rollcall.UserNotFound:
		return rollcall.User{}, linkNotFound()
	}
	return u, err
}

// UsePasswordLink sets the password of the user of a link and ends their sessions: LinkNotFound if the link does not work or is
// for something else, ValidationFailed for the password. The link works once.
func (s *Service) UsePasswordLink(ctx context.Context, token, password string) (rollcall.User, error) {
	u, err := s.openUserLink(ctx, s.store, token)
	if err == nil && u.Link.Purpose == rollcall.LinkSignIn {
		err = linkNotFound()
	}
	if err == nil {
		err = rollcall.CheckPassword(password, &u)
	}
	if err != nil {
		return rollcall.User{}, err
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return rollcall.User{}, err
	}
	return s.useLink(ctx, token, func(ch *change, u *rollcall.User) error {
		u.Password = hash
		if err := ch.tx.DeleteOtherSessions(ch.ctx, u.Dealer, u.ID, rollcall.Hash{}); err != nil {
			return err
		}
		return ch.recordUser("user.password_changed", u, u)
	})
}

// UseSignInLink uses up a link by which a user signs in: LinkNotFound.
func (s *Service) UseSignInLink(ctx context.Context, token string) (rollcall.User, error) {
	return s.useLink(ctx, token, func(_ *change, u *rollcall.User) error {
		if u.Link.Purpose != rollcall.LinkSignIn {
			return linkNotFound()
		}
		return nil
	})
}

// useLink uses up the link of a user: LinkNotFound.
func (s *Service) useLink(ctx context.Context, token string, fn func(ch *change, u *rollcall.User) error) (rollcall.User, error) {
	found, err := s.openUserLink(ctx, s.store, token)
	if err != nil {
		return rollcall.User{}, err
	}
	var u rollcall.User
	err = s.update(ctx, Caller{Dealer: found.Dealer, User: found.ID}, func(ch *change) (err error) {
		if u, err = ch.tx.LockUser(ch.ctx, found.Dealer, found.ID); err != nil {
			return err
		}
		if u.Link != found.Link || !u.MaySignIn() {
			return linkNotFound()
		}
		if err := fn(ch, &u); err != nil {
			return err
		}
		u.Link = rollcall.UserLink{}
		return ch.tx.UpdateUser(ch.ctx, u)
	})
	return u, err
}
