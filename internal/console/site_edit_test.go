package console_test

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
)

var (
	inputsIn   = regexp.MustCompile(`<input [^>]*>`)
	selectsIn  = regexp.MustCompile(`(?s)<select [^>]*name="([^"]*)".*?</select>`)
	chosenIn   = regexp.MustCompile(`<option value="([^"]*)" selected>`)
	attributes = regexp.MustCompile(`(\w+)="([^"]*)"`)
)

// contactForm returns the fields of the open form for a contact, as a browser would send them.
func (r reply) contactForm(t testing.TB) url.Values {
	t.Helper()
	_, form, found := strings.Cut(r.body, `<form id="form"`)
	if form, _, _ = strings.Cut(form, "</form>"); !found {
		t.Fatalf("the page has no open form:\n%s", r.body)
	}
	fields := url.Values{}
	plain := strings.NewReplacer("&#43;", "+", "&#39;", "'", "&#34;", `"`, "&lt;", "<", "&gt;", ">", "&amp;", "&")
	for _, tag := range inputsIn.FindAllString(form, -1) {
		of := map[string]string{}
		for _, m := range attributes.FindAllStringSubmatch(tag, -1) {
			of[m[1]] = plain.Replace(m[2])
		}
		if of["type"] != "checkbox" || strings.Contains(tag, " checked") {
			fields.Add(of["name"], of["value"])
		}
	}
	for _, m := range selectsIn.FindAllStringSubmatch(form, -1) {
		if chosen := chosenIn.FindStringSubmatch(m[0]); chosen != nil {
			fields.Set(m[1], chosen[1])
		}
	}
	return fields
}

// with returns a copy of a form with changes: names and values in turn.
func with(form url.Values, changes ...string) url.Values {
	next := url.Values{}
	for name, values := range form {
		next[name] = values
	}
	for i := 0; i < len(changes); i += 2 {
		next.Set(changes[i], changes[i+1])
	}
	return next
}

func TestAddAPerson(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	form := b.send(pierPage+"?add=1", nil).says(t, 200, "Add a person").contactForm(t)
	typed := with(form, "first_name", " Zoë ", "type", "emergency", "role", "manager", "language", "es", "dispatch", "after",
		"points.1.value", "+1 202 555 0150", "points.1.label", "work", "points.1.extension", "12", "points.2.value", "zoe@example.org", "points.2.order", "1",
		"availability.1.from", "22:00", "availability.1.to", "06:00", "effective_at", "2031-03-30T02:30", "expires_at", "2031-11-02T00:00",
		"absences.1.from", "2031-07-01T08:00", "absences.1.to", "2031-07-15T08:00", "absences.1.note", "holiday")
	typed["availability.1.days"] = []string{"sat", "sun"}
	sent := b.send(pierPage, typed)
	b.next(sent).says(t, 200, "Zoë was added.", "3. Zoë emergency, manager", "language: es", "Called: only after somebody was dispatched",
		"Called: Sat, Sun 22:00–06:00", "Away from 1 Jul 2031, 08:00 EDT until 15 Jul 2031, 08:00 EDT: holiday", "on the call list until 2 Nov 2031, 00:00 EDT",
		"zoe@example.org Never confirmed", "+1 202 555 0150 ext. 12 work Never confirmed Ask by phone")
	b.next(b.send(pierPage, typed)).says(t, 200, "Zoë was added.") // a second click
	order := strings.Fields(d.order())
	if len(order) != 3 {
		t.Fatalf("the contacts are %v, want one more", order)
	}
	c := d.stored(order[2])
	if c.FirstName != "Zoë" || c.Points[0].Value != "zoe@example.org" || !c.Preferences.SMS || !c.Effective.Equal(time.Date(2031, 3, 30, 6, 30, 0, 0, time.UTC)) {
		t.Errorf("the contact is %+v", c)
	}
	wantSealed(t, sent.Header.Get("Location"), "Zoë")
}

// wantSealed checks that a URL to which a form leads has the names neither in the open nor merely encoded. Names are not looked for in
// the letters of what is sealed, which may have them by chance.
func wantSealed(t *testing.T, location string, names ...string) {
	t.Helper()
	to, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	query := to.Query()
	sealed, err := base64.RawURLEncoding.DecodeString(query.Get("did"))
	if err != nil || len(sealed) == 0 {
		t.Fatalf("the URL %s has nothing sealed: %v", location, err)
	}
	query.Del("did")
	open, err := url.QueryUnescape(to.Path + "?" + query.Encode() + "#" + to.EscapedFragment())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.Contains(open, name) || bytes.Contains(sealed, []byte(name)) {
			t.Errorf("the URL %s has a name, want it sealed", location)
		}
	}
}

