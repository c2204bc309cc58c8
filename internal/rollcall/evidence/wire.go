package evidence

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// The form of the file. A change of a field, or of how its value is found, needs another Version.
const (
	Format  = "rollcall evidence"
	Version = 1
	// SizeMax is the longest file that is made, in bytes. ReadMax is the longest that is read, with line breaks and spaces that
	// some program added.
	SizeMax = 32 << 20
	ReadMax = 64 << 20
)

// file is the whole file. Signature is that of Evidence without spaces between its tokens.
type file struct {
	Format    string          `json:"format"`
	Version   int             `json:"version"`
	Evidence  json.RawMessage `json:"evidence"`
	Key       PublicKey       `json:"public_key"`
	Signature string          `json:"signature"`
}

// wire is Evidence in the file.
type wire struct {
	ID      rollcall.EvidenceID `json:"evidence_id"`
	Dealer  wireDealer          `json:"dealer"`
	At      string              `json:"at"`
	Created string              `json:"created_at"`
	Actor   string              `json:"created_by"`
	Actors  []Actor             `json:"actors"`
	Sites   []wireSite          `json:"sites"`
}

type wireDealer struct {
	ID   rollcall.DealerID `json:"dealer_id"`
	Name string            `json:"name"`
}

type wireSite struct {
	ID        rollcall.SiteID `json:"site_id"`
	Presence  Presence        `json:"presence"`
	Reference string          `json:"account_reference_id,omitempty"`
	Account   string          `json:"account_number,omitempty"`
	Name      string          `json:"name,omitempty"`
	Address   wireAddress     `json:"address,omitzero"`
	Timezone  string          `json:"timezone,omitempty"`
	Premises  string          `json:"premises_phone,omitempty"`
	Contacts  []wireContact   `json:"contacts"`
	Before    wireList        `json:"call_list_before_dispatch"`
	After     wireList        `json:"call_list_after_dispatch"`
	OptOuts   []wireOptOut    `json:"opt_outs"`
	Reviews   []wireReview    `json:"reviews"`
	Erased    []wireErased    `json:"erased"`
	Lines     []wireLine      `json:"lines"`
	Head      wireHead        `json:"head"`
}

type wireAddress struct {
	Street  string `json:"street,omitempty"`
	City    string `json:"city,omitempty"`
	State   string `json:"state,omitempty"`
	Zip     string `json:"zip,omitempty"`
	Country string `json:"country,omitempty"`
}

type wireContact struct {
	ID         rollcall.ContactID   `json:"contact_id"`
	ExternalID string               `json:"external_contact_id"`
	Position   int                  `json:"position"`
	FirstName  string               `json:"first_name"`
	LastName   string               `json:"last_name"`
	Type       rollcall.ContactType `json:"type"`
	Role       rollcall.ContactRole `json:"role,omitempty"`
	Points     []wirePoint          `json:"points"`
}

type wirePoint struct {
	ID           rollcall.PointID     `json:"point_id"`
	Kind         rollcall.PointKind   `json:"kind"`
	Value        string               `json:"value"`
	E164         rollcall.PhoneNumber `json:"e164,omitempty"`
	Extension    string               `json:"extension,omitempty"`
	Label        rollcall.PointLabel  `json:"label,omitempty"`
	Status       rollcall.PointStatus `json:"status"`
	NotInService bool                 `json:"not_in_service,omitempty"`
	Proof        *wireProof           `json:"last_proof"`
}

type wireProof struct {
	At         string                `json:"confirmed_at"`
	Method     rollcall.Method       `json:"method"`
	Actor      string                `json:"actor"`
	OnBehalfOf string                `json:"on_behalf_of,omitempty"`
	Validation rollcall.ValidationID `json:"validation_id,omitempty"`
	Note       string                `json:"note,omitempty"`
	From       rollcall.ContactID    `json:"from_contact_id,omitempty"`
	Line       int64                 `json:"line"`
}

type wireList struct {
	Calls   []wireCall    `json:"calls"`
	Skipped []wireSkipped `json:"skipped"`
}

