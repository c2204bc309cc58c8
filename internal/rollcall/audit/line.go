// Package audit is the record of changes to a dealer's data: its lines, the hash chains that they form, and the check that
// no line was changed, removed or added by anything but Rollcall.
//
// The lines of a site form a chain, in which the hash of a line also covers the hash of the line before. The lines of a
// dealer that belong to no site form another one. A Head is the end of a chain, signed with the server secret.
//
// The package reads and writes nothing: service stores what Seal returns and feeds stored lines to a Verifier.
package audit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Line is one change.
//
// Its hash covers the changed values by a salted digest, so that a person's values can be erased, with their salt, without
// breaking the chain. Without the salt, nobody can find the erased values by guessing.
type Line struct {
	Dealer    rollcall.DealerID
	Site      rollcall.SiteID // empty: the chain of no site
	Seq       int64           // place in the chain, from 1
	Pos       int64           // position in the dealer's audit; only set on lines that the store lists by position
	At        time.Time
	Actor     string // a KeyID, a UserID, ActorCommand, ActorServer or ActorContact
	RequestID string
	Action    string
	Contact   rollcall.ContactID // the person whom the values are about; empty: nobody
	Subject   string             // identifier of the changed record
	Values    []byte             // the JSON of EncodeChanges; nil if there are none, and once erased
	Salt      []byte             // nil if there are no values
	Digest    rollcall.Hash      // of Salt and Values; zero if there never were any
	Hash      rollcall.Hash      // covers the line and the hash of the line before

	// Mentions name people other than Contact; see Mention. They have a salt and a digest of their own, so that they can be erased
	// without the values, and the values without them.
	Mentions       []byte // JSON; nil if there are none, and once erased
	MentionsSalt   []byte
	MentionsDigest rollcall.Hash

	// For the event of the line. Neither is covered by Hash, or shown with the line.
	Point  rollcall.PointID // the phone or e-mail that it is about; empty: none
	Fields []string         // of an update: see ContactFields and SiteFields; nil otherwise
}

// Actors that are neither keys nor users.
const (
	ActorCommand = "command" // an operator's command
	ActorServer  = "server"  // the server itself, or a report of a provider
	ActorContact = "contact" // the contact
)

// Actions that other code depends on. The lines of the first three show a whole contact, and leave out default values.
const (
	ContactCreated  = "contact.created"
	ContactRestored = "contact.restored"
	ContactDeleted  = "contact.deleted"

	ContactUpdated     = "contact.updated"
	ContactPhoneReread = "contact.phone_reread" // after a change of the country of its site
	ContactOptedOut    = "contact.opted_out"
	ContactOptedIn     = "contact.opted_in"

	ContactErased       = "contact.erased"
	ContactErasureBegun = "contact.erasure_begun"
	MentionsErased      = "audit.mentions_erased" // of a person, in lines that are not about them

	SiteCreated = "site.created"
	SiteUpdated = "site.updated"
	SiteDeleted = "site.deleted"

	CallListReordered = "call_list.reordered"
	CallListReviewed  = "call_list.reviewed"

	ValidationSent     = "validation.sent"
	ValidationCanceled = "validation.canceled"
	ValidationAttested = "validation.attested"
	ValidationStale    = "validation.stale"

	ReadinessChanged = "readiness.changed"

	NumbersRevealed = "numbers.revealed" // in the console, to one user for some time

	ImportFinished = "import.finished" // or failed

	EvidenceCreated = "evidence.created"
)

// Erased reports whether the values of the line were erased.
func (l *Line) Erased() bool { return l.Values == nil && l.Digest != rollcall.Hash{} }

// MentionsErased reports whether the mentions of the line were erased.
func (l *Line) MentionsErased() bool { return l.Mentions == nil && l.MentionsDigest != rollcall.Hash{} }

// Seal makes l the line after head. It sets Seq, the salts and digests, and Hash, and returns the new head, signed with secret.
func (l *Line) Seal(head Head, secret []byte) Head {
	l.Seq = head.Count + 1
	if l.Values != nil {
		l.Salt = newSalt()
		l.Digest = digest(l.Salt, l.Values)
	}
	if l.Mentions != nil {
		l.MentionsSalt = newSalt()
		l.MentionsDigest = digest(l.MentionsSalt, l.Mentions)
	}
	l.Hash = l.hash(head.Hash)
	next := Head{Dealer: l.Dealer, Site: l.Site, Count: l.Seq, Hash: l.Hash}
	next.Signature = next.sign(secret)
	return next
}

func newSalt() []byte {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	return salt
}

func digest(salt, values []byte) rollcall.Hash {
	b := make([]byte, 0, 1024)
	return sha256.Sum256(append(append(b, salt...), values...))
}

// hash covers prev, which is the hash of the line before, and every field except the values, the mentions and their salts, which
// the digests stand for.
func (l *Line) hash(prev rollcall.Hash) rollcall.Hash {
	b := make([]byte, 0, 512)
	b = appendTexts(b, string(l.Dealer), string(l.Site), l.Actor, l.RequestID, l.Action, string(l.Contact), l.Subject)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(l.At.UnixMicro()))
	b = append(b, l.Digest[:]...)
	b = append(b, prev[:]...)
	if (l.MentionsDigest != rollcall.Hash{}) {
		b = append(b, l.MentionsDigest[:]...)
	}
	return sha256.Sum256(b)
}

// appendTexts appends each text after its length, so that no two lists of texts give the same bytes.
func appendTexts(b []byte, texts ...string) []byte {
	for _, text := range texts {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	return b
}

// fault returns what is wrong with a line that should have the place seq, after a line with the hash prev. It returns ""
// for a good line.
func (l *Line) fault(seq int64, prev rollcall.Hash) string {
	switch {
	case l.Seq != seq:
		return "a line is missing before it"
	case (l.Values == nil) != (l.Salt == nil), (l.Mentions == nil) != (l.MentionsSalt == nil):
		return "half of its values was removed"
	case l.Values != nil && digest(l.Salt, l.Values) != l.Digest,
		l.Mentions != nil && digest(l.MentionsSalt, l.Mentions) != l.MentionsDigest:
		return "its values were changed"
	case l.hash(prev) != l.Hash:
		return "it or the line before it was changed"
	}
	return ""
}
