package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// siteAsOf returns a site with its fields as they were at a time: SiteNotFound if there is no such site now. Before the site was
// created it has no fields.
func (s *Service) siteAsOf(ctx context.Context, caller Caller, ref rollcall.SiteRef, at time.Time) (rollcall.Site, error) {
	now, err := s.store.Site(ctx, caller.Dealer, ref)
	if err != nil {
		return rollcall.Site{}, err
	}
	then := rollcall.Site{Dealer: now.Dealer, ID: now.ID, Seq: now.Seq}
	err = s.readChain(ctx, now.Dealer, now.ID, func(l *audit.Line) error {
		if l.At.After(at) || l.Contact != "" || l.Subject != string(now.ID) {
			return nil
		}
		changed, err := l.Changes()
		if err == nil {
			audit.ApplySiteChanges(&then, changed)
		}
		return err
	})
	return then, err
}
