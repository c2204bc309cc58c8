package console

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const (
	sealOutcome = "rollcall console outcome"
	outcomeLife = 15 * time.Minute
)

// outcome is what a form did. It goes to the next page in its URL, sealed, so that no name is readable there and nobody else can
// make a page say something.
type outcome struct {
	Dealer  rollcall.DealerID
	Site    rollcall.SiteID
	Expires time.Time
	What    string             // one of the keys of happenings
	Contact rollcall.ContactID `json:",omitempty"`
	Name    string             `json:",omitempty"`

	Sent    int            `json:",omitempty"` // messages
	Later   int            `json:",omitempty"` // messages that wait for the end of quiet hours, which is at
	At      time.Time      `json:",omitzero"`
	Refused map[string]int `json:",omitempty"` // messages that were not sent, by the code of refusedBecause
}

// What a form did.
const (
	personAdded    = "added"
	personSaved    = "saved"
	personMoved    = "moved"
	personRemoved  = "removed"
	personRestored = "restored"
	oneAsked       = "asked"
	allAsked       = "all asked"
	alreadyAsked   = "already asked"
)

// finish sends the browser to the page, which says what happened beside the contact at a position; 0: before all contacts.
func (s *siteVisit) finish(o outcome, position int) error {
	o.Dealer, o.Site, o.Expires = s.user.Dealer, s.site.ID, s.now().Add(outcomeLife)
	sealed, err := s.seal(sealOutcome, o)
	if err != nil {
		return err
	}
	query := url.Values{"did": {sealed}}
	if position == 0 {
		return s.redirect(sitePath(s.site.ID) + "?" + query.Encode() + "#people")
	}
	return s.redirect(s.rowPath(position, query))
}

// happening is what the last form did, in words.
type happening struct {
	contact  rollcall.ContactID // beside whom it is said; empty: before all contacts
	Class    string             // notice or alert
	Lines    []sentence
	Undo     string // identifier of a contact that was removed; empty: none
	UndoText string // of its button
}

// happened returns what the form before this page did, nil if there was none.
func (s *siteVisit) happened() *happening {
	var o outcome
	if !s.unseal(sealOutcome, s.r.URL.Query().Get("did"), &o) || o.Dealer != s.user.Dealer || o.Site != s.site.ID || !s.now().Before(o.Expires) {
		return nil
	}
	t := &s.t.SiteForm
	h := &happening{contact: o.Contact, Class: "notice"}
	say := func(text string, words ...string) { h.Lines = append(h.Lines, about(text, o.Name, words...)) }
	switch o.What {
	case personRemoved:
		h.contact = ""
		if s.mayChange() {
			h.Undo, h.UndoText = string(o.Contact), t.Undo
		}
		if say(t.Removed); o.Name == "" {
			h.Lines = []sentence{{Before: t.RemovedNobody}}
		}
	case personMoved:
		say(t.Moved)
	case personRestored:
		say(t.Restored)
	case personAdded:
		say(t.Added)
		h.Lines = append(h.Lines, s.warnings(s.contact(o.Contact))...)
	case personSaved:
		say(t.Saved)
		h.Lines = append(h.Lines, s.warnings(s.contact(o.Contact))...)
	case alreadyAsked:
		h.Class = "alert"
		say(t.Already)
	case oneAsked, allAsked:
		s.sayAsked(h, &o, say)
	}
	return h
}

// sayAsked says how many messages are on their way, and why others are not.
func (s *siteVisit) sayAsked(h *happening, o *outcome, say func(text string, words ...string)) {
	t := &s.t.SiteForm
	sent, later, notSent := t.Sent, t.Later, t.NotSent
	if o.What == oneAsked {
		sent, later, notSent = t.SentOne, t.LaterOne, t.NotSentOne
	}
	refused := 0
	for _, n := range o.Refused {
		refused += n
	}
	if o.Sent > 0 {
		say(sent, "count", strconv.Itoa(o.Sent))
	}
	if o.Later > 0 {
		say(later, "count", strconv.Itoa(o.Later), "time", s.t.moment(o.At, s.place))
	}
	switch {
	case refused > 0:
		say(notSent, "count", strconv.Itoa(refused))
	case o.Sent+o.Later == 0:
		say(t.NothingToSend)
	}
	if refused > o.Refused["pending"] && o.Sent+o.Later == 0 {
		h.Class = "alert"
	}
	codes := make([]string, 0, len(o.Refused))
	for code := range o.Refused {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		line := t.Refused[code]
		if failure, failed := strings.CutPrefix(code, failedBecause); failed {
			line = because(s.t.Contact.Events[rollcall.EventFailed], s.t.Contact.Failures[failure], "")
		}
		if o.What == allAsked {
			line = strconv.Itoa(o.Refused[code]) + " × " + line
		}
		h.Lines = append(h.Lines, sentence{Before: line})
	}
}

// warnings returns what does not work of a contact that was saved.
func (s *siteVisit) warnings(c *rollcall.Contact) []sentence {
	if c == nil {
		return nil
	}
	var lines []sentence
	for i := range c.Points {
		if p := &c.Points[i]; p.Cause != "" {
			lines = append(lines, sentence{"", s.pointValue(p), " " + s.t.Site.Causes[p.Cause] + "."})
		}
	}
	if c.HoursIgnored {
		lines = append(lines, sentence{Before: s.t.Site.HoursIgnored})
	}
	if len(lines) > 0 {
		lines = append([]sentence{{Before: s.t.SiteForm.Warnings}}, lines...)
	}
	return lines
}

// newFormKey returns a key for the forms of one page.
func newFormKey() string { return rand.Text() }
