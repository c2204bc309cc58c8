package service

import (
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
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
	someDealer     rollcall.DealerID     = "dealer_01jgx0v3kzfq8b4r2m6n5t7w9y"
	someValidation rollcall.ValidationID = "val_7zzzzzzzzzzzzzzzzzzzzzzzzz"
)

func TestTokens(t *testing.T) {
	old, s := keeper("first"), keeper("new", "first")
	for _, tt := range []struct {
		method rollcall.Method
		of     map[purpose]bool
	}{
		{rollcall.SMS, map[purpose]bool{purposePage: true}},
		{rollcall.Email, map[purpose]bool{purposePage: true, purposeUnsubscribe: true}},
		{rollcall.Call, nil},
		{rollcall.Attestation, nil},
	} {
		v := rollcall.Validation{Dealer: someDealer, ID: someValidation, Method: tt.method}
		old.setLinks(&v)
		for _, p := range []purpose{purposePage, purposeUnsubscribe} {
			made := old.tokenOf(p, &v)
			if tt.of[p] != (len(made) == 16) || !tt.of[p] && made != "" {
				t.Errorf("%s: token %c is %q, want one: %t", tt.method, p, made, tt.of[p])
			}
			if got := s.tokenOf(p, &v); got != made {
				t.Errorf("%s: with a new secret before it the token is %q, want %q", tt.method, got, made)
			}
		}
		if s.setLinks(&v) {
			t.Errorf("%s: a new secret replaces the link while the old one is known", tt.method)
		}
		if changed := keeper("other").setLinks(&v); changed != (tt.of != nil) {
			t.Errorf("%s: once the secret is gone the links are new: %t", tt.method, changed)
		}
	}
	v := rollcall.Validation{Dealer: someDealer, ID: someValidation, Method: rollcall.Email}
	if s.setLinks(&v); s.tokenOf(purposePage, &v) == s.tokenOf(purposeUnsubscribe, &v) {
		t.Error("the link of a page ends e-mails")
	}
	if New(nil, nil, Options{}).setLinks(&v) {
		t.Error("there is a token without a secret")
	}
}

// TestNoToken holds that what can be no token of ours never reaches the database, of which this service has none.
func TestNoToken(t *testing.T) {
	s := keeper("secret")
	for _, given := range []string{
		"", "AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAA/", "AAAAAAAAAAAAAAA\n", "AAAAAAAAAAAA\nAAAA",
		"AAAAAAAAAAAAAAA\x00", strings.Repeat("A", 1<<20),
	} {
		if _, err := s.openToken(t.Context(), purposePage, given); err == nil || rollcall.KindOf(err) != rollcall.LinkNotFound {
			t.Errorf("openToken(%.20q) = %v, want LinkNotFound", given, err)
		}
	}
}
