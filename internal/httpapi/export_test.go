package httpapi_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/httpapi"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
	"example.org/rollcall/internal/web"
)

const exportPath = "/ext/v1/contacts/export"

var exportScenarios = []testkit.Scenario{
	{Name: "an unknown format answers 400", As: "all", Method: "GET", Path: exportPath + "?format=xlsx", Status: 400, Want: failure("invalid_request", "format")},
	{Name: "an unknown type answers 400", As: "all", Method: "GET", Path: exportPath + "?type=owner", Status: 400, Want: failure("invalid_request", "type")},
	{Name: "a number without digits answers 400", As: "all", Method: "GET", Path: exportPath + "?phone=none", Status: 400, Want: failure("invalid_request", "phone")},
	{
		Name: "a limit answers 400 to a strict caller", As: "all", Method: "GET", Path: exportPath + "?limit=5", Header: header{"Prefer": "handling=strict"},
		Status: 400, Want: `{"error": {"code": "invalid_request", "field": "limit", "...": true}}`,
	},
	{Name: "without contacts:read it answers 403", As: "sites:read", Method: "GET", Path: exportPath, Status: 403, Want: failure("permission_denied", "")},
}

func TestExportContactsRefuses(t *testing.T) { testkit.Run(t, exportScenarios) }

// exported returns the file of a request, which must succeed.
func exported(t *testing.T, a *testkit.App, as, query, contentType string) string {
	t.Helper()
	resp, body := a.Send(t, testkit.Scenario{As: as, Method: "GET", Path: exportPath + query})
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || got != contentType {
		t.Errorf("GET %s%s: status %d, Content-Type %q; want 200 and %q", exportPath, query, resp.StatusCode, got, contentType)
	}
	return string(body)
}

// TestExportContacts compares files of the contacts of the reference, one of whom has hours, absences and a second phone.
func TestExportContacts(t *testing.T) {
	a := testkit.NewApp(t)
	status, answer := a.Do("all", "PUT", contactsPath+"/"+janeID, `{"last_name": "=Smith", "availability": [{"days": ["mon", "tue"], "from": "08:00", "to": "17:30"}],
		"absences": [{"from": "2027-03-01T00:00:00Z", "to": "2027-03-10T00:00:00.5Z", "note": "away; by sea"}], "points": [
		{"kind": "phone", "value": "+1 202 555 0147", "label": "mobile"}, {"kind": "phone", "value": "(202) 555-0148", "extension": "12"}]}`)
	if status != 200 {
		t.Fatal(status, answer)
	}
	points := ",phone,'+1 202 555 0147,,mobile,unconfirmed,phone,(202) 555-0148,12,,unconfirmed" + strings.Repeat(",,,,,", 8) + ",\n"
	jane := `site_123abc,ACCT-1001,contact_abc123,contact_abc123,2,Jane,'=Smith,emergency,manager,,,,,"mon,tue 08:00-17:30",` +
		`2027-03-01T00:00:00Z/2027-03-10T00:00:00.5Z away; by sea,true,true,false` + points
	csv := exported(t, a, "contacts:read", "", "text/csv; charset=utf-8")
	lines := strings.SplitAfter(csv, "\n")
	if len(lines) != 4 || lines[2] != jane || !strings.HasPrefix(lines[0], "site_id,account_reference_id,") || !strings.HasSuffix(lines[0], ",rollcall_export\n") {
		t.Errorf("the file is\n%s\nwant a header, John, and\n%s", csv, jane)
	}
	jsonl := strings.SplitAfter(exported(t, a, "contacts:read", "?format=jsonl", "application/x-ndjson"), "\n")
	want := `{"site_id": "site_123abc", "account_reference_id": "ACCT-1001", "contact_id": "contact_abc123", "last_name": "=Smith", "phone": "+1 202 555 0147", "...": true}`
	if len(jsonl) != 3 {
		t.Fatalf("JSON lines are %q, want two", jsonl)
	}
	if diff := testkit.Match([]byte(jsonl[1]), want); diff != "" {
		t.Errorf("the second line: %s", diff)
	}
	if got := exported(t, a, "all", "?type=primary", "text/csv; charset=utf-8"); strings.Count(got, "\n") != 2 || !strings.Contains(got, ",John,") {
		t.Errorf("of type primary:\n%s\nwant John alone", got)
	}
	if got := exported(t, a, "all", "?format=jsonl&site_id=none", "application/x-ndjson"); got != "" {
		t.Errorf("of a site that does not exist: %q, want nothing", got)
	}
	if got := exported(t, a, "other", "", "text/csv; charset=utf-8"); strings.Count(got, "\n") != 1 {
		t.Errorf("of another dealer:\n%s\nwant the header alone", got)
	}
}

// TestExportIsCutIfTheDatabaseFails reads an export of several pages whose table is lost after the first.
func TestExportIsCutIfTheDatabaseFails(t *testing.T) {
	a := testkit.NewApp(t)
	site := rollcall.SiteRef{ID: "site_123abc"}
	for i := range 300 {
		in := testkit.Contact("", "Ann", fmt.Sprint("Lee ", i), "ann@example.org", "", "primary", "")
		if _, err := a.Service().CreateContact(t.Context(), service.Caller{Dealer: a.Dealer}, site, in); err != nil {
			t.Fatal(err)
		}
	}
	if got := exported(t, a, "all", "", "text/csv; charset=utf-8"); strings.Count(got, "\n") != 303 {
		t.Errorf("the file has %d lines, want 303", strings.Count(got, "\n"))
	}
	key := a.Key("all")
	handler, err := httpapi.New(a.Service(), httpapi.Options{
		Now: time.Now, MaxRequests: 10,
		NewExport: func(w io.Writer, format string) (func([]service.SiteContact) error, error) {
			write, err := app.NewContactExport(w, format)
			return func(page []service.SiteContact) error {
				defer a.Execute(t, "ALTER TABLE points RENAME TO lost")
				return write(page)
			}, err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(web.Wrap(handler, web.Options{Error: httpapi.Error(nil)}))
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+exportPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || strings.Count(string(body), "\n") != 201 {
		t.Errorf("reading returns %d lines and %v, want 201 and unexpected EOF", strings.Count(string(body), "\n"), err)
	}
}
