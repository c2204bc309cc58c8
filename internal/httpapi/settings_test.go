package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

const settingsPath = "/ext/v1/settings"

func settings(stale, quiet, countries, limits, updated string) string {
	return `{"data": {"stale_after_days": ` + stale + `, "quiet_hours": ` + quiet + `, "allowed_countries": ` + countries +
		`, "limits": ` + limits + `, "readiness": {"min_people": 2, "min_numbers": 2, "premises_phone": false}, "roll_calls": {"repeat_after_days": null, "per_hour": 1000, "per_day": 10000}, "notification_email": null, "mask_numbers": false, "updated_at": ` + updated + `}}`
}

const (
	usualLimits = `{"per_number_minute": 1, "per_number_day": 5, "per_site_hour": 20, "per_dealer_day": 1000}`
	nightHours  = `{"start": "21:00", "end": "08:00", "timezone": "America/Chicago"}`
)

var settingsScenarios = []testkit.Scenario{
	{
		Name: "settings that were never set have their defaults", As: "settings:write", Method: "GET", Path: settingsPath, Status: 200, SaveTag: "fresh",
		Want: settings("365", "null", "null", usualLimits, "null"),
	},
	{
		Name: "GET with the current ETag answers 304", As: "all", Method: "GET", Path: settingsPath, Header: header{"If-None-Match": "${fresh}"}, Status: 304,
		WantHeader: header{"ETag": "${fresh}"},
	},
	{
		Name: "PATCH sets every field", As: "all", Method: "PATCH", Path: settingsPath, Status: 200, SaveTag: "set",
		Header: header{"If-Match": "${fresh}", "Content-Type": "application/merge-patch+json"},
		Body: `{"stale_after_days": 90, "quiet_hours": ` + nightHours + `, "allowed_countries": ["us", "US"],
			"limits": {"per_number_day": 3, "per_site_hour": 10}}`,
		Want: settings("90", nightHours, `["US"]`,
			`{"per_number_minute": 1, "per_number_day": 3, "per_site_hour": 10, "per_dealer_day": 1000}`, `"<time>"`),
	},
	{
		Name: "PATCH with an old ETag answers 412", As: "all", Method: "PATCH", Path: settingsPath, Header: header{"If-Match": "${fresh}"},
		Body: `{"stale_after_days": 91}`, Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "PATCH without a change keeps the ETag", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"stale_after_days": 90}`, Status: 200,
		WantHeader: header{"ETag": "${set}"}, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "objects are merged field by field", As: "all", Method: "PATCH", Path: settingsPath, Status: 200,
		Body: `{"quiet_hours": {"end": "07:30"}, "limits": {"per_number_day": 5}}`,
		Want: settings("90", `{"start": "21:00", "end": "07:30", "timezone": "America/Chicago"}`, `["US"]`,
			`{"per_number_minute": 1, "per_number_day": 5, "per_site_hour": 10, "per_dealer_day": 1000}`, `"<time>"`),
	},
	{
		Name: "null restores the defaults", As: "all", Method: "PATCH", Path: settingsPath, Status: 200,
		Body: `{"stale_after_days": null, "quiet_hours": null, "allowed_countries": [], "limits": null}`,
		Want: settings("365", "null", "null", usualLimits, `"<time>"`),
	},
	{
		Name: "every invalid field is named", As: "all", Method: "PATCH", Path: settingsPath, Status: 422,
		Body: `{"stale_after_days": 0, "quiet_hours": {"start": "9:00", "timezone": "Chicago"}, "allowed_countries": ["USA"],
			"limits": {"per_number_minute": 2, "per_number_day": 0, "per_site_hour": 21, "per_dealer_day": -1}}`,
		Want: invalid("stale_after_days invalid", "quiet_hours.start invalid", "quiet_hours.timezone invalid", "allowed_countries invalid",
			"limits.per_number_minute invalid", "limits.per_number_day invalid", "limits.per_site_hour invalid", "limits.per_dealer_day invalid"),
	},
	{
		Name: "readiness rules are merged", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"readiness": {"min_people": 1, "premises_phone": true}}`, Status: 200,
		Want: `{"data": {"readiness": {"min_people": 1, "min_numbers": 2, "premises_phone": true}, "...": true}}`,
	},
	{
		Name: "readiness rules that are not valid are named", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"readiness": {"min_people": 21, "min_numbers": -1}}`,
		Status: 422, Want: invalid("readiness.min_people invalid", "readiness.min_numbers invalid"),
	},
	{
		Name: "null restores the usual readiness rules", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"readiness": null}`, Status: 200,
		Want: `{"data": {"readiness": {"min_people": 2, "min_numbers": 2, "premises_phone": false}, "...": true}}`,
	},
	{
		Name: "roll calls are repeated", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"roll_calls": {"repeat_after_days": 180, "per_hour": 1}}`, Status: 200,
		Want: `{"data": {"roll_calls": {"repeat_after_days": 180, "per_hour": 1000, "per_day": 10000}, "...": true}}`,
	},
	{
		Name: "roll calls that repeat every hour answer 422", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"roll_calls": {"repeat_after_days": 0}}`, Status: 422,
		Want: invalid("roll_calls.repeat_after_days invalid"),
	},
	{
		Name: "null repeats no roll calls", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"roll_calls": null}`, Status: 200,
		Want: `{"data": {"roll_calls": {"repeat_after_days": null, "per_hour": 1000, "per_day": 10000}, "...": true}}`,
	},
	{
		Name: "an address for notices", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"notification_email": " Ops@Example.org"}`, Status: 200,
		Want: `{"data": {"notification_email": "Ops@Example.org", "...": true}}`,
	},
	{
		Name: "numbers are hidden in the console", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"mask_numbers": true}`, Status: 200,
		Want: `{"data": {"mask_numbers": true, "...": true}}`,
	},
	{
		Name: "null hides them no more", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"mask_numbers": null}`, Status: 200,
		Want: `{"data": {"mask_numbers": false, "...": true}}`,
	},
	{
		Name: "a mask that is no boolean", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"mask_numbers": "yes"}`, Status: 400,
		Want: failure("invalid_request", "mask_numbers"),
	},
	{
		Name: "two addresses for notices answer 422", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"notification_email": "a@example.org, b@example.org"}`,
		Status: 422, Want: invalid("notification_email invalid"),
	},
	{
		Name: "null sends no notices", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"notification_email": null}`, Status: 200,
		Want: `{"data": {"notification_email": null, "...": true}}`,
	},
	{
		Name: "a country that the operator does not allow answers 422", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"allowed_countries": ["US", "CA"]}`,
		Status: 422, Want: invalid("allowed_countries invalid"),
	},
	{
		Name: "quiet hours without an end answer 422", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"quiet_hours": {"start": "21:00"}}`,
		Status: 422, Want: invalid("quiet_hours required"),
	},
	{
		Name: "unknown fields of quiet hours answer 422", As: "all", Method: "PATCH", Path: settingsPath,
		Body:   `{"quiet_hours": {"from": "21:00", "to": "08:00"}}`,
		Status: 422, Want: invalid("quiet_hours required"),
	},
	{
		Name: "quiet hours with the same start and end answer 422", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"quiet_hours": {"start": "21:00", "end": "21:00"}}`,
		Status: 422, Want: invalid("quiet_hours.end invalid"),
	},
	{
		Name: "a fraction of a day answers 400", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"stale_after_days": 1.5}`, Status: 400,
		Want: failure("invalid_request", "stale_after_days"),
	},
	{
		Name: "a number in a list of strings answers 400", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"allowed_countries": [1]}`, Status: 400,
		Want: failure("invalid_request", "allowed_countries"),
	},
	{
		Name: "a value of the wrong type for limits answers 400", As: "all", Method: "PATCH", Path: settingsPath, Body: `{"limits": 5}`, Status: 400,
		Want: failure("invalid_request", "limits"),
	},
	{
		Name: "the audit has a line for each change", As: "all", Method: "GET", Path: auditPath + "?site_id=&limit=500", Status: 200,
		Want: `{"data": {"lines": [{"action": "dealer.created", "...": true}, {"action": "key.created", "...": true}, {"action": "key.created", "...": true},
			{"action": "settings.updated", "actor": "<key_id>", "changes": [
				{"field": "stale_after_days", "old": "365", "new": "90"}, {"field": "quiet_hours", "old": null, "new": "21:00-08:00"},
				{"field": "quiet_hours.timezone", "old": null, "new": "America/Chicago"}, {"field": "allowed_countries", "old": null, "new": "US"},
				{"field": "limits.per_number_day", "old": null, "new": "3"}, {"field": "limits.per_site_hour", "old": null, "new": "10"}], "...": true},
			{"action": "settings.updated", "...": true}, {"action": "settings.updated", "...": true},
			{"action": "settings.updated", "changes": [{"field": "readiness.min_people", "old": "2", "new": "1"},
				{"field": "readiness.premises_phone", "old": "false", "new": "true"}], "...": true}, {"action": "settings.updated", "...": true},
			{"action": "settings.updated", "changes": [{"field": "roll_calls.repeat_after_days", "old": null, "new": "180"}], "...": true},
			{"action": "settings.updated", "...": true},
			{"action": "settings.updated", "changes": [{"field": "notification_email", "old": null, "new": "O•••@Example.org"}], "...": true},
			{"action": "settings.updated", "changes": [{"field": "mask_numbers", "old": "false", "new": "true"}], "...": true},
			{"action": "settings.updated", "...": true}, {"action": "settings.updated", "...": true}], "next_after": "<any>"}}`,
	},
}

func TestSettings(t *testing.T) { testkit.Run(t, settingsScenarios) }
