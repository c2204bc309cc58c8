package service

import (
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// pointCell is a number or a mailbox of a row, and where it belongs: at a place of the list, at the nth phone with a label, or at the
// nth phone or e-mail.
type pointCell struct {
	field, base string // base is field without .value: the fields of its extension and label begin with it
	place       int
	label       rollcall.PointLabel
	nth         int
	point       rollcall.Point // of a cell that is not empty
}

// readPointField returns the cell of a field for numbers or mailboxes, and false for other fields.
func readPointField(field string) (p pointCell, ok bool) {
	parts := strings.Split(field, ".")
	number := func(i int) int {
		n, err := strconv.Atoi(parts[i])
		if err != nil || n < 1 {
			return 0
		}
		return n
	}
	p = pointCell{field: field, base: field, nth: 1}
	switch {
	case parts[0] == "phone" || parts[0] == "email":
		p.point.Kind = rollcall.PointKind(parts[0])
		if len(parts) == 2 {
			p.nth = number(1)
		}
		return p, len(parts) <= 2 && p.nth > 0
	case parts[0] != "points" || len(parts) < 2:
		return p, false
	case slices.Contains(rollcall.PointLabels(), rollcall.PointLabel(parts[1])):
		p.point.Kind, p.label = rollcall.PhonePoint, rollcall.PointLabel(parts[1])
		if len(parts) == 3 {
			p.nth = number(2)
		}
		return p, len(parts) <= 3 && p.nth > 0
	}
	p.place, p.base = number(1), strings.TrimSuffix(field, ".value")
	return p, p.place > 0 && len(parts) == 3 && parts[2] == "value"
}

// keys returns the keys of the numbers and mailboxes of the row, each after its kind.
func (r *rowReader) keys() map[string]bool {
	r.readPoints()
	return r.known
}

// readPoints reads the numbers and mailboxes of the row once.
func (r *rowReader) readPoints() {
	if r.known != nil {
		return
	}
	r.known = map[string]bool{}
	for i := range r.row.Cells {
		cell := &r.row.Cells[i]
		p, ok := readPointField(cell.Field)
		if !ok || cell.Value == "" && !r.opts.EmptyClears {
			continue
		}
		if !r.readPoint(&p, cell.Value) {
			continue
		}
		if cell.Value != "" {
			r.known[string(p.point.Kind)+p.point.Key()] = true
		}
		r.points = append(r.points, p)
	}
}

// readPoint reads the value of a cell, and reports whether it counts.
func (r *rowReader) readPoint(p *pointCell, value string) bool {
	label, isPhone := labelOf(r.value(p.base + ".label"))
	if p.label == "" {
		p.label = label
	}
	if p.place > 0 {
		p.point.Kind = rollcall.PointKind(strings.ToLower(r.value(p.base + ".kind")))
		if p.point.Kind == "" {
			p.point.Kind = rollcall.PhonePoint
			if strings.Contains(value, "@") {
				p.point.Kind = rollcall.EmailPoint
			}
		}
		if e := rollcall.CheckOneOf(string(p.point.Kind), rollcall.PointKinds()); e != nil {
			r.wrong(p.base+".kind", e.Code, e.Message)
			return false
		}
	}
	if value == "" {
		return true
	}
	if !isPhone && p.point.Kind == rollcall.PhonePoint {
		r.warnAbout(p.field, "not_a_phone", "is the number of a fax or a pager, and was left out")
		return false
	}
	point, e := r.site.readPoint(p.point.Kind, value)
	if e != nil {
		r.wrong(p.field, e.Code, e.Message)
		return false
	}
	if point.Extension == "" && point.Kind == rollcall.PhonePoint {
		point.Extension = r.value(p.base + ".extension")
	}
	point.Label = p.label
	p.point = point
	return true
}

// labelOf returns the label that a word in a file stands for, and whether what it labels can be called.
func labelOf(word string) (label rollcall.PointLabel, isPhone bool) {
	switch plain := plainWord(word); plain {
	case "":
		return "", true
	case "mobile", "cell", "cellphone", "cellular", "m", "c", "iphone", "handy", "gsm":
		return "mobile", true
	case "home", "h", "house", "residence", "r", "private":
		return "home", true
	case "work", "w", "business", "b", "office", "o", "company", "job":
		return "work", true
	default:
		return "other", !strings.Contains(plain, "fax") && !strings.Contains(plain, "pager")
	}
}

// importPoint is a point of the new list of a contact.
type importPoint struct {
	rollcall.Point
	source string // the field that it comes from; empty: the contact had it
	named  bool   // a cell of the row is about it
	gone   bool
}

// pointsOf returns the points of a contact after the row, absent if they stay as they are. c is nil for a new contact.
func (r *rowReader) pointsOf(c *rollcall.Contact) rollcall.Field[[]rollcall.PointInput] {
	r.readPoints()
	var list []importPoint
	if c != nil {
		for i := range c.Points {
			list = append(list, importPoint{Point: c.Points[i]})
		}
	}
	before := slices.Clone(list)
	rest := slices.DeleteFunc(slices.Clone(r.points), func(p pointCell) bool { return p.point.Value != "" && r.keep(list, p) })
	for _, p := range rest {
		if p.point.Value != "" {
			list = r.put(list, p)
		}
	}
	for _, p := range rest {
		if i := p.find(list); p.point.Value == "" && i >= 0 && !list[i].named {
			list[i].gone = true
		}
	}
	list = slices.DeleteFunc(list, func(p importPoint) bool { return p.gone })
	r.sources = make([]string, len(list))
	same := c != nil && len(list) == len(before)
	items := make([]rollcall.PointInput, len(list))
	for i := range list {
		p := &list[i]
		r.sources[i] = p.source
		same = same && p.Point == before[i].Point
		items[i] = rollcall.PointInput{
			ID: rollcall.Field[string]{Value: string(p.ID), Set: p.ID != ""}, Kind: rollcall.Given(string(p.Kind)), Value: rollcall.Given(p.Value),
			Extension: rollcall.Given(p.Extension), Label: rollcall.Given(string(p.Label)),
		}
	}
	return rollcall.Field[[]rollcall.PointInput]{Value: items, Set: !same && (len(items) > 0 || c != nil)}
}

// keep reports whether the contact has the value of a cell already. It stays where it is, and gets the label of the row if it has none.
func (r *rowReader) keep(list []importPoint, p pointCell) bool {
	i := slices.IndexFunc(list, func(q importPoint) bool { return !q.named && q.Identity() == p.point.Identity() })
	if i < 0 && p.point.Extension == "" { // the file may not know the extension
		i = slices.IndexFunc(list, func(q importPoint) bool { return !q.named && q.Kind == p.point.Kind && q.Key() == p.point.Key() })
	}
	if i < 0 {
		return false
	}
	list[i].named, list[i].source = true, p.field
	if list[i].Label == "" || p.place > 0 && p.label != "" {
		list[i].Label = p.label
	}
	return true
}

// put sets the point that the cell is about, or adds one.
func (r *rowReader) put(list []importPoint, p pointCell) []importPoint {
	if slices.ContainsFunc(list, func(q importPoint) bool { return q.named && q.Identity() == p.point.Identity() }) {
		r.warnAbout(p.field, "same_value", "is the same as another column of this row, and was left out")
		return list
	}
	i := p.find(list)
	if i < 0 || list[i].named || list[i].Kind != p.point.Kind {
		return append(list, importPoint{Point: p.point, source: p.field, named: true})
	}
	old := list[i].Point
	list[i] = importPoint{Point: p.point, source: p.field, named: true}
	list[i].ID = old.ID
	if list[i].Label == "" {
		list[i].Label = old.Label
	}
	return list
}

// find returns the index of the point that a cell is about, -1 if there is none.
func (p *pointCell) find(list []importPoint) int {
	if p.place > 0 {
		if p.place <= len(list) {
			return p.place - 1
		}
		return -1
	}
	n := 0
	for i := range list {
		byLabel := strings.HasPrefix(p.field, "points.")
		if list[i].Kind != p.point.Kind || byLabel && list[i].Label != p.label {
			continue
		}
		if n++; n == p.nth {
			return i
		}
	}
	return -1
}
