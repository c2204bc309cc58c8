package audit

import (
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// field is one field of a record, as text. An empty text stands for no value.
type field struct{ name, text string }

// diff returns the changes between two states of a record. The shorter list of fields is a beginning of the other one, by name;
// nil stands for a record that does not exist.
func diff(before, after []field) []Change {
	n := max(len(before), len(after))
	all := make([]Change, 0, n)
	for i := range n {
		var c Change
		if i < len(before) {
			c.Field, c.Old = before[i].name, before[i].value()
		}
		if i < len(after) {
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
		all := diff(defaultFields(after.ID, len(after.Points)), contactFields(after))
		for i := range all {
			all[i].Old = nil
		}
		return all
	case after == nil:
		all := diff(contactFields(before), defaultFields(before.ID, len(before.Points)))
		for i := range all {
			all[i].New = nil
		}
		return all
	}
	return diff(contactFields(before), contactFields(after))
}

// defaultFields returns the fields of a contact with some points that has nothing but defaults.
func defaultFields(id rollcall.ContactID, points int) []field {
	c := rollcall.Contact{ExternalID: string(id), Points: make([]rollcall.Point, points)}
	for i := range c.Points {
		c.Points[i].State.Status = rollcall.PointUnconfirmed
	}
	return contactFields(&c)
}

// contactFields returns the fields of a contact. Those of the points come last, in the order of the points.
func contactFields(c *rollcall.Contact) []field {
	fields := make([]field, 0, 20+11*len(c.Points))
	fields = append(fields,
		field{"external_contact_id", c.ExternalID},
		field{"first_name", c.FirstName},
		field{"last_name", c.LastName},
		field{"type", string(c.Type)},
		field{"role", string(c.Role)},
		field{"language", c.Language},
		field{"notification_preferences.email", strconv.FormatBool(c.Preferences.Email)},
		field{"notification_preferences.sms", strconv.FormatBool(c.Preferences.SMS)},
		field{"notification_preferences.push", strconv.FormatBool(c.Preferences.Push)},
	)
	fields = append(fields, callingFields(&c.Calling)...)
	for i := range c.Points {
		p, prefix := &c.Points[i], pointsPrefix+strconv.Itoa(i+1)+"."
		fields = append(fields,
			field{prefix + "point_id", string(p.ID)},
			field{prefix + "kind", string(p.Kind)},
			field{prefix + "value", p.Value},
			field{prefix + "e164", string(p.E164)},
			field{prefix + "cause", string(p.Cause)},
			field{prefix + "extension", p.Extension},
			field{prefix + "label", string(p.Label)},
			field{prefix + "validation.status", string(p.State.Status)},
			field{prefix + "validation.method", string(p.State.Method)},
			field{prefix + "validation.confirmed_at", timeText(p.State.Confirmed)},
			field{prefix + "validation.status_before", string(p.State.Before)},
			field{prefix + "validation.not_in_service", strconv.FormatBool(p.State.NotInService)},
		)
	}
	return fields
}

const pointsPrefix = "points."

// PointField returns the place of the point that a field of a contact belongs to, from 1, and the name of the field in it. The
// place is 0 for another field.
func PointField(name string) (place int, field string) {
	rest, ok := strings.CutPrefix(name, pointsPrefix)
	number, field, cut := strings.Cut(rest, ".")
	place, err := strconv.Atoi(number)
	if !ok || !cut || err != nil || place < 1 || place > rollcall.PointsMax {
		return 0, ""
	}
	return place, field
}

// ApplyChanges sets the changed fields of c to their new values.
func ApplyChanges(c *rollcall.Contact, changes []Change) {
	for _, change := range changes {
		text := ""
		if change.New != nil {
			text = *change.New
		}
		place, name := PointField(change.Field)
		if place == 0 {
			setField(c, change.Field, text)
			continue
		}
		for len(c.Points) < place {
			c.Points = append(c.Points, rollcall.Point{})
		}
		setPointField(&c.Points[place-1], name, text)
	}
	c.Points = slices.DeleteFunc(c.Points, func(p rollcall.Point) bool { return p.ID == "" }) // removed
}

// setPointField sets one of the fields of a point. It ignores other names.
func setPointField(p *rollcall.Point, name, text string) {
	switch name {
	case "point_id":
		p.ID = rollcall.PointID(text)
	case "kind":
		p.Kind = rollcall.PointKind(text)
	case "value":
		p.Value = text
	case "e164":
		p.E164 = rollcall.PhoneNumber(text)
	case "cause":
		p.Cause = phone.Cause(text)
	case "extension":
		p.Extension = text
	case "label":
		p.Label = rollcall.PointLabel(text)
	case "validation.status":
		p.State.Status = rollcall.PointStatus(text)
	case "validation.method":
		p.State.Method = rollcall.Method(text)
	case "validation.confirmed_at":
		p.State.Confirmed = parseTime(text)
	case "validation.status_before":
		p.State.Before = rollcall.PointStatus(text)
	case "validation.not_in_service":
		p.State.NotInService = text == "true"
	}
}

// setField sets one of contactFields, except those of points. It ignores other names.
func setField(c *rollcall.Contact, name, text string) {
	switch name {
	case "external_contact_id":
		c.ExternalID = text
	case "first_name":
		c.FirstName = text
	case "last_name":
		c.LastName = text
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
	default:
		setCallingField(&c.Calling, name, text)
	}
}