// TestEditAPerson checks that the form as it is shown changes nothing, not even seconds that it does not show, and what each field
// changes.
func TestEditAPerson(t *testing.T) {
	d := newPier(t)
	away := []rollcall.AbsenceInput{{From: rollcall.Given("2031-07-01T08:00:07.000001Z"), To: rollcall.Given("2031-07-02T08:00:59Z")}}
	hours := []rollcall.HoursInput{{Days: rollcall.Given([]string{"mon", "fri"}), From: rollcall.Given("08:00"), To: rollcall.Given("00:00")}}
	d.change("ann", rollcall.ContactInput{
		Role: rollcall.Given("owner"), Preferences: rollcall.Given(rollcall.PreferencesInput{SMS: rollcall.Given(false)}),
		Calling: rollcall.CallingInput{Absences: rollcall.Given(away), Availability: rollcall.Given(hours), Effective: rollcall.Given("2031-01-01T00:00:01Z"), Expires: rollcall.Given("2032-01-01T00:00:01Z")},
	})
	d.change("bob", rollcall.ContactInput{Phone: rollcall.Given("+1 202 555 0102 x77")})
	d.attest("ann")
	b := d.as("mia")
	for _, id := range []string{"ann", "bob"} {
		before := d.stored(id)
		form := b.send(pierPage+"?edit="+id, nil).want(t, 200, "Change").contactForm(t)
		b.next(b.send(pierPage, form)).says(t, 200, before.Name()+" was saved.")
		if after := d.stored(id); !after.Equal(&before) {
			t.Errorf("the form as it was shown made of\n%+v\n%+v", before, after)
		}
	}
	form := b.send(pierPage+"?edit=ann", nil).contactForm(t)
	b.next(b.send(pierPage, with(form, "points.3.value", "+1-555-0199", "points.3.order", "1", "first_name", "Anna"))).
		says(t, 200, "Anna Lee was saved.", "Please look at this: +1-555-0199 works only inside its area", "This number works only inside its area")
	c := d.stored("ann")
	if c.Points[0].Value != "+1-555-0199" || c.Points[1].State.Status != rollcall.PointConfirmed || c.Absences[0].From.Nanosecond() != 1000 {
		t.Errorf("the contact is %+v, want another point first and the rest as it was", c)
	}
	form = b.send(pierPage+"?edit=ann", nil).contactForm(t)
	b.next(b.send(pierPage, with(form, "points.1.value", "", "points.2.order", "9", "effective_at", "", "availability.1.from", "", "availability.1.to", "", "availability.1.days", "")))
	c = d.stored("ann")
	if len(c.Points) != 2 || c.Points[0].Kind != rollcall.EmailPoint || !c.Effective.IsZero() || len(c.Availability) != 0 {
		t.Errorf("the contact is %+v, want a phone less, the e-mail first, no hours and no beginning", c)
	}
	form = b.send(pierPage+"?edit=ann", nil).contactForm(t)
	b.next(b.send(pierPage, with(form, "points.1.value", "+1 202 555 0177"))) // a phone in the line of an e-mail
	if c = d.stored("ann"); c.Points[0].Kind != rollcall.PhonePoint {
		t.Errorf("the point is %+v, want a phone", c.Points[0])
	}
}

// refusedForms are changes of the form of ann, and what the page says about them.
var refusedForms = []struct {
	name    string
	changes []string
	en, es  string
}{
	{"no name", []string{"first_name", " "}, "Give a first name.", "Indique un nombre."},
	{"controls in a name", []string{"last_name", "a\x01b"}, "This name has characters", "Este nombre tiene caracteres"},
	{"a name that is too long", []string{"first_name", strings.Repeat("x", 101)}, "This is too long.", "Es demasiado largo."},
	{"no point", []string{"points.1.value", "", "points.2.value", " "}, "Give at least one phone or e-mail", "Indique al menos un teléfono o correo"},
	{"no number", []string{"points.1.value", "none"}, "Give a phone number, such as", "Indique un número de teléfono"},
	{"a bad address", []string{"points.2.value", "a@@b"}, "Give a phone number, such as", "Indique un número de teléfono"},
	{"the same twice", []string{"points.3.value", "(202) 555-0101"}, "This is given twice.", "Esto está dos veces."},
	{"an extension of an e-mail", []string{"points.2.extension", "12"}, "Give only digits", "Indique solo cifras"},
	{"an unknown type", []string{"type", "friend"}, "Choose what they are called for.", "Elija para qué se le llama."},
	{"an unknown language", []string{"language", "en_US!"}, "Give a language", "Indique un idioma"},
	{"hours without days", []string{"availability.1.from", "08:00", "availability.1.to", "17:00"}, "Choose at least one day.", "Elija al menos un día."},
	{"hours without an end", []string{"availability.1.days", "mon", "availability.1.from", "08:00"}, "Give a time from 00:00 to 23:59. Midnight", "Medianoche es"},
	{"an absence that ends before it begins", []string{"absences.1.from", "2031-07-02T00:00", "absences.1.to", "2031-07-01T00:00"},
		"Give a date and a time after the beginning.", "posteriores al comienzo"},
	{"an absence without a beginning", []string{"absences.1.to", "2031-07-01T00:00"}, "Give a date and a time.", "Indique una fecha y una hora."},
	{"a list that ends before it begins", []string{"effective_at", "2031-07-02T00:00", "expires_at", "2031-07-01T00:00"},
		"Give a date and a time, after the beginning.", "posteriores al comienzo"},
	{"a date that is none", []string{"effective_at", "soon"}, "Give a date and a time, before the end.", "anteriores al final"},
}

