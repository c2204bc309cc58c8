package console

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"example.org/rollcall/internal/rollcall"
)

// peoplePerPage is how many contacts a page shows.
const peoplePerPage = 20

// peopleView is the contacts of the site in the order of their positions.
type peopleView struct {
	Happened       *happening // what the last form did; nil: nothing, or it is in a row
	Rows           []contactRow
	Empty          bool
	MayChange      bool
	Add            string // path
	AskAll         bool   // somebody is not confirmed
	NoMethod       bool   // the server sends nothing
	Previous, Next string // paths; empty: none
}

// contactRow is one contact. While a form is open, the others are shown with their names only.
type contactRow struct {
	Position          int
	ID                rollcall.ContactID
	Name, As, Path    string
	Up, Down, Open    bool
	Edit              string // path
	UpName, DownName  string // of the buttons, for people who hear them
	Remove, EditLabel string
	Lines             []sentence
	Warnings          []string
	Points            []personPoint
	Happened          *happening // what the last form did; nil: nothing to this contact
}

// personPoint is a phone or an e-mail of a contact.
type personPoint struct {
	Value, Label string
	Tel          template.URL
	Badge        badge
	Proven       string
	Warning      string
	Again        bool // a message waits for an answer
	Buttons      []sendButton
}

// sendButton sends a validation to a contact point.
type sendButton struct{ Value, Text string }

// people returns the page of contacts that has the open form, or that the query asks for.
func (s *siteVisit) people(happened *happening) peopleView {
	path := sitePath(s.site.ID)
	view := peopleView{Empty: len(s.contacts) == 0, MayChange: s.mayChange(), Add: path + "?add=1#form"}
	page, _ := strconv.Atoi(s.r.URL.Query().Get("page"))
	if c := s.contact(s.open.contact); c != nil {
		page = pageOf(c.Position)
	}
	page = min(max(page, 1), max(pageOf(len(s.contacts)), 1))
	first := (page - 1) * peoplePerPage
	if page > 1 {
		view.Previous = path + "?page=" + strconv.Itoa(page-1) + "#people"
	}
	if first+peoplePerPage < len(s.contacts) {
		view.Next = path + "?page=" + strconv.Itoa(page+1) + "#people"
	}
	methods := slices.DeleteFunc(rollcall.Methods(), func(m rollcall.Method) bool { return !s.service.Sends(m) })
	view.NoMethod = view.MayChange && len(methods) == 0
	for i := first; i < min(first+peoplePerPage, len(s.contacts)); i++ {
		row := s.contactRow(i, methods)
		if happened != nil && happened.contact == row.ID {
			row.Happened, happened = happened, nil
		}
		view.Rows = append(view.Rows, row)
	}
	view.Happened = happened
	view.AskAll = view.MayChange && len(methods) > 0 && slices.ContainsFunc(s.contacts, func(c rollcall.Contact) bool {
		return slices.ContainsFunc(c.Points, func(p rollcall.Point) bool { return unasked(p.State.Status) })
	})
	return view
}

// pageOf returns the page that shows the contact at a position.
func pageOf(position int) int { return (position + peoplePerPage - 1) / peoplePerPage }

// rowPath returns the path at which the page shows a contact. It always has a query, since a link from a page to another place of
// the same path loads nothing.
func (s *siteVisit) rowPath(position int, query url.Values) string {
	query.Set("page", strconv.Itoa(pageOf(position)))
	return sitePath(s.site.ID) + "?" + query.Encode() + "#p" + strconv.Itoa(position)
}

// contactRow returns the row of the contact at an index.
func (s *siteVisit) contactRow(i int, methods []rollcall.Method) contactRow {
	c, t := &s.contacts[i], &s.t.Site
	name := contactName(c)
	row := contactRow{Position: c.Position, ID: c.ID, Name: name, As: s.as(c), Path: contactPath(s.site.ID, c.ID), Open: c.ID == s.open.contact}
	if !s.open.none() {
		return row
	}
	row.Lines = s.calledLines(c)
	if c.HoursIgnored {
		row.Warnings = append(row.Warnings, t.HoursIgnored)
	}
	for j := range c.Points {
		row.Points = append(row.Points, s.personPoint(&c.Points[j], methods))
	}
	if s.mayChange() {
		row.Edit = sitePath(s.site.ID) + "?edit=" + url.QueryEscape(string(c.ID)) + "#form"
		row.Up, row.Down = i > 0, i < len(s.contacts)-1
		row.UpName, row.DownName = nameIn(t.UpName, name), nameIn(t.DownName, name)
		row.Remove, row.EditLabel = nameIn(t.RemoveName, name), nameIn(s.t.SiteForm.EditHeading, name)
	}
	return row
}

// nameIn returns a text with a name, for an attribute.
func nameIn(text, name string) string {
	s := about(text, name)
	return s.Before + s.Name + s.After
}

// calledLines returns when a contact is called, as far as it is not always.
func (s *siteVisit) calledLines(c *rollcall.Contact) []sentence {
	t := &s.t.Site
	var lines []sentence
	if c.Language != "" {
		lines = append(lines, sentence{t.Language + ": ", c.Language, ""})
	}
	if dispatch := c.EffectiveDispatch(); dispatch != rollcall.DispatchBoth {
		lines = append(lines, sentence{Before: t.Called + ": " + t.Dispatches[dispatch]})
	}
	if len(c.Availability) > 0 {
		lines = append(lines, sentence{Before: t.Called + ": " + s.hoursText(c.Availability)})
	}
	if now := s.now(); c.Effective.After(now) {
		lines = append(lines, about(t.SkipReasons[rollcall.SkipNotEffectiveYet], "", "time", s.t.moment(c.Effective, s.place)))
	}
	if !c.Expires.IsZero() {
		lines = append(lines, about(t.SkipReasons[rollcall.SkipExpired], "", "time", s.t.moment(c.Expires, s.place)))
	}
	for _, a := range c.Absences {
		if a.To.After(s.now()) {
			line := sentence{Before: t.Away + " " + t.From + " " + s.t.moment(a.From, s.place) + " " + t.Until + " " + s.t.moment(a.To, s.place)}
			lines = append(lines, s.withNote(line, a.Note))
		}
	}
	return lines
}

func (s *siteVisit) personPoint(p *rollcall.Point, methods []rollcall.Method) personPoint {
	row := personPoint{
		Value: s.pointValue(p), Label: s.t.Words.Labels[p.Label], Tel: s.tel(p.E164, p.Extension), Badge: s.t.pointBadge(p.State),
		Proven: s.proven(p.State), Again: p.State.Status == rollcall.PointPending,
	}
	if p.Cause != "" {
		row.Warning = about(s.t.Site.NumberProblem, "", "cause", s.t.Site.Causes[p.Cause]).Before
	}
	if !s.mayChange() || p.State.Status == rollcall.PointOptedOut || p.State.Status == rollcall.PointDeclined {
		return row
	}
	texts := s.t.Site.Send
	if row.Again {
		texts = s.t.Site.SendAgain
	}
	for _, m := range methods {
		if m.Kind() == p.Kind && (m != rollcall.SMS || p.Extension == "") {
			row.Buttons = append(row.Buttons, sendButton{string(m) + " " + string(p.ID), texts[m]})
		}
	}
	return row
}
