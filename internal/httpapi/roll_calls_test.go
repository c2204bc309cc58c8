package httpapi_test

import (
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

const rollCallsPath = "/ext/v1/roll-calls"

func tomorrow() string { return time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339) }

const (
	noItems = `{"targeted": 0, "confirmed": 0, "declined": 0, "undeliverable": 0, "opted_out": 0, "expired": 0, "failed": 0, "skipped": 0, "canceled": 0, "open": 0}`
	nobody  = `{"data": {"roll_calls": [], "next_after": null}}`
)

var rollCallScenarios = []testkit.Scenario{
	{Name: "there is none yet", As: "validations:read", Method: "GET", Path: rollCallsPath, Status: 200, Want: nobody},
	{
		Name: "a dry run tells what would happen", As: "validations:write", Method: "POST", Path: rollCallsPath, Status: 200,
		Body: `{"filter": {"site_ids": ["site_123abc"]}, "methods": ["email"], "dry_run": true}`,
		Want: `{"data": {"dry_run": true, "points": 4, "people": 2, "sites": 1, "messages": 2,
			"skipped": [{"reason": "no_method", "message": "none of the methods reaches this contact point", "points": 2}],
			"waiting": [], "counts": {"targeted": 4, "skipped": 2, "open": 2, "...": true}, "per_hour": 100, "seconds": 36, "ends_about": "<time>"}}`,
	},
	{Name: "a dry run stores nothing", As: "all", Method: "GET", Path: rollCallsPath, Status: 200, Want: nobody},
	{
		Name: "no filter answers 422", As: "all", Method: "POST", Path: rollCallsPath, Body: `{}`, Status: 422, Want: invalid("filter required"),
	},
	{
		Name: "all with another condition answers 422", As: "all", Method: "POST", Path: rollCallsPath, Status: 422,
		Body: `{"filter": {"all": true, "older_than_days": 90}}`, Want: invalid("filter.all invalid"),
	},
	{
		Name: "every invalid field is named", As: "all", Method: "POST", Path: rollCallsPath, Status: 422,
		Body: `{"filter": {"site_ids": [""], "readiness": ["bad"], "statuses": ["gone"], "older_than_days": 0}, "methods": ["fax"], "message": " ",
			"per_hour": 1001, "starts_at": "tomorrow"}`,
		Want: invalid("filter.site_ids.1 invalid", "filter.readiness invalid", "filter.statuses invalid", "filter.older_than_days invalid",
			"methods invalid", "message invalid", "per_hour invalid", "starts_at invalid"),
	},
	{
		Name: "a text that is too long for every text message answers 422", As: "all", Method: "POST", Path: rollCallsPath, Status: 422,
		Body: `{"filter": {"all": true}, "methods": ["email", "sms"], "message": "` + strings.Repeat("call us ", 90) + `"}`,
		Want: invalid("message too_long"),
	},
	{
		Name: "a dry run without text messages accepts such a text", As: "all", Method: "POST", Path: rollCallsPath, Status: 200,
		Body: `{"filter": {"all": true}, "methods": ["email"], "dry_run": true, "message": "` + strings.Repeat("call us ", 90) + `"}`,
		Want: `{"data": {"dry_run": true, "...": true}}`,
	},
	{
		Name: "a site of another dealer answers 422", As: "other", Method: "POST", Path: rollCallsPath, Status: 422,
		Body: `{"filter": {"site_ids": ["site_123abc"]}}`, Want: invalid("filter.site_ids.1 invalid"),
	},
	{
		Name: "an unknown reference answers 422", As: "all", Method: "POST", Path: rollCallsPath, Status: 422,
		Body: `{"filter": {"site_ids": ["site_123abc"], "account_reference_ids": ["ACCT-1001", "none"]}}`, Want: invalid("filter.account_reference_ids.2 invalid"),
	},
	{
		Name: "a filter of the wrong type answers 400", As: "all", Method: "POST", Path: rollCallsPath, Body: `{"filter": []}`, Status: 400,
		Want: failure("invalid_request", "filter"),
	},
	{
		Name: "POST schedules a roll call", As: "all", Method: "POST", Path: rollCallsPath, Status: 201, WantHeader: header{"Location": "*"},
		Body: `{"filter": {"account_reference_ids": ["ACCT-1001"], "statuses": ["unconfirmed", "stale"], "older_than_days": 90}, "methods": ["call", "email"],
			"message": "Please answer.", "per_hour": 10, "starts_at": "` + tomorrow() + `"}`,
		Want: `{"data": {"roll_call_id": "<any>", "status": "scheduled",
			"filter": {"all": false, "site_ids": [], "account_reference_ids": ["ACCT-1001"], "readiness": [], "statuses": ["unconfirmed", "stale"],
				"older_than_days": 90},
			"methods": ["call", "email"], "message": "Please answer.", "per_hour": 10, "repeated": false, "counts": ` + noItems + `,
			"created_at": "<time>", "starts_at": "<time>", "started_at": null, "finished_at": null, "ends_about": null}}`,
	},
	{Name: "another dealer sees nothing", As: "other", Method: "GET", Path: rollCallsPath, Status: 200, Want: nobody},
	{Name: "a limit of 0 answers 400", As: "all", Method: "GET", Path: rollCallsPath + "?limit=0", Status: 400, Want: failure("invalid_request", "limit")},
	{Name: "a broken cursor answers 400", As: "all", Method: "GET", Path: rollCallsPath + "?after=x", Status: 400, Want: failure("invalid_request", "after")},
	{Name: "an unknown roll call answers 404", As: "all", Method: "GET", Path: rollCallsPath + "/none", Status: 404, Want: failure("roll_call_not_found", "")},
	{Name: "items of an unknown roll call answer 404", As: "all", Method: "GET", Path: rollCallsPath + "/none/items", Status: 404, Want: failure("roll_call_not_found", "")},
	{Name: "an unknown status answers 400", As: "all", Method: "GET", Path: rollCallsPath + "/none/items?status=new", Status: 400, Want: failure("invalid_request", "status")},
	{Name: "pausing an unknown roll call answers 404", As: "all", Method: "POST", Path: rollCallsPath + "/none/pause", Status: 404, Want: failure("roll_call_not_found", "")},
	{Name: "resuming an unknown roll call answers 404", As: "all", Method: "POST", Path: rollCallsPath + "/none/resume", Status: 404, Want: failure("roll_call_not_found", "")},
	{Name: "canceling an unknown roll call answers 404", As: "all", Method: "POST", Path: rollCallsPath + "/none/cancel", Status: 404, Want: failure("roll_call_not_found", "")},
	{Name: "retrying an unknown roll call answers 404", As: "all", Method: "POST", Path: rollCallsPath + "/none/retry", Status: 404, Want: failure("roll_call_not_found", "")},
}

