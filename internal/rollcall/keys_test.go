package rollcall

import (
	"crypto/sha256"
	"errors"
	"math"
	"strings"
	"testing"
)

func TestNewAPIKey(t *testing.T) {
	for _, tt := range []struct {
		test   bool
		prefix string
	}{
		{false, "rk_live_"},
		{true, "rk_test_"},
	} {
		key := NewAPIKey(tt.test)
		if !strings.HasPrefix(key, tt.prefix) || len(key) != 44 {
			t.Errorf("NewAPIKey(%v) = %q, want %s and 36 more characters", tt.test, key, tt.prefix)
		}
		if hash, ok := ParseAPIKey(key); !ok || hash != sha256.Sum256([]byte(key)) {
			t.Errorf("ParseAPIKey(%q) = %x, %v, want its SHA-256", key, hash, ok)
		}
	}
}

func TestNewAPIKeyIsRandom(t *testing.T) {
	const keys = 20_000
	seen := make(map[string]bool, keys)
	counts := make(map[rune]float64)
	for range keys {
		key := NewAPIKey(false)
		if seen[key] {
			t.Fatal("NewAPIKey returned the same key twice")
		}
		seen[key] = true
		for _, r := range key[len(livePrefix):keyBody] {
			counts[r]++
		}
	}
	// Bytes taken modulo 62 would make eight of the characters a quarter more frequent than the others.
	want := float64(keys*keyRandom) / 62
	for _, r := range base62 {
		if math.Abs(counts[r]-want) > 8*math.Sqrt(want) {
			t.Errorf("%c occurs %v times, want about %v", r, counts[r], want)
		}
	}
}

func TestParseAPIKeyRefuses(t *testing.T) {
	const good = "rk_live_0123456789ABCDEFGHIJKLMNOPQRST1mbubQ"
	if _, ok := ParseAPIKey(good); !ok {
		t.Fatalf("ParseAPIKey refused %q", good)
	}
	for _, tt := range []string{
		"",
		"rk_live_",
		good[:43],
		good + "0",
		" " + good[:43],
		"rk_test_" + good[8:],
		"rk_demo_" + good[8:],
		"RK_LIVE_" + good[8:],
		good[:20] + "_" + good[21:],
		good[:20] + "ü" + good[22:],
		good[:12] + good[13:14] + good[12:13] + good[14:],
		good[:43] + "_",
		strings.ToLower(good),
		strings.Repeat("x", 44),
	} {
		if hash, ok := ParseAPIKey(tt); ok || hash != (KeyHash{}) {
			t.Errorf("ParseAPIKey(%q) accepted it", tt)
		}
	}
	for i := range len(good) {
		for _, c := range []byte(base62) {
			if typo := good[:i] + string(c) + good[i+1:]; typo != good {
				if _, ok := ParseAPIKey(typo); ok {
					t.Errorf("ParseAPIKey(%q) accepted it", typo)
				}
			}
		}
	}
}

func TestParseAPIKeyChecksAlphabet(t *testing.T) {
	body := livePrefix + strings.Repeat("-", keyRandom)
	sum := keyChecksum([]byte(body))
	if _, ok := ParseAPIKey(body + string(sum[:])); ok {
		t.Error("ParseAPIKey accepted a key with other characters")
	}
}

func TestParseScopes(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"*", "*"},
		{"contacts:read", "contacts:read"},
		{"validations:write contacts:write,sites:read", "sites:read,contacts:write,validations:write"},
		{" contacts:read,\n contacts:read,, ", "contacts:read"},
		{"*,sites:write", "sites:write,*"},
	} {
		got, err := ParseScopes(tt.in)
		if err != nil || got.String() != tt.want {
			t.Errorf("ParseScopes(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
		again, err := ParseScopes(got.String())
		if err != nil || again.String() != tt.want {
			t.Errorf("ParseScopes(%q) = %q, %v", got, again, err)
		}
	}
}

func TestParseScopesRefuses(t *testing.T) {
	for _, in := range []string{"", " , ", "contacts", "contacts:read,contacts:all", "Contacts:Read", "contacts:read;*", "**"} {
		got, err := ParseScopes(in)
		var e *Error
		if !errors.As(err, &e) || got != nil {
			t.Errorf("ParseScopes(%q) = %v, %v, want an *Error", in, got, err)
			continue
		}
		want := "scopes: must be one or more of sites:read,sites:write,contacts:read,contacts:write,validations:read,validations:write,events:read,audit:read,privacy:write,settings:write,*"
		if e.Kind != ValidationFailed || e.Field != "scopes" || len(e.Details) != 1 || e.Message != want {
			t.Errorf("ParseScopes(%q) = %+v, want %s", in, e, want)
		}
	}
}

func TestScopesAllow(t *testing.T) {
	for _, tt := range []struct {
		scopes Scopes
		ask    Scope
		want   bool
	}{
		{nil, ScopeSitesRead, false},
		{Scopes{ScopeSitesRead}, ScopeSitesRead, true},
		{Scopes{ScopeSitesRead, ScopeContactsWrite}, ScopeContactsWrite, true},
		{Scopes{ScopeContactsWrite}, ScopeContactsRead, false},
		{Scopes{ScopeContactsRead}, ScopeContactsWrite, false},
		{Scopes{ScopeAll}, ScopeValidationsWrite, true},
		{Scopes{ScopeAll}, "audit:read", true},
		{Scopes{ScopeSitesRead}, ScopeAll, false},
	} {
		if got := tt.scopes.Allow(tt.ask); got != tt.want {
			t.Errorf("Allow: %q allows %q = %v, want %v", tt.scopes, tt.ask, got, tt.want)
		}
	}
}

func FuzzAPIKey(f *testing.F) {
	f.Add("")
	f.Add("rk_live_")
	f.Add(NewAPIKey(false))
	f.Add(NewAPIKey(true))
	f.Add(strings.ToUpper(NewAPIKey(false)))
	f.Add(NewAPIKey(false)[:43] + "\x00")
	f.Add("rk_test_" + strings.Repeat("ü", 18))
	f.Fuzz(func(t *testing.T, s string) {
		hash, ok := ParseAPIKey(s)
		if !ok {
			if hash != (KeyHash{}) {
				t.Errorf("ParseAPIKey(%q) refused it but returned a hash", s)
			}
			return
		}
		prefixed := strings.HasPrefix(s, livePrefix) || strings.HasPrefix(s, testPrefix)
		if !prefixed || len(s) != 44 || strings.Trim(s[8:], base62) != "" || hash != sha256.Sum256([]byte(s)) {
			t.Errorf("ParseAPIKey accepted %q", s)
		}
	})
}

func BenchmarkParseAPIKey(b *testing.B) {
	key := NewAPIKey(false)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := ParseAPIKey(key); !ok {
			b.Fatal("refused")
		}
	}
}
