package console

import (
	"cmp"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// rowField is the name of a field in a row of the form.
var rowField = regexp.MustCompile(`^(points|availability|absences)\.([1-9]\d{0,2})\.(\w+)$`)

// rowNumbers returns the numbers of the rows in a form that are about a list, in order.
func rowNumbers(form url.Values, list string) []string {
	found := map[string]bool{}
	for name := range form {
		if m := rowField.FindStringSubmatch(name); m != nil && m[1] == list {
			found[m[2]] = true
		}
	}
	numbers := slices.Collect(maps.Keys(found))
	slices.SortFunc(numbers, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return numbers
}

// deciding are the fields of a row by list. A row in which none of them has a value is left out.
var deciding = map[string][]string{
	"points": {"value", "keep"}, "availability": {"days", "from", "to"}, "absences": {"from", "to", "note"},
}

// tidyForm leaves out the empty rows of the posted form, brings its points into their order, and numbers the rest from 1. So the
// numbers in the errors of the use case are those of the rows that are shown again.
func (s *siteVisit) tidyForm() {
	tidy := url.Values{}
	for name, values := range s.form {
		if !rowField.MatchString(name) {
			tidy[name] = values
		}
	}
	for list, fields := range deciding {
		rows := slices.DeleteFunc(rowNumbers(s.form, list), func(n string) bool {
			return !slices.ContainsFunc(fields, func(field string) bool { return strings.TrimSpace(s.form.Get(list+"."+n+"."+field)) != "" })
		})
		if list == "points" {
			slices.SortStableFunc(rows, func(a, b string) int { return cmp.Compare(s.wantedPlace(a), s.wantedPlace(b)) })
		}
		for i, n := range rows {
			for name, values := range s.form {
				if m := rowField.FindStringSubmatch(name); m != nil && m[1] == list && m[2] == n {
					tidy[list+"."+strconv.Itoa(i+1)+"."+m[3]] = values
				}
			}
			if list == "points" {
				tidy.Set("points."+strconv.Itoa(i+1)+".order", strconv.Itoa(i+1))
			}
		}
	}
	s.form = tidy
}

// wantedPlace returns where the point of a row belongs. A point that was moved goes before or behind the one that had its place.
func (s *siteVisit) wantedPlace(row string) float64 {
	at, _ := strconv.Atoi(row)
	wanted, err := strconv.Atoi(strings.TrimSpace(s.form.Get("points." + row + ".order")))
	switch {
	case err != nil || wanted == at:
		return float64(at)
	case wanted < at:
		return float64(wanted) - 0.5
	}
	return float64(wanted) + 0.5
}

// formOf returns a contact as the form has it.
func (s *siteVisit) formOf(c *rollcall.Contact) url.Values {
	form := url.Values{}
	set := func(name, value string) {
		if value != "" {
			form.Set(name, value)
		}
	}
	set("first_name", c.FirstName)
	set("last_name", c.LastName)
	set("type", string(c.Type))
	set("role", string(c.Role))
	set("language", c.Language)
	set("dispatch", string(c.Dispatch))
	if c.Preferences.SMS {
		set(smsField, "yes")
	}
	for i := range c.Points {
		p, prefix := &c.Points[i], "points."+strconv.Itoa(i+1)+"."
		set(prefix+"point_id", string(p.ID))
		set(prefix+"label", string(p.Label))
		if s.masked() {
			set(prefix+"keep", "1")
		} else {
			set(prefix+"value", p.Value)
			set(prefix+"extension", unwritten(p))
		}
		set(prefix+"order", strconv.Itoa(i+1))
	}
	for i, h := range c.Availability {
		prefix := "availability." + strconv.Itoa(i+1) + "."
		form[prefix+"days"] = h.Days.Names()
		set(prefix+"from", h.FromText())
		set(prefix+"to", h.ToText())
	}
	for i, a := range c.Absences {
		prefix := "absences." + strconv.Itoa(i+1) + "."
		set(prefix+"from", s.local(a.From))
		set(prefix+"to", s.local(a.To))
		if s.freeText(a.Note) == a.Note {
			set(prefix+"note", a.Note)
		} else {
			set(prefix+"keep", strconv.Itoa(i+1))
		}
	}
	set("effective_at", s.local(c.Effective))
	set("expires_at", s.local(c.Expires))
	return form
}

// unwritten returns the extension of a point, empty if it is written in the value.
func unwritten(p *rollcall.Point) string {
	if _, written := phone.SplitExtension(p.Value); written != "" {
		return ""
	}
	return p.Extension
}

// local returns a time as a form has it, empty for the zero time.
func (s *siteVisit) local(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(s.place).Format(localLayout)
}

// contactInput returns what was typed about a contact. before is what is stored; it may be zero.
func (s *siteVisit) contactInput(before *rollcall.Contact) rollcall.ContactInput {
	return rollcall.ContactInput{
		FirstName: rollcall.Given(s.form.Get("first_name")), LastName: rollcall.Given(s.form.Get("last_name")),
		Type: rollcall.Given(s.form.Get("type")), Role: s.optional("role"), Language: s.optional("language"),
		Preferences: rollcall.Given(rollcall.PreferencesInput{SMS: rollcall.Given(s.form.Get(smsField) != "")}),
		Points:      rollcall.Given(s.pointInputs(before)),
		Calling: rollcall.CallingInput{
			Dispatch: s.optional("dispatch"), Availability: rollcall.Given(s.hoursInputs()), Absences: rollcall.Given(s.absenceInputs(before)),
			Effective: s.timeInput("effective_at", before.Effective), Expires: s.timeInput("expires_at", before.Expires),
		},
	}
}

func (s *siteVisit) pointInputs(before *rollcall.Contact) []rollcall.PointInput {
	var all []rollcall.PointInput
	for _, n := range rowNumbers(s.form, "points") {
		prefix := "points." + n + "."
		value, kind := strings.TrimSpace(s.form.Get(prefix+"value")), rollcall.PhonePoint
		if strings.Contains(value, "@") {
			kind = rollcall.EmailPoint
		}
		in := rollcall.PointInput{
			Kind: rollcall.Given(string(kind)), Value: rollcall.Given(value),
			Extension: s.optional(prefix + "extension"), Label: s.optional(prefix + "label"),
		}
		// Somebody may have removed the point meanwhile, or an e-mail may take the line of a phone: then it is a new one.
		old := before.PointByID(rollcall.PointID(s.form.Get(prefix + "point_id")))
		if value == "" && s.form.Has(prefix+"keep") {
			if old == nil {
				continue
			}
			kind = old.Kind
			in.Kind, in.Value = rollcall.Given(string(kind)), rollcall.Given(old.Value)
			if extension := unwritten(old); in.Extension.Null && extension != "" {
				in.Extension = rollcall.Given(extension)
			}
		}
		if old != nil && old.Kind == kind {
			in.ID = rollcall.Given(string(old.ID))
		}
		all = append(all, in)
	}
	return all
}

func (s *siteVisit) hoursInputs() []rollcall.HoursInput {
	var all []rollcall.HoursInput
	for _, n := range rowNumbers(s.form, "availability") {
		prefix := "availability." + n + "."
		all = append(all, rollcall.HoursInput{
			Days: rollcall.Given(s.form[prefix+"days"]), From: rollcall.Given(s.form.Get(prefix + "from")), To: rollcall.Given(s.form.Get(prefix + "to")),
		})
	}
	return all
}

func (s *siteVisit) absenceInputs(before *rollcall.Contact) []rollcall.AbsenceInput {
	var known []time.Time
	for _, a := range before.Absences {
		known = append(known, a.From, a.To)
	}
	var all []rollcall.AbsenceInput
	for _, n := range rowNumbers(s.form, "absences") {
		prefix := "absences." + n + "."
		in := rollcall.AbsenceInput{From: s.timeInput(prefix+"from", known...), To: s.timeInput(prefix+"to", known...), Note: s.optional(prefix + "note")}
		in.From.Null, in.To.Null = false, false // an empty one is no time
		if at, err := strconv.Atoi(s.form.Get(prefix + "keep")); err == nil && in.Note.Null && at >= 1 && at <= len(before.Absences) {
			in.Note = rollcall.Given(before.Absences[at-1].Note)
		}
		all = append(all, in)
	}
	return all
}

// timeInput returns the time that was typed into a field, in the time zone of the site. One that shows a known time is that time,
// since the form has no seconds. Text that is no time stays as it is, so that the use case refuses it.
func (s *siteVisit) timeInput(name string, known ...time.Time) rollcall.Field[string] {
	in := s.optional(name)
	if !in.Set || in.Null {
		return in
	}
	for _, at := range known {
		if s.local(at) == in.Value {
			return rollcall.Given(at.UTC().Format(time.RFC3339Nano))
		}
	}
	if at, ok := localTime(in.Value, s.place); ok {
		return rollcall.Given(at.UTC().Format(time.RFC3339))
	}
	return in
}

func typedName(form url.Values) string {
	return strings.TrimSpace(form.Get("first_name") + " " + form.Get("last_name"))
}

// differences returns in which fields two forms for a contact differ, in words.
func (s *siteVisit) differences(theirs, mine url.Values) []difference {
	var all []difference
	theirTexts, myTexts := s.inWords(theirs), s.inWords(mine)
	for i, their := range theirTexts {
		if my := myTexts[i]; my.Text != their.Text {
			nothing := s.t.SiteForm.Empty
			all = append(all, difference{their.Label, cmp.Or(their.Text, nothing), cmp.Or(my.Text, nothing)})
		}
	}
	return all
}

// inWords returns what a form for a contact says.
func (s *siteVisit) inWords(form url.Values) []fact {
	t, f, words := &s.t.Site, &s.t.SiteForm, &s.t.Words
	text := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	sms := f.No
	if text(smsField) != "" {
		sms = f.Yes
	}
	all := []fact{
		{Label: t.FirstName, Text: text("first_name")}, {Label: t.LastName, Text: text("last_name")},
		{Label: t.Type, Text: words.Types[rollcall.ContactType(text("type"))]},
		{Label: t.Role, Text: words.ContactRoles[rollcall.ContactRole(text("role"))]},
		{Label: t.Dispatch, Text: cmp.Or(t.Dispatches[rollcall.Dispatch(text("dispatch"))], t.ByType)},
		{Label: s.t.Sites.Language, Text: text("language")}, {Label: t.SMS, Text: sms},
	}
	list := func(label, list string, row func(prefix string) string) {
		var rows []string
		for _, n := range rowNumbers(form, list) {
			rows = append(rows, row(list+"."+n+"."))
		}
		all = append(all, fact{Label: label, Text: strings.Join(rows, "\n")})
	}
	list(f.Points, "points", func(prefix string) string {
		value := cmp.Or(text(prefix+"value"), s.hiddenValue(form, prefix))
		row := strings.TrimSpace(words.Labels[rollcall.PointLabel(text(prefix+"label"))] + " " + value)
		if extension := text(prefix + "extension"); extension != "" {
			row += " " + words.Extension + " " + extension
		}
		return row
	})
	list(f.Hours, "availability", func(prefix string) string {
		var days []string
		for i, day := range dayNames {
			if slices.Contains(form[prefix+"days"], day) {
				days = append(days, t.Days[i])
			}
		}
		return strings.Join(days, ", ") + " " + text(prefix+"from") + "–" + text(prefix+"to")
	})
	list(f.Absences, "absences", func(prefix string) string {
		row := s.inZone(text(prefix+"from")) + " – " + s.inZone(text(prefix+"to"))
		if note := text(prefix + "note"); note != "" {
			row += ": " + note
		}
		return row
	})
	return append(all,
		fact{Label: f.Dates + ": " + f.Effective, Text: s.inZone(text("effective_at"))},
		fact{Label: f.Dates + ": " + f.Expires, Text: s.inZone(text("expires_at"))})
}

// hiddenValue returns the stored value of the point in a row that keeps it, as the user may see it, empty if the row keeps none.
func (s *siteVisit) hiddenValue(form url.Values, prefix string) string {
	if !form.Has(prefix + "keep") {
		return ""
	}
	for i := range s.contacts {
		if p := s.contacts[i].PointByID(rollcall.PointID(form.Get(prefix + "point_id"))); p != nil {
			return s.pointValue(p)
		}
	}
	return mask
}

// inZone returns a time of a form as pages show it, and other text as it is.
func (s *siteVisit) inZone(text string) string {
	if at, ok := localTime(text, s.place); ok {
		return s.t.moment(at, s.place)
	}
	return text
}
