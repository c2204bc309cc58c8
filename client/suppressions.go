package client

import (
	"context"
	"iter"
	"net/url"
	"time"
)

// Suppression is a number or address that gets no messages.
type Suppression struct {
	SuppressionID string    `json:"suppression_id"`
	Point         string    `json:"point"` // phone or email
	Value         string    `json:"value"` // empty: a person who had it was erased
	Reason        string    `json:"reason"`
	CreatedAt     time.Time `json:"created_at"`
	Warnings      []Warning `json:"warnings"`
}

// SuppressionList is a page of suppressions. TotalCount counts all.
type SuppressionList struct {
	Suppressions []Suppression `json:"suppressions"`
	TotalCount   int           `json:"total_count"`
	Warnings     []Warning     `json:"warnings"`
}

// Suppressions has the calls for suppressions.
type Suppressions struct{ c *Client }

// Create suppresses a phone or an email. An existing suppression is not changed.
func (s Suppressions) Create(ctx context.Context, point, value string, options ...Option) (made Suppression, err error) {
	in := map[string]string{"point": point, "value": value}
	_, err = s.c.call(ctx, "POST", "/ext/v1/suppressions", nil, in, &made, options...)
	return made, err
}

// Delete deletes a suppression that Create created.
func (s Suppressions) Delete(ctx context.Context, id string, options ...Option) error {
	_, err := s.c.call(ctx, "DELETE", "/ext/v1/suppressions/"+url.PathEscape(id), nil, nil, nil, options...)
	return err
}

// List returns a page of suppressions, oldest first. Zero for page and perPage returns the first 100.
func (s Suppressions) List(ctx context.Context, page, perPage int) (list SuppressionList, err error) {
	_, err = s.c.call(ctx, "GET", "/ext/v1/suppressions", values("page", page, "per_page", perPage), nil, &list)
	return list, err
}

// All returns all suppressions, oldest first. It ends at the first error.
func (s Suppressions) All(ctx context.Context) iter.Seq2[Suppression, error] {
	const perPage = 500
	return pages(perPage, func(page int) ([]Suppression, error) {
		list, err := s.List(ctx, page, perPage)
		return list.Suppressions, err
	})
}
