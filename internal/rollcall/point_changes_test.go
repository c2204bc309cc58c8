package rollcall

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall/phone"
)

// stored returns a contact of the United States with a mobile (a), an e-mail (b), the switchboard of its office with an extension
// (c), and a second e-mail (d). All but d have another status.
func stored() Contact {
	c := Contact{FirstName: "Ann", LastName: "Lee", Type: "primary", Points: []Point{
		{ID: "a", Kind: PhonePoint, Value: "(202) 555-0101", Label: "mobile", State: PointState{Status: PointConfirmed, Method: SMS, Confirmed: time.Unix(1, 0)}},
		{ID: "b", Kind: EmailPoint, Value: "ann@example.org", State: PointState{Status: PointPending, Method: Email}},
		{ID: "c", Kind: PhonePoint, Value: "+1 202 555 0102 x12", Label: "work", State: PointState{Status: PointDeclined, Method: Call}},
		{ID: "d", Kind: EmailPoint, Value: "Lee@example.org", State: PointState{Status: PointUnconfirmed}},
	}}
	c.ReadPhones("US")
	return c
}

// item returns an input of fields in the order point_id, kind, value, extension, label. "-" is absent, "null" null.
func item(fields ...string) PointInput {
	var in PointInput
	for i, f := range []*Field[string]{&in.ID, &in.Kind, &in.Value, &in.Extension, &in.Label} {
		switch {
		case i >= len(fields) || fields[i] == "-":
		case fields[i] == "null":
			*f = Null[string]()
		default:
			*f = Given(fields[i])
		}
	}
	return in
}

func items(all ...PointInput) Field[[]PointInput] { return Given(all) }

// sentBack returns the items of a contact as a caller sends back what it read.
func sentBack(c Contact) []PointInput {
	var all []PointInput
	for _, p := range c.Points {
		orNull := func(s string) Field[string] {
			if s == "" {
				return Null[string]()
			}
			return Given(s)
		}
		all = append(all, PointInput{ID: Given(string(p.ID)), Kind: Given(string(p.Kind)), Value: Given(p.Value), Extension: orNull(p.Extension), Label: orNull(string(p.Label))})
	}
	return all
}

func edited(i int, edit func(in *PointInput)) Field[[]PointInput] {
	all := sentBack(stored())
	edit(&all[i])
	return Given(all)
}

