package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

// TestWhatTestKeysMayNot holds that a test key reads what decides about live messages, and can't change it.
func TestWhatTestKeysMayNot(t *testing.T) {
	denied := failure("permission_denied", "")
	testkit.Run(t, []testkit.Scenario{
		{Name: "settings are read", As: "test", Method: "GET", Path: "/ext/v1/settings", Status: 200, Want: `{"data": {"...": true}}`},
		{Name: "settings", As: "test", Method: "PATCH", Path: "/ext/v1/settings", Body: `{"stale_after_days": 30}`, Status: 403, Want: denied},
		{Name: "before the body is read", As: "test", Method: "PATCH", Path: "/ext/v1/settings", Body: `{`, Status: 403, Want: denied},
		{Name: "branding is read", As: "test", Method: "GET", Path: brandingPath, Status: 200, Want: `{"data": {"...": true}}`},
		{Name: "branding", As: "test", Method: "PUT", Path: brandingPath, Body: `{"display_name": "Hill"}`, Status: 403, Want: denied},
		{Name: "suppressions are read", As: "test", Method: "GET", Path: suppressionsPath, Status: 200, Want: `{"data": {"suppressions": [], "total_count": 0}}`},
		{
			Name: "a suppression", As: "test", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": "john.doe@example.com"}`,
			Status: 403, Want: denied,
		},
		{Name: "its end", As: "test", Method: "DELETE", Path: suppressionsPath + "/sup_none", Status: 403, Want: denied},
		{Name: "an erasure", As: "test", Method: "POST", Path: johnPath + "/erase", Status: 403, Want: denied},
		{Name: "an export", As: "test", Method: "GET", Path: johnPath + "/export", Status: 200, Want: `{"data": {"...": true}}`},
		{
			Name: "an attestation leaves the contact", As: "test", Method: "POST", Path: johnPath + "/attestation",
			Body: `{"point": "phone", "note": "Called."}`, Status: 200, Want: states("unconfirmed", "unconfirmed"),
		},
		{Name: "a validation too", As: "test", Method: "POST", Path: johnPath + "/validation", Header: once("k1"), Status: 200, Want: sent("sms"), WantHeader: fresh},
		{Name: "the contact", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("unconfirmed", "unconfirmed")},
		{
			Name: "an Idempotency-Key of a test key isn't that of a live one", As: "all", Method: "POST", Path: johnPath + "/validation", Header: once("k1"),
			Status: 200, Want: sent("sms"), WantHeader: fresh,
		},
		{Name: "the contact then", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("pending", "unconfirmed")},
		{
			Name: "its own one is", As: "test", Method: "POST", Path: johnPath + "/validation", Header: once("k1"), Status: 200,
			Want: sent("sms"), WantHeader: replayed,
		},
	})
}

// TestTestKeyAndALiveValidation holds that a test key is told that it can't cancel or check a live validation.
func TestTestKeyAndALiveValidation(t *testing.T) {
	a := testkit.NewApp(t)
	_, made := a.Do("all", "POST", johnPath+"/validation", `{"method": "sms"}`)
	path := johnPath + "/validations/" + made["data"].(map[string]any)["validation_id"].(string)
	for _, s := range []testkit.Scenario{
		{Name: "read", As: "test", Method: "GET", Path: path, Status: 200, Want: `{"data": {"status": "sent", "test": false, "...": true}}`},
		{Name: "cancel", As: "test", Method: "POST", Path: path + "/cancel", Status: 403, Want: failure("permission_denied", "")},
		{Name: "check", As: "test", Method: "POST", Path: path + "/check", Body: `{"code": "123456"}`, Status: 403, Want: failure("permission_denied", "")},
		{Name: "one that is not there", As: "test", Method: "POST", Path: path + "x/cancel", Status: 404, Want: failure("validation_not_found", "")},
		{Name: "it is open", As: "all", Method: "GET", Path: path, Status: 200, Want: `{"data": {"status": "sent", "...": true}}`},
	} {
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}