// TestRefusedForms checks what the page says about each mistake, and that it keeps what was typed.
func TestRefusedForms(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	before := d.stored("ann")
	for _, test := range refusedForms {
		t.Run(test.name, func(t *testing.T) {
			b.language = "en"
			form := with(b.send(pierPage+"?edit=ann", nil).contactForm(t), append([]string{"last_name", "Typed <i>"}, test.changes...)...)
			page := b.send(pierPage, form).says(t, 422, test.en)
			if _, changed := form["last_name"]; changed && form.Get("last_name") == "Typed <i>" {
				page.want(t, 422, `value="Typed &lt;i&gt;"`)
			}
			b.language = "es"
			b.send(pierPage, page.contactForm(t)).says(t, 422, test.es)
		})
	}
	if after := d.stored("ann"); !after.Equal(&before) {
		t.Errorf("refused forms made of\n%+v\n%+v", before, after)
	}
}

// TestHugeForms checks that forms by hand with many rows and strange names are refused in words, and change nothing.
func TestHugeForms(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	form := url.Values{"edit": {"ann"}, "version": {"x"}, "first_name": {"A", "B"}, "points.0.value": {"1"}, "points.-1.value": {"1"}, "points.99999.value": {"1"}}
	b.send(pierPage, form).says(t, 409, "Somebody else changed this person meanwhile.")
	points, hours := with(form), with(form)
	for i := range 200 {
		n := string(rune('1'+i%9)) + strings.Repeat("0", i/90)
		points.Set("points."+n+"."+"value", "+1 202 555 01"+n)
		hours.Set("availability."+n+".from", "08:00")
	}
	current := b.send(pierPage+"?edit=ann", nil).contactForm(t)
	for name, values := range points {
		if strings.HasPrefix(name, "points.") {
			current[name] = values
		}
	}
	b.send(pierPage, current).says(t, 422, "A person has at most 10 phones and e-mails.")
	b.send(pierPage, url.Values{"edit": {"ann"}, "first_name": {strings.Repeat("x", 70_000)}}).want(t, 413, "This did not work")
	if got := d.stored("ann"); got.Version != 1 {
		t.Errorf("the contact is %+v, want it unchanged", got)
	}
}

// TestTwoPeopleEdit checks that the second of two people sees both versions, and chooses; and that a third is seen again.
func TestTwoPeopleEdit(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	mine := with(b.send(pierPage+"?edit=bob", nil).contactForm(t), "first_name", "Robert", "points.1.value", "+1 202 555 0160", "points.2.value", "bob@example.org")
	d.change("bob", rollcall.ContactInput{LastName: rollcall.Given("Leeds"), Phone: rollcall.Given("+1 202 555 0161")})
	page := b.send(pierPage, mine).says(t, 409, "Somebody else changed this person meanwhile.", "First name Stored now Bob What you typed Robert",
		"Last name Stored now Leeds What you typed Lee", "Stored now mobile +1 202 555 0161 What you typed mobile +1 202 555 0160 bob@example.org",
		"Save mine instead", "Keep what is stored")
	page.want(t, 409, `value="Robert"`).want(t, 409, `href="/console/sites/pier?page=1#p2"`).saysNot(t, "Kind of contact Stored now")
	if got := d.stored("bob"); got.FirstName != "Bob" || got.LastName != "Leeds" {
		t.Errorf("the contact is %+v, want what the first of both saved", got)
	}
	second := page.contactForm(t)
	d.change("bob", rollcall.ContactInput{LastName: rollcall.Given("Leads")})
	page = b.send(pierPage, second).says(t, 409, "Last name Stored now Leads What you typed Lee")
	b.next(b.send(pierPage, page.contactForm(t))).says(t, 200, "Robert Lee was saved.")
	c := d.stored("bob")
	if c.Name() != "Robert Lee" || len(c.Points) != 2 || c.Points[0].Value != "+1 202 555 0160" || c.Points[1].Value != "bob@example.org" {
		t.Errorf("the contact is %+v, want what was typed", c)
	}
	b.next(b.send(pierPage, page.contactForm(t))).says(t, 200, "Robert Lee was saved.") // a second click

	d.must(d.Service().DeleteContact(t.Context(), d.operator(), onPier("bob")))
	page = b.send(pierPage, with(mine, "first_name", "Bert")).says(t, 404, "This person is no longer at this site", "Add this person")
	b.next(b.send(pierPage, page.contactForm(t))).says(t, 200, "Bert Lee was added.", "bob@example.org")
}

