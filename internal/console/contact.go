package console

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// contactPage is the data of contact.html.
type contactPage struct {
	shell
	Site, SiteName   string // path and name of the site
	Live             string // path; the page is loaded again when something changes at the site
	Edit             string // path; empty: the user may not change the contact
	Deleted, Until   string // sentences; empty: the contact is not deleted
	MayRestore       bool
	Facts            []contactFact
	Points           []pointRow
	Validations      []validationRow
	OptOuts          []string
	Changes          []changeRow
	OlderValidations string // paths; empty: none
	OlderChanges     string
	Newest           string
	Reveal           revealView
}

// contactFact is something known about a contact.
type contactFact struct {
	Label string
	Lines []string
}

// pointRow is one phone or e-mail.
type pointRow struct {
	Kind, Label, Value string
	Badge              badge
	Proven             string // when and how it was last confirmed
	Problem            string // empty: none
}

func (v *visit) contact() error {
	given := v.r.URL.Query()
	q := service.HistoryQuery{Validations: cursorIn(given, "validations"), Changes: cursorIn(given, "changes")}
	site, id := rollcall.SiteID(v.params["site_id"]), rollcall.ContactID(v.params["contact_id"])
	v.at = site
	changes, err := v.service.SiteChanges(v.r.Context(), v.caller(), site)
	if err != nil {
		return err
	}
	h, err := v.service.History(v.r.Context(), v.caller(), site, id, q)
	if err != nil {
		return err
	}
	actors, err := v.actors(&h)
	if err != nil {
		return err
	}
	past := pastOf{visit: v, place: placeOf(&h.Site), actors: actors}
	p := contactPage{
		shell: v.shell(contactName(&h.Contact)), Site: sitePath(site), Live: livePath(sitePath(site), changes), SiteName: h.Site.Name,
		Facts: v.facts(&h), Points: v.pointRows(&h),
		OptOuts: past.optOuts(h.Suppressions), Validations: past.validations(&h.Contact, h.Validations),
		Changes: past.changes(h.Changes),
	}
	page := contactPath(site, id)
	p.Reveal = v.revealForm(site, page, past.place)
	p.OlderValidations = older(page, given, "validations", h.OlderValidations)
	p.OlderChanges = older(page, given, "changes", h.OlderChanges)
	if q.Validations.Set || q.Changes.Set {
		p.Newest = page
	}
	switch {
	case h.Contact.Deleted.IsZero() && v.mayChange():
		p.Edit = p.Site + "?edit=" + url.QueryEscape(string(id)) + "#form"
	case !h.Contact.Deleted.IsZero():
		t := &v.t.Contact
		p.Deleted = fmt.Sprintf(t.Deleted, v.t.moment(h.Contact.Deleted, past.place))
		p.Until = fmt.Sprintf(t.Until, v.t.moment(h.Until, past.place))
		p.MayRestore = v.mayChange()
	}
	return v.show("contact", p)
}

// postContact restores a deleted contact, or reveals numbers. If somebody else restored it before, the page shows it as it is.
func (v *visit) postContact() error {
	site, id := rollcall.SiteID(v.params["site_id"]), rollcall.ContactID(v.params["contact_id"])
	if v.form.Has("reveal") {
		if err := v.reveal(site, id); err != nil {
			return v.again(err, (*visit).contact)
		}
		return v.redirect(contactPath(site, id))
	}
	if v.form.Get("action") != "restore" {
		return &rollcall.Error{Kind: rollcall.InvalidRequest}
	}
	_, err := v.service.RestoreContact(v.r.Context(), v.caller(), rollcall.ContactRef{Site: rollcall.SiteRef{ID: site}, ID: id})
	switch {
	case err == nil:
		return v.done(contactPath(site, id), "contact_restored")
	case rollcall.KindOf(err) == rollcall.ContactNotFound:
		return v.redirect(contactPath(site, id))
	}
	return v.again(err, (*visit).contact)
}

// cursorIn returns the cursor of a list in a query, absent if there is none.
func cursorIn(given url.Values, name string) rollcall.Field[string] {
	if cursor := given.Get(name); cursor != "" {
		return rollcall.Given(cursor)
	}
	return rollcall.Field[string]{}
}

