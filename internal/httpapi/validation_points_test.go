package httpapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// many are the points of John in these tests: a mobile, a phone with an extension, another phone and two e-mails.
const many = `{"points": [
	{"kind": "phone", "value": "+1 202 555 0147", "label": "mobile"},
	{"kind": "phone", "value": "+1 202 555 0148 x12", "label": "work"},
	{"kind": "phone", "value": "+1 202 555 0149"},
	{"kind": "email", "value": "john.doe@example.com"},
	{"kind": "email", "value": "j@example.org", "label": "work"}]}`

// withPoints updates John with a body and returns the ids of his points.
func withPoints(t *testing.T, a *testkit.App, body string) []string {
	t.Helper()
	status, answer := a.Do("all", "PUT", johnPath, body)
	if status != 200 {
		t.Fatalf("PUT %s answered %d %v, want 200", body, status, answer)
	}
	var ids []string
	for _, p := range answer["data"].(map[string]any)["points"].([]any) {
		ids = append(ids, p.(map[string]any)["point_id"].(string))
	}
	return ids
}

// askAt sends a validation to a point and returns its message.
func askAt(t *testing.T, a *testkit.App, point, method string) testkit.Captured {
	t.Helper()
	a.Try(t, testkit.Scenario{
		As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"point_id": "` + point + `"}`, Status: 200,
		Want: `{"data": {"validation_id": "<validation_id>", "status": "sent", "method": "` + method + `", "point_id": "` + point + `", "sent_at": "<time>"}}`,
	})
	return a.Newest()
}

// wantPoints checks the statuses of a contact's points, in order.
func wantPoints(t *testing.T, a *testkit.App, path string, want ...string) {
	t.Helper()
	points := make([]string, len(want))
	for i, status := range want {
		points[i] = `{"validation": {"status": "` + status + `", "...": true}, "...": true}`
	}
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: path, Status: 200, Want: `{"data": {"points": [` + strings.Join(points, ", ") + `], "...": true}}`,
	})
}

// wantValidations checks the "status place" of each of John's validations, in order; the place is that of the id in ids, from 1.
func wantValidations(t *testing.T, a *testkit.App, ids []string, want ...string) {
	t.Helper()
	records := make([]string, len(want))
	for i, w := range want {
		var status string
		var place int
		if _, err := fmt.Sscan(w, &status, &place); err != nil {
			t.Fatal(err)
		}
		records[i] = fmt.Sprintf(`{"status": %q, "point_id": %q, "...": true}`, status, ids[place-1])
	}
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: johnPath + "/validations", Status: 200,
		Want: fmt.Sprintf(`{"data": {"validations": [%s], "total_count": %d}}`, strings.Join(records, ", "), len(want)),
	})
}

func TestValidationOfAPoint(t *testing.T) {
	a := testkit.NewApp(t)
	ids := withPoints(t, a, many)
	jane := withPointsOf(t, a, contactsPath+"/contact_abc123")
	for _, tt := range []struct {
		name, body, method string
		place              int // 0: 422
		problem            string
	}{
		{"a mobile gets a text message", `{"point_id": "` + ids[2] + `"}`, "sms", 3, ""},
		{"a phone with an extension gets a call", `{"point_id": "` + ids[1] + `"}`, "call", 2, ""},
		{"the second e-mail gets an e-mail", `{"point_id": "` + ids[4] + `"}`, "email", 5, ""},
		{"a point gets a call if that is the method", `{"point_id": "` + ids[0] + `", "method": "call"}`, "call", 1, ""},
		{"a method alone goes to the first of its kind", `{"method": "email"}`, "email", 4, ""},
		{"nothing goes to the first phone", "", "sms", 1, ""},
		{"an e-mail can't be called", `{"point_id": "` + ids[3] + `", "method": "call"}`, "", 0, "method invalid"},
		{"an extension can't be texted", `{"point_id": "` + ids[1] + `", "method": "sms"}`, "", 0, "method invalid"},
		{"a point of another contact is unknown", `{"point_id": "` + jane[0] + `"}`, "", 0, "point_id invalid"},
		{"an empty point is unknown", `{"point_id": ""}`, "", 0, "point_id invalid"},
		{"null is no point", `{"point_id": null}`, "", 0, "point_id not_nullable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := testkit.Scenario{As: "all", Method: "POST", Path: johnPath + "/validation", Body: tt.body, Status: 422}
			if tt.place > 0 {
				s.Status = 200
				s.Want = fmt.Sprintf(`{"data": {"validation_id": "<validation_id>", "status": "sent", "method": %q, "point_id": %q, "sent_at": "<time>"}}`, tt.method, ids[tt.place-1])
			} else {
				s.Want = invalid(tt.problem)
			}
			a.Try(t, s)
		})
	}
	t.Run("a text message goes past a first phone with an extension", func(t *testing.T) {
		ids := withPoints(t, a, `{"points": [{"kind": "phone", "value": "+1 202 555 0148 x12"}, {"kind": "phone", "value": "+1 202 555 0149"}]}`)
		a.Try(t, testkit.Scenario{
			As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "sms"}`, Status: 200,
			Want: `{"data": {"method": "sms", "point_id": "` + ids[1] + `", "...": true}}`,
		})
		a.Try(t, testkit.Scenario{
			As: "all", Method: "POST", Path: johnPath + "/validation", Status: 200, Want: `{"data": {"method": "call", "point_id": "` + ids[0] + `", "...": true}}`,
		})
	})
}

