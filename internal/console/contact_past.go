package console

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

// validationRow is one validation with its timeline, the newest event first.
type validationRow struct {
	Badge  badge
	What   string // what was sent where
	Events []eventRow
}

// eventRow is one event in words. Note is what somebody wrote; empty: nothing.
type eventRow struct{ At, Text, Note string }

// changeRow is one line of the audit in words.
type changeRow struct {
	At, Text string
	Values   []valueRow // none for a viewer
}

// valueRow is a value that changed.
type valueRow struct{ Label, Old, New string }

// pastOf puts what happened to a contact into words.
type pastOf struct {
	*visit
	place  *time.Location
	actors map[string]string // names of users and keys by their identifiers
}

// actors returns the names of everybody who had a part in the history.
func (v *visit) actors(h *service.History) (map[string]string, error) {
	var seen []string
	for i := range h.Changes {
		seen = append(seen, h.Changes[i].Actor)
	}
	for _, timed := range h.Validations {
		for i := range timed.Events {
			seen = append(seen, timed.Events[i].Actor)
		}
	}
	return v.actorNames(seen)
}

// actorNames returns the names of actors by their identifiers: of all users and keys of the dealer, if one of them is among those
// seen.
func (v *visit) actorNames(seen []string) (map[string]string, error) {
	names := v.namesOf(nil, nil)
	if !slices.ContainsFunc(seen, func(actor string) bool { return names[actor] == "" }) {
		return names, nil
	}
	users, err := v.service.Users(v.r.Context(), v.user.Dealer)
	if err != nil {
		return nil, err
	}
	keys, err := v.service.Keys(v.r.Context(), v.user.Dealer)
	return v.namesOf(users, keys), err
}

// namesOf returns the names of actors by their identifiers.
func (v *visit) namesOf(users []rollcall.User, keys []rollcall.Key) map[string]string {
	names := map[string]string{
		audit.ActorCommand: v.t.Contact.Operator, audit.ActorServer: v.t.Product, audit.ActorContact: v.t.Contact.Person,
	}
	for i := range users {
		names[string(users[i].ID)] = users[i].Name
	}
	for i := range keys {
		names[string(keys[i].ID)] = v.t.Contact.Program
		if keys[i].Name != "" {
			names[string(keys[i].ID)] += " (" + keys[i].Name + ")"
		}
	}
	return names
}

// who returns the name of an actor.
func (p pastOf) who(actor string) string {
	if name := p.actors[actor]; name != "" {
		return name
	}
	return p.t.Contact.Somebody
}

// validationBadge returns the badge of the status of a validation.
func (t *texts) validationBadge(status rollcall.ValidationStatus) badge {
	class := map[rollcall.ValidationStatus]string{
		rollcall.ValidationConfirmed: "good", rollcall.ValidationDeclined: "bad", rollcall.ValidationFailing: "bad",
		rollcall.ValidationExpired: "warn", rollcall.ValidationCanceled: "calm",
	}[status]
	if class == "" {
		class = "wait"
	}
	return newBadge(class, t.Contact.Statuses[status])
}

// validations returns validations of a contact in words.
func (p pastOf) validations(c *rollcall.Contact, all []service.TimedValidation) []validationRow {
	t := &p.t.Contact
	rows := make([]validationRow, len(all))
	for i := range all {
		v := &all[i]
		rows[i] = validationRow{Badge: p.t.validationBadge(v.Status), What: fmt.Sprintf(t.Asked[v.Method], p.sentTo(c, &v.Validation))}
		for _, e := range slices.Backward(v.Events) {
			rows[i].Events = append(rows[i].Events, eventRow{p.t.moment(e.At, p.place), p.event(&e), p.freeText(e.Note)})
		}
	}
	return rows
}

// sentTo returns where a validation was sent, as the contact has the number if they still have it.
func (v *visit) sentTo(c *rollcall.Contact, sent *rollcall.Validation) string {
	if p := c.PointOf(sent); p != nil {
		return v.pointValue(p)
	}
	return v.pointValue(&rollcall.Point{Kind: sent.Kind, Value: sent.To, Extension: sent.Extension})
}

// event returns an event in words.
func (p pastOf) event(e *rollcall.ValidationEvent) string {
	t := &p.t.Contact
	switch e.What {
	case rollcall.EventQueued:
		return fmt.Sprintf(t.Requested, p.who(e.Actor))
	case rollcall.EventConfirmed, rollcall.EventDeclined:
		if e.Way == rollcall.ByCode && e.Actor != audit.ActorContact {
			return fmt.Sprintf(t.CodeEntered, p.who(e.Actor))
		}
		if e.Way == rollcall.ByAttestation {
			if e.From != "" {
				return fmt.Sprintf(t.TakenOver, p.who(e.Actor))
			}
			return fmt.Sprintf(t.Attested, p.who(e.Actor))
		}
		return t.Answers[e.What] + " " + t.AnswerWays[e.Way]
	case rollcall.EventCanceled:
		return because(t.Events[e.What], t.Cancels[e.Code], "")
	case rollcall.EventAttemptFailed, rollcall.EventFailed:
		return because(t.Events[e.What], t.Failures[e.Code], p.freeText(e.Reason))
	}
	return t.Events[e.What]
}

