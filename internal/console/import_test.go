package console_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const importPage = "/console/import"

// strangersList is a list as another program makes it: its second person has a number that a spreadsheet shortened.
const strangersList = "CS No;Seq;Contact;Cell;E-mail;Relation;Remark\n" +
	"ACCT-9;1;\"Lee, Ann\";+1 202 555 0101;ann@example.org;Owner;back door\n" +
	"ACCT-9;2;Cat Dow;2.02556E+9;;Store Manager;\n" +
	"ACCT-12;1;Eve Ray;(202) 555-0151;eve@example.org;;dog\n"

// bring uploads a list as a browser does.
func (b *browser) bring(name, text string) reply {
	b.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	b.must(err)
	_, err = part.Write([]byte(text))
	b.must(err)
	b.must(form.Close())
	return b.post(importPage, &body, "Content-Type", form.FormDataContentType())
}

// brought uploads a list, and returns the path of the page that asks how it is read.
func (b *browser) brought(text string) string {
	b.Helper()
	return b.bring("people.csv", text).to(importPage + "/import_")
}

// to returns where a reply leads, which begins with a path.
func (r reply) to(begin string) string {
	to := r.Header.Get("Location")
	if r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, begin) {
		panic(fmt.Sprintf("%s leads to %q with %d, want %s…\n%s", r.Request.URL.Path, to, r.StatusCode, begin, r.body))
	}
	return to
}

var columnFields = regexp.MustCompile(`<option value="([^"]*)" selected>`)

// asRead returns the form of a page as it is shown.
func (r reply) asRead(t testing.TB) url.Values {
	t.Helper()
	form := url.Values{}
	for _, part := range strings.Split(r.body, `<select id="`)[1:] {
		name, rest, _ := strings.Cut(part, `"`)
		chosen, _, _ := strings.Cut(rest, "</select>")
		form.Set(name, "")
		if found := columnFields.FindStringSubmatch(chosen); found != nil {
			form.Set(name, found[1])
		}
	}
	return form
}

// ended returns the page of an import once it has ended.
func (b *browser) ended(path string) reply {
	b.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if page := b.send(path, nil).want(b.T, 200, "<h1>"); !strings.Contains(page.body, "data-poll") {
			return page
		}
	}
	b.Fatal("the import has not ended within a minute")
	return reply{}
}

// try checks a list as it is read, with changes to the form by name and value in turn.
func (b *browser) try(file string, changes ...string) (string, reply) {
	b.Helper()
	form := b.send(file, nil).asRead(b.T)
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	tried := b.send(file, form).to(importPage + "/import_")
	return tried, b.ended(tried)
}

func TestImport(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	b.send(importPage, nil).want(t, 200, "Nobody has brought a list in")
	file := b.brought(strangersList)
	asked := b.send(file, nil).want(t, 200, "<h1>people.csv</h1>").want(t, 200, "Such as: \u2068&#43;1 202 555 0101\u2069 · ")
	want := url.Values{
		"column.0": {"account_reference_id"}, "column.1": {"position"}, "column.2": {"name"}, "column.3": {"points.mobile"}, "column.4": {"email"},
		"column.5": {"role"}, "column.6": {""}, "options.default_type": {"secondary"},
	}
	if got := asked.asRead(t); got.Encode() != want.Encode() {
		t.Errorf("the form is %v, want %v", got, want)
	}
	tried, page := b.try(file, "create_sites", "yes")
	page.want(t, 200, "Nothing is changed yet.").want(t, 200, "Adds 1 and changes 1.").want(t, 200, "Row 3").
		want(t, 200, "<b><bdi>Cell</bdi></b>: a spreadsheet shortened this number")
	if strings.Contains(page.body, "2.02556") {
		t.Error("the page shows the value of a refused cell")
	}
	b.send(tried+"?result=created", nil).want(t, 200, "<bdi>Eve Ray</bdi>").want(t, 200, "ACCT-12")
	b.send(tried+"?result=updated", nil).want(t, 200, "Changes the role")
	b.send(tried+"?result=unchanged", nil).want(t, 200, "There are no such rows.")
	b.send(importPage, nil).want(t, 200, "Not imported yet").want(t, 200, file)

	run := b.send(tried, url.Values{"do": {"run"}}).to(importPage + "/import_")
	b.send(tried, url.Values{"do": {"run"}}).wantRedirect(t, run)
	b.send(file, url.Values{}).wantRedirect(t, run)
	b.send(file, nil).wantRedirect(t, run)
	b.ended(run).want(t, 200, "The list is in.").want(t, 200, `href="/console/sites?readiness=not_ready"`).want(t, 200, `href="`+run+`/refused.csv"`)
	b.send(tried, nil).want(t, 200, "This list was brought in: see the result")
	refused := b.send(run+"/refused.csv", nil).want(t, 200, "\ufeffrollcall_error,CS No").want(t, 200, "Cell: a spreadsheet shortened this number").want(t, 200, "Cat Dow")
	if got := refused.Header.Get("Content-Disposition"); got != `attachment; filename="refused.csv"` {
		t.Errorf("Content-Disposition = %q", got)
	}
	file = b.brought(strings.Replace(refused.body, "2.02556E+9", "+1 202 555 0149", 1))
	_, page = b.try(file)
	page.want(t, 200, "Adds 1 and changes 0.")
	for _, value := range []string{"202 555", "555-0151", "2.02556", "people.csv", "Eve Ray", "@example.org", "back door"} {
		if strings.Contains(d.Log.String(), value) {
			t.Errorf("the log has %q of the list:\n%s", value, d.Log)
		}
	}
}

