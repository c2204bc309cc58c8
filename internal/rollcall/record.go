package rollcall

import (
	"context"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall/phone"
)

// auditField is one field of a record, as text; empty: no value.
type auditField struct{ name, text string }

// changes returns what differs between two states of a record, whose fields come in the same order; nil stands for a
// record that is not there.
func changes(before, after []auditField) []Change {
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

// value returns the text, nil where there is no value.
func (f *auditField) value() *string {
	if f.text == "" {
		return nil
	}
	return &f.text
}

// record writes one line of the audit, in the transaction of the change that it is about: line says what was done to what,
// in which site; the rest is filled in here.
func (s *Service) record(ctx context.Context, tx Tx, who Caller, line AuditLine, changed []Change) error {
	if len(changed) > 0 {
		line.Values = encodeChanges(changed)
	}
	head, err := tx.LockAuditHead(ctx, who.Dealer, line.Site)
	if err != nil {
		return err
	}
	next := s.follow(who, head, &line)
	return tx.AppendAudit(ctx, next, line)
}

// follow fills in what a line is after the head of its chain, which is locked, and returns the head with it.
func (s *Service) follow(who Caller, head AuditHead, line *AuditLine) AuditHead {
	line.Dealer, line.RequestID = who.Dealer, who.RequestID
	if line.Actor == "" {
		line.Actor = who.actor()
	}
	if line.At.IsZero() {
		line.At = s.now() // with the chain locked, so that its lines are in the order of time
	}
	return line.seal(head, s.opts.Secrets[0])
}

// recordContact writes the line of a change of a contact; before is nil for a new one, after for one that is gone.
func (s *Service) recordContact(ctx context.Context, tx Tx, who Caller, action string, before, after *Contact) error {
	line := AuditLine{Action: action}
	var old, fresh []auditField
	if before != nil {
		line.Site, line.Contact, old = before.Site, before.ID, before.auditFields()
	}
	if after != nil {
		line.Site, line.Contact, fresh = after.Site, after.ID, after.auditFields()
		if action == "contact.created" || before != nil && before.Version != after.Version {
			line.At = after.Updated // the very moment that the contact shows
		}
	}
	line.Subject = string(line.Contact)
	return s.record(ctx, tx, who, line, changes(old, fresh))
}

func (c *Contact) auditFields() []auditField {
	return []auditField{
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

func (s *Site) auditFields() []auditField {
	return []auditField{
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

func (d *Dealer) auditFields() []auditField {
	return []auditField{
		{"name", d.Name},
		{"country", d.Country},
		{"language", d.Language},
		{"phone", d.Phone},
		{"suspended_at", timeText(d.Suspended)},
	}
}

func (k *Key) auditFields() []auditField {
	return []auditField{
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