// TestEditIsNoConflictWithAnAnswer checks that a confirmation that arrives meanwhile is no conflict.
func TestEditIsNoConflictWithAnAnswer(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	form := b.send(pierPage+"?edit=ann", nil).contactForm(t)
	d.attest("ann")
	b.next(b.send(pierPage, with(form, "first_name", "Anna"))).says(t, 200, "Anna Lee was saved.", "Confirmed")
}

// TestContactFormsAreKept checks that a form of a session that ended opens again with everything that was typed, and is saved.
func TestContactFormsAreKept(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	edit := b.send(pierPage+"?edit=ann", nil).contactForm(t)
	add := b.send(pierPage+"?add=1", nil).contactForm(t)
	d.clock.Advance(12 * time.Hour)
	signIn := func(form url.Values) reply {
		t.Helper()
		held := signInForm("mia", goodPassword)
		held.Set("held", b.send(pierPage, form).want(t, 401, "what you typed is kept").hidden(t, "held"))
		return b.send("/console/sign-in", held).says(t, 200, "You are signed in again, and what you typed is here.")
	}
	typed := with(edit, "first_name", "Zoë", "points.3.value", "+1 202 555 0170", "availability.1.days", "mon", "availability.1.from", "01:00", "availability.1.to", "02:00")
	page := signIn(typed)
	if got := page.contactForm(t); got.Get("first_name") != "Zoë" || got.Get("points.3.value") != "+1 202 555 0170" || got.Get("availability.1.days") != "mon" {
		t.Errorf("the form holds %v, want what was typed", got)
	}
	page.want(t, 200, `method="post" action="/console/sites/pier#form"`)
	b.next(b.send(pierPage, page.contactForm(t))).says(t, 200, "Zoë Lee was saved.")

	d.clock.Advance(12 * time.Hour)
	page = signIn(with(add, "first_name", "Eve", "points.1.value", "eve@example.org"))
	b.next(b.send(pierPage, page.contactForm(t))).says(t, 200, "Eve was added.")

	d.clock.Advance(12 * time.Hour)
	d.must(d.Service().DeleteContact(t.Context(), d.operator(), onPier("ann")))
	page = signIn(typed)
	page.says(t, 200, "This person is no longer at this site", "Add this person").want(t, 200, `value="Zoë"`)

	d.clock.Advance(12 * time.Hour) // and a viewer signs in in that browser
	held := signInForm("vic", goodPassword)
	held.Set("held", b.send(pierPage, add).hidden(t, "held"))
	b.send("/console/sign-in", held).want(t, 200, "<h1>Pier 9 offices").saysNot(t, `id="form"`, "555")
}

func TestRemoveAndUndo(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	key := b.send(pierPage, nil).hidden(t, "key")
	sent := b.act("remove", "ann", "key", key)
	b.next(sent).says(t, 200, "Ann Lee was removed. Undo", "1. Bob Lee").want(t, 200, `name="undo" value="ann"`)
	wantSealed(t, sent.Header.Get("Location"), "Ann", "Lee")
	b.next(b.act("remove", "ann", "key", key)).says(t, 200, "The person was removed. Undo") // a second click
	b.act("remove", "ann").want(t, 404, "There is no such page")
	d.as("vic").send(sent.Header.Get("Location"), nil).saysNot(t, "Undo")
	b.next(b.act("undo", "ann")).says(t, 200, "Ann Lee is back on the call list.", "1. Ann Lee", "2. Bob Lee")
	b.next(b.act("undo", "ann")).says(t, 200, "Ann Lee is back on the call list.")
	b.act("undo", "none").want(t, 404, "There is no such page")
	if got := d.order(); got != "ann bob" {
		t.Errorf("the contacts are %q, want ann bob", got)
	}
	d.clock.Advance(time.Hour)
	b.send(sent.Header.Get("Location"), nil).saysNot(t, "was removed")
}

