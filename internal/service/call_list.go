package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// CallListQuery is a moment of an alarm.
type CallListQuery struct {
	At    time.Time              // zero: now
	Phase rollcall.Field[string] // before or after; default before
}

// CallList is the call list of a site at a moment.
type CallList struct {
	Site  rollcall.Site // as it was then
	At    time.Time
	Phase rollcall.Phase
	rollcall.CallList
}

// pastAudit is how far in the past a call list may be without the scope for the audit.
const pastAudit = time.Minute

// CallList returns the call list of a site now or at another moment: SiteNotFound, InvalidRequest, PermissionDenied. A past
// moment is answered from the audit, and leaves out people who were erased later.
func (s *Service) CallList(ctx context.Context, caller Caller, ref rollcall.SiteRef, q CallListQuery) (CallList, error) {
	if err := firstBadQuery(badChoice("phase", q.Phase, rollcall.Phases())); err != nil {
		return CallList{}, err
	}
	now := s.now()
	list := CallList{At: q.At.UTC(), Phase: rollcall.Phase(q.Phase.ValueOr(string(rollcall.PhaseBefore)))}
	if list.At.IsZero() {
		list.At = now
	}
	if now.Sub(list.At) > pastAudit {
		if err := caller.Allow(rollcall.ScopeAuditRead); err != nil {
			return CallList{}, err
		}
	}
	contacts, err := s.contactsToCall(ctx, caller, ref, &list, now)
	if err == nil {
		list.CallList = rollcall.CallListAt(&list.Site, contacts, list.At, list.Phase)
	}
	return list, err
}

// contactsToCall sets the site of the list, and returns its contacts in the order of their positions, both as they were at the
// moment of the list.
func (s *Service) contactsToCall(ctx context.Context, caller Caller, ref rollcall.SiteRef, list *CallList, now time.Time) (contacts []rollcall.Contact, err error) {
	if list.At.Before(now) {
		site, err := s.store.Site(ctx, caller.Dealer, ref)
		if err == nil {
			list.Site, contacts, err = s.replaySite(ctx, &site, list.At)
		}
		return contacts, err
	}
	err = s.store.Snapshot(ctx, func(read Reader) (err error) {
		if list.Site, err = read.Site(ctx, caller.Dealer, ref); err != nil {
			return err
		}
		contacts, _, err = read.Contacts(ctx, caller.Dealer, rollcall.SiteRef{ID: list.Site.ID}, ContactFilter{})
		return err
	})
	return contacts, err
}
