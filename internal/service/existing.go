package service

import (
	"context"
	"errors"

	"example.org/rollcall/internal/rollcall"
)

// existing adds to the refusal of an identifier that is taken the record that has it, as far as it is still there.
func (s *Service) existing(ctx context.Context, caller Caller, wanted rollcall.ContactRef, err error) error {
	var e *rollcall.Error
	if !errors.As(err, &e) {
		return err
	}
	known := *e
	switch e.Kind {
	case rollcall.SiteIDTaken:
		known.ExistingID = string(wanted.Site.ID)
	case rollcall.ContactIDTaken:
		known.ExistingID = string(wanted.ID)
	case rollcall.AccountReferenceTaken:
		site, notFound := s.store.Site(ctx, caller.Dealer, rollcall.SiteRef{Reference: wanted.Site.Reference})
		if notFound != nil {
			return err
		}
		known.ExistingID = string(site.ID)
	case rollcall.ExternalContactIDTaken:
		contact, notFound := s.store.Contact(ctx, caller.Dealer, rollcall.ContactRef{Site: wanted.Site, ExternalID: wanted.ExternalID})
		if notFound != nil {
			return err
		}
		known.ExistingID = string(contact.ID)
	default:
		return err
	}
	return &known
}
