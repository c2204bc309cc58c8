package rollcall

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall/phone"
)

// AuditField is one field of a record, as text; empty: no value.
type AuditField struct{ Name, Text string }

// AuditChanges returns what differs between two states of a record, whose fields come in the same order; nil stands for a
// record that is not there.
func AuditChanges(before, after []AuditField) []Change {
	n := max(len(before), len(after))
	all := make([]Change, 0, n)
	for i := range n {
		var c Change
		if before != nil {
			c.Field, c.Old = before[i].Name, before[i].value()
		}
		if after != nil {
			c.Field, c.New = after[i].Name, after[i].value()
		}
		if c.Old == nil && c.New == nil || c.Old != nil && c.New != nil && *c.Old == *c.New {
			continue
		}
		all = append(all, c)
	}
	return all
}

// value returns the text, nil where there is no value.
func (f *AuditField) value() *string {
	if f.Text == "" {
		return nil
	}
	return &f.Text
}

// Actions whose lines show a whole contact; fields with their default are not stored.
const (
	ContactCreated  = "contact.created"
	ContactRestored = "contact.restored"
	ContactDeleted  = "contact.deleted"
)

// ContactChanges returns the changes to store for a contact: before is nil for a new one, and after for a deleted one.
func ContactChanges(before, after *Contact) []Change {
	switch {
	case before == nil:
		all := AuditChanges(defaultFields(after.ID), after.AuditFields())
		for i := range all {
			all[i].Old = nil
		}
		return all
	case after == nil:
		all := AuditChanges(before.AuditFields(), defaultFields(before.ID))
		for i := range all {
			all[i].New = nil
		}
		return all
	}
	return AuditChanges(before.AuditFields(), after.AuditFields())
}

// defaultFields returns the fields of a contact that has nothing but defaults.
func defaultFields(id ContactID) []AuditField {
	c := Contact{ExternalID: string(id), PhoneState: PointState{Status: PointUnconfirmed}, EmailState: PointState{Status: PointUnconfirmed}}
	return c.AuditFields()
}

// withDefaults returns the changes that a line shows: if they are of a whole contact, the stored ones and the defaults.
func (l *AuditLine) withDefaults(stored []Change) []Change {
	if l.Action != ContactCreated && l.Action != ContactRestored && l.Action != ContactDeleted {
		return stored
	}
	fields := defaultFields(l.Contact)
	for _, c := range stored {
		i := slices.IndexFunc(fields, func(f AuditField) bool { return f.Name == c.Field })
		value := cmp.Or(c.New, c.Old)
		if i < 0 || value == nil {
			return stored
		}
		fields[i].Text = *value
	}
	if l.Action == ContactDeleted {
		return AuditChanges(fields, nil)
	}
	return AuditChanges(nil, fields)
}

// AuditFields returns the fields of the contact that its audit lines compare, always in the same order.
func (c *Contact) AuditFields() []AuditField {
	return []AuditField{
		{"external_contact_id", c.ExternalID},
		{"first_name", c.FirstName},
		{"last_name", c.LastName},
		{"email", string(c.Email)},
		{"phone", c.Phone},
		{"phone_e164", string(c.PhoneE164)},
		{"phone_cause", string(c.PhoneCause)},
		{"type", string(c.Type)},
		{"role", string(c.Role)},
		{"notification_preferences.email", strconv.FormatBool(c.Preferences.Email)},
		{"notification_preferences.sms", strconv.FormatBool(c.Preferences.SMS)},
		{"notification_preferences.push", strconv.FormatBool(c.Preferences.Push)},
		{"validation.phone.status", string(c.PhoneState.Status)},
		{"validation.phone.method", string(c.PhoneState.Method)},
		{"validation.phone.confirmed_at", timeText(c.PhoneState.Confirmed)},
		{"validation.email.status", string(c.EmailState.Status)},
		{"validation.email.method", string(c.EmailState.Method)},
		{"validation.email.confirmed_at", timeText(c.EmailState.Confirmed)},
	}
}

// set puts the text of one of auditFields into the contact; a name that is not among them changes nothing.
func (c *Contact) set(field, text string) {
	switch field {
	case "external_contact_id":
		c.ExternalID = text
	case "first_name":
		c.FirstName = text
	case "last_name":
		c.LastName = text
	case "email":
		c.Email = EmailAddress(text)
	case "phone":
		c.Phone = text
	case "phone_e164":
		c.PhoneE164 = PhoneNumber(text)
	case "phone_cause":
		c.PhoneCause = phone.Cause(text)
	case "type":
		c.Type = ContactType(text)
	case "role":
		c.Role = ContactRole(text)
	case "notification_preferences.email":
		c.Preferences.Email = text == "true"
	case "notification_preferences.sms":
		c.Preferences.SMS = text == "true"
	case "notification_preferences.push":
		c.Preferences.Push = text == "true"
	case "validation.phone.status":
		c.PhoneState.Status = PointStatus(text)
	case "validation.phone.method":
		c.PhoneState.Method = Method(text)
	case "validation.phone.confirmed_at":
		c.PhoneState.Confirmed = timeOf(text)
	case "validation.email.status":
		c.EmailState.Status = PointStatus(text)
	case "validation.email.method":
		c.EmailState.Method = Method(text)
	case "validation.email.confirmed_at":
		c.EmailState.Confirmed = timeOf(text)
	}
}

// AuditFields returns the fields of the site that its audit lines compare, always in the same order.
func (s *Site) AuditFields() []AuditField {
	return []AuditField{
		{"account_reference_id", s.Reference},
		{"account_number", s.AccountNumber},
		{"name", s.Name},
		{"address.street", s.Address.Street},
		{"address.city", s.Address.City},
		{"address.state", s.Address.State},
		{"address.zip", s.Address.Zip},
		{"address.country", s.Address.Country},
		{"timezone", s.Timezone},
		{"language", s.Language},
		{"status", string(s.Status)},
	}
}

// AuditFields returns the fields of the dealer that its audit lines compare, always in the same order.
func (d *Dealer) AuditFields() []AuditField {
	return []AuditField{
		{"name", d.Name},
		{"country", d.Country},
		{"language", d.Language},
		{"phone", d.Phone},
		{"suspended_at", timeText(d.Suspended)},
	}
}

// AuditFields returns the fields of the key that its audit lines compare, always in the same order.
func (k *Key) AuditFields() []AuditField {
	return []AuditField{
		{"name", k.Name},
		{"scopes", k.Scopes.String()},
		{"test", strconv.FormatBool(k.Test)},
		{"expires_at", timeText(k.Expires)},
	}
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// timeOf reads what timeText returned.
func timeOf(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t
}
