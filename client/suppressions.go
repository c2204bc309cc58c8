package client

import (
	"context"
	"iter"
	"net/url"
	"time"
)

// Suppression is a number or an address to which nothing is sent.
type Suppression struct {
	SuppressionID string    `json:"suppression_id"`
	Point         string    `json:"point"` // phone or email
	Value         string    `json:"value"` // empty once a person who had it was erased
	Reason        string    `json:"reason"`
	CreatedAt     time.Time `json:"created_at"`
	Warnings      []Warning `json:"warnings"`
}

// SuppressionList is a page of suppressions, and how many there are in all.
type SuppressionList struct {
	Suppressions []Suppression `json:"suppressions"`
	TotalCount   int           `json:"total_count"`
	Warnings     []Warning     `json:"warnings"`
}

// Suppressions are the calls about numbers and addresses to which nothing is sent.
type Suppressions struct{ c *Client }

// Create has nothing be sent to a phone or an email. One that is suppressed already stays as it was.
func (s Suppressions) Create(ctx context.Context, point, value string, options ...Option) (made Suppression, err error) {
	in := map[string]string{"point": point, "value": value}
	_, err = s.c.call(ctx, "POST", "/ext/v1/suppressions", nil, in, &made, options...)
	return made, err
}

// Delete ends a suppression of your own.
func (s Suppressions) Delete(ctx context.Context, id string, options ...Option) error {
	_, err := s.c.call(ctx, "DELETE", "/ext/v1/suppressions/"+url.PathEscape(id), nil, nil, nil, options...)
	return err
}

// List returns a page of suppressions, the oldest first; zero for page and perPage is the first 100.
func (s Suppressions) List(ctx context.Context, page, perPage int) (list SuppressionList, err error) {
	_, err = s.c.call(ctx, "GET", "/ext/v1/suppressions", values("page", page, "per_page", perPage), nil, &list)
	return list, err
}

// All returns every suppression, the oldest first. It ends with the first error.
func (s Suppressions) All(ctx context.Context) iter.Seq2[Suppression, error] {
	const perPage = 500
	return pages(perPage, func(page int) ([]Suppression, error) {
		list, err := s.List(ctx, page, perPage)
		return list.Suppressions, err
	})
}
