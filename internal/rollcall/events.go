package rollcall

import (
	"encoding/binary"
	"time"
)

// EventID identifies an event of a dealer.
type EventID string

// NewEventIDOf returns the identifier of the event of an audit line with this hash.
func NewEventIDOf(line Hash) EventID {
	return EventID(encodeID("evt_", binary.BigEndian.Uint64(line[:8]), binary.BigEndian.Uint64(line[8:16])))
}

// EventType says what happened.
type EventType string

// The types of events.
const (
	SiteCreatedEvent         EventType = "site.created"
	SiteUpdatedEvent         EventType = "site.updated"
	SiteDeletedEvent         EventType = "site.deleted"
	ContactCreatedEvent      EventType = "contact.created"
	ContactUpdatedEvent      EventType = "contact.updated"
	ContactDeletedEvent      EventType = "contact.deleted"
	ContactRestoredEvent     EventType = "contact.restored"
	ContactErasedEvent       EventType = "contact.erased"
	CallListReorderedEvent   EventType = "call_list.reordered"
	ValidationSentEvent      EventType = "validation.sent"
	ValidationDeliveredEvent EventType = "validation.delivered"
	ValidationConfirmedEvent EventType = "validation.confirmed"
	ValidationDeclinedEvent  EventType = "validation.declined"
	ValidationFailedEvent    EventType = "validation.failed"
	ValidationExpiredEvent   EventType = "validation.expired"
	ValidationCanceledEvent  EventType = "validation.canceled"
	PointStaleEvent          EventType = "point.stale"
	PointOptedOutEvent       EventType = "point.opted_out"
	PointOptedInEvent        EventType = "point.opted_in"
	ReadinessChangedEvent    EventType = "readiness.changed"
	RollCallFinishedEvent    EventType = "roll_call.finished"
	ImportFinishedEvent      EventType = "import.finished"
)

// EventTypes returns all types of events.
func EventTypes() []EventType {
	return []EventType{
		SiteCreatedEvent, SiteUpdatedEvent, SiteDeletedEvent,
		ContactCreatedEvent, ContactUpdatedEvent, ContactDeletedEvent, ContactRestoredEvent, ContactErasedEvent,
		CallListReorderedEvent,
		ValidationSentEvent, ValidationDeliveredEvent, ValidationConfirmedEvent, ValidationDeclinedEvent, ValidationFailedEvent,
		ValidationExpiredEvent, ValidationCanceledEvent,
		PointStaleEvent, PointOptedOutEvent, PointOptedInEvent,
		ReadinessChangedEvent, RollCallFinishedEvent, ImportFinishedEvent,
	}
}

// Event tells programs of the dealer that something changed. It holds no personal data.
type Event struct {
	ID         EventID
	Dealer     DealerID
	Type       EventType
	At         time.Time
	Site       SiteID       // empty: about no site
	Contact    ContactID    // empty: about no contact
	Point      PointID      // empty: about no phone or e-mail
	Validation ValidationID // empty: about no validation
	Import     ImportID     // empty: about no import
	RequestID  string       // of the request that caused it; empty: none did
	Fields     []string     // of an update: what changed, by the names of the API
}
