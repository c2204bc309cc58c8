package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// Branding returns the branding of a dealer.
func (s *Service) Branding(ctx context.Context, who Caller) (rollcall.Branding, error) {
	return s.store.Branding(ctx, who.Dealer)
}

// UpdateBranding changes the branding of a dealer: DealerNotFound, ValidationFailed, PreconditionFailed.
func (s *Service) UpdateBranding(ctx context.Context, who Caller, in rollcall.BrandingInput) (rollcall.Branding, error) {
	var fresh rollcall.Branding
	if err := in.ApplyTo(&fresh).Err(); err != nil { // reading a picture is slow: not while others wait
		return rollcall.Branding{}, err
	}
	var b rollcall.Branding
	err := s.change(ctx, who, func(ctx context.Context, tx Tx) (_ any, err error) {
		if _, err = tx.LockDealer(ctx, who.Dealer); err != nil {
			return nil, err
		}
		if b, err = tx.Branding(ctx, who.Dealer); err != nil {
			return nil, err
		}
		if err := who.mayChange(b.ETag()); err != nil {
			return nil, err
		}
		before := b
		in.Put(&b, &fresh)
		changed := rollcall.AuditChanges(before.AuditFields(), b.AuditFields())
		if len(changed) == 0 {
			return b, nil
		}
		b.Updated = s.now()
		b.Version++
		if err := tx.PutBranding(ctx, b); err != nil {
			return nil, err
		}
		line := rollcall.AuditLine{Action: "branding.updated", Subject: string(who.Dealer), At: b.Updated}
		return b, s.record(ctx, tx, who, line, changed)
	})
	return b, err
}

// LinkLogo returns the logo of the dealer behind a link, that of the page or that of the end of e-mails: LinkNotFound, also
// where there is none.
func (s *Service) LinkLogo(ctx context.Context, token string) (rollcall.Logo, error) {
	v, err := s.openToken(ctx, purposePage, token)
	if rollcall.KindOf(err) == rollcall.LinkNotFound && err != nil {
		v, err = s.openToken(ctx, purposeUnsubscribe, token)
	}
	if err != nil {
		return rollcall.Logo{}, err
	}
	b, err := s.store.Branding(ctx, v.Dealer)
	if err == nil && len(b.Logo.Data) == 0 {
		err = linkNotFound()
	}
	return b.Logo, err
}
