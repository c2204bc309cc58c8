package httpapi_test

import (
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

// TestErrorsSayWhatToDo sends likely mistakes. The message must say what to do instead.
func TestErrorsSayWhatToDo(t *testing.T) {
	a := testkit.NewApp(t)
	for _, tt := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "/ext/v1/sites/", "", 404, "probably /ext/v1/sites was meant"},
		{"GET", "/ext/v1//sites", "", 404, "probably /ext/v1/sites was meant"},
		{"GET", "/ext/v1/sites/../sites", "", 404, "probably /ext/v1/sites was meant"},
		{"GET", contactsPath + "/", "", 404, "probably /ext/v1/sites/{site_id}/contacts was meant"},
		{"GET", "/EXT/V1/Sites", "", 404, "probably /ext/v1/sites was meant"},
		{"GET", "/ref/v1/sites", "", 404, "probably /ext/v1/sites was meant"},
		{"POST", "/v1/sites", `{}`, 404, "probably /ext/v1/sites was meant"},
		{"GET", "/sites/site_123abc", "", 404, "probably /ext/v1/sites/{site_id} was meant"},
		{"GET", "/api/ext/v1/sites", "", 404, "probably /ext/v1/sites was meant"},
		{"POST", "/ref/v1/suppressions", "", 404, "probably /ext/v1/suppressions was meant"},
		{"GET", "/wp-admin", "", 404, "see /docs"},
		{"GET", "/ext/v1/sites/ACCT-1001", "", 404, "use /ref/v1/sites/{account_reference_id}"},
		{"GET", "/ref/v1/sites/site_123abc/contacts", "", 404, "use /ext/v1/sites/{site_id}"},
		{"GET", "/ext/v1/sites/contact_789ghi", "", 404, "the identifier of a contact"},
		{"GET", contactsPath + "/val_1", "", 404, "the identifier of a validation"},
		{"GET", contactsPath + "/unknown", "", 404, "restore the contact if it was deleted"},
		{"POST", contactsPath, `{"first_name": "A", "type": "billing", "phone": "1"}`, 422, `send "" for a person without one`},
		{"GET", contactsPath + "?phone_status=lost", "", 400, "must be one of unconfirmed, pending, confirmed"},
		{"GET", contactsPath + "?as_of=2026-01-31T12:00:00+02:00", "", 400, "%2B"},
		{"POST", sitesPath + "/site_123abc", "", 405, "only supports DELETE, GET, HEAD, PATCH, PUT"},
	} {
		status, answer := a.Do("all", tt.method, tt.path, tt.body)
		failed, _ := answer["error"].(map[string]any)
		if message, _ := failed["message"].(string); status != tt.status || !strings.Contains(message, tt.says) {
			t.Errorf("%s %s = %d %q, want %d and %q in it", tt.method, tt.path, status, message, tt.status, tt.says)
		}
	}
	other := strings.Replace(contactsPath, "site_123abc", "ACCT-1001", 1)
	status, answer := a.Do("other", "GET", other, "")
	if message := answer["error"].(map[string]any)["message"]; status != 404 || strings.Contains(message.(string), "/ref/") {
		t.Errorf("the same request of another dealer = %d %q, want no hint", status, message)
	}
}

func TestTakenIdentifiersNameTheirRecord(t *testing.T) {
	a := testkit.NewApp(t)
	for _, tt := range []struct{ method, path, body, existing string }{
		{"POST", sitesPath, `{"name": "N", "site_id": "site_123abc"}`, "site_123abc"},
		{"POST", sitesPath, `{"name": "N", "account_reference_id": "ACCT-1001"}`, "site_123abc"},
		{"POST", contactsPath, ok + `, "contact_id": "contact_789ghi"}`, "contact_789ghi"},
		{"POST", refPath, ok + `, "external_contact_id": "contact_789ghi"}`, "contact_789ghi"},
	} {
		status, answer := a.Do("all", tt.method, tt.path, tt.body)
		failed, _ := answer["error"].(map[string]any)
		if status != 409 || failed["existing_id"] != tt.existing {
			t.Errorf("%s %s %s answers %d %v, want 409 and existing_id %q", tt.method, tt.path, tt.body, status, failed, tt.existing)
		}
	}
	_, made := a.Do("all", "POST", sitesPath, `{"name": "N"}`)
	id := made["data"].(map[string]any)["site_id"].(string)
	status, answer := a.Do("all", "PATCH", sitesPath+"/"+id, `{"account_reference_id": "ACCT-1001"}`)
	if failed := answer["error"].(map[string]any); status != 409 || failed["existing_id"] != "site_123abc" {
		t.Errorf("PATCH to a reference that is taken answers %d %v, want 409 and existing_id site_123abc", status, failed)
	}
	a.Do("all", "DELETE", johnPath, "")
	a.Do("all", "POST", contactsPath, ok+`, "external_contact_id": "contact_789ghi", "contact_id": "new"}`)
	status, answer = a.Do("all", "POST", johnPath+"/restore", "")
	if failed := answer["error"].(map[string]any); status != 409 || failed["existing_id"] != "new" {
		t.Errorf("restore answers %d %v, want 409 and existing_id new", status, failed)
	}
}

// TestContractIsDescribed checks that every operation, parameter and schema has a description for the documentation page.
func TestContractIsDescribed(t *testing.T) {
	contract := testkit.Contract(t)
	if contract.Info.Contact == nil || contract.Info.Contact.Email == "" {
		t.Error("the contract has no info.contact, want one")
	}
	for path, item := range contract.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.Summary == "" || operation.Description == "" {
				t.Errorf("%s %s needs a summary and a description", method, path)
			}
			for _, p := range operation.Parameters {
				if p.Value.Description == "" {
					t.Errorf("%s %s: the parameter %s needs a description", method, path, p.Value.Name)
				}
				if p.Value.In == "query" && p.Value.Example != nil {
					t.Errorf("%s %s: the parameter %s has an example, which the documentation page would send by default", method, path, p.Value.Name)
				}
			}
		}
	}
	for name, schema := range contract.Components.Schemas {
		if schema.Value.Description == "" {
			t.Errorf("the schema %s needs a description", name)
		}
	}
}
