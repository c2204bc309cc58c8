package rollcall

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall/phone"
)

// call returns a phone with a status. The number may have an extension, after x; a number that does not begin with + cannot be
// dialled.
func call(number string, status PointStatus) Point {
	value, extension, _ := strings.Cut(number, "x")
	p := Point{ID: PointID("point_" + number), Kind: PhonePoint, Value: number, Extension: extension, Label: "mobile", State: PointState{Status: status}}
	if strings.HasPrefix(value, "+") {
		p.E164 = PhoneNumber(value)
	} else {
		p.Cause = phone.TooShort
	}
	return p
}

// person returns a contact at the end of the call list, named First Lee.
func person(first string, points ...Point) Contact {
	return Contact{ID: ContactID(first), FirstName: first, LastName: "Lee", Type: "primary", Points: points}
}

// with returns the contact after a change.
func (c Contact) with(change func(*Contact)) Contact {
	change(&c)
	return c
}

func onCall(days Days, from, to string) Hours {
	return Hours{Days: days, From: minuteOf(from), To: minuteOf(to)}
}

// text returns a call list as lines, such as: 1 Ann +12025550101.
func (l *CallList) text() string {
	var lines []string
	for _, c := range l.Calls {
		lines = append(lines, fmt.Sprintf("%d %s %s", c.Order, c.Contact.FirstName, c.Point.Value))
	}
	for _, s := range l.Skipped {
		value := ""
		if s.Point != nil {
			value = " " + s.Point.Value
		}
		lines = append(lines, fmt.Sprintf("%s%s %s: %s", s.Contact.FirstName, value, s.Reason, s.Message))
	}
	return strings.Join(lines, "\n")
}

const weekdays = 1<<time.Monday | 1<<time.Tuesday | 1<<time.Wednesday | 1<<time.Thursday | 1<<time.Friday

// Numbers of the tests. one is dialled as given.
const (
	one   = "+12025550101"
	two   = "+12025550102"
	three = "+12025550103"
)

// listNow is a Monday, 11:00 in New York.
var listNow = time.Date(2027, 3, 15, 15, 0, 0, 0, time.UTC)

// hour returns a time some hours after listNow.
func hour(h int) time.Time { return listNow.Add(time.Duration(h) * time.Hour) }

