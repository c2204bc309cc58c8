package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// ask sends John a validation by the method, and returns its path and the message.
func ask(t *testing.T, a *testkit.App, method string) (path string, m testkit.Captured) {
	t.Helper()
	a.Try(t, testkit.Scenario{
		As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "` + method + `"}`, Status: 200, Want: sent(method),
	})
	m = a.Newest()
	return johnPath + "/validations/" + string(m.Validation), m
}

// points checks the states of John's phone and e-mail, each given as "status method".
func points(t *testing.T, a *testkit.App, phone, email string) {
	t.Helper()
	point := func(s string) string {
		words := strings.Fields(s)
		quoted := func(word string) string {
			if word == "null" {
				return word
			}
			return `"` + word + `"`
		}
		confirmed := "null"
		if words[0] == "confirmed" || words[0] == "stale" {
			confirmed = `"<time>"`
		}
		return fmt.Sprintf(`{"status": %q, "method": %s, "confirmed_at": %s}`, words[0], quoted(words[1]), confirmed)
	}
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: johnPath, Status: 200,
		Want: `{"data": {"validation": {"phone": ` + point(phone) + `, "email": ` + point(email) + `}, "...": true}}`,
	})
}

func press(t *testing.T, a *testkit.App, m testkit.Captured, yes bool, want rollcall.LinkState) {
	t.Helper()
	view, err := a.Service().AnswerLink(t.Context(), m.Token, rollcall.LinkAnswer{Confirm: yes})
	if err != nil || view.State != want {
		t.Errorf("AnswerLink(confirm %v) = %q, %v, want %q", yes, view.State, err, want)
	}
}

func TestConfirmedByItsLink(t *testing.T) {
	a := testkit.NewApp(t)
	path, m := ask(t, a, "sms")
	points(t, a, "pending sms", "unconfirmed null")
	press(t, a, m, true, rollcall.LinkConfirmed)
	press(t, a, m, true, rollcall.LinkConfirmed)
	points(t, a, "confirmed sms", "unconfirmed null")
	a.Try(t, testkit.Scenario{
		As: "validations:read", Method: "GET", Path: path, Status: 200,
		Want: `{"data": {"validation_id": "<validation_id>", "status": "confirmed", "method": "sms", "point": "phone", "point_id": "point_…", "created_at": "<time>",
			"sent_at": "<time>", "delivered_at": null, "answered_at": "<time>", "answered_by": "link", "expires_at": "<time>", "test": false,
			"timeline": [
				{"at": "<time>", "event": "queued", "actor": "<key_id>"},
				{"at": "<time>", "event": "sent", "actor": "server"},
				{"at": "<time>", "event": "confirmed", "actor": "contact", "answered_by": "link"}]}}`,
	})
	ask(t, a, "sms")
	points(t, a, "confirmed sms", "unconfirmed null") // it stays confirmed while another validation is open
	press(t, a, a.Newest(), false, rollcall.LinkDeclined)
	points(t, a, "declined sms", "unconfirmed null")
	for _, method := range []string{"sms", "call"} {
		a.Try(t, testkit.Scenario{
			As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "` + method + `"}`, Status: 409,
			Want: failure("declined", ""),
		})
	}
	a.Try(t, testkit.Scenario{
		As: "all", Method: "POST", Path: johnPath + "/attestation", Body: `{"point": "phone", "note": "He is there."}`, Status: 409,
		Want: failure("declined", ""),
	})
	press(t, a, m, true, rollcall.LinkConfirmed) // the latest answer counts
	points(t, a, "confirmed sms", "unconfirmed null")
	a.Try(t, testkit.Scenario{
		As: "all", Method: "PUT", Path: johnPath, Body: `{"phone": "+12025550142"}`, Status: 200, Want: `{"data": {"...": true}}`,
	})
	press(t, a, m, true, rollcall.LinkReplaced)
	points(t, a, "unconfirmed null", "unconfirmed null")
	ask(t, a, "call")
}

func TestReplacedValidationStillConfirms(t *testing.T) {
	a := testkit.NewApp(t)
	first, old := ask(t, a, "email")
	second, _ := ask(t, a, "email")
	press(t, a, old, true, rollcall.LinkConfirmed)
	points(t, a, "unconfirmed null", "confirmed email")
	status := func(path, status, timeline string) {
		t.Helper()
		a.Try(t, testkit.Scenario{
			As: "all", Method: "GET", Path: path, Status: 200,
			Want: fmt.Sprintf(`{"data": {"status": %q, "timeline": %s, "...": true}}`, status, timeline),
		})
	}
	status(first, "canceled", `[{"event": "queued", "...": true}, {"event": "sent", "...": true},
		{"event": "canceled", "at": "<time>", "actor": "<key_id>", "code": "replaced", "message": "<any>"}]`)
	status(second, "confirmed", `[{"event": "queued", "...": true}, {"event": "sent", "...": true}, {"event": "confirmed", "...": true}]`)
}

