package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

const webhooksPath = "/ext/v1/webhooks"

var webhookScenarios = []testkit.Scenario{
	{Name: "no webhooks yet", As: "settings:write", Method: "GET", Path: webhooksPath, Status: 200, Want: `{"data": {"webhooks": [], "next_after": null}}`},
	{
		Name: "every bad field is named", As: "all", Method: "POST", Path: webhooksPath, Status: 422,
		Body: `{"url": "ftp://example.org", "types": ["contact.updated", "contact.x"], "status": "paused", "description": "a\u0000b"}`,
		Want: invalid("url invalid", "description invalid", "types invalid", "status invalid"),
	},
	{Name: "an address is required", As: "all", Method: "POST", Path: webhooksPath, Body: `{}`, Status: 422, Want: invalid("url required")},
	{Name: "an address with a password is refused", As: "all", Method: "POST", Path: webhooksPath, Body: `{"url": "https://u:p@example.org/"}`, Status: 422, Want: invalid("url invalid")},
	{Name: "wrong types are 400", As: "all", Method: "POST", Path: webhooksPath, Body: `{"url": 1}`, Status: 400, Want: failure("invalid_request", "url")},
	{
		Name: "create shows the secret", As: "all", Method: "POST", Path: webhooksPath, Header: header{"Idempotency-Key": "one"}, Status: 201,
		Body: `{"url": "https://example.org/hook?a=b", "types": ["contact.updated"], "description": "console"}`, WantHeader: header{"Location": "*"},
		Want: `{"data": {"webhook_id": "<any>", "url": "https://example.org/hook?a=b", "types": ["contact.updated"], "description": "console", "status": "active",
			"disabled_reason": null, "failing_since": null, "secret": "<any>", "created_at": "<time>", "updated_at": "<time>"}}`,
	},
	{
		Name: "a replay has no secret", As: "all", Method: "POST", Path: webhooksPath, Header: header{"Idempotency-Key": "one"}, Status: 201,
		Body: `{"url": "https://example.org/hook?a=b", "types": ["contact.updated"], "description": "console"}`, WantHeader: header{"Idempotent-Replayed": "true"},
		Want: `{"data": {"webhook_id": "<any>", "url": "https://example.org/hook?a=b", "types": ["contact.updated"], "description": "console", "status": "active",
			"disabled_reason": null, "failing_since": null, "created_at": "<time>", "updated_at": "<time>"}}`,
	},
	{
		Name: "the list has no secret", As: "all", Method: "GET", Path: webhooksPath, Status: 200,
		Want: `{"data": {"webhooks": [{"webhook_id": "<any>", "url": "https://example.org/hook?a=b", "types": ["contact.updated"], "description": "console",
			"status": "active", "disabled_reason": null, "failing_since": null, "created_at": "<time>", "updated_at": "<time>"}], "next_after": null}}`,
	},
	{Name: "an unknown webhook answers 404", As: "all", Method: "GET", Path: webhooksPath + "/hook_none", Status: 404, Want: failure("webhook_not_found", "")},
	{
		Name: "the key of another request", As: "all", Method: "POST", Path: webhooksPath, Header: header{"Idempotency-Key": "one"}, Status: 409,
		Body: `{"url": "https://example.org/other"}`, Want: failure("idempotency_conflict", ""),
	},
	{Name: "nor can it be changed", As: "all", Method: "PATCH", Path: webhooksPath + "/hook_none", Body: `{"types": null}`, Status: 404, Want: failure("webhook_not_found", "")},
	{Name: "or tested", As: "all", Method: "POST", Path: webhooksPath + "/hook_none/test", Status: 404, Want: failure("webhook_not_found", "")},
	{Name: "and so does its log", As: "all", Method: "GET", Path: webhooksPath + "/hook_none/deliveries", Status: 404, Want: failure("webhook_not_found", "")},
	{Name: "another dealer sees none", As: "other", Method: "GET", Path: webhooksPath, Status: 200, Want: `{"data": {"webhooks": [], "next_after": null}}`},
	{Name: "without the scope 403", As: "contacts:read", Method: "GET", Path: webhooksPath, Status: 403, Want: failure("permission_denied", "")},
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	testkit.Run(t, webhookScenarios)
}

