package audit

import (
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Replay rebuilds a site and its contacts, as they were at a time, from the audit chain of the site: call See with each line in
// order.
type Replay struct {
	at   time.Time
	site rollcall.Site
	all  []*rollcall.Contact // in the order of creation
	live map[rollcall.ContactID]*rollcall.Contact
	list Order
}

// NewReplay returns a Replay up to a time. site has the identifiers of the site.
func NewReplay(site rollcall.Site, at time.Time) *Replay {
	return &Replay{at: at, site: site, live: map[rollcall.ContactID]*rollcall.Contact{}}
}

// See applies the next line of the chain, and ignores one that is later than the time. It fails if the line cannot be read.
func (r *Replay) See(l *Line) error {
	if l.At.After(r.at) {
		return nil
	}
	if err := r.list.See(l); err != nil || l.Erased() {
		return err
	}
	changed, err := l.Changes()
	if err != nil {
		return err
	}
	c := r.live[l.Contact]
	switch l.Action {
	case SiteCreated, SiteUpdated, SiteDeleted:
		ApplySiteChanges(&r.site, changed)
	case ContactCreated:
		c = &rollcall.Contact{Dealer: l.Dealer, Site: l.Site, ID: l.Contact, Created: l.At, Updated: l.At, Version: 1}
		r.all = append(r.all, c)
		r.live[l.Contact] = c
	case ContactDeleted:
		delete(r.live, l.Contact)
		return nil
	case ContactRestored:
		if c = lastOf(r.all, l.Contact); c != nil { // the line lists all fields that are not empty
			*c = rollcall.Contact{Dealer: c.Dealer, Site: c.Site, ID: c.ID, Created: c.Created, Updated: c.Updated, Version: c.Version}
			r.live[l.Contact] = c
		}
	case ContactUpdated:
		if c != nil {
			c.Updated = l.At
		}
	}
	if c != nil {
		ApplyChanges(c, changed)
	}
	return nil
}

// Site returns the site. Before it was created, and once it was deleted, it has no fields.
func (r *Replay) Site() rollcall.Site { return r.site }

// Contact returns a contact that is not deleted, and nil if there is none.
func (r *Replay) Contact(id rollcall.ContactID) *rollcall.Contact { return r.live[id] }

// Contacts returns the contacts that are not deleted, in the order of the call list.
func (r *Replay) Contacts() []rollcall.Contact {
	var there []rollcall.Contact
	for i, id := range r.list {
		if c := r.live[id]; c != nil {
			c.Position = i + 1
			c.HoursIgnored = len(c.Availability) > 0 && r.site.Timezone == ""
			there = append(there, *c)
		}
	}
	return there
}

// Erased returns the contacts that were on the call list and whose values were erased later, by their place in it, from 1.
func (r *Replay) Erased() map[int]rollcall.ContactID {
	gone := map[int]rollcall.ContactID{}
	for i, id := range r.list {
		if r.live[id] == nil {
			gone[i+1] = id
		}
	}
	return gone
}

// lastOf returns the last contact with this id, or nil.
func lastOf(all []*rollcall.Contact, id rollcall.ContactID) *rollcall.Contact {
	for _, c := range slices.Backward(all) {
		if c.ID == id {
			return c
		}
	}
	return nil
}