// withPointsOf returns the ids of the points of a contact.
func withPointsOf(t *testing.T, a *testkit.App, path string) (ids []string) {
	t.Helper()
	_, answer := a.Do("all", "GET", path, "")
	for _, p := range answer["data"].(map[string]any)["points"].([]any) {
		ids = append(ids, p.(map[string]any)["point_id"].(string))
	}
	return ids
}

func TestCallToAnExtensionAndItsText(t *testing.T) {
	a := testkit.NewApp(t)
	ids := withPoints(t, a, many)
	for _, tt := range []struct {
		place                     int
		method                    rollcall.Method
		to, extension, text, page string
	}{
		{1, rollcall.SMS, "+12025550147", "", "can we reach you on your mobile ending in 47 in an alarm?", "mobile"},
		{2, rollcall.Call, "+12025550148", "12", "Can we reach you on your work phone ending in 48, extension 12 if there is an alarm?", ""},
		{3, rollcall.SMS, "+12025550149", "", "can we reach you on your phone ending in 49 in an alarm?", ""},
		{5, rollcall.Email, "j@example.org", "", "can we reach you at your work address j•••@example.org if there is an alarm?", "work"},
	} {
		m := askAt(t, a, ids[tt.place-1], string(tt.method))
		if m.Method != tt.method || m.To != tt.to || m.Extension != tt.extension || !strings.Contains(m.Text, tt.text) {
			t.Errorf("message to point %d = %s to %q x%q: %q, want %s to %q x%q with %q", tt.place, m.Method, m.To, m.Extension, m.Text, tt.method, tt.to, tt.extension, tt.text)
		}
		if m.Token == "" {
			continue
		}
		view, err := a.Service().ViewLink(t.Context(), m.Token)
		if err != nil || string(view.Label) != tt.page {
			t.Errorf("ViewLink() of point %d = label %q, %v, want %q", tt.place, view.Label, err, tt.page)
		}
	}
	only := withPoints(t, a, `{"points": [{"kind": "phone", "value": "+1 202 555 0147", "label": "mobile"}]}`)
	if m := askAt(t, a, only[0], "sms"); !strings.Contains(m.Text, "can we reach you here in an alarm?") {
		t.Errorf("message to the only phone = %q, want it not named", m.Text)
	}
}