// shown returns the points of a contact, one in a line: id, value, extension, label and status. The ids of new points are new.
func shown(c *Contact) string {
	var lines []string
	for _, p := range c.Points {
		id := string(p.ID)
		if strings.HasPrefix(id, "point_") {
			id = "new"
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s|%s|%s|%s", id, p.Value, p.Extension, p.Label, p.State.Status)))
	}
	return strings.Join(lines, "\n")
}

const (
	lineA = "a (202) 555-0101||mobile|confirmed"
	lineB = "b ann@example.org|||pending"
	lineC = "c +1 202 555 0102 x12|12|work|declined"
	lineD = "d Lee@example.org|||unconfirmed"
)

func lines(all ...string) string { return strings.Join(all, "\n") }

// TestPointChanges is the table of what points, phone and email of an update do to identity and state.
func TestPointChanges(t *testing.T) {
	same := lines(lineA, lineB, lineC, lineD)
	none, null := Field[string]{}, Null[string]()
	for _, tt := range []struct {
		name         string
		points       Field[[]PointInput]
		phone, email Field[string]
		want         string
	}{
		{"nothing", Field[[]PointInput]{}, none, none, same},
		{"the same", Given(sentBack(stored())), none, none, same},
		{"the same without ids", items(item("-", "phone", "(202) 555-0101"), item("-", "email", "ann@example.org"), item("-", "phone", "+1 202 555 0102 x12"), item("-", "email", "Lee@example.org")), none, none, same},
		{"the same by id alone", items(item("a"), item("b"), item("c"), item("d")), none, none, same},
		{"reordered", items(item("d"), item("c"), item("b"), item("a")), none, none, lines(lineD, lineC, lineB, lineA)},
		{"relabelled", edited(0, func(in *PointInput) { in.Label = Given("home") }), none, none, lines("a (202) 555-0101||home|confirmed", lineB, lineC, lineD)},
		{"a label removed", edited(0, func(in *PointInput) { in.Label = Null[string]() }), none, none, lines("a (202) 555-0101|||confirmed", lineB, lineC, lineD)},
		{"another value by id", edited(0, func(in *PointInput) { in.Value = Given("+1 202 555 0109") }), none, none, lines("a +1 202 555 0109||mobile|unconfirmed", lineB, lineC, lineD)},
		{"another value without an id", items(item("-", "phone", "+1 202 555 0109"), item("b")), none, none, lines("new +1 202 555 0109|||unconfirmed", lineB)},
		{"another spelling by id", edited(0, func(in *PointInput) { in.Value = Given("+12025550101") }), none, none, lines("a +12025550101||mobile|confirmed", lineB, lineC, lineD)},
		{"another spelling without an id", items(item("-", "phone", "+12025550101"), item("-", "email", "ANN@example.org")), none, none, lines("a +12025550101||mobile|confirmed", "b ANN@example.org|||pending")},
		{"values swapped", items(item("a", "-", "+1 202 555 0102 x12"), item("c", "-", "(202) 555-0101")), none, none, lines("a +1 202 555 0102 x12|12|mobile|declined", "c (202) 555-0101||work|confirmed")},
		{"a pending value at another id is not pending", items(item("d", "-", "ann@example.org"), item("a")), none, none, lines("d ann@example.org|||unconfirmed", lineA)},
		{"another's value by id, and the other gone", items(item("c", "-", "202-555-0101"), item("b")), none, none, lines("c 202-555-0101||work|confirmed", lineB)},
		{"an old value beside its point, which has another one", items(item("a", "-", "+1 202 555 0109"), item("-", "phone", "(202) 555-0101")), none, none, lines("a +1 202 555 0109||mobile|unconfirmed", "new (202) 555-0101|||confirmed")},
		{"an extension changed", edited(2, func(in *PointInput) { in.Value, in.Extension = Given("+1 202 555 0102"), Given("13") }), none, none, lines(lineA, lineB, "c +1 202 555 0102|13|work|unconfirmed", lineD)},
		{"an extension in its own field", edited(2, func(in *PointInput) { in.Value = Given("+1 202 555 0102") }), none, none, lines(lineA, lineB, "c +1 202 555 0102|12|work|declined", lineD)},
		{"an extension removed from the value", items(item("a"), item("c", "-", "+1 202 555 0102")), none, none, lines(lineA, "c +1 202 555 0102||work|unconfirmed")},
		{"two extensions of a number", items(item("a"), item("c"), item("-", "phone", "+1 202 555 0102", "*9,1#")), none, none, lines(lineA, lineC, "new +1 202 555 0102|*9,1#||unconfirmed")},
		{"ten", items(item("a"), item("-", "phone", "1"), item("-", "phone", "2"), item("-", "phone", "3"), item("-", "phone", "4"), item("-", "phone", "5"), item("-", "phone", "6"), item("-", "phone", "7"), item("-", "phone", "8"), item("-", "phone", "9")), none, none,
			lines(lineA, "new 1|||unconfirmed", "new 2|||unconfirmed", "new 3|||unconfirmed", "new 4|||unconfirmed", "new 5|||unconfirmed", "new 6|||unconfirmed", "new 7|||unconfirmed", "new 8|||unconfirmed", "new 9|||unconfirmed")},

		{"phone beside equal points counts", Given(sentBack(stored())), Given("+1 202 555 0109"), none, lines("a +1 202 555 0109||mobile|unconfirmed", lineB, lineC, lineD)},
		{"phone null beside equal points counts", Given(sentBack(stored())), null, none, lines(lineB, lineC, lineD)},
		{"phone beside unequal points that agree", items(item("c"), item("b")), Given("+12025550102"), Given("ann@EXAMPLE.org"), lines(lineC, lineB)},
		{"email null beside unequal points without one", items(item("c")), none, null, lineC},

		{"phone, another spelling", Field[[]PointInput]{}, Given("202.555.0101"), none, lines("a 202.555.0101||mobile|confirmed", lineB, lineC, lineD)},
		{"phone, another value", Field[[]PointInput]{}, Given("+1 202 555 0109"), none, lines("a +1 202 555 0109||mobile|unconfirmed", lineB, lineC, lineD)},
		{"phone, another point's value", Field[[]PointInput]{}, Given("+12025550102 ext. 12"), none, lines("c +12025550102 ext. 12|12|work|declined", lineB, lineD)},
		{"phone, another point's number without its extension", Field[[]PointInput]{}, Given("+12025550102"), none, lines("a +12025550102||mobile|unconfirmed", lineB, lineC, lineD)},
		{"email, another point's value", Field[[]PointInput]{}, none, Given("lee@example.org"), lines(lineA, "d lee@example.org|||unconfirmed", lineC)},
		{"phone null", Field[[]PointInput]{}, null, none, lines(lineB, lineC, lineD)},
		{"phone and email empty", Field[[]PointInput]{}, Given(""), Given(""), lines(lineC, lineD)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := stored()
			in := ContactInput{Points: tt.points, Phone: tt.phone, Email: tt.email}
			if err := in.Apply(&c, false, "US"); err != nil {
				t.Fatalf("Apply() = %v, want no error", err)
			}
			if got := shown(&c); got != tt.want {
				t.Errorf("the points are\n%s\nwant\n%s", got, tt.want)
			}
			if err := c.CheckPoints(); err != nil {
				t.Errorf("CheckPoints() = %v, want nil", err)
			}
		})
	}
}

