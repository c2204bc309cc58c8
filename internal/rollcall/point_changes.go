package rollcall

import (
	"slices"
	"strconv"
	"strings"
)

// PointsMax is how many points a contact has at most.
const PointsMax = 10

const extensionMax = 20 // characters

// PointInput is one item of a list of points. It changes the point with its ID, or without one the point with the same kind,
// value in any spelling, and extension; else it is a new point. Absent fields of a changed point stay.
type PointInput struct {
	ID        Field[string]
	Kind      Field[string]
	Value     Field[string]
	Extension Field[string]
	Label     Field[string]
}

var noPoint = missing("give an email or a phone, so that the contact can be reached")

// pointField returns the name of a field of the item i of points, counted from 0.
func pointField(i int, name string) string { return "points." + strconv.Itoa(i+1) + "." + name }

// applyPoints sets the points of c from points, or else from phone and email. A point with another value has the state that c has
// for that value; for a value that c does not have it is unconfirmed.
func (in *ContactInput) applyPoints(c *Contact, create bool, country string, bad *fieldErrors) {
	before := len(*bad)
	email := bad.optional("email", in.Email, "", emailRule)
	phone := bad.optional("phone", in.Phone, "", unchanged(checkPhone))
	list := pointList{contact: c, country: country, bad: bad}
	switch {
	case in.Points.Null:
		bad.add("points", isNull)
	case in.Points.Set:
		list.resolve(in.Points.Value)
	}
	if len(*bad) > before {
		return
	}
	if in.Points.Set && (create || !samePoints(list.points, c.Points)) {
		list.compare(PhonePoint, in.Phone, phone)
		list.compare(EmailPoint, in.Email, email)
		if len(list.points) == 0 {
			bad.add("points", noPoint)
		}
		c.Points = list.points
		return
	}
	list.points = slices.Clone(c.Points)
	list.setFirst(PhonePoint, in.Phone, phone)
	list.setFirst(EmailPoint, in.Email, email)
	if len(list.points) == 0 {
		field := "email"
		if in.Phone.Set && !in.Email.Set {
			field = "phone"
		}
		bad.add(field, noPoint)
	}
	c.Points = list.points
}

// samePoints reports whether two lists are the same but for states.
func samePoints(a, b []Point) bool {
	return slices.EqualFunc(a, b, func(a, b Point) bool {
		return a.ID == b.ID && a.Kind == b.Kind && a.Value == b.Value && a.Extension == b.Extension && a.Label == b.Label
	})
}

// CheckPoints returns ValidationFailed if two points of c are the same.
func (c *Contact) CheckPoints() error {
	var bad fieldErrors
	checkDuplicates(c.Points, &bad)
	return bad.err()
}

func checkDuplicates(points []Point, bad *fieldErrors) {
	if len(points) < 2 {
		return
	}
	seen := make(map[string]int, len(points))
	for i := range points {
		identity := points[i].Identity()
		if first, found := seen[identity]; found {
			bad.add(pointField(i, "value"), &FieldError{Code: "duplicate", Message: "is the same as that of points." + strconv.Itoa(first+1) + "; give each phone and e-mail once"})
			continue
		}
		seen[identity] = i
	}
}

// pointList is the new list of points of a contact.
type pointList struct {
	contact *Contact // with its old points
	country string
	bad     *fieldErrors
	points  []Point
}

// resolve sets the list to the points of the items.
func (l *pointList) resolve(items []PointInput) {
	if len(items) > PointsMax {
		l.bad.add("points", &FieldError{Code: CodeTooLong, Message: "must have at most " + strconv.Itoa(PointsMax) + " items"})
		return
	}
	before := len(*l.bad)
	claimed := map[PointID]int{} // the item that matches a point
	olds := make([]*Point, len(items))
	for i := range items {
		olds[i] = l.byID(i, &items[i], claimed)
	}
	l.points = make([]Point, len(items))
	for i := range items {
		l.points[i] = l.item(i, &items[i], olds[i], claimed)
	}
	if len(*l.bad) == before {
		checkDuplicates(l.points, l.bad)
	}
}

