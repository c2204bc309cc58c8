package httpapi_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

const eventsPath = "/ext/v1/events"

// events returns the body of a list of events with these types, in order.
func events(types ...string) string {
	all := make([]string, len(types))
	for i, t := range types {
		all[i] = fmt.Sprintf(`{"event_id": "<any>", "type": %q, "created_at": "<time>", "...": true}`, t)
	}
	return `{"data": {"events": [` + strings.Join(all, ", ") + `], "next_after": "<any>"}}`
}

var eventScenarios = []testkit.Scenario{
	{
		Name: "a phone is changed by reference", As: "all", Method: "PATCH", Path: refPath + "/contact_789ghi", Body: `{"phone": "+1 202 555 0147"}`,
		Header: header{"X-Request-Id": "req_of_the_test"}, Status: 200, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "the list begins with the oldest event", As: "events:read", Method: "GET", Path: eventsPath, Status: 200,
		Want: `{"data": {"events": [
			{"event_id": "<any>", "type": "site.created", "created_at": "<time>", "site_id": "site_123abc", "contact_id": null, "point_id": null,
				"validation_id": null, "import_id": null, "request_id": null, "fields": []},
			{"type": "contact.created", "contact_id": "contact_789ghi", "...": true},
			{"type": "contact.created", "contact_id": "contact_abc123", "...": true},
			{"event_id": "<any>", "type": "contact.updated", "created_at": "<time>", "site_id": "site_123abc", "contact_id": "contact_789ghi", "point_id": null,
				"validation_id": null, "import_id": null, "request_id": "req_of_the_test", "fields": ["phone"]}], "next_after": "<any>"}}`,
	},
	asking("all", "sms"),
	{
		Name: "an event of a validation names it and the phone", As: "all", Method: "GET", Path: eventsPath + "?types=validation.sent", Status: 200,
		Want: `{"data": {"events": [{"event_id": "<any>", "type": "validation.sent", "created_at": "<time>", "site_id": "site_123abc",
			"contact_id": "contact_789ghi", "point_id": "<any>", "validation_id": "<any>", "import_id": null, "request_id": null, "fields": []}], "next_after": "<any>"}}`,
	},
	{
		Name: "types are a list", As: "all", Method: "GET", Path: eventsPath + "?types=contact.updated,validation.sent&types=site.created", Status: 200,
		Want: events("site.created", "contact.updated", "validation.sent"),
	},
	{Name: "limit is the number of events", As: "all", Method: "GET", Path: eventsPath + "?limit=1", Status: 200, Want: events("site.created")},
	{Name: "a limit above 500 is 500", As: "all", Method: "GET", Path: eventsPath + "?limit=9999&types=site.created", Status: 200, Want: events("site.created")},
	{Name: "another site has none", As: "all", Method: "GET", Path: eventsPath + "?site_id=other", Status: 200, Want: events()},
	{Name: "after=latest begins now", As: "all", Method: "GET", Path: eventsPath + "?after=latest", Status: 200, Want: events()},
	{Name: "another dealer has none of them", As: "other", Method: "GET", Path: eventsPath + "?types=contact.created", Status: 200, Want: events()},
	{Name: "an unknown type answers 400", As: "all", Method: "GET", Path: eventsPath + "?types=contact.created,contact.removed", Status: 400, Want: failure("invalid_request", "types")},
	{Name: "an empty type answers 400", As: "all", Method: "GET", Path: eventsPath + "?types=", Status: 400, Want: failure("invalid_request", "types")},
	{Name: "limit=0 answers 400", As: "all", Method: "GET", Path: eventsPath + "?limit=0", Status: 400, Want: failure("invalid_request", "limit")},
	{Name: "a cursor that is none answers 400", As: "all", Method: "GET", Path: eventsPath + "?after=x", Status: 400, Want: failure("invalid_request", "after")},
	{Name: "a cursor of no event answers 410", As: "all", Method: "GET", Path: eventsPath + "?after=AAAAAAAAAAEAAAAAAAAAAA", Status: 410, Want: failure("cursor_expired", "after")},
	{Name: "the audit's scope is not enough", As: "audit:read", Method: "GET", Path: eventsPath, Status: 403, Want: failure("permission_denied", "")},
}

func TestEvents(t *testing.T) {
	t.Parallel()
	testkit.Run(t, eventScenarios)
}

// TestFollowingEvents reads from cursor to cursor, with cursors that the audit's list gave too.
func TestFollowingEvents(t *testing.T) {
	t.Parallel()
	a := testkit.NewApp(t)
	next := func(path, want string) string {
		t.Helper()
		s := testkit.Scenario{Name: "events", As: "all", Method: "GET", Path: path, Status: 200, Want: want}
		a.Try(t, s)
		_, data := a.Do("all", "GET", path, "")
		after, _ := data["data"].(map[string]any)["next_after"].(string)
		return "after=" + url.QueryEscape(after)
	}
	a.Key("all")
	latest := next(eventsPath+"?after=latest", events())
	first := next(eventsPath+"?limit=1", events("site.created"))
	second := next(eventsPath+"?limit=1&"+first, events("contact.created"))
	end := next(eventsPath+"?"+second, events("contact.created"))
	if again := next(eventsPath+"?"+end, events()); again != end || end != latest {
		t.Errorf("at the end next_after is %s, want %s, that of after=latest: %s", again, end, latest)
	}
	if audit := next("/ext/v1/audit?after=latest", `{"data": {"lines": [], "next_after": "<any>"}}`); audit != end {
		t.Errorf("the audit's cursor is %s, want %s", audit, end)
	}
	a.Do("all", "DELETE", johnPath, "")
	next(eventsPath+"?"+end, events("contact.deleted"))
	a.Try(t, testkit.Scenario{
		Name: "another dealer's cursor", As: "other", Method: "GET", Path: eventsPath + "?" + end, Status: 410, Want: failure("cursor_expired", "after"),
	})
}
