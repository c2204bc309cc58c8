package client

import (
	"context"
	"io"
	"iter"
	"maps"
	"net/url"
)

// SiteContact is a contact, and its site.
type SiteContact struct {
	SiteID             string `json:"site_id"`
	AccountReferenceID string `json:"account_reference_id"` // of the site
	Contact
}

// AllSitesQuery filters contacts of all sites. The zero value selects the first 100.
type AllSitesQuery struct {
	SiteID, AccountReferenceID string
	Types, Roles               []string
	PhoneStates, MailStates    []string // of any phone, of any e-mail
	Phone, Email               string   // in any spelling
	OlderThanDays              int      // since a phone or e-mail was last confirmed; never is older than any; 0: no filter
	Search                     string
	After                      string // NextAfter of an earlier list
	Limit                      int    // at most 500
}

// AllSitesList is a page of contacts of all sites. NextAfter continues it; it is empty on the last page.
type AllSitesList struct {
	Contacts  []SiteContact `json:"contacts"`
	NextAfter string        `json:"next_after"`
	Warnings  []Warning     `json:"warnings"`
	ETag      string        `json:"-"`
}

// ListAllSites returns a page of the contacts of all sites that match, by site, then in the order in which they were added.
func (s Contacts) ListAllSites(ctx context.Context, q AllSitesQuery) (list AllSitesList, err error) {
	query := q.filters()
	maps.Copy(query, values("after", q.After, "limit", q.Limit))
	list.ETag, err = s.c.call(ctx, "GET", "/ext/v1/contacts", query, nil, &list)
	return list, err
}

func (q *AllSitesQuery) filters() url.Values {
	return values("site_id", q.SiteID, "account_reference_id", q.AccountReferenceID, "type", q.Types, "role", q.Roles,
		"phone_status", q.PhoneStates, "email_status", q.MailStates, "phone", q.Phone, "email", q.Email, "older_than_days", q.OlderThanDays,
		"search", q.Search)
}

// ExportAllSites returns a file of all contacts of all sites that match, and ignores After and Limit. The format is csv or jsonl. The
// caller closes the file. Reading it fails if the server could not send all of it. The Timeout of Client.HTTP does not apply.
func (s Contacts) ExportAllSites(ctx context.Context, q AllSitesQuery, format string) (io.ReadCloser, error) {
	query := q.filters()
	query.Set("format", format)
	return s.c.stream(ctx, "/ext/v1/contacts/export", query)
}

// AllSites returns all contacts of all sites that match after After, and ignores Limit. It ends at the first error.
func (s Contacts) AllSites(ctx context.Context, q AllSitesQuery) iter.Seq2[SiteContact, error] {
	q.Limit = 500
	return cursorPages(q.After, func(after string) ([]SiteContact, string, error) {
		q.After = after
		list, err := s.ListAllSites(ctx, q)
		return list.Contacts, list.NextAfter, err
	})
}
