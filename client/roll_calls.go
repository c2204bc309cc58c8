package client

import (
	"context"
	"iter"
	"net/url"
	"time"
)

// RollCall asks many contact points whether the people can be reached there. Counts has targeted, and how many contact points have
// each status: confirmed, declined, undeliverable, opted_out, expired, failed, skipped, canceled and open; targeted is their sum.
type RollCall struct {
	RollCallID string         `json:"roll_call_id"`
	Status     string         `json:"status"` // scheduled, running, paused, finished or canceled
	Filter     RollCallFilter `json:"filter"`
	Methods    []string       `json:"methods"`
	Message    string         `json:"message"`
	PerHour    int            `json:"per_hour"`
	Repeated   bool           `json:"repeated"`
	Counts     map[string]int `json:"counts"`
	CreatedAt  time.Time      `json:"created_at"`
	StartsAt   time.Time      `json:"starts_at"`
	StartedAt  time.Time      `json:"started_at"`  // zero: its targets are not fixed yet
	FinishedAt time.Time      `json:"finished_at"` // zero: not yet
	EndsAbout  time.Time      `json:"ends_about"`  // when its last message will have been sent; zero: none is left
	Warnings   []Warning      `json:"warnings"`
}

// RollCallFilter selects contact points. Its conditions narrow each other down; an empty one selects any.
type RollCallFilter struct {
	All                 bool     `json:"all,omitempty"` // without other conditions
	SiteIDs             []string `json:"site_ids,omitempty"`
	AccountReferenceIDs []string `json:"account_reference_ids,omitempty"`
	Readiness           []string `json:"readiness,omitempty"`
	Statuses            []string `json:"statuses,omitempty"`
	OlderThanDays       int      `json:"older_than_days,omitempty"` // since the last confirmation; never is older than any
}

// RollCallCreate is a new roll call. A filter is required.
type RollCallCreate struct {
	Filter   RollCallFilter `json:"filter"`
	Methods  []string       `json:"methods,omitempty"` // sms, email and call; empty: sms and email
	Message  string         `json:"message,omitempty"`
	PerHour  int            `json:"per_hour,omitempty"` // 0: 100
	StartsAt time.Time      `json:"starts_at,omitzero"` // zero: now
	DryRun   bool           `json:"dry_run,omitempty"`  // set by Preview
}

// RollCallPreview is what a roll call would do if it started now.
type RollCallPreview struct {
	Points    int             `json:"points"`
	People    int             `json:"people"`
	Sites     int             `json:"sites"`
	Messages  int             `json:"messages"`
	Skipped   []SkippedPoints `json:"skipped"`
	Waiting   []SkippedPoints `json:"waiting"` // until somebody allows the country of the phone
	Counts    map[string]int  `json:"counts"`
	PerHour   int             `json:"per_hour"`
	Seconds   int             `json:"seconds"` // from the first message to the last
	EndsAbout time.Time       `json:"ends_about"`
	Warnings  []Warning       `json:"warnings"`
}

// SkippedPoints is how many contact points a roll call skips for a reason, or lets wait.
type SkippedPoints struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
	Points  int    `json:"points"`
}

// RollCallList is a page of roll calls. NextAfter continues it; it is empty on the last page.
type RollCallList struct {
	RollCalls []RollCall `json:"roll_calls"`
	NextAfter string     `json:"next_after"`
	Warnings  []Warning  `json:"warnings"`
}

// RollCallItem is a contact point that a roll call targets.
type RollCallItem struct {
	SiteID       string    `json:"site_id"`
	ContactID    string    `json:"contact_id"`
	PointID      string    `json:"point_id"`
	Kind         string    `json:"kind"`
	Status       string    `json:"status"`
	Reason       string    `json:"reason"`        // why it was skipped, failed or was canceled
	Message      string    `json:"message"`       // the reason for people
	ValidationID string    `json:"validation_id"` // that it follows; empty: not asked yet
	WaitsUntil   time.Time `json:"waits_until"`
	AskedAt      time.Time `json:"asked_at"`
	EndedAt      time.Time `json:"ended_at"`
}

// RollCallItemList is a page of items. NextAfter continues it; it is empty on the last page.
type RollCallItemList struct {
	Items     []RollCallItem `json:"items"`
	NextAfter string         `json:"next_after"`
	Warnings  []Warning      `json:"warnings"`
}

// RollCalls has the calls for roll calls.
type RollCalls struct{ c *Client }

const rollCallsPath = "/ext/v1/roll-calls"

// Create starts a roll call.
func (s RollCalls) Create(ctx context.Context, in RollCallCreate, options ...Option) (r RollCall, err error) {
	in.DryRun = false
	_, err = s.c.call(ctx, "POST", rollCallsPath, nil, in, &r, options...)
	return r, err
}

// Preview tells what Create would do, and changes nothing.
func (s RollCalls) Preview(ctx context.Context, in RollCallCreate) (p RollCallPreview, err error) {
	in.DryRun = true
	_, err = s.c.call(ctx, "POST", rollCallsPath, nil, in, &p)
	return p, err
}

// Get returns a roll call.
func (s RollCalls) Get(ctx context.Context, id string) (r RollCall, err error) {
	_, err = s.c.call(ctx, "GET", rollCallPath(id), nil, nil, &r)
	return r, err
}

// List returns a page of roll calls, newest first: after is NextAfter of the page before, or empty. Zero for limit returns at most
// 100.
func (s RollCalls) List(ctx context.Context, after string, limit int) (list RollCallList, err error) {
	_, err = s.c.call(ctx, "GET", rollCallsPath, values("after", after, "limit", limit), nil, &list)
	return list, err
}

// Items returns a page of items. status is one of RollCall.Counts, or empty for any.
func (s RollCalls) Items(ctx context.Context, id, status, after string, limit int) (list RollCallItemList, err error) {
	_, err = s.c.call(ctx, "GET", rollCallPath(id)+"/items", values("status", status, "after", after, "limit", limit), nil, &list)
	return list, err
}

// AllItems returns all items. It ends at the first error.
func (s RollCalls) AllItems(ctx context.Context, id, status string) iter.Seq2[RollCallItem, error] {
	return cursorPages("", func(after string) ([]RollCallItem, string, error) {
		list, err := s.Items(ctx, id, status, after, 500)
		return list.Items, list.NextAfter, err
	})
}

// Pause sends nothing more until Resume.
func (s RollCalls) Pause(ctx context.Context, id string, options ...Option) (RollCall, error) {
	return s.step(ctx, id, "/pause", options)
}

// Resume continues a paused roll call.
func (s RollCalls) Resume(ctx context.Context, id string, options ...Option) (RollCall, error) {
	return s.step(ctx, id, "/resume", options)
}

// Cancel cancels the items that were not asked, for good.
func (s RollCalls) Cancel(ctx context.Context, id string, options ...Option) (RollCall, error) {
	return s.step(ctx, id, "/cancel", options)
}

// Retry asks again where the validation expired or failed.
func (s RollCalls) Retry(ctx context.Context, id string, options ...Option) (RollCall, error) {
	return s.step(ctx, id, "/retry", options)
}

func (s RollCalls) step(ctx context.Context, id, step string, options []Option) (r RollCall, err error) {
	_, err = s.c.call(ctx, "POST", rollCallPath(id)+step, nil, nil, &r, options...)
	return r, err
}

func rollCallPath(id string) string { return rollCallsPath + "/" + url.PathEscape(id) }