// TestAnswersGoByPoint checks that an answer changes the point that was asked, and that the open validation of each point is its
// own.
func TestAnswersGoByPoint(t *testing.T) {
	a := testkit.NewApp(t)
	ids := withPoints(t, a, many)
	first, second := askAt(t, a, ids[0], "sms"), askAt(t, a, ids[2], "sms")
	wantPoints(t, a, johnPath, "pending", "unconfirmed", "pending", "unconfirmed", "unconfirmed")
	reply, err := a.Service().ReceiveMessage(t.Context(), rollcall.InboundMessage{Provider: "twilio", Ref: "SM1", From: "+12025550149", Text: "YES"})
	if err != nil || reply == "" {
		t.Errorf("ReceiveMessage(YES) = %q, %v, want a reply", reply, err)
	}
	wantPoints(t, a, johnPath, "pending", "unconfirmed", "confirmed", "unconfirmed", "unconfirmed")
	press(t, a, first, false, rollcall.LinkDeclined)
	press(t, a, second, true, rollcall.LinkConfirmed)
	wantPoints(t, a, johnPath, "declined", "unconfirmed", "confirmed", "unconfirmed", "unconfirmed")
	a.Try(t, testkit.Scenario{
		Name: "a declined point is refused", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"point_id": "` + ids[0] + `"}`, Status: 409,
		Want: failure("declined", ""),
	})
	call := askAt(t, a, ids[1], "call")
	if _, err := a.Service().AnswerCall(t.Context(), a.Dealer, call.Validation, "1"); err != nil {
		t.Error(err)
	}
	third := askAt(t, a, ids[4], "email")
	code := johnPath + "/validations/" + string(third.Validation) + "/check"
	a.Try(t, testkit.Scenario{As: "all", Method: "POST", Path: code, Body: `{"code": "` + third.Code + `"}`, Status: 200, Want: `{"data": {"point_id": "` + ids[4] + `", "status": "confirmed", "...": true}}`})
	wantPoints(t, a, johnPath, "declined", "confirmed", "confirmed", "unconfirmed", "confirmed")
	wantValidations(t, a, ids, "declined 1", "confirmed 3", "confirmed 2", "confirmed 5")
}

// TestValidationsFollowTheirPoint checks what happens to open validations when the list of points changes.
func TestValidationsFollowTheirPoint(t *testing.T) {
	const two = `{"points": [{"kind": "phone", "value": "+1 202 555 0147"}, {"kind": "phone", "value": "+1 202 555 0149"}]}`
	item := func(id, value string) string { return `{"point_id": "` + id + `", "value": "` + value + `"}` }
	for _, tt := range []struct {
		name   string
		body   func(ids []string) string
		states []string // of the points, after the change
		status []string // of the two validations, then
		yes    rollcall.LinkState
		after  []string // states of the points, after a yes behind the link of the first one
	}{
		{"reordered points keep them", func(ids []string) string {
			return `{"points": [{"point_id": "` + ids[1] + `"}, {"point_id": "` + ids[0] + `"}]}`
		}, []string{"pending", "pending"}, []string{"sent 1", "sent 2"}, rollcall.LinkConfirmed, []string{"pending", "confirmed"}},
		{"a point with another spelling and label keeps it", func(ids []string) string {
			return `{"points": [{"point_id": "` + ids[0] + `", "value": "202-555-0147", "label": "home"}, {"point_id": "` + ids[1] + `"}]}`
		}, []string{"pending", "pending"}, []string{"sent 1", "sent 2"}, rollcall.LinkConfirmed, []string{"confirmed", "pending"}},
		{"a removed point loses it", func(ids []string) string { return `{"points": [{"point_id": "` + ids[1] + `"}]}` },
			[]string{"pending"}, []string{"canceled 1", "sent 2"}, rollcall.LinkReplaced, []string{"pending"}},
		{"phone: null removes the first and loses it", func([]string) string { return `{"phone": null}` },
			[]string{"pending"}, []string{"canceled 1", "sent 2"}, rollcall.LinkReplaced, []string{"pending"}},
		{"the second as phone moves it to the front and loses the first", func([]string) string { return `{"phone": "+12025550149"}` },
			[]string{"pending"}, []string{"canceled 1", "sent 2"}, rollcall.LinkReplaced, []string{"pending"}},
		{"a point with another value loses it", func(ids []string) string {
			return `{"points": [` + item(ids[0], "+1 202 555 0150") + `, {"point_id": "` + ids[1] + `"}]}`
		}, []string{"unconfirmed", "pending"}, []string{"canceled 1", "sent 2"}, rollcall.LinkReplaced, []string{"unconfirmed", "pending"}},
		{"a point with an extension loses it", func(ids []string) string {
			return `{"points": [{"point_id": "` + ids[0] + `", "extension": "12"}, {"point_id": "` + ids[1] + `"}]}`
		}, []string{"unconfirmed", "pending"}, []string{"canceled 1", "sent 2"}, rollcall.LinkReplaced, []string{"unconfirmed", "pending"}},
		{"swapped values lose both, and their links still prove the numbers", func(ids []string) string {
			return `{"points": [` + item(ids[0], "+1 202 555 0149") + `, ` + item(ids[1], "+1 202 555 0147") + `]}`
		}, []string{"unconfirmed", "unconfirmed"}, []string{"canceled 1", "canceled 2"}, rollcall.LinkConfirmed, []string{"unconfirmed", "confirmed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := testkit.NewApp(t)
			ids := withPoints(t, a, two)
			first, _ := askAt(t, a, ids[0], "sms"), askAt(t, a, ids[1], "sms")
			withPoints(t, a, tt.body(ids))
			wantPoints(t, a, johnPath, tt.states...)
			wantValidations(t, a, ids, tt.status...)
			press(t, a, first, true, tt.yes)
			wantPoints(t, a, johnPath, tt.after...)
		})
	}
}

func TestAttestationOfAPoint(t *testing.T) {
	a := testkit.NewApp(t)
	ids := withPoints(t, a, many)
	attest := func(name, body string, status int, want string) {
		t.Run(name, func(t *testing.T) {
			a.Try(t, testkit.Scenario{As: "all", Method: "POST", Path: johnPath + "/attestation", Body: body, Status: status, Want: want})
		})
	}
	whole := `{"data": {"...": true}}`
	attest("neither point nor point_id is 422", `{"note": "x"}`, 422, invalid("point required"))
	attest("a point_id of another kind than point is 422", `{"point": "email", "point_id": "`+ids[0]+`", "note": "x"}`, 422, invalid("point invalid"))
	attest("an unknown point_id is 422", `{"point": "phone", "point_id": "point_unknown", "note": "x"}`, 422, invalid("point_id invalid"))
	attest("point_id confirms that point", `{"point_id": "`+ids[1]+`", "note": "Called."}`, 200, whole)
	attest("point beside point_id that agrees", `{"point": "email", "point_id": "`+ids[4]+`", "note": "Wrote."}`, 200, whole)
	attest("point alone is the first of its kind", `{"point": "email", "note": "Wrote."}`, 200, whole)
	wantPoints(t, a, johnPath, "unconfirmed", "confirmed", "unconfirmed", "confirmed", "confirmed")
	wantValidations(t, a, ids, "confirmed 2", "confirmed 5", "confirmed 4")

	const jane = contactsPath + "/contact_abc123"
	status, _ := a.Do("all", "PUT", jane, `{"points": [{"kind": "phone", "value": "+1 202 555 0148"}, {"kind": "phone", "value": "202-555-0148", "extension": "12"}]}`)
	if status != 200 {
		t.Fatalf("PUT answered %d, want 200", status)
	}
	theirs := withPointsOf(t, a, jane)
	for _, s := range []testkit.Scenario{
		{Name: "the number without the extension is another one", Body: `{"point_id": "` + theirs[0] + `", "from_contact_id": "contact_789ghi"}`, Status: 422, Want: invalid("from_contact_id not_the_same")},
		{Name: "the number with the extension is taken over", Body: `{"point_id": "` + theirs[1] + `", "from_contact_id": "contact_789ghi"}`, Status: 200, Want: whole},
	} {
		s.As, s.Method, s.Path = "all", "POST", jane+"/attestation"
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
	wantPoints(t, a, jane, "unconfirmed", "confirmed")
}

// TestStopOptsOutEveryPointWithTheNumber checks that a STOP counts for all points with the number, with whatever extension and at
// all contacts, and for no other point.
func TestStopOptsOutEveryPointWithTheNumber(t *testing.T) {
	const jane = contactsPath + "/contact_abc123"
	a := testkit.NewApp(t)
	ids := withPoints(t, a, `{"points": [{"kind": "phone", "value": "+1 202 555 0149"}, {"kind": "phone", "value": "+1 202 555 0147"},
		{"kind": "phone", "value": "+1 202 555 0147 x12"}]}`)
	if status, _ := a.Do("all", "PUT", jane, `{"points": [{"kind": "email", "value": "jane@example.org"}, {"kind": "phone", "value": "202-555-0147"}]}`); status != 200 {
		t.Fatalf("PUT answered %d, want 200", status)
	}
	askAt(t, a, ids[0], "sms")
	askAt(t, a, ids[1], "sms")
	askAt(t, a, ids[2], "call")
	text := func(ref, text string) {
		t.Helper()
		if _, err := a.Service().ReceiveMessage(t.Context(), rollcall.InboundMessage{Provider: "twilio", Ref: ref, From: "+12025550147", Text: text}); err != nil {
			t.Error(err)
		}
	}
	text("SM1", "STOP")
	wantPoints(t, a, johnPath, "pending", "opted_out", "opted_out")
	wantPoints(t, a, jane, "unconfirmed", "opted_out")
	wantValidations(t, a, ids, "sent 1", "canceled 2", "canceled 3")
	a.Try(t, testkit.Scenario{
		Name: "a call to the extension is refused", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"point_id": "` + ids[2] + `"}`, Status: 409,
		Want: failure("opted_out", ""),
	})
	text("SM2", "START")
	wantPoints(t, a, johnPath, "pending", "unconfirmed", "unconfirmed")
}

