package rollcall

import (
	"regexp"
	"strconv"
	"time"
)

// CallingInput describes the Calling of a new contact, or a change of it. Absences and hours are whole lists. Null and ""
// clear Dispatch, Effective and Expires; the others must not be null.
type CallingInput struct {
	Position     Field[int] // from 1; a position after the end of the list is the end
	Dispatch     Field[string]
	Availability Field[[]HoursInput]
	Absences     Field[[]AbsenceInput]
	Effective    Field[string] // RFC 3339
	Expires      Field[string] // RFC 3339; after Effective
}

// HoursInput describes Hours. Days are names such as mon; From and To are times of day from 00:00 to 23:59. Hours that end at
// midnight have To 00:00.
type HoursInput struct {
	Days     Field[[]string]
	From, To Field[string]
}

// AbsenceInput describes an Absence. From and To are RFC 3339; Note is optional.
type AbsenceInput struct {
	From, To, Note Field[string]
}

const (
	hoursMax       = 20  // hours of a contact
	absencesMax    = 50  // absences of a contact
	absenceNoteMax = 200 // characters
)

var (
	timesWanted = invalid("must be a time in RFC 3339 from the years 1 to 9999, such as 2027-03-15T15:00:00Z")
	clockWanted = invalid("must be a time of day from 00:00 to 23:59, such as 17:30; midnight is 00:00")
	daysMissing = missing("must name at least one day, such as mon")
	daysWanted  = invalid("must be days: mon, tue, wed, thu, fri, sat, sun")
)

// apply sets the input on c. An absent field stays as it is, and so does one that is not valid. Position is set as given: the
// caller limits it to the length of the list, and moves the other contacts.
func (in *CallingInput) apply(c *Calling, bad *fieldErrors) {
	switch {
	case in.Position.Null:
		bad.add("position", isNull)
	case in.Position.Set && in.Position.Value < 1:
		bad.add("position", invalid("must be a whole number from 1"))
	default:
		c.Position = in.Position.ValueOr(c.Position)
	}
	c.Dispatch = Dispatch(bad.optional("dispatch", in.Dispatch, string(c.Dispatch), oneOf(Dispatches())))
	c.Availability = list(bad, "availability", in.Availability, c.Availability, hoursMax, (*HoursInput).read)
	c.Absences = list(bad, "absences", in.Absences, c.Absences, absencesMax, (*AbsenceInput).read)
	before := len(*bad)
	effective := bad.time("effective_at", in.Effective, c.Effective)
	expires := bad.time("expires_at", in.Expires, c.Expires)
	switch {
	case len(*bad) > before:
	case effective.IsZero() || expires.IsZero() || effective.Before(expires):
		c.Effective, c.Expires = effective, expires
	case in.Expires.Set:
		bad.add("expires_at", invalid("must be after effective_at"))
	default:
		bad.add("effective_at", invalid("must be before expires_at"))
	}
}

// list reads the items of a list that must not be null and has at most max items. It returns the new list, which is old if the
// field is absent or not valid. read gets the name of its item, such as absences.1, to name fields below it.
func list[In, Out any](bad *fieldErrors, field string, f Field[[]In], old []Out, max int, read func(*In, string, *fieldErrors) Out) []Out {
	switch {
	case !f.Set:
		return old
	case f.Null:
		bad.add(field, &FieldError{Code: codeNull, Message: "must not be null; send [] for none"})
		return old
	case len(f.Value) > max:
		bad.add(field, &FieldError{Code: CodeTooLong, Message: "must have at most " + strconv.Itoa(max) + " items"})
		return old
	case len(f.Value) == 0:
		return nil
	}
	before := len(*bad)
	items := make([]Out, len(f.Value))
	for i := range f.Value {
		items[i] = read(&f.Value[i], field+"."+strconv.Itoa(i+1), bad)
	}
	if len(*bad) > before {
		return old
	}
	return items
}

func (in *HoursInput) read(field string, bad *fieldErrors) Hours {
	var h Hours
	switch {
	case !in.Days.Set, !in.Days.Null && len(in.Days.Value) == 0:
		bad.add(field+".days", daysMissing)
	case in.Days.Null:
		bad.add(field+".days", isNull)
	default:
		for _, name := range in.Days.Value {
			day, ok := dayNamed(name)
			if !ok {
				bad.add(field+".days", daysWanted)
				break
			}
			h.Days |= 1 << day
		}
	}
	clock := func(s string) (string, *FieldError) {
		if s, p := checkClock(s); p == nil {
			return s, nil
		}
		return s, clockWanted
	}
	h.From = minuteOf(bad.text(field+".from", in.From, "", true, clock))
	h.To = minuteOf(bad.text(field+".to", in.To, "", true, clock))
	return h
}

func (in *AbsenceInput) read(field string, bad *fieldErrors) Absence {
	before := len(*bad)
	var a Absence
	for _, end := range []struct {
		name string
		in   Field[string]
		out  *time.Time
	}{{".from", in.From, &a.From}, {".to", in.To, &a.To}} {
		text := bad.text(field+end.name, end.in, "", true, unchanged(checkTime))
		*end.out, _ = readTime(text)
	}
	if len(*bad) == before && !a.From.Before(a.To) {
		bad.add(field+".to", invalid("must be after from"))
	}
	a.Note = bad.optional(field+".note", in.Note, "", textLine(0, absenceNoteMax))
	return a
}

// time reads a time; null and "" clear it. It returns the new time, which is old if the field is absent or not valid.
func (es *fieldErrors) time(field string, f Field[string], old time.Time) time.Time {
	if !f.Set {
		return old
	}
	before := len(*es)
	text := es.optional(field, f, "", unchanged(checkTime))
	if len(*es) > before {
		return old
	}
	t, _ := readTime(text)
	return t
}

func checkTime(s string) *FieldError {
	if _, ok := readTime(s); !ok {
		return timesWanted
	}
	return nil
}

// timePattern is RFC 3339. time.Parse accepts more.
var timePattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// readTime reads a time in RFC 3339 and drops fractions of a microsecond. It returns false for a time that RFC 3339
// cannot express in UTC, and for the zero Time, which stands for no time.
func readTime(s string) (time.Time, bool) {
	if !timePattern.MatchString(s) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, s)
	t = t.UTC().Truncate(time.Microsecond)
	return t, err == nil && t.Year() >= 1 && t.Year() <= 9999 && !t.IsZero()
}
