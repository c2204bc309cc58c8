package httpapi

import (
	"encoding/json"
	"net/http"
	"net/url"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// contactQuery are the parameters of listContacts.
var contactQuery = []string{"as_of", "type", "role", "phone_status", "email_status", "search", "page", "per_page", "limit"}

// contactRef returns the contact in the path: its id, or its external id.
func (c *call) contactRef() rollcall.ContactRef {
	return rollcall.ContactRef{
		Site: c.siteRef(), ID: rollcall.ContactID(c.r.PathValue("contact_id")), ExternalID: c.r.PathValue("external_contact_id"),
	}
}

func (s *server) createContact(c *call) (answer, error) {
	var in rollcall.ContactInput
	ids := fields{text("contact_id", &in.ContactID), text("external_contact_id", &in.ExternalID)}
	if err := c.read(append(ids, contactFields(&in)...)); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (rollcall.Contact, error) {
		return s.service.CreateContact(c.context(), caller, c.siteRef(), in)
	}, c.contactCreated)
}

// contactCreated returns the answer for a new contact. Its location is by reference if the site is.
func (c *call) contactCreated(made rollcall.Contact) answer {
	a := contactAnswer(http.StatusCreated, made)
	if ref := c.r.PathValue("account_reference_id"); ref != "" {
		a.location = "/ref/v1/sites/" + url.PathEscape(ref) + "/contacts/" + url.PathEscape(made.ExternalID)
	} else {
		a.location = "/ext/v1/sites/" + url.PathEscape(string(made.Site)) + "/contacts/" + url.PathEscape(string(made.ID))
	}
	return a
}

func (s *server) listContacts(c *call) (answer, error) {
	p := c.params()
	asOf := p.time("as_of")
	q := service.ContactQuery{
		Type: p.choices("type"), Role: p.choices("role"), Phone: p.choices("phone_status"), Email: p.choices("email_status"),
		Search: p.text("search").Value, Page: p.count("page"), PerPage: p.perPage(),
	}
	if p.err != nil {
		return answer{}, p.err
	}
	var (
		contacts []rollcall.Contact
		total    int
		err      error
	)
	if p.text("as_of").Set {
		if err := c.caller.Allow(rollcall.ScopeAuditRead); err != nil {
			return answer{}, err
		}
		contacts, total, err = s.service.ContactsAsOf(c.context(), c.caller, c.siteRef(), asOf, q)
	} else {
		contacts, total, err = s.service.Contacts(c.context(), c.caller, c.siteRef(), q)
	}
	if err != nil {
		return answer{}, err
	}
	out := contactList{Contacts: mapped(contacts, contactOut), TotalCount: total}
	tag := listTag(len(contacts), total, func(i int) (string, string) {
		if p.text("as_of").Set { // a contact from the audit has no version
			body, _ := json.Marshal(out.Contacts[i])
			return "", string(body)
		}
		return string(contacts[i].ID), contacts[i].ETag()
	})
	return answer{status: http.StatusOK, tag: tag, data: &out}, nil
}

func (s *server) getContact(c *call) (answer, error) {
	found, err := s.service.Contact(c.context(), c.caller, c.contactRef())
	return contactAnswer(http.StatusOK, found), err
}

func (s *server) updateContact(c *call) (answer, error) {
	var in rollcall.ContactInput
	if err := c.read(c.contactUpdate(&in)); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (rollcall.Contact, error) {
		return s.service.UpdateContact(c.context(), caller, c.contactRef(), in)
	}, func(changed rollcall.Contact) answer {
		return okContact(changed).with(in.Warnings(&changed))
	})
}

// putContact creates or updates the contact with the external id.
func (s *server) putContact(c *call) (answer, error) {
	var in rollcall.ContactInput
	if err := c.read(c.contactUpdate(&in)); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (service.PutContactResult, error) {
		return s.service.PutContact(c.context(), caller, c.contactRef(), in)
	}, func(put service.PutContactResult) answer {
		if put.Created {
			return c.contactCreated(put.Contact)
		}
		return okContact(put.Contact).with(in.Warnings(&put.Contact))
	})
}

func (s *server) restoreContact(c *call) (answer, error) {
	return change(c, func(caller service.Caller) (rollcall.Contact, error) {
		return s.service.RestoreContact(c.context(), caller, c.contactRef())
	}, okContact)
}

func (s *server) deleteContact(c *call) (answer, error) {
	return change(c, func(caller service.Caller) (struct{}, error) {
		return struct{}{}, s.service.DeleteContact(c.context(), caller, c.contactRef())
	}, noContent)
}

// contactUpdate returns the fields of an update. The identifier that isn't in the path is read-only.
func (c *call) contactUpdate(in *rollcall.ContactInput) fields {
	if c.r.PathValue("contact_id") != "" {
		return append(contactFields(in), append(readOnly("external_contact_id"), c.fromPath("contact_id"))...)
	}
	return append(contactFields(in), append(readOnly("contact_id"), c.fromPath("external_contact_id"))...)
}

