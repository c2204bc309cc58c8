package service

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"example.org/rollcall/internal/rollcall"
)

// purpose is what a token opens.
type purpose byte

const (
	purposePage        purpose = 'c' // the page where the person answers
	purposeUnsubscribe purpose = 'u' // the end of e-mails
)

// A token is short, since a text message has little room: 96 bits, which are 16 characters.
const (
	tokenMAC  = 12 // bytes
	tokenSize = 16 // characters
)

// linkPath is where the pages of tokens are.
const linkPath = "/c/"

// token returns what stands at the end of a link: a part of an HMAC over the validation's identifier by a server secret,
// so that nothing that opens anything is kept.
func token(secret []byte, p purpose, v *rollcall.Validation) string {
	mac := secretSum(secret, "rollcall link\x00"+string(rune(p)), v.Dealer, v.ID)
	return base64.RawURLEncoding.EncodeToString(mac[:tokenMAC])
}

// hashOfToken returns what is kept of a token, to find its validation by.
func hashOfToken(token string) rollcall.Hash { return sha256.Sum256([]byte(token)) }

// tokenHash returns where a validation keeps the hash of its token, nil for a purpose that it has none for.
func tokenHash(v *rollcall.Validation, p purpose) *rollcall.Hash {
	switch {
	case p == purposePage && (v.Method == rollcall.SMS || v.Method == rollcall.Email):
		return &v.LinkHash
	case p == purposeUnsubscribe && v.Method == rollcall.Email:
		return &v.UnsubscribeHash
	}
	return nil
}

// setLinks gives a validation its links, and reports whether they are new. Those of any secret that is still known stay, so
// that a message which is sent again has the same link.
func (s *Service) setLinks(v *rollcall.Validation) (changed bool) {
	for _, p := range []purpose{purposePage, purposeUnsubscribe} {
		hash := tokenHash(v, p)
		if hash == nil || s.tokenOf(p, v) != "" || len(s.opts.Secrets) == 0 {
			continue
		}
		*hash, changed = hashOfToken(token(s.opts.Secrets[0], p, v)), true
	}
	return changed
}

// tokenOf returns the token that a validation keeps the hash of, empty where it has none by a known secret.
func (s *Service) tokenOf(p purpose, v *rollcall.Validation) string {
	hash := tokenHash(v, p)
	if hash == nil {
		return ""
	}
	for _, secret := range s.opts.Secrets {
		if t := token(secret, p, v); hashOfToken(t) == *hash {
			return t
		}
	}
	return ""
}

// openToken returns the validation whose link has a token: LinkNotFound for anything else, also for a token by a secret
// that is not known any more, and for one that somebody put into the database.
func (s *Service) openToken(ctx context.Context, p purpose, given string) (rollcall.Validation, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(given)
	if err != nil || len(b) != tokenMAC || len(given) != tokenSize {
		return rollcall.Validation{}, linkNotFound()
	}
	find := s.store.ValidationByLink
	if p == purposeUnsubscribe {
		find = s.store.ValidationByUnsubscribe
	}
	v, err := find(ctx, hashOfToken(given))
	if err == nil && !hmac.Equal([]byte(s.tokenOf(p, &v)), []byte(given)) {
		err = linkNotFound()
	}
	if err != nil {
		return rollcall.Validation{}, orLinkNotFound(err)
	}
	return v, nil
}

func linkNotFound() error {
	return &rollcall.Error{Kind: rollcall.LinkNotFound, Message: "link not found; open it exactly as it is in the message"}
}

// link returns the address that a token opens, empty where there is none or the server has no public address.
func (s *Service) link(p purpose, v *rollcall.Validation) string {
	t := s.tokenOf(p, v)
	if t == "" || s.opts.PublicURL == "" {
		return ""
	}
	return s.opts.PublicURL + linkPath + t
}

func secretSum(secret []byte, use string, dealer rollcall.DealerID, id rollcall.ValidationID) rollcall.Hash {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(use + string(dealer) + "\x00" + string(id)))
	return rollcall.Hash(mac.Sum(nil))
}

// code returns the digits by which a person can confirm without the link.
func code(secret []byte, v *rollcall.Validation) string {
	sum := secretSum(secret, "rollcall code\x00", v.Dealer, v.ID)
	return fmt.Sprintf("%0*d", rollcall.CodeDigits, binary.BigEndian.Uint64(sum[:8])%1_000_000)
}

// hasCode reports whether the code is that of the validation, by whichever of the secrets.
func (s *Service) hasCode(v *rollcall.Validation, given string) bool {
	found := false
	for _, secret := range s.opts.Secrets {
		found = hmac.Equal([]byte(code(secret, v)), []byte(given)) || found
	}
	return found
}
