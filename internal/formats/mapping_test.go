package formats_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/formats"
	"example.org/rollcall/internal/rollcall"
)

// mapped returns the fields of a header's columns, as column=field, and what else the mapping says.
func mapped(t *testing.T, header string, explicit map[string]string) (string, error) {
	t.Helper()
	rows, err := formats.Open(strings.NewReader(header+"\n"), formats.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := rows.Map(formats.Contacts(), explicit)
	if err != nil {
		return "", err
	}
	var parts []string
	fields := m.Fields()
	for _, column := range rows.Columns() {
		if fields[column] != "" {
			parts = append(parts, column+"="+fields[column])
		}
	}
	for _, c := range m.Choices() {
		parts = append(parts, fmt.Sprintf("%s?%s", c.Column, strings.Join(c.Others, "/")))
	}
	for _, s := range m.Secret() {
		parts = append(parts, "secret "+s)
	}
	return strings.Join(parts, " | "), nil
}

func TestColumnsAreMappedByTheirNames(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{"Forename,Surname,Seq.,Relation", "Forename=first_name | Surname=last_name | Seq.=position | Relation=role"},
		{"Mobile,Cell,Handy", "Mobile=points.mobile | Cell=points.mobile.2 | Handy=points.mobile.3"},
		{"Home,Home Phone 2,Home Ext,Home Tel.", "Home=points.home | Home Phone 2=points.home.2 | Home Ext=points.home.extension | Home Tel.=points.home.3"},
		{"Phone #1,Phone #2,Phone 1 Type,Phone 2 Ext.", "Phone #1=phone | Phone #2=phone.2 | Phone 1 Type=phone.label | Phone 2 Ext.=phone.2.extension"},
		{"Tel,Phone (work),Telephone - Mobile,Téléphone", "Tel=phone | Phone (work)=points.work | Telephone - Mobile=points.mobile | Téléphone=phone.2"},
		{"Work,Ext,Home,Extension", "Work=points.work | Ext=points.work.extension | Home=points.home | Extension=points.home.extension"},
		{"E-mail 1 - Value,Email 2,Home Email,E-Mail Address", "E-mail 1 - Value=email | Email 2=email.2 | Home Email=email.3 | E-Mail Address=email.4"},
		{"Fax,Pager,Home Fax,Business Fax,Car Phone,Shipping,Company,Other,Notes", ""},
		{"PIN,Pin Code,Passcode 2,Code Word,User Code,Password,Duress,contact_pin", "secret PIN | secret Pin Code | secret Passcode 2 | secret Code Word | " +
			"secret User Code | secret Password | secret Duress | secret contact_pin"},
		{"Account No,site_id", "Account No=account_reference_id | site_id=site_id | Account No?site.account_number"},
		{"Account No,account_reference_id", "Account No=site.account_number | account_reference_id=account_reference_id"},
		{"Name,Contact", "Name=name | Contact?name"},
		{"Name,First Name", "First Name=first_name"},
		{"Contact ID,contact id 2", "Contact ID=external_contact_id"},
		{"contact_id,external_contact_id", "external_contact_id=external_contact_id"},
		{"phone.2,points.mobile.3,points.10.value,points.11.value,email.1", "phone.2=phone.2 | points.mobile.3=points.mobile.3 | points.10.value=points.10.value | email.1=email"},
		{"Title,Contact Number", "Title?role | Contact Number?phone/external_contact_id"},
		{"Extension,Name", "Name=name"},
		{"Site Name,Site Phone,Phone", "Site Name=site.name | Site Phone=site.premises_phone | Phone=phone"},
	} {
		got, err := mapped(t, c.header, nil)
		if err != nil || got != c.want {
			t.Errorf("%s:\ngot  %s %v\nwant %s", c.header, got, err, c.want)
		}
	}
}

func TestAnExplicitMappingComesFirst(t *testing.T) {
	got, err := mapped(t, "Cell Phone,Mobile,Relation,Title,PIN", map[string]string{
		"Mobile": "points.work", "cell phone": "points.mobile", "Title": "role", "Relation": "",
	})
	if want := "Cell Phone=points.mobile | Mobile=points.work | Title=role | secret PIN"; err != nil || got != want {
		t.Errorf("got  %s %v\nwant %s", got, err, want)
	}
}

func TestAnExplicitMappingNamesEveryMistake(t *testing.T) {
	_, err := mapped(t, "Cell Phone,Mobile,,Name", map[string]string{
		"Fax": "points.work", "Cell Phone": "points.cell", "Mobile": "name", "Name": "name",
	})
	var e *rollcall.Error
	if !errors.As(err, &e) || e.Kind != rollcall.ValidationFailed {
		t.Fatalf("got %v, want ValidationFailed", err)
	}
	want := []string{
		`mapping.Cell Phone is mapped to the field "points.cell", which does not exist; the fields are ` + strings.Join(formats.Contacts().Fields(), ", "),
		"mapping.Fax is not a column of the file; the columns are Cell Phone, Mobile, Name",
		`mapping.Name is mapped to name, and so is the column "Mobile"; map each to a field of its own`,
	}
	var got []string
	for _, d := range e.Details {
		got = append(got, d.Field+" "+d.Message)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestNamesThatComeLateInJSONLinesAreMapped(t *testing.T) {
	file := strings.Repeat("{\"first_name\":\"Ann\"}\n", 150) + "{\"first_name\":\"Bob\",\"points\":[{\"value\":\"+1 202 555 0147\"}],\"x\":1}\n"
	rows, err := formats.Open(strings.NewReader(file), formats.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := rows.Map(formats.Contacts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var last map[string]string
	for range 151 {
		row, err := rows.Next()
		if err != nil {
			t.Fatal(err)
		}
		last, _ = m.Read(row)
	}
	want := map[string]string{"first_name": "Bob", "points.1.value": "+1 202 555 0147"}
	if !maps.Equal(last, want) || !slices.Equal(m.Ignored(), []string{"x"}) {
		t.Errorf("got %v, ignored %v; want %v, ignored [x]", last, m.Ignored(), want)
	}
}

func TestAnErrorOfAColumnThatIsNotReadIsLeftOut(t *testing.T) {
	rows, err := formats.Open(strings.NewReader("name,note,phone\nA,1.2E+10,1.2E+10,x\n"), formats.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := rows.Map(formats.Contacts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	row, err := rows.Next()
	if err != nil {
		t.Fatal(err)
	}
	_, errs := m.Read(row)
	if len(errs) != 2 || errs[0].Column != 2 || errs[0].Code != formats.SpreadsheetNumber || errs[1].Column != 3 || errs[1].Code != formats.NoColumn {
		t.Errorf("got %+v, want the errors of columns 2 and 3", errs)
	}
}
