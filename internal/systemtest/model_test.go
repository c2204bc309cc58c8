package systemtest_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

const modelLimit = 4 // contacts of a site

// value is a JSON value for a field, and what becomes of it: nothing good where it is bad.
type value struct {
	json any
	kept any
	bad  bool
}

var (
	names     = []value{{json: "Ada", kept: "Ada"}, {json: " Zoë \t", kept: "Zoë"}, {json: "李", kept: "李"}, {json: nil, bad: true}, {json: "A\u202e", bad: true}, {json: strings.Repeat("n", 101), bad: true}}
	emails    = []value{{json: "ada@example.org", kept: "ada@example.org"}, {json: "Ada@Example.com", kept: "Ada@Example.com"}, {json: "", kept: nil}, {json: nil, kept: nil}, {json: "nobody", bad: true}}
	phones    = []value{{json: "+1-202-555-0142", kept: "+1-202-555-0142"}, {json: "7", kept: "7"}, {json: "", kept: nil}, {json: nil, kept: nil}, {json: "none", bad: true}}
	types     = []value{{json: "primary", kept: "primary"}, {json: "billing", kept: "billing"}, {json: nil, bad: true}, {json: "friend", bad: true}}
	roles     = []value{{json: "owner", kept: "owner"}, {json: "technician", kept: "technician"}, {json: "", kept: nil}, {json: nil, kept: nil}, {json: "boss", bad: true}}
	languages = []value{{json: "es", kept: "es"}, {json: "pt-BR", kept: "pt-BR"}, {json: "", kept: nil}, {json: nil, kept: nil}, {json: "??", bad: true}}
	switches  = []value{{json: true, kept: true}, {json: false, kept: false}, {json: nil, bad: true}}
	externals = []string{"a", "b", "c/1 ä", "d", "e", "%41"}
)

// contactFields are the fields that a caller may give, in no special order.
var contactFields = []struct {
	name   string
	values []value
	needed bool
}{
	{"first_name", append(names, value{json: "", bad: true}), true},
	{"last_name", append(names, value{json: "  ", kept: ""}), true},
	{"email", emails, false},
	{"phone", phones, false},
	{"type", types, true},
	{"role", roles, false},
	{"language", languages, false},
}

// input is the body of a request and what it means: what it gives, and whether any value of it breaks a rule.
type input struct {
	body     object
	given    map[string]any
	switched object
	bad      bool
}

// drawInput draws a body. A good value is more likely than a bad one, or few bodies would do anything.
func drawInput(t *rapid.T, complete bool) input {
	in := input{body: object{}, given: map[string]any{}, switched: object{}}
	pick := func(label string, values []value, present int) (value, bool) {
		if rapid.IntRange(0, 9).Draw(t, label+" is given") >= present {
			return value{}, false
		}
		v := rapid.SampledFrom(values).Draw(t, label)
		if v.bad && rapid.IntRange(0, 9).Draw(t, label+" may be bad") > 0 {
			v = values[0]
		}
		in.bad = in.bad || v.bad
		return v, true
	}
	present := 4
	if complete {
		present = 9
	}
	for _, f := range contactFields {
		if v, given := pick(f.name, f.values, present); given {
			in.body[f.name], in.given[f.name] = v.json, v.kept
		}
	}
	preferences := object{}
	for _, name := range []string{"email", "sms", "push"} {
		if v, given := pick("prefers "+name, switches, 2); given {
			preferences[name], in.switched[name] = v.json, v.kept
		}
	}
	if len(preferences) > 0 {
		in.body["notification_preferences"] = preferences
	}
	return in
}

// model is what a site must look like: its contacts, in the order of their making, each as a map.
type model struct {
	contacts []object
}

func (m *model) find(external string) int {
	return slices.IndexFunc(m.contacts, func(c object) bool { return c["external_contact_id"] == external })
}

// put puts an input over a contact, and reports whether the rules allow it.
func (in input) put(contact object) (object, bool) {
	after := object{}
	for name, v := range contact {
		after[name] = v
	}
	for name, v := range in.given {
		after[name] = v
	}
	preferences := object{}
	for name, v := range contact["notification_preferences"].(object) {
		preferences[name] = v
	}
	for name, v := range in.switched {
		preferences[name] = v
	}
	after["notification_preferences"] = preferences
	return after, !in.bad && (after["email"] != nil || after["phone"] != nil)
}

// create returns the contact that an input makes, and whether the rules allow it.
func (in input) create(external string) (object, bool) {
	for _, f := range contactFields {
		if _, given := in.given[f.name]; f.needed && !given {
			return nil, false
		}
	}
	return in.put(object{
		"external_contact_id": external, "email": nil, "phone": nil, "role": nil, "language": nil,
		"notification_preferences": object{"email": in.given["email"] != nil, "sms": in.given["phone"] != nil, "push": false},
	})
}

// siteMachine drives a site of the real thing and its model with the same requests.
type siteMachine struct {
	model
	app                   *testkit.App
	contactsAt, contactBy string
}

// expect sends a request and fails unless its status is one of those wanted; it returns what the answer has under data.
func (m *siteMachine) expect(t *rapid.T, method, path string, body any, want ...int) object {
	sent := ""
	if body != nil {
		sent = text(body)
	}
	status, answer := m.app.Do("all", method, path, sent)
	if !slices.Contains(want, status) {
		t.Fatalf("%s %s %s: status %d, want %v: %v", method, path, sent, status, want, answer)
	}
	data, _ := answer["data"].(object)
	return data
}

func (m *siteMachine) drawExternal(t *rapid.T) string {
	return rapid.SampledFrom(externals).Draw(t, "external_contact_id")
}

