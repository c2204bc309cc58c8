package rollcall

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Hash is a SHA-256 sum.
type Hash [sha256.Size]byte

// String returns the hash in hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// AuditLine is one change, as it is on record. The lines of a site form a chain, each with the hash of the one before;
// the lines of a dealer that belong to no site form another, whose Site is empty.
//
// The hash covers the values by a salted digest, so that a person's values can be taken out, with their salt, and the
// chain still holds: without the salt, nobody can find out by trying what they were.
type AuditLine struct {
	Dealer    DealerID
	Site      SiteID // whose chain; empty: that of no site
	Seq       int64  // the place in the chain, from 1
	Pos       int64  // in AuditLines: the position in the dealer's audit
	At        time.Time
	Actor     string // a KeyID, ActorCommand, ActorServer or ActorContact
	RequestID string
	Action    string
	Contact   ContactID // the person whom the values are about; empty: nobody
	Subject   string    // the identifier of the record
	Values    []byte    // JSON of what Changes returns, without defaults; nil if there are none, and once erased
	Salt      []byte    // nil where there are no values
	Digest    Hash      // of Salt and Values; zero where there never were any
	Hash      Hash      // also covers the hash of the line before
}

// Actors that are not keys.
const (
	ActorCommand = "command" // an operator's command
	ActorServer  = "server"  // what the server does by itself, or by what a provider says
	ActorContact = "contact" // the person whom a contact is
)

// AuditHead is the end of a chain. Its signature, by the server secret, shows that a line was taken off the end or put
// there by somebody who has the database alone.
type AuditHead struct {
	Dealer    DealerID
	Site      SiteID
	Count     int64
	Hash      Hash // of the last line
	Signature Hash
}

// String returns the head as a word: its dealer, site, count and hash.
func (h *AuditHead) String() string {
	return fmt.Sprintf("%s/%s/%d/%s", url.PathEscape(string(h.Dealer)), url.PathEscape(string(h.Site)), h.Count, h.Hash)
}

// ParseAuditHead reads what String returned; such a head has no signature.
func ParseAuditHead(s string) (AuditHead, bool) {
	parts := strings.Split(s, "/")
	if len(parts) != 4 {
		return AuditHead{}, false
	}
	dealer, dealerErr := url.PathUnescape(parts[0])
	site, siteErr := url.PathUnescape(parts[1])
	count, countErr := strconv.ParseInt(parts[2], 10, 64)
	hash, hashErr := hex.DecodeString(parts[3])
	if errors.Join(dealerErr, siteErr, countErr, hashErr) != nil || count < 1 || len(hash) != len(Hash{}) {
		return AuditHead{}, false
	}
	return AuditHead{Dealer: DealerID(dealer), Site: SiteID(site), Count: count, Hash: Hash(hash)}, true
}

// Change is one field of a record that changed, as text; Old or New is nil where there is no value.
type Change struct {
	Field    string
	Old, New *string
}

// Changes returns what the line says of the fields that changed, nil where its values were erased.
func (l *AuditLine) Changes() ([]Change, error) {
	if l.Values == nil {
		return nil, nil
	}
	var fields [][]*string
	if err := json.Unmarshal(l.Values, &fields); err != nil {
		return nil, &Error{Kind: Internal, Message: "a line of the audit cannot be read", Cause: err}
	}
	stored := make([]Change, len(fields))
	for i, f := range fields {
		if len(f) < 2 || len(f) > 3 || f[0] == nil {
			return nil, &Error{Kind: Internal, Message: "a line of the audit cannot be read"}
		}
		stored[i] = Change{Field: *f[0], New: f[len(f)-1]}
		if len(f) == 3 {
			stored[i].Old = f[1]
		}
	}
	return l.withDefaults(stored), nil
}

// Erased reports whether the values of the line were erased.
func (l *AuditLine) Erased() bool { return l.Values == nil && l.Digest != Hash{} }

