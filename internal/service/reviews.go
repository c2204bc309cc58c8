package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// reviewReader reads reviews of call lists.
type reviewReader interface {
	// LastReview returns the audit line of the last review of a site that has mentions; no line if there is none.
	LastReview(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) ([]audit.Line, error)
}

// reviewWriter changes reviews of call lists in a transaction.
type reviewWriter interface {
	// SetReviewed stores Reviewed of a site: SiteNotFound.
	SetReviewed(ctx context.Context, site rollcall.Site) error
}

// Review records that the whole call list of a site was read through with somebody: SiteNotFound, ValidationFailed. It returns the
// site; its version stays.
func (s *Service) Review(ctx context.Context, caller Caller, ref rollcall.SiteRef, in rollcall.ReviewInput) (rollcall.Site, error) {
	with, note, err := in.Apply()
	if err != nil {
		return rollcall.Site{}, s.siteFirst(ctx, caller, ref, err)
	}
	var site rollcall.Site
	err = s.change(ctx, caller, func(ch *change) (err error) {
		if site, _, err = ch.tx.LockSite(ch.ctx, caller.Dealer, ref); err != nil {
			return err
		}
		site.Reviewed = ch.now()
		if err := ch.tx.SetReviewed(ch.ctx, site); err != nil {
			return err
		}
		line := audit.Line{Site: site.ID, Action: audit.CallListReviewed, Subject: string(site.ID), At: site.Reviewed}
		line.Mention(audit.Mention{With: with, Note: note})
		if err := ch.record(line, nil); err != nil {
			return err
		}
		return ch.respond(site)
	})
	return site, err
}

// ReviewedWith returns with whom the call list of a site was last read through, empty if the name was erased, or there was no review.
func (s *Service) ReviewedWith(ctx context.Context, site *rollcall.Site) (string, error) {
	if site.Reviewed.IsZero() {
		return "", nil
	}
	lines, err := s.store.LastReview(ctx, site.Dealer, site.ID)
	if err != nil || len(lines) == 0 || !lines[0].At.Equal(site.Reviewed) {
		return "", err
	}
	return lines[0].Mentioned().With, nil
}