// TestPreferencesCancelQueuedTextMessagesOfEveryPhone checks that a contact who wants no text messages gets none at any phone.
func TestPreferencesCancelQueuedTextMessagesOfEveryPhone(t *testing.T) {
	a, clock := enforced(t)
	now := clock.Now().UTC()
	a.Try(t, testkit.Scenario{
		As: "all", Method: "PATCH", Path: settingsPath, Status: 200, Want: `{"data": {"...": true}}`,
		Body: `{"quiet_hours": {"start": "` + now.Add(-time.Hour).Format("15:04") + `", "end": "` + now.Add(2*time.Hour).Format("15:04") + `"}}`,
	})
	ids := withPoints(t, a, many)
	for _, place := range []int{1, 2, 3} {
		a.Try(t, testkit.Scenario{
			As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"point_id": "` + ids[place-1] + `"}`, Status: 202,
			Want: `{"data": {"status": "queued", "...": true}}`,
		})
	}
	wantPoints(t, a, johnPath, "pending", "pending", "pending", "unconfirmed", "unconfirmed")
	withPoints(t, a, `{"notification_preferences": {"sms": false}}`)
	wantValidations(t, a, ids, "canceled 1", "queued 2", "canceled 3")
	wantPoints(t, a, johnPath, "unconfirmed", "pending", "unconfirmed", "unconfirmed", "unconfirmed")
}

// TestNumberNotInService checks that a point remembers that its number is not in service, until something is delivered there or
// answered.
func TestNumberNotInService(t *testing.T) {
	a := testkit.NewApp(t)
	ids := withPoints(t, a, many)
	report := func(m testkit.Captured, failure *rollcall.DeliveryError) {
		t.Helper()
		if err := a.Service().RecordReport(t.Context(), a.Dealer, m.Validation, rollcall.DeliveryReport{Failure: failure}); err != nil {
			t.Error(err)
		}
	}
	dead := &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: rollcall.CodeNotInService, Reason: "the number is not in service"}
	want := func(name, state string) {
		t.Helper()
		a.Try(t, testkit.Scenario{
			Name: name, As: "all", Method: "GET", Path: johnPath, Status: 200,
			Want: `{"data": {"points": [{"validation": {"status": "unconfirmed", "method": null, "confirmed_at": null}, "...": true}, {"validation": ` + state +
				`, "...": true}, {"...": true}, {"...": true}, {"...": true}], "...": true}}`,
		})
	}
	report(askAt(t, a, ids[1], "call"), dead)
	want("the call failed", `{"status": "undeliverable", "method": "call", "confirmed_at": null, "not_in_service": true}`)
	again := askAt(t, a, ids[1], "call")
	want("it stays while the person is asked again", `{"status": "pending", "method": "call", "confirmed_at": null, "not_in_service": true}`)
	withPoints(t, a, `{"points": [{"point_id": "`+ids[0]+`"}, {"point_id": "`+ids[1]+`", "value": "+1 202 555 0150"}, {"point_id": "`+ids[2]+`"},
		{"point_id": "`+ids[3]+`"}, {"point_id": "`+ids[4]+`"}]}`)
	want("another number has no state", `{"status": "unconfirmed", "method": null, "confirmed_at": null}`)
	withPoints(t, a, `{"points": [{"point_id": "`+ids[0]+`"}, {"point_id": "`+ids[1]+`", "value": "+1 202 555 0148 x12"}, {"point_id": "`+ids[2]+`"},
		{"point_id": "`+ids[3]+`"}, {"point_id": "`+ids[4]+`"}]}`)
	want("it comes back with the number", `{"status": "unconfirmed", "method": null, "confirmed_at": null, "not_in_service": true}`)
	report(again, nil) // canceled, so it changes nothing
	want("a report of a canceled call changes nothing", `{"status": "unconfirmed", "method": null, "confirmed_at": null, "not_in_service": true}`)
	report(askAt(t, a, ids[1], "call"), nil)
	want("a delivery ends it", `{"status": "pending", "method": "call", "confirmed_at": null}`)
	report(askAt(t, a, ids[1], "call"), dead)
	a.Try(t, testkit.Scenario{
		As: "all", Method: "POST", Path: johnPath + "/attestation", Body: `{"point_id": "` + ids[1] + `", "note": "It rings again."}`, Status: 200, Want: `{"data": {"...": true}}`,
	})
	want("a confirmation ends it", `{"status": "confirmed", "method": "attestation", "confirmed_at": "<time>"}`)
	status, answer := a.Do("all", "GET", "/ext/v1/sites/site_123abc/contacts?as_of="+time.Now().Add(time.Minute).UTC().Format(time.RFC3339), "")
	if status != 200 || strings.Contains(fmt.Sprint(answer), "not_in_service") {
		t.Errorf("the list of now answered %d %v, want no not_in_service", status, answer)
	}
}

// TestExportHasRemovedPoints checks that an export of a person has the validations of points that they no longer have.
func TestExportHasRemovedPoints(t *testing.T) {
	a := testkit.NewApp(t)
	ids := withPoints(t, a, many)
	askAt(t, a, ids[1], "call")
	withPoints(t, a, `{"points": [{"point_id": "`+ids[0]+`"}]}`)
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: johnPath + "/export", Status: 200,
		Want: `{"data": {"validations": [{"method": "call", "point": "phone", "point_id": "` + ids[1] + `", "to": "+12025550148", "extension": "12", "status": "canceled", "...": true}], "...": true}}`,
	})
}

// TestAnOptOutKeepsTheConfirmation checks that the state of an opted-out point tells whether it was confirmed before, which an
// answer of the person still changes, and that an opt-in takes it away.
func TestAnOptOutKeepsTheConfirmation(t *testing.T) {
	a := testkit.NewApp(t)
	ids := withPoints(t, a, many)
	first, other := askAt(t, a, ids[0], "sms"), askAt(t, a, ids[2], "sms")
	press(t, a, first, true, rollcall.LinkConfirmed)
	refs := 0
	text := func(from rollcall.PhoneNumber, text string) {
		t.Helper()
		refs++
		if _, err := a.Service().ReceiveMessage(t.Context(), rollcall.InboundMessage{Provider: "twilio", Ref: fmt.Sprint(refs), From: from, Text: text}); err != nil {
			t.Error(err)
		}
	}
	want := func(place int, status, before rollcall.PointStatus) {
		t.Helper()
		ref := rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: "contact_789ghi"}
		c, err := a.Service().Contact(t.Context(), service.Caller{Dealer: a.Dealer}, ref)
		if err != nil {
			t.Fatal(err)
		}
		if s := c.Points[place-1].State; s.Status != status || s.Before != before || s.Confirmed.IsZero() != (before == "") {
			t.Errorf("state of point %d = %+v, want %s, before %q", place, s, status, before)
		}
	}
	text("+12025550147", "STOP")
	text("+12025550149", "STOP")
	want(1, rollcall.PointOptedOut, rollcall.PointConfirmed)
	want(3, rollcall.PointOptedOut, "")
	a.Try(t, testkit.Scenario{
		Name: "an opted-out point shows no confirmation", As: "all", Method: "GET", Path: johnPath, Status: 200,
		Want: `{"data": {"validation": {"phone": {"status": "opted_out", "method": "sms", "confirmed_at": null}, "...": true}, "...": true}}`,
	})
	a.Try(t, testkit.Scenario{
		Name: "a call list shows none either", As: "all", Method: "GET", Path: sitesPath + "/site_123abc/call-list", Status: 200,
		Want: `{"data": {"calls": [{"status": "opted_out", "confirmed_at": null, "...": true}, {"...": true}, {"...": true}], "...": true}}`,
	})
	press(t, a, other, true, rollcall.LinkConfirmed)
	want(3, rollcall.PointOptedOut, rollcall.PointConfirmed)
	press(t, a, first, false, rollcall.LinkDeclined)
	want(1, rollcall.PointOptedOut, "")
	text("+12025550149", "START")
	want(3, rollcall.PointUnconfirmed, "")
}