// EncodeChanges returns the JSON of changes: an array of [field, new] where there was no value before, and of
// [field, old, new] otherwise.
func EncodeChanges(changes []Change) []byte {
	b := make([]byte, 0, 64*len(changes)+2)
	b = append(b, '[')
	for i := range changes {
		if i > 0 {
			b = append(b, ',')
		}
		c := &changes[i]
		b = appendText(append(b, '['), &c.Field)
		if c.Old != nil {
			b = appendText(append(b, ','), c.Old)
		}
		b = appendText(append(b, ','), c.New)
		b = append(b, ']')
	}
	return append(b, ']')
}

// appendText appends a text as JSON, null where it is nil.
func appendText(b []byte, text *string) []byte {
	if text == nil {
		return append(b, "null"...)
	}
	for i := range len(*text) {
		if c := (*text)[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendEscaped(b, *text)
		}
	}
	return append(append(append(b, '"'), *text...), '"')
}

// appendEscaped is appendText for all texts, those of plain characters included.
func appendEscaped(b []byte, text string) []byte {
	to := bytes.NewBuffer(b)
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // texts can always be encoded
	return bytes.TrimSuffix(to.Bytes(), []byte("\n"))
}

// Seal makes the line the next one after head: it sets Seq, Salt, Digest and Hash, and returns the new head, signed with
// secret.
func (l *AuditLine) Seal(head AuditHead, secret []byte) AuditHead {
	l.Seq = head.Count + 1
	if l.Values != nil {
		l.Salt = make([]byte, 16)
		_, _ = rand.Read(l.Salt)
		l.Digest = l.digest()
	}
	l.Hash = l.hash(head.Hash)
	next := AuditHead{Dealer: l.Dealer, Site: l.Site, Count: l.Seq, Hash: l.Hash}
	next.Signature = next.sign(secret)
	return next
}

func (l *AuditLine) digest() Hash {
	b := make([]byte, 0, 1024)
	return sha256.Sum256(append(append(b, l.Salt...), l.Values...))
}

// hash covers the hash of the line before, and every field but the values and their salt, for which the digest stands.
func (l *AuditLine) hash(prev Hash) Hash {
	b := make([]byte, 0, 512)
	for _, text := range []string{
		string(l.Dealer), string(l.Site), l.Actor, l.RequestID, l.Action, string(l.Contact), l.Subject,
	} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(l.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(l.At.UnixMicro()))
	b = append(b, l.Digest[:]...)
	b = append(b, prev[:]...)
	return sha256.Sum256(b)
}

func (h *AuditHead) sign(secret []byte) Hash {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("rollcall audit head\x00"))
	var b []byte
	for _, text := range []string{string(h.Dealer), string(h.Site)} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(h.Count))
	mac.Write(append(b, h.Hash[:]...))
	return Hash(mac.Sum(nil))
}

// Signed reports whether one of the secrets signed the head.
func (h *AuditHead) Signed(secrets [][]byte) bool {
	for _, secret := range secrets {
		if sum := h.sign(secret); hmac.Equal(sum[:], h.Signature[:]) {
			return true
		}
	}
	return false
}

// Fault returns what is wrong with the line where it should come after prev in the chain, "" where nothing is.
func (l *AuditLine) Fault(seq int64, prev Hash) string {
	switch {
	case l.Seq != seq:
		return "a line is missing before it"
	case l.Values == nil && l.Salt != nil, l.Values != nil && l.Salt == nil:
		return "half of its values was removed"
	case l.Values != nil && l.digest() != l.Digest:
		return "its values were changed"
	case l.hash(prev) != l.Hash:
		return "it or the line before it was changed"
	}
	return ""
}

// AuditPosition is a position in the audit of a dealer. Positions are given to committed lines, one after the other, so that
// no line ever appears before a position that was seen.
type AuditPosition struct {
	Pos  int64 // 0: before the first line
	Hash Hash  // of the line there
}

// CursorHash is how much of the hash a cursor holds.
const CursorHash = 8

// String returns the position as a cursor.
func (p AuditPosition) String() string {
	b := binary.BigEndian.AppendUint64(nil, uint64(p.Pos))
	return base64.RawURLEncoding.EncodeToString(append(b, p.Hash[:CursorHash]...))
}
