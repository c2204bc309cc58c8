package service

import (
	"time"

	"example.org/rollcall/internal/rollcall"
)

// place returns the place whose clock counts for a site in the time zone.
func (s *Service) place(q rollcall.QuietHours, timezone string) *time.Location {
	for _, name := range []string{timezone, q.Timezone} {
		if !rollcall.IsTimezoneName(name) {
			continue
		}
		if known, ok := s.places.Load(name); ok {
			return known.(*time.Location)
		}
		if place, err := time.LoadLocation(name); err == nil {
			s.places.Store(name, place) // at most as many as there are time zones
			return place
		}
	}
	return time.UTC
}
