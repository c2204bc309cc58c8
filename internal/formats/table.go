package formats

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Table lists the fields into which one kind of list is read, and the names that other programs give to their columns.
type Table struct {
	fields   []string            // a # stands for a number
	names    map[string][]string // plain name of a column → fields, the likeliest first
	notRead  []string            // columns of Rollcall's own exports that cannot be set
	contacts bool                // columns of phones and mailboxes are recognised
}

// Fields returns the names of all fields, in the order of the help. A # stands for a number up to 10, of hours and absences up
// to 50: from 1 in points.#.value and lists, else from 2.
func (t *Table) Fields() []string { return slices.Clone(t.fields) }

// has reports whether the table has a field.
func (t *Table) has(field string) bool {
	return slices.Contains(t.fields, withoutNumbers(field)) && !withoutOne.MatchString(field)
}

// withoutNumbers returns a field with # for its numbers.
func withoutNumbers(field string) string {
	return numbers.ReplaceAllString(listNumbers.ReplaceAllString(field, "$1.#"), ".#")
}

var (
	numbers = regexp.MustCompile(`\.([1-9]|10)\b`)
	// Of hours and absences there are more than of points.
	listNumbers = regexp.MustCompile(`^(availability|absences)\.([1-9]|[1-4][0-9]|50)\b`)
	// Fields whose first is written without a number.
	withoutOne = regexp.MustCompile(`^(phone|email|points\.(mobile|home|work|other))\.1\b`)
)

// Sites returns the table of sites.
func Sites() *Table {
	return newTable(siteNames, nil, false)
}

// Contacts returns the table of contacts with their sites.
//
// phone is the first phone of a contact and phone.2 the second; points.mobile is the first phone with that label, and
// points.mobile.2 the second; points.1.value is the point at that place. email is the first mailbox. name is first and last name
// in one column, and is only mapped in a file without first_name and last_name.
func Contacts() *Table {
	notRead := []string{
		refusedColumn, "contact_id", "created_at", "updated_at", "deleted_at", "effective_dispatch", "validation", "warnings",
		"points.#.point_id", "points.#.e164", "points.#.validation",
	}
	return newTable(contactNames, notRead, true)
}

// fieldNames are the plain names of columns that are read into a field, separated by spaces.
type fieldNames struct{ field, names string }

func newTable(list []fieldNames, notRead []string, contacts bool) *Table {
	t := &Table{names: map[string][]string{}, notRead: append(notRead, exportMark), contacts: contacts}
	for _, f := range list {
		if !slices.Contains(t.fields, f.field) {
			t.fields = append(t.fields, f.field)
		}
		for _, name := range strings.Fields(f.names) {
			t.names[name] = append(t.names[name], f.field)
		}
	}
	return t
}

var siteNames = []fieldNames{
	{"site_id", "siteid"},
	{"account_reference_id", "accountreferenceid accountreference sitereference siteref externalid"},
	{"account_number", "accountnumber accountno account acct acctno acctnumber cs csno csnumber csid systemno systemnumber"},
	{"name", "name sitename premises premisesname subscriber subscribername customer customername accountname location locationname"},
	{"street", "street address address1 addressline1 streetaddress siteaddress"},
	{"city", "city town suburb sitecity"},
	{"state", "state province region sitestate"},
	{"zip", "zip zipcode postcode postalcode sitezip"},
	{"country", "country countrycode sitecountry"},
	{"timezone", "timezone tz"},
	{"language", "language lang"},
	{"status", "status sitestatus"},
	{"premises_phone", "premisesphone sitephone"},
	{"min_people", "minpeople"},
	{"min_numbers", "minnumbers"},
	{"exempt_reason", "exemptreason"},
}

