// Package evidence makes and checks evidence: for some sites and a moment, the call lists as they were, the last proof of each
// number, and the lines of the audit from which both follow. Somebody with the file alone can check it.
//
// New reads evidence from the audit chains of the sites. Encode writes it as JSON and signs it. Check reads the JSON, checks the
// chains, makes the evidence once more from their lines, and compares. The package reads and writes nothing else.
//
// Each chain ends with the line that records the making of the evidence. That line has the moment and the sites, so that neither
// can be changed afterwards. Lines later than the moment are there without their values: they only connect the chain.
package evidence

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// SitesMax is the most sites of one evidence.
const SitesMax = 50

// Evidence is what was known about some sites at a moment.
type Evidence struct {
	ID      rollcall.EvidenceID
	Dealer  rollcall.DealerID
	Name    string // of the dealer, when the evidence was made
	At      time.Time
	Created time.Time
	Actor   string // who made it
	Actors  []Actor
	Sites   []Site
}

// Actor is somebody who changed something, or made the evidence. The audit has only identifiers; the names are those of when the
// evidence was made.
type Actor struct {
	ID   string `json:"actor"`
	Name string `json:"name"`
}

// Presence says whether a site existed.
type Presence string

// The values of Presence.
const (
	Present    Presence = "present"
	NotCreated Presence = "not_created" // at the moment; it was created later
	Deleted    Presence = "deleted"     // before the moment
)

// Site is a site at the moment of the evidence.
type Site struct {
	rollcall.Site
	Presence      Presence
	Contacts      []rollcall.Contact // in the order of the call list
	Before, After rollcall.CallList  // before and after somebody is dispatched
	Proofs        map[rollcall.PointID]Proof
	OptOuts       []OptOut
	Reviews       []Review
	Erased        []Erased
	Lines         []audit.Line // of the chain, from the first to the one that records the making of the evidence

	Names map[int64]string // of the contacts of the lines up to the moment, by place; not in the file
}

// Proof says how a contact point was last confirmed. A line may have another date than the confirmation: a contact that gets an
// earlier number back has the earlier confirmation again.
type Proof struct {
	At         time.Time
	Method     rollcall.Method
	Actor      string // who confirmed
	OnBehalfOf string // on whose request, for one that staff stated
	Validation rollcall.ValidationID
	Line       int64  // place of the line in the chain
	Note       string // of somebody who attested it
	From       rollcall.ContactID
}

// OptOut is a change of whether messages go to a contact point.
type OptOut struct {
	At      time.Time
	Actor   string
	Contact rollcall.ContactID
	Point   rollcall.PointID // empty: the person was erased
	Out     bool             // false: messages were allowed again
	Line    int64
}

// Review says that the whole call list was read through with somebody. With and Note are empty once the person was erased.
type Review struct {
	At                     time.Time
	Actor                  string
	OnBehalfOf, With, Note string
	Line                   int64
}

// Erased is a person on the call list whose data was erased later.
type Erased struct {
	Contact  rollcall.ContactID
	Position int
	At       time.Time // of the erasure
}

// Last returns the line that records the making of the evidence.
func (s *Site) Last() *audit.Line { return &s.Lines[len(s.Lines)-1] }

// Later returns how many lines were written between the moment and the making of the evidence.
func (s *Site) Later(at time.Time) int {
	later := 0
	for i := range s.Lines[:len(s.Lines)-1] {
		if s.Lines[i].At.After(at) {
			later++
		}
	}
	return later
}

const (
	momentField = "at"
	sitesField  = "sites."
)

// Changes returns the values of the lines that record the making of evidence.
func Changes(at time.Time, sites []rollcall.SiteID) []audit.Change {
	all := audit.Added(momentField, timeText(at))
	for i, id := range sites {
		all = append(all, audit.Added(sitesField+strconv.Itoa(i+1), string(id))...)
	}
	return all
}

