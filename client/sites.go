package client

import (
	"context"
	"iter"
	"net/url"
	"time"
)

// SiteRef names a site.
type SiteRef struct{ path string }

// SiteID names a site by its site_id.
func SiteID(id string) SiteRef { return SiteRef{"/ext/v1/sites/" + url.PathEscape(id)} }

// SiteReference names a site by your own account_reference_id.
func SiteReference(reference string) SiteRef {
	return SiteRef{"/ref/v1/sites/" + url.PathEscape(reference)}
}

// Site is a monitored place. Empty texts are not known.
type Site struct {
	SiteID             string    `json:"site_id"`
	AccountReferenceID string    `json:"account_reference_id"`
	AccountNumber      string    `json:"account_number"`
	Name               string    `json:"name"`
	Address            Address   `json:"address"`
	Timezone           string    `json:"timezone"`
	Language           string    `json:"language"`
	Status             string    `json:"status"`
	CreatedAt          time.Time `json:"created_at"`
	UpdatedAt          time.Time `json:"updated_at"`
	Warnings           []Warning `json:"warnings"`
	ETag               string    `json:"-"` // empty in a list
}

// Address is where a site is.
type Address struct {
	Street  string `json:"street,omitempty"`
	City    string `json:"city,omitempty"`
	State   string `json:"state,omitempty"`
	Zip     string `json:"zip,omitempty"`
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2
}

// NewSite is a site to create. Only Name is required.
type NewSite struct {
	SiteID             string  `json:"site_id,omitempty"` // made by the server where it is empty
	AccountReferenceID string  `json:"account_reference_id,omitempty"`
	AccountNumber      string  `json:"account_number,omitempty"`
	Name               string  `json:"name"`
	Address            Address `json:"address,omitzero"`
	Timezone           string  `json:"timezone,omitempty"`
	Language           string  `json:"language,omitempty"`
	Status             string  `json:"status,omitempty"`
}

// SiteUpdate is what to change of a site.
type SiteUpdate struct {
	AccountReferenceID Value[string]        `json:"account_reference_id,omitzero"`
	AccountNumber      Value[string]        `json:"account_number,omitzero"`
	Name               Value[string]        `json:"name,omitzero"`
	Address            Value[AddressUpdate] `json:"address,omitzero"`
	Timezone           Value[string]        `json:"timezone,omitzero"`
	Language           Value[string]        `json:"language,omitzero"`
	Status             Value[string]        `json:"status,omitzero"`
}

// AddressUpdate is what to change of an address.
type AddressUpdate struct {
	Street  Value[string] `json:"street,omitzero"`
	City    Value[string] `json:"city,omitzero"`
	State   Value[string] `json:"state,omitzero"`
	Zip     Value[string] `json:"zip,omitzero"`
	Country Value[string] `json:"country,omitzero"`
}

// SiteQuery chooses sites. Its zero value chooses the first 50.
type SiteQuery struct {
	Search, Status, AccountReferenceID string
	Page, PerPage                      int
}

// SiteList is a page of sites, and how many match in all.
type SiteList struct {
	Sites      []Site    `json:"sites"`
	TotalCount int       `json:"total_count"`
	Warnings   []Warning `json:"warnings"`
	ETag       string    `json:"-"`
}

// Sites are the calls about sites.
type Sites struct{ c *Client }

// Create adds a site.
func (s Sites) Create(ctx context.Context, in NewSite, options ...Option) (site Site, err error) {
	site.ETag, err = s.c.call(ctx, "POST", "/ext/v1/sites", nil, in, &site, options...)
	return site, err
}

// Get returns a site.
func (s Sites) Get(ctx context.Context, ref SiteRef) (site Site, err error) {
	site.ETag, err = s.c.call(ctx, "GET", ref.path, nil, nil, &site)
	return site, err
}

// Update changes a site.
func (s Sites) Update(ctx context.Context, ref SiteRef, in SiteUpdate, options ...Option) (site Site, err error) {
	site.ETag, err = s.c.call(ctx, "PATCH", ref.path, nil, in, &site, options...)
	return site, err
}

// Put is Update, and creates a site that is named by reference where there is none.
func (s Sites) Put(ctx context.Context, ref SiteRef, in SiteUpdate, options ...Option) (site Site, err error) {
	site.ETag, err = s.c.call(ctx, "PUT", ref.path, nil, in, &site, options...)
	return site, err
}

// Delete removes a site. One that has contacts is refused with site_not_empty unless cascade is true.
func (s Sites) Delete(ctx context.Context, ref SiteRef, cascade bool, options ...Option) error {
	query := url.Values{}
	if cascade {
		query.Set("cascade", "true")
	}
	_, err := s.c.call(ctx, "DELETE", ref.path, query, nil, nil, options...)
	return err
}

// List returns a page of the sites that match.
func (s Sites) List(ctx context.Context, q SiteQuery) (list SiteList, err error) {
	query := values("search", q.Search, "status", q.Status, "account_reference_id", q.AccountReferenceID, "page", q.Page, "per_page", q.PerPage)
	list.ETag, err = s.c.call(ctx, "GET", "/ext/v1/sites", query, nil, &list)
	return list, err
}

// All returns every site that matches; the page of the query is not used. It ends with the first error.
func (s Sites) All(ctx context.Context, q SiteQuery) iter.Seq2[Site, error] {
	q.PerPage = 200
	return pages(q.PerPage, func(page int) ([]Site, error) {
		q.Page = page
		list, err := s.List(ctx, q)
		return list.Sites, err
	})
}
