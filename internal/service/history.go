package service

import (
	"context"
	"math"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// historyReader reads what happened to a contact, the newest first.
type historyReader interface {
	// ValidationsBefore returns at most limit validations of a contact, soft-deleted or not, before a place, the newest first.
	ValidationsBefore(ctx context.Context, c rollcall.Contact, before ValidationPlace, limit int) ([]rollcall.Validation, error)
	// ContactChangesBefore returns at most limit lines of the audit about a contact of a site, before a position, the newest
	// first. It leaves out lines about one validation, which has a timeline.
	ContactChangesBefore(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID, before int64, limit int) ([]audit.Line, error)
}

// ValidationPlace is the place of a validation among those of its contact, by time.
type ValidationPlace struct {
	Created int64 // microseconds since 1970
	ID      rollcall.ValidationID
}

// History is a contact and what happened to it.
type History struct {
	Site         rollcall.Site
	Contact      rollcall.Contact // soft-deleted if Deleted is not zero
	Until        time.Time        // until when a soft-deleted contact can be restored
	Validations  []TimedValidation
	Changes      []audit.Line           // about the contact, without the lines about one validation
	Suppressions []rollcall.Suppression // of its phones and e-mails

	OlderValidations, OlderChanges string // cursors of the next pages; empty: these are the last
}

// TimedValidation is a validation with its timeline.
type TimedValidation struct {
	rollcall.Validation
	Events []rollcall.ValidationEvent
}

// HistoryQuery selects pages of a history. The zero value selects the newest.
type HistoryQuery struct {
	Validations, Changes rollcall.Field[string] // cursors that came with the page before
}

const (
	historyValidations = 10
	historyChanges     = 20
)

// History returns a contact, which may be soft-deleted as long as it can be restored, and what happened to it, each list the newest
// first: SiteNotFound, ContactNotFound, InvalidRequest.
func (s *Service) History(ctx context.Context, caller Caller, site rollcall.SiteID, id rollcall.ContactID, q HistoryQuery) (h History, err error) {
	validations, changes := ValidationPlace{Created: math.MaxInt64}, int64(math.MaxInt64)
	err = firstBadQuery(
		readCursor(q.Validations, &validations.Created, &validations.ID),
		readCursor(q.Changes, &changes),
	)
	if err != nil {
		return h, err
	}
	if err := s.placeForReading(ctx, caller.Dealer); err != nil {
		return h, err
	}
	err = s.store.Snapshot(ctx, func(r Reader) (err error) {
		h = History{}
		if h.Site, err = r.Site(ctx, caller.Dealer, rollcall.SiteRef{ID: site}); err != nil {
			return err
		}
		if h.Contact, err = s.contactOrDeleted(ctx, r, &h.Site, id); err != nil {
			return err
		}
		if !h.Contact.Deleted.IsZero() {
			h.Until = h.Contact.Deleted.Add(s.opts.KeepDeleted)
		}
		if err := h.readValidations(ctx, r, validations); err != nil {
			return err
		}
		if err := h.readChanges(ctx, r, changes); err != nil {
			return err
		}
		var hashes []rollcall.Hash
		for i := range h.Contact.Points {
			p := &h.Contact.Points[i]
			hashes = append(hashes, s.recipientHashes(p.Kind, p.Dial())...)
		}
		h.Suppressions, err = r.SuppressionsByHash(ctx, caller.Dealer, hashes)
		return err
	})
	return h, err
}

// contactOrDeleted returns the contact of a site with the id, else the one that was soft-deleted last and can be restored:
// ContactNotFound.
func (s *Service) contactOrDeleted(ctx context.Context, r Reader, site *rollcall.Site, id rollcall.ContactID) (rollcall.Contact, error) {
	all, err := r.ContactsWithDeleted(ctx, site.Dealer, site.ID, id)
	if err != nil {
		return rollcall.Contact{}, err
	}
	if len(all) > 0 {
		last := all[len(all)-1]
		if last.Deleted.IsZero() || last.Deleted.After(s.now().Add(-s.opts.KeepDeleted)) {
			return last, nil
		}
	}
	return rollcall.Contact{}, &rollcall.Error{Kind: rollcall.ContactNotFound, Message: "contact not found"}
}

func (h *History) readValidations(ctx context.Context, r Reader, before ValidationPlace) error {
	found, err := r.ValidationsBefore(ctx, h.Contact, before, historyValidations+1)
	if err != nil {
		return err
	}
	if len(found) > historyValidations {
		found = found[:historyValidations]
		last := &found[len(found)-1]
		h.OlderValidations = cursor(last.Created.UnixMicro(), last.ID)
	}
	for _, v := range found {
		events, err := r.Timeline(ctx, v.Dealer, v.ID)
		if err != nil {
			return err
		}
		h.Validations = append(h.Validations, TimedValidation{v, events})
	}
	return nil
}

func (h *History) readChanges(ctx context.Context, r Reader, before int64) (err error) {
	h.Changes, err = r.ContactChangesBefore(ctx, h.Contact.Dealer, h.Contact.Site, h.Contact.ID, before, historyChanges+1)
	if len(h.Changes) > historyChanges {
		h.Changes = h.Changes[:historyChanges]
		h.OlderChanges = cursor(h.Changes[historyChanges-1].Pos)
	}
	return err
}
