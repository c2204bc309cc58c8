package evidence

import (
	"maps"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// site returns a site at the moment of the evidence. Lines after it lose their values.
func (e *Evidence) site(id rollcall.SiteID, lines []audit.Line) (Site, error) {
	w := watch{
		replay: audit.NewReplay(rollcall.Site{Dealer: e.Dealer, ID: id}, e.At), known: map[proven]Proof{},
		site: Site{Presence: NotCreated, Proofs: map[rollcall.PointID]Proof{}, Lines: lines, Names: map[int64]string{}},
	}
	erased := map[rollcall.ContactID]time.Time{}
	for i := range lines {
		l := &lines[i]
		if l.Action == audit.ContactErased {
			erased[l.Contact] = l.At
		}
		switch {
		case e.withheld(l):
			l.Values, l.Salt, l.Mentions, l.MentionsSalt = nil, nil, nil, nil
		case rollcall.EvidenceID(l.Subject) != e.ID:
			if err := w.see(l); err != nil {
				return Site{}, err
			}
		}
	}
	s := w.site
	s.Site, s.Contacts = w.replay.Site(), w.replay.Contacts()
	s.Before = rollcall.CallListAt(&s.Site, s.Contacts, e.At, rollcall.PhaseBefore)
	s.After = rollcall.CallListAt(&s.Site, s.Contacts, e.At, rollcall.PhaseAfter)
	gone := w.replay.Erased()
	for _, position := range slices.Sorted(maps.Keys(gone)) {
		s.Erased = append(s.Erased, Erased{gone[position], position, erased[gone[position]]})
	}
	return s, nil
}

// watch notes what the lines of a chain say about contact points.
type watch struct {
	replay *audit.Replay
	site   Site
	known  map[proven]Proof
}

// proven is a number or an address of a contact, and when it was confirmed.
type proven struct {
	contact          rollcall.ContactID
	value, extension string
	at               time.Time
}

// see applies the next line up to the moment.
func (w *watch) see(l *audit.Line) error {
	before := w.points(l.Contact)
	w.name(l)
	if err := w.replay.See(l); err != nil {
		return err
	}
	w.name(l)
	said := l.Mentioned()
	switch l.Action {
	case audit.CallListReviewed:
		w.site.Reviews = append(w.site.Reviews, Review{l.At, l.Actor, said.OnBehalfOf, said.With, said.Note, l.Seq})
	case audit.SiteCreated:
		w.site.Presence = Present
	case audit.SiteDeleted:
		w.site.Presence = Deleted
	}
	for _, p := range w.points(l.Contact) {
		i := slices.IndexFunc(before, func(b rollcall.Point) bool { return b.ID == p.ID })
		if i < 0 {
			before, i = append(before, rollcall.Point{ID: p.ID}), len(before)
		}
		if err := w.seePoint(l, &before[i], &p); err != nil {
			return err
		}
	}
	w.seeOptOut(l, before)
	return nil
}

// name notes the name that the contact of a line has now.
func (w *watch) name(l *audit.Line) {
	if c := w.replay.Contact(l.Contact); c != nil {
		w.site.Names[l.Seq] = c.Name()
	}
}

// points returns the contact points of a contact now.
func (w *watch) points(id rollcall.ContactID) []rollcall.Point {
	if c := w.replay.Contact(id); c != nil {
		return slices.Clone(c.Points)
	}
	return nil
}

// seePoint notes the proof of a contact point that a line changed.
func (w *watch) seePoint(l *audit.Line, before, after *rollcall.Point) error {
	if before.Dial() != after.Dial() || before.Extension != after.Extension {
		delete(w.site.Proofs, after.ID)
	}
	if after.State.Confirmed.IsZero() || after.State.Confirmed.Equal(before.State.Confirmed) && w.site.Proofs[after.ID].Line > 0 {
		return nil
	}
	key := proven{l.Contact, after.Dial(), after.Extension, after.State.Confirmed.UTC()}
	proof, known := w.known[key]
	if !known {
		changed, err := l.Changes()
		if err != nil {
			return err
		}
		proof = Proof{At: after.State.Confirmed.UTC(), Method: after.State.Method, Actor: l.Actor, OnBehalfOf: l.Mentioned().OnBehalfOf, Line: l.Seq}
		if l.Subject != string(l.Contact) {
			proof.Validation = rollcall.ValidationID(l.Subject)
		}
		proof.Note, proof.From = valueOf(changed, "attestation.note"), rollcall.ContactID(valueOf(changed, "attestation.from_contact_id"))
		w.known[key] = proof
	}
	w.site.Proofs[after.ID] = proof
	return nil
}

// seeOptOut notes that messages to a contact point were stopped or allowed.
func (w *watch) seeOptOut(l *audit.Line, before []rollcall.Point) {
	if l.Action != audit.ContactOptedOut && l.Action != audit.ContactOptedIn {
		return
	}
	change := OptOut{At: l.At, Actor: l.Actor, Contact: l.Contact, Out: l.Action == audit.ContactOptedOut, Line: l.Seq}
	for _, p := range w.points(l.Contact) {
		for i := range before {
			if before[i].ID == p.ID && before[i].State != p.State {
				change.Point = p.ID
			}
		}
	}
	w.site.OptOuts = append(w.site.OptOuts, change)
}

// valueOf returns the new value of a field, empty if it has none.
func valueOf(changed []audit.Change, name string) string {
	for _, c := range changed {
		if c.Field == name && c.New != nil {
			return *c.New
		}
	}
	return ""
}