// byID returns the old point that an item names by its id, nil if it names none.
func (l *pointList) byID(i int, in *PointInput, claimed map[PointID]int) *Point {
	if !in.ID.Set || in.ID.Null {
		return nil
	}
	old := l.contact.PointByID(PointID(in.ID.Value))
	if old == nil {
		l.bad.add(pointField(i, "point_id"), invalid("must be that of a point of this contact; leave it out for a new point"))
		return nil
	}
	if other, taken := claimed[old.ID]; taken {
		l.bad.add(pointField(i, "point_id"), &FieldError{Code: "duplicate", Message: "is that of points." + strconv.Itoa(other+1) + " too; name each point once"})
	}
	claimed[old.ID] = i
	return old
}

// item returns the point of an item. old is the point that its id names, nil without an id.
func (l *pointList) item(i int, in *PointInput, old *Point, claimed map[PointID]int) Point {
	p := Point{State: PointState{Status: PointUnconfirmed}}
	if old != nil {
		p = *old
	}
	before := len(*l.bad)
	p.Kind = l.kind(i, in, old)
	if p.Kind == "" {
		return p
	}
	rule := unchanged(checkPhone)
	if p.Kind == EmailPoint {
		rule = emailRule
	}
	p.Value = l.bad.text(pointField(i, "value"), in.Value, p.Value, old == nil, rule)
	label := PointLabel(l.bad.optional(pointField(i, "label"), in.Label, string(p.Label), oneOf(PointLabels())))
	extension := l.bad.optional(pointField(i, "extension"), in.Extension, "", unchanged(checkExtension))
	if len(*l.bad) > before {
		return p
	}
	p.E164, p.Cause, p.Extension = "", "", ""
	l.read(&p)
	switch {
	case extension != "" && p.Kind == EmailPoint:
		l.bad.add(pointField(i, "extension"), invalid("must be null; only a phone has an extension"))
	case extension != "" && p.Extension != "" && extension != p.Extension:
		l.bad.add(pointField(i, "extension"), invalid("differs from the extension in value; give it in one place"))
	case extension != "":
		p.Extension = extension
	case !in.Extension.Set && p.Extension == "":
		p.Extension = keptExtension(old, &p)
	}
	if old == nil {
		if old = l.contact.pointLike(&p); old != nil && !claim(claimed, old.ID, i) {
			old = nil
		}
	}
	switch {
	case old == nil:
		p.ID = NewPointID()
	case !in.Label.Set:
		label = old.Label
	}
	if old != nil {
		p.ID = old.ID
	}
	p.Label, p.State = label, l.state(&p)
	return p
}

// claim makes the item i match a point, and reports whether no other item does.
func claim(claimed map[PointID]int, id PointID, i int) bool {
	if _, taken := claimed[id]; taken {
		return false
	}
	claimed[id] = i
	return true
}

// kind returns the kind of an item, "" if it is not valid.
func (l *pointList) kind(i int, in *PointInput, old *Point) PointKind {
	field := pointField(i, "kind")
	if old == nil {
		return PointKind(l.bad.text(field, in.Kind, "", true, oneOf(PointKinds())))
	}
	return PointKind(l.bad.text(field, in.Kind, string(old.Kind), false, unchanged(func(s string) *FieldError {
		if s != string(old.Kind) {
			return invalid("must stay " + string(old.Kind) + "; leave out point_id for a new point")
		}
		return nil
	})))
}

// read reads a phone. A value that the contact has already is not read again, since only a change of the country changes it.
func (l *pointList) read(p *Point) {
	for i := range l.contact.Points {
		if old := &l.contact.Points[i]; old.Kind == p.Kind && old.Value == p.Value {
			p.E164, p.Cause = old.E164, old.Cause
			if p.Kind == PhonePoint {
				p.Extension = writtenExtension(p.Value)
			}
			return
		}
	}
	p.ReadPhone(l.country)
}

