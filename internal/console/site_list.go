package console

import (
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// callsShown is how many calls the page shows at first. Nobody gets that far in an alarm.
const callsShown = 25

// callListView is the call list at a moment.
type callListView struct {
	Intro     string
	Back      string // path of the list as it is now; empty: this is it
	Calls     []callRow
	All       string // path of the whole list; empty: this is it
	AllText   string
	Skipped   []skippedRow
	NoZone    bool
	At, Phase field
}

// callRow is a phone to call.
type callRow struct {
	Order          int
	Name, Path, As string // Path is empty for somebody who is no longer at the site
	Number, Label  string
	Tel            template.URL
	Badge          badge
	Proven         string
}

// skippedRow is a phone that is not called, or a person without one.
type skippedRow struct {
	Name, Path, Number, Label string
	Why                       sentence
}

// callList makes the call list of the moment and phase of the query, now and before anybody is dispatched without them.
func (s *siteVisit) callList() (callListView, error) {
	given, t := s.r.URL.Query(), &s.t.Site
	q := service.CallListQuery{}
	if phase := given.Get("phase"); rollcall.CheckOneOf(phase, rollcall.Phases()) == nil {
		q.Phase = rollcall.Given(phase)
	}
	if text := given.Get("at"); text != "" {
		at, ok := localTime(text, s.place)
		if !ok {
			s.visit.problems = map[string]string{"at": t.AtInvalid}
		}
		q.At = at
	}
	list, err := s.service.CallList(s.r.Context(), s.caller(), s.ref(), q)
	if err != nil {
		return callListView{}, err
	}
	view := callListView{Intro: t.CallListNow, NoZone: s.site.Location() == nil}
	if !q.At.IsZero() || list.Phase != rollcall.PhaseBefore {
		view.Back = sitePath(s.site.ID)
		view.Intro = about(t.CallListAt, "", "time", s.t.moment(list.At, s.place), "phase", t.Phases[list.Phase]).Before
	}
	s.addCalls(&view, &list, given)
	zone := s.place.String()
	view.At = s.field("at", t.At, field{Type: "datetime-local", Value: given.Get("at"), Hint: about(t.AtHint, "", "zone", zone).Before})
	view.Phase = s.field("phase", t.Phase, field{Options: options(rollcall.Phases(), t.Phases, string(list.Phase), "")})
	return view, nil
}

func (s *siteVisit) addCalls(view *callListView, list *service.CallList, given url.Values) {
	all := given.Get("calls") == "all"
	if total := len(list.Calls) + len(list.Skipped); !all && (len(list.Calls) > callsShown || len(list.Skipped) > callsShown) {
		given.Set("calls", "all")
		view.All = sitePath(s.site.ID) + "?" + given.Encode() + "#list"
		view.AllText = about(s.t.Site.AllCalls, "", "count", strconv.Itoa(total)).Before
	}
	for i := range list.Calls {
		if i == callsShown && !all {
			break
		}
		call := &list.Calls[i]
		view.Calls = append(view.Calls, callRow{
			Order: call.Order, Name: contactName(call.Contact), Path: s.pathOf(call.Contact), As: s.as(call.Contact),
			Number: s.pointValue(call.Point), Label: s.t.Words.Labels[call.Point.Label], Tel: s.tel(call.Point.E164, call.Point.Extension),
			Badge: s.t.pointBadge(call.Point.State), Proven: s.proven(call.Point.State),
		})
	}
	for i := range list.Skipped {
		if i == callsShown && !all {
			break
		}
		skipped := &list.Skipped[i]
		row := skippedRow{Name: contactName(skipped.Contact), Path: s.pathOf(skipped.Contact), Why: s.skipReason(skipped, list)}
		if skipped.Point != nil {
			row.Number, row.Label = s.pointValue(skipped.Point), s.t.Words.Labels[skipped.Point.Label]
		}
		view.Skipped = append(view.Skipped, row)
	}
}

// pathOf returns the path of the page of a contact, empty for one that is no longer at the site.
func (s *siteVisit) pathOf(c *rollcall.Contact) string {
	if s.contact(c.ID) == nil {
		return ""
	}
	return contactPath(s.site.ID, c.ID)
}

// as returns what a contact is called for, and who they are at the site.
func (s *siteVisit) as(c *rollcall.Contact) string {
	text := s.t.Words.Types[c.Type]
	if c.Role != "" && string(c.Role) != string(c.Type) {
		text += ", " + s.t.Words.ContactRoles[c.Role]
	}
	return text
}

// proven returns when and how a contact point was confirmed, empty if it was not.
func (s *siteVisit) proven(state rollcall.PointState) string {
	if state.Confirmed.IsZero() {
		return ""
	}
	return fmt.Sprintf(s.t.Contact.Proven, s.t.moment(state.Confirmed, s.place), s.t.Contact.Ways[state.Method])
}

// skipReason returns in words why a phone is not called.
func (s *siteVisit) skipReason(skipped *rollcall.SkippedPhone, list *service.CallList) sentence {
	t, c, p := &s.t.Site, skipped.Contact, skipped.Point
	text := t.SkipReasons[skipped.Reason]
	switch skipped.Reason {
	case rollcall.SkipNotEffectiveYet:
		return about(text, "", "time", s.t.moment(c.Effective, s.place))
	case rollcall.SkipExpired:
		return about(text, "", "time", s.t.moment(c.Expires, s.place))
	case rollcall.SkipNeverCalled:
		if c.Dispatch == "" {
			return about(t.NeverOfType, "", "type", s.t.Words.Types[c.Type])
		}
	case rollcall.SkipOtherPhase:
		return about(text, "", "phase", t.Phases[rollcall.Phase(c.EffectiveDispatch())])
	case rollcall.SkipAbsent:
		back, note := c.AwayUntil(list.At)
		return s.withNote(about(text, "", "time", s.t.moment(back, s.place)), note)
	case rollcall.SkipOutsideHours:
		return about(text, "", "hours", s.hoursText(c.Availability))
	case rollcall.SkipNotDialable:
		if p.State.NotInService && p.E164 != "" {
			return about(t.OutOfService, "")
		}
		return about(text, "", "cause", t.Causes[p.Cause])
	case rollcall.SkipDuplicate:
		for i := range list.Calls {
			call := &list.Calls[i]
			if call.Point.E164 == p.E164 && call.Point.Extension == p.Extension {
				return about(text, contactName(call.Contact), "order", strconv.Itoa(call.Order))
			}
		}
	}
	return about(text, "")
}

// withNote returns a sentence that ends with a note of somebody, if there is one.
func (v *visit) withNote(s sentence, note string) sentence {
	if note == "" {
		return s
	}
	return sentence{s.Before + ": ", v.freeText(note), ""}
}

// hoursText returns hours as staff say them, such as Mon–Fri 08:00–17:00.
func (s *siteVisit) hoursText(all []rollcall.Hours) string {
	words := strings.NewReplacer(s.t.Contact.Days...)
	texts := make([]string, len(all))
	for i, h := range all {
		texts[i] = words.Replace(h.String())
	}
	return strings.Join(texts, "; ")
}

// dayNames are the names of the days of the week in the API, from Monday.
var dayNames = rollcall.Days(1<<7 - 1).Names()

// localTime reads a date and time of a form in a time zone.
func localTime(text string, place *time.Location) (time.Time, bool) {
	for _, layout := range []string{localLayout, localLayout + ":05"} {
		if at, err := time.ParseInLocation(layout, text, place); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// localLayout is how forms have a date and a time.
const localLayout = "2006-01-02T15:04"
