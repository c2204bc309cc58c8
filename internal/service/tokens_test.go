package service

import (
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
)

// signingService returns a service that signs with the first secret.
func signingService(secrets ...string) *Service {
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

func TestLinksStayWhileTheirSecretIsKnown(t *testing.T) {
	old, s := signingService("first"), signingService("new", "first")
	for _, tt := range []struct {
		method rollcall.Method
		want   map[purpose]bool
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
			if tt.want[p] != (len(made) == 16) || !tt.want[p] && made != "" {
				t.Errorf("%s: tokenOf(%c) = %q, want a token: %t", tt.method, p, made, tt.want[p])
			}
			if got := s.tokenOf(p, &v); got != made {
				t.Errorf("%s: tokenOf(%c) with a newer secret first = %q, want %q", tt.method, p, got, made)
			}
		}
		if s.setLinks(&v) {
			t.Errorf("%s: setLinks changed links of a known secret", tt.method)
		}
		if changed := signingService("other").setLinks(&v); changed != (tt.want != nil) {
			t.Errorf("%s: setLinks without the old secret changed links: %t, want %t", tt.method, changed, tt.want != nil)
		}
	}
	v := rollcall.Validation{Dealer: someDealer, ID: someValidation, Method: rollcall.Email}
	if s.setLinks(&v); s.tokenOf(purposePage, &v) == s.tokenOf(purposeUnsubscribe, &v) {
		t.Error("the page and unsubscribe links have the same token, want different ones")
	}
	if New(nil, nil, Options{}).setLinks(&v) {
		t.Error("setLinks without a secret changed links, want no change")
	}
}

// TestMalformedTokensAreNotFound checks that a malformed token is refused without the store, which is nil here.
func TestMalformedTokensAreNotFound(t *testing.T) {
	s := signingService("secret")
	for _, given := range []string{
		"", "AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAA/", "AAAAAAAAAAAAAAA\n", "AAAAAAAAAAAA\nAAAA",
		"AAAAAAAAAAAAAAA\x00", strings.Repeat("A", 1<<20),
	} {
		if _, err := s.openToken(t.Context(), purposePage, given); err == nil || rollcall.KindOf(err) != rollcall.LinkNotFound {
			t.Errorf("openToken(%.20q) = %v, want LinkNotFound", given, err)
		}
	}
}