type wireCall struct {
	Order   int                `json:"order"`
	Contact rollcall.ContactID `json:"contact_id"`
	Point   rollcall.PointID   `json:"point_id"`
}

type wireSkipped struct {
	Contact rollcall.ContactID  `json:"contact_id"`
	Point   rollcall.PointID    `json:"point_id,omitempty"`
	Reason  rollcall.SkipReason `json:"reason"`
}

type wireOptOut struct {
	At      string             `json:"at"`
	Actor   string             `json:"actor"`
	Contact rollcall.ContactID `json:"contact_id"`
	Point   rollcall.PointID   `json:"point_id,omitempty"`
	Out     bool               `json:"opted_out"`
	Line    int64              `json:"line"`
}

type wireReview struct {
	At         string `json:"at"`
	Actor      string `json:"actor"`
	OnBehalfOf string `json:"on_behalf_of,omitempty"`
	With       string `json:"with,omitempty"`
	Note       string `json:"note,omitempty"`
	Line       int64  `json:"line"`
}

type wireErased struct {
	Contact  rollcall.ContactID `json:"contact_id"`
	Position int                `json:"position"`
	At       string             `json:"erased_at,omitempty"`
}

// wireLine is a line of a chain. The dealer and the site are those of the chain.
type wireLine struct {
	Seq       int64              `json:"seq"`
	At        string             `json:"at"`
	Actor     string             `json:"actor"`
	RequestID string             `json:"request_id"`
	Action    string             `json:"action"`
	Contact   rollcall.ContactID `json:"contact_id,omitempty"`
	Subject   string             `json:"subject"`
	Changes   json.RawMessage    `json:"changes,omitempty"`
	Salt      string             `json:"salt,omitempty"`
	Digest    string             `json:"digest,omitempty"`

	Mentions       json.RawMessage `json:"mentions,omitempty"`
	MentionsSalt   string          `json:"mentions_salt,omitempty"`
	MentionsDigest string          `json:"mentions_digest,omitempty"`

	Hash string `json:"hash"`
}

type wireHead struct {
	Count int64  `json:"count"`
	Hash  string `json:"hash"`
}

// Encode returns the file, signed with a key.
func (e *Evidence) Encode(key ed25519.PrivateKey) ([]byte, error) {
	signed, err := encode(e.wire())
	if err != nil {
		return nil, err
	}
	return encode(file{Format, Version, signed, PublicOf(key), base64.StdEncoding.EncodeToString(ed25519.Sign(key, signedText(signed)))})
}

// signedText is what the signature covers.
func signedText(evidence []byte) []byte {
	return append([]byte(Format+" 1\x00"), evidence...)
}

// encode returns a value as JSON without spaces.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func (e *Evidence) wire() wire {
	return wire{
		ID: e.ID, Dealer: wireDealer{e.Dealer, e.Name}, At: timeText(e.At), Created: timeText(e.Created), Actor: e.Actor, Actors: listOf(e.Actors),
		Sites: each(e.Sites, func(s *Site) wireSite { return s.wire() }),
	}
}

// each returns what f makes of each element; the list is never nil.
func each[T, R any](all []T, f func(*T) R) []R {
	made := make([]R, len(all))
	for i := range all {
		made[i] = f(&all[i])
	}
	return made
}

// listOf returns a list that is not nil.
func listOf[T any](all []T) []T { return append([]T{}, all...) }

func (s *Site) wire() wireSite {
	last := s.Last()
	return wireSite{
		ID: s.ID, Presence: s.Presence, Reference: s.Reference, Account: s.AccountNumber, Name: s.Name,
		Address: wireAddress(s.Address), Timezone: s.Timezone, Premises: s.PremisesPhone.Value,
		Contacts: each(s.Contacts, s.contact), Before: listWire(&s.Before), After: listWire(&s.After),
		OptOuts: each(s.OptOuts, func(o *OptOut) wireOptOut {
			return wireOptOut{timeText(o.At), o.Actor, o.Contact, o.Point, o.Out, o.Line}
		}),
		Reviews: each(s.Reviews, func(r *Review) wireReview {
			return wireReview{timeText(r.At), r.Actor, r.OnBehalfOf, r.With, r.Note, r.Line}
		}),
		Erased: each(s.Erased, func(p *Erased) wireErased { return wireErased{p.Contact, p.Position, timeText(p.At)} }),
		Lines:  each(s.Lines, lineWire), Head: wireHead{last.Seq, last.Hash.String()},
	}
}

