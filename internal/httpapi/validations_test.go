package httpapi_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// sent returns the body of a validation that was sent by a method.
func sent(method string) string {
	return fmt.Sprintf(`{"data": {"validation_id": "<validation_id>", "status": "sent", "method": %q, "point_id": "point_…", "sent_at": "<time>"}}`, method)
}

var validationScenarios = []testkit.Scenario{
	{
		Name: "no body and no Content-Type sends by SMS", As: "all", Method: "POST",
		Path: johnPath + "/validation", Status: 200, Want: sent("sms"),
	},
	{
		Name: "an empty body with a Content-Type sends by SMS", As: "all", Method: "POST", Path: johnPath + "/validation",
		Header: header{"Content-Type": "application/x-www-form-urlencoded"}, Status: 200, Want: sent("sms"),
	},
	{
		Name: "the contact point is pending after that", As: "all", Method: "GET", Path: johnPath, Status: 200,
		Want: `{"data": {"validation": {"phone": {"status": "pending", "confirmed_at": null, "method": "sms"},
			"email": {"status": "unconfirmed", "confirmed_at": null, "method": null}}, "...": true}}`,
	},
	{
		Name: "an empty object sends by SMS", As: "validations:write", Method: "POST", Path: johnPath + "/validation", Body: `{}`,
		Status: 200, Want: sent("sms"),
	},
	{
		Name: "method email sends by e-mail", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "email"}`,
		Status: 200, Want: sent("email"),
	},
	{
		Name: "method call sends a call", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "call", "message": "Hello\nthere"}`,
		Status: 200, Want: sent("call"),
	},
	{
		Name: "a message with too many segments answers 422", As: "all", Method: "POST", Path: johnPath + "/validation",
		Body: `{"method": "sms", "message": "` + strings.Repeat("🔔", 1000) + `"}`, Status: 422, Want: invalid("message too_long"),
	},
	{
		Name: "the same message is sent by e-mail", As: "all", Method: "POST", Path: johnPath + "/validation",
		Body: `{"method": "email", "message": "` + strings.Repeat("🔔", 1000) + `"}`, Status: 200, Want: sent("email"),
	},
	{
		Name: "a test key sends by e-mail", As: "test", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "email"}`,
		Status: 200, Want: sent("email"),
	},
	{
		Name: "a new phone is unconfirmed", As: "all", Method: "PUT", Path: johnPath, Body: `{"phone": "+12025550142"}`, Status: 200,
		Want: `{"data": {"validation": {"phone": {"status": "unconfirmed", "confirmed_at": null, "method": null},
			"email": {"status": "pending", "confirmed_at": null, "method": "email"}}, "...": true}}`,
	},
	{
		Name: "the same e-mail stays pending", As: "all", Method: "PUT", Path: johnPath, Body: `{"email": "john.doe@example.com"}`, Status: 200,
		Want: `{"data": {"validation": {"email": {"status": "pending", "confirmed_at": null, "method": "email"}, "...": true}, "...": true}}`,
	},
	{
		Name: "a premium-rate number gets a warning", As: "all", Method: "PUT", Path: johnPath, Body: `{"phone": "+1 900 555 0123"}`, Status: 200,
		Want: `{"data": {"warnings": [{"field": "phone", "code": "premium_rate", "message": "<any>"}], "...": true}}`,
	},
	{
		Name: "a premium-rate number answers 422", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "sms"}`, Status: 422,
		Want: `{"error": {"code": "premium_rate", "message": "<any>", "field": "phone", "request_id": "<any>"}}`,
	},
	{
		Name: "an unknown prefix gets a warning", As: "all", Method: "PUT", Path: johnPath, Body: `{"phone": "+1 457 555 0123"}`, Status: 200,
		Want: `{"data": {"warnings": [{"field": "phone", "code": "unknown_prefix", "message": "<any>"}], "...": true}}`,
	},
	{
		Name: "a number with an unknown prefix is sent to", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "sms"}`, Status: 200, Want: sent("sms"),
	},
	{
		Name: "a dialable number gets no warning", As: "all", Method: "PUT", Path: johnPath, Body: `{"phone": "\u202a+12025550142\u202c"}`, Status: 200,
		Want: `{"data": {"phone": "\u202a+12025550142\u202c", "...": true}}`,
	},
	{
		Name: "turn off SMS", As: "all", Method: "PUT", Path: johnPath, Body: `{"notification_preferences": {"sms": false}}`,
		Status: 200, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "without SMS it sends by e-mail", As: "all", Method: "POST", Path: johnPath + "/validation", Status: 200, Want: sent("email"),
	},
	{
		Name: "a method in the body overrides the preferences", As: "all", Method: "POST",
		Path: johnPath + "/validation", Body: `{"method": "sms"}`, Status: 200, Want: sent("sms"),
	},
	{
		Name: "remove the e-mail", As: "all", Method: "PUT", Path: johnPath, Body: `{"email": null}`, Status: 200, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "method email without an e-mail answers 422", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "email"}`,
		Status: 422, Want: invalid("method invalid"),
	},
	{
		Name: "no method that is wanted answers 422", As: "all", Method: "POST", Path: johnPath + "/validation", Status: 422,
		Want: invalid("method invalid"),
	},
	{
		Name: "every invalid field is named", As: "all", Method: "POST", Path: johnPath + "/validation",
		Body: `{"method": "pigeon", "message": "` + strings.Repeat("a", 1001) + `"}`, Status: 422,
		Want: invalid("method invalid", "message too_long"),
	},
	{
		Name: "null answers 422", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": null, "message": " "}`, Status: 422,
		Want: invalid("method not_nullable", "message invalid"),
	},
	{
		Name: "a value of the wrong type answers 400", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"message": 5}`, Status: 400,
		Want: failure("invalid_request", "message"),
	},
	{
		Name: "a body that is not JSON answers 400", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `sms`, Status: 400,
		Want: failure("invalid_request", ""),
	},
	{
		Name: "a form answers 415", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `method=sms`, Status: 415,
		Header: header{"Content-Type": "text/plain"}, Want: failure("unsupported_media_type", ""),
	},
	{
		Name: "a validation of an unknown contact answers 404", As: "all", Method: "POST", Path: contactsPath + "/unknown/validation", Status: 404,
		Want: failure("contact_not_found", ""),
	},
	{
		Name: "a validation of another dealer's contact answers 404", As: "other", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "sms"}`, Status: 404,
		Want: failure("site_not_found", ""),
	},
	{
		Name: "a validation by reference is sent", As: "all", Method: "POST", Path: refPath + "/contact_abc123/validation", Status: 200, Want: sent("sms"),
	},
	{
		Name: "a validation by reference with an invalid field answers 422", As: "all", Method: "POST", Path: refPath + "/contact_abc123/validation",
		Body: `{"method": "pigeon"}`, Status: 422, Want: invalid("method invalid"),
	},
}

