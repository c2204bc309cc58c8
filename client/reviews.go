package client

import (
	"context"
	"time"
)

// Review says with whom the whole call list of a site was read through.
type Review struct {
	With string `json:"with"`
	Note string `json:"note,omitempty"`
}

// Reviewed is a recorded review.
type Reviewed struct {
	SiteID     string    `json:"site_id"`
	ReviewedAt time.Time `json:"reviewed_at"`
	Warnings   []Warning `json:"warnings"`
}

// Review records that the whole call list of the site was read through with somebody.
func (s Sites) Review(ctx context.Context, ref SiteRef, in Review, options ...Option) (done Reviewed, err error) {
	_, err = s.c.call(ctx, "POST", ref.path+"/reviews", nil, in, &done, options...)
	return done, err
}
