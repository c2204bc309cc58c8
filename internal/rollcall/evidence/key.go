package evidence

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// keyPurpose is the purpose for which the key is derived from the server secret. A key for anything else has another.
const keyPurpose = "rollcall evidence key"

// SigningKey returns the key with which a server secret signs evidence.
func SigningKey(secret []byte) (ed25519.PrivateKey, error) {
	seed, err := hkdf.Key(sha256.New, secret, nil, keyPurpose, ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// PublicKey is the public half of a key, as the file has it and commands print it.
type PublicKey string

const keyPrefix = "ed25519:"

// PublicOf returns the public half of a key.
func PublicOf(key ed25519.PrivateKey) PublicKey {
	return PublicKey(keyPrefix + base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey)))
}

// ParseKey reads a PublicKey.
func ParseKey(text string) (PublicKey, bool) {
	key := PublicKey(strings.TrimSpace(text))
	_, ok := key.bytes()
	return key, ok
}

func (k PublicKey) bytes() (ed25519.PublicKey, bool) {
	text, ok := strings.CutPrefix(string(k), keyPrefix)
	key, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return key, ok && err == nil && len(key) == ed25519.PublicKeySize
}
