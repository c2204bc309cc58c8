package httpapi_test

import (
	"net/url"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

var callListScenarios = append(pierSite[:2:2], []testkit.Scenario{
	{
		Name: "a night guard with Ann's number", As: "all", Method: "POST", Path: pierContacts, Status: 201, Want: `{"data": {"...": true}}`,
		Body: `{"contact_id": "guard", "first_name": "Gil", "last_name": "Roe", "type": "emergency", "phone": "(202) 555-0101",
			"availability": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "22:00", "to": "06:00"}]}`,
	},
	{
		Name: "a technician without a phone", As: "all", Method: "POST", Path: pierContacts, Status: 201, Want: `{"data": {"...": true}}`,
		Body: `{"contact_id": "tec", "first_name": "Tea", "last_name": "Nor", "type": "technician", "email": "tea@example.org"}`,
	},
	{
		Name: "at noon the guard is off duty", As: "contacts:read", Method: "GET", Path: pierPath + "/call-list?at=2027-03-15T16:00:00Z&phase=after", Status: 200,
		Want: `{"data": {"site_id": "pier", "at": "2027-03-15T16:00:00Z", "phase": "after", "timezone": "America/New_York", "premises": {"value": "(202) 555-0100", "e164": "+12025550100"},
			"calls": [
				{"order": 1, "contact_id": "ann", "first_name": "Ann", "last_name": "Lee", "type": "primary", "role": "owner", "language": "en", "point_id": "<any>", "label": "mobile",
					"value": "+1 202 555 0101", "e164": "+12025550101", "extension": null, "status": "unconfirmed", "confirmed_at": null},
				{"order": 2, "contact_id": "ann", "value": "+1 202 555 0102 x7", "e164": "+12025550102", "extension": "7", "...": true}],
			"skipped": [
				{"contact_id": "guard", "first_name": "Gil", "last_name": "Roe", "point_id": "<any>", "value": "(202) 555-0101", "e164": "+12025550101", "reason": "outside_hours", "message": "on call every day 22:00–06:00"},
				{"contact_id": "tec", "point_id": null, "value": null, "e164": null, "reason": "never_called", "...": true}]}}`,
	},
	{
		Name: "at midnight his number is Ann's", As: "all", Method: "GET", Path: "/ref/v1/sites/P-1/call-list?at=2027-03-16T04:00:00Z", Status: 200,
		Want: `{"data": {"phase": "before", "calls": [{"contact_id": "ann", "...": true}, {"contact_id": "ann", "...": true}],
			"skipped": [{"contact_id": "guard", "reason": "duplicate", "...": true}, {"contact_id": "tec", "...": true}], "...": true}}`,
	},
	{
		Name: "an unknown phase answers 400", As: "all", Method: "GET", Path: pierPath + "/call-list?phase=during", Status: 400, Want: failure("invalid_request", "phase"),
	},
	{Name: "a moment without a zone answers 400", As: "all", Method: "GET", Path: pierPath + "/call-list?at=2027-03-15T16:00:00", Status: 400, Want: failure("invalid_request", "at")},
	{Name: "the past needs the scope for the audit", As: "contacts:read", Method: "GET", Path: pierPath + "/call-list?at=2020-01-01T00:00:00Z", Status: 403, Want: failure("permission_denied", "")},
	{
		Name: "before the site was there nobody was called", As: "all", Method: "GET", Path: pierPath + "/call-list?at=2020-01-01T00:00:00Z", Status: 200,
		Want: `{"data": {"timezone": null, "premises": null, "calls": [], "skipped": [], "...": true}}`,
	},
	{Name: "another dealer's site answers 404", As: "other", Method: "GET", Path: pierPath + "/call-list", Status: 404, Want: failure("site_not_found", "")},
}...)

func TestCallList(t *testing.T) {
	t.Parallel()
	testkit.Run(t, callListScenarios)
}

// TestPastCallList checks that a past call list has the people, the order and the site of that moment.
func TestPastCallList(t *testing.T) {
	t.Parallel()
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	try := func(s testkit.Scenario) {
		t.Helper()
		s.As = "all"
		a.Try(t, s)
	}
	for _, s := range pierSite {
		try(s)
	}
	then := clock.Now()
	clock.Advance(time.Hour)
	some := `{"data": {"...": true}}`
	try(testkit.Scenario{Method: "POST", Path: pierContacts, Body: `{"contact_id": "bob", "first_name": "Bob", "last_name": "", "type": "primary", "phone": "+1 202 555 0103", "position": 1}`, Status: 201, Want: some})
	try(testkit.Scenario{Method: "PATCH", Path: pierPath, Body: `{"timezone": "Europe/Paris", "premises_phone": null}`, Status: 200, Want: some})
	try(testkit.Scenario{Method: "PATCH", Path: pierContacts + "/ann", Body: `{"phone": "+1 202 555 0199"}`, Status: 200, Want: some})
	try(testkit.Scenario{
		Method: "GET", Path: pierPath + "/call-list", Status: 200,
		Want: `{"data": {"timezone": "Europe/Paris", "premises": null, "calls": [{"contact_id": "bob", "...": true}, {"e164": "+12025550199", "...": true}, {"...": true}], "...": true}}`,
	})
	try(testkit.Scenario{
		Method: "GET", Path: pierPath + "/call-list?at=" + url.QueryEscape(then.UTC().Format(time.RFC3339)), Status: 200,
		Want: `{"data": {"timezone": "America/New_York", "premises": {"e164": "+12025550100", "...": true}, "calls": [{"contact_id": "ann", "e164": "+12025550101", "...": true}, {"extension": "7", "...": true}], "skipped": [], "...": true}}`,
	})
}