func (s *Site) contact(c *rollcall.Contact) wireContact {
	return wireContact{
		ID: c.ID, ExternalID: c.ExternalID, Position: c.Position, FirstName: c.FirstName, LastName: c.LastName, Type: c.Type, Role: c.Role,
		Points: each(c.Points, func(p *rollcall.Point) wirePoint {
			return wirePoint{p.ID, p.Kind, p.Value, p.E164, p.Extension, p.Label, p.State.Status, p.State.NotInService, s.proofWire(p.ID)}
		}),
	}
}

func (s *Site) proofWire(id rollcall.PointID) *wireProof {
	p, ok := s.Proofs[id]
	if !ok {
		return nil
	}
	return &wireProof{timeText(p.At), p.Method, p.Actor, p.OnBehalfOf, p.Validation, p.Note, p.From, p.Line}
}

func listWire(list *rollcall.CallList) wireList {
	return wireList{
		Calls: each(list.Calls, func(c *rollcall.PhoneCall) wireCall { return wireCall{c.Order, c.Contact.ID, c.Point.ID} }),
		Skipped: each(list.Skipped, func(skipped *rollcall.SkippedPhone) wireSkipped {
			w := wireSkipped{Contact: skipped.Contact.ID, Reason: skipped.Reason}
			if skipped.Point != nil {
				w.Point = skipped.Point.ID
			}
			return w
		}),
	}
}

func lineWire(l *audit.Line) wireLine {
	w := wireLine{
		Seq: l.Seq, At: timeText(l.At), Actor: l.Actor, RequestID: l.RequestID, Action: l.Action, Contact: l.Contact, Subject: l.Subject,
		Changes: l.Values, Salt: hex.EncodeToString(l.Salt), Digest: hashText(l.Digest),
		Mentions: l.Mentions, MentionsSalt: hex.EncodeToString(l.MentionsSalt), MentionsDigest: hashText(l.MentionsDigest), Hash: l.Hash.String(),
	}
	return w
}

// hashText returns a hash, and nothing for zero.
func hashText(h rollcall.Hash) string {
	if h == (rollcall.Hash{}) {
		return ""
	}
	return h.String()
}

// line returns a line of a chain, and false if a value has another form.
func (w *wireLine) line(dealer rollcall.DealerID, site rollcall.SiteID) (audit.Line, bool) {
	l := audit.Line{
		Dealer: dealer, Site: site, Seq: w.Seq, Actor: w.Actor, RequestID: w.RequestID, Action: w.Action, Contact: w.Contact, Subject: w.Subject,
		Values: w.Changes, Mentions: w.Mentions,
	}
	at, err := time.Parse(time.RFC3339Nano, w.At)
	l.At = at.UTC()
	ok := err == nil && salt(&l.Salt, w.Salt) && salt(&l.MentionsSalt, w.MentionsSalt) && hash(&l.Hash, w.Hash) &&
		(w.Digest == "" || hash(&l.Digest, w.Digest)) && (w.MentionsDigest == "" || hash(&l.MentionsDigest, w.MentionsDigest))
	return l, ok
}

// salt reads a salt, and reports whether it is one or nothing.
func salt(to *[]byte, text string) bool {
	b, err := hex.DecodeString(text)
	if text != "" {
		*to = b
	}
	return err == nil
}

// hash reads a hash, and reports whether it is one.
func hash(to *rollcall.Hash, text string) bool {
	b, err := hex.DecodeString(text)
	copy(to[:], b)
	return err == nil && len(b) == len(to)
}