// TestPointsThatAreRefused names the fields and codes of the errors.
func TestPointsThatAreRefused(t *testing.T) {
	none, null := Field[string]{}, Null[string]()
	for _, tt := range []struct {
		name         string
		points       Field[[]PointInput]
		phone, email Field[string]
		want         string
	}{
		{"null", Null[[]PointInput](), none, none, "points not_nullable"},
		{"emptied", items(), none, none, "points required"},
		{"eleven", Given(slices.Repeat([]PointInput{item("a")}, 11)), none, none, "points too_long"},
		{"another contact's point", items(item("a"), item("x", "phone", "1")), none, none, "points.2.point_id invalid"},
		{"a point twice", items(item("a"), item("a", "-", "+1 202 555 0109")), none, none, "points.2.point_id duplicate"},
		{"a point by id and by value", items(item("-", "phone", "+12025550101"), item("a")), none, none, "points.2.value duplicate"},
		{"a new value twice", items(item("-", "phone", "(202) 555-0109"), item("-", "phone", "+1 202 555 0109")), none, none, "points.2.value duplicate"},
		{"another's value by id, and the other stays", items(item("a"), item("c", "-", "(202) 555-0101")), none, none, "points.2.value duplicate"},
		{"another kind", items(item("a", "email")), none, none, "points.1.kind invalid"},
		{"each bad field", items(item("-", "fax"), item("-", "phone"), item("-", "phone", "none", "a", "boat"), item("-", "email", "nobody"), item("a", "-", "null")), none, none,
			"points.1.kind invalid, points.2.value required, points.3.value invalid, points.3.label invalid, points.3.extension invalid, points.4.value invalid, points.5.value not_nullable"},
		{"an extension that contradicts the value", items(item("-", "phone", "+1 202 555 0109 x12", "13")), none, none, "points.1.extension invalid"},
		{"an extension of an e-mail", items(item("b", "-", "-", "13")), none, none, "points.1.extension invalid"},
		{"an extension of 21 digits", items(item("a", "-", "-", strings.Repeat("1", 21))), none, none, "points.1.extension too_long"},
		{"an extension of pauses", items(item("a", "-", "-", ",,")), none, none, "points.1.extension invalid"},
		{"phone beside unequal points", items(item("c"), item("b")), Given("+12025550101"), none, "phone invalid"},
		{"phone null beside unequal points with one", items(item("c"), item("b")), null, none, "phone invalid"},
		{"email beside unequal points without one", items(item("c")), none, Given("ann@example.org"), "email invalid"},
		{"phone with another extension beside unequal points", items(item("c")), Given("+12025550102 x13"), none, "phone invalid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := stored()
			in := ContactInput{Points: tt.points, Phone: tt.phone, Email: tt.email}
			if got := refusal(in.Apply(&c, false, "US")); got != tt.want {
				t.Errorf("Apply() names %q, want %q", got, tt.want)
			}
		})
	}
}

