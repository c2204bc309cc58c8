package rollcall

import (
	"strings"
	"testing"
)

// keeper returns a service that signs with the first of the secrets.
func keeper(secrets ...string) *Service {
	var all [][]byte
	for _, s := range secrets {
		all = append(all, []byte(s))
	}
	return New(nil, nil, Options{Secrets: all, PublicURL: "https://rollcall.example.org/"})
}

const (
	someDealer     DealerID     = "dealer_01jgx0v3kzfq8b4r2m6n5t7w9y"
	someValidation ValidationID = "val_7zzzzzzzzzzzzzzzzzzzzzzzzz"
)

func TestTokens(t *testing.T) {
	s := keeper("first")
	token, ok := s.token(purposePage, someDealer, someValidation)
	if !ok || len(token) != 59 {
		t.Fatalf("token %q, %v, want 59 characters", token, ok)
	}
	dealer, id, err := s.openToken(purposePage, token)
	if err != nil || dealer != someDealer || id != someValidation {
		t.Errorf("it opens %s %s, %v", dealer, id, err)
	}
	if _, _, err := keeper("new", "first").openToken(purposePage, token); err != nil {
		t.Errorf("an older secret no longer checks: %v", err)
	}
	if again, _ := keeper("first", "older").token(purposePage, someDealer, someValidation); again != token {
		t.Errorf("the second time it is %s, want %s", again, token)
	}
	refused := map[string]string{
		"empty": "", "cut": token[:58], "longer": token + "A", "padded": token + "=", "another sum": token[:58] + flip(token[58:]),
		"another dealer": flip(token[:1]) + token[1:], "another validation": token[:40] + flip(token[40:41]) + token[41:],
		"nonsense": strings.Repeat("/", 59), "huge": strings.Repeat("A", 1<<20),
	}
	refused["loose bits"] = token[:58] + string(token[58]+1)
	for name, bad := range refused {
		if _, _, err := s.openToken(purposePage, bad); err == nil || KindOf(err) != LinkNotFound {
			t.Errorf("%s: %v, want LinkNotFound", name, err)
		}
	}
	if _, _, err := s.openUnsubscribe(token); err == nil {
		t.Error("the link of a page ends e-mails")
	}
	if _, _, err := keeper("second").openToken(purposePage, token); err == nil {
		t.Error("another server's token is good here")
	}
}

// flip returns another character of base64.
func flip(s string) string {
	if s == "A" {
		return "Q"
	}
	return "A"
}

func TestTokensOfOthersAreRefused(t *testing.T) {
	s := keeper("secret")
	for _, id := range []string{"", "v", "val_1", "val_8zzzzzzzzzzzzzzzzzzzzzzzzz", "val_7zzzzzzzzzzzzzzzzzzzzzzzzu", "val_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"} {
		if token, ok := s.token(purposePage, someDealer, ValidationID(id)); ok {
			t.Errorf("%q has the token %q", id, token)
		}
	}
	if _, ok := New(nil, nil, Options{}).token(purposePage, someDealer, someValidation); ok {
		t.Error("there is a token without a secret")
	}
}

func TestCodes(t *testing.T) {
	s := keeper("new", "old")
	seen := map[string]bool{}
	for range 1000 {
		v := Validation{Dealer: someDealer, ID: NewValidationID()}
		now, before := code(s.opts.Secrets[0], &v), code(s.opts.Secrets[1], &v)
		if len(now) != 6 || !s.hasCode(&v, now) || !s.hasCode(&v, before) || s.hasCode(&v, "") || s.hasCode(&v, now[:5]) {
			t.Fatalf("codes %q and %q", now, before)
		}
		seen[now] = true
	}
	if len(seen) < 990 {
		t.Errorf("only %d of 1000 codes differ", len(seen))
	}
}
