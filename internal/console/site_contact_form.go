package console

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"example.org/rollcall/internal/rollcall"
)

// The most items of a contact. The form shows no more empty rows than would fit.
const (
	hoursMax    = 20
	absencesMax = 50
)

// contactForm is the open form for a contact.
type contactForm struct {
	Heading            sentence
	Alert              string             // why nothing was saved
	ID                 rollcall.ContactID // empty: a new contact
	Version            string             // of the contact that the form was filled from
	Cancel             string             // path
	Button             string
	Name               []field // and what else is about the person
	SMS                bool
	Points             []pointFields
	PointsProblem      string
	More               bool // hours, absences or dates are shown at once
	Hours              []hoursFields
	HoursProblem       string
	Absences           []fieldRow
	AbsencesProblem    string
	Effective, Expires field
	Zone               string
	NoZone             bool
	OnBehalfOf         field
	Differences        []difference // from what somebody else stored meanwhile
}

// fieldRow is several fields about one thing.
type fieldRow struct {
	Legend string
	Fields []field
}

// pointFields is one phone or e-mail in the form.
type pointFields struct {
	fieldRow
	IDName, ID string // of a hidden field; empty: a new point
}

// hoursFields is one line of hours in the form.
type hoursFields struct {
	fieldRow
	Name    string // of the checkboxes
	Days    []dayBox
	Problem string
}

type dayBox struct {
	Value, Label string
	Checked      bool
}

// difference is a field in which what somebody typed is not what somebody else stored meanwhile.
type difference struct{ Label, Theirs, Mine string }

// contactForm fills the open form with what was typed, otherwise with what is stored.
func (s *siteVisit) contactForm() *contactForm {
	t, values := &s.t.SiteForm, s.open.typed
	form := &contactForm{
		Heading: sentence{Before: t.AddHeading}, Button: t.SaveAdd, Cancel: sitePath(s.site.ID),
		Zone: about(t.ZoneHint, "", "zone", s.place.String()).Before, NoZone: s.site.Location() == nil,
	}
	if c := s.contact(s.open.contact); c != nil {
		form.Heading, form.Button, form.ID, form.Version = about(t.EditHeading, contactName(c)), t.Save, c.ID, c.FieldsTag()
		form.Cancel = s.rowPath(c.Position, url.Values{})
		if values == nil {
			values = s.formOf(c)
		} else if s.open.theirs == nil {
			form.Version = values.Get("version")
		}
	}
	if theirs := s.open.theirs; theirs != nil {
		form.Differences, form.Button = s.differences(s.formOf(theirs), values), t.SaveMine
	}
	if values == nil {
		values = url.Values{"type": {"primary"}, smsField: {"yes"}}
	}
	s.personFields(form, values)
	s.pointRows(form, values)
	s.timeRows(form, values)
	form.OnBehalfOf = s.onBehalfOf(values.Get(onBehalfOfField))
	return form
}

// smsField is the name of the checkbox for text messages.
const smsField = "notification_preferences.sms"

func (s *siteVisit) personFields(form *contactForm, values url.Values) {
	t, words := &s.t.Site, &s.t.Words
	text := func(name, label, hint string) field {
		return s.field(name, label, field{Type: "text", Autocomplete: "off", Value: values.Get(name), Hint: hint})
	}
	first := text("first_name", t.FirstName, "")
	first.Required = true
	form.Name = []field{
		first, text("last_name", t.LastName, t.LastNameHint),
		s.field("type", t.Type, field{Options: options(rollcall.ContactTypes(), words.Types, values.Get("type"), "")}),
		s.field("role", t.Role, field{Options: options(rollcall.ContactRoles(), words.ContactRoles, values.Get("role"), words.NothingChosen)}),
		s.field("dispatch", t.Dispatch, field{
			Options: options(rollcall.Dispatches(), t.Dispatches, values.Get("dispatch"), t.ByType), Hint: t.DispatchHint,
		}),
		text("language", s.t.Sites.Language, t.LanguageHint),
	}
	form.SMS = values.Get(smsField) != ""
}

