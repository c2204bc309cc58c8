package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Head is the end of a chain. Its signature, made with the server secret, shows whether somebody who has only the database
// removed lines from the end or added some.
type Head struct {
	Dealer    rollcall.DealerID
	Site      rollcall.SiteID
	Count     int64
	Hash      rollcall.Hash // of the last line
	Signature rollcall.Hash
}

// String returns the head as one word: dealer, site, count and hash, with a slash between each.
func (h *Head) String() string {
	return fmt.Sprintf("%s/%s/%d/%s", url.PathEscape(string(h.Dealer)), url.PathEscape(string(h.Site)), h.Count, h.Hash)
}

// ParseHead reads what String returns. The head has no signature.
func ParseHead(s string) (head Head, ok bool) {
	parts := strings.Split(s, "/")
	if len(parts) != 4 {
		return Head{}, false
	}
	dealer, dealerErr := url.PathUnescape(parts[0])
	site, siteErr := url.PathUnescape(parts[1])
	count, countErr := strconv.ParseInt(parts[2], 10, 64)
	hash, hashErr := hex.DecodeString(parts[3])
	if errors.Join(dealerErr, siteErr, countErr, hashErr) != nil || count < 1 || len(hash) != len(rollcall.Hash{}) {
		return Head{}, false
	}
	return Head{Dealer: rollcall.DealerID(dealer), Site: rollcall.SiteID(site), Count: count, Hash: rollcall.Hash(hash)}, true
}

func (h *Head) sign(secret []byte) rollcall.Hash {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("rollcall audit head\x00"))
	b := appendTexts(nil, string(h.Dealer), string(h.Site))
	b = binary.BigEndian.AppendUint64(b, uint64(h.Count))
	mac.Write(append(b, h.Hash[:]...))
	return rollcall.Hash(mac.Sum(nil))
}

// signedWith reports whether one of the secrets signed the head.
func (h *Head) signedWith(secrets [][]byte) bool {
	for _, secret := range secrets {
		if sum := h.sign(secret); hmac.Equal(sum[:], h.Signature[:]) {
			return true
		}
	}
	return false
}

// Position is a position in the audit of a dealer. Committed lines get their positions one after the other, so that no line
// ever appears before a position that a reader has seen.
type Position struct {
	Pos  int64         // 0: before the first line
	Hash rollcall.Hash // of the line there
	At   time.Time     // of the line there; not in a cursor
}

const cursorHash = 8 // bytes of the hash in a cursor

// String returns the position as a cursor.
func (p Position) String() string {
	b := binary.BigEndian.AppendUint64(nil, uint64(p.Pos))
	return base64.RawURLEncoding.EncodeToString(append(b, p.Hash[:cursorHash]...))
}

// ParsePosition reads a cursor. The position has the first bytes of the hash only; compare it with Matches.
func ParsePosition(cursor string) (p Position, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) != 8+cursorHash {
		return p, false
	}
	p.Pos = int64(binary.BigEndian.Uint64(b))
	copy(p.Hash[:], b[8:])
	return p, p.Pos >= 0
}

// Matches reports whether p and q have the same cursor.
func (p Position) Matches(q Position) bool {
	return p.Pos == q.Pos && [cursorHash]byte(p.Hash[:cursorHash]) == [cursorHash]byte(q.Hash[:cursorHash])
}
