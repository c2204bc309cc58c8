package httpapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

// changing are bodies that change something, for operations whose other tests change nothing.
var changing = map[string]string{
	"updateSite": `{"name": "Pier"}`, "patchSite": `{"name": "Pier"}`, "putSite": `{"name": "Pier"}`,
	"updateContact": `{"first_name": "Ann"}`, "patchContact": `{"first_name": "Ann"}`, "putContact": `{"first_name": "Ann"}`,
	"patchSettings": `{"stale_after_days": 30}`, "putBranding": `{"display_name": "Harbor"}`, "patchWebhook": `{"description": "New"}`,
}

// unrecorded are the changes that the audit leaves out.
var unrecorded = []string{"testWebhook", "retryDelivery", "retryRollCall"} // a roll call has nothing to retry before it started

// byOthers are actors whose lines follow from a change, and that nobody asked for.
var byOthers = []string{"server"}

// reversed returns the body of an order with its only list the other way round.
func reversed(t *testing.T, body string) string {
	t.Helper()
	var lists map[string][]string
	if err := json.Unmarshal([]byte(body), &lists); err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		slices.Reverse(list)
	}
	turned, err := json.Marshal(lists)
	if err != nil {
		t.Fatal(err)
	}
	return string(turned)
}

// linesAfter returns the lines of the audit after a cursor, and the cursor after them.
func linesAfter(t *testing.T, a *testkit.App, cursor string) (lines []map[string]any, next string) {
	t.Helper()
	status, answer := a.Do("all", "GET", "/ext/v1/audit?limit=500&after="+cursor, "")
	if status != 200 {
		t.Fatalf("the audit = %d %v, want 200", status, answer)
	}
	data := answer["data"].(map[string]any)
	for _, l := range data["lines"].([]any) {
		lines = append(lines, l.(map[string]any))
	}
	return lines, data["next_after"].(string)
}

// TestEveryChangeKeepsOnWhoseRequest sends every change of the contract with X-On-Behalf-Of, and reads the audit.
func TestEveryChangeKeepsOnWhoseRequest(t *testing.T) {
	for id, s := range requests(t) {
		if s.Method == "GET" {
			continue
		}
		t.Run(id, func(t *testing.T) {
			a := testkit.NewApp(t)
			s = arranged(t, a, id, s)
			noun := strings.TrimSuffix(id, "ByReference")
			if body := changing[noun]; body != "" {
				s.Body = body
			}
			switch noun {
			case "putCallOrder":
				s.Body = reversed(t, s.Body)
			case "resumeRollCall":
				a.Do("all", "POST", s.Path[:strings.LastIndex(s.Path, "/")]+"/pause", "")
			case "rotateWebhook":
				hook, _ := testedWebhook(a)
				s.Path = strings.Replace(s.Path, "hook_none", hook, 1)
			}
			_, before := linesAfter(t, a, "latest")
			s.As, s.Header = "all", merged(s.Header, header{"X-On-Behalf-Of": "Ann%20L%C3%B3pez"})
			resp, body := a.Send(t, s)
			if resp.StatusCode > 299 {
				t.Fatalf("%s = %d %s, want success", id, resp.StatusCode, body)
			}
			if noun == "createImport" {
				ended(t, a, "all", resp.Header.Get("Location"))
			}
			lines, _ := linesAfter(t, a, before)
			found := 0
			for _, l := range lines {
				if slices.Contains(byOthers, l["actor"].(string)) {
					continue
				}
				if found++; l["on_behalf_of"] != "Ann López" {
					t.Errorf("the line %s of %s by %v has on_behalf_of %v, want Ann López", l["action"], id, l["actor"], l["on_behalf_of"])
				}
			}
			if (found > 0) == slices.Contains(unrecorded, noun) {
				t.Errorf("%s wrote %d lines", id, found)
			}
		})
	}
}

