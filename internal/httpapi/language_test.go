package httpapi_test

import (
	"net/url"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

// inLanguage is the body of an answer about a contact with this language, as JSON.
func inLanguage(tag string) string { return `{"data": {"language": ` + tag + `, "...": true}}` }

func TestLanguageOfANewContact(t *testing.T) {
	for _, tt := range []struct {
		name, given string // JSON; empty: absent
		status      int
		want        string
	}{
		{"absent is null", "", 201, inLanguage("null")},
		{"null is null", "null", 201, inLanguage("null")},
		{"an empty text is null", `""`, 201, inLanguage("null")},
		{"a language is kept", `"es"`, 201, inLanguage(`"es"`)},
		{"a tag is kept in the caller's spelling", `"ES-mx"`, 201, inLanguage(`"ES-mx"`)},
		{"a tag with a script is accepted", `"zh-Hant-TW"`, 201, inLanguage(`"zh-Hant-TW"`)},
		{"a language without texts is accepted", `"de"`, 201, inLanguage(`"de"`)},
		{"a tag that names no language answers 422", `"und"`, 422, invalid("language invalid")},
		{"an underscore answers 422", `"en_US"`, 422, invalid("language invalid")},
		{"a name of a language answers 422", `"Spanish please"`, 422, invalid("language invalid")},
		{"blanks answer 422", `" "`, 422, invalid("language invalid")},
		{"a tag that is too long answers 422", `"en-x-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaa"`, 422, invalid("language invalid")},
		{"another type answers 400", `["es"]`, 400, failure("invalid_request", "language")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := ok + `}`
			if tt.given != "" {
				body = ok + `, "language": ` + tt.given + `}`
			}
			a := testkit.NewApp(t)
			a.Try(t, testkit.Scenario{As: "all", Method: "POST", Path: contactsPath, Body: body, Header: strict, Status: tt.status, Want: tt.want})
			a.Try(t, testkit.Scenario{As: "all", Method: "PUT", Path: refPath + "/new", Body: body, Header: strict, Status: tt.status, Want: tt.want})
		})
	}
}

