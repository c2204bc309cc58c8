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

// purpose is what a link is for.
type purpose byte

const (
	purposePage        purpose = 'c' // to the page where the person answers
	purposeUnsubscribe purpose = 'u' // to unsubscribe from e-mails
)

// A token has 96 bits, since text messages have little room.
const (
	tokenMAC  = 12 // bytes
	tokenSize = 16 // characters
)

// linkPath is the path of links, before the token.
const linkPath = "/c/"

// token returns the token of a link: a part of an HMAC over the validation's id with a server secret, so that the database holds
// nothing that opens a link.
func token(secret []byte, p purpose, v *rollcall.Validation) string {
	mac := secretSum(secret, "rollcall link\x00"+string(rune(p)), v.Dealer, v.ID)
	return base64.RawURLEncoding.EncodeToString(mac[:tokenMAC])
}

// hashOfToken returns the hash by which the validation of a token is found.
func hashOfToken(token string) rollcall.Hash { return sha256.Sum256([]byte(token)) }

// tokenHash returns the field for the hash of a token, nil if the validation has no link with this purpose.
func tokenHash(v *rollcall.Validation, p purpose) *rollcall.Hash {
	switch {
	case p == purposePage && (v.Method == rollcall.SMS || v.Method == rollcall.Email):
		return &v.LinkHash
	case p == purposeUnsubscribe && v.Method == rollcall.Email:
		return &v.UnsubscribeHash
	}
	return nil
}

// setLinks sets the hashes of a validation's links, and reports whether it changed any. Links by any known secret stay, so that a
// message that is sent again has the same link.
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

// tokenOf returns the token of a validation's link, empty if it has none by a known secret.
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

// openToken returns the validation of a link: LinkNotFound, also for a token by an unknown secret, and for a hash that somebody
// put into the database.
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
		return rollcall.Validation{}, asLinkNotFound(err)
	}
	return v, nil
}

func linkNotFound() error {
	return &rollcall.Error{Kind: rollcall.LinkNotFound, Message: "link not found; open it exactly as it is in the message"}
}

// link returns the URL of a link, empty if there is no token or no public URL.
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

// code returns the code by which a person can confirm without the link.
func code(secret []byte, v *rollcall.Validation) string {
	sum := secretSum(secret, "rollcall code\x00", v.Dealer, v.ID)
	return fmt.Sprintf("%0*d", rollcall.CodeDigits, binary.BigEndian.Uint64(sum[:8])%1_000_000)
}

// hasCode reports whether the code is that of the validation, by any server secret.
func (s *Service) hasCode(v *rollcall.Validation, given string) bool {
	found := false
	for _, secret := range s.opts.Secrets {
		found = hmac.Equal([]byte(code(secret, v)), []byte(given)) || found
	}
	return found
}
