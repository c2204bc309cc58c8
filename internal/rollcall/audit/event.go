package audit

import (
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// typeOf returns the type of the event that a line with this action stands for, and false if it stands for none. Most have the name
// of the action.
func typeOf(action string) (rollcall.EventType, bool) {
	switch action {
	case ContactPhoneReread:
		return rollcall.ContactUpdatedEvent, true
	case ValidationAttested:
		return rollcall.ValidationConfirmedEvent, true
	case ValidationStale:
		return rollcall.PointStaleEvent, true
	case ContactOptedOut:
		return rollcall.PointOptedOutEvent, true
	case ContactOptedIn:
		return rollcall.PointOptedInEvent, true
	}
	t := rollcall.EventType(action)
	return t, slices.Contains(rollcall.EventTypes(), t)
}

// EventActions returns the actions of the lines that are events of one of the types, and those of all events if there are no types.
func EventActions(types []rollcall.EventType) []string {
	var actions []string
	for _, t := range rollcall.EventTypes() {
		actions = append(actions, string(t))
	}
	actions = append(actions, ContactPhoneReread, ValidationAttested, ValidationStale, ContactOptedOut, ContactOptedIn)
	return slices.DeleteFunc(actions, func(action string) bool {
		t, _ := typeOf(action)
		return len(types) > 0 && !slices.Contains(types, t)
	})
}

// Event returns the event that the line stands for, and false if it stands for none.
func (l *Line) Event() (rollcall.Event, bool) {
	t, ok := typeOf(l.Action)
	e := rollcall.Event{
		ID: rollcall.NewEventIDOf(l.Hash), Dealer: l.Dealer, Type: t, At: l.At, Site: l.Site, Contact: l.Contact, Point: l.Point,
		RequestID: l.RequestID, Fields: l.Fields,
	}
	switch {
	case strings.HasPrefix(string(t), "validation."):
		e.Validation = rollcall.ValidationID(l.Subject)
	case t == rollcall.ImportFinishedEvent:
		e.Import = rollcall.ImportID(l.Subject)
	}
	return e, ok
}

// SiteFields returns the names of the fields that differ between two states of a site, as the API has them.
func SiteFields(before, after *rollcall.Site) []string {
	var names []string
	for _, c := range SiteChanges(before, after) {
		name := c.Field
		if strings.HasPrefix(name, "premises_phone_") { // how it is read
			name = "premises_phone"
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// ContactFields returns the names of the fields that differ between two states of a contact, as the API has them: phone and email
// if the value of the first of its kind differs, and points if anything else of the contact points does. The status of a
// contact point is none of them.
func ContactFields(before, after *rollcall.Contact) []string {
	var names []string
	points := false
	for _, c := range ContactChanges(before, after) {
		place, name := PointField(c.Field)
		if place == 0 {
			names = append(names, c.Field)
		}
		points = points || place > 0 && !strings.HasPrefix(name, "validation.")
	}
	if !points {
		return names
	}
	first := false
	for _, kind := range rollcall.PointKinds() {
		if firstValue(before, kind) != firstValue(after, kind) {
			names, first = append(names, string(kind)), true
		}
	}
	if !first || !slices.Equal(otherPoints(before), otherPoints(after)) {
		names = append(names, "points")
	}
	return names
}

func firstValue(c *rollcall.Contact, kind rollcall.PointKind) string {
	if p := c.First(kind); p != nil {
		return p.Value
	}
	return ""
}

// otherPoints returns the points without their states, and without the values of the first of each kind.
func otherPoints(c *rollcall.Contact) []rollcall.Point {
	points := slices.Clone(c.Points)
	for _, kind := range rollcall.PointKinds() {
		first := slices.IndexFunc(points, func(p rollcall.Point) bool { return p.Kind == kind })
		if first >= 0 && points[first].Extension == "" && points[first].Label == "" {
			points = slices.Delete(points, first, first+1)
		} else if first >= 0 {
			points[first].ID, points[first].Value, points[first].E164, points[first].Cause = "", "", "", ""
		}
	}
	for i := range points {
		points[i].State = rollcall.PointState{}
	}
	return points
}