// Made returns the moment and the sites of a line that records the making of evidence, and false for any other line.
func Made(l *audit.Line) (at time.Time, sites []rollcall.SiteID, ok bool) {
	changed, err := l.Changes()
	if l.Action != audit.EvidenceCreated || err != nil {
		return time.Time{}, nil, false
	}
	for _, c := range changed {
		switch {
		case c.New == nil:
		case c.Field == momentField:
			at, err = time.Parse(time.RFC3339Nano, *c.New)
		case strings.HasPrefix(c.Field, sitesField):
			sites = append(sites, rollcall.SiteID(*c.New))
		}
	}
	return at.UTC(), sites, err == nil && !at.IsZero() && len(sites) > 0 && len(sites) <= SitesMax
}

// New returns the evidence that the last line of each chain records. The chains are those of its sites, in its order, each from its
// first line. It fails with *Fault if a chain is broken.
func New(dealer rollcall.DealerID, name string, actors []Actor, chains [][]audit.Line) (Evidence, error) {
	e := Evidence{Dealer: dealer, Name: name, Actors: actors}
	sites, err := e.begin(chains)
	if err != nil {
		return e, err
	}
	for i, lines := range chains {
		if err := e.verify(sites[i], lines); err != nil {
			return e, err
		}
		s, err := e.site(sites[i], lines)
		if err != nil {
			return e, err
		}
		e.Sites = append(e.Sites, s)
	}
	return e, nil
}

// begin reads what the last lines of the chains record, which must be the same.
func (e *Evidence) begin(chains [][]audit.Line) (sites []rollcall.SiteID, err error) {
	for i, lines := range chains {
		if len(lines) == 0 {
			return nil, &Fault{Place: i + 1, Problem: "it has no lines"}
		}
		last := &lines[len(lines)-1]
		at, named, ok := Made(last)
		if i == 0 {
			e.ID, e.At, e.Created, e.Actor, sites = rollcall.EvidenceID(last.Subject), at, last.At, last.Actor, named
		}
		if !ok || rollcall.EvidenceID(last.Subject) != e.ID || !at.Equal(e.At) || !slices.Equal(named, sites) || last.Actor != e.Actor {
			return nil, &Fault{Place: i + 1, Seq: last.Seq, Problem: "it does not record the making of this evidence, so lines are missing after it or sites were mixed"}
		}
	}
	if len(chains) == 0 || len(chains) != len(sites) {
		return nil, &Fault{Problem: fmt.Sprintf("the evidence was made for %d sites, and has %d", len(sites), len(chains))}
	}
	return sites, nil
}

// verify checks a chain.
func (e *Evidence) verify(site rollcall.SiteID, lines []audit.Line) error {
	last := &lines[len(lines)-1]
	v := audit.NewVerifier(audit.Head{Dealer: e.Dealer, Site: site, Count: last.Seq, Hash: last.Hash}, nil)
	var fault *audit.Fault
	for i := 0; i < len(lines) && fault == nil; i++ {
		l := lines[i]
		l.Dealer, l.Site = e.Dealer, site // the chain must hold for these
		if l.Values == nil && l.Mentions == nil && e.withheld(&l) {
			fault = v.CheckWithheld(&l)
		} else {
			fault = v.Check(&l)
		}
	}
	if fault == nil {
		fault = v.End(nil)
	}
	if fault == nil {
		return nil
	}
	return &Fault{Site: site, Seq: fault.Seq, Problem: fault.Problem}
}

// withheld reports whether the evidence leaves the values and mentions of a line out.
func (e *Evidence) withheld(l *audit.Line) bool {
	return l.At.After(e.At) && rollcall.EvidenceID(l.Subject) != e.ID
}

// Fault is what is wrong with evidence.
type Fault struct {
	Site    rollcall.SiteID // empty: unknown, or the evidence as a whole
	Place   int             // of a site whose identifier is unknown, from 1
	Seq     int64           // place of the broken line in the chain of the site; 0: none
	Problem string
}

func (f *Fault) Error() string {
	where := ""
	switch {
	case f.Site != "":
		where = "site " + string(f.Site)
	case f.Place > 0:
		where = "site " + strconv.Itoa(f.Place) + " of the file"
	}
	if f.Seq > 0 {
		where += ", line " + strconv.FormatInt(f.Seq, 10)
	}
	if where == "" {
		return f.Problem
	}
	return where + ": " + f.Problem
}

// timeText returns a time as the file has it.
func timeText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}
