package console

import (
	"cmp"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

// sentences puts lines of the audit into words.
type sentences struct {
	pastOf
	page  *service.RecentAudit
	users map[string]string // names by identifiers
	keys  map[string]string
}

// auditRows returns the lines of a page of the audit in words.
func (v *visit) auditRows(page *service.RecentAudit, place *time.Location) ([]changeRow, error) {
	s, err := v.sentences(page, place)
	if err != nil {
		return nil, err
	}
	rows := make([]changeRow, len(page.Lines))
	for i := range page.Lines {
		rows[i] = s.row(&page.Lines[i])
	}
	return rows, nil
}

// sentences returns what puts the lines of a page into words.
func (v *visit) sentences(page *service.RecentAudit, place *time.Location) (sentences, error) {
	ctx := v.r.Context()
	users, err := v.service.Users(ctx, v.user.Dealer)
	if err != nil {
		return sentences{}, err
	}
	keys, err := v.service.Keys(ctx, v.user.Dealer)
	if err != nil {
		return sentences{}, err
	}
	s := sentences{pastOf: pastOf{visit: v, place: place, actors: v.namesOf(users, keys)}, page: page, users: map[string]string{}, keys: map[string]string{}}
	for i := range users {
		s.users[string(users[i].ID)] = users[i].Name
	}
	for i := range keys {
		s.keys[string(keys[i].ID)] = v.keyName(&keys[i])
	}
	return s, nil
}

// row returns a line in words.
func (s sentences) row(l *audit.Line) changeRow {
	changed, err := l.Changes()
	if err != nil { // the line was tampered with, which the check of the audit reports
		changed = nil
	}
	s.at = l.Site
	row := changeRow{At: s.t.moment(l.At, s.place), Text: s.noted(s.atRequest(s.line(l, changed), l), l)}
	if !s.masked() {
		row.Values = s.changedValues(l, changed)
	}
	return row
}

// line returns a line as a sentence.
func (s sentences) line(l *audit.Line, changed []audit.Change) string {
	t := &s.t.Audit
	text, ok := t.Actions[l.Action]
	if !ok {
		text = t.OtherAction
	}
	if special, ok := t.ByContact[l.Action]; ok && l.Actor == audit.ActorContact {
		text = special
	}
	return strings.NewReplacer(
		"{who}", isolated(s.who(l.Actor)), "{parts}", cmp.Or(s.parts(l, changed), t.Nothing), "{action}", l.Action,
		"{contact}", isolated(cmp.Or(s.page.Contacts[l.Pos], personIn(changed), t.NoContact)),
		"{site}", isolated(cmp.Or(s.page.Sites[l.Site], siteIn(l, changed), t.NoSite)),
		"{user}", isolated(cmp.Or(s.users[l.Subject], s.t.Contact.Somebody)),
		"{key}", isolated(cmp.Or(s.keys[l.Subject], s.t.Keys.NoName)),
		"{webhook}", isolated(cmp.Or(valueIn(changed, "url"), l.Subject)),
		"{with}", isolated(cmp.Or(s.freeText(l.Mentioned().With), s.t.Review.Somebody)),
		"{where}", s.where(l), "{reason}", isolated(cmp.Or(s.freeText(l.Mentioned().Reason), t.NoReason)),
		"{role}", s.t.Roles[rollcall.Role(valueIn(changed, "role"))],
		"{status}", s.t.Words.Readiness[rollcall.ReadinessStatus(valueIn(changed, "status"))],
		"{point}", s.t.Words.Kinds[rollcall.PointKind(valueIn(changed, "point"))],
	).Replace(text)
}

// where returns what revealed numbers are of: a contact, a site, or files.
func (s sentences) where(l *audit.Line) string {
	switch {
	case l.Contact != "":
		return isolated(cmp.Or(s.page.Contacts[l.Pos], s.t.Audit.NoContact))
	case l.Site != "":
		return isolated(cmp.Or(s.page.Sites[l.Site], s.t.Audit.NoSite))
	}
	return s.t.Audit.Files
}

// isolated keeps a name that is written from right to left from changing the order of the words around it.
func isolated(name string) string { return "\u2068" + name + "\u2069" }

// valueIn returns the new value of a field, otherwise the old one.
func valueIn(changed []audit.Change, field string) string {
	for _, c := range changed {
		if value := cmp.Or(c.New, c.Old); c.Field == field && value != nil {
			return *value
		}
	}
	return ""
}

// personIn returns the name in changes of a whole contact.
func personIn(changed []audit.Change) string {
	return strings.TrimSpace(valueIn(changed, "first_name") + " " + valueIn(changed, "last_name"))
}

// siteIn returns the name of the site that a line is about.
func siteIn(l *audit.Line, changed []audit.Change) string {
	if l.Contact != "" {
		return ""
	}
	return valueIn(changed, "name")
}

// parts returns what the changes of a line are about, as a list in a sentence.
func (s sentences) parts(l *audit.Line, changed []audit.Change) string {
	if l.Contact != "" {
		return s.t.Contact.parts(changed)
	}
	var words []string
	seen := map[string]bool{}
	for _, c := range changed {
		if word := s.t.Audit.Parts[c.Field]; word != "" && !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	return s.t.Contact.list(words)
}

// withValues are the actions whose old and new values are shown.
var withValues = map[string]bool{
	audit.ContactUpdated: true, audit.SiteUpdated: true, "settings.updated": true, "branding.updated": true, "dealer.updated": true,
}

// changedValues returns the old and new values of a line that people can read.
func (s sentences) changedValues(l *audit.Line, changed []audit.Change) []valueRow {
	switch {
	case !withValues[l.Action]:
		return nil
	case l.Contact != "":
		return s.values(changed)
	}
	var rows []valueRow
	text := func(value *string) string {
		if value == nil {
			return s.t.Words.NothingChosen
		}
		return *value
	}
	for _, c := range changed {
		if label := s.t.Audit.Parts[c.Field]; label != "" && c.Field != "logo" {
			rows = append(rows, valueRow{label, text(c.Old), text(c.New)})
		}
	}
	return rows
}