// contactNames leaves out columns of phones and mailboxes, which phoneField and mailField recognise.
var contactNames = []fieldNames{
	{"site_id", "siteid"},
	{"account_reference_id", "accountreferenceid accountreference sitereference siteref"},
	{"account_reference_id", "accountnumber accountno account acct acctno acctnumber cs csno csnumber csid systemno systemnumber"},
	{"external_contact_id", "externalcontactid contactid externalid"},
	{"first_name", "firstname givenname forename first fname vorname"},
	{"last_name", "lastname familyname surname last lname nachname"},
	{"name", "name fullname contactname contact displayname person personname"},
	{"type", "type contacttype"},
	{"role", "role relation relationship relationtocustomer relationtosite"},
	{"language", "language lang preferredlanguage"},
	{"position", "position sequence seq seqno sequenceno sequencenumber order callorder sortorder callsequence contactorder priority orderno"},
	{"dispatch", "dispatch"},
	{"effective_at", "effectiveat"},
	{"expires_at", "expiresat"},
	{"notification_preferences.email", ""},
	{"notification_preferences.sms", ""},
	{"notification_preferences.push", ""},
	{"availability", ""},
	{"absences", ""},
	{"availability.#.days", ""},
	{"availability.#.days.#", ""},
	{"availability.#.from", ""},
	{"availability.#.to", ""},
	{"absences.#.from", ""},
	{"absences.#.to", ""},
	{"absences.#.note", ""},
	{"phone", ""},
	{"phone.extension", ""},
	{"phone.label", ""},
	{"phone.#", ""},
	{"phone.#.extension", ""},
	{"phone.#.label", ""},
	{"email", ""},
	{"email.#", ""},
	{"points.mobile", ""},
	{"points.mobile.extension", ""},
	{"points.mobile.#", ""},
	{"points.mobile.#.extension", ""},
	{"points.home", ""},
	{"points.home.extension", ""},
	{"points.home.#", ""},
	{"points.home.#.extension", ""},
	{"points.work", ""},
	{"points.work.extension", ""},
	{"points.work.#", ""},
	{"points.work.#.extension", ""},
	{"points.other", ""},
	{"points.other.extension", ""},
	{"points.other.#", ""},
	{"points.other.#.extension", ""},
	{"points.#.kind", ""},
	{"points.#.value", ""},
	{"points.#.extension", ""},
	{"points.#.label", ""},
	{"site.name", "sitename premises premisesname subscriber subscribername customer customername accountname location locationname"},
	{"site.account_number", "accountnumber accountno account acct acctno acctnumber cs csno csnumber csid systemno systemnumber"},
	{"site.premises_phone", "premisesphone sitephone"},
	{"site.street", "siteaddress sitestreet premisesaddress"},
	{"site.city", "sitecity premisescity"},
	{"site.state", "sitestate premisesstate"},
	{"site.zip", "sitezip sitepostcode premiseszip"},
	{"site.country", "sitecountry"},
	{"site.timezone", "timezone tz sitetimezone"},
}

// unclear are plain names that mean different things in different programs. They are not read unless mapped.
var unclear = map[string][]string{
	"title":         {"role"},
	"contactno":     {"phone", "external_contact_id"},
	"contactnumber": {"phone", "external_contact_id"},
	"user":          {"position"},
	"userno":        {"position"},
	"usernumber":    {"position"},
	"number":        {"phone", "position"},
}

// secret matches the plain names of columns with what a person proves their identity with. They are never read unaided.
var secret = regexp.MustCompile(`^(contact|user|personal|verbal|site)?pin(code|no|number)?$|pass(code|word|phrase|wort)|kennwort|contraseña|motdepasse|(code|safe|security)word|` +
	`^(user|abort|duress|access|arm|disarm|alarm|keypad|verbal|cancel|authentication|verification|security)codes?$|^duress`)

// plainName returns a column's name with letters in lower case and digits only.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

var (
	phoneParts = regexp.MustCompile(`^(.*?)([0-9]*)(value|number|no)?(type|label|ext|extension)?$`)
	phoneWord  = regexp.MustCompile(`^(phone|telephone|telefono?|teléfono|téléphone|tel)(number|no)?|(phonenumber|phone|telephone|tel|number|no)$`)
	mailName   = regexp.MustCompile(`^(?:home|work|business|private|personal|primary|contact)?e?mail(?:address|id)?([0-9]*)(?:value|address)?$`)
)

// phoneField returns the field for a column of phones, by its plain name, and the number that the name has. part is "",
// "extension" or "label".
func phoneField(plain string) (field string, number string, part string) {
	m := phoneParts.FindStringSubmatch(plain)
	if m == nil {
		return "", "", ""
	}
	said := strings.Contains(plain, "phone") || strings.Contains(plain, "tel") || strings.Contains(plain, "tél")
	word := phoneWord.ReplaceAllString(phoneWord.ReplaceAllString(m[1], ""), "")
	part = map[string]string{"ext": "extension", "extension": "extension", "type": "label", "label": "label"}[m[4]]
	switch word {
	case "mobile", "cell", "cellular", "mobil", "movil", "móvil", "handy", "gsm":
		field = "points.mobile"
	case "home", "house", "residence", "residential":
		field = "points.home"
	case "work", "business", "bus", "office":
		field = "points.work"
	}
	if field == "" && said {
		switch word {
		case "", "primary", "main", "contact", "default":
			field = "phone"
		case "companymain", "company":
			field = "points.work"
		case "private":
			field = "points.home"
		case "other", "alternate", "alt", "alternative", "secondary":
			field = "points.other"
		}
	}
	if field == "" || part == "label" && field != "phone" {
		return "", "", ""
	}
	return field, m[2], part
}
