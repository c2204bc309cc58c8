package httpapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

const (
	importsPath = "/ext/v1/imports"
	peopleCSV   = "Acct #,Seq,Name,Cell Phone,Relation,PIN,Shoe size\n" +
		"ACCT-1001,1,Ann Lee,+1 202 555 0147,Owner,1234,38\n" +
		"ACCT-1001,2,Bob Lee,2.02556E+9,Spouse,,\n" +
		"ACCT-2002,1,Cat Dow,202 555 0149,Keyholder,,\n"
)

var importHeader = header{"Content-Type": "multipart/form-data; boundary=b"}

// importBody returns a form; empty texts are left out.
func importBody(file, options, mapping, dryRun string) string {
	form := ""
	for _, part := range [][2]string{{"options", options}, {`file"; filename="people.csv`, file}, {"mapping", mapping}, {"dry_run", dryRun}} {
		if part[1] != "" {
			form += "--b\r\nContent-Disposition: form-data; name=\"" + part[0] + "\"\r\n\r\n" + part[1] + "\r\n"
		}
	}
	return form + "--b--\r\n"
}

// imported sends a file, waits for the end of its import, and returns its path.
func imported(t *testing.T, a *testkit.App, body string) (path string) {
	t.Helper()
	resp, answer := a.Send(t, testkit.Scenario{As: "all", Method: "POST", Path: importsPath, Header: importHeader, Body: body})
	if resp.StatusCode != 202 {
		t.Fatalf("POST %s: %d %s", importsPath, resp.StatusCode, answer)
	}
	path = resp.Header.Get("Location")
	ended(t, a, "all", path)
	return path
}

// ended waits for the end of an import.
func ended(t *testing.T, a *testkit.App, as, path string) {
	t.Helper()
	testkit.Eventually(t, "the import ended", func() bool {
		_, answer := a.Do(as, "GET", path, "")
		data := answer["data"].(map[string]any)
		return data["status"] == "finished" || data["status"] == "failed"
	})
}

const finishedImport = `{"data": {"import_id": "<any>", "status": "finished", "dry_run": %s, "rows": 3, "counts": {"created": %d, "updated": 0, "unchanged": %d, "refused": %d},
	"mapping": {"Acct #": "account_reference_id", "Seq": "position", "Name": "name", "Cell Phone": "points.mobile", "Relation": "role"},
	"ignored_columns": ["Shoe size", "PIN"], "failure": null, "created_at": "<time>", "finished_at": "<time>"}}`

// TestImport imports a file in a dry run, then truly, then again, with its refused row corrected.
func TestImport(t *testing.T) {
	a := testkit.NewApp(t)
	for _, c := range []struct {
		file, dry                   string
		created, unchanged, refused int
	}{
		{peopleCSV, "true", 2, 0, 1},
		{peopleCSV, "false", 2, 0, 1},
		{strings.Replace(peopleCSV, "2.02556E+9", "2025550148", 1), "false", 1, 2, 0},
	} {
		path := imported(t, a, importBody(c.file, `{"create_sites": true}`, "", c.dry))
		a.Try(t, testkit.Scenario{
			As: "contacts:read", Method: "GET", Path: path, Status: 200, Want: fmt.Sprintf(finishedImport, c.dry, c.created, c.unchanged, c.refused),
		})
		if c.created+c.refused == 3 && c.dry == "false" {
			importedRows(t, a, path)
		}
	}
	_, answer := a.Do("all", "GET", "/ref/v1/sites/ACCT-1001/contacts", "")
	if got := fmt.Sprint(answer["data"].(map[string]any)["total_count"]); got != "4" {
		t.Errorf("the site has %s contacts, want 4: John, Jane, Ann and Bob", got)
	}
}