// TestOneWebhook changes, tests, rotates and deletes a webhook whose receiver is on this machine, which no event may reach.
func TestOneWebhook(t *testing.T) {
	t.Parallel()
	a := testkit.NewApp(t)
	a.Key("all")
	_, made := a.Do("all", "POST", webhooksPath, `{"url": "http://127.0.0.1:9/hook"}`)
	path := webhooksPath + "/" + made["data"].(map[string]any)["webhook_id"].(string)
	for _, s := range []testkit.Scenario{
		{Name: "another dealer can't read it", As: "other", Method: "GET", Path: path, Status: 404, Want: failure("webhook_not_found", "")},
		{Name: "nor delete it", As: "other", Method: "DELETE", Path: path, Status: 404, Want: failure("webhook_not_found", "")},
		{Name: "nor rotate it", As: "other", Method: "POST", Path: path + "/rotate", Status: 404, Want: failure("webhook_not_found", "")},
		{
			Name: "the test says that the address is refused", As: "all", Method: "POST", Path: path + "/test", Status: 200,
			Want: `{"data": {"event_id": "<any>", "type": "webhook.test", "status": "failed", "attempts": 1, "response_status": null, "error": "address_refused",
				"created_at": "<time>", "attempted_at": "<time>", "next_attempt_at": null}}`,
		},
		{
			Name: "it is in the log", As: "all", Method: "GET", Path: path + "/deliveries?status=failed&limit=1", Status: 200,
			Want: `{"data": {"deliveries": [{"type": "webhook.test", "status": "failed", "...": true}], "next_after": null}}`,
		},
		{Name: "an unknown status answers 400", As: "all", Method: "GET", Path: path + "/deliveries?status=lost", Status: 400, Want: failure("invalid_request", "status")},
		{Name: "an unknown delivery answers 404", As: "all", Method: "POST", Path: path + "/deliveries/evt_none/retry", Status: 404, Want: failure("not_found", "")},
		{
			Name: "a change keeps the rest", As: "all", Method: "PATCH", Path: path, Body: `{"types": ["site.created"], "status": "disabled"}`, Status: 200,
			Want: `{"data": {"url": "http://127.0.0.1:9/hook", "types": ["site.created"], "description": null, "status": "disabled", "disabled_reason": null, "...": true}}`,
		},
		{Name: "types null are all", As: "all", Method: "PATCH", Path: path, Body: `{"types": null}`, Status: 200, Want: `{"data": {"types": [], "...": true}}`},
		{Name: "it is read", As: "all", Method: "GET", Path: path, Status: 200, Want: `{"data": {"url": "http://127.0.0.1:9/hook", "...": true}}`},
		{Name: "another address must be one", As: "all", Method: "PATCH", Path: path, Body: `{"url": "ftp://example.org/"}`, Status: 422, Want: invalid("url invalid")},
		{Name: "a new secret is shown", As: "all", Method: "POST", Path: path + "/rotate", Header: once("r"), Status: 200, Want: `{"data": {"secret": "<any>", "...": true}}`},
		{Name: "and not again", As: "all", Method: "POST", Path: path + "/rotate", Header: once("r"), Status: 200, Want: `{"data": {"url": "<any>", "...": true}}`},
		{
			Name: "the key of another rotation", As: "all", Method: "POST", Path: path + "/rotate?x=1", Header: once("r"), Status: 409,
			Want: failure("idempotency_conflict", ""),
		},
		{Name: "delete", As: "all", Method: "DELETE", Path: path, Status: 204},
		{Name: "it is gone", As: "all", Method: "GET", Path: path, Status: 404, Want: failure("webhook_not_found", "")},
	} {
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}

func TestWebhooksHaveAMaximum(t *testing.T) {
	t.Parallel()
	a := testkit.NewApp(t)
	for n := range 21 {
		want := 201
		if n == 20 {
			want = 409
		}
		if status, body := a.Do("all", "POST", webhooksPath, `{"url": "https://example.org/"}`); status != want {
			t.Fatalf("webhook %d was answered with %d, want %d: %v", n+1, status, want, body)
		}
	}
}
