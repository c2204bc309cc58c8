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
	{Name: "delete a contact", As: "all", Method: "DELETE", Path: johnPath, Status: 204},
	{Name: "a deleted contact answers 404", As: "all", Method: "GET", Path: johnPath, Status: 404, Want: failure("contact_not_found", "")},
	{Name: "a list leaves out a deleted contact", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: contactList(1, jane)},
	{
		Name: "restore without the scope answers 403", As: "contacts:read", Method: "POST", Path: johnPath + "/restore", Status: 403,
		Want: failure("permission_denied", ""),
	},
	{
		Name: "restore a contact", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 200,
		Want: `{"data": {"contact_id": "contact_789ghi", "first_name": "John", "last_name": "Doe", "...": true}}`,
	},
	{Name: "a restored contact is back in its place", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: contactList(2, john, jane)},
	{
		Name: "restore of a contact that is not deleted answers 404", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 404,
		Want: failure("contact_not_found", ""),
	},
	{
		Name: "restore of another dealer's contact answers 404", As: "other", Method: "POST", Path: johnPath + "/restore", Status: 404, Want: failure("site_not_found", ""),
	},
	{Name: "delete it again", As: "all", Method: "DELETE", Path: johnPath, Status: 204},
	{
		Name: "create with the identifiers of a deleted contact", As: "all", Method: "POST", Path: contactsPath, Status: 201,
		Body: ok + `, "contact_id": "contact_789ghi", "external_contact_id": "other"}`, Want: `{"data": {"first_name": "A", "...": true}}`,
	},
	{
		Name: "restore of a contact whose identifiers are taken answers 409", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 409,
		Want: `{"error": {"code": "contact_id_taken", "existing_id": "<any>", "message": "another contact has this contact_id now; delete that contact first",
			"field": "contact_id", "request_id": "<request_id>"}}`,
	},
	{Name: "delete the second contact", As: "all", Method: "DELETE", Path: johnPath, Status: 204},
	{
		Name: "restore brings back the contact deleted last", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 200,
		Want: `{"data": {"first_name": "A", "...": true}}`,
	},
	{
		Name: "delete Jane", As: "all", Method: "DELETE", Path: contactsPath + "/contact_abc123", Status: 204,
	},
	{
		Name: "create with Jane's external id", As: "all", Method: "PUT", Path: refPath + "/contact_abc123", Body: ok + `}`, Status: 201,
		Want: `{"data": {"...": true}}`,
	},
	{
		Name: "restore of a contact whose external id is taken answers 409", As: "all", Method: "POST", Path: contactsPath + "/contact_abc123/restore", Status: 409,
		Want: `{"error": {"code": "external_contact_id_taken", "existing_id": "<any>",
			"message": "another contact of the site has this external_contact_id now; delete that contact first",
			"field": "external_contact_id", "request_id": "<request_id>"}}`,
	},
}

func TestDeletedContacts(t *testing.T) { testkit.Run(t, deletedScenarios) }