func TestCheckValidation(t *testing.T) {
	a := testkit.NewApp(t)
	path, m := ask(t, a, "call")
	try := func(s testkit.Scenario) {
		t.Helper()
		s.Method = "POST"
		if s.As == "" {
			s.As = "all"
		}
		if s.Path == "" {
			s.Path = path + "/check"
		}
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
	m.Code = strings.ReplaceAll(lastDigits(m.Text), ", ", "")
	wrong := fmt.Sprintf("%06d", (atoi(m.Code)+1)%1_000_000)
	is := func(code string) string { return `{"code": "` + code + `"}` }
	never := invalid("code wrong_code")
	try(testkit.Scenario{Name: "no code answers 422", Body: `{}`, Status: 422, Want: invalid("code required")})
	try(testkit.Scenario{Name: "null as a code answers 422", Body: `{"code": null}`, Status: 422, Want: invalid("code not_nullable")})
	try(testkit.Scenario{Name: "a code without digits answers 422", Body: is("abcdef"), Status: 422, Want: invalid("code invalid")})
	try(testkit.Scenario{Name: "a code with too few digits answers 422", Body: is("12345"), Status: 422, Want: invalid("code invalid")})
	try(testkit.Scenario{Name: "a number as a code answers 400", Body: `{"code": 123456}`, Status: 400, Want: failure("invalid_request", "code")})
	try(testkit.Scenario{Name: "a code for an unknown validation answers 404", Path: johnPath + "/validations/val_1/check", Body: is(m.Code), Status: 404, Want: failure("validation_not_found", "")})
	try(testkit.Scenario{
		Name: "a code for another contact's validation answers 404", Path: strings.Replace(path, "contact_789ghi", "contact_abc123", 1) + "/check", Body: is(m.Code), Status: 404,
		Want: failure("validation_not_found", ""),
	})
	try(testkit.Scenario{Name: "a wrong code answers 422", Body: is(wrong), Status: 422, Want: never})
	try(testkit.Scenario{Name: "a wrong code with an Idempotency-Key answers 422", Body: is(wrong), Header: once("k"), Status: 422, Want: never})
	try(testkit.Scenario{Name: "the right code with a space confirms", As: "validations:write", Body: is(m.Code[:3] + " " + m.Code[3:]), Status: 200,
		Want: `{"data": {"validation_id": "<validation_id>", "status": "confirmed", "method": "call", "point_id": "point_…", "sent_at": "<time>"}}`})
	try(testkit.Scenario{Name: "the right code again answers 200", Body: is(m.Code), Status: 200, Want: `{"data": {"status": "confirmed", "...": true}}`})
	points(t, a, "confirmed call", "unconfirmed null")
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: path, Status: 200, Want: `{"data": {"answered_by": "code", "...": true}}`,
	})

	path, m = ask(t, a, "email")
	for range 5 {
		try(testkit.Scenario{Name: "a wrong code up to the limit answers 422", Body: is(fmt.Sprintf("%06d", (atoi(m.Code)+7)%1_000_000)), Status: 422, Want: never})
	}
	try(testkit.Scenario{Name: "the right code after five wrong ones answers 422", Body: is(m.Code), Status: 422, Want: never})
	points(t, a, "confirmed call", "pending email")
	press(t, a, m, false, rollcall.LinkDeclined)
	try(testkit.Scenario{Name: "the right code after five wrong ones and a decline answers 422", Body: is(m.Code), Status: 422, Want: never})
	path, m = ask(t, a, "sms")
	press(t, a, m, false, rollcall.LinkDeclined)
	try(testkit.Scenario{Name: "the right code of a declined validation answers 409", Body: is(m.Code), Status: 409, Want: failure("declined", "")})
}

// lastDigits returns the digits of the code that a call reads out.
func lastDigits(text string) string {
	_, after, _ := strings.Cut(text, "Your code is: ")
	digits, _, _ := strings.Cut(after, ".")
	return digits
}

func atoi(s string) (n int) {
	_, _ = fmt.Sscanf(s, "%d", &n)
	return n
}

func TestExpiredValidation(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	path, m := ask(t, a, "sms")
	clock.Advance(rollcall.ValidationLife)
	press(t, a, m, true, rollcall.LinkExpired)
	a.Try(t, testkit.Scenario{
		As: "all", Method: "POST", Path: path + "/check", Body: `{"code": "` + m.Code + `"}`, Status: 422, Want: invalid("code wrong_code"),
	})
	points(t, a, "pending sms", "unconfirmed null")
	if err := a.Service().Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	points(t, a, "unconfirmed null", "unconfirmed null")
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: path, Status: 200,
		Want: `{"data": {"status": "expired", "timeline": [{"event": "queued", "...": true}, {"event": "sent", "...": true},
			{"event": "expired", "at": "<time>", "actor": "server"}], "...": true}}`,
	})
	_, m = ask(t, a, "sms")
	press(t, a, m, true, rollcall.LinkConfirmed)
	clock.Advance(365*24*60*60e9 + 1e9)
	if err := a.Service().Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	points(t, a, "stale sms", "unconfirmed null")
}