func (s *siteVisit) pointRows(form *contactForm, values url.Values) {
	t := &s.t.SiteForm
	form.PointsProblem = s.problems["points"]
	for _, n := range withEmpty(rowNumbers(values, "points"), 2, rollcall.PointsMax) {
		prefix := "points." + n + "."
		cell := func(name, label, kind string) field {
			return s.field(prefix+name, label, field{Type: kind, Autocomplete: "off", Value: values.Get(prefix + name)})
		}
		row := pointFields{fieldRow: fieldRow{Legend: about(t.PointN, "", "n", n).Before}}
		if row.ID = values.Get(prefix + "point_id"); row.ID != "" {
			row.IDName = prefix + "point_id"
		}
		value := cell("value", t.Value, "text")
		if hidden := s.hiddenValue(values, prefix); hidden != "" {
			value.Keep, value.Hint = prefix+"keep", fmt.Sprintf(s.t.Reveal.Keep, hidden)
		}
		order := cell("order", t.Order, "number")
		if order.Value == "" {
			order.Value = n
		}
		row.Fields = []field{
			value,
			s.field(prefix+"label", t.Label, field{Options: options(rollcall.PointLabels(), s.t.Words.Labels, values.Get(prefix+"label"), t.NoLabel)}),
			cell("extension", t.Extension, "text"), order,
		}
		form.Points = append(form.Points, row)
	}
}

func (s *siteVisit) timeRows(form *contactForm, values url.Values) {
	t := &s.t.SiteForm
	cell := func(name, label, kind, hint string) field {
		return s.field(name, label, field{Type: kind, Value: values.Get(name), Hint: hint})
	}
	form.HoursProblem, form.AbsencesProblem = s.problems["availability"], s.problems["absences"]
	hours, absences := rowNumbers(values, "availability"), rowNumbers(values, "absences")
	for _, n := range withEmpty(hours, 1, hoursMax) {
		prefix := "availability." + n + "."
		row := hoursFields{Name: prefix + "days", Problem: s.problems[prefix+"days"]}
		row.Legend = about(t.HoursN, "", "n", n).Before
		for i, day := range dayNames {
			row.Days = append(row.Days, dayBox{day, s.t.Site.Days[i], slices.Contains(values[row.Name], day)})
		}
		row.Fields = []field{cell(prefix+"from", t.From, "time", ""), cell(prefix+"to", t.To, "time", t.ToHint)}
		form.Hours = append(form.Hours, row)
	}
	for _, n := range withEmpty(absences, 1, absencesMax) {
		prefix := "absences." + n + "."
		note := cell(prefix+"note", t.Note, "text", "")
		if at := values.Get(prefix + "keep"); at != "" {
			note.Keep, note.KeepValue, note.Hint = prefix+"keep", at, fmt.Sprintf(s.t.Reveal.Keep, mask)
		}
		form.Absences = append(form.Absences, fieldRow{about(t.AbsenceN, "", "n", n).Before, []field{
			cell(prefix+"from", t.AwayFrom, "datetime-local", ""), cell(prefix+"to", t.AwayTo, "datetime-local", ""), note,
		}})
	}
	form.Effective = cell("effective_at", t.Effective, "datetime-local", "")
	form.Expires = cell("expires_at", t.Expires, "datetime-local", "")
	form.More = len(hours)+len(absences) > 0 || form.Effective.Value+form.Expires.Value != "" ||
		form.Effective.Problem+form.Expires.Problem != ""
}

// withEmpty returns the numbers of the rows of a form: the filled ones, and some empty ones to add, together at most most.
func withEmpty(filled []string, empty, most int) []string {
	last := 0
	if len(filled) > 0 {
		last, _ = strconv.Atoi(filled[len(filled)-1])
	}
	for range min(empty, most-len(filled)) {
		last++
		filled = append(filled, strconv.Itoa(last))
	}
	return filled
}
