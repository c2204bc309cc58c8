package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// brandingReader reads branding.
type brandingReader interface {
	// Branding returns the branding of the dealer. Without one, only Dealer is set.
	Branding(ctx context.Context, dealer rollcall.DealerID) (rollcall.Branding, error)
	// DisplayName returns the dealer's name on pages and in messages, empty if the branding has none.
	DisplayName(ctx context.Context, dealer rollcall.DealerID) (string, error)
}

// brandingWriter changes branding in a transaction.
type brandingWriter interface {
	// PutBranding replaces the branding of the dealer: DealerNotFound.
	PutBranding(ctx context.Context, b rollcall.Branding) error
}

// Branding returns the branding of a dealer.
func (s *Service) Branding(ctx context.Context, caller Caller) (rollcall.Branding, error) {
	return s.store.Branding(ctx, caller.Dealer)
}

// UpdateBranding changes the branding of a dealer: DealerNotFound, ValidationFailed, PreconditionFailed.
func (s *Service) UpdateBranding(ctx context.Context, caller Caller, in rollcall.BrandingInput) (rollcall.Branding, error) {
	var fresh rollcall.Branding
	if err := in.Apply(&fresh); err != nil { // outside the transaction, since decoding a picture is slow
		return rollcall.Branding{}, err
	}
	var b rollcall.Branding
	err := s.change(ctx, caller, func(ch *change) (err error) {
		if _, err = ch.tx.LockDealer(ch.ctx, caller.Dealer); err != nil {
			return err
		}
		if b, err = ch.tx.Branding(ch.ctx, caller.Dealer); err != nil {
			return err
		}
		if err := caller.checkVersion(b.ETag()); err != nil {
			return err
		}
		before := b
		in.Merge(&b, &fresh)
		changed := audit.BrandingChanges(&before, &b)
		if len(changed) == 0 {
			return ch.respondBranding(b)
		}
		b.Updated = s.now()
		b.Version++
		if err := ch.tx.PutBranding(ch.ctx, b); err != nil {
			return err
		}
		line := audit.Line{Action: "branding.updated", Subject: string(caller.Dealer), At: b.Updated}
		if err := ch.record(line, changed); err != nil {
			return err
		}
		return ch.respondBranding(b)
	})
	return b, err
}

// LinkLogo returns the logo of the dealer behind a link to an answer page or to unsubscribe: LinkNotFound, also if the dealer has
// no logo.
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
