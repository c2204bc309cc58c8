package rollcall

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

// purpose is what a token opens.
type purpose byte

const (
	purposePage        purpose = 'c' // the page where the person answers
	purposeUnsubscribe purpose = 'u' // the end of e-mails
)

const (
	tokenMAC  = 12 // bytes
	tokenSize = 16 + 16 + tokenMAC
)

// linkPath is where the pages of tokens are.
const linkPath = "/c/"

// token returns what stands at the end of a link: the identifiers of the dealer and of the validation, and a part of an
// HMAC over them by the server secret, so that nothing that opens anything is kept. ok is false for identifiers that were
// not made here.
func (s *Service) token(p purpose, dealer DealerID, id ValidationID) (token string, ok bool) {
	if len(s.opts.Secrets) == 0 {
		return "", false
	}
	b := make([]byte, 0, tokenSize)
	if b, ok = appendID(b, "dealer_", string(dealer)); !ok {
		return "", false
	}
	if b, ok = appendID(b, "val_", string(id)); !ok {
		return "", false
	}
	mac := tokenSum(s.opts.Secrets[0], p, dealer, id)
	return base64.RawURLEncoding.EncodeToString(append(b, mac[:tokenMAC]...)), true
}

// openToken returns what a token of this server names: LinkNotFound for anything else. Tokens of older secrets still count.
func (s *Service) openToken(p purpose, token string) (DealerID, ValidationID, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != tokenSize {
		return "", "", linkNotFound()
	}
	dealer, id := DealerID(readID("dealer_", b[:16])), ValidationID(readID("val_", b[16:32]))
	for _, secret := range s.opts.Secrets {
		mac := tokenSum(secret, p, dealer, id)
		if hmac.Equal(mac[:tokenMAC], b[32:]) {
			return dealer, id, nil
		}
	}
	return "", "", linkNotFound()
}

// openUnsubscribe returns the validation whose e-mail had the token for its end: LinkNotFound.
func (s *Service) openUnsubscribe(token string) (DealerID, ValidationID, error) {
	return s.openToken(purposeUnsubscribe, token)
}

func linkNotFound() error {
	return &Error{Kind: LinkNotFound, Message: "this link is not known here; open it just as it stands in the message"}
}

// link returns the address that a token opens, empty where the server has no public address.
func (s *Service) link(p purpose, v *Validation) string {
	token, ok := s.token(p, v.Dealer, v.ID)
	if !ok || s.opts.PublicURL == "" {
		return ""
	}
	return s.opts.PublicURL + linkPath + token
}

func tokenSum(secret []byte, p purpose, dealer DealerID, id ValidationID) Hash {
	return secretSum(secret, "rollcall link\x00"+string(rune(p)), dealer, id)
}

func secretSum(secret []byte, use string, dealer DealerID, id ValidationID) Hash {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(use + string(dealer) + "\x00" + string(id)))
	return Hash(mac.Sum(nil))
}

const codeDigits = 6

// code returns the digits by which a person can confirm without the link.
func code(secret []byte, v *Validation) string {
	sum := secretSum(secret, "rollcall code\x00", v.Dealer, v.ID)
	return fmt.Sprintf("%0*d", codeDigits, binary.BigEndian.Uint64(sum[:8])%1_000_000)
}

// hasCode reports whether the code is that of the validation, by whichever of the secrets.
func (s *Service) hasCode(v *Validation, given string) bool {
	found := false
	for _, secret := range s.opts.Secrets {
		found = hmac.Equal([]byte(code(secret, v)), []byte(given)) || found
	}
	return found
}

// appendID appends the 128 bits of an identifier that newID made; ok is false for any other.
func appendID(b []byte, prefix, id string) (_ []byte, ok bool) {
	digits, found := strings.CutPrefix(id, prefix)
	if !found || len(digits) != idChars || digits[0] > '7' {
		return b, false
	}
	var high, low uint64
	for i := range digits {
		n := strings.IndexByte(crockford, digits[i])
		if n < 0 {
			return b, false
		}
		high, low = high<<5|low>>59, low<<5|uint64(n)
	}
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, high), low), true
}

// readID is the opposite of appendID.
func readID(prefix string, b []byte) string {
	return encodeID(prefix, binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:16]))
}