// callLists are contacts, and the call list of them at listNow.
var callLists = []struct {
	name     string
	contacts []Contact
	want     []string
}{
	{"nobody", nil, nil},
	{"two people", []Contact{person("Ann", call(one, PointConfirmed)), person("Bob", call(two, PointUnconfirmed))},
		[]string{"1 Ann " + one, "2 Bob " + two}},
	{"all phones of one before the next, without e-mails",
		[]Contact{person("Ann", call(three, PointStale), Point{Kind: EmailPoint, Value: "ann@example.org"}, call(one, PointPending)), person("Bob", call(two, PointOptedOut))},
		[]string{"1 Ann " + three, "2 Ann " + one, "3 Bob " + two}},
	{"a phone to which messages fail comes after the person's others",
		[]Contact{person("Ann", call(one, PointUndeliverable), call(two, PointStale)), person("Bob", call(three, PointUndeliverable))},
		[]string{"1 Ann " + two, "2 Ann " + one, "3 Bob " + three}},
	{"not effective yet", []Contact{person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Effective = hour(1) })},
		[]string{"Ann " + one + " not_effective_yet: on the call list from 15 Mar 2027, 12:00"}},
	{"effective now", []Contact{person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Effective = hour(0) })},
		[]string{"1 Ann " + one}},
	{"expired now", []Contact{person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Expires = hour(0) })},
		[]string{"Ann " + one + " expired: on the call list until 15 Mar 2027, 11:00"}},
	{"expires in a moment", []Contact{person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Expires = listNow.Add(time.Microsecond) })},
		[]string{"1 Ann " + one}},
	{"never", []Contact{person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Dispatch = DispatchNever })},
		[]string{"Ann " + one + " never_called: never called in an alarm"}},
	{"types that are never called", []Contact{
		person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Type = "technician" }),
		person("Bob", call(two, PointConfirmed)).with(func(c *Contact) { c.Type = "billing" }),
		person("Cat", call(three, PointConfirmed)).with(func(c *Contact) { c.Type, c.Dispatch = "billing", DispatchBefore }),
	}, []string{"1 Cat " + three, "Ann " + one + " never_called: a technician contact, never called in an alarm",
		"Bob " + two + " never_called: a billing contact, never called in an alarm"}},
	{"the other phase", []Contact{
		person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Dispatch = DispatchAfter }),
		person("Bob", call(two, PointConfirmed)).with(func(c *Contact) { c.Dispatch = DispatchBefore }),
	}, []string{"1 Bob " + two, "Ann " + one + " other_phase: called only after dispatch"}},
	{"absent from now", []Contact{person("Ann", call(one, PointConfirmed)).with(func(c *Contact) {
		c.Absences = []Absence{{From: hour(-2), To: hour(0)}, {From: hour(0), To: hour(26), Note: "skiing"}}
	})},
		[]string{"Ann " + one + " absent: away until 16 Mar 2027, 13:00: skiing"}},
	{"back now", []Contact{person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Absences = []Absence{{From: hour(-2), To: hour(0)}} })},
		[]string{"1 Ann " + one}},
	{"absences that follow each other", []Contact{person("Ann", call(one, PointConfirmed)).with(func(c *Contact) {
		c.Absences = []Absence{{From: hour(-1), To: hour(1)}, {From: hour(3), To: hour(9)}, {From: hour(1), To: hour(2)}, {From: hour(0), To: hour(3)}}
	})}, []string{"Ann " + one + " absent: away until 15 Mar 2027, 20:00"}},
	{"outside of hours", []Contact{person("Ann", call(one, PointConfirmed), call(two, PointUndeliverable), call(three, PointConfirmed)).with(func(c *Contact) {
		c.Availability = []Hours{onCall(weekdays, "08:00", "11:00"), onCall(1<<time.Saturday, "10:00", "14:00")}
	})}, []string{
		"Ann " + one + " outside_hours: on call mon–fri 08:00–11:00; sat 10:00–14:00",
		"Ann " + two + " outside_hours: on call mon–fri 08:00–11:00; sat 10:00–14:00",
		"Ann " + three + " outside_hours: on call mon–fri 08:00–11:00; sat 10:00–14:00",
	}},
	{"inside of one of the hours", []Contact{person("Ann", call(one, PointConfirmed)).with(func(c *Contact) {
		c.Availability = []Hours{onCall(weekdays, "08:00", "11:00"), onCall(weekdays, "11:00", "11:01")}
	})}, []string{"1 Ann " + one}},
	{"without a phone", []Contact{person("Ann", Point{Kind: EmailPoint, Value: "ann@example.org"}), person("Bob").with(func(c *Contact) { c.Dispatch = DispatchNever })},
		[]string{"Ann no_phone: has no phone", "Bob never_called: never called in an alarm"}},
	{"not dialable", []Contact{person("Ann", call("555-0123", PointDeclined), call(one, PointConfirmed))},
		[]string{"1 Ann " + one, "Ann 555-0123 not_dialable: cannot be dialled: it has too few digits"}},
	{"declined", []Contact{person("Ann", call(one, PointDeclined))}, []string{"Ann " + one + " declined: somebody else answered there"}},
	{"a duplicate", []Contact{person("Ann", call(one, PointUnconfirmed)), person("Bob", call(two, PointConfirmed), call(one, PointConfirmed))},
		[]string{"1 Ann " + one, "2 Bob " + two, "Bob " + one + " duplicate: the same number as call 1, Ann Lee"}},
	{"another extension is another number", []Contact{person("Ann", call(one+"x12", PointConfirmed), call(one, PointConfirmed)), person("Bob", call(one+"x13", PointConfirmed), call(one+"x12", PointConfirmed))},
		[]string{"1 Ann " + one + "x12", "2 Ann " + one, "3 Bob " + one + "x13", "Bob " + one + "x12 duplicate: the same number as call 1, Ann Lee"}},
	{"a number that was only skipped before", []Contact{
		person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Dispatch = DispatchAfter }), person("Bob", call(one, PointDeclined)),
		person("Cat", call(one, PointUnconfirmed)), person("Dan", call(one, PointConfirmed)),
	}, []string{"1 Cat " + one, "Ann " + one + " other_phase: called only after dispatch", "Bob " + one + " declined: somebody else answered there",
		"Dan " + one + " duplicate: the same number as call 1, Cat Lee"}},
	{"the first of all reasons", []Contact{person("Ann", call("911", PointDeclined)).with(func(c *Contact) {
		c.Effective, c.Dispatch, c.Absences, c.Availability = hour(1), DispatchNever, []Absence{{From: hour(-1), To: hour(1)}}, []Hours{{Days: 1}}
	})}, []string{"Ann 911 not_effective_yet: on the call list from 15 Mar 2027, 12:00"}},
}