func TestUndoWithoutRoom(t *testing.T) {
	d := newPier(t, func(o *app.Options) { o.MaxContactsPerSite = 2 })
	b := d.as("mia")
	b.act("remove", "ann")
	d.addPerson("eve", "Eve", "Lee", "eve@example.org")
	b.act("undo", "ann").says(t, 409, "The site has as many contacts as are allowed.")
	form := with(b.send(pierPage+"?add=1", nil).contactForm(t), "first_name", "Max", "points.1.value", "max@example.org")
	b.send(pierPage, form).says(t, 409, "The site has as many contacts as are allowed.").want(t, 409, `value="Max"`)
}

func TestOrderByButtons(t *testing.T) {
	d := newPier(t)
	d.addPerson("eve", "Eve", "Lee", "+1 202 555 0103")
	b := d.as("mia")
	for _, step := range []struct{ field, id, want, at string }{
		{"down", "ann", "bob ann eve", "#p2"}, {"down", "ann", "bob eve ann", "#p3"}, {"down", "ann", "bob eve ann", "#p3"},
		{"up", "eve", "eve bob ann", "#p1"}, {"up", "eve", "eve bob ann", "#p1"},
	} {
		sent := b.act(step.field, step.id)
		if !strings.HasSuffix(sent.Header.Get("Location"), step.at) {
			t.Errorf("%s %s leads to %s, want %s", step.field, step.id, sent.Header.Get("Location"), step.at)
		}
		b.next(sent).says(t, 200, "was moved.")
		if got := d.order(); got != step.want {
			t.Errorf("after %s %s the order is %q, want %q", step.field, step.id, got, step.want)
		}
	}
	page := b.send(pierPage, nil)
	if ups, downs := strings.Count(page.body, `name="up"`), strings.Count(page.body, `name="down"`); ups != 2 || downs != 2 {
		t.Errorf("%d can be moved up and %d down, want 2 and 2: neither the first up nor the last down", ups, downs)
	}
}

// TestHostileNames checks that names are text everywhere on the page, in sentences and attributes too.
func TestHostileNames(t *testing.T) {
	d := newPier(t)
	const hostile = `</bdi><script>alert(1)</script>" onload="x`
	d.addPerson(`"><b>&/`, hostile, "{name} {phone}", "+1 202 555 0105")
	b := d.as("mia")
	id := url.QueryEscape(`"><b>&/`)
	pages := []reply{b.send(pierPage, nil), b.send(pierPage+"?edit="+id, nil), b.next(b.act("remove", `"><b>&/`))}
	pages = append(pages, b.next(b.act("undo", `"><b>&/`)))
	pages = append(pages, b.send(pierPage, with(pages[1].contactForm(t), "first_name", hostile+hostile, "version", "old")))
	for _, page := range pages {
		page.saysNot(t, "<script>alert", `" onload="x"`, `"><b>`)
		if !strings.Contains(page.body, "&lt;script&gt;alert(1)") {
			t.Errorf("the name is not shown as text:\n%s", page.body)
		}
	}
	pages[0].says(t, 200, "{name} {phone}’s mobile was never confirmed.").want(t, 200, "/contacts/%22%3E%3Cb%3E&amp;%2F")
	if got := strings.Fields(d.order()); !slices.Contains(got, `"><b>&/`) {
		t.Errorf("the contacts are %v", got)
	}
}

// controlFields are texts of the forms for a site and its call list, by the path of the form, with what the form needs besides.
var controlFields = map[string]struct {
	names []string
	form  url.Values
}{
	pierPage + "/edit": {[]string{
		"account_reference_id", "account_number", "address.street", "address.city", "address.state", "address.zip",
		"readiness_rules.exempt_reason", "on_behalf_of",
	}, siteForm("status", "active")},
	pierPage: {[]string{"with", "note"}, url.Values{"review": {"1"}, "with": {"Ann"}}},
}

// TestControlCharacters checks that a text with a character that can't be shown is refused in the language of the user.
func TestControlCharacters(t *testing.T) {
	b := newPier(t).as("mia")
	b.language = "es"
	for path, of := range controlFields {
		for _, name := range of.names {
			form := with(of.form, name, "a\u202eb")
			if path != pierPage {
				form.Set("version", b.send(path, nil).hidden(t, "version"))
			}
			b.send(path, form).want(t, 422, "que no se pueden mostrar. Escríbalo con letras.")
		}
	}
}
