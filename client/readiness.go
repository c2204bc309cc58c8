package client

import (
	"context"
	"iter"
	"time"
)

// SiteReadiness says whether enough people can be reached for a site. Status is ready, at_risk, not_ready or exempt.
type SiteReadiness struct {
	SiteID   string            `json:"site_id"`
	Status   string            `json:"status"`
	Reasons  []ReadinessReason `json:"reasons"`
	Proven   Reach             `json:"proven"`
	Callable Reach             `json:"callable"`
	Required Requirement       `json:"required"`
	Since    time.Time         `json:"since"`
	Warnings []Warning         `json:"warnings"`
}

// ReadinessReason is what keeps a site from being ready. ContactID and PointID are empty if it is about the site.
type ReadinessReason struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	ContactID string `json:"contact_id"`
	PointID   string `json:"point_id"`
}

// Reach counts people and different numbers.
type Reach struct {
	People  int `json:"people"`
	Numbers int `json:"numbers"`
}

// Requirement is what a site needs to be ready.
type Requirement struct {
	People        int  `json:"people"`
	Numbers       int  `json:"numbers"`
	PremisesPhone bool `json:"premises_phone"`
}

// ReadinessQuery filters sites. The zero value selects the first hundred by name.
type ReadinessQuery struct {
	Status, Reason, Search string // several statuses or reasons are separated by commas
	Sort                   string // name or since
	After                  string // NextAfter of the page before
	Limit                  int
}

// ReadinessList is a page of sites, and the counts of all sites of the dealer. NextAfter is empty on the last page.
type ReadinessList struct {
	ComputedAt   time.Time      `json:"computed_at"`
	Counts       map[string]int `json:"counts"`
	ReasonCounts map[string]int `json:"reason_counts"`
	Sites        []ListedSite   `json:"sites"`
	NextAfter    string         `json:"next_after"`
	Warnings     []Warning      `json:"warnings"`
}

// ListedSite is a site in a list of readiness.
type ListedSite struct {
	SiteID             string    `json:"site_id"`
	AccountReferenceID string    `json:"account_reference_id"`
	Name               string    `json:"name"`
	Status             string    `json:"status"`
	Reasons            []string  `json:"reasons"`
	Since              time.Time `json:"since"`
}

// Readiness has the calls for readiness.
type Readiness struct{ c *Client }

// Get returns the readiness of a site now.
func (s Readiness) Get(ctx context.Context, ref SiteRef) (r SiteReadiness, err error) {
	_, err = s.c.call(ctx, "GET", ref.path+"/readiness", nil, nil, &r)
	return r, err
}

// List returns a page of sites with their readiness.
func (s Readiness) List(ctx context.Context, q ReadinessQuery) (list ReadinessList, err error) {
	query := values("status", q.Status, "reason", q.Reason, "search", q.Search, "sort", q.Sort, "after", q.After, "limit", q.Limit)
	_, err = s.c.call(ctx, "GET", "/ext/v1/readiness", query, nil, &list)
	return list, err
}

// All returns all matching sites from After on. It ends at the first error.
func (s Readiness) All(ctx context.Context, q ReadinessQuery) iter.Seq2[ListedSite, error] {
	q.Limit = 500
	return cursorPages(q.After, func(after string) ([]ListedSite, string, error) {
		q.After = after
		list, err := s.List(ctx, q)
		return list.Sites, list.NextAfter, err
	})
}
