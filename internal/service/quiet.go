package service

import (
	"time"

	"example.org/rollcall/internal/rollcall"
)

// notBefore returns the end of the quiet hours at the site of a validation, the zero time if there are none now.
func (ch *change) notBefore(set *rollcall.Settings, v *rollcall.Validation) (time.Time, error) {
	if !set.Quiet.IsSet() {
		return time.Time{}, nil
	}
	site, err := ch.tx.Site(ch.ctx, v.Dealer, rollcall.SiteRef{ID: v.Site})
	if err != nil {
		return time.Time{}, err
	}
	return ch.quietUntil(set, &site), nil
}

// quietUntil returns the end of the quiet hours at a site, the zero time if there are none now.
func (s *Service) quietUntil(set *rollcall.Settings, site *rollcall.Site) time.Time {
	now := s.now()
	if at := set.Quiet.After(now, s.location(site.Timezone, set.Quiet.Timezone)); at.After(now) {
		return at
	}
	return time.Time{}
}

// quietHours returns the error for a message that has to wait for the end of the quiet hours, nil for one that can be sent now.
func (s *Service) quietHours(set *rollcall.Settings, site *rollcall.Site) *rollcall.PostponedError {
	at := s.quietUntil(set, site)
	if at.IsZero() {
		return nil
	}
	return &rollcall.PostponedError{Reason: "quiet_hours", After: at.Sub(s.now())}
}

// location returns the first of the time zones that is known, else UTC.
func (s *Service) location(timezones ...string) *time.Location {
	for _, name := range timezones {
		if !rollcall.IsTimezoneName(name) {
			continue
		}
		if known, ok := s.locations.Load(name); ok {
			return known.(*time.Location)
		}
		if location, err := time.LoadLocation(name); err == nil {
			s.locations.Store(name, location)
			return location
		}
	}
	return time.UTC
}