func TestDeletedContactsNeedRoom(t *testing.T) {
	a := testkit.NewApp(t, func(o *app.Options) { o.MaxContactsPerSite = 2 })
	for _, s := range []testkit.Scenario{
		{Name: "delete a contact", Method: "DELETE", Path: johnPath, Status: 204},
		{Name: "create up to the limit", Method: "POST", Path: contactsPath, Body: ok + `}`, Status: 201, Want: `{"data": {"...": true}}`},
		{Name: "restore over the limit answers 409", Method: "POST", Path: johnPath + "/restore", Status: 409, Want: failure("contact_limit_reached", "")},
		{Name: "the refused restore changed nothing", Method: "GET", Path: contactsPath + "?per_page=1", Status: 200, Want: contactList(2, jane)},
	} {
		s.As = "all"
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}

var privacyScenarios = []testkit.Scenario{
	{Name: "send a message", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"message": "Hello John"}`, Status: 200, Want: sent("sms")},
	{
		Name: "update with an Idempotency-Key", As: "all", Method: "PUT", Path: johnPath, Header: once("k"), Body: `{"last_name": "Roe"}`,
		Status: 200, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "export everything about a contact", As: "privacy:write", Method: "GET", Path: johnPath + "/export", Status: 200,
		Want: `{"data": {
			"contact": {"contact_id": "contact_789ghi", "last_name": "Roe", "...": true}, "phone_e164": null, "deleted_at": null,
			"validations": [{"validation_id": "<validation_id>", "method": "sms", "point": "phone", "point_id": "point_…", "to": "+1-555-0123", "extension": null, "message": "Hello John",
				"status": "sent", "created_at": "<time>", "sent_at": "<time>", "captured_at": "<time>",
			"delivered_at": null, "answered_at": null, "timeline": [{"event": "queued", "...": true}, {"event": "sent", "...": true}]}],
			"suppressions": [], "former_points": [],
			"audit": [{"action": "contact.created", "...": true}, {"action": "validation.requested", "...": true},
				{"action": "validation.sent", "...": true}, {"action": "contact.updated", "...": true}]}}`,
	},
	{
		Name: "export of an unknown contact answers 404", As: "all", Method: "GET", Path: contactsPath + "/unknown/export", Status: 404, Want: failure("contact_not_found", ""),
	},
	{
		Name: "export of another dealer's contact answers 404", As: "other", Method: "GET", Path: johnPath + "/export", Status: 404, Want: failure("site_not_found", ""),
	},
	{
		Name: "erase of another dealer's contact answers 404", As: "other", Method: "POST", Path: johnPath + "/erase", Status: 404, Want: failure("site_not_found", ""),
	},
	{
		Name: "erase without the scope answers 403", As: "contacts:write", Method: "POST", Path: johnPath + "/erase", Status: 403,
		Want: failure("permission_denied", ""),
	},
	{
		Name: "erase a contact", As: "privacy:write", Method: "POST", Path: johnPath + "/erase", Header: once("e"), Status: 200,
		Want: `{"data": {"contact_id": "contact_789ghi", "erased_at": "<time>"}}`,
	},
	{
		Name: "the same erase replays the response", As: "privacy:write", Method: "POST", Path: johnPath + "/erase", Header: once("e"), Status: 200,
		WantHeader: replayed, Want: `{"data": {"contact_id": "contact_789ghi", "erased_at": "<time>"}}`,
	},
	{
		Name: "erase of an erased contact answers 404", As: "all", Method: "POST", Path: johnPath + "/erase", Status: 404, Want: failure("contact_not_found", ""),
	},
	{Name: "an erased contact answers 404", As: "all", Method: "GET", Path: johnPath, Status: 404, Want: failure("contact_not_found", "")},
	{Name: "restore of an erased contact answers 404", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 404, Want: failure("contact_not_found", "")},
	{
		Name: "a request whose stored response was erased is not run again", As: "all", Method: "PUT", Path: johnPath, Header: once("k"),
		Body: `{"last_name": "Roe"}`, Status: 404, Want: failure("contact_not_found", ""),
	},
	{
		Name: "the audit of an erased contact holds no personal data", As: "audit:read", Method: "GET", Path: "/ext/v1/audit?site_id=site_123abc&contact_id=contact_789ghi", Status: 200,
		Want: `{"data": {"lines": [
			{"action": "contact.created", "erased": true, "changes": [], "...": true},
			{"action": "validation.requested", "erased": true, "changes": [], "...": true},
			{"action": "validation.sent", "erased": false, "changes": [], "...": true},
			{"action": "contact.updated", "erased": true, "changes": [], "...": true},
			{"action": "contact.erased", "erased": false, "changes": [], "actor": "<key_id>", "request_id": "<request_id>", "...": true}
			], "next_after": "<any>"}}`,
	},
}

// What the audit holds about a contact of a deleted site can be exported and erased.
var removedScenarios = []testkit.Scenario{
	{Name: "delete the site", As: "all", Method: "DELETE", Path: path + "?cascade=true", Status: 204},
	{
		Name: "export of a contact of a deleted site", As: "all", Method: "GET", Path: johnPath + "/export", Status: 200,
		Want: `{"data": {"phone_e164": null, "deleted_at": null, "validations": [], "suppressions": [], "former_points": [], "audit": [
			{"action": "contact.created", "erased": false, "...": true}, {"action": "contact.deleted", "erased": false, "...": true}]}}`,
	},
	{Name: "export by another dealer answers 404", As: "other", Method: "GET", Path: johnPath + "/export", Status: 404, Want: failure("site_not_found", "")},
	{Name: "erase a contact of a deleted site", As: "all", Method: "POST", Path: johnPath + "/erase", Status: 200, Want: `{"data": {"...": true}}`},
	{Name: "export after the erasure answers 404", As: "all", Method: "GET", Path: johnPath + "/export", Status: 404, Want: failure("site_not_found", "")},
	{Name: "erase after the erasure answers 404", As: "all", Method: "POST", Path: johnPath + "/erase", Status: 404, Want: failure("site_not_found", "")},
}

func TestExportOfAContactOfADeletedSite(t *testing.T) { testkit.Run(t, removedScenarios) }

func TestPrivacy(t *testing.T) { testkit.Run(t, privacyScenarios) }

const auditPath = "/ext/v1/audit"

func TestAudit(t *testing.T) {
	a := testkit.NewApp(t)
	for _, s := range []testkit.Scenario{
		{
			Name: "update a contact", As: "all", Method: "PUT", Path: johnPath, Header: header{"X-Request-Id": "r-1"},
			Body: `{"last_name": "Roe", "role": null}`, Status: 200, Want: `{"data": {"...": true}}`,
		},
		{
			Name: "update without a change", As: "all", Method: "PUT", Path: johnPath, Body: `{"last_name": "Roe"}`, Status: 200, Want: `{"data": {"...": true}}`,
		},
		{
			Name: "an update that is refused", As: "all", Method: "PUT", Path: johnPath, Body: `{"type": "x"}`, Status: 422, Want: invalid("type invalid"),
		},
		{
			Name: "the audit of a contact has a line for each change", As: "audit:read", Method: "GET", Path: "/ext/v1/audit?contact_id=contact_789ghi", Status: 200,
			Want: `{"data": {"lines": [{"action": "contact.created", "actor": "command", "request_id": null, "...": true},
				{"at": "<time>", "actor": "<key_id>", "on_behalf_of": null, "request_id": "r-1", "action": "contact.updated", "site_id": "site_123abc",
				"contact_id": "contact_789ghi", "subject": "contact_789ghi", "seq": 4, "hash": "<hash>", "erased": false,
				"changes": [{"field": "last_name", "old": "Doe", "new": "Roe"}, {"field": "role", "old": "owner", "new": null}]}],
				"next_after": "<any>"}}`,
		},
		{
			Name: "the audit of a site", As: "all", Method: "GET", Path: "/ext/v1/audit?site_id=site_123abc&limit=2", Status: 200,
			Want: `{"data": {"lines": [{"action": "site.created", "seq": 1, "...": true}, {"action": "contact.created", "seq": 2, "...": true}],
				"next_after": "<any>"}}`,
		},
		{
			Name: "the audit without a site", As: "all", Method: "GET", Path: "/ext/v1/audit?site_id=&limit=1", Status: 200,
			Want: `{"data": {"lines": [{"action": "dealer.created", "site_id": null, "contact_id": null, "...": true}], "next_after": "<any>"}}`,
		},
		{
			Name: "the audit of another dealer is empty", As: "other", Method: "GET", Path: "/ext/v1/audit?site_id=site_123abc", Status: 200,
			Want: `{"data": {"lines": [], "next_after": "<any>"}}`,
		},
		{Name: "an invalid cursor answers 400", As: "all", Method: "GET", Path: "/ext/v1/audit?after=x", Status: 400, Want: failure("invalid_request", "after")},
		{Name: "an invalid limit answers 400", As: "all", Method: "GET", Path: "/ext/v1/audit?limit=0", Status: 400, Want: failure("invalid_request", "limit")},
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
		t.Errorf("the audit, page by page, = %v, want %s …", actions, want)
	}
}

func TestAuditCursors(t *testing.T) {
	testkit.Run(t, []testkit.Scenario{
		{
			Name: "the audit of one action", As: "all", Method: "GET", Path: "/ext/v1/audit?action=site.created", Status: 200,
			Want: `{"data": {"lines": [{"action": "site.created", "...": true}], "next_after": "<any>"}}`,
		},
		{
			Name: "after=latest returns no lines and a cursor", As: "all", Method: "GET", Path: "/ext/v1/audit?after=latest", Status: 200,
			Want: `{"data": {"lines": [], "next_after": "<any>"}}`,
		},
		{
			Name: "a cursor whose line no longer exists answers 410", As: "all", Method: "GET", Path: "/ext/v1/audit?after=AAAAAAAAAGMAAAAAAAAAAA", Status: 410,
			Want: failure("cursor_expired", "after"),
		},
	})
}

// TestAuditPagesThroughTheLongestIdentifiers reads an audit page by page whose cursors have the longest identifiers of sites.
func TestAuditPagesThroughTheLongestIdentifiers(t *testing.T) {
	a := testkit.NewApp(t)
	ids := []string{strings.Repeat("𠀀", 128), strings.Repeat("<", 128), strings.Repeat(`"`, 128)}
	for _, id := range ids {
		body, _ := json.Marshal(map[string]string{"name": "N", "site_id": id})
		if status, answer := a.Do("all", "POST", sitesPath, string(body)); status != 201 {
			t.Fatalf("create site %q = %d %v, want 201", id, status, answer)
		}
	}
	var seen []string
	for after := ""; ; {
		status, answer := a.Do("all", "GET", "/ext/v1/audit?limit=1&after="+after, "")
		if status != 200 {
			t.Fatalf("audit after %s = %d %v, want 200", after, status, answer)
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
		t.Errorf("sites in the audit = %q, want %q after the first", seen, ids)
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
			t.Fatalf("%s %s = %d %v, want %d", method, path, status, answer, want)
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
		{moments[0], people(1, smith)}, // John was erased since
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

// TestListAsOfLeavesOutADeletedContact lists as of times before, during and after a deletion.
func TestListAsOfLeavesOutADeletedContact(t *testing.T) {
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
		t.Errorf("the last line of the audit = %v at %v, want contact.restored at %s", last["action"], last["at"], want)
	}
}