func TestCancelValidation(t *testing.T) {
	a := testkit.NewApp(t)
	path, m := ask(t, a, "sms")
	cancel := func(as, path string, status int, want string) {
		t.Helper()
		a.Try(t, testkit.Scenario{As: as, Method: "POST", Path: path + "/cancel", Status: status, Want: want})
	}
	want := `{"data": {"validation_id": "<validation_id>", "status": "canceled", "method": "sms", "point_id": "point_…", "sent_at": "<time>"}}`
	cancel("validations:write", path, 200, want)
	cancel("all", path, 200, want)
	cancel("all", johnPath+"/validations/val_1", 404, failure("validation_not_found", ""))
	points(t, a, "unconfirmed null", "unconfirmed null")
	press(t, a, m, true, rollcall.LinkConfirmed) // the message was sent before the cancellation, and its link still confirms
	points(t, a, "confirmed sms", "unconfirmed null")
	cancel("all", path, 200, `{"data": {"status": "confirmed", "...": true}}`)
}

func TestListValidations(t *testing.T) {
	a := testkit.NewApp(t)
	ask(t, a, "sms")
	ask(t, a, "email")
	ask(t, a, "sms")
	list := func(query string, status int, want string) {
		t.Helper()
		a.Try(t, testkit.Scenario{As: "validations:read", Method: "GET", Path: johnPath + "/validations" + query, Status: status, Want: want})
	}
	list("", 200, `{"data": {"validations": [{"status": "canceled", "method": "sms", "point": "phone", "...": true},
		{"status": "sent", "method": "email", "point": "email", "...": true}, {"status": "sent", "...": true}], "total_count": 3}}`)
	list("?page=2&per_page=2", 200, `{"data": {"validations": [{"status": "sent", "method": "sms", "...": true}], "total_count": 3}}`)
	list("?limit=1", 200, `{"data": {"validations": [{"status": "canceled", "...": true}], "total_count": 3}}`)
	list("?page=0", 400, failure("invalid_request", "page"))
	list("?per_page=none", 400, failure("invalid_request", "per_page"))
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: contactsPath + "/unknown/validations", Status: 404, Want: failure("contact_not_found", ""),
	})
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: contactsPath + "/contact_abc123/validations", Status: 200, Want: `{"data": {"validations": [], "total_count": 0}}`,
	})
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: johnPath + "/validations/val_1", Status: 404, Want: failure("validation_not_found", ""),
	})
}

func TestAttestContact(t *testing.T) {
	a := testkit.NewApp(t)
	ask(t, a, "sms")
	var scenarios []testkit.Scenario
	add := func(name, path, body string, status int, want string) {
		scenarios = append(scenarios, testkit.Scenario{
			Name: name, As: "all", Method: "POST", Path: path + "/attestation", Body: body, Status: status, Want: want,
		})
	}
	janePath := contactsPath + "/contact_abc123"
	add("an attestation without fields answers 422", johnPath, `{}`, 422, invalid("point required", "note required"))
	add("null answers 422", johnPath, `{"point": null, "note": null}`, 422, invalid("point not_nullable", "note not_nullable"))
	add("an unknown point answers 422", johnPath, `{"point": "fax", "note": "x"}`, 422, invalid("point invalid"))
	add("a blank note answers 422", johnPath, `{"point": "phone", "note": " "}`, 422, invalid("note required"))
	add("a note that is too long answers 422", johnPath, `{"point": "phone", "note": "`+strings.Repeat("n", 501)+`"}`, 422, invalid("note too_long"))
	add("a number as a note answers 400", johnPath, `{"point": "phone", "note": 5}`, 400, failure("invalid_request", "note"))
	add("an attestation of an unknown contact answers 404", contactsPath+"/unknown", `{"point": "phone", "note": "x"}`, 404, failure("contact_not_found", ""))
	add("taking over from an unknown contact answers 422", johnPath, `{"point": "phone", "from_contact_id": "nobody"}`, 422, invalid("from_contact_id invalid"))
	add("taking over from the contact itself answers 422", johnPath, `{"point": "phone", "from_contact_id": "contact_789ghi"}`, 422, invalid("from_contact_id invalid"))
	add("taking over from a contact with another number answers 422", johnPath, `{"point": "phone", "from_contact_id": "contact_abc123"}`, 422, invalid("from_contact_id not_the_same"))
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
	points(t, a, "pending sms", "unconfirmed null")
	scenarios = nil
	add("an attestation with a note confirms", johnPath, `{"point": "phone", "note": "Called, he answered."}`, 200, `{"data": {"validation": {"phone":
		{"status": "confirmed", "confirmed_at": "<time>", "method": "attestation"}, "email": {"status": "unconfirmed", "...": true}}, "...": true}}`)
	scenarios = append(scenarios, testkit.Scenario{
		Name: "an attestation has a record", As: "all", Method: "GET", Path: johnPath + "/validations", Status: 200,
		Want: `{"data": {"validations": [{"status": "canceled", "...": true}, {"status": "confirmed", "method": "attestation", "point": "phone",
			"answered_by": "attestation", "sent_at": null, "...": true}], "total_count": 2}}`,
	}, testkit.Scenario{
		Name: "another contact with the same number stays unconfirmed", As: "all", Method: "PUT", Path: janePath, Body: `{"phone": "+1 555 0123", "email": null}`, Status: 200,
		Want: `{"data": {"validation": {"phone": {"status": "unconfirmed", "...": true}, "...": true}, "...": true}}`,
	})
	add("an attestation of an e-mail that the contact lacks answers 422", janePath, `{"point": "email", "note": "x"}`, 422, invalid("point invalid"))
	add("taking over from a contact without an e-mail answers 422", johnPath, `{"point": "email", "from_contact_id": "contact_abc123"}`, 422, invalid("from_contact_id not_the_same"))
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}