func TestImportForms(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	file := b.brought(strangersList)
	form := b.send(file, nil).asRead(t)
	for _, tt := range []struct{ name, value, text string }{
		{"column.2", "", "No column says who a person is."},
		{"column.0", "", "No column says to which site a person belongs."},
		{"column.6", "email", "Another column is read as the same."},
		{"column.6", "shoe_size", "Choose one of the list."},
		{"site", "nowhere", "No site matches."},
		{"site", "e", "Several sites match:"},
		{"options.default_type", "plumber", "Choose one of the list."},
	} {
		changed := url.Values{}
		for name, values := range form {
			changed[name] = values
		}
		changed.Set(tt.name, tt.value)
		page := b.send(file, changed).want(t, 422, tt.text)
		if !strings.Contains(page.body, `id="`+tt.name+`-problem"`) && tt.text != "No column says who a person is." && !strings.HasPrefix(tt.text, "No column says to which") {
			t.Errorf("%s = %q: the problem is not at the field", tt.name, tt.value)
		}
	}
	_, page := b.try(file, "column.0", "", "site", "pier 9")
	page.want(t, 200, "Adds 1 and changes 1.")
	b.send(file, url.Values{"do": {"remove"}}).wantRedirect(t, importPage+"?done=import_removed")
	b.send(file, nil).want(t, 404, "There is no such page")
}

// TestImportPages reads a long list page by page.
func TestImportPages(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	tried, page := b.try(b.brought(wideList(250)))
	if got := strings.Count(page.body, `class="line"`); got != 50 {
		t.Errorf("the first page has %d rows, want 50", got)
	}
	page.want(t, 200, `<span class="count">250</span>`).want(t, 200, "Rows: refused")
	next := regexp.MustCompile(`href="([^"]*after=[^"#]*)#rows"`)
	seen := 0
	for path := tried + "?result="; path != ""; {
		page := b.send(path, nil).want(t, 200, `id="rows"`)
		seen += strings.Count(page.body, `class="line"`)
		path = ""
		if found := next.FindStringSubmatch(page.body); found != nil {
			path = strings.ReplaceAll(found[1], "&amp;", "&")
		}
	}
	if seen != 250 {
		t.Errorf("the pages have %d rows, want 250", seen)
	}
	b.send(tried+"?result=odd", nil).want(t, 400, "This did not work")
	b.send(tried+"?after=odd", nil).want(t, 400, "This did not work")
}

// TestFilesThatAreNoLists uploads files that cannot be read.
func TestFilesThatAreNoLists(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	for _, tt := range []struct{ name, text, want string }{
		{"people.csv", "", "The file has no rows"},
		{"people.pdf", "%PDF-1.7 …", "This is not a list that can be read."},
		{"people.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Save it in your spreadsheet program as .xlsx"},
		{"wide.csv", strings.Repeat("a,", 10_000) + "\n", "more than 500 columns"},
		{"plain.csv", "ann@example.org,+1 202 555 0147\nbob@example.org,+1 202 555 0148\n", "The first row doesn&#39;t name the columns."},
		{"quote.csv", "name,phone\nAnn,\"+1 202 555 0147\n", "Row 2, column 2: A quote that begins here has no end."},
		{"", "name\nAnn\n", "Choose a file first."},
	} {
		page := b.bring(tt.name, tt.text).want(t, 422, tt.want)
		page.want(t, 422, `id="file-problem"`)
	}
	b.send(importPage, url.Values{"file": {"people.csv"}}).want(t, 422, "Choose a file first.")
	b.post(importPage, strings.NewReader("--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\nname"), "Content-Type", "multipart/form-data; boundary=x").want(t, 400, "This did not work")
	b.language = "es"
	b.bring("people.csv", "name,phone\nAnn,\"+1 202 555 0147\n").want(t, 422, "Fila 2, columna 2: Una comilla que empieza aquí no se cierra.")
	b.bring("people.csv", strings.Repeat("x", 65<<20)).want(t, 413, "más de 64 MiB")
	b.send(importPage, nil).want(t, 200, "Nadie ha traído una lista")
	b.bring("../<b>\u202e"+strings.Repeat("n", 200)+".csv", strangersList).to(importPage + "/import_")
	b.send(importPage, nil).want(t, 200, "&lt;b&gt;nnn")
}