// keptExtension returns the extension of old that p keeps: one that is not written in the value of old, if the number is the same.
func keptExtension(old, p *Point) string {
	if old == nil || old.Key() != p.Key() || old.Value != p.Value && writtenExtension(old.Value) != "" {
		return ""
	}
	return old.Extension
}

// state returns the state that the contact has for a point. A validation stays with its point, so a state does not stay pending
// at another one.
func (l *pointList) state(p *Point) PointState {
	old := l.contact.pointLike(p)
	if old == nil || old.ID != p.ID && old.State.Status == PointPending {
		return PointState{Status: PointUnconfirmed}
	}
	return old.State
}

// first returns the index of the first point of a kind, and -1 if there is none.
func (l *pointList) first(kind PointKind) int {
	return slices.IndexFunc(l.points, func(p Point) bool { return p.Kind == kind })
}

// compare checks that phone or email agrees with the list beside it.
func (l *pointList) compare(kind PointKind, in Field[string], value string) {
	if !in.Set {
		return
	}
	i := l.first(kind)
	if value == "" && i < 0 {
		return
	}
	if value != "" && i >= 0 {
		first, given := &l.points[i], Point{Kind: kind, Value: value}
		l.read(&given)
		if first.Value == value || first.Key() == given.Key() && (given.Extension == "" || given.Extension == first.Extension) {
			return
		}
	}
	l.bad.add(string(kind), invalid("differs from the first "+string(kind)+" in points; leave one of them out"))
}

// setFirst makes value the first point of a kind, as phone or email without points does. An empty value removes the first.
func (l *pointList) setFirst(kind PointKind, in Field[string], value string) {
	i := l.first(kind)
	switch {
	case !in.Set, value == "" && i < 0, i >= 0 && l.points[i].Value == value:
		return
	case value == "":
		l.points = slices.Delete(l.points, i, i+1)
		return
	}
	p := Point{ID: NewPointID(), Kind: kind, Value: value}
	if i >= 0 {
		p.ID, p.Label = l.points[i].ID, l.points[i].Label
	}
	l.read(&p)
	if i >= 0 && p.Extension == "" {
		p.Extension = keptExtension(&l.points[i], &p)
	}
	if other := l.contact.pointLike(&p); other != nil && other.ID != p.ID { // it moves to the front
		p.ID, p.Label = other.ID, other.Label
		l.points = slices.DeleteFunc(l.points, func(p Point) bool { return p.ID == other.ID })
	}
	p.State = l.state(&p)
	switch {
	case i >= 0:
		l.points[i] = p
	case len(l.points) == PointsMax:
		l.bad.add(string(kind), &FieldError{Code: CodeTooLong, Message: "is one more point than the " + strconv.Itoa(PointsMax) + " that a contact may have; remove another one"})
	default:
		l.points = append(l.points, p)
	}
}

// Warnings returns what the caller should know about the result of the input, and nil if there is nothing.
func (in *ContactInput) Warnings(c *Contact) []Warning {
	var all []Warning
	for _, given := range []struct {
		kind PointKind
		in   Field[string]
	}{{EmailPoint, in.Email}, {PhonePoint, in.Phone}} {
		if given.in.Set && (given.in.Null || given.in.Value == "") && c.First(given.kind) != nil {
			all = append(all, Warning{
				Field: string(given.kind), Code: "next_point", Message: "the first " + string(given.kind) + " was removed, and this is the next one; to remove all, send points",
			})
		}
	}
	return all
}

func checkExtension(s string) *FieldError {
	switch {
	case len(s) > extensionMax:
		return tooLong(extensionMax)
	case strings.Trim(s, "0123456789*#,") != "", strings.Trim(s, ",") == "":
		return invalid("must consist of digits, * and #, and a comma for each pause, such as 12")
	}
	return nil
}
