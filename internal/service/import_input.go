package service

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"example.org/rollcall/internal/rollcall"
)

// input returns the input for the contact of the row, which is nil for a new one.
func (r *rowReader) input(c *rollcall.Contact) rollcall.ContactInput {
	in := rollcall.ContactInput{
		Language: r.field("language"),
		Calling: rollcall.CallingInput{
			Dispatch: r.field("dispatch"), Effective: r.field("effective_at"), Expires: r.field("expires_at"),
			Availability: r.hours(), Absences: r.absences(),
		},
		Preferences: r.preferences(),
	}
	in.Calling.Dispatch.Value = strings.ToLower(in.Calling.Dispatch.Value)
	r.names(c, &in)
	r.typeAndRole(c, &in)
	if c == nil {
		in.ExternalID = r.needed("external_contact_id")
	}
	in.Points = r.pointsOf(c)
	return in
}

// split returns the first and the last name of the row, from their own columns or from one for both.
func (r *rowReader) split() (first, last string) {
	first, last = r.value("first_name"), r.value("last_name")
	full := strings.Join(strings.Fields(r.value("name")), " ")
	if first == "" && last == "" && full != "" {
		if family, given, found := strings.Cut(full, ", "); found {
			first, last = given, family
		} else if at := strings.LastIndexByte(full, ' '); at > 0 {
			first, last = full[:at], full[at+1:]
		} else {
			first = full
		}
	}
	if first == "" { // an organisation, or a person known by one name
		first, last = last, ""
	}
	return first, last
}

// fullName returns the name of the row as people read it, "" if it has none.
func (r *rowReader) fullName() string {
	first, last := r.split()
	return strings.TrimSpace(first + " " + last)
}

// name returns the folded name of the row, "" if it has none.
func (r *rowReader) name() string { return foldedName(r.split()) }

// names sets the names. A contact keeps its own if the row has the same in one column: where they are divided is not known.
func (r *rowReader) names(c *rollcall.Contact, in *rollcall.ContactInput) {
	first, last := r.split()
	oneColumn := r.value("first_name") == "" && (r.value("last_name") == "" || r.cells["first_name"] != nil)
	switch {
	case c == nil, oneColumn && r.value("last_name") == "" && first != "":
		in.FirstName, in.LastName = rollcall.Field[string]{Value: first, Set: first != ""}, rollcall.Given(last)
	default:
		in.FirstName, in.LastName = r.needed("first_name"), r.field("last_name")
	}
	if c != nil && oneColumn && foldedName(first, last) == foldedName(c.FirstName, c.LastName) {
		in.FirstName, in.LastName = rollcall.Field[string]{}, rollcall.Field[string]{}
	}
}

// typeAndRole sets the type and the role. Words that Rollcall doesn't have are read as the nearest that it has, with a warning.
func (r *rowReader) typeAndRole(c *rollcall.Contact, in *rollcall.ContactInput) {
	in.Role = r.field("role")
	meant := meaning{}
	if word := plainWord(r.value("role")); word != "" {
		known := false
		meant, known = relations[word]
		switch {
		case slices.Contains(rollcall.ContactRoles(), rollcall.ContactRole(word)):
			meant = meaning{role: rollcall.ContactRole(word)}
		case known:
			r.warnAbout("role", "role_read_as", "is not a role of Rollcall; "+meant.explain())
		default:
			r.warnAbout("role", "role_unknown", "is not a role of Rollcall, and was left out")
		}
		in.Role = rollcall.Field[string]{Value: string(meant.role), Set: meant.role != ""}
	}
	kind := rollcall.ContactType("")
	if word := plainWord(r.value("type")); word != "" {
		switch {
		case slices.Contains(rollcall.ContactTypes(), rollcall.ContactType(word)):
			kind = rollcall.ContactType(word)
		case kinds[word] != "":
			kind = kinds[word]
			r.warnAbout("type", "type_read_as", "is not a type of Rollcall; it was read as "+string(kind))
		default:
			r.warnAbout("type", "type_unknown", "is not a type of Rollcall, and was left out")
		}
	}
	if kind == "" && c == nil {
		kind = meant.kind
	}
	if kind == "" && c == nil {
		kind = rollcall.ContactType(r.opts.DefaultType)
	}
	in.Type = rollcall.Field[string]{Value: string(kind), Set: kind != ""}
}

// meaning is what a word for the relation to a site says: a role, or a type for a new contact.
type meaning struct {
	role rollcall.ContactRole
	kind rollcall.ContactType
}

func (m meaning) explain() string {
	if m.role != "" {
		return "it was read as " + string(m.role)
	}
	return "a new contact gets the type " + string(m.kind) + ", and no role"
}

