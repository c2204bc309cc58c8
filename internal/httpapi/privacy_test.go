package httpapi_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

var deletedScenarios = []testkit.Scenario{
	{Name: "delete", As: "all", Method: "DELETE", Path: johnPath, Status: 204},
	{Name: "it is gone", As: "all", Method: "GET", Path: johnPath, Status: 404, Want: failure("contact_not_found", "")},
	{Name: "from the list", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: contactList(1, jane)},
	{
		Name: "restore without the scope", As: "contacts:read", Method: "POST", Path: johnPath + "/restore", Status: 403,
		Want: failure("permission_denied", ""),
	},
	{
		Name: "restore", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 200,
		Want: `{"data": {"contact_id": "contact_789ghi", "first_name": "John", "last_name": "Doe", "...": true}}`,
	},
	{Name: "it is back in its place", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: contactList(2, john, jane)},
	{
		Name: "what is there cannot be restored", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 404,
		Want: failure("contact_not_found", ""),
	},
	{
		Name: "of another dealer", As: "other", Method: "POST", Path: johnPath + "/restore", Status: 404, Want: failure("site_not_found", ""),
	},
	{Name: "delete it again", As: "all", Method: "DELETE", Path: johnPath, Status: 204},
	{
		Name: "its identifiers are free", As: "all", Method: "POST", Path: contactsPath, Status: 201,
		Body: ok + `, "contact_id": "contact_789ghi", "external_contact_id": "other"}`, Want: `{"data": {"first_name": "A", "...": true}}`,
	},
	{
		Name: "restore what is taken", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 409,
		Want: `{"error": {"code": "contact_id_taken", "existing_id": "<any>", "message": "another contact has taken this contact_id since; delete that one first",
			"field": "contact_id", "request_id": "<request_id>"}}`,
	},
	{Name: "delete the second", As: "all", Method: "DELETE", Path: johnPath, Status: 204},
	{
		Name: "the later one comes back first", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 200,
		Want: `{"data": {"first_name": "A", "...": true}}`,
	},
	{
		Name: "another takes the reference", As: "all", Method: "DELETE", Path: contactsPath + "/contact_abc123", Status: 204,
	},
	{
		Name: "for itself", As: "all", Method: "PUT", Path: refPath + "/contact_abc123", Body: ok + `}`, Status: 201,
		Want: `{"data": {"...": true}}`,
	},
	{
		Name: "and it is taken", As: "all", Method: "POST", Path: contactsPath + "/contact_abc123/restore", Status: 409,
		Want: `{"error": {"code": "external_contact_id_taken", "existing_id": "<any>",
			"message": "another contact of the site has taken its external_contact_id since; delete that one first",
			"field": "external_contact_id", "request_id": "<request_id>"}}`,
	},
}

func TestDeletedContacts(t *testing.T) { testkit.Run(t, deletedScenarios) }

