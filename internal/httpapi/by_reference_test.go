package httpapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

const (
	crmPath = refPath + "/crm-1"
	first   = "POST " + contactsPath + " " + ok + `, "contact_id": "first", "external_contact_id": "crm-1"}`
	second  = "POST " + contactsPath + " " + ok + `, "contact_id": "second", "external_contact_id": "crm-1"}`
	purge   = "purge" // removes contacts that were deleted more than 30 days ago
)

// noContact is the body of the error for a contact that was not found, without a hint.
const noContact = `{"error": {"code": "contact_not_found", "request_id": "<request_id>",
	"message": "contact not found; list the contacts of the site, or restore the contact if it was deleted"}}`

// severalPeople is the body of the error for an external id that may stand for several people.
func severalPeople(ids string) string {
	return `{"error": {"code": "external_contact_id_taken", "field": "external_contact_id", "request_id": "<request_id>",
		"message": "this external_contact_id may stand for several people; use /ext/v1 and the contact_id of the one you mean: ` + ids + `"}}`
}

// histories are what happened to contacts before crm-1 is exported and erased, and whom that finds.
var histories = []struct {
	name  string
	steps []string // method, path and body
	want  string   // the contact_id; else the body of the error
	audit string   // actions in the export
	left  string   // contact_id of contacts that the erasure leaves
}{
	{name: "a contact", steps: []string{first}, want: "first", audit: "created"},
	{name: "no contact", want: failure("contact_not_found", "")},
	{name: "a deleted contact", steps: []string{first, "DELETE " + crmPath}, want: "first", audit: "created deleted"},
	{name: "a removed contact", steps: []string{first, "DELETE " + crmPath, purge}, want: "first", audit: "created deleted removed"},
	{name: "a restored contact", steps: []string{first, "DELETE " + crmPath, "POST " + crmPath + "/restore"}, want: "first", audit: "created deleted restored"},
	{name: "a contact without an external id", steps: []string{"POST " + contactsPath + " " + ok + `, "contact_id": "crm-1"}`}, want: "crm-1", audit: "created"},
	{
		name:  "a contact_id of a contact with an external id of its own",
		steps: []string{"POST " + contactsPath + " " + ok + `, "contact_id": "crm-1", "external_contact_id": "other"}`},
		want: `{"error": {"code": "contact_not_found", "request_id": "<request_id>",
			"message": "contact not found; list the contacts of the site, or restore the contact if it was deleted; this is a contact_id: use /ext/v1/sites/{site_id}/contacts/{contact_id}"}}`,
		left: "crm-1",
	},
	{
		name: "a contact of another site",
		steps: []string{
			`POST /ext/v1/sites {"name": "N", "site_id": "elsewhere"}`,
			"POST /ext/v1/sites/elsewhere/contacts " + ok + `, "external_contact_id": "crm-1"}`,
		},
		want: failure("contact_not_found", ""),
	},
	{name: "an erased contact", steps: []string{first, "POST " + contactsPath + "/first/erase"}, want: failure("contact_not_found", "")},
	{name: "a contact after one that was erased", steps: []string{first, "POST " + contactsPath + "/first/erase", second}, want: "second", audit: "created"},
	{name: "a contact after a deleted one", steps: []string{first, "DELETE " + crmPath, second}, want: severalPeople("first, second"), left: "second"},
	{name: "a contact after a removed one", steps: []string{first, "DELETE " + crmPath, purge, second}, want: severalPeople("first, second"), left: "second"},
	{name: "two deleted contacts", steps: []string{first, "DELETE " + crmPath, second, "DELETE " + crmPath}, want: severalPeople("first, second")},
	{name: "two removed contacts", steps: []string{first, "DELETE " + crmPath, second, "DELETE " + crmPath, purge}, want: severalPeople("first, second")},
	{
		name: "two deleted contacts, one of them erased", want: "second", audit: "created deleted",
		steps: []string{first, "DELETE " + crmPath, second, "DELETE " + crmPath, "POST " + contactsPath + "/first/erase"},
	},
	{name: "a contact that was made again with the same identifiers", steps: []string{first, "DELETE " + crmPath, first}, want: "first", audit: "created deleted created"},
	{
		name:  "a contact_id that was used again with another external id",
		steps: []string{first, "DELETE " + crmPath, strings.Replace(first, "crm-1", "crm-2", 1)},
		want:  severalPeople("first"), left: "first",
	},
}

