package client

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"
)

// Contact is a person to call for a site. Empty texts are not known.
type Contact struct {
	ContactID         string      `json:"contact_id"`
	ExternalContactID string      `json:"external_contact_id"`
	FirstName         string      `json:"first_name"`
	LastName          string      `json:"last_name"`
	Email             string      `json:"email"`
	Phone             string      `json:"phone"`
	Type              string      `json:"type"`
	Role              string      `json:"role"`
	Preferences       Preferences `json:"notification_preferences"`
	CreatedAt         time.Time   `json:"created_at"`
	UpdatedAt         time.Time   `json:"updated_at"`
	Validation        struct {
		Phone PointState `json:"phone"`
		Email PointState `json:"email"`
	} `json:"validation"`
	Warnings []Warning `json:"warnings"`
	ETag     string    `json:"-"` // empty in a list
}

// Preferences say which messages a contact wants.
type Preferences struct {
	Email bool `json:"email"`
	SMS   bool `json:"sms"`
	Push  bool `json:"push"`
}

// PointState is what is known of reaching a contact at a phone or an e-mail.
type PointState struct {
	Status      string    `json:"status"`
	ConfirmedAt time.Time `json:"confirmed_at"` // zero: not confirmed
	Method      string    `json:"method"`
}

// NewContact is a contact to create. FirstName, Type, and an Email or a Phone are required.
type NewContact struct {
	ContactID         string             `json:"contact_id,omitempty"` // made by the server where it is empty
	ExternalContactID string             `json:"external_contact_id,omitempty"`
	FirstName         string             `json:"first_name"`
	LastName          string             `json:"last_name"`
	Email             string             `json:"email,omitempty"`
	Phone             string             `json:"phone,omitempty"`
	Type              string             `json:"type"`
	Role              string             `json:"role,omitempty"`
	Preferences       *PreferencesUpdate `json:"notification_preferences,omitempty"`
}

// ContactUpdate is what to change of a contact.
type ContactUpdate struct {
	FirstName   Value[string]      `json:"first_name,omitzero"`
	LastName    Value[string]      `json:"last_name,omitzero"`
	Email       Value[string]      `json:"email,omitzero"`
	Phone       Value[string]      `json:"phone,omitzero"`
	Type        Value[string]      `json:"type,omitzero"`
	Role        Value[string]      `json:"role,omitzero"`
	Preferences *PreferencesUpdate `json:"notification_preferences,omitempty"`
}

// PreferencesUpdate is what to change of preferences.
type PreferencesUpdate struct {
	Email Value[bool] `json:"email,omitzero"`
	SMS   Value[bool] `json:"sms,omitzero"`
	Push  Value[bool] `json:"push,omitzero"`
}

// ContactQuery chooses contacts. Its zero value chooses every contact.
type ContactQuery struct {
	AsOf                    time.Time // the list as it was then; zero: now
	Types, Roles            []string
	PhoneStates, MailStates []string
	Search                  string
	Page, PerPage           int
}

// ContactList is a page of contacts, and how many match in all.
type ContactList struct {
	Contacts   []Contact `json:"contacts"`
	TotalCount int       `json:"total_count"`
	Warnings   []Warning `json:"warnings"`
	ETag       string    `json:"-"`
}

// Contacts are the calls about contacts.
type Contacts struct{ c *Client }

// contact returns the path of a contact.
func (r SiteRef) contact(id string) string { return r.path + "/contacts/" + url.PathEscape(id) }

// Create adds a contact at the end of the site's list.
func (s Contacts) Create(ctx context.Context, site SiteRef, in NewContact, options ...Option) (contact Contact, err error) {
	contact.ETag, err = s.c.call(ctx, "POST", site.path+"/contacts", nil, in, &contact, options...)
	return contact, err
}

// Get returns a contact.
func (s Contacts) Get(ctx context.Context, site SiteRef, id string) (contact Contact, err error) {
	contact.ETag, err = s.c.call(ctx, "GET", site.contact(id), nil, nil, &contact)
	return contact, err
}

// Update changes a contact.
func (s Contacts) Update(ctx context.Context, site SiteRef, id string, in ContactUpdate, options ...Option) (contact Contact, err error) {
	contact.ETag, err = s.c.call(ctx, "PATCH", site.contact(id), nil, in, &contact, options...)
	return contact, err
}

// Put is Update, and creates a contact of a site that is named by reference where there is none.
func (s Contacts) Put(ctx context.Context, site SiteRef, id string, in ContactUpdate, options ...Option) (contact Contact, err error) {
	contact.ETag, err = s.c.call(ctx, "PUT", site.contact(id), nil, in, &contact, options...)
	return contact, err
}

// Delete hides a contact. Restore brings it back within 30 days, unless the server is set otherwise.
func (s Contacts) Delete(ctx context.Context, site SiteRef, id string, options ...Option) error {
	_, err := s.c.call(ctx, "DELETE", site.contact(id), nil, nil, nil, options...)
	return err
}

// Restore brings a deleted contact back. The site is named by SiteID.
func (s Contacts) Restore(ctx context.Context, site SiteRef, id string, options ...Option) (contact Contact, err error) {
	contact.ETag, err = s.c.call(ctx, "POST", site.contact(id)+"/restore", nil, nil, &contact, options...)
	return contact, err
}

// Erase removes all that is held on a contact, for good. The site is named by SiteID.
func (s Contacts) Erase(ctx context.Context, site SiteRef, id string, options ...Option) (erasedAt time.Time, err error) {
	var done struct {
		ErasedAt time.Time `json:"erased_at"`
	}
	_, err = s.c.call(ctx, "POST", site.contact(id)+"/erase", nil, nil, &done, options...)
	return done.ErasedAt, err
}

// Export returns all that is held on a contact, as JSON to hand to the person. The site is named by SiteID.
func (s Contacts) Export(ctx context.Context, site SiteRef, id string) (held json.RawMessage, err error) {
	_, err = s.c.call(ctx, "GET", site.contact(id)+"/export", nil, nil, &held)
	return held, err
}

// List returns a page of the site's contacts that match, or all of them where no page is asked for.
func (s Contacts) List(ctx context.Context, site SiteRef, q ContactQuery) (list ContactList, err error) {
	query := values("as_of", q.AsOf, "type", q.Types, "role", q.Roles, "phone_status", q.PhoneStates, "email_status", q.MailStates,
		"search", q.Search, "page", q.Page, "per_page", q.PerPage)
	list.ETag, err = s.c.call(ctx, "GET", site.path+"/contacts", query, nil, &list)
	return list, err
}

// All returns every contact of the site that matches; the page of the query is not used. It ends with the first error.
func (s Contacts) All(ctx context.Context, site SiteRef, q ContactQuery) iter.Seq2[Contact, error] {
	q.PerPage = 500
	return pages(q.PerPage, func(page int) ([]Contact, error) {
		q.Page = page
		list, err := s.List(ctx, site, q)
		return list.Contacts, err
	})
}
