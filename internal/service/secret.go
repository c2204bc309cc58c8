package service

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"

	"example.org/rollcall/internal/rollcall"
)

// secretReader reads the marks of the whole database: the secret that signs, and what is left to scrub.
type secretReader interface {
	// ScrubRequests returns how often RequestScrub was called since ScrubDone; 0 on an engine that needs no Scrub.
	ScrubRequests(ctx context.Context) (int64, error)
	// SecretFingerprint returns what SetSecretFingerprint set, zero where nothing was.
	SecretFingerprint(ctx context.Context) (rollcall.Hash, error)
}

// secretWriter changes the marks of the whole database: the secret that signs, and what is left to scrub in a transaction.
type secretWriter interface {
	// RequestScrub notes, so that it survives a crash, that something was removed which Scrub must overwrite.
	RequestScrub(ctx context.Context) error
	// ScrubDone takes that back, unless ScrubRequests is another number by now.
	ScrubDone(ctx context.Context, unclean int64) error
	// SetSecretFingerprint sets the mark of the server secret that signs.
	SetSecretFingerprint(ctx context.Context, mark rollcall.Hash) error
}

// markOf returns what tells a server secret without giving it away.
func markOf(secret []byte) rollcall.Hash {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("rollcall secret mark"))
	return rollcall.Hash(mac.Sum(nil))
}

// HasSecret reports whether some server secret has signed in this database.
func HasSecret(ctx context.Context, store Store) (bool, error) {
	mark, err := store.SecretFingerprint(ctx)
	return mark != rollcall.Hash{}, err
}

// CheckSecret makes sure that the server secret is the one of this database: Unavailable where another one has signed
// here, since what it signs would look forged to all others. The first that comes is taken, and so is a new one that comes
// with the old one behind it.
func (s *Service) CheckSecret(ctx context.Context) error {
	signs := markOf(s.opts.Secrets[0])
	mark, err := s.store.SecretFingerprint(ctx)
	if err != nil || mark == signs {
		return err
	}
	return s.serverUpdate(ctx, func(ch *change) error {
		mark, err := ch.tx.SecretFingerprint(ch.ctx)
		if err != nil {
			return err
		}
		known := mark == rollcall.Hash{}
		for _, secret := range s.opts.Secrets {
			known = known || mark == markOf(secret)
		}
		if !known {
			return &rollcall.Error{
				Kind: rollcall.Unavailable,
				Message: "this server secret does not belong to this database; set ROLLCALL_SECRET or ROLLCALL_SECRET_FILE to it, " +
					"or put its file back into the data folder",
			}
		}
		return ch.tx.SetSecretFingerprint(ch.ctx, signs)
	})
}