// importedRows checks the rows of the second import of TestImport.
func importedRows(t *testing.T, a *testkit.App, path string) {
	t.Helper()
	const (
		ann = `{"line": 2, "result": "created", "site_id": "site_123abc", "contact_id": "<contact_id>", "errors": [], "warnings": []}`
		bob = `{"line": 3, "result": "refused", "site_id": null, "contact_id": null, "warnings": [], "errors": [{"column": "Cell Phone", "code": "spreadsheet_number",
			"message": "was shortened by a spreadsheet, which lost digits; format the column as text, enter the number again, and save the file again"}]}`
		cat = `{"line": 4, "result": "created", "site_id": "<site_id>", "contact_id": "<contact_id>", "errors": [], "warnings": [{"column": "Relation", "code": "role_read_as",
			"message": "is not a role of Rollcall; a new contact gets the type emergency, and no role"}]}`
	)
	rows := path + "/rows"
	for _, s := range []testkit.Scenario{
		{Name: "all rows", Path: rows, Want: `{"data": {"rows": [` + ann + `, ` + bob + `, ` + cat + `], "next_after": null}}`},
		{Name: "refused rows", Path: rows + "?result=refused", Want: `{"data": {"rows": [` + bob + `], "next_after": null}}`},
		{Name: "the first row", Path: rows + "?limit=1", Want: `{"data": {"rows": [` + ann + `], "next_after": "WzJd"}}`},
		{Name: "the row after the first", Path: rows + "?limit=1&after=WzJd", Want: `{"data": {"rows": [` + bob + `], "next_after": "WzNd"}}`},
		{Name: "an unknown result", Path: rows + "?result=lost", Status: 400, Want: failure("invalid_request", "result")},
		{Name: "a broken cursor", Path: rows + "?after=x", Status: 400, Want: failure("invalid_request", "after")},
	} {
		s.As, s.Method, s.Status = "contacts:read", "GET", max(s.Status, 200)
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
	resp, body := a.Send(t, testkit.Scenario{As: "contacts:read", Method: "GET", Path: path + "/refused.csv"})
	want := "rollcall_error,Acct #,Seq,Name,Cell Phone,Relation,PIN,Shoe size,rollcall_export\n" +
		"\"Cell Phone was shortened by a spreadsheet, which lost digits; format the column as text, enter the number again, and save the file again\"," +
		"ACCT-1001,2,Bob Lee,2.02556E+9,Spouse,,,\n"
	if resp.StatusCode != 200 || string(body) != want {
		t.Errorf("refused.csv = %d\n%s\nwant\n%s", resp.StatusCode, body, want)
	}
}

// TestImportOfABrokenFile fails at the first error of a file, and changes nothing.
func TestImportOfABrokenFile(t *testing.T) {
	a := testkit.NewApp(t)
	for _, c := range []struct{ name, file, mapping, want string }{
		{"an open quote", peopleCSV + "ACCT-1001,3,\"Dan\n", "", `{"code": "open_quote", "line": 5, "column": 3, "...": true}`},
		{"no rows", "name,phone\n", "", `{"code": "file_empty", "line": null, "column": null, "...": true}`},
		{"no text", "\xd0\xcf\x11\xe0\xa1\xb1", "", `{"code": "not_text", "line": null, "column": null, "...": true}`},
		{"a mapping to a field that does not exist", peopleCSV, `{"Shoe size": "shoes"}`, `{"code": "validation_failed", "line": null, "column": null, "...": true}`},
	} {
		path := imported(t, a, importBody(c.file, "", c.mapping, ""))
		want := `{"data": {"status": "failed", "rows": 0, "failure": ` + c.want + `, "...": true}}`
		t.Run(c.name, func(t *testing.T) {
			a.Try(t, testkit.Scenario{As: "all", Method: "GET", Path: path, Status: 200, Want: want})
			a.Try(t, testkit.Scenario{As: "all", Method: "GET", Path: path + "/rows", Status: 200, Want: `{"data": {"rows": [], "next_after": null}}`})
		})
	}
}

// refusal is failure, with or without details.
func refusal(code, field string) string {
	if field == "" {
		return failure(code, "")
	}
	return fmt.Sprintf(`{"error": {"code": %q, "field": %q, "...": true}}`, code, field)
}

var importRefusals = []testkit.Scenario{
	{Name: "without a file", Body: importBody("", "{}", "", ""), Status: 422, Want: refusal("validation_failed", "file")},
	{Name: "not a form", Body: "{}", Header: header{"Content-Type": "application/json"}, Status: 415, Want: refusal("unsupported_media_type", "")},
	{Name: "compressed", Body: "x", Header: header{"Content-Type": importHeader["Content-Type"], "Content-Encoding": "gzip"}, Status: 415, Want: refusal("unsupported_media_type", "")},
	{Name: "a form that ends early", Body: "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nname", Status: 400, Want: refusal("invalid_request", "")},
	{Name: "two files", Body: strings.Replace(importBody(peopleCSV, "", "", ""), "--b--", "", 1) + importBody("x", "", "", ""), Status: 400, Want: refusal("invalid_request", "file")},
	{Name: "options that are no JSON", Body: importBody(peopleCSV, "create", "", ""), Status: 400, Want: refusal("invalid_request", "options")},
	{Name: "options of another type", Body: importBody(peopleCSV, `{"create_sites": "yes"}`, "", ""), Status: 400, Want: refusal("invalid_request", "options.create_sites")},
	{Name: "an unknown type", Body: importBody(peopleCSV, `{"default_type": "owner"}`, "", ""), Status: 422, Want: refusal("validation_failed", "options.default_type")},
	{Name: "an unknown site", Body: importBody(peopleCSV, `{"site_id": "none"}`, "", ""), Status: 404, Want: refusal("site_not_found", "")},
	{Name: "a mapping that is no object", Body: importBody(peopleCSV, "", "[]", ""), Status: 400, Want: refusal("invalid_request", "mapping")},
	{Name: "a dry run that is neither true nor false", Body: importBody(peopleCSV, "", "", "yes"), Status: 400, Want: refusal("invalid_request", "dry_run")},
	{Name: "large options", Body: importBody(peopleCSV, strings.Repeat(" ", 64<<10+1), "", ""), Status: 413, Want: refusal("payload_too_large", "options")},
	{Name: "an unknown field of a strict caller", Body: strings.Replace(importBody(peopleCSV, "{}", "", ""), `"options"`, `"option"`, 1),
		Header: header{"Content-Type": importHeader["Content-Type"], "Prefer": "handling=strict"}, Status: 422, Want: refusal("validation_failed", "option")},
	{Name: "creating sites needs a scope", As: "contacts:write", Body: importBody(peopleCSV, `{"create_sites": true}`, "", ""), Status: 403, Want: refusal("permission_denied", "")},
}

// TestImportRefuses checks that requests that fail leave nothing behind.
func TestImportRefuses(t *testing.T) {
	a := testkit.NewApp(t)
	for _, s := range importRefusals {
		if s.Method, s.Path = "POST", importsPath; s.As == "" {
			s.As = "all"
		}
		if s.Header == nil {
			s.Header = importHeader
		}
		a.Key(s.As)
		t.Run(s.Name, func(t *testing.T) {
			defer unchangedRecords(t, a)()
			a.Try(t, s)
		})
	}
	large := importBody(strings.Repeat("x", 64<<20+1), "", "", "")
	for _, chunks := range []bool{false, true} {
		a.Try(t, testkit.Scenario{As: "all", Method: "POST", Path: importsPath, Header: importHeader, Body: large, Chunks: chunks, Status: 413, Want: failure("payload_too_large", "")})
	}
}

// TestImportOnce sends one file twice under a key, with another boundary, and then another file.
func TestImportOnce(t *testing.T) {
	a := testkit.NewApp(t)
	s := testkit.Scenario{As: "all", Method: "POST", Path: importsPath, Header: merged(importHeader, once("k")), Body: importBody(peopleCSV, "{}", "", "true")}
	first, body := a.Send(t, s)
	if first.StatusCode != 202 {
		t.Fatalf("the first request = %d %s, want 202", first.StatusCode, body)
	}
	s.Header = merged(s.Header, header{"Content-Type": "multipart/form-data; boundary=c"})
	s.Body = strings.ReplaceAll(s.Body, "--b", "--c")
	s.Status, s.WantHeader, s.Want = 202, header{"Idempotent-Replayed": "true", "Location": first.Header.Get("Location")}, string(body)
	a.Try(t, s)
	s.Body = strings.Replace(s.Body, "Ann Lee", "Ann Poe", 1)
	s.Status, s.WantHeader, s.Want = 409, fresh, failure("idempotency_conflict", "")
	a.Try(t, s)
	ended(t, a, "all", first.Header.Get("Location"))
	a.Try(t, testkit.Scenario{As: "other", Method: "GET", Path: first.Header.Get("Location"), Status: 404, Want: failure("import_not_found", "")})
}

// TestImportIsErased checks that an erasure removes what was imported from, and that a file is removed 7 days after the end.
func TestImportIsErased(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	path := imported(t, a, importBody(peopleCSV, "", "", ""))
	err := a.Service().ExportDealer(t.Context(), a.Dealer, func(table string, _ map[string]any) error {
		if table == "import_parts" {
			t.Error("a part of the file is left after the end")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Try(t, testkit.Scenario{As: "all", Method: "POST", Path: johnPath + "/erase", Status: 200, Want: `{"data": {"...": true}}`})
	a.Try(t, testkit.Scenario{As: "all", Method: "GET", Path: path + "/rows", Status: 200, Want: `{"data": {"rows": [], "next_after": null}}`})
	clock.Advance(7*24*time.Hour + time.Second)
	if err := a.Service().Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{path, path + "/rows", path + "/refused.csv"} {
		a.Try(t, testkit.Scenario{Name: gone, As: "all", Method: "GET", Path: gone, Status: 404, Want: failure("import_not_found", "")})
	}
}
