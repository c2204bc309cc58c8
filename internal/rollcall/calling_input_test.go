package rollcall

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func hours(days, from, to string) HoursInput {
	return HoursInput{Days: Given(strings.Fields(days)), From: Given(from), To: Given(to)}
}

func absence(from, to string) AbsenceInput { return AbsenceInput{From: Given(from), To: Given(to)} }

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// storedCalling is what a contact has before the changes of the tests.
func storedCalling() Calling {
	return Calling{
		Position:     3,
		Dispatch:     DispatchAfter,
		Availability: []Hours{{Days: 1 << time.Monday, From: 8 * 60, To: 17 * 60}},
		Absences:     []Absence{{From: date(2027, 1, 1), To: date(2027, 1, 8), Note: "skiing"}},
		Effective:    date(2026, 1, 1),
		Expires:      date(2028, 1, 1),
	}
}

func TestCallingInputIsSet(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		in   CallingInput
		want func(*Calling)
	}{
		{"nothing given", CallingInput{}, func(*Calling) {}},
		{"a position", CallingInput{Position: Given(1)}, func(c *Calling) { c.Position = 1 }},
		{"a position after the end", CallingInput{Position: Given(999)}, func(c *Calling) { c.Position = 999 }},
		{"a phase", CallingInput{Dispatch: Given("never")}, func(c *Calling) { c.Dispatch = DispatchNever }},
		{"a phase of null", CallingInput{Dispatch: Null[string]()}, func(c *Calling) { c.Dispatch = "" }},
		{`a phase of ""`, CallingInput{Dispatch: Given("")}, func(c *Calling) { c.Dispatch = "" }},
		{"no hours", CallingInput{Availability: Given([]HoursInput{})}, func(c *Calling) { c.Availability = nil }},
		{"hours over midnight, days in any order", CallingInput{Availability: Given([]HoursInput{hours("sun fri fri", "22:00", "06:00")})}, func(c *Calling) {
			c.Availability = []Hours{{Days: 1<<time.Sunday | 1<<time.Friday, From: 22 * 60, To: 6 * 60}}
		}},
		{"hours until midnight", CallingInput{Availability: Given([]HoursInput{hours("mon", "00:00", "00:00"), hours("tue", "23:59", "00:00")})}, func(c *Calling) {
			c.Availability = []Hours{{Days: 1 << time.Monday}, {Days: 1 << time.Tuesday, From: 23*60 + 59}}
		}},
		{"no absences", CallingInput{Absences: Given([]AbsenceInput{})}, func(c *Calling) { c.Absences = nil }},
		{"absences", CallingInput{Absences: Given([]AbsenceInput{
			absence("2027-03-15T15:00:00.1234567Z", "2027-03-15T15:00:00.12345789+00:00"),
			{From: Given("2026-12-31T23:00:00-05:00"), To: Given("2027-02-01T00:00:00+14:00"), Note: Given(" away ")},
			{From: Given("2026-02-28T00:00:00Z"), To: Given("2026-03-01T00:00:00Z"), Note: Null[string]()},
		})}, func(c *Calling) {
			c.Absences = []Absence{
				{From: time.Date(2027, 3, 15, 15, 0, 0, 123456000, time.UTC), To: time.Date(2027, 3, 15, 15, 0, 0, 123457000, time.UTC)},
				{From: time.Date(2027, 1, 1, 4, 0, 0, 0, time.UTC), To: time.Date(2027, 1, 31, 10, 0, 0, 0, time.UTC), Note: "away"},
				{From: date(2026, 2, 28), To: date(2026, 3, 1)},
			}
		}},
		{"times", CallingInput{Effective: Given("2027-05-01T02:00:00+02:00"), Expires: Given("2027-06-01T00:00:00Z")}, func(c *Calling) {
			c.Effective, c.Expires = date(2027, 5, 1), date(2027, 6, 1)
		}},
		{"times of null and of empty text", CallingInput{Effective: Null[string](), Expires: Given("")}, func(c *Calling) {
			c.Effective, c.Expires = time.Time{}, time.Time{}
		}},
		{"a later effective_at without an end", CallingInput{Effective: Given("2029-01-01T00:00:00Z"), Expires: Null[string]()}, func(c *Calling) {
			c.Effective, c.Expires = date(2029, 1, 1), time.Time{}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, want := storedCalling(), storedCalling()
			tt.want(&want)
			var bad fieldErrors
			tt.in.apply(&got, &bad)
			if len(bad) > 0 || !reflect.DeepEqual(got, want) {
				t.Errorf("apply = %+v, %v; want %+v", got, bad, want)
			}
		})
	}
}

