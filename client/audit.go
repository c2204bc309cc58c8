package client

import (
	"context"
	"iter"
	"time"
)

// AuditLine is a recorded change.
type AuditLine struct {
	At         time.Time `json:"at"`
	Actor      string    `json:"actor"`
	OnBehalfOf string    `json:"on_behalf_of"`
	RequestID  string    `json:"request_id"`
	Action     string    `json:"action"`
	SiteID     string    `json:"site_id"`
	ContactID  string    `json:"contact_id"`
	Subject    string    `json:"subject"`
	Seq        int64     `json:"seq"`
	Hash       string    `json:"hash"`
	Erased     bool      `json:"erased"`
	Changes    []Change  `json:"changes"`
}

// Change is a changed field; nil: no value.
type Change struct {
	Field string  `json:"field"`
	Old   *string `json:"old"`
	New   *string `json:"new"`
}

// AuditQuery filters the audit. The zero value selects the first hundred lines.
type AuditQuery struct {
	SiteID, ContactID, Action string
	After                     string // NextAfter of an earlier list, or "latest"
	Limit                     int
}

// AuditList is a part of the audit, oldest first. NextAfter continues it.
type AuditList struct {
	Lines     []AuditLine `json:"lines"`
	NextAfter string      `json:"next_after"`
	Warnings  []Warning   `json:"warnings"`
}

// Audit has the calls for the audit.
type Audit struct{ c *Client }

// List returns lines of the audit.
func (s Audit) List(ctx context.Context, q AuditQuery) (list AuditList, err error) {
	query := values("site_id", q.SiteID, "contact_id", q.ContactID, "action", q.Action, "after", q.After, "limit", q.Limit)
	_, err = s.c.call(ctx, "GET", "/ext/v1/audit", query, nil, &list)
	return list, err
}

// All returns all lines after After until now. It ends at the first error.
func (s Audit) All(ctx context.Context, q AuditQuery) iter.Seq2[AuditLine, error] {
	q.Limit = 500
	return cursorPages(q.After, func(after string) ([]AuditLine, string, error) {
		q.After = after
		list, err := s.List(ctx, q)
		return list.Lines, list.NextAfter, err
	})
}