// TestWhoMayImport tries the pages of an import as a viewer, as another dealer, and after the session has ended.
func TestWhoMayImport(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	file := b.brought(strangersList)
	tried, _ := b.try(file)
	viewer := d.as("vic")
	other := d.otherDealer()
	for _, path := range []string{file, tried, tried + "/refused.csv"} {
		viewer.send(path, nil).want(t, 403, "You may not do this")
		other.send(path, nil).want(t, 404, "There is no such page")
	}
	for _, form := range []url.Values{{"do": {"run"}}, {"do": {"remove"}}, {"column.0": {"name"}}} {
		for _, path := range []string{file, tried} {
			viewer.send(path, form).want(t, 403, "You may not do this")
			other.send(path, form).want(t, 404, "There is no such page")
		}
	}
	viewer.bring("people.csv", strangersList).want(t, 403, "You may not do this")
	viewer.send("/console/export", nil).want(t, 403, "You may not do this")
	viewer.send("/console/export/contacts", nil).want(t, 403, "You may not do this")
	other.send(importPage, nil).want(t, 200, "Nobody has brought a list in")
	d.clock.Advance(12 * time.Hour)
	b.bring("people.csv", strangersList).want(t, 401, "You were signed out meanwhile.")
	b.send(tried, url.Values{"do": {"run"}}).want(t, 401, "You were signed out meanwhile.")
	found, _, err := d.Service().Imports(t.Context(), d.operator(), "", 10)
	if err != nil || len(found) != 1 || found[0].Status != service.ImportUploaded {
		t.Errorf("the imports are %+v, %v; want the file that waits", found, err)
	}
}

// otherDealer returns the browser of a manager of another dealer.
func (d *desk) otherDealer() *browser {
	d.Helper()
	dealer, err := d.Service().CreateDealer(d.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	own := d.Dealer
	d.Dealer = dealer.ID
	d.user("otto", rollcall.RoleManager)
	d.Dealer = own
	return d.as("otto")
}

// TestImportWhoseFileIsGone erases a person between the dry run and the import.
func TestImportWhoseFileIsGone(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	file := b.brought(strangersList)
	tried, _ := b.try(file)
	_, err := d.Service().EraseContact(t.Context(), d.operator(), rollcall.ContactRef{Site: pier(), ID: "bob"})
	d.must(err)
	b.send(tried, nil).want(t, 200, "The file is no longer here")
	b.send(tried, url.Values{"do": {"run"}}).want(t, 409, "The file is no longer here")
	b.send(file, url.Values{"column.2": {"name"}}).want(t, 404, "There is no such page")
}

func TestExport(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	b.send("/console/export", nil).want(t, 200, "<h1>Export</h1>")
	all := b.send("/console/export/contacts?format=csv&type=&site=", nil).want(t, 200, "\ufeffsite_id,").want(t, 200, "Ann,Lee").want(t, 200, "John,Doe")
	if got := all.Header.Get("Content-Disposition"); got != `attachment; filename="contacts.csv"` {
		t.Errorf("Content-Disposition = %q", got)
	}
	some := b.send("/console/export/contacts?format=jsonl&site=ACCT-9&search=ann&phone_status=unconfirmed", nil).want(t, 200, `"first_name":"Ann"`)
	if lines := strings.Count(some.body, "\n"); lines != 1 {
		t.Errorf("the file has %d lines, want Ann alone:\n%s", lines, some.body)
	}
	for query, want := range map[string]string{
		"older_than_days=x": "Give a whole number from 1 to 36500", "older_than_days=0": "Give a whole number from 1 to 36500",
		"site=nowhere": "No site matches.", "search=" + strings.Repeat("x", 201): "Give at most 200 characters.", "type=plumber": "<h1>",
	} {
		b.send("/console/export/contacts?"+query, nil).want(t, 400, want)
	}
}
