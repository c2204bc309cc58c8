package service

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"

	"golang.org/x/crypto/chacha20poly1305"
)

// Purposes of sealed data. What was sealed for one can't be opened for another.
const (
	sealTOTP    = "rollcall totp secret"    // in the database
	sealWebhook = "rollcall webhook secret" // in the database
)

// sealer returns the cipher of a purpose, with a key derived from a server secret.
func sealer(secret []byte, purpose string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, purpose, chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.NewX(key)
}

// Seal encrypts data for a purpose with the server secret. Whoever has the result can neither read nor change it.
func (s *Service) Seal(purpose string, data []byte) ([]byte, error) {
	aead, err := sealer(s.opts.Secrets[0], purpose)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(data)+aead.Overhead())
	_, _ = rand.Read(nonce) // never fails
	return aead.Seal(nonce, nonce, data, nil), nil
}

// Unseal decrypts what Seal returned for the same purpose, with any known server secret, and false for anything else.
func (s *Service) Unseal(purpose string, sealed []byte) ([]byte, bool) {
	for _, secret := range s.opts.Secrets {
		aead, err := sealer(secret, purpose)
		if err != nil || len(sealed) < aead.NonceSize() {
			return nil, false
		}
		if data, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], nil); err == nil {
			return data, true
		}
	}
	return nil, false
}
