package httpapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// enforced returns an app with the limits on messages turned on.
func enforced(t *testing.T) (*testkit.App, *testkit.Clock) {
	t.Helper()
	clock := testkit.NewClock()
	return testkit.NewApp(t, func(o *app.Options) { o.AbuseMode, o.Now = string(service.Enforce), clock.Now }), clock
}

func TestSendingLimits(t *testing.T) {
	a, _ := enforced(t)
	for _, s := range []testkit.Scenario{
		{Name: "a first message", As: "all", Path: johnPath, Header: once("k"), Status: 200, Want: sent("sms")},
		{Name: "the same request replays the response", As: "all", Path: johnPath, Header: once("k"), Status: 200, WantHeader: replayed, Want: sent("sms")},
		{
			Name: "a second message to the number answers 429", As: "all", Path: johnPath, Status: 429, WantHeader: header{"Retry-After": "60", "X-RateLimit-Limit": "*"},
			Want: failure("rate_limited", ""),
		},
		{Name: "a message of the sandbox doesn't count", As: "test", Path: johnPath, Status: 200, Want: sent("sms")},
		{Name: "a second message of the sandbox answers 429", As: "test", Path: johnPath, Status: 429, Want: failure("rate_limited", "")},
		{Name: "an e-mail to the contact", As: "all", Path: johnPath, Body: `{"method": "email"}`, Status: 200, Want: sent("email")},
		{Name: "a call counts as a message", As: "all", Path: johnPath, Body: `{"method": "call"}`, Status: 429, Want: failure("rate_limited", "")},
		{Name: "by reference answers 429 too", As: "all", Path: refPath + "/contact_789ghi", Status: 429, Want: failure("rate_limited", "")},
		{Name: "a message to another number", As: "all", Path: contactsPath + "/contact_abc123", Status: 200, Want: sent("sms")},
	} {
		s.Method, s.Path = "POST", s.Path+"/validation"
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
	a.Try(t, testkit.Scenario{
		As: "all", Method: "PUT", Path: johnPath, Body: `{"phone": "+44 20 7946 0958"}`, Status: 200, Want: `{"data": {"...": true}}`,
	})
	a.Try(t, testkit.Scenario{
		As: "all", Method: "POST", Path: johnPath + "/validation", Status: 422, Want: invalid("phone country_not_allowed"),
	})
	_, answer := a.Do("all", "POST", contactsPath+"/contact_abc123/validation", "")
	if message := fmt.Sprint(answer); !strings.Contains(message, "per_number_minute: ") {
		t.Errorf("message = %s, want per_number_minute in it", message)
	}
}

func TestQuietHoursDelay(t *testing.T) {
	a, clock := enforced(t)
	now := clock.Now().UTC()
	start, end := now.Add(-time.Hour).Format("15:04"), now.Add(2*time.Hour).Truncate(time.Minute)
	for _, s := range []testkit.Scenario{
		{
			Name: "set quiet hours", Method: "PATCH", Path: settingsPath, Body: `{"quiet_hours": {"start": "` + start + `", "end": "` + end.Format("15:04") + `"}}`,
			Status: 200, Want: `{"data": {"...": true}}`,
		},
		{
			Name: "a text message in quiet hours answers 202", Method: "POST", Path: johnPath + "/validation", Header: once("k"), Status: 202,
			Want: `{"data": {"validation_id": "<validation_id>", "status": "queued", "method": "sms", "point_id": "point_…", "sent_at": null, "not_before": "` + end.Format(time.RFC3339) + `"}}`,
		},
		{
			Name: "the same request replays 202", Method: "POST", Path: johnPath + "/validation", Header: once("k"), Status: 202, WantHeader: replayed,
			Want: `{"data": {"validation_id": "<validation_id>", "status": "queued", "method": "sms", "point_id": "point_…", "sent_at": null, "not_before": "` + end.Format(time.RFC3339) + `"}}`,
		},
		{
			Name: "the validation stays queued", Method: "GET", Path: johnPath + "/validations", Status: 200,
			Want: `{"data": {"validations": [{"status": "queued", "not_before": "` + end.Format(time.RFC3339) + `", "...": true}], "total_count": 1}}`,
		},
		{
			Name: "set another timezone for the site", Method: "PATCH", Path: "/ext/v1/sites/site_123abc", Body: `{"timezone": "Etc/GMT-12"}`, Status: 200,
			Want: `{"data": {"...": true}}`,
		},
		{Name: "a text message outside of the site's quiet hours answers 200", Method: "POST", Path: contactsPath + "/contact_abc123/validation", Status: 200, Want: sent("sms")},
	} {
		s.As = "all"
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}

// TestWrongCodesFromAnAddress checks that an address is refused after ten wrong codes for any validations.
func TestWrongCodesFromAnAddress(t *testing.T) {
	a := testkit.NewApp(t)
	path := johnPath
	var right string
	for n := range 12 {
		if n%4 == 0 {
			a.Do("all", "POST", johnPath+"/validation", "")
			right = a.Newest().Code
			path = johnPath + "/validations/" + string(a.Newest().Validation) + "/check"
		}
		guess := fmt.Sprintf("%06d", n)
		if guess == right {
			continue
		}
		want := 422
		if n >= 10 {
			want = 429
		}
		status, answer := a.Do("all", "POST", path, `{"code": "`+guess+`"}`)
		if status != want {
			t.Errorf("guess %d: status %d, want %d: %v", n+1, status, want, answer)
		}
	}
	a.Try(t, testkit.Scenario{
		As: "all", Method: "POST", Path: path, Body: `{"code": "` + right + `"}`, Status: 429, WantHeader: header{"Retry-After": "*"}, Want: failure("rate_limited", ""),
	})
}

// TestStopIsKept checks that a dealer can't delete the suppression of a STOP.
func TestStopIsKept(t *testing.T) {
	a := testkit.NewApp(t)
	a.Try(t, testkit.Scenario{
		As: "all", Method: "PUT", Path: johnPath, Body: `{"phone": "+1 202 555 0147"}`, Status: 200, Want: `{"data": {"...": true}}`,
	})
	_, err := a.Service().ReceiveMessage(t.Context(), rollcall.InboundMessage{Provider: "p", From: "+12025550147", Text: "STOP"})
	if err != nil {
		t.Fatal(err)
	}
	_, answer := a.Do("all", "GET", suppressionsPath, "")
	found := answer["data"].(map[string]any)["suppressions"].([]any)[0].(map[string]any)
	if found["reason"] != "stop" || found["value"] != "+12025550147" {
		t.Errorf("suppression = %v, want reason stop and the number", found)
	}
	a.Try(t, testkit.Scenario{
		As: "all", Method: "DELETE", Path: suppressionsPath + "/" + found["suppression_id"].(string), Status: 409, Want: failure("suppression_kept", ""),
	})
	a.Try(t, testkit.Scenario{As: "all", Method: "POST", Path: johnPath + "/validation", Status: 409, Want: failure("opted_out", "")})
}