var changedLanguageScenarios = []testkit.Scenario{
	{Name: "a contact has no language at first", Method: "GET", Path: johnPath, Status: 200, SaveTag: "none", Want: inLanguage("null")},
	{Name: "PUT sets the language", Method: "PUT", Path: johnPath, Body: `{"language": "es"}`, Status: 200, SaveTag: "es", Want: inLanguage(`"es"`)},
	{Name: "a new language makes a new ETag", Method: "GET", Path: johnPath, Header: ifNoneMatch("${none}"), Status: 200, Want: inLanguage(`"es"`)},
	{
		Name: "PUT with the ETag of another language answers 412", Method: "PUT", Path: johnPath, Header: ifMatch("${none}"), Body: `{"language": "fr"}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{Name: "PUT without a language keeps it", Method: "PUT", Path: johnPath, Body: `{"last_name": "Roe"}`, Status: 200, SaveTag: "roe", Want: inLanguage(`"es"`)},
	{Name: "PUT by reference without a language keeps it", Method: "PUT", Path: refPath + "/" + john, Body: `{"role": null}`, Status: 200, Want: inLanguage(`"es"`)},
	{Name: "an invalid language answers 422", Method: "PATCH", Path: johnPath, Body: `{"language": "??"}`, Status: 422, Want: invalid("language invalid")},
	{Name: "another type answers 400", Method: "PATCH", Path: johnPath, Body: `{"language": 1}`, Status: 400, Want: failure("invalid_request", "language")},
	{
		Name: "a list has the language", Method: "GET", Path: contactsPath + "?type=primary", Status: 200,
		Want: `{"data": {"contacts": [{"contact_id": "contact_789ghi", "language": "es", "...": true}], "total_count": 1}}`,
	},
	{Name: "search does not look at the language", Method: "GET", Path: contactsPath + "?search=es", Status: 200, Want: contactList(0)},
	{
		Name: "an export has the language", Method: "GET", Path: johnPath + "/export", Status: 200,
		Want: `{"data": {"contact": {"language": "es", "...": true}, "...": true}}`,
	},
	{Name: "delete", Method: "DELETE", Path: johnPath, Status: 204},
	{Name: "a restored contact has its language", Method: "POST", Path: johnPath + "/restore", Status: 200, Want: inLanguage(`"es"`)},
	{Name: "PATCH changes the language", Method: "PATCH", Path: johnPath, Body: `{"language": "fr-CA"}`, Status: 200, Want: inLanguage(`"fr-CA"`)},
	{Name: "null clears the language", Method: "PATCH", Path: johnPath, Body: `{"language": null}`, Status: 200, Want: inLanguage("null")},
	{Name: "an empty text clears the language", Method: "PUT", Path: johnPath, Body: `{"language": ""}`, Status: 200, Want: inLanguage("null")},
	{
		Name: "the audit has each language", Method: "GET", Path: "/ext/v1/audit?action=contact.updated", Status: 200,
		Want: `{"data": {"lines": [
			{"changes": [{"field": "language", "old": null, "new": "es"}], "...": true},
			{"changes": [{"field": "last_name", "old": "Doe", "new": "Roe"}], "...": true},
			{"changes": [{"field": "role", "old": "owner", "new": null}], "...": true},
			{"changes": [{"field": "language", "old": "es", "new": "fr-CA"}], "...": true},
			{"changes": [{"field": "language", "old": "fr-CA", "new": null}], "...": true}], "next_after": "<any>"}}`,
	},
	{Name: "erase", Method: "POST", Path: johnPath + "/erase", Status: 200, Want: `{"data": {"...": true}}`},
	{
		Name: "the audit of an erased contact has no language", Method: "GET", Path: "/ext/v1/audit?action=contact.updated&limit=1", Status: 200,
		Want: `{"data": {"lines": [{"erased": true, "changes": [], "...": true}], "next_after": "<any>"}}`,
	},
}

func TestChangedLanguageOfAContact(t *testing.T) {
	a := testkit.NewApp(t)
	for _, s := range changedLanguageScenarios {
		s.As = "all"
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}

// TestLanguageIsAFieldOfTheContact checks that a new language moves updated_at, keeps states and open validations, and that a
// list as of an earlier time has the earlier language.
func TestLanguageIsAFieldOfTheContact(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	ask(t, a, "email")
	phonePath, _ := ask(t, a, "sms")
	before := clock.Now().UTC().Format(time.RFC3339)
	clock.Advance(time.Minute)
	now := clock.Now().UTC().Format(time.RFC3339)
	for _, s := range []testkit.Scenario{
		{
			Name: "a new language moves updated_at and keeps the states", Method: "PUT", Path: johnPath, Body: `{"language": "es"}`, Status: 200,
			Want: `{"data": {"language": "es", "updated_at": "` + now + `", "validation": {"phone": {"status": "pending", "...": true},
				"email": {"status": "pending", "...": true}}, "...": true}}`,
		},
		{Name: "the open validation stays open", Method: "GET", Path: phonePath, Status: 200, Want: `{"data": {"status": "sent", "...": true}}`},
		{
			Name: "the list as of now has the language", Method: "GET", Path: contactsPath + "?as_of=" + url.QueryEscape(now), Status: 200,
			Want: `{"data": {"contacts": [{"language": "es", "...": true}, {"language": null, "...": true}], "total_count": 2}}`,
		},
		{
			Name: "the list as of an earlier time does not have it", Method: "GET", Path: contactsPath + "?as_of=" + url.QueryEscape(before), Status: 200,
			Want: `{"data": {"contacts": [{"language": null, "...": true}, {"language": null, "...": true}], "total_count": 2}}`,
		},
	} {
		s.As = "all"
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}
