package httpapi

import (
	"bytes"
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// eventQuery are the parameters of listEvents.
var eventQuery = []string{"types", "site_id", "after", "limit"}

func (s *server) listEvents(c *call) (answer, error) {
	p := c.params()
	q := service.EventQuery{Types: p.choices("types"), Site: p.text("site_id"), After: p.text("after").Value, Limit: p.count("limit")}
	if p.err != nil {
		return answer{}, p.err
	}
	events, next, err := s.service.Events(c.context(), c.caller, q)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: &eventList{Events: mapped(events, feedEventOut), NextAfter: next}}, nil
}

type eventList struct {
	Events    []feedEvent `json:"events"`
	NextAfter string      `json:"next_after"`
	warned
}

type feedEvent struct {
	EventID      rollcall.EventID       `json:"event_id"`
	Type         rollcall.EventType     `json:"type"`
	CreatedAt    timestamp              `json:"created_at"`
	SiteID       *rollcall.SiteID       `json:"site_id"`
	ContactID    *rollcall.ContactID    `json:"contact_id"`
	PointID      *rollcall.PointID      `json:"point_id"`
	ValidationID *rollcall.ValidationID `json:"validation_id"`
	ImportID     *rollcall.ImportID     `json:"import_id"`
	RequestID    *string                `json:"request_id"`
	Fields       []string               `json:"fields"`
}

// EventJSON returns an event as a receiver of webhooks gets it: as in the list of events.
func EventJSON(e *rollcall.Event) ([]byte, error) {
	body, err := encodeJSON(feedEventOut(e))
	return bytes.TrimSuffix(body, []byte("\n")), err
}

func feedEventOut(e *rollcall.Event) feedEvent {
	return feedEvent{
		EventID:      e.ID,
		Type:         e.Type,
		CreatedAt:    timestamp(e.At),
		SiteID:       orNull(e.Site),
		ContactID:    orNull(e.Contact),
		PointID:      orNull(e.Point),
		ValidationID: orNull(e.Validation),
		ImportID:     orNull(e.Import),
		RequestID:    orNull(e.RequestID),
		Fields:       append([]string{}, e.Fields...),
	}
}