const when, later = "2027-03-15T15:00:00Z", "2027-03-16T15:00:00Z"

// manyHours returns n hours, which are valid.
func manyHours(n int) []HoursInput {
	all := make([]HoursInput, n)
	for i := range all {
		all[i] = hours("mon", "08:00", "17:00")
	}
	return all
}

// manyAbsences returns n absences, which are valid.
func manyAbsences(n int) []AbsenceInput {
	all := make([]AbsenceInput, n)
	for i := range all {
		all[i] = absence(when, later)
	}
	return all
}

// refusedCallings are inputs, and the fields and codes of their errors.
var refusedCallings = []struct {
	name string
	in   CallingInput
	want string // fields and codes, in order
}{
	{"position 0", CallingInput{Position: Given(0)}, "position invalid"},
	{"position -1", CallingInput{Position: Given(-1)}, "position invalid"},
	{"a position of null", CallingInput{Position: Null[int]()}, "position not_nullable"},
	{"an unknown phase", CallingInput{Dispatch: Given("Before")}, "dispatch invalid"},
	{"hours of null", CallingInput{Availability: Null[[]HoursInput]()}, "availability not_nullable"},
	{"21 hours", CallingInput{Availability: Given(manyHours(21))}, "availability too_long"},
	{"hours without anything", CallingInput{Availability: Given(append(manyHours(1), HoursInput{}))},
		"availability.2.days required, availability.2.from required, availability.2.to required"},
	{"hours without days", CallingInput{Availability: Given([]HoursInput{hours("", "08:00", "17:00")})}, "availability.1.days required"},
	{"hours with days of null", CallingInput{Availability: Given([]HoursInput{{Days: Null[[]string](), From: Given("08:00"), To: Given("09:00")}})},
		"availability.1.days not_nullable"},
	{"unknown days", CallingInput{Availability: Given([]HoursInput{hours("monday mardi", "08:00", "17:00"), hours("Mon", "08:00", "17:00")})},
		"availability.1.days invalid, availability.2.days invalid"},
	{"bad times of day", CallingInput{Availability: Given([]HoursInput{hours("mon", "8:00", "24:00"), hours("mon", "", "12:60"), hours("mon", "08:00:00", "5pm")})},
		"availability.1.from invalid, availability.1.to invalid, availability.2.from invalid, availability.2.to invalid, availability.3.from invalid, availability.3.to invalid"},
	{"times of day of null", CallingInput{Availability: Given([]HoursInput{{Days: Given([]string{"mon"}), From: Null[string](), To: Null[string]()}})},
		"availability.1.from not_nullable, availability.1.to not_nullable"},
	{"absences of null", CallingInput{Absences: Null[[]AbsenceInput]()}, "absences not_nullable"},
	{"51 absences", CallingInput{Absences: Given(manyAbsences(51))}, "absences too_long"},
	{"an absence without anything", CallingInput{Absences: Given([]AbsenceInput{{}})}, "absences.1.from required, absences.1.to required"},
	{"an absence that ends before it begins", CallingInput{Absences: Given([]AbsenceInput{absence(later, when)})}, "absences.1.to invalid"},
	{"an absence that ends when it begins", CallingInput{Absences: Given([]AbsenceInput{absence(when, when)})}, "absences.1.to invalid"},
	{"an absence of less than a microsecond", CallingInput{Absences: Given([]AbsenceInput{absence("2027-03-15T15:00:00.0000001Z", "2027-03-15T15:00:00.0000002Z")})},
		"absences.1.to invalid"},
	{"bad times of absences", CallingInput{Absences: Given([]AbsenceInput{
		absence("2027-03-15", "2027-03-15T15:00"), absence("2027-02-29T00:00:00Z", "2027-03-15 15:00:00Z"), absence("2027-03-15T15:00:00", "tomorrow"),
		absence("2027-03-15T1:00:00Z", "2027-03-15T15:00:00,5Z"), absence("0001-01-01T00:00:00Z", "9999-12-31T23:00:00-05:00"), absence("0000-12-31T23:00:00Z", "2027-03-15T15:00:00+24:00"),
	})}, "absences.1.from invalid, absences.1.to invalid, absences.2.from invalid, absences.2.to invalid, absences.3.from invalid, absences.3.to invalid, " +
		"absences.4.from invalid, absences.4.to invalid, absences.5.from invalid, absences.5.to invalid, absences.6.from invalid, absences.6.to invalid"},
	{"bad notes", CallingInput{Absences: Given([]AbsenceInput{
		{From: Given(when), To: Given(later), Note: Given(strings.Repeat("é", 201))}, {From: Given(when), To: Given(later), Note: Given("a\nb")},
	})}, "absences.1.note too_long, absences.2.note invalid"},
	{"bad times", CallingInput{Effective: Given("now"), Expires: Given("2027")}, "effective_at invalid, expires_at invalid"},
	{"a bad beginning, and an end before the stored one", CallingInput{Effective: Given("now"), Expires: Given("2025-01-01T00:00:00Z")}, "effective_at invalid"},
	{"an end before the beginning", CallingInput{Effective: Given(later), Expires: Given(when)}, "expires_at invalid"},
	{"an end at the beginning", CallingInput{Effective: Given(when), Expires: Given(when)}, "expires_at invalid"},
	{"an end before the stored beginning", CallingInput{Expires: Given("2025-01-01T00:00:00Z")}, "expires_at invalid"},
	{"a beginning after the stored end", CallingInput{Effective: Given("2029-01-01T00:00:00Z")}, "effective_at invalid"},
	{"everything at once", CallingInput{Position: Given(0), Dispatch: Given("x"), Availability: Given([]HoursInput{hours("x", "08:00", "17:00")}),
		Absences: Given([]AbsenceInput{absence("x", later)}), Effective: Given("x"), Expires: Given(when)},
		"position invalid, dispatch invalid, availability.1.days invalid, absences.1.from invalid, effective_at invalid"},
}

func TestCallingInputIsRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range refusedCallings {
		t.Run(tt.name, func(t *testing.T) {
			c := storedCalling()
			var bad fieldErrors
			tt.in.apply(&c, &bad)
			var e *Error
			var got []string
			if errors.As(bad.err(), &e) {
				for _, d := range e.Details {
					got = append(got, d.Field+" "+d.Code)
				}
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("apply refused %q, want %q", strings.Join(got, ", "), tt.want)
			}
			stored := storedCalling()
			if c.Position != stored.Position || c.Dispatch != stored.Dispatch || !reflect.DeepEqual(c.Availability, stored.Availability) ||
				!reflect.DeepEqual(c.Absences, stored.Absences) || !c.Effective.Equal(stored.Effective) {
				t.Errorf("apply changed %+v, want %+v", c, stored)
			}
		})
	}
}

// FuzzCallingInput checks that what is accepted keeps the bounds, and is read back from its own text.
func FuzzCallingInput(f *testing.F) {
	f.Add("mon tue", "08:00", "17:30", "2027-03-15T15:00:00Z", "2027-03-16T15:00:00.123456-05:00", "skiing")
	f.Add("sun", "22:00", "22:00", "0001-01-01T00:00:01Z", "9999-12-31T23:59:59Z", "")
	f.Add("mon mon", "24:00", "7:00", "2027-03-15T15:00:60Z", "2027-03-15t15:00:00z", "\u202e")
	f.Fuzz(func(t *testing.T, days, from, to, begin, end, note string) {
		in := CallingInput{
			Availability: Given([]HoursInput{hours(days, from, to)}),
			Absences:     Given([]AbsenceInput{{From: Given(begin), To: Given(end), Note: Given(note)}}),
			Effective:    Given(begin), Expires: Given(end),
		}
		var c Calling
		var bad fieldErrors
		in.apply(&c, &bad)
		for _, h := range c.Availability {
			again := hours(strings.Join(h.Days.Names(), " "), h.FromText(), h.ToText())
			if got := again.read("x", &bad); h.Days == 0 || h.From < 0 || h.From >= dayMinutes || h.To < 0 || h.To >= dayMinutes || got != h {
				t.Errorf("%q, %q, %q became %+v, and its own text %+v", days, from, to, h, got)
			}
		}
		for _, a := range c.Absences {
			assertClean(t, a.Note)
			again := AbsenceInput{From: Given(a.From.Format(time.RFC3339Nano)), To: Given(a.To.Format(time.RFC3339Nano)), Note: Given(a.Note)}
			if got := again.read("x", &bad); !a.From.Before(a.To) || a.From.Nanosecond()%1000 != 0 || got != a {
				t.Errorf("%q, %q became %+v, and its own text %+v", begin, end, a, got)
			}
		}
		if len(bad) == 0 && (len(c.Availability) != 1 || len(c.Absences) != 1 || !c.Effective.Before(c.Expires)) {
			t.Errorf("apply = %+v without an error", c)
		}
	})
}