// because adds a reason to a text: the one in the language of the page, otherwise the one that a provider gave.
func because(text, known, given string) string {
	if known == "" {
		known = given
	}
	if known == "" {
		return text + "."
	}
	return text + ": " + known + "."
}

// optOuts returns in words to which phones and e-mails no messages go, and why.
func (p pastOf) optOuts(all []rollcall.Suppression) []string {
	var lines []string
	for _, s := range all {
		value := p.t.Words.Kinds[s.Point]
		if s.Value != "" {
			value = p.pointValue(&rollcall.Point{Kind: s.Point, Value: s.Value})
		}
		lines = append(lines, fmt.Sprintf(p.t.Contact.OptOuts[s.Reason], value, p.t.moment(s.Created, p.place)))
	}
	return lines
}

// changes returns lines of the audit in words.
func (p pastOf) changes(lines []audit.Line) []changeRow {
	rows := make([]changeRow, len(lines))
	for i := range lines {
		l := &lines[i]
		changed, err := l.Changes()
		if err != nil { // the line was tampered with, which the check of the audit reports
			changed = nil
		}
		rows[i] = changeRow{At: p.t.moment(l.At, p.place), Text: p.atRequest(p.sentence(l, changed), l)}
		if l.Action == "contact.updated" && !p.masked() {
			rows[i].Values = p.values(changed)
		}
	}
	return rows
}

// sentence returns who did what.
func (p pastOf) sentence(l *audit.Line, changed []audit.Change) string {
	t := &p.t.Contact
	if text, ok := t.OfPerson[l.Action]; ok && l.Actor == audit.ActorContact {
		return text
	}
	if l.Action != "contact.updated" {
		known, ok := t.Actions[l.Action]
		switch {
		case !ok:
			return fmt.Sprintf(t.OtherAction, p.who(l.Actor))
		case strings.Contains(known, "%s"):
			return fmt.Sprintf(known, p.who(l.Actor))
		}
		return known
	}
	parts := t.parts(changed)
	if parts == "" {
		return fmt.Sprintf(t.OtherAction, p.who(l.Actor))
	}
	return fmt.Sprintf(t.ChangedParts, p.who(l.Actor), parts)
}

// parts returns what changes are about, as a list in a sentence; empty: nothing that people can read.
func (t *contactTexts) parts(changed []audit.Change) string {
	var parts []string
	for _, c := range changed {
		if word := t.part(c); word != "" && !slices.Contains(parts, word) {
			parts = append(parts, word)
		}
	}
	return t.list(parts)
}

// part returns what a change is about, empty for what follows from another change.
func (t *contactTexts) part(c audit.Change) string {
	place, name := audit.PointField(c.Field)
	switch {
	case place == 0:
		return t.Parts[c.Field]
	case name == "value":
		for _, value := range []*string{c.New, c.Old} {
			if value != nil && strings.Contains(*value, "@") {
				return t.Parts["email"]
			}
		}
		return t.Parts["phone"]
	}
	return t.Parts["points."+name]
}

// values returns old and new values of changes that people can read. Hours and absences are left out: the page shows the present
// ones.
func (p pastOf) values(changed []audit.Change) []valueRow {
	var rows []valueRow
	for _, c := range changed {
		label := p.t.Contact.part(c)
		if label == "" || c.Field == "availability" || c.Field == "absences" {
			continue
		}
		rows = append(rows, valueRow{label, p.changedValue(c.Field, c.Old), p.changedValue(c.Field, c.New)})
	}
	return rows
}

// changedValue returns a value of the audit in words.
func (p pastOf) changedValue(field string, value *string) string {
	t := p.t
	if value == nil {
		return t.Words.NothingChosen
	}
	text := ""
	_, name := audit.PointField(field)
	switch {
	case name == "label":
		text = t.Words.Labels[rollcall.PointLabel(*value)]
	case field == "type":
		text = t.Words.Types[rollcall.ContactType(*value)]
	case field == "role":
		text = t.Words.ContactRoles[rollcall.ContactRole(*value)]
	case field == "dispatch":
		text = t.Contact.Phases[rollcall.Dispatch(*value)]
	case field == "language":
		text = t.Contact.Languages[*value]
	case strings.HasPrefix(field, "notification_preferences."):
		text = map[string]string{"true": t.Contact.Yes, "false": t.Contact.No}[*value]
	case field == "effective_at", field == "expires_at":
		if at, err := time.Parse(time.RFC3339, *value); err == nil {
			text = t.moment(at, p.place)
		}
	}
	if text == "" {
		return *value
	}
	return text
}
