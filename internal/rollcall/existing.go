package rollcall

import (
	"context"
	"errors"
)

// existing adds to the refusal of an identifier that is taken the record that has it, as far as it is still there.
func (s *Service) existing(ctx context.Context, who Caller, wanted ContactRef, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	known := *e
	switch e.Kind {
	case SiteIDTaken:
		known.ExistingID = string(wanted.Site.ID)
	case ContactIDTaken:
		known.ExistingID = string(wanted.ID)
	case AccountReferenceTaken:
		site, notFound := s.store.Site(ctx, who.Dealer, SiteRef{Reference: wanted.Site.Reference})
		if notFound != nil {
			return err
		}
		known.ExistingID = string(site.ID)
	case ExternalContactIDTaken:
		contact, notFound := s.store.Contact(ctx, who.Dealer, ContactRef{Site: wanted.Site, ExternalID: wanted.ExternalID})
		if notFound != nil {
			return err
		}
		known.ExistingID = string(contact.ID)
	default:
		return err
	}
	return &known
}
