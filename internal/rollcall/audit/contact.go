package audit

import (
	"strconv"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// field is one field of a record, as text. An empty text stands for no value.
type field struct{ name, text string }

// diff returns the changes between two states of a record, whose fields have the same order. nil stands for a record that
// does not exist.
func diff(before, after []field) []Change {
	n := max(len(before), len(after))
	all := make([]Change, 0, n)
	for i := range n {
		var c Change
		if before != nil {
			c.Field, c.Old = before[i].name, before[i].value()
		}
		if after != nil {
			c.Field, c.New = after[i].name, after[i].value()
		}
		if c.Old == nil && c.New == nil || c.Old != nil && c.New != nil && *c.Old == *c.New {
			continue
		}
		all = append(all, c)
	}
	return all
}

// value returns the text, and nil if there is no value.
func (f *field) value() *string {
	if f.text == "" {
		return nil
	}
	return &f.text
}

// ContactChanges returns the changes between two states of a contact. before is nil for a new contact, whose default values
// are left out, and after for a deleted one; Changes adds the default values again.
func ContactChanges(before, after *rollcall.Contact) []Change {
	switch {
	case before == nil:
		all := diff(defaultFields(after.ID), contactFields(after))
		for i := range all {
			all[i].Old = nil
		}
		return all
	case after == nil:
		all := diff(contactFields(before), defaultFields(before.ID))
		for i := range all {
			all[i].New = nil
		}
		return all
	}
	return diff(contactFields(before), contactFields(after))
}

// defaultFields returns the fields of a contact that has nothing but defaults.
func defaultFields(id rollcall.ContactID) []field {
	c := rollcall.Contact{ExternalID: string(id), PhoneState: rollcall.PointState{Status: rollcall.PointUnconfirmed}, EmailState: rollcall.PointState{Status: rollcall.PointUnconfirmed}}
	return contactFields(&c)
}

func contactFields(c *rollcall.Contact) []field {
	return append([]field{
		{"external_contact_id", c.ExternalID},
		{"first_name", c.FirstName},
		{"last_name", c.LastName},
		{"email", string(c.Email)},
		{"phone", c.Phone},
		{"phone_e164", string(c.PhoneE164)},
		{"phone_cause", string(c.PhoneCause)},
		{"type", string(c.Type)},
		{"role", string(c.Role)},
		{"language", c.Language},
		{"notification_preferences.email", strconv.FormatBool(c.Preferences.Email)},
		{"notification_preferences.sms", strconv.FormatBool(c.Preferences.SMS)},
		{"notification_preferences.push", strconv.FormatBool(c.Preferences.Push)},
		{"validation.phone.status", string(c.PhoneState.Status)},
		{"validation.phone.method", string(c.PhoneState.Method)},
		{"validation.phone.confirmed_at", timeText(c.PhoneState.Confirmed)},
		{"validation.email.status", string(c.EmailState.Status)},
		{"validation.email.method", string(c.EmailState.Method)},
		{"validation.email.confirmed_at", timeText(c.EmailState.Confirmed)},
	}, callingFields(&c.Calling)...)
}

// ApplyChanges sets the changed fields of c to their new values.
func ApplyChanges(c *rollcall.Contact, changes []Change) {
	for _, change := range changes {
		text := ""
		if change.New != nil {
			text = *change.New
		}
		setField(c, change.Field, text)
	}
}

// setField sets one of contactFields. It ignores other names.
func setField(c *rollcall.Contact, name, text string) {
	switch name {
	case "external_contact_id":
		c.ExternalID = text
	case "first_name":
		c.FirstName = text
	case "last_name":
		c.LastName = text
	case "email":
		c.Email = rollcall.EmailAddress(text)
	case "phone":
		c.Phone = text
	case "phone_e164":
		c.PhoneE164 = rollcall.PhoneNumber(text)
	case "phone_cause":
		c.PhoneCause = phone.Cause(text)
	case "type":
		c.Type = rollcall.ContactType(text)
	case "role":
		c.Role = rollcall.ContactRole(text)
	case "language":
		c.Language = text
	case "notification_preferences.email":
		c.Preferences.Email = text == "true"
	case "notification_preferences.sms":
		c.Preferences.SMS = text == "true"
	case "notification_preferences.push":
		c.Preferences.Push = text == "true"
	case "validation.phone.status":
		c.PhoneState.Status = rollcall.PointStatus(text)
	case "validation.phone.method":
		c.PhoneState.Method = rollcall.Method(text)
	case "validation.phone.confirmed_at":
		c.PhoneState.Confirmed = parseTime(text)
	case "validation.email.status":
		c.EmailState.Status = rollcall.PointStatus(text)
	case "validation.email.method":
		c.EmailState.Method = rollcall.Method(text)
	case "validation.email.confirmed_at":
		c.EmailState.Confirmed = parseTime(text)
	default:
		setCallingField(&c.Calling, name, text)
	}
}
