package service

import (
	"context"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// ReadinessFault is a site whose stored readiness is wrong.
type ReadinessFault struct {
	Dealer         rollcall.DealerID
	Site           rollcall.SiteID
	Stored, Actual rollcall.ReadinessStatus // equal if only the reasons are wrong
}

// VerifyReadiness computes the readiness of every site of every dealer, and returns the sites where another one is stored. A status
// that time alone has changed since the last sweep is right.
func (s *Service) VerifyReadiness(ctx context.Context) (faults []ReadinessFault, err error) {
	dealers, err := s.store.Dealers(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range dealers {
		sites, _, err := s.store.Sites(ctx, d.ID, SiteFilter{})
		if err != nil {
			return nil, err
		}
		for i := range sites {
			fault, wrong, err := s.verifyReadiness(ctx, &sites[i])
			if err != nil && rollcall.KindOf(err) != rollcall.SiteNotFound {
				return nil, err
			}
			if wrong {
				faults = append(faults, fault)
			}
		}
	}
	return faults, nil
}

// verifyReadiness reports whether the stored readiness of a site is wrong: SiteNotFound if it was deleted.
func (s *Service) verifyReadiness(ctx context.Context, site *rollcall.Site) (fault ReadinessFault, wrong bool, err error) {
	var stored StoredReadiness
	var at func(time.Time) rollcall.Readiness
	err = s.store.Snapshot(ctx, func(read Reader) error {
		now, err := read.Site(ctx, site.Dealer, rollcall.SiteRef{ID: site.ID})
		if err == nil {
			stored, at, err = readReadiness(ctx, read, &now)
		}
		return err
	})
	if err != nil {
		return fault, false, err
	}
	now := s.now()
	stored = upToDate(stored, at, now)
	r := at(now)
	actual := storedAt(stored, &r, now)
	fault = ReadinessFault{Dealer: site.Dealer, Site: site.ID, Stored: stored.Status, Actual: actual.Status}
	return fault, stored.Status != actual.Status || !slices.Equal(stored.Reasons, actual.Reasons), nil
}
