package rollcall

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"example.org/rollcall/internal/rollcall/phone"
)

// anyField returns a generator of a field that is absent, null, or one of the values.
func anyField[T any](values ...T) *rapid.Generator[Field[T]] {
	return rapid.Custom(func(t *rapid.T) Field[T] {
		switch rapid.SampledFrom([]string{"absent", "null", "given", "given"}).Draw(t, "kind") {
		case "absent":
			return Field[T]{}
		case "null":
			return Null[T]()
		}
		return Given(rapid.SampledFrom(values).Draw(t, "value"))
	})
}

func anyUpdate(t *rapid.T) ContactInput {
	flag := anyField(true, false)
	return ContactInput{
		FirstName: anyField("John", " Jane ", "", "Élodie", "bad\x00").Draw(t, "first_name"),
		LastName:  anyField("Doe", "", "de la Cruz").Draw(t, "last_name"),
		Email:     anyField("a@example.org", "", "nobody").Draw(t, "email"),
		Phone:     anyField("+12025550142", "", "none").Draw(t, "phone"),
		Type:      anyField("primary", "billing", "friend", "").Draw(t, "type"),
		Role:      anyField("owner", "", "boss").Draw(t, "role"),
		Language:  anyField("es", "", "pt-BR", "en_US").Draw(t, "language"),
		Preferences: Given(PreferencesInput{
			Email: flag.Draw(t, "prefers_email"), SMS: flag.Draw(t, "prefers_sms"), Push: flag.Draw(t, "prefers_push"),
		}),
	}
}

// plain is a contact as a plain map, and what an update does to one.
type plain map[string]any

func (p plain) texts(in ContactInput) map[string]Field[string] {
	return map[string]Field[string]{
		"first_name": in.FirstName, "last_name": in.LastName, "email": in.Email, "phone": in.Phone, "type": in.Type, "role": in.Role,
		"language": in.Language,
	}
}

// update returns the map with the update over it, and whether the update is good.
func (p plain) update(in ContactInput) (plain, bool) {
	trimmed := map[any]any{" Jane ": "Jane"}
	refused := []any{"bad\x00", "nobody", "none", "friend", "boss", "en_US"}
	next := maps.Clone(p)
	for name, f := range p.texts(in) {
		clears := name == "email" || name == "phone" || name == "role" || name == "language"
		switch {
		case !f.Set:
		case f.Null && !clears, f.Value == "" && !clears && name != "last_name", slices.Contains(refused, any(f.Value)):
			return p, false
		case f.Null:
			next[name] = ""
		default:
			next[name] = f.Value
			if value, ok := trimmed[f.Value]; ok {
				next[name] = value
			}
		}
	}
	given := in.Preferences.Value
	for name, f := range map[string]Field[bool]{"push": given.Push, "sms": given.SMS, "prefers_email": given.Email} {
		switch {
		case f.Null:
			return p, false
		case f.Set:
			next[name] = f.Value
		}
	}
	if next["email"] == "" && next["phone"] == "" {
		return p, false
	}
	return next, true
}

func plainOf(c Contact) plain {
	return plain{
		"first_name": c.FirstName, "last_name": c.LastName, "email": c.Value(EmailPoint), "phone": c.Value(PhonePoint), "type": string(c.Type),
		"role": string(c.Role), "language": c.Language, "prefers_email": c.Preferences.Email, "sms": c.Preferences.SMS, "push": c.Preferences.Push,
	}
}

func TestContactChangesMatchAPlainMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Contact{FirstName: "A", LastName: "B", Points: []Point{{ID: "p", Kind: EmailPoint, Value: "b@example.org"}}, Type: "primary"}
		want := plainOf(c)
		for range rapid.IntRange(1, 20).Draw(t, "updates") {
			in := anyUpdate(t)
			var good bool
			next := c.Clone()
			err := in.Apply(&next, false, "")
			if want, good = want.update(in); good != (err == nil) {
				t.Fatalf("the update %+v is valid: %v, but Apply() = %v", in, good, err)
			}
			if err == nil {
				c = next
			}
			if got := plainOf(c); !maps.Equal(got, want) {
				t.Fatalf("after the update %+v the contact = %v, want %v", in, got, want)
			}
		}
	})
}

func TestPreferencesOfANewContact(t *testing.T) {
	base := ContactInput{FirstName: Given("A"), LastName: Given("B"), Type: Given("primary")}
	for _, tt := range []struct {
		name         string
		email, phone string
		given        PreferencesInput
		want         Preferences
	}{
		{"both points", "a@example.org", "1", PreferencesInput{}, Preferences{Email: true, SMS: true}},
		{"only an e-mail", "a@example.org", "", PreferencesInput{}, Preferences{Email: true}},
		{"only a phone", "", "1", PreferencesInput{}, Preferences{SMS: true}},
		{"both given", "", "1", PreferencesInput{Email: Given(true), SMS: Given(false)}, Preferences{Email: true}},
		{"one given", "a@example.org", "1", PreferencesInput{Push: Given(true)}, Preferences{Email: true, SMS: true, Push: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := base
			in.Email, in.Phone, in.Preferences = Given(tt.email), Given(tt.phone), Given(tt.given)
			var c Contact
			if err := in.Apply(&c, true, ""); err != nil {
				t.Fatal(err)
			}
			if c.Preferences != tt.want {
				t.Errorf("Preferences = %+v, want %+v", c.Preferences, tt.want)
			}
		})
	}
}

func phoneOf(value string, e164 PhoneNumber, cause phone.Cause) Point {
	return Point{Kind: PhonePoint, Value: value, E164: e164, Cause: cause}
}

func mailOf(value string) Point { return Point{Kind: EmailPoint, Value: value} }

func TestWarnings(t *testing.T) {
	for _, tt := range []struct {
		name    string
		contact Contact
		want    []Warning
	}{
		{"no phone", Contact{Points: []Point{mailOf("a@example.org")}}, nil},
		{"a number that can be dialled", Contact{Points: []Point{phoneOf("(202) 555-0142", "+12025550142", "")}}, nil},
		{"a number that cannot be dialled", Contact{Points: []Point{mailOf("a@example.org"), phoneOf("+1-555-0123", "", phone.LocalOnly)}},
			[]Warning{{"phone", "not_dialable", PhoneAdvice(phone.LocalOnly)}}},
		{"numbers with an unknown prefix and at a premium rate", Contact{Points: []Point{
			phoneOf("+1 457 555 0123", "+14575550123", phone.UnknownPrefix), mailOf("a@example.org"),
			phoneOf("+1 900 555 0123", "+19005550123", phone.PremiumRate),
		}}, []Warning{
			{"phone", "unknown_prefix", PhoneAdvice(phone.UnknownPrefix)}, {"points.3.value", "premium_rate", PhoneAdvice(phone.PremiumRate)},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.contact.Warnings(); !slices.Equal(got, tt.want) {
				t.Errorf("Warnings() = %v, want %v", got, tt.want)
			}
		})
	}
}
