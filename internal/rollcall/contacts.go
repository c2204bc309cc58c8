package rollcall

import (
	"reflect"
	"slices"
	"time"
)

// ContactType says what a contact is called for.
type ContactType string

// ContactTypes returns every type, in the order of the contract.
func ContactTypes() []ContactType {
	return []ContactType{"primary", "emergency", "secondary", "technician", "billing"}
}

// ContactRole says who a contact is at the site; empty: unknown.
type ContactRole string

// ContactRoles returns every role but the empty one, in the order of the contract.
func ContactRoles() []ContactRole {
	return []ContactRole{"owner", "manager", "employee", "resident", "technician"}
}

// Preferences say which messages a contact wants.
type Preferences struct {
	Email, SMS, Push bool
}

// Contact is a person to call for a site. Times are UTC to the microsecond.
type Contact struct {
	Dealer      DealerID
	Site        SiteID
	ID          ContactID
	ExternalID  string // the dealer's own identifier; equal to ID if the dealer gave none
	Seq         int64  // position in the site's list
	FirstName   string
	LastName    string
	Type        ContactType
	Role        ContactRole
	Language    string // BCP 47; of messages to the person; empty: the language of the site
	Preferences Preferences
	Points      []Point // in the order in which to try them; 1 to PointsMax
	Calling
	Created time.Time
	Updated time.Time // last change of a field; states are not fields
	Deleted time.Time // zero: not deleted

	Version      int64 // number of changes to fields
	StateVersion int64 // number of other changes, such as to states
}

// Equal reports whether two contacts are equal in every field.
func (c *Contact) Equal(other *Contact) bool { return reflect.DeepEqual(c, other) }

// Clone returns a copy that shares nothing with c.
func (c *Contact) Clone() Contact {
	clone := *c
	clone.Points = slices.Clone(c.Points)
	clone.Calling = c.Calling.clone()
	return clone
}

// Warning is about a value that was accepted but does not work.
type Warning struct {
	Field, Code, Message string
}

// Warnings returns what the dealer's staff should correct, and nil if there is nothing. The first phone is the field phone, the
// others are points.N.value.
func (c *Contact) Warnings() []Warning {
	all := c.Calling.warnings()
	for i := range c.Points {
		p := &c.Points[i]
		if p.Cause == "" {
			continue
		}
		w := Warning{Field: c.FieldOf(p), Code: string(p.Cause), Message: PhoneAdvice(p.Cause)}
		if p.E164 == "" {
			w.Code = CodeNotDialable
		}
		all = append(all, w)
	}
	return all
}

// ReadPhones reads every phone of the contact as it is dialled in the country: see Point.ReadPhone.
func (c *Contact) ReadPhones(country string) {
	for i := range c.Points {
		c.Points[i].ReadPhone(country)
	}
}

// SearchText returns the folded text in which searches look: the name, the e-mails, and the digits of the phones as given, in
// international and in national form.
func (c *Contact) SearchText() string {
	text := Fold(c.FirstName + " " + c.LastName)
	for i := range c.Points {
		if p := &c.Points[i]; p.Kind == EmailPoint {
			text += " " + EmailAddress(p.Value).searchText()
		}
	}
	return text + "\n" + c.phoneSearch(text)
}

// ContactRef refers to a contact of a site by ID, or by ExternalID if ID is empty.
type ContactRef struct {
	Site       SiteRef
	ID         ContactID
	ExternalID string
}

// ContactInput describes a new contact, or a change of one. Changes ignore ContactID and ExternalID.
type ContactInput struct {
	ContactID   Field[string]
	ExternalID  Field[string]
	FirstName   Field[string]
	LastName    Field[string]
	Email       Field[string]
	Phone       Field[string]
	Points      Field[[]PointInput] // the whole list
	Type        Field[string]
	Role        Field[string]
	Language    Field[string]
	Preferences Field[PreferencesInput]
	Calling     CallingInput
}

// PreferencesInput is a change of preferences.
type PreferencesInput struct {
	Email, SMS, Push Field[bool]
}

const nameMax = 100 // characters of a first or last name, and of the name of a key

// Apply sets the input on c, a new contact if create is true: ValidationFailed. An absent field of an existing contact stays as
// it is. Phones are read as they are dialled in the country, which may be empty.
func (in *ContactInput) Apply(c *Contact, create bool, country string) error {
	var bad fieldErrors
	if create {
		c.ID = ContactID(bad.text("contact_id", in.ContactID, string(c.ID), false, unchanged(checkID)))
		c.ExternalID = bad.text("external_contact_id", in.ExternalID, string(c.ID), false, unchanged(checkID))
	}
	c.FirstName = bad.text("first_name", in.FirstName, c.FirstName, create, textLine(1, nameMax))
	c.LastName = bad.text("last_name", in.LastName, c.LastName, create, textLine(0, nameMax))
	if create && !in.LastName.Set {
		bad[len(bad)-1].Message = `is required; send "" for a person without one`
	}
	in.applyPoints(c, create, country, &bad)
	c.Type = ContactType(bad.text("type", in.Type, string(c.Type), create, oneOf(ContactTypes())))
	c.Role = ContactRole(bad.optional("role", in.Role, string(c.Role), oneOf(ContactRoles())))
	c.Language = bad.optional("language", in.Language, c.Language, unchanged(checkLanguage))
	in.Calling.apply(&c.Calling, &bad)
	if create {
		c.Preferences = Preferences{Email: c.First(EmailPoint) != nil, SMS: c.First(PhonePoint) != nil}
	}
	switch given := in.Preferences; {
	case given.Null:
		bad.add("notification_preferences", isNull)
	case given.Set:
		given.Value.apply(&c.Preferences, &bad)
	}
	return bad.err()
}

// Apply sets the given preferences on p: ValidationFailed if one is null.
func (in *PreferencesInput) Apply(p *Preferences) error {
	var bad fieldErrors
	in.apply(p, &bad)
	return bad.err()
}

func (in *PreferencesInput) apply(prefs *Preferences, bad *fieldErrors) {
	for _, p := range []struct {
		field string
		in    Field[bool]
		out   *bool
	}{
		{"notification_preferences.email", in.Email, &prefs.Email},
		{"notification_preferences.sms", in.SMS, &prefs.SMS},
		{"notification_preferences.push", in.Push, &prefs.Push},
	} {
		if p.in.Set && p.in.Null {
			bad.add(p.field, isNull)
		}
		*p.out = p.in.ValueOr(*p.out)
	}
}
