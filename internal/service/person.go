package service

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// findPerson returns the contact of an erasure or an export: SiteNotFound, ContactNotFound. An external id names the contact that
// has or had it, soft-deleted or removed. It fails with ExternalContactIDTaken if that may be several people: then only a
// contact_id says who is meant. A ref by ids is returned as it is.
func (s *Service) findPerson(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef) (rollcall.SiteID, rollcall.ContactID, error) {
	if ref.ID != "" {
		return ref.Site.ID, ref.ID, nil
	}
	site, err := s.store.Site(ctx, dealer, ref.Site)
	if err != nil {
		return "", "", err
	}
	people, err := s.externalIDs(ctx, dealer, site.ID)
	if err != nil {
		return "", "", err
	}
	found := people.with(ref.ExternalID)
	switch {
	case len(found) == 0: // an erasure that was interrupted has left the contact and not its audit lines
		c, err := s.store.Contact(ctx, dealer, ref)
		return site.ID, c.ID, err
	case len(found) > 1 || len(people.ids[found[0]]) > 1:
		return "", "", ambiguous(found)
	}
	return site.ID, found[0], nil
}

// maxNamed is how many contacts the error of an ambiguous external id names.
const maxNamed = 10

func ambiguous(found []rollcall.ContactID) error {
	var names strings.Builder
	for i, id := range found[:min(len(found), maxNamed)] {
		if i > 0 {
			names.WriteString(", ")
		}
		names.WriteString(string(id))
	}
	return &rollcall.Error{
		Kind: rollcall.ExternalContactIDTaken, Field: "external_contact_id",
		Message: "this external_contact_id may stand for several people; use /ext/v1 and the contact_id of the one you mean: " + names.String(),
	}
}

// externalIDs are the external ids that each contact of a site has or had, and whose data was not erased.
type externalIDs struct {
	order []rollcall.ContactID
	ids   map[rollcall.ContactID][]string
}

// externalIDs reads the audit chain of a site, since contacts that were removed are nowhere else.
func (s *Service) externalIDs(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (externalIDs, error) {
	found := externalIDs{ids: map[rollcall.ContactID][]string{}}
	err := s.readChain(ctx, dealer, site, found.see)
	return found, err
}

// see adds the external id in a line of the chain.
func (e *externalIDs) see(l *audit.Line) error {
	changed, err := l.Changes()
	if err != nil {
		return err
	}
	for _, c := range changed {
		id := cmp.Or(c.New, c.Old)
		if c.Field != "external_contact_id" || id == nil {
			continue
		}
		if e.ids[l.Contact] == nil {
			e.order = append(e.order, l.Contact)
		}
		if !slices.Contains(e.ids[l.Contact], *id) {
			e.ids[l.Contact] = append(e.ids[l.Contact], *id)
		}
	}
	return nil
}

// with returns the contacts that have or had an external id, in the order of creation.
func (e *externalIDs) with(externalID string) []rollcall.ContactID {
	return slices.DeleteFunc(slices.Clone(e.order), func(id rollcall.ContactID) bool { return !slices.Contains(e.ids[id], externalID) })
}