// refusal returns the fields and codes of an error of ValidationFailed.
func refusal(err error) string {
	e, ok := err.(*Error)
	if !ok || e.Kind != ValidationFailed {
		return fmt.Sprint(err)
	}
	var all []string
	for _, d := range e.Details {
		all = append(all, d.Field+" "+d.Code)
	}
	return strings.Join(all, ", ")
}

func TestPointsOfANewContact(t *testing.T) {
	base := ContactInput{FirstName: Given("A"), LastName: Given("B"), Type: Given("primary")}
	none := Field[string]{}
	for _, tt := range []struct {
		name         string
		points       Field[[]PointInput]
		phone, email Field[string]
		want         string // the points, or what is refused
	}{
		{"phone before email", Field[[]PointInput]{}, Given("+1 202 555 0101"), Given("a@example.org"), lines("new +1 202 555 0101|||unconfirmed", "new a@example.org|||unconfirmed")},
		{"points in their order", items(item("-", "email", "a@example.org", "-", "work"), item("null", "phone", "+1 202 555 0101,,5", "null", "")), none, none,
			lines("new a@example.org||work|unconfirmed", "new +1 202 555 0101,,5|5||unconfirmed")},
		{"phone that agrees with points", items(item("-", "phone", "+1 202 555 0101")), Given("+12025550101"), Null[string](), "new +1 202 555 0101|||unconfirmed"},
		{"phone that differs from points", items(item("-", "phone", "+1 202 555 0101")), Given("+12025550102"), none, "phone invalid"},
		{"no points", items(), none, none, "points required"},
		{"nothing", Field[[]PointInput]{}, none, none, "email required"},
		{"an id", items(item("a", "phone", "+1 202 555 0101")), none, none, "points.1.point_id invalid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c Contact
			in := base
			in.Points, in.Phone, in.Email = tt.points, tt.phone, tt.email
			got := refusal(in.Apply(&c, true, ""))
			if got == "<nil>" {
				got = shown(&c)
			}
			if got != tt.want {
				t.Errorf("Apply() gives\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestNumbersThatTurnOutTheSameAreRefused(t *testing.T) {
	c := Contact{Points: []Point{phoneOf("(202) 555-0101", "", phone.NoCountryCode), phoneOf("+1 202 555 0101", "+12025550101", "")}}
	if err := c.CheckPoints(); err != nil {
		t.Fatalf("CheckPoints() = %v, want nil", err)
	}
	c.ReadPhones("US")
	if got := refusal(c.CheckPoints()); got != "points.2.value duplicate" {
		t.Errorf("CheckPoints() names %q, want points.2.value", got)
	}
}

func TestTheNextPointIsWarnedAbout(t *testing.T) {
	c := stored()
	in := ContactInput{Phone: Null[string](), Email: Given("new@example.org")}
	if err := in.Apply(&c, false, "US"); err != nil {
		t.Fatal(err)
	}
	if got := in.Warnings(&c); len(got) != 1 || got[0].Field != "phone" || got[0].Code != "next_point" {
		t.Errorf("Warnings() = %v, want one about phone", got)
	}
}
