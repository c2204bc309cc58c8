package httpapi

import (
	"context"
	"net/http"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

// CreateContact implements createContact.
func (s *server) CreateContact(ctx context.Context, req *api.ContactCreate, p api.CreateContactParams) (api.CreateContactRes, error) {
	return s.createContact(ctx, req, site(p.SiteID))
}

// CreateContactByReference implements createContactByReference.
func (s *server) CreateContactByReference(ctx context.Context, req *api.ContactCreate, p api.CreateContactByReferenceParams) (api.CreateContactByReferenceRes, error) {
	return s.createContact(ctx, req, siteByReference(p.AccountReferenceID))
}

func (s *server) createContact(ctx context.Context, req *api.ContactCreate, ref rollcall.SiteRef) (*api.ContactAnswerHeaders, error) {
	return contactAnswer(s.service.CreateContact(ctx, caller(ctx, http.StatusCreated), ref, createInput(req)))
}

// ListContacts implements listContacts.
func (s *server) ListContacts(ctx context.Context, p api.ListContactsParams) (api.ListContactsRes, error) {
	list, tag, err := s.listContacts(ctx, site(p.SiteID), p.AsOf, rollcall.ContactQuery{
		Type:    optionalText(p.Type.Get()),
		Role:    optionalText(p.Role.Get()),
		Phone:   optionalText(p.PhoneStatus.Get()),
		Email:   optionalText(p.EmailStatus.Get()),
		Search:  p.Search.Value,
		Page:    optional(p.Page.Get()),
		PerPage: perPage(p.PerPage, p.Limit),
	})
	switch {
	case err != nil:
		return nil, err
	case unchanged(p.IfNoneMatch, tag):
		return notModified(tag), nil
	}
	return list, nil
}

// ListContactsByReference implements listContactsByReference.
func (s *server) ListContactsByReference(ctx context.Context, p api.ListContactsByReferenceParams) (api.ListContactsByReferenceRes, error) {
	list, tag, err := s.listContacts(ctx, siteByReference(p.AccountReferenceID), p.AsOf, rollcall.ContactQuery{
		Type:    optionalText(p.Type.Get()),
		Role:    optionalText(p.Role.Get()),
		Phone:   optionalText(p.PhoneStatus.Get()),
		Email:   optionalText(p.EmailStatus.Get()),
		Search:  p.Search.Value,
		Page:    optional(p.Page.Get()),
		PerPage: perPage(p.PerPage, p.Limit),
	})
	switch {
	case err != nil:
		return nil, err
	case unchanged(p.IfNoneMatch, tag):
		return notModified(tag), nil
	}
	return list, nil
}

// listContacts also returns the ETag of the list.
func (s *server) listContacts(ctx context.Context, ref rollcall.SiteRef, asOf api.OptDateTime, q rollcall.ContactQuery) (*api.ContactListAnswerHeaders, string, error) {
	var (
		contacts []rollcall.Contact
		total    int
		err      error
	)
	if asOf.Set {
		contacts, total, err = s.service.ContactsAsOf(ctx, reader(ctx), ref, asOf.Value, q)
	} else {
		contacts, total, err = s.service.Contacts(ctx, reader(ctx), ref, q)
	}
	if err != nil {
		return nil, "", err
	}
	list := api.ContactList{Contacts: make([]api.Contact, len(contacts)), TotalCount: total}
	for i := range contacts {
		list.Contacts[i] = contactOut(&contacts[i])
	}
	tag := listTag(len(contacts), total, func(i int) (string, string) {
		if asOf.Set { // the audit does not count versions
			body, _ := list.Contacts[i].MarshalJSON()
			return "", string(body)
		}
		return string(contacts[i].ID), contacts[i].ETag()
	})
	return &api.ContactListAnswerHeaders{
		ETag:     api.NewOptString(quoted(tag)),
		Response: api.ContactListAnswer{Data: list},
	}, tag, nil
}

// GetContact implements getContact.
func (s *server) GetContact(ctx context.Context, p api.GetContactParams) (api.GetContactRes, error) {
	c, err := s.service.Contact(ctx, reader(ctx), contact(p.SiteID, p.ContactID))
	switch {
	case err != nil:
		return nil, err
	case unchanged(p.IfNoneMatch, c.ETag()):
		return notModified(c.ETag()), nil
	}
	return contactAnswer(c, nil)
}

// GetContactByReference implements getContactByReference.
func (s *server) GetContactByReference(ctx context.Context, p api.GetContactByReferenceParams) (api.GetContactByReferenceRes, error) {
	c, err := s.service.Contact(ctx, reader(ctx), contactByReference(p.AccountReferenceID, p.ExternalContactID))
	switch {
	case err != nil:
		return nil, err
	case unchanged(p.IfNoneMatch, c.ETag()):
		return notModified(c.ETag()), nil
	}
	return contactAnswer(c, nil)
}

// UpdateContact implements updateContact.
func (s *server) UpdateContact(ctx context.Context, req *api.ContactUpdate, p api.UpdateContactParams) (api.UpdateContactRes, error) {
	return s.updateContact(ctx, req, contact(p.SiteID, p.ContactID))
}

// PatchContact implements patchContact.
func (s *server) PatchContact(ctx context.Context, req api.PatchContactReq, p api.PatchContactParams) (api.PatchContactRes, error) {
	var update *api.ContactUpdate
	switch req := req.(type) {
	case *api.PatchContactApplicationJSON:
		update = (*api.ContactUpdate)(req)
	case *api.PatchContactApplicationMergePatchJSON:
		update = (*api.ContactUpdate)(req)
	}
	return s.updateContact(ctx, update, contact(p.SiteID, p.ContactID))
}

func (s *server) updateContact(ctx context.Context, req *api.ContactUpdate, ref rollcall.ContactRef) (*api.ContactAnswerHeaders, error) {
	return contactAnswer(s.service.UpdateContact(ctx, caller(ctx, http.StatusOK), ref, updateInput(req)))
}

// PutContactByReference implements putContactByReference.
func (s *server) PutContactByReference(ctx context.Context, req *api.ContactUpdate, p api.PutContactByReferenceParams) (api.PutContactByReferenceRes, error) {
	put, err := s.service.PutContact(ctx, caller(ctx, http.StatusOK), contactByReference(p.AccountReferenceID, p.ExternalContactID), updateInput(req))
	answer, err := contactAnswer(put.Contact, err)
	switch {
	case err != nil:
		return nil, err
	case put.Created:
		return (*api.PutContactByReferenceCreated)(answer), nil
	}
	return (*api.PutContactByReferenceOK)(answer), nil
}

// RestoreContact implements restoreContact.
func (s *server) RestoreContact(ctx context.Context, p api.RestoreContactParams) (api.RestoreContactRes, error) {
	return contactAnswer(s.service.RestoreContact(ctx, caller(ctx, http.StatusOK), site(p.SiteID), rollcall.ContactID(p.ContactID)))
}

// DeleteContact implements deleteContact.
func (s *server) DeleteContact(ctx context.Context, p api.DeleteContactParams) (api.DeleteContactRes, error) {
	err := s.service.DeleteContact(ctx, caller(ctx, http.StatusNoContent), contact(p.SiteID, p.ContactID))
	return &api.DeleteContactNoContent{}, err
}

// DeleteContactByReference implements deleteContactByReference.
func (s *server) DeleteContactByReference(ctx context.Context, p api.DeleteContactByReferenceParams) (api.DeleteContactByReferenceRes, error) {
	err := s.service.DeleteContact(ctx, caller(ctx, http.StatusNoContent), contactByReference(p.AccountReferenceID, p.ExternalContactID))
	return &api.DeleteContactByReferenceNoContent{}, err
}

func contact(siteID, contactID string) rollcall.ContactRef {
	return rollcall.ContactRef{Site: site(siteID), ID: rollcall.ContactID(contactID)}
}

func contactByReference(accountReferenceID, externalContactID string) rollcall.ContactRef {
	return rollcall.ContactRef{Site: siteByReference(accountReferenceID), ExternalID: externalContactID}
}

func createInput(req *api.ContactCreate) rollcall.ContactInput {
	return rollcall.ContactInput{
		ContactID:   optional(req.ContactID.Get()),
		ExternalID:  optional(req.ExternalContactID.Get()),
		FirstName:   rollcall.Given(req.FirstName),
		LastName:    rollcall.Given(req.LastName),
		Email:       nullable(req.Email),
		Phone:       nullable(req.Phone),
		Type:        rollcall.Given(string(req.Type)),
		Role:        roleInput(req.Role),
		Preferences: preferencesInput(req.NotificationPreferences),
	}
}

func updateInput(req *api.ContactUpdate) rollcall.ContactInput {
	return rollcall.ContactInput{
		FirstName:   optional(req.FirstName.Get()),
		LastName:    optional(req.LastName.Get()),
		Email:       nullable(req.Email),
		Phone:       nullable(req.Phone),
		Type:        optionalText(req.Type.Get()),
		Role:        roleInput(req.Role),
		Preferences: preferencesInput(req.NotificationPreferences),
	}
}

func roleInput(role api.OptNilContactRoleInput) rollcall.Field[string] {
	return rollcall.Field[string]{Value: string(role.Value), Set: role.Set, Null: role.Null}
}

func preferencesInput(p api.OptNotificationPreferencesInput) rollcall.Field[rollcall.PreferencesInput] {
	return rollcall.Field[rollcall.PreferencesInput]{Set: p.Set, Value: rollcall.PreferencesInput{
		Email: optional(p.Value.Email.Get()),
		SMS:   optional(p.Value.SMS.Get()),
		Push:  optional(p.Value.Push.Get()),
	}}
}

func contactAnswer(c rollcall.Contact, err error) (*api.ContactAnswerHeaders, error) {
	if err != nil {
		return nil, err
	}
	return &api.ContactAnswerHeaders{
		ETag:     api.NewOptString(quoted(c.ETag())),
		Response: api.ContactAnswer{Data: contactOut(&c)},
	}, nil
}

func contactOut(c *rollcall.Contact) api.Contact {
	out := api.Contact{
		ContactID:         string(c.ID),
		ExternalContactID: c.ExternalID,
		FirstName:         c.FirstName,
		LastName:          c.LastName,
		Email:             orNull(string(c.Email)),
		Phone:             orNull(c.Phone),
		Type:              api.ContactType(c.Type),
		Role:              api.NilContactRoleOrNull{Value: api.ContactRoleOrNull(c.Role), Null: c.Role == ""},
		NotificationPreferences: api.NotificationPreferences{
			Email: c.Preferences.Email,
			SMS:   c.Preferences.SMS,
			Push:  c.Preferences.Push,
		},
		CreatedAt: c.Created,
		UpdatedAt: c.Updated,
		Validation: api.ContactValidation{
			Phone: pointOut(c.PhoneState),
			Email: pointOut(c.EmailState),
		},
	}
	for _, w := range c.Warnings() {
		out.Warnings = append(out.Warnings, api.Warning{Field: w.Field, Code: w.Code, Message: w.Message})
	}
	return out
}

func pointOut(state rollcall.PointState) api.PointValidation {
	return api.PointValidation{
		Status:      api.PointStatus(state.Status),
		ConfirmedAt: timeOrNull(state.Confirmed),
		Method:      api.NilValidationMethodOrNull{Value: api.ValidationMethodOrNull(state.Method), Null: state.Method == ""},
	}
}
