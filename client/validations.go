package client

import (
	"context"
	"iter"
	"net/url"
	"time"
)

// Validation is a message that asks a contact whether it reached them. Send, Cancel and Check return only the first six
// fields and NotBefore.
type Validation struct {
	ValidationID string            `json:"validation_id"`
	Status       string            `json:"status"`
	Method       string            `json:"method"`
	PointID      string            `json:"point_id"` // the contact may no longer have it
	SentAt       time.Time         `json:"sent_at"`
	Failure      *Failure          `json:"failure"` // nil: none
	Point        string            `json:"point"`   // phone or email
	CreatedAt    time.Time         `json:"created_at"`
	DeliveredAt  time.Time         `json:"delivered_at"`
	AnsweredAt   time.Time         `json:"answered_at"`
	AnsweredBy   string            `json:"answered_by"`
	ExpiresAt    time.Time         `json:"expires_at"`
	NotBefore    time.Time         `json:"not_before"` // the end of the quiet hours that it waits for
	Test         bool              `json:"test"`
	Timeline     []ValidationEvent `json:"timeline"` // only from Get
	Warnings     []Warning         `json:"warnings"`
}

// Failure is the reason of a failed validation.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ValidationEvent is an event in the timeline of a validation.
type ValidationEvent struct {
	At            time.Time `json:"at"`
	Event         string    `json:"event"`
	Actor         string    `json:"actor"`
	AnsweredBy    string    `json:"answered_by"`
	Code          string    `json:"code"`
	Message       string    `json:"message"`
	Note          string    `json:"note"`
	FromContactID string    `json:"from_contact_id"`
}

// NewValidation is a validation to send. By default the server chooses the contact point, the method and the text.
type NewValidation struct {
	PointID string `json:"point_id,omitempty"`
	Method  string `json:"method,omitempty"` // sms, email or call
	Message string `json:"message,omitempty"`
}

// Attestation confirms a contact point without a message: the one with PointID, else the first one of the kind in Point. Note is
// required without FromContactID.
type Attestation struct {
	Point         string `json:"point,omitempty"` // phone or email
	PointID       string `json:"point_id,omitempty"`
	Note          string `json:"note,omitempty"`
	FromContactID string `json:"from_contact_id,omitempty"`
}

// ValidationList is a page of validations. TotalCount counts all.
type ValidationList struct {
	Validations []Validation `json:"validations"`
	TotalCount  int          `json:"total_count"`
	Warnings    []Warning    `json:"warnings"`
}

// Validations has the calls for validations.
type Validations struct{ c *Client }

// Send sends the contact a message. With the status queued, delivery continues.
func (s Validations) Send(ctx context.Context, site SiteRef, contact string, in NewValidation, options ...Option) (v Validation, err error) {
	_, err = s.c.call(ctx, "POST", site.contact(contact)+"/validation", nil, in, &v, options...)
	return v, err
}

// Get returns a validation with its timeline.
func (s Validations) Get(ctx context.Context, site SiteRef, contact, id string) (v Validation, err error) {
	_, err = s.c.call(ctx, "GET", validationPath(site, contact, id), nil, nil, &v)
	return v, err
}

// Cancel cancels an open validation.
func (s Validations) Cancel(ctx context.Context, site SiteRef, contact, id string, options ...Option) (v Validation, err error) {
	_, err = s.c.call(ctx, "POST", validationPath(site, contact, id)+"/cancel", nil, nil, &v, options...)
	return v, err
}

// Check confirms a validation by the code that the person reads out.
func (s Validations) Check(ctx context.Context, site SiteRef, contact, id, code string, options ...Option) (v Validation, err error) {
	in := map[string]string{"code": code}
	_, err = s.c.call(ctx, "POST", validationPath(site, contact, id)+"/check", nil, in, &v, options...)
	return v, err
}

// Attest confirms a contact point without a message.
func (s Validations) Attest(ctx context.Context, site SiteRef, contact string, in Attestation, options ...Option) (c Contact, err error) {
	c.ETag, err = s.c.call(ctx, "POST", site.contact(contact)+"/attestation", nil, in, &c, options...)
	return c, err
}

// List returns a page of the contact's validations, oldest first. Zero for page and perPage returns the first 50.
func (s Validations) List(ctx context.Context, site SiteRef, contact string, page, perPage int) (list ValidationList, err error) {
	_, err = s.c.call(ctx, "GET", site.contact(contact)+"/validations", values("page", page, "per_page", perPage), nil, &list)
	return list, err
}

// All returns all validations of the contact, oldest first. It ends at the first error.
func (s Validations) All(ctx context.Context, site SiteRef, contact string) iter.Seq2[Validation, error] {
	const perPage = 200
	return pages(perPage, func(page int) ([]Validation, error) {
		list, err := s.List(ctx, site, contact, page, perPage)
		return list.Validations, err
	})
}

func validationPath(site SiteRef, contact, id string) string {
	return site.contact(contact) + "/validations/" + url.PathEscape(id)
}
