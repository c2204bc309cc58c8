package httpapi_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

const (
	reviewsPath    = sitePath + "/reviews"
	refReviewsPath = "/ref/v1/sites/ACCT-1001/reviews"
)

func TestReviews(t *testing.T) { testkit.Run(t, reviewScenarios) }

const (
	reviewed = `{"data": {"site_id": "site_123abc", "reviewed_at": "<time>"}}`
	reviewOf = `{"action": "call_list.reviewed", "site_id": "site_123abc", "contact_id": null, "subject": "site_123abc", "erased": false, "changes": `
)

var reviewScenarios = []testkit.Scenario{
	{Name: "a new site was never reviewed", As: "sites:read", Method: "GET", Path: sitePath, Status: 200, Want: `{"data": {"reviewed_at": null, "...": true}}`, SaveTag: "new"},
	{Name: "by id", As: "contacts:write", Method: "POST", Path: reviewsPath, Body: `{"with": " Ann Lee ", "note": ""}`, Status: 200, Want: reviewed},
	{Name: "by reference, with a note", As: "all", Method: "POST", Path: refReviewsPath, Body: `{"with": "Zoë", "note": " Bob moves out.\n"}`, Header: header{"X-On-Behalf-Of": "Bob"}, Status: 200, Want: reviewed},
	{Name: "the site shows when, and its tag is another", As: "all", Method: "GET", Path: sitePath, Header: header{"If-None-Match": "${new}"}, Status: 200, Want: `{"data": {"reviewed_at": "<time>", "...": true}}`, SaveTag: "reviewed"},
	{Name: "its version stays", As: "all", Method: "PATCH", Path: sitePath, Header: header{"If-Match": "${new}"}, Body: `{"name": "Pier", "reviewed_at": null}`, Status: 200, Want: `{"data": {"reviewed_at": "<time>", "...": true}}`},
	{Name: "the version of the change before is no longer there", As: "all", Method: "PATCH", Path: sitePath, Header: header{"If-Match": "${reviewed}"}, Body: `{"name": "Mill"}`, Status: 412, Want: failure("precondition_failed", "")},
	{Name: "in a list", As: "all", Method: "GET", Path: sitesPath, Status: 200, Want: `{"data": {"sites": [{"site_id": "site_123abc", "reviewed_at": "<time>", "...": true}], "...": true}, "meta": {"...": true}}`},
	{Name: "the audit has the names", As: "all", Method: "GET", Path: "/ext/v1/audit?action=call_list.reviewed", Status: 200, Want: `{"data": {"lines": [
		` + reviewOf + `[{"field": "with", "old": null, "new": "Ann Lee"}], "on_behalf_of": null, "...": true},
		` + reviewOf + `[{"field": "with", "old": null, "new": "Zoë"}, {"field": "note", "old": null, "new": "Bob moves out."}], "on_behalf_of": "Bob", "...": true}], "...": true}}`},
	{Name: "it is no event", As: "all", Method: "GET", Path: "/ext/v1/events?types=site.updated&limit=9", Status: 200, Want: `{"data": {"events": [{"fields": ["name"], "...": true}], "...": true}}`},
	{Name: "without a name", As: "all", Method: "POST", Path: reviewsPath, Body: `{}`, Status: 422, Want: invalid("with required")},
	{Name: "without a name, by reference", As: "all", Method: "POST", Path: refReviewsPath, Body: `{}`, Status: 422, Want: invalid("with required")},
	{Name: "null for a name", As: "all", Method: "POST", Path: reviewsPath, Body: `{"with": null}`, Status: 422, Want: invalid("with not_nullable")},
	{Name: "a blank name, and a long note", As: "all", Method: "POST", Path: reviewsPath, Body: `{"with": " ", "note": "` + strings.Repeat("ö", 501) + `"}`, Status: 422, Want: invalid("with required", "note too_long")},
	{Name: "a long name", As: "all", Method: "POST", Path: reviewsPath, Body: `{"with": "` + strings.Repeat("ö", 101) + `"}`, Status: 422, Want: invalid("with too_long")},
	{Name: "a control character", As: "all", Method: "POST", Path: reviewsPath, Body: `{"with": "a\u0007", "note": "\u202e"}`, Status: 422, Want: invalid("with invalid", "note invalid")},
	{Name: "the wrong type", As: "all", Method: "POST", Path: reviewsPath, Body: `{"with": 7}`, Status: 400, Want: failure("invalid_request", "with")},
	{Name: "an unknown site before a bad name", As: "all", Method: "POST", Path: sitesPath + "/none/reviews", Body: `{}`, Status: 404, Want: failure("site_not_found", "")},
	{Name: "with a key for sites only", As: "sites:write", Method: "POST", Path: reviewsPath, Body: `{"with": "Ann"}`, Status: 403, Want: failure("permission_denied", "")},
}

// TestErasureOfReviews erases a person with whom a list was read through: the time of the review stays.
func TestErasureOfReviews(t *testing.T) {
	a := testkit.NewApp(t)
	_, before := linesAfter(t, a, "latest")
	for _, body := range []string{
		`{"with": "John Doe", "note": "a"}`, `{"with": "Jane Smith", "note": "JOHN DOE left"}`, `{"with": "Jane Smith", "note": "call 555-0123 no more"}`,
		`{"with": "Jane Smith", "note": "nothing new"}`,
	} {
		if status, answer := a.Do("all", "POST", reviewsPath, body); status != 200 {
			t.Fatalf("POST = %d %v, want 200", status, answer)
		}
	}
	if status, answer := a.Do("all", "POST", johnPath+"/erase", ""); status != 200 {
		t.Fatalf("erase = %d %v, want 200", status, answer)
	}
	lines, _ := linesAfter(t, a, before)
	var erased []bool
	for _, l := range lines {
		if l["action"] == "call_list.reviewed" {
			erased = append(erased, l["erased"].(bool))
			if n := len(l["changes"].([]any)); (n == 0) != l["erased"].(bool) {
				t.Errorf("a review shows %d values, erased %v", n, l["erased"])
			}
		}
	}
	if want := []bool{true, true, true, false}; !slices.Equal(erased, want) {
		t.Errorf("erased = %v, want %v", erased, want)
	}
	a.Try(t, testkit.Scenario{As: "all", Method: "GET", Path: sitePath, Status: 200, Want: `{"data": {"reviewed_at": "<time>", "...": true}}`})
}