func TestSendValidation(t *testing.T) { testkit.Run(t, validationScenarios) }

func TestSendValidationWithoutProvider(t *testing.T) {
	a := testkit.NewApp(t, func(o *app.Options) { o.Delivery = "" })
	for _, s := range []testkit.Scenario{
		{
			Name: "a live key without a provider answers 503", As: "all", Status: 503,
			Want: `{"error": {"code": "delivery_not_configured", "request_id": "<request_id>",
				"message": "this server cannot send by sms; its operator can choose a provider with --delivery (ROLLCALL_DELIVERY)"}}`,
		},
		{
			Name: "an invalid method is reported before a missing provider", As: "all", Body: `{"method": "pigeon"}`, Status: 422, Want: invalid("method invalid"),
		},
		{Name: "a test key needs no provider", As: "test", Status: 200, Want: sent("sms")},
	} {
		s.Method, s.Path = "POST", johnPath+"/validation"
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}

func TestSendValidationAnswersQueuedWithoutAPlaceToWait(t *testing.T) {
	began, release := make(chan struct{}, 2), make(chan struct{})
	a := testkit.NewApp(t, func(o *app.Options) {
		o.MaxWaiting = 1
		o.OnCaptured = func(rollcall.Message) { began <- struct{}{}; <-release }
	})
	a.Key("all")
	var first sync.WaitGroup
	first.Go(func() {
		status, answer := a.Do("all", "POST", johnPath+"/validation", `{"method": "sms"}`)
		if status != 200 || answer["data"].(map[string]any)["status"] != "sent" {
			t.Errorf("the first request = %d %v, want 200 and sent", status, answer)
		}
	})
	<-began // one request waits, and no other may
	for _, path := range []string{johnPath, refPath + "/contact_789ghi"} {
		a.Try(t, testkit.Scenario{
			As: "all", Method: "POST", Path: path + "/validation", Body: `{"method": "email"}`, Status: 202,
			Want: `{"data": {"validation_id": "<validation_id>", "status": "queued", "method": "email", "point_id": "point_…", "sent_at": null}}`,
		})
	}
	close(release)
	first.Wait()
}
