package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

// TestWhatTestKeysMayNot checks that a test key can read, but not change, what live messages depend on.
func TestWhatTestKeysMayNot(t *testing.T) {
	denied := failure("permission_denied", "")
	testkit.Run(t, []testkit.Scenario{
		{Name: "a test key reads settings", As: "test", Method: "GET", Path: "/ext/v1/settings", Status: 200, Want: `{"data": {"...": true}}`},
		{Name: "a test key can't change settings", As: "test", Method: "PATCH", Path: "/ext/v1/settings", Body: `{"stale_after_days": 30}`, Status: 403, Want: denied},
		{Name: "a test key is refused before an invalid body", As: "test", Method: "PATCH", Path: "/ext/v1/settings", Body: `{`, Status: 403, Want: denied},
		{Name: "a test key reads branding", As: "test", Method: "GET", Path: brandingPath, Status: 200, Want: `{"data": {"...": true}}`},
		{Name: "a test key can't change branding", As: "test", Method: "PUT", Path: brandingPath, Body: `{"display_name": "Hill"}`, Status: 403, Want: denied},
		{Name: "a test key lists suppressions", As: "test", Method: "GET", Path: suppressionsPath, Status: 200, Want: `{"data": {"suppressions": [], "total_count": 0}}`},
		{
			Name: "a test key can't create a suppression", As: "test", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": "john.doe@example.com"}`,
			Status: 403, Want: denied,
		},
		{Name: "a test key can't delete a suppression", As: "test", Method: "DELETE", Path: suppressionsPath + "/sup_none", Status: 403, Want: denied},
		{Name: "a test key can't erase", As: "test", Method: "POST", Path: johnPath + "/erase", Status: 403, Want: denied},
		{Name: "a test key exports", As: "test", Method: "GET", Path: johnPath + "/export", Status: 200, Want: `{"data": {"...": true}}`},
		{
			Name: "an attestation with a test key changes no contact", As: "test", Method: "POST", Path: johnPath + "/attestation",
			Body: `{"point": "phone", "note": "Called."}`, Status: 200, Want: states("unconfirmed", "unconfirmed"),
		},
		{Name: "a validation with a test key is sent", As: "test", Method: "POST", Path: johnPath + "/validation", Header: once("k1"), Status: 200, Want: sent("sms"), WantHeader: fresh},
		{Name: "the contact is still unconfirmed", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("unconfirmed", "unconfirmed")},
		{
			Name: "a live key does not replay the response of a test key", As: "all", Method: "POST", Path: johnPath + "/validation", Header: once("k1"),
			Status: 200, Want: sent("sms"), WantHeader: fresh,
		},
		{Name: "the contact is pending after a live validation", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("pending", "unconfirmed")},
		{
			Name: "a test key replays its own response", As: "test", Method: "POST", Path: johnPath + "/validation", Header: once("k1"), Status: 200,
			Want: sent("sms"), WantHeader: replayed,
		},
	})
}

// TestTestKeyAndALiveValidation checks that a test key can't cancel or check a live validation.
func TestTestKeyAndALiveValidation(t *testing.T) {
	a := testkit.NewApp(t)
	_, made := a.Do("all", "POST", johnPath+"/validation", `{"method": "sms"}`)
	path := johnPath + "/validations/" + made["data"].(map[string]any)["validation_id"].(string)
	for _, s := range []testkit.Scenario{
		{Name: "a test key reads a live validation", As: "test", Method: "GET", Path: path, Status: 200, Want: `{"data": {"status": "sent", "test": false, "...": true}}`},
		{Name: "a test key can't cancel a live validation", As: "test", Method: "POST", Path: path + "/cancel", Status: 403, Want: failure("permission_denied", "")},
		{Name: "a test key can't check a live validation", As: "test", Method: "POST", Path: path + "/check", Body: `{"code": "123456"}`, Status: 403, Want: failure("permission_denied", "")},
		{Name: "cancel of an unknown validation answers 404", As: "test", Method: "POST", Path: path + "x/cancel", Status: 404, Want: failure("validation_not_found", "")},
		{Name: "the live validation is still open", As: "all", Method: "GET", Path: path, Status: 200, Want: `{"data": {"status": "sent", "...": true}}`},
	} {
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}