// older returns the path of the next page of one of the lists of a page, empty for the last one. The other lists stay as they are.
func older(page string, given url.Values, list, cursor string) string {
	if cursor == "" {
		return ""
	}
	next := url.Values{list: {cursor}}
	for _, other := range []string{"validations", "changes"} {
		if other != list && given.Get(other) != "" {
			next.Set(other, given.Get(other))
		}
	}
	return page + "?" + next.Encode() + "#" + list
}

// placeOf returns the time zone of a site, UTC if it has none.
func placeOf(s *rollcall.Site) *time.Location { return cmp.Or(s.Location(), time.UTC) }

// facts returns what is known about a contact, except how to reach them.
func (v *visit) facts(h *service.History) []contactFact {
	c, t, place := &h.Contact, &v.t.Contact, placeOf(&h.Site)
	all := []contactFact{{t.Type, []string{v.t.Words.Types[c.Type]}}}
	add := func(label string, lines ...string) {
		if len(lines) > 0 && lines[0] != "" {
			all = append(all, contactFact{label, lines})
		}
	}
	add(t.Role, v.t.Words.ContactRoles[c.Role])
	add(t.Phase, t.Phases[c.EffectiveDispatch()])
	if c.Deleted.IsZero() {
		add(t.Position, fmt.Sprint(c.Position))
	}
	add(t.Hours, v.hours(c)...)
	add(t.Absences, v.absences(c, place)...)
	add(t.From, v.t.moment(c.Effective, place))
	add(t.To, v.t.moment(c.Expires, place))
	add(t.Language, t.language(c.Language))
	add(t.Wanted, v.wanted(c.Preferences))
	if c.ExternalID != string(c.ID) {
		add(t.Reference, c.ExternalID)
	}
	add(t.Created, v.t.moment(c.Created, place))
	if !c.Updated.Equal(c.Created) {
		add(t.Updated, v.t.moment(c.Updated, place))
	}
	return all
}

// hours returns when a contact is called, a line for each of the hours.
func (v *visit) hours(c *rollcall.Contact) []string {
	t := &v.t.Contact
	if len(c.Availability) == 0 {
		return []string{t.AnyTime}
	}
	words := strings.NewReplacer(t.Days...)
	var lines []string
	for _, h := range c.Availability {
		lines = append(lines, words.Replace(h.String()))
	}
	if c.HoursIgnored {
		lines = append(lines, v.t.Site.HoursIgnored)
	}
	return lines
}

// absences returns when a contact is away, a line for each absence.
func (v *visit) absences(c *rollcall.Contact, place *time.Location) []string {
	var lines []string
	for _, a := range c.Absences {
		line := v.t.moment(a.From, place) + " – " + v.t.moment(a.To, place)
		if a.Note != "" {
			line += ": " + v.freeText(a.Note)
		}
		lines = append(lines, line)
	}
	return lines
}

// wanted returns which messages a contact wants, in words.
func (v *visit) wanted(p rollcall.Preferences) string {
	t := &v.t.Contact
	var kinds []string
	if p.SMS {
		kinds = append(kinds, t.TextMessages)
	}
	if p.Email {
		kinds = append(kinds, t.Emails)
	}
	if len(kinds) == 0 {
		return t.NoMessages
	}
	return t.list(kinds)
}

// pointRows returns the phones and e-mails of a contact.
func (v *visit) pointRows(h *service.History) []pointRow {
	t := &v.t.Contact
	var rows []pointRow
	for i := range h.Contact.Points {
		p := &h.Contact.Points[i]
		row := pointRow{Kind: v.t.Words.Kinds[p.Kind], Label: v.t.Words.Labels[p.Label], Value: v.pointValue(p), Badge: v.t.pointBadge(p.State)}
		switch {
		case p.State.Confirmed.IsZero() && p.State.Status != rollcall.PointUnconfirmed:
			row.Proven = t.NeverProven
		case !p.State.Confirmed.IsZero():
			row.Proven = fmt.Sprintf(t.Proven, v.t.moment(p.State.Confirmed, placeOf(&h.Site)), t.Ways[p.State.Method])
		}
		if p.Cause != "" {
			row.Problem = about(v.t.Site.NumberProblem, "", "cause", v.t.Site.Causes[p.Cause]).Before
		}
		rows = append(rows, row)
	}
	return rows
}
