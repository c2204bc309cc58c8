package service

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"

	"example.org/rollcall/internal/rollcall"
)

// secretReader reads what is stored about the whole database: the fingerprint of the server secret, and requests to scrub.
type secretReader interface {
	// ScrubRequests returns how often RequestScrub was called since ScrubDone; 0 on an engine that needs no Scrub.
	ScrubRequests(ctx context.Context) (int64, error)
	// SecretFingerprint returns the fingerprint of the server secret, zero if none is set.
	SecretFingerprint(ctx context.Context) (rollcall.Hash, error)
}

// secretWriter changes what is stored about the whole database in a transaction.
type secretWriter interface {
	// RequestScrub records that deleted data must be overwritten by Scrub, also after a crash.
	RequestScrub(ctx context.Context) error
	// ScrubDone marks the requests as done, unless there are more by now.
	ScrubDone(ctx context.Context, requests int64) error
	// SetSecretFingerprint sets the fingerprint of the server secret.
	SetSecretFingerprint(ctx context.Context, fingerprint rollcall.Hash) error
}

// secretFingerprint returns a fingerprint of a server secret that does not reveal it.
func secretFingerprint(secret []byte) rollcall.Hash {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("rollcall secret mark"))
	return rollcall.Hash(mac.Sum(nil))
}

// HasSecret reports whether a server secret has been used with this database.
func HasSecret(ctx context.Context, store Store) (bool, error) {
	fingerprint, err := store.SecretFingerprint(ctx)
	return fingerprint != rollcall.Hash{}, err
}

// CheckSecret returns Unavailable if the first server secret is not the one of this database, since its signatures would look
// forged. It sets the secret of a new database, and replaces the stored one if that is among the older secrets.
func (s *Service) CheckSecret(ctx context.Context) error {
	first := secretFingerprint(s.opts.Secrets[0])
	stored, err := s.store.SecretFingerprint(ctx)
	if err != nil || stored == first {
		return err
	}
	return s.serverUpdate(ctx, func(ch *change) error {
		stored, err := ch.tx.SecretFingerprint(ch.ctx)
		if err != nil {
			return err
		}
		known := stored == rollcall.Hash{}
		for _, secret := range s.opts.Secrets {
			known = known || stored == secretFingerprint(secret)
		}
		if !known {
			return &rollcall.Error{
				Kind: rollcall.Unavailable,
				Message: "this server secret does not belong to this database; set ROLLCALL_SECRET or ROLLCALL_SECRET_FILE to it, " +
					"or put its file back into the data folder",
			}
		}
		return ch.tx.SetSecretFingerprint(ch.ctx, first)
	})
}
