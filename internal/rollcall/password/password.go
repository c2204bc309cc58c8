// Package password hashes the passwords of users with argon2id (RFC 9106).
package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The parameters of new hashes. They are stored with each hash, so that they can be raised later.
const (
	memory  = 19 << 10 // KiB
	passes  = 2
	threads = 1
	saltLen = 16 // bytes
	sumLen  = 32 // bytes

	maxMemory = 1 << 20 // KiB, of a stored hash: a larger one was not written by Rollcall
	maxPasses = 64
)

// parameters are those of one hash.
type parameters struct {
	memory, passes uint32
	threads        uint8
	salt, sum      []byte
}

// Hash returns a salted hash of a password with its parameters, as text. It takes tens of milliseconds and 19 MiB.
func Hash(password string) string {
	p := parameters{memory: memory, passes: passes, threads: threads, salt: make([]byte, saltLen)}
	_, _ = rand.Read(p.salt) // never fails
	p.sum = argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.threads, sumLen)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.threads, encode(p.salt), encode(p.sum))
}

// Verify reports whether the hash is one of the password. It returns false for a text that Hash did not return.
func Verify(hash, password string) bool {
	p, ok := parse(hash)
	if !ok {
		return false
	}
	sum := argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.threads, uint32(len(p.sum)))
	return subtle.ConstantTimeCompare(sum, p.sum) == 1
}

func parse(hash string) (p parameters, ok bool) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.threads); err != nil {
		return p, false
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	sum, sumErr := base64.RawStdEncoding.DecodeString(parts[5])
	p.salt, p.sum = salt, sum
	sane := p.memory >= 1 && p.memory <= maxMemory && p.passes >= 1 && p.passes <= maxPasses && p.threads >= 1
	return p, sane && saltErr == nil && sumErr == nil && len(salt) > 0 && len(sum) >= 16
}