// contactFields returns the fields of a contact without its ids.
func contactFields(in *rollcall.ContactInput) fields {
	return append(append(readOnly("created_at", "updated_at", "validation", "effective_dispatch", "warnings"), callingFields(&in.Calling)...),
		text("first_name", &in.FirstName),
		text("last_name", &in.LastName),
		text("email", &in.Email),
		text("phone", &in.Phone),
		objects("points", &in.Points, func(p *rollcall.PointInput) fields {
			return append(readOnly("e164", "validation"),
				text("point_id", &p.ID), text("kind", &p.Kind), text("value", &p.Value), text("extension", &p.Extension), text("label", &p.Label))
		}),
		text("type", &in.Type),
		text("role", &in.Role),
		text("language", &in.Language),
		object("notification_preferences", &in.Preferences, func(p *rollcall.PreferencesInput) fields {
			return fields{boolean("email", &p.Email), boolean("sms", &p.SMS), boolean("push", &p.Push)}
		}),
	)
}

type contactList struct {
	Contacts   []contact `json:"contacts"`
	TotalCount int       `json:"total_count"`
	warned
}

type contact struct {
	ContactID         rollcall.ContactID    `json:"contact_id"`
	ExternalContactID string                `json:"external_contact_id"`
	FirstName         string                `json:"first_name"`
	LastName          string                `json:"last_name"`
	Email             *string               `json:"email"`
	Phone             *string               `json:"phone"`
	Points            []point               `json:"points"`
	Type              rollcall.ContactType  `json:"type"`
	Role              *rollcall.ContactRole `json:"role"`
	Language          *string               `json:"language"`
	Preferences       preferences           `json:"notification_preferences"`
	calling
	CreatedAt  timestamp         `json:"created_at"`
	UpdatedAt  timestamp         `json:"updated_at"`
	Validation contactValidation `json:"validation"`
	warned
}

type preferences struct {
	Email bool `json:"email"`
	SMS   bool `json:"sms"`
	Push  bool `json:"push"`
}

type contactValidation struct {
	Phone pointState `json:"phone"`
	Email pointState `json:"email"`
}

type pointState struct {
	Status      rollcall.PointStatus `json:"status"`
	ConfirmedAt timestamp            `json:"confirmed_at"`
	Method      *rollcall.Method     `json:"method"`

	NotInService bool `json:"not_in_service,omitempty"`
}

func okContact(c rollcall.Contact) answer { return contactAnswer(http.StatusOK, c) }

func contactAnswer(status int, c rollcall.Contact) answer {
	data := contactOut(&c)
	return answer{status: status, tag: c.ETag(), data: &data}
}

func contactOut(c *rollcall.Contact) contact {
	return contact{
		ContactID:         c.ID,
		ExternalContactID: c.ExternalID,
		FirstName:         c.FirstName,
		LastName:          c.LastName,
		Email:             firstValue(c, rollcall.EmailPoint),
		Phone:             firstValue(c, rollcall.PhonePoint),
		Points:            mapped(c.Points, pointOut),
		Type:              c.Type,
		Role:              orNull(c.Role),
		Language:          orNull(c.Language),
		Preferences:       preferences(c.Preferences),
		calling:           callingOut(c),
		CreatedAt:         timestamp(c.Created),
		UpdatedAt:         timestamp(c.Updated),
		Validation:        contactValidation{Phone: stateOut(c.State(rollcall.PhonePoint)), Email: stateOut(c.State(rollcall.EmailPoint))},
		warned:            warningsOut(c.Warnings()),
	}
}

// firstValue returns the value of the first point of a kind, nil if there is none.
func firstValue(c *rollcall.Contact, kind rollcall.PointKind) *string {
	if p := c.First(kind); p != nil {
		return &p.Value
	}
	return nil
}

type point struct {
	PointID    rollcall.PointID      `json:"point_id"`
	Kind       rollcall.PointKind    `json:"kind"`
	Value      string                `json:"value"`
	Extension  *string               `json:"extension"`
	Label      *rollcall.PointLabel  `json:"label"`
	E164       *rollcall.PhoneNumber `json:"e164"`
	Validation pointState            `json:"validation"`
}

func pointOut(p *rollcall.Point) point {
	return point{
		PointID: p.ID, Kind: p.Kind, Value: p.Value, Extension: orNull(p.Extension), Label: orNull(p.Label), E164: orNull(p.E164),
		Validation: stateOut(&p.State),
	}
}

func stateOut(state *rollcall.PointState) pointState {
	return pointState{
		Status: state.Status, ConfirmedAt: timestamp(state.ConfirmedAt()), Method: orNull(state.Method), NotInService: state.NotInService,
	}
}