func TestDeletedContactsNeedRoom(t *testing.T) {
	a := testkit.NewApp(t, func(o *app.Options) { o.MaxContactsPerSite = 2 })
	for _, s := range []testkit.Scenario{
		{Name: "delete", Method: "DELETE", Path: johnPath, Status: 204},
		{Name: "another takes the room", Method: "POST", Path: contactsPath, Body: ok + `}`, Status: 201, Want: `{"data": {"...": true}}`},
		{Name: "restore", Method: "POST", Path: johnPath + "/restore", Status: 409, Want: failure("contact_limit_reached", "")},
		{Name: "nothing has changed", Method: "GET", Path: contactsPath + "?per_page=1", Status: 200, Want: contactList(2, jane)},
	} {
		s.As = "all"
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}

var privacyScenarios = []testkit.Scenario{
	{Name: "a message", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"message": "Hello John"}`, Status: 200, Want: sent("sms")},
	{
		Name: "a request that happened once", As: "all", Method: "PUT", Path: johnPath, Header: once("k"), Body: `{"last_name": "Roe"}`,
		Status: 200, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "export", As: "privacy:write", Method: "GET", Path: johnPath + "/export", Status: 200,
		Want: `{"data": {
			"contact": {"contact_id": "contact_789ghi", "last_name": "Roe", "...": true}, "phone_e164": null, "deleted_at": null,
			"validations": [{"validation_id": "<validation_id>", "method": "sms", "to": "+1-555-0123", "message": "Hello John",
				"status": "sent", "created_at": "<time>", "sent_at": "<time>", "captured_at": "<time>",
			"delivered_at": null, "answered_at": null, "timeline": [{"event": "queued", "...": true}, {"event": "sent", "...": true}]}],
			"suppressions": [], "former_points": [],
			"audit": [{"action": "contact.created", "...": true}, {"action": "validation.requested", "...": true},
				{"action": "validation.sent", "...": true}, {"action": "contact.updated", "...": true}]}}`,
	},
	{
		Name: "export of nobody", As: "all", Method: "GET", Path: contactsPath + "/nobody/export", Status: 404, Want: failure("contact_not_found", ""),
	},
	{
		Name: "export of another dealer's", As: "other", Method: "GET", Path: johnPath + "/export", Status: 404, Want: failure("site_not_found", ""),
	},
	{
		Name: "erase another dealer's", As: "other", Method: "POST", Path: johnPath + "/erase", Status: 404, Want: failure("site_not_found", ""),
	},
	{
		Name: "erase without the scope", As: "contacts:write", Method: "POST", Path: johnPath + "/erase", Status: 403,
		Want: failure("permission_denied", ""),
	},
	{
		Name: "erase", As: "privacy:write", Method: "POST", Path: johnPath + "/erase", Header: once("e"), Status: 200,
		Want: `{"data": {"contact_id": "contact_789ghi", "erased_at": "<time>"}}`,
	},
	{
		Name: "erase again, by the same request", As: "privacy:write", Method: "POST", Path: johnPath + "/erase", Header: once("e"), Status: 200,
		WantHeader: replayed, Want: `{"data": {"contact_id": "contact_789ghi", "erased_at": "<time>"}}`,
	},
	{
		Name: "erase again", As: "all", Method: "POST", Path: johnPath + "/erase", Status: 404, Want: failure("contact_not_found", ""),
	},
	{Name: "it is gone", As: "all", Method: "GET", Path: johnPath, Status: 404, Want: failure("contact_not_found", "")},
	{Name: "for good", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 404, Want: failure("contact_not_found", "")},
	{
		Name: "a request that was answered with it is not done again", As: "all", Method: "PUT", Path: johnPath, Header: once("k"),
		Body: `{"last_name": "Roe"}`, Status: 404, Want: failure("contact_not_found", ""),
	},
	{
		Name: "what stays", As: "audit:read", Method: "GET", Path: "/ext/v1/audit?site_id=site_123abc&contact_id=contact_789ghi", Status: 200,
		Want: `{"data": {"lines": [
			{"action": "contact.created", "erased": true, "changes": [], "...": true},
			{"action": "validation.requested", "erased": true, "changes": [], "...": true},
			{"action": "validation.sent", "erased": false, "changes": [], "...": true},
			{"action": "contact.updated", "erased": true, "changes": [], "...": true},
			{"action": "contact.erased", "erased": false, "changes": [], "actor": "<key_id>", "request_id": "<request_id>", "...": true}
			], "next_after": "<any>"}}`,
	},
}

// What the audit still holds of somebody whose contact was removed can be seen, and erased.
var removedScenarios = []testkit.Scenario{
	{Name: "the site is deleted", As: "all", Method: "DELETE", Path: path + "?cascade=true", Status: 204},
	{
		Name: "export", As: "all", Method: "GET", Path: johnPath + "/export", Status: 200,
		Want: `{"data": {"phone_e164": null, "deleted_at": null, "validations": [], "suppressions": [], "former_points": [], "audit": [
			{"action": "contact.created", "erased": false, "...": true}, {"action": "contact.deleted", "erased": false, "...": true}]}}`,
	},
	{Name: "of another dealer", As: "other", Method: "GET", Path: johnPath + "/export", Status: 404, Want: failure("site_not_found", "")},
	{Name: "erase", As: "all", Method: "POST", Path: johnPath + "/erase", Status: 200, Want: `{"data": {"...": true}}`},
	{Name: "nothing is left", As: "all", Method: "GET", Path: johnPath + "/export", Status: 404, Want: failure("site_not_found", "")},
	{Name: "nothing to erase", As: "all", Method: "POST", Path: johnPath + "/erase", Status: 404, Want: failure("site_not_found", "")},
}

func TestExportOfWhoWasRemoved(t *testing.T) { testkit.Run(t, removedScenarios) }

func TestPrivacy(t *testing.T) { testkit.Run(t, privacyScenarios) }

const auditPath = "/ext/v1/audit"

func TestAudit(t *testing.T) {
	a := testkit.NewApp(t)
	for _, s := range []testkit.Scenario{
		{
			Name: "a change", As: "all", Method: "PUT", Path: johnPath, Header: header{"X-Request-Id": "r-1"},
			Body: `{"last_name": "Roe", "role": null}`, Status: 200, Want: `{"data": {"...": true}}`,
		},
		{
			Name: "no change", As: "all", Method: "PUT", Path: johnPath, Body: `{"last_name": "Roe"}`, Status: 200, Want: `{"data": {"...": true}}`,
		},
		{
			Name: "a refused one", As: "all", Method: "PUT", Path: johnPath, Body: `{"type": "x"}`, Status: 422, Want: invalid("type invalid"),
		},
		{
			Name: "of a contact", As: "audit:read", Method: "GET", Path: "/ext/v1/audit?contact_id=contact_789ghi", Status: 200,
			Want: `{"data": {"lines": [{"action": "contact.created", "actor": "command", "request_id": null, "...": true},
				{"at": "<time>", "actor": "<key_id>", "request_id": "r-1", "action": "contact.updated", "site_id": "site_123abc",
				"contact_id": "contact_789ghi", "subject": "contact_789ghi", "seq": 4, "hash": "<hash>", "erased": false,
				"changes": [{"field": "last_name", "old": "Doe", "new": "Roe"}, {"field": "role", "old": "owner", "new": null}]}],
				"next_after": "<any>"}}`,
		},
		{
			Name: "of a site", As: "all", Method: "GET", Path: "/ext/v1/audit?site_id=site_123abc&limit=2", Status: 200,
			Want: `{"data": {"lines": [{"action": "site.created", "seq": 1, "...": true}, {"action": "contact.created", "seq": 2, "...": true}],
				"next_after": "<any>"}}`,
		},
		{
			Name: "of no site", As: "all", Method: "GET", Path: "/ext/v1/audit?site_id=&limit=1", Status: 200,
			Want: `{"data": {"lines": [{"action": "dealer.created", "site_id": null, "contact_id": null, "...": true}], "next_after": "<any>"}}`,
		},
		{
			Name: "another dealer sees its own", As: "other", Method: "GET", Path: "/ext/v1/audit?site_id=site_123abc", Status: 200,
			Want: `{"data": {"lines": [], "next_after": "<any>"}}`,
		},
		{Name: "a bad cursor", As: "all", Method: "GET", Path: "/ext/v1/audit?after=x", Status: 400, Want: failure("invalid_request", "after")},
		{Name: "a bad limit", As: "all", Method: "GET", Path: "/ext/v1/audit?limit=0", Status: 400, Want: failure("invalid_request", "limit")},
	} {
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
	var actions []any
	for after := ""; ; {
		_, answer := a.Do("all", "GET", "/ext/v1/audit?limit=2&after="+after, "")
		data := answer["data"].(map[string]any)
		for _, line := range data["lines"].([]any) {
			actions = append(actions, line.(map[string]any)["action"])
		}
		if data["next_after"] == after {
			break
		}
		after = data["next_after"].(string)
	}
	if want := "[dealer.created site.created contact.created contact.created key.created contact.updated"; fmt.Sprint(actions)[:len(want)] != want {
		t.Errorf("page by page the audit is %v, want %s …", actions, want)
	}
}

func TestAuditCursors(t *testing.T) {
	testkit.Run(t, []testkit.Scenario{
		{
			Name: "of an action", As: "all", Method: "GET", Path: "/ext/v1/audit?action=site.created", Status: 200,
			Want: `{"data": {"lines": [{"action": "site.created", "...": true}], "next_after": "<any>"}}`,
		},
		{
			Name: "from now on", As: "all", Method: "GET", Path: "/ext/v1/audit?after=latest", Status: 200,
			Want: `{"data": {"lines": [], "next_after": "<any>"}}`,
		},
		{
			Name: "a cursor of a line that is gone", As: "all", Method: "GET", Path: "/ext/v1/audit?after=AAAAAAAAAGMAAAAAAAAAAA", Status: 410,
			Want: failure("cursor_expired", "after"),
		},
	})
}

// TestAuditPagesThroughTheLongestIdentifiers reads an audit page by page whose cursors name sites with long identifiers.
func TestAuditPagesThroughTheLongestIdentifiers(t *testing.T) {
	a := testkit.NewApp(t)
	ids := []string{strings.Repeat("𠀀", 128), strings.Repeat("<", 128), strings.Repeat(`"`, 128)}
	for _, id := range ids {
		body, _ := json.Marshal(map[string]string{"name": "N", "site_id": id})
		if status, answer := a.Do("all", "POST", sitesPath, string(body)); status != 201 {
			t.Fatalf("create %q: %d %v", id, status, answer)
		}
	}
	var seen []string
	for after := ""; ; {
		status, answer := a.Do("all", "GET", "/ext/v1/audit?limit=1&after="+after, "")
		if status != 200 {
			t.Fatalf("after %s: %d %v", after, status, answer)
		}
		data := answer["data"].(map[string]any)
		if data["next_after"] == after {
			break
		}
		after = data["next_after"].(string)
		if line := data["lines"].([]any)[0].(map[string]any); line["action"] == "site.created" {
			seen = append(seen, line["site_id"].(string))
		}
	}
	if len(seen) != 1+len(ids) || !slices.Equal(seen[1:], ids) {
		t.Errorf("saw the sites %q", seen)
	}
}

func TestListAsOf(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	var moments []string
	mark := func() {
		clock.Advance(time.Minute)
		moments = append(moments, contactsPath+"?as_of="+url.QueryEscape(clock.Now().Format(time.RFC3339)))
		clock.Advance(time.Minute)
	}
	a.Key("all")
	before := contactsPath + "?as_of=2020-01-31T12:00:00Z"
	mark()
	do := func(method, path, body string, want int) {
		t.Helper()
		if status, answer := a.Do("all", method, path, body); status != want {
			t.Fatalf("%s %s: %d %v", method, path, status, answer)
		}
		mark()
	}
	do("PUT", johnPath, `{"last_name": "Roe"}`, 200)
	do("DELETE", johnPath, "", 204)
	do("POST", contactsPath, ok+`, "contact_id": "new"}`, 201)
	do("POST", johnPath+"/restore", "", 200)
	do("POST", johnPath+"/erase", "", 200)
	people := func(total int, people ...string) string {
		list := ""
		for i, p := range people {
			if i > 0 {
				list += ","
			}
			list += p
		}
		return fmt.Sprintf(`{"data": {"contacts": [%s], "total_count": %d}}`, list, total)
	}
	const smith, newcomer = `{"contact_id": "contact_abc123", "last_name": "Smith", "warnings": [{"...": true}], "...": true}`, `{"contact_id": "new", "...": true}`
	for i, tt := range []struct{ path, want string }{
		{before, people(0)},
		{moments[0], people(1, smith)}, // the other was erased since
		{moments[2], people(1, smith)},
		{moments[3], people(2, smith, newcomer)},
		{moments[3] + "&type=billing", people(1, newcomer)},
		{moments[3] + "&search=jane", people(1, smith)},
		{moments[3] + "&per_page=1&page=2", people(2, newcomer)},
		{moments[5], people(2, smith, newcomer)},
	} {
		a.Try(t, testkit.Scenario{Name: fmt.Sprint(i), As: "all", Method: "GET", Path: tt.path, Status: 200, Want: tt.want})
	}
	for _, s := range []testkit.Scenario{
		{Path: contactsPath + "?as_of=2026-01-31T12:00:00%2B24:00", Status: 400, Want: failure("invalid_request", "as_of")},
		{Path: contactsPath + "?as_of=2026-01-31T12:00:00%2B23:60", Status: 400, Want: failure("invalid_request", "as_of")},
		{As: "contacts:read", Path: contactsPath + "?as_of=2026-01-31T12:00:00Z", Status: 403, Want: failure("permission_denied", "")},
		{Path: contactsPath + "?as_of=yesterday", Status: 400, Want: failure("invalid_request", "as_of")},
		{Path: "/ext/v1/sites/nowhere/contacts?as_of=2026-01-31T12:00:00Z", Status: 404, Want: failure("site_not_found", "")},
		{Path: contactsPath + "?as_of=2026-01-31T12:00:00Z&page=0", Status: 400, Want: failure("invalid_request", "page")},
	} {
		s.As, s.Method = cmp.Or(s.As, "all"), "GET"
		a.Try(t, s)
	}
}

// TestListAsOfKnowsWhenSomebodyWasAway asks for a contact who was deleted and restored, which is dated when it was done.
func TestListAsOfKnowsWhenSomebodyWasAway(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	a.Key("all")
	asOf := func() string { return contactsPath + "?as_of=" + url.QueryEscape(clock.Now().Format(time.RFC3339)) }
	list := []string{asOf()}
	for _, step := range []struct{ method, path string }{{"DELETE", johnPath}, {"POST", johnPath + "/restore"}} {
		clock.Advance(time.Hour)
		a.Do("all", step.method, step.path, "")
		clock.Advance(time.Hour)
		list = append(list, asOf())
	}
	for i, want := range []string{contactList(2, john, jane), contactList(1, jane), contactList(2, john, jane)} {
		a.Try(t, testkit.Scenario{As: "all", Method: "GET", Path: list[i], Status: 200, Want: want})
	}
	_, answer := a.Do("all", "GET", "/ext/v1/audit?contact_id=contact_789ghi", "")
	lines := answer["data"].(map[string]any)["lines"].([]any)
	last := lines[len(lines)-1].(map[string]any)
	if want := clock.Now().Add(-time.Hour).UTC().Format(time.RFC3339); last["action"] != "contact.restored" || last["at"] != want {
		t.Errorf("the last line is %v at %v, want contact.restored at %s", last["action"], last["at"], want)
	}
}