func TestAttestationTakesOver(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	const email = `{"email": "both@example.org"}`
	janePath := contactsPath + "/contact_abc123"
	for _, path := range []string{johnPath, janePath} {
		a.Try(t, testkit.Scenario{As: "all", Method: "PUT", Path: path, Body: email, Status: 200, Want: `{"data": {"...": true}}`})
	}
	take := testkit.Scenario{As: "all", Method: "POST", Path: janePath + "/attestation", Body: `{"point": "email", "from_contact_id": "contact_789ghi"}`}
	take.Status, take.Want = 422, invalid("from_contact_id not_confirmed")
	a.Try(t, take)
	_, m := ask(t, a, "email")
	press(t, a, m, true, rollcall.LinkConfirmed)
	at := clock.Now().UTC().Format("2006-01-02T15:04:05Z")
	clock.Advance(1000 * 60 * 60 * 1e9)
	take.Status = 200
	take.Want = `{"data": {"validation": {"email": {"status": "confirmed", "confirmed_at": "` + at + `", "method": "attestation"}, "...": true}, "...": true}}`
	a.Try(t, take)
	status, answer := a.Do("all", "GET", janePath+"/validations", "")
	id := answer["data"].(map[string]any)["validations"].([]any)[0].(map[string]any)["validation_id"].(string)
	if status != 200 {
		t.Fatalf("GET validations = %d %v, want 200", status, answer)
	}
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: janePath + "/validations/" + id, Status: 200,
		Want: `{"data": {"timeline": [{"at": "<time>", "event": "confirmed", "actor": "<key_id>", "answered_by": "attestation",
			"from_contact_id": "contact_789ghi"}], "...": true}}`,
	})
}

func TestContactsByTheirState(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	_, m := ask(t, a, "sms")
	list := func(query, ids string) {
		t.Helper()
		n := strings.Count(ids, "contact_id")
		a.Try(t, testkit.Scenario{
			As: "all", Method: "GET", Path: contactsPath + query, Status: 200,
			Want: fmt.Sprintf(`{"data": {"contacts": [%s], "total_count": %d}}`, ids, n),
		})
	}
	const john, jane = `{"contact_id": "contact_789ghi", "...": true}`, `{"contact_id": "contact_abc123", "...": true}`
	list("?phone_status=pending", john)
	list("?phone_status=unconfirmed", jane)
	list("?email_status=unconfirmed", john+", "+jane)
	before := clock.Now().UTC().Format("2006-01-02T15:04:05Z")
	clock.Advance(60e9)
	press(t, a, m, true, rollcall.LinkConfirmed)
	list("?phone_status=confirmed&email_status=unconfirmed", john)
	list("?phone_status=confirmed&email_status=confirmed", "")
	list("?phone_status=pending&as_of="+before, john)
	list("?phone_status=confirmed&as_of="+before, "")
	list("?phone_status=confirmed&as_of="+clock.Now().UTC().Format("2006-01-02T15:04:05Z"), `{"contact_id": "contact_789ghi", "validation":
		{"phone": {"status": "confirmed", "method": "sms", "confirmed_at": "<time>"}, "...": true}, "...": true}`)
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: contactsPath + "?phone_status=lost", Status: 400, Want: failure("invalid_request", "phone_status"),
	})
}