func TestPersonByReference(t *testing.T) {
	for _, tt := range histories {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clock := testkit.NewClock()
			a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
			for _, step := range tt.steps {
				if step == purge {
					clock.Advance(31 * 24 * time.Hour)
					if err := a.Service().Sweep(t.Context()); err != nil {
						t.Fatal(err)
					}
					continue
				}
				words := append(strings.SplitN(step, " ", 3), "")
				if status, answer := a.Do("all", words[0], words[1], words[2]); status > 299 {
					t.Fatalf("%s = %d %v, want success", step, status, answer)
				}
			}
			status, exported, erased := statusOf(tt.want), tt.want, tt.want
			if status == 200 {
				exported = exportOf(tt.want, strings.Fields(tt.audit))
				erased = `{"data": {"contact_id": "` + tt.want + `", "erased_at": "<time>"}}`
			}
			a.Try(t, testkit.Scenario{As: "privacy:write", Method: "GET", Path: crmPath + "/export", Status: status, Want: exported})
			a.Try(t, testkit.Scenario{As: "privacy:write", Method: "POST", Path: crmPath + "/erase", Status: status, Want: erased})
			if status == 200 {
				again := testkit.Scenario{As: "all", Status: 404, Want: failure("contact_not_found", "")}
				again.Method, again.Path = "GET", contactsPath+"/"+tt.want+"/export"
				a.Try(t, again)
				again.Method, again.Path = "POST", crmPath+"/erase"
				a.Try(t, again)
			}
			left := []string{john, jane}
			if tt.left != "" {
				left = append(left, tt.left)
			}
			a.Try(t, testkit.Scenario{As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: contactList(len(left), left...)})
		})
	}
}

// exportOf returns the body of the export of a contact with these actions in its audit. One that was removed has only the audit.
func exportOf(id string, actions []string) string {
	lines := make([]string, len(actions))
	for i, action := range actions {
		lines[i] = fmt.Sprintf(`{"action": "contact.%s", "contact_id": %q, "...": true}`, action, id)
	}
	contact := fmt.Sprintf(`"contact": {"contact_id": %q, "...": true}, "...": true`, id)
	if slices.Contains(actions, "removed") {
		contact = `"phone_e164": null, "deleted_at": null`
	}
	return fmt.Sprintf(`{"data": {"validations": [], "suppressions": [], "former_points": [], "audit": [%s], %s}}`, strings.Join(lines, ", "), contact)
}

// statusOf returns the status of an answer to a body in histories.
func statusOf(want string) int {
	switch {
	case strings.Contains(want, "contact_not_found"):
		return 404
	case strings.Contains(want, "external_contact_id_taken"):
		return 409
	}
	return 200
}

func TestErasedByReferenceOnce(t *testing.T) {
	testkit.Run(t, []testkit.Scenario{
		{Name: "create a contact", As: "all", Method: "PUT", Path: crmPath, Body: ok + `}`, Status: 201, Want: `{"data": {"...": true}}`},
		{
			Name: "erase it", As: "all", Method: "POST", Path: crmPath + "/erase", Header: once("e"), Status: 200, WantHeader: fresh,
			Want: `{"data": {"contact_id": "<contact_id>", "erased_at": "<time>"}}`,
		},
		{
			Name: "the same erase replays the response", As: "all", Method: "POST", Path: crmPath + "/erase", Header: once("e"), Status: 200,
			WantHeader: replayed, Want: `{"data": {"contact_id": "<contact_id>", "erased_at": "<time>"}}`,
		},
		{Name: "create a contact with the same external id", As: "all", Method: "PUT", Path: crmPath, Body: ok + `}`, Status: 201, Want: `{"data": {"...": true}}`},
		{
			Name: "the same erase still replays the response", As: "all", Method: "POST", Path: crmPath + "/erase", Header: once("e"), Status: 200,
			WantHeader: replayed, Want: `{"data": {"contact_id": "<contact_id>", "erased_at": "<time>"}}`,
		},
		{Name: "the new contact was not erased", As: "all", Method: "GET", Path: crmPath, Status: 200, Want: `{"data": {"...": true}}`},
		{
			Name: "the audit of an erased contact holds no external id", As: "all", Method: "GET", Path: "/ext/v1/audit?action=contact.erased", Status: 200,
			Want: `{"data": {"lines": [{"site_id": "site_123abc", "contact_id": "<contact_id>", "subject": "<contact_id>", "changes": [], "...": true}], "next_after": "<any>"}}`,
		},
		{Name: "delete the site", As: "all", Method: "DELETE", Path: "/ref/v1/sites/ACCT-1001?cascade=true", Status: 204},
		{Name: "a deleted site has no reference", As: "all", Method: "POST", Path: crmPath + "/erase", Status: 404, Want: failure("site_not_found", "")},
	})
}