func TestCallListAt(t *testing.T) {
	t.Parallel()
	for _, tt := range callLists {
		t.Run(tt.name, func(t *testing.T) {
			list := CallListAt(&Site{Timezone: "America/New_York"}, tt.contacts, listNow, PhaseBefore)
			if got, want := list.text(), strings.Join(tt.want, "\n"); got != want {
				t.Errorf("CallListAt =\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestCallListAfterDispatch(t *testing.T) {
	t.Parallel()
	contacts := []Contact{
		person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Dispatch = DispatchBefore }),
		person("Bob", call(two, PointConfirmed)).with(func(c *Contact) { c.Dispatch = DispatchAfter }),
		person("Cat", call(three, PointConfirmed)),
	}
	list := CallListAt(&Site{}, contacts, date(2027, 3, 15), PhaseAfter)
	want := "1 Bob " + two + "\n2 Cat " + three + "\nAnn " + one + " other_phase: called only before dispatch"
	if got := list.text(); got != want {
		t.Errorf("CallListAt =\n%s\nwant\n%s", got, want)
	}
}

func TestHoursWithoutATimeZoneAreIgnored(t *testing.T) {
	t.Parallel()
	ann := person("Ann", call(one, PointConfirmed)).with(func(c *Contact) { c.Availability = []Hours{onCall(1, "01:00", "01:01")} })
	bob := person("Bob", call(two, PointConfirmed)).with(func(c *Contact) { c.Absences = []Absence{{From: date(2027, 1, 1), To: date(2027, 5, 1)}} })
	list := CallListAt(&Site{}, []Contact{ann, bob}, date(2027, 3, 15), PhaseBefore)
	if got, want := list.text(), "1 Ann "+one+"\nBob "+two+" absent: away until 1 May 2027, 00:00 UTC"; got != want {
		t.Errorf("CallListAt =\n%s\nwant\n%s", got, want)
	}
	for _, ignored := range []bool{true, false} {
		c := Contact{Calling: Calling{HoursIgnored: ignored}}
		got := c.Warnings()
		if ignored != (len(got) == 1 && got[0].Field == "availability" && got[0].Code == codeTimezoneMissing) {
			t.Errorf("Warnings with HoursIgnored %t = %+v, want timezone_missing if true", ignored, got)
		}
	}
}

func TestHoursContain(t *testing.T) {
	t.Parallel()
	const monday, sunday Days = 1 << time.Monday, 1 << time.Sunday
	for _, tt := range []struct {
		name  string
		hours Hours
		zone  string
		at    string
		want  bool
	}{
		{"the first moment", onCall(monday, "08:00", "17:00"), "America/New_York", "2027-03-15T08:00:00-04:00", true},
		{"just before it", onCall(monday, "08:00", "17:00"), "America/New_York", "2027-03-15T07:59:59.999999-04:00", false},
		{"the last moment", onCall(monday, "08:00", "17:00"), "America/New_York", "2027-03-15T16:59:59.999999-04:00", true},
		{"the end", onCall(monday, "08:00", "17:00"), "America/New_York", "2027-03-15T17:00:00-04:00", false},
		{"another day", onCall(monday, "08:00", "17:00"), "America/New_York", "2027-03-16T12:00:00-04:00", false},
		{"the day of the site, not of UTC", onCall(monday, "20:00", "23:00"), "America/New_York", "2027-03-16T01:00:00Z", true},
		{"before midnight", onCall(monday, "22:00", "06:00"), "Europe/Paris", "2027-03-15T23:59:59+01:00", true},
		{"after midnight", onCall(monday, "22:00", "06:00"), "Europe/Paris", "2027-03-16T05:59:59+01:00", true},
		{"the end on the next day", onCall(monday, "22:00", "06:00"), "Europe/Paris", "2027-03-16T06:00:00+01:00", false},
		{"the morning of the first day", onCall(monday, "22:00", "06:00"), "Europe/Paris", "2027-03-15T05:00:00+01:00", false},
		{"a week that begins again", onCall(1<<time.Saturday, "22:00", "06:00"), "Europe/Paris", "2027-03-21T05:00:00+01:00", true},
		{"24 hours from midnight, at their end", onCall(monday, "00:00", "00:00"), "Europe/Paris", "2027-03-16T00:00:00+01:00", false},
		{"24 hours from midnight", onCall(monday, "00:00", "00:00"), "Europe/Paris", "2027-03-15T00:00:00+01:00", true},
		{"24 hours from a morning", onCall(monday, "08:00", "08:00"), "Europe/Paris", "2027-03-16T07:59:00+01:00", true},
		{"24 hours from a morning, before it", onCall(monday, "08:00", "08:00"), "Europe/Paris", "2027-03-15T07:59:00+01:00", false},
		{"until midnight", onCall(monday, "20:00", "00:00"), "Europe/Paris", "2027-03-15T23:59:59+01:00", true},

		{"hours that a clock skips, before", onCall(sunday, "02:00", "03:00"), "America/New_York", "2027-03-14T01:59:59-05:00", false},
		{"hours that a clock skips, after", onCall(sunday, "02:00", "03:00"), "America/New_York", "2027-03-14T03:00:00-04:00", false},
		{"a beginning that a clock skips", onCall(sunday, "02:30", "05:00"), "America/New_York", "2027-03-14T03:00:00-04:00", true},
		{"hours that come twice, first", onCall(sunday, "01:00", "01:30"), "America/New_York", "2027-11-07T01:15:00-04:00", true},
		{"hours that come twice, between", onCall(sunday, "01:00", "01:30"), "America/New_York", "2027-11-07T01:45:00-04:00", false},
		{"hours that come twice, again", onCall(sunday, "01:00", "01:30"), "America/New_York", "2027-11-07T01:15:00-05:00", true},
		{"an end that comes twice", onCall(1<<time.Saturday, "22:00", "01:30"), "America/New_York", "2027-11-07T01:29:00-05:00", true},
		{"a clock that goes back over midnight", onCall(1<<time.Saturday, "23:00", "00:00"), "America/Asuncion", "2024-03-23T23:30:00-04:00", true},
		{"a day without midnight", onCall(sunday, "00:00", "00:00"), "America/Asuncion", "2023-10-01T01:00:00-03:00", true},
		{"half an hour forward", onCall(sunday, "02:00", "02:30"), "Australia/Lord_Howe", "2026-10-04T02:30:00+11:00", false},
		{"a day that was left out", onCall(1<<time.Friday, "22:00", "06:00"), "Pacific/Apia", "2011-12-31T05:00:00+14:00", true},
	} {
		place, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := tt.hours.contains(at.UTC().In(place)); got != tt.want {
			t.Errorf("%s: %s contains %s = %v, want %v", tt.name, tt.hours, tt.at, got, tt.want)
		}
	}
}

func TestHoursText(t *testing.T) {
	t.Parallel()
	days := func(names string) (d Days) {
		for name := range strings.FieldsSeq(names) {
			day, ok := dayNamed(name)
			if !ok {
				t.Fatalf("%q is no day", name)
			}
			d |= 1 << day
		}
		return d
	}
	for _, tt := range []struct{ days, from, to, want string }{
		{"mon tue wed thu fri", "08:00", "17:00", "mon–fri 08:00–17:00"},
		{"sun sat", "22:00", "06:00", "sat, sun 22:00–06:00"},
		{"mon wed thu fri sun", "08:00", "12:30", "mon, wed–fri, sun 08:00–12:30"},
		{"sun mon tue wed thu fri sat", "18:00", "06:00", "every day 18:00–06:00"},
		{"tue", "00:00", "00:00", "tue all day"},
		{"fri sat sun", "08:00", "08:00", "fri–sun 08:00–08:00 the next day"},
	} {
		if got := onCall(days(tt.days), tt.from, tt.to).String(); got != tt.want {
			t.Errorf("String() of %s from %s to %s = %q, want %q", tt.days, tt.from, tt.to, got, tt.want)
		}
		if got := days(tt.days).Names(); days(strings.Join(got, " ")) != days(tt.days) {
			t.Errorf("Names() of %s = %q", tt.days, got)
		}
	}
}
