package client

import (
	"context"
	"time"
)

// CallList says whom to call for an alarm at a moment, in order, and who is skipped and why.
type CallList struct {
	SiteID   string         `json:"site_id"`
	At       time.Time      `json:"at"`
	Phase    string         `json:"phase"`
	Timezone string         `json:"timezone"` // empty: unknown, and hours are ignored
	Premises *Premises      `json:"premises"` // nil: none
	Calls    []PhoneCall    `json:"calls"`
	Skipped  []SkippedPhone `json:"skipped"`
	Warnings []Warning      `json:"warnings"`
}

// Premises is the phone of a site itself.
type Premises struct {
	Value string `json:"value"`
	E164  string `json:"e164"` // empty if it cannot be dialled
}

// PhoneCall is a phone to call.
type PhoneCall struct {
	Order       int       `json:"order"` // from 1
	ContactID   string    `json:"contact_id"`
	FirstName   string    `json:"first_name"`
	LastName    string    `json:"last_name"`
	Type        string    `json:"type"`
	Role        string    `json:"role"`
	Language    string    `json:"language"`
	PointID     string    `json:"point_id"`
	Label       string    `json:"label"`
	Value       string    `json:"value"`
	E164        string    `json:"e164"`
	Extension   string    `json:"extension"`
	Status      string    `json:"status"`
	ConfirmedAt time.Time `json:"confirmed_at"` // zero: not confirmed
}

// SkippedPhone is a phone that is not called, or a contact without a phone, which has an empty PointID.
type SkippedPhone struct {
	ContactID string `json:"contact_id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	PointID   string `json:"point_id"`
	Value     string `json:"value"`
	E164      string `json:"e164"`
	Reason    string `json:"reason"`
	Message   string `json:"message"`
}

// CallListQuery is a moment of an alarm. The zero value is now, before anybody is dispatched.
type CallListQuery struct {
	At    time.Time
	Phase string // before or after
}

// CallList returns the call list of a site.
func (s Sites) CallList(ctx context.Context, ref SiteRef, q CallListQuery) (list CallList, err error) {
	at := ""
	if !q.At.IsZero() {
		at = q.At.UTC().Format(time.RFC3339Nano)
	}
	_, err = s.c.call(ctx, "GET", ref.path+"/call-list", values("at", at, "phase", q.Phase), nil, &list)
	return list, err
}
