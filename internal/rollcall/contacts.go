package rollcall

import (
	"reflect"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall/phone"
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
	Email       EmailAddress // as given; empty: none
	Phone       string       // as given; empty: none
	PhoneE164   PhoneNumber  // Phone in E.164; empty if it cannot be dialled
	PhoneCause  phone.Cause  // why Phone cannot be dialled, or what is unusual about it; empty: nothing
	Type        ContactType
	Role        ContactRole
	Language    string // BCP 47; of messages to the person; empty: the language of the site
	Preferences Preferences
	PhoneState  PointState
	EmailState  PointState
	Points      []Point // in the order in which to try them
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

// Warnings returns what the dealer's staff should correct, and nil if there is nothing.
func (c *Contact) Warnings() []Warning {
	warnings := c.Calling.warnings()
	switch {
	case c.Phone == "" || c.PhoneCause == "":
		return warnings
	case c.PhoneE164 == "":
		return append(warnings, Warning{Field: "phone", Code: CodeNotDialable, Message: PhoneAdvice(c.PhoneCause)})
	}
	return append(warnings, Warning{Field: "phone", Code: string(c.PhoneCause), Message: PhoneAdvice(c.PhoneCause)})
}

// ReadPhone sets PhoneE164 and PhoneCause: it reads Phone as it is dialled in the country, which may be empty.
func (c *Contact) ReadPhone(country string) {
	c.PhoneE164, c.PhoneCause = "", ""
	if c.Phone != "" {
		c.PhoneE164, c.PhoneCause = phone.Read(c.Phone, country)
	}
}

// SearchText returns the folded text in which searches look: the name, the e-mail, and the digits of the phone as given, in
// international and in national form.
func (c *Contact) SearchText() string {
	text := Fold(c.FirstName+" "+c.LastName) + " " + c.Email.searchText()
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

var noPoint = missing("give an email or a phone, so that the contact can be reached")

// Apply sets the input on c, a new contact if create is true: ValidationFailed. An absent field of an existing contact stays as
// it is. Apply does not change PhoneE164 and the states.
func (in *ContactInput) Apply(c *Contact, create bool) error {
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
	before := len(bad)
	c.Email = EmailAddress(bad.optional("email", in.Email, string(c.Email), emailRule))
	c.Phone = bad.optional("phone", in.Phone, c.Phone, unchanged(checkPhone))
	if c.Email == "" && c.Phone == "" && len(bad) == before {
		bad.add(pointField(in), noPoint)
	}
	c.Type = ContactType(bad.text("type", in.Type, string(c.Type), create, oneOf(ContactTypes())))
	c.Role = ContactRole(bad.optional("role", in.Role, string(c.Role), oneOf(ContactRoles())))
	c.Language = bad.optional("language", in.Language, c.Language, unchanged(checkLanguage))
	in.Calling.apply(&c.Calling, &bad)
	if create {
		c.Preferences = Preferences{Email: c.Email != "", SMS: c.Phone != ""}
	}
	switch given := in.Preferences; {
	case given.Null:
		bad.add("notification_preferences", isNull)
	case given.Set:
		given.Value.apply(&c.Preferences, &bad)
	}
	return bad.err()
}

// pointField returns the field for the error about a contact without a contact point: the one that the input clears.
func pointField(in *ContactInput) string {
	if in.Phone.Set && !in.Email.Set {
		return "phone"
	}
	return "email"
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
