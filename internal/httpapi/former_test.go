package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// put updates a contact and checks the states of its phone and e-mail.
func put(t *testing.T, a *testkit.App, path, body, phone, email string) {
	t.Helper()
	a.Try(t, testkit.Scenario{Name: body, As: "all", Method: "PUT", Path: path, Body: body, Status: 200, Want: states(phone, email)})
}

// TestStateBelongsToTheValue checks that another spelling of a value keeps its state, and that a value which comes back has
// its last state again.
func TestStateBelongsToTheValue(t *testing.T) {
	const first, other = `{"phone": "+12025550147"}`, `{"phone": "+1 202 555 0148"}`
	for _, tt := range []struct {
		name, method string
		yes, no      bool
		steps        [][3]string // body, state of the phone, state of the e-mail
	}{
		{"declined", "sms", false, true, [][3]string{
			{`{"phone": "+1 202 555 0147"}`, "declined", "unconfirmed"},
			{`{"phone": "(202) 555-0147"}`, "declined", "unconfirmed"},
			{other, "unconfirmed", "unconfirmed"},
			{first, "declined", "unconfirmed"},
			{`{"phone": null}`, "unconfirmed", "unconfirmed"},
			{`{"phone": "202-555-0147"}`, "declined", "unconfirmed"},
		}},
		{"confirmed", "sms", true, false, [][3]string{
			{`{"phone": "1 202 555 0147"}`, "confirmed", "unconfirmed"},
			{other, "unconfirmed", "unconfirmed"},
			{`{"first_name": "Jon", "phone": "+1 (202) 555-0147"}`, "confirmed", "unconfirmed"},
		}},
		{"pending", "sms", false, false, [][3]string{
			{`{"phone": "+1 202-555-0147"}`, "pending", "unconfirmed"},
			{other, "unconfirmed", "unconfirmed"},
			{first, "unconfirmed", "unconfirmed"},
		}},
		{"an e-mail that is declined", "email", false, true, [][3]string{
			{`{"email": "JOHN.DOE@Example.COM"}`, "unconfirmed", "declined"},
			{`{"email": "\"john.doe\"@ｅxample。com"}`, "unconfirmed", "declined"},
			{`{"email": "jane@example.com"}`, "unconfirmed", "unconfirmed"},
			{`{"email": ""}`, "unconfirmed", "unconfirmed"},
			{`{"email": " John.Doe@example.com "}`, "unconfirmed", "declined"},
		}},
		{"an e-mail that is confirmed", "email", true, false, [][3]string{
			{`{"email": "John.Doe@example.com"}`, "unconfirmed", "confirmed"},
			{`{"email": "john.doe+1@example.com"}`, "unconfirmed", "unconfirmed"},
			{`{"email": "john.doe@example.com"}`, "unconfirmed", "confirmed"},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := testkit.NewApp(t)
			put(t, a, johnPath, first, "unconfirmed", "unconfirmed")
			_, m := ask(t, a, tt.method)
			if tt.yes {
				press(t, a, m, true, rollcall.LinkConfirmed)
			}
			if tt.no {
				press(t, a, m, false, rollcall.LinkDeclined)
			}
			for _, step := range tt.steps {
				put(t, a, johnPath, step[0], step[1], step[2])
			}
		})
	}
}

func TestAnotherSpellingKeepsTheOpenValidation(t *testing.T) {
	a := testkit.NewApp(t)
	put(t, a, johnPath, `{"phone": "+12025550147"}`, "unconfirmed", "unconfirmed")
	_, sms := ask(t, a, "sms")
	_, email := ask(t, a, "email")
	put(t, a, johnPath, `{"phone": "202.555.0147", "email": "John.Doe@EXAMPLE.com"}`, "pending", "pending")
	press(t, a, sms, true, rollcall.LinkConfirmed)
	press(t, a, email, true, rollcall.LinkConfirmed)
	points(t, a, "confirmed sms", "confirmed email")
}

// TestFormerStateStaysWithItsContact checks that a former state comes back only for the same contact, also after a restore, but
// not after an erasure.
func TestFormerStateStaysWithItsContact(t *testing.T) {
	const mine, theirs = `{"phone": "+12025550147"}`, `{"phone": "+12025550148"}`
	a := testkit.NewApp(t)
	put(t, a, johnPath, mine, "unconfirmed", "unconfirmed")
	put(t, a, contactsPath+"/contact_abc123", theirs, "unconfirmed", "unconfirmed")
	_, m := ask(t, a, "sms")
	press(t, a, m, false, rollcall.LinkDeclined)
	put(t, a, johnPath, theirs, "unconfirmed", "unconfirmed")
	put(t, a, contactsPath+"/contact_abc123", mine, "unconfirmed", "unconfirmed")
	a.Try(t, testkit.Scenario{Name: "delete the contact", As: "all", Method: "DELETE", Path: johnPath, Status: 204})
	a.Try(t, testkit.Scenario{Name: "restore the contact", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 200, Want: states("unconfirmed", "unconfirmed")})
	put(t, a, johnPath, mine, "declined", "unconfirmed")
	put(t, a, johnPath, theirs, "unconfirmed", "unconfirmed")
	a.Try(t, testkit.Scenario{
		Name: "an export has the former states", As: "all", Method: "GET", Path: johnPath + "/export", Status: 200,
		Want: `{"data": {"former_points": [{"point": "phone", "status": "declined", "confirmed_at": null, "method": "sms"}], "...": true}}`,
	})
	a.Try(t, testkit.Scenario{Name: "erase the contact", As: "all", Method: "POST", Path: johnPath + "/erase", Status: 200, Want: `{"data": {"...": true}}`})
	a.Try(t, testkit.Scenario{
		Name: "a new contact with the same values is unconfirmed", As: "all", Method: "POST", Path: contactsPath, Status: 201,
		Body: `{"contact_id": "contact_789ghi", "first_name": "John", "last_name": "", "type": "primary", "phone": "+12025550147"}`,
		Want: states("unconfirmed", "unconfirmed"),
	})
}

// TestCountryOfASiteReadsPhonesAgain checks that a phone whose number changes with the country of its site has a state of its own
// for each number.
func TestCountryOfASiteReadsPhonesAgain(t *testing.T) {
	a := testkit.NewApp(t)
	country := func(code string) {
		t.Helper()
		a.Try(t, testkit.Scenario{
			Name: code, As: "all", Method: "PUT", Path: "/ext/v1/sites/site_123abc", Body: `{"address": {"country": "` + code + `"}}`,
			Status: 200, Want: `{"data": {"...": true}}`,
		})
	}
	country("GB")
	put(t, a, johnPath, `{"phone": "020 7946 0018"}`, "unconfirmed", "unconfirmed")
	_, m := ask(t, a, "sms")
	press(t, a, m, false, rollcall.LinkDeclined)
	country("US")
	points(t, a, "unconfirmed null", "unconfirmed null")
	country("GB")
	points(t, a, "declined sms", "unconfirmed null")
	a.Try(t, testkit.Scenario{Name: "delete the contact", As: "all", Method: "DELETE", Path: johnPath, Status: 204})
	country("US")
	a.Try(t, testkit.Scenario{Name: "a contact restored in another country is unconfirmed", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 200, Want: states("unconfirmed", "unconfirmed")})
	country("GB")
	points(t, a, "declined sms", "unconfirmed null")
}