func TestRollCalls(t *testing.T) { testkit.Run(t, rollCallScenarios) }

// TestRollCallSteps starts a roll call of John's and Jane's e-mails, and takes it through its statuses.
func TestRollCallSteps(t *testing.T) {
	a := testkit.NewApp(t)
	_, made := a.Do("all", "POST", rollCallsPath, `{"filter": {"all": true}, "methods": ["email"], "starts_at": "`+tomorrow()+`"}`)
	path := rollCallsPath + "/" + made["data"].(map[string]any)["roll_call_id"].(string)
	is := func(status string) string { return `{"data": {"status": "` + status + `", "...": true}}` }
	for _, s := range []testkit.Scenario{
		{Name: "a scheduled one has no items yet", Method: "GET", Path: path + "/items", Want: `{"data": {"items": [], "next_after": null}}`},
		{Name: "resume of a scheduled one changes nothing", Method: "POST", Path: path + "/resume", Want: is("scheduled")},
		{Name: "pause", Method: "POST", Path: path + "/pause", Want: is("paused")},
		{Name: "pause again", Method: "POST", Path: path + "/pause", Want: is("paused")},
		{Name: "get", Method: "GET", Path: path, Want: is("paused")},
		{Name: "resume", Method: "POST", Path: path + "/resume", Want: is("scheduled")},
		{Name: "retry of a scheduled one changes nothing", Method: "POST", Path: path + "/retry", Want: is("scheduled")},
		{Name: "cancel", Method: "POST", Path: path + "/cancel", Want: is("canceled")},
		{Name: "cancel again", Method: "POST", Path: path + "/cancel", Want: is("canceled")},
		{Name: "list", Method: "GET", Path: rollCallsPath + "?limit=1", Want: `{"data": {"roll_calls": [{"status": "canceled", "...": true}], "next_after": null}}`},
	} {
		s.As, s.Status = "all", 200
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}

// TestRunningRollCall waits until the queue has asked John and Jane, and confirms one of them.
func TestRunningRollCall(t *testing.T) {
	a := testkit.NewApp(t)
	_, made := a.Do("all", "POST", rollCallsPath, `{"filter": {"all": true}, "methods": ["email"], "per_hour": 1000}`)
	path := rollCallsPath + "/" + made["data"].(map[string]any)["roll_call_id"].(string)
	testkit.Eventually(t, "two people asked", func() bool {
		_, list := a.Do("all", "GET", messagesPath, "")
		return len(list["data"].(map[string]any)["messages"].([]any)) == 2
	})
	newest := a.Newest()
	_, items := a.Do("all", "GET", path+"/items?status=open&limit=1", "")
	next := items["data"].(map[string]any)["next_after"].(string)
	a.Try(t, testkit.Scenario{
		Name: "the next page of items", As: "all", Method: "GET", Path: path + "/items?status=open&after=" + next, Status: 200,
		Want: `{"data": {"items": [{"site_id": "site_123abc", "contact_id": "<any>", "point_id": "<any>", "kind": "email", "status": "open", "reason": null,
			"message": null, "validation_id": "<any>", "waits_until": null, "asked_at": "<time>", "ended_at": null}], "next_after": null}}`,
	})
	a.Try(t, testkit.Scenario{
		Name: "items that were skipped say why", As: "all", Method: "GET", Path: path + "/items?status=skipped&limit=1", Status: 200,
		Want: `{"data": {"items": [{"kind": "phone", "status": "skipped", "reason": "no_method", "message": "none of the methods reaches this contact point",
			"validation_id": null, "ended_at": "<time>", "...": true}], "next_after": "<any>"}}`,
	})
	for _, contact := range []string{johnPath, strings.Replace(johnPath, "contact_789ghi", "contact_abc123", 1)} {
		a.Do("all", "POST", contact+"/validations/"+string(newest.Validation)+"/check", `{"code": "`+newest.Code+`"}`)
	}
	a.Try(t, testkit.Scenario{
		Name: "a confirmation counts", As: "all", Method: "GET", Path: path, Status: 200,
		Want: `{"data": {"status": "running", "counts": {"targeted": 4, "confirmed": 1, "skipped": 2, "open": 1, "...": true}, "...": true}}`,
	})
}

// TestTooManyRollCalls checks that a dealer has a limited number of unfinished roll calls, and that a server without providers starts
// none.
func TestTooManyRollCalls(t *testing.T) {
	a := testkit.NewApp(t)
	body := `{"filter": {"all": true}, "starts_at": "` + tomorrow() + `"}`
	for range 20 {
		if status, answer := a.Do("all", "POST", rollCallsPath, body); status != 201 {
			t.Fatalf("the roll call = %d %v, want 201", status, answer)
		}
	}
	a.Try(t, testkit.Scenario{
		Name: "the 21st answers 409", As: "all", Method: "POST", Path: rollCallsPath, Body: body, Status: 409, Want: failure("quota_reached", ""),
	})
	without := testkit.NewApp(t, func(o *app.Options) { o.Delivery = "" })
	without.Try(t, testkit.Scenario{
		Name: "without a provider answers 503", As: "all", Method: "POST", Path: rollCallsPath, Body: body, Status: 503,
		Want: failure("delivery_not_configured", ""),
	})
}
