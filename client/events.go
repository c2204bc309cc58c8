package client

import (
	"context"
	"iter"
	"strings"
	"time"
)

// Event is something that happened. Identifiers are empty where it is not about such a record.
type Event struct {
	EventID      string    `json:"event_id"`
	Type         string    `json:"type"` // such as contact.updated
	CreatedAt    time.Time `json:"created_at"`
	SiteID       string    `json:"site_id"`
	ContactID    string    `json:"contact_id"`
	PointID      string    `json:"point_id"`
	ValidationID string    `json:"validation_id"`
	ImportID     string    `json:"import_id"`
	RequestID    string    `json:"request_id"`
	Fields       []string  `json:"fields"` // that an update changed
}

// EventQuery filters events. The zero value selects the first hundred that are kept.
type EventQuery struct {
	Types  []string // empty: all
	SiteID string
	After  string // NextAfter of an earlier list, or "latest"
	Limit  int
}

// EventList is a part of the events, oldest first. NextAfter continues it.
type EventList struct {
	Events    []Event   `json:"events"`
	NextAfter string    `json:"next_after"`
	Warnings  []Warning `json:"warnings"`
}

// Events has the calls for events.
type Events struct{ c *Client }

// List returns events. It fails with the code cursor_expired if events after the cursor are no longer kept.
func (s Events) List(ctx context.Context, q EventQuery) (list EventList, err error) {
	query := values("types", strings.Join(q.Types, ","), "site_id", q.SiteID, "after", q.After, "limit", q.Limit)
	_, err = s.c.call(ctx, "GET", "/ext/v1/events", query, nil, &list)
	return list, err
}

// All returns all events after After until now. It ends at the first error.
func (s Events) All(ctx context.Context, q EventQuery) iter.Seq2[Event, error] {
	q.Limit = 500
	return cursorPages(q.After, func(after string) ([]Event, string, error) {
		q.After = after
		list, err := s.List(ctx, q)
		return list.Events, list.NextAfter, err
	})
}
