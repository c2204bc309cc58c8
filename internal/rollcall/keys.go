package rollcall

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"slices"
	"strings"
	"time"
)

const (
	base62     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	livePrefix = "rk_live_"
	testPrefix = "rk_test_" // as long as livePrefix
	keyRandom  = 30         // characters, 178 bits
	keySum     = 6          // characters, enough for 32 bits
	keyBody    = len(livePrefix) + keyRandom
)

// KeyHash is the SHA-256 of an API key, which is all that is stored of it. A fast hash is enough, because keys are random
// and too long to guess.
type KeyHash [sha256.Size]byte

// NewAPIKey returns a new secret key: rk_live_ or rk_test_, 30 random base62 characters, and 6 base62 characters with the
// CRC-32 (IEEE) of everything before them.
func NewAPIKey(test bool) string {
	prefix := livePrefix
	if test {
		prefix = testPrefix
	}
	key := append(make([]byte, 0, keyBody+keySum), prefix...)
	var random [keyRandom]byte
	for len(key) < keyBody {
		rand.Read(random[:])
		for _, r := range random {
			// Larger bytes would make some characters more likely than others.
			if len(key) < keyBody && r < 256/62*62 {
				key = append(key, base62[r%62])
			}
		}
	}
	sum := keyChecksum(key)
	return string(append(key, sum[:]...))
}

// ParseAPIKey returns the hash of a well-formed API key, and false for other texts. The checksum finds typing errors without
// a query to the database; it does not prove that a server issued the key.
func ParseAPIKey(s string) (KeyHash, bool) {
	if len(s) != keyBody+keySum || !strings.HasPrefix(s, livePrefix) && !strings.HasPrefix(s, testPrefix) {
		return KeyHash{}, false
	}
	key := []byte(s)
	for _, c := range key[len(livePrefix):keyBody] {
		if !isAlphanumeric(c) {
			return KeyHash{}, false
		}
	}
	if sum := keyChecksum(key[:keyBody]); !bytes.Equal(key[keyBody:], sum[:]) {
		return KeyHash{}, false
	}
	return sha256.Sum256(key), true
}

func keyChecksum(body []byte) (sum [keySum]byte) {
	n := crc32.ChecksumIEEE(body)
	for i := keySum - 1; i >= 0; i-- {
		sum[i] = base62[n%62]
		n /= 62
	}
	return sum
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// Scope is one thing that a key may do. To write does not include to read.
type Scope string

// The scopes. ScopeAll stands for all scopes, including those of later versions.
const (
	ScopeSitesRead        Scope = "sites:read"
	ScopeSitesWrite       Scope = "sites:write"
	ScopeContactsRead     Scope = "contacts:read"
	ScopeContactsWrite    Scope = "contacts:write"
	ScopeValidationsRead  Scope = "validations:read"
	ScopeValidationsWrite Scope = "validations:write"
	ScopeEventsRead       Scope = "events:read"
	ScopeAuditRead        Scope = "audit:read"
	ScopePrivacyWrite     Scope = "privacy:write"
	ScopeSettingsWrite    Scope = "settings:write"
	ScopeAll              Scope = "*"
)

// Scopes are the permissions of a key, without duplicates, in the order of their declaration.
type Scopes []Scope

// KnownScopes returns every scope.
func KnownScopes() Scopes {
	return Scopes{
		ScopeSitesRead, ScopeSitesWrite, ScopeContactsRead, ScopeContactsWrite, ScopeValidationsRead,
		ScopeValidationsWrite, ScopeEventsRead, ScopeAuditRead, ScopePrivacyWrite, ScopeSettingsWrite, ScopeAll,
	}
}

// ParseScopes reads a list of scopes in any order, separated by commas or white space: ValidationFailed for the field
// scopes if one is unknown or the list is empty.
func ParseScopes(s string) (Scopes, error) {
	scopes, e := parseScopes(s)
	if e != nil {
		return nil, InvalidField("scopes", e.Code, e.Message)
	}
	return scopes, nil
}

func parseScopes(s string) (Scopes, *FieldError) {
	words := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) })
	known := KnownScopes()
	unknown := func(word string) bool { return !slices.Contains(known, Scope(word)) }
	if len(words) == 0 || slices.ContainsFunc(words, unknown) {
		return nil, invalid("must be one or more of " + known.String())
	}
	absent := func(scope Scope) bool { return !slices.Contains(words, string(scope)) }
	return slices.DeleteFunc(known, absent), nil
}

// Allow reports whether s contains the scope or ScopeAll.
func (s Scopes) Allow(scope Scope) bool {
	for _, has := range s {
		if has == scope || has == ScopeAll {
			return true
		}
	}
	return false
}

// String returns the scopes separated by commas.
func (s Scopes) String() string {
	var b strings.Builder
	for i, scope := range s {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(scope))
	}
	return b.String()
}

// Key is an API key, with which a program acts for a dealer. The secret itself is shown once and not stored.
type Key struct {
	Dealer   DealerID
	ID       KeyID
	Name     string // what the key is for; may be empty
	Hash     KeyHash
	Scopes   Scopes
	Test     bool       // it works in the dealer's sandbox
	Limit    *RateLimit // nil: the limit of the server
	Created  time.Time
	Expires  time.Time // zero: never
	LastUsed time.Time // to the minute; zero: never
	Revoked  time.Time // zero: not revoked

	DealerSuspended time.Time // when the dealer was suspended; zero: not suspended
}

// KeyInput describes a new key.
type KeyInput struct {
	ID      KeyID // of NewKeyID; empty: a new one
	Name    string
	Scopes  string        // a list for ParseScopes
	Test    bool          // true: it works in the dealer's sandbox
	Expires time.Duration // from now; zero: never
	Rate    Field[int]    // calls a minute; 0: no limit; absent: the limit of the server
	Burst   Field[int]    // calls at once, only with a Rate above 0; absent: the calls of five seconds
}

// Apply checks the input and sets it on k, which was created at k.Created: ValidationFailed.
func (in *KeyInput) Apply(k *Key) error {
	var bad fieldErrors
	var e *FieldError
	k.Name, e = checkLine(in.Name, 0, nameMax)
	bad.add("name", e)
	scopes, e := parseScopes(in.Scopes)
	bad.add("scopes", e)
	if in.Expires < 0 {
		bad.add("expires", invalid("must be in the future"))
	}
	if in.Expires > 0 {
		k.Expires = k.Created.Add(in.Expires)
	}
	k.Scopes, k.Test, k.Limit = scopes, in.Test, bad.rateLimit(in.Rate, in.Burst)
	return bad.err()
}

// NoAPIKey returns the error for a request without a valid API key.
func NoAPIKey() *Error {
	return &Error{
		Kind:    InvalidAPIKey,
		Message: "send a valid key as Authorization: Bearer rk_live_…; ask the operator of this server for one",
	}
}