// added notes a contact that was answered; its identifier is the server's choice.
func (m *siteMachine) added(t *rapid.T, contact, data object) {
	contact["contact_id"] = data["contact_id"]
	m.agree(t, data, contact)
	m.contacts = append(m.contacts, contact)
}

func (m *siteMachine) agree(t *rapid.T, got, want object) {
	for name, v := range want {
		if !reflect.DeepEqual(got[name], v) {
			t.Fatalf("%s is %v, want %v: %v", name, got[name], v, got)
		}
	}
}

// Post creates a contact.
func (m *siteMachine) Post(t *rapid.T) {
	external, in := m.drawExternal(t), drawInput(t, true)
	in.body["external_contact_id"] = external
	path := rapid.SampledFrom([]string{m.contactsAt, strings.TrimSuffix(m.contactBy, "/")}).Draw(t, "path")
	contact, good := in.create(external)
	switch {
	case !good:
		m.expect(t, "POST", path, in.body, 422)
	case m.find(external) >= 0, len(m.contacts) == modelLimit:
		m.expect(t, "POST", path, in.body, 409)
	default:
		m.added(t, contact, m.expect(t, "POST", path, in.body, 201))
	}
}

// PutByReference creates a contact or changes it.
func (m *siteMachine) PutByReference(t *rapid.T) {
	external, in := m.drawExternal(t), drawInput(t, rapid.Bool().Draw(t, "complete"))
	path := m.contactBy + escape(external)
	if i := m.find(external); i >= 0 {
		m.change(t, "PUT", path, in, i)
		return
	}
	contact, good := in.create(external)
	switch {
	case !good:
		m.expect(t, "PUT", path, in.body, 422)
	case len(m.contacts) == modelLimit:
		m.expect(t, "PUT", path, in.body, 409)
	default:
		m.added(t, contact, m.expect(t, "PUT", path, in.body, 201))
	}
}

// Update changes a contact that is there.
func (m *siteMachine) Update(t *rapid.T) {
	if len(m.contacts) == 0 {
		m.expect(t, "PUT", m.contactsAt+"/nobody", object{}, 404)
		return
	}
	i := rapid.IntRange(0, len(m.contacts)-1).Draw(t, "contact")
	path := m.contactsAt + "/" + fmt.Sprint(m.contacts[i]["contact_id"])
	m.change(t, rapid.SampledFrom([]string{"PUT", "PATCH"}).Draw(t, "method"), path, drawInput(t, false), i)
}

func (m *siteMachine) change(t *rapid.T, method, path string, in input, i int) {
	after, good := in.put(m.contacts[i])
	if !good {
		m.expect(t, method, path, in.body, 422)
		return
	}
	m.agree(t, m.expect(t, method, path, in.body, 200), after)
	m.contacts[i] = after
}

// Delete deletes a contact, by either of its names, or one that is not there.
func (m *siteMachine) Delete(t *rapid.T) {
	external := m.drawExternal(t)
	i := m.find(external)
	if i < 0 {
		m.expect(t, "DELETE", m.contactBy+escape(external), nil, 404)
		return
	}
	path := m.contactBy + escape(external)
	if rapid.Bool().Draw(t, "by contact_id") {
		path = m.contactsAt + "/" + fmt.Sprint(m.contacts[i]["contact_id"])
	}
	m.expect(t, "DELETE", path, nil, 204)
	m.contacts = slices.Delete(m.contacts, i, i+1)
}

// List asks for a part of the list.
func (m *siteMachine) List(t *rapid.T) {
	kind := rapid.SampledFrom([]string{"", "primary", "billing", "emergency"}).Draw(t, "type")
	page, size := rapid.IntRange(1, 3).Draw(t, "page"), rapid.IntRange(1, 3).Draw(t, "per_page")
	var want []object
	for _, c := range m.contacts {
		if kind == "" || c["type"] == kind {
			want = append(want, c)
		}
	}
	query := fmt.Sprintf("?page=%d&per_page=%d", page, size)
	if kind != "" {
		query += "&type=" + kind
	}
	from := min(len(want), (page-1)*size)
	m.compare(t, query, len(want), want[from:min(len(want), from+size)])
}

// Check compares the whole list; it runs after every other action.
func (m *siteMachine) Check(t *rapid.T) {
	m.compare(t, "", len(m.contacts), m.contacts)
}

func (m *siteMachine) compare(t *rapid.T, query string, total int, want []object) {
	data := m.expect(t, "GET", m.contactsAt+query, nil, 200)
	got := data["contacts"].([]any)
	if data["total_count"] != float64(total) || len(got) != len(want) {
		t.Fatalf("%d contacts and total_count %v, want %d and %d: %v", len(got), data["total_count"], len(want), total, got)
	}
	for i := range want {
		m.agree(t, got[i].(object), want[i])
	}
}

// TestSiteIsLikeAMap does whatever comes to mind to a site, and holds it against a list of maps.
func TestSiteIsLikeAMap(t *testing.T) {
	a := newApp(t, func(o *app.Options) { o.MaxContactsPerSite = modelLimit })
	var sites atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		site := fmt.Sprintf("model-%d", sites.Add(1))
		m := &siteMachine{
			app: a, contactsAt: "/ext/v1/sites/" + site + "/contacts", contactBy: "/ref/v1/sites/" + site + "/contacts/",
		}
		m.expect(t, "POST", "/ext/v1/sites", object{"site_id": site, "account_reference_id": site, "name": "N"}, 201)
		t.Repeat(rapid.StateMachineActions(m))
		m.expect(t, "DELETE", "/ext/v1/sites/"+site+"?cascade=true", nil, 204)
	})
}