// plainWord returns the letters of a word in lower case.
func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// relations are the words that lists use for the relation of a person to a site.
var relations = map[string]meaning{
	"proprietor": {role: "owner"}, "homeowner": {role: "owner"}, "landlord": {role: "owner"}, "president": {role: "owner"},
	"mgr": {role: "manager"}, "generalmanager": {role: "manager"}, "storemanager": {role: "manager"}, "officemanager": {role: "manager"},
	"supervisor": {role: "manager"}, "director": {role: "manager"}, "principal": {role: "manager"}, "facilities": {role: "manager"},
	"staff": {role: "employee"}, "worker": {role: "employee"}, "assistant": {role: "employee"}, "receptionist": {role: "employee"},
	"frontdesk": {role: "employee"}, "guard": {role: "employee"}, "security": {role: "employee"}, "caretaker": {role: "employee"},
	"janitor": {role: "employee"}, "custodian": {role: "employee"}, "concierge": {role: "employee"},
	"tenant": {role: "resident"}, "renter": {role: "resident"}, "occupant": {role: "resident"}, "spouse": {role: "resident"},
	"husband": {role: "resident"}, "wife": {role: "resident"}, "partner": {role: "resident"}, "son": {role: "resident"},
	"daughter": {role: "resident"}, "child": {role: "resident"}, "self": {role: "resident"}, "user": {role: "resident"},
	"tech": {role: "technician"}, "installer": {role: "technician"}, "engineer": {role: "technician"}, "servicetechnician": {role: "technician"},
	"keyholder": {kind: "emergency"}, "neighbour": {kind: "emergency"}, "neighbor": {kind: "emergency"}, "friend": {kind: "emergency"},
	"relative": {kind: "emergency"}, "family": {kind: "emergency"}, "mother": {kind: "emergency"}, "father": {kind: "emergency"},
	"parent": {kind: "emergency"}, "sister": {kind: "emergency"}, "brother": {kind: "emergency"}, "grandparent": {kind: "emergency"},
}

// kinds are the words that lists use for types.
var kinds = map[string]rollcall.ContactType{
	"main": "primary", "primarycontact": "primary", "maincontact": "primary", "first": "primary",
	"emergencycontact": "emergency", "keyholder": "emergency", "alarm": "emergency", "callout": "emergency",
	"backup": "secondary", "alternate": "secondary", "alternative": "secondary", "secondarycontact": "secondary", "other": "secondary",
	"tech": "technician", "service": "technician", "installer": "technician", "maintenance": "technician",
	"billingcontact": "billing", "accounts": "billing", "accounting": "billing", "accountspayable": "billing", "finance": "billing",
}

// preferences returns the preferences of the row.
func (r *rowReader) preferences() rollcall.Field[rollcall.PreferencesInput] {
	var in rollcall.PreferencesInput
	for field, to := range map[string]*rollcall.Field[bool]{"email": &in.Email, "sms": &in.SMS, "push": &in.Push} {
		field = "notification_preferences." + field
		switch strings.ToLower(strings.TrimSpace(r.value(field))) {
		case "true", "yes", "1":
			*to = rollcall.Given(true)
		case "false", "no", "0":
			*to = rollcall.Given(false)
		case "":
		default:
			r.wrong(field, rollcall.CodeInvalid, "must be true or false")
		}
	}
	return rollcall.Field[rollcall.PreferencesInput]{Value: in, Set: in != (rollcall.PreferencesInput{})}
}

// numberedMax is the largest number in the name of a field of hours or absences.
const numberedMax = 50

// numbered calls read for each number for which the row has a value in one of the fields PREFIX.N.PART, in order.
func (r *rowReader) numbered(prefix string, parts []string, read func(field string)) {
	for n := 1; n <= numberedMax; n++ {
		field := prefix + "." + strconv.Itoa(n)
		if slices.ContainsFunc(parts, func(part string) bool { return r.value(field+part) != "" }) {
			read(field)
		}
	}
}

// hours returns the hours of the row: a cell such as "mon,tue 08:00-17:30", with a line for each, or fields with numbers.
func (r *rowReader) hours() rollcall.Field[[]rollcall.HoursInput] {
	var list []rollcall.HoursInput
	for _, line := range strings.FieldsFunc(r.value("availability"), func(c rune) bool { return c == '\n' || c == ';' }) {
		days, times, _ := cutLast(strings.TrimSpace(strings.ReplaceAll(line, "–", "-")), " ")
		from, to, found := strings.Cut(times, "-")
		if !found {
			r.wrong("availability", rollcall.CodeInvalid, "must be days and hours such as mon,tue 08:00-17:30, one a line")
			return rollcall.Field[[]rollcall.HoursInput]{}
		}
		list = append(list, rollcall.HoursInput{Days: daysOf(days), From: rollcall.Given(from), To: rollcall.Given(to)})
	}
	r.numbered("availability", []string{".days", ".days.1", ".from", ".to"}, func(field string) {
		days := r.value(field + ".days")
		for n := 1; n <= 7; n++ {
			days += " " + r.value(field+".days."+strconv.Itoa(n))
		}
		list = append(list, rollcall.HoursInput{Days: daysOf(days), From: r.needed(field + ".from"), To: r.needed(field + ".to")})
	})
	return rollcall.Field[[]rollcall.HoursInput]{Value: list, Set: list != nil || r.field("availability").Set}
}

// cutLast cuts around the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return "", s, false
}

// daysOf returns names of days that are separated by commas or spaces.
func daysOf(text string) rollcall.Field[[]string] {
	names := strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return c == ',' || unicode.IsSpace(c) })
	return rollcall.Field[[]string]{Value: names, Set: len(names) > 0}
}

// absences returns the absences of the row: a cell with a line FROM/TO NOTE for each, or fields with numbers.
func (r *rowReader) absences() rollcall.Field[[]rollcall.AbsenceInput] {
	var list []rollcall.AbsenceInput
	for line := range strings.SplitSeq(r.value("absences"), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		times, note, _ := strings.Cut(line, " ")
		from, to, _ := strings.Cut(times, "/")
		list = append(list, rollcall.AbsenceInput{From: rollcall.Given(from), To: rollcall.Given(to), Note: rollcall.Given(note)})
	}
	r.numbered("absences", []string{".from", ".to", ".note"}, func(field string) {
		list = append(list, rollcall.AbsenceInput{From: r.needed(field + ".from"), To: r.needed(field + ".to"), Note: rollcall.Given(r.value(field + ".note"))})
	})
	return rollcall.Field[[]rollcall.AbsenceInput]{Value: list, Set: list != nil || r.field("absences").Set}
}