func TestRestoreByReference(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	restore := crmPath + "/restore"
	for _, s := range []testkit.Scenario{
		{Name: "restore of an unknown contact answers 404", Method: "POST", Path: restore, Status: 404, Want: failure("contact_not_found", "")},
		{Name: "create", Method: "PUT", Path: crmPath, Body: ok + `, "last_name": "First"}`, Status: 201, Want: `{"data": {"...": true}}`},
		{Name: "restore of a contact that is not deleted answers 404", Method: "POST", Path: restore, Status: 404, Want: failure("contact_not_found", "")},
		{Name: "delete", Method: "DELETE", Path: crmPath, Status: 204},
		{Name: "create another", Method: "PUT", Path: crmPath, Body: ok + `, "last_name": "Second"}`, Status: 201, Want: `{"data": {"...": true}}`},
		{
			Name: "restore of an external id that is taken answers 409", Method: "POST", Path: restore, Status: 409,
			Want: taken("external_contact_id_taken", "external_contact_id", "<any>"),
		},
		{Name: "delete it too", Method: "DELETE", Path: crmPath, Status: 204},
		{Name: "another dealer restores nothing", As: "other", Method: "POST", Path: restore, Status: 404, Want: failure("site_not_found", "")},
		{
			Name: "restore brings back the contact deleted last", Method: "POST", Path: restore, Status: 200,
			Want: `{"data": {"external_contact_id": "crm-1", "last_name": "Second", "...": true}}`,
		},
		{Name: "restore by a contact_id that is not deleted gets no hint", Method: "POST", Path: refPath + "/contact_789ghi/restore", Status: 404, Want: noContact},
		{Name: "restore by id of a contact that is not deleted gets no hint", Method: "POST", Path: johnPath + "/restore", Status: 404, Want: noContact},
		{Name: "delete a contact without an external id", Method: "DELETE", Path: johnPath, Status: 204},
		{
			Name: "restore a contact without an external id", Method: "POST", Path: refPath + "/contact_789ghi/restore", Status: 200,
			Want: `{"data": {"contact_id": "contact_789ghi", "...": true}}`,
		},
		{Name: "delete it again", Method: "DELETE", Path: johnPath, Status: 204},
	} {
		if s.As == "" {
			s.As = "all"
		}
		clock.Advance(time.Minute)
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
	clock.Advance(30 * 24 * time.Hour)
	a.Try(t, testkit.Scenario{
		Name: "restore after 30 days answers 404", As: "all", Method: "POST", Path: refPath + "/contact_789ghi/restore", Status: 404, Want: failure("contact_not_found", ""),
	})
}

func TestValidationsByReference(t *testing.T) {
	a := testkit.NewApp(t)
	path, m := ask(t, a, "sms")
	byReference := strings.Replace(path, johnPath, refPath+"/contact_789ghi", 1)
	validations := refPath + "/contact_789ghi/validations"
	code := func(code string) string { return fmt.Sprintf(`{"code": %q}`, code) }
	attested := refPath + "/contact_789ghi/attestation"
	for _, s := range []testkit.Scenario{
		{
			Name: "list", As: "validations:read", Method: "GET", Path: validations + "?per_page=1", Status: 200,
			Want: `{"data": {"validations": [{"status": "sent", "...": true}], "total_count": 1}}`,
		},
		{Name: "list with an invalid page answers 400", Method: "GET", Path: validations + "?page=0", Status: 400, Want: failure("invalid_request", "page")},
		{Name: "list of an unknown contact answers 404", Method: "GET", Path: crmPath + "/validations", Status: 404, Want: failure("contact_not_found", "")},
		{Name: "get", As: "validations:read", Method: "GET", Path: byReference, Status: 200, Want: `{"data": {"status": "sent", "timeline": [{"event": "queued", "...": true}, {"event": "sent", "...": true}], "...": true}}`},
		{Name: "get of an unknown validation answers 404", Method: "GET", Path: byReference + "x", Status: 404, Want: failure("validation_not_found", "")},
		{
			Name: "get of another contact's validation answers 404", Method: "GET", Path: strings.Replace(byReference, john, jane, 1), Status: 404,
			Want: failure("validation_not_found", ""),
		},
		{Name: "a test key finds no live validation", As: "test", Method: "POST", Path: byReference + "/cancel", Status: 404, Want: failure("validation_not_found", "")},
		{Name: "a code without digits answers 422", Method: "POST", Path: byReference + "/check", Body: code("abcdef"), Status: 422, Want: invalid("code invalid")},
		{Name: "the right code confirms", Method: "POST", Path: byReference + "/check", Body: code(m.Code), Status: 200, Want: `{"data": {"status": "confirmed", "...": true}}`},
		{Name: "cancel of a confirmed validation", Method: "POST", Path: byReference + "/cancel", Status: 200, Want: `{"data": {"status": "confirmed", "...": true}}`},
		{Name: "an attestation without fields answers 422", Method: "POST", Path: attested, Body: `{}`, Status: 422, Want: invalid("point required", "note required")},
		{
			Name: "an attestation with a test key changes the sandbox", As: "test", Method: "POST", Path: attested, Body: `{"point": "email", "note": "Called."}`, Status: 200,
			Want: states("unconfirmed", "confirmed"),
		},
		{Name: "an attestation confirms", Method: "POST", Path: attested, Body: `{"point": "email", "note": "Called."}`, Status: 200, Want: states("confirmed", "confirmed")},
		{Name: "a test key exports", As: "test", Method: "GET", Path: refPath + "/contact_789ghi/export", Status: 200, Want: `{"data": {"...": true}}`},
	} {
		if s.As == "" {
			s.As = "all"
		}
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}