func TestOnBehalfOf(t *testing.T) {
	a := testkit.NewApp(t)
	put := func(name, key string, want int, field string) {
		t.Helper()
		s := testkit.Scenario{As: "all", Method: "PUT", Path: johnPath, Body: `{"language": "fr"}`, Status: want, Want: failure("invalid_request", field)}
		s.Header = merged(once(key), header{"X-On-Behalf-Of": name})
		if want == 200 {
			s.Want = `{"data": {"language": "fr", "...": true}}`
		}
		a.Try(t, s)
	}
	for i, bad := range []string{
		"", "%20", "%", "%zz", "%FF", "Ann%0ALee", "Ann%00", "%E2%80%AEAnn", "L\xc3\xb3pez", "%E2%80%8B", strings.Repeat("x", 101), strings.Repeat("%C3%B6", 101),
	} {
		put(bad, fmt.Sprint("bad", i), 400, "X-On-Behalf-Of")
	}
	_, before := linesAfter(t, a, "latest")
	put(strings.Repeat("%C3%B6", 100), "k", 200, "")
	put("Another", "k", 200, "") // a replay, since only the method, the path, the query and the body make the request
	put("%", "k", 400, "X-On-Behalf-Of")
	lines, _ := linesAfter(t, a, before)
	if len(lines) != 1 || lines[0]["on_behalf_of"] != strings.Repeat("ö", 100) {
		t.Errorf("lines = %v, want one on behalf of the first name", lines)
	}
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: johnPath, Header: header{"X-On-Behalf-Of": "%"}, Status: 200, Want: `{"data": {"...": true}}`,
	})
}

// TestErasureOfOnBehalfOf erases a person who asked for changes of others, and of what belongs to no site.
func TestErasureOfOnBehalfOf(t *testing.T) {
	a := testkit.NewApp(t)
	do := func(name, method, path, body string) {
		t.Helper()
		resp, answer := a.Send(t, testkit.Scenario{As: "all", Method: method, Path: path, Body: body, Header: header{"X-On-Behalf-Of": name}})
		if resp.StatusCode > 299 {
			t.Fatalf("%s %s = %d %s, want success", method, path, resp.StatusCode, answer)
		}
	}
	const jane = contactsPath + "/contact_abc123"
	a.Do("all", "PUT", johnPath, `{"first_name": "Jon"}`)
	a.Do("all", "PUT", johnPath, `{"first_name": "John"}`)
	_, before := linesAfter(t, a, "latest")
	do("Mr.%20JON%20Doe", "PUT", jane, `{"language": "fr"}`)
	do("Doe", "PUT", sitePath, `{"name": "Pier"}`)
	do("me%20(john.doe@example.com)", "PATCH", "/ext/v1/settings", `{"stale_after_days": 30}`)
	do("Ann%20Lee", "PUT", johnPath, `{"language": "fr"}`)
	do("Ann%20Lee", "PUT", jane, `{"language": "es"}`)
	do("Jane%20Smith", "PUT", sitePath, `{"name": "Mill"}`)
	do("John%20Doe", "POST", johnPath+"/erase", "")
	lines, _ := linesAfter(t, a, before)
	var got []string
	for _, l := range lines {
		if l["actor"] != "server" {
			got = append(got, fmt.Sprint(l["action"], " ", l["on_behalf_of"], " ", l["erased"], " ", len(l["changes"].([]any))))
		}
	}
	want := []string{
		"contact.updated <nil> true 1", "site.updated <nil> true 1", "settings.updated <nil> true 1", "contact.updated <nil> true 0",
		"contact.updated Ann Lee false 1", "site.updated Jane Smith false 1", "audit.mentions_erased <nil> false 0", "audit.mentions_erased <nil> false 0", "contact.erased <nil> false 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("lines after the erasure:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	report, err := a.Service().VerifyAudit(t.Context(), nil)
	if err != nil || len(report.Faults) > 0 {
		t.Errorf("VerifyAudit = %v, %v, want no fault", report.Faults, err)
	}
}
