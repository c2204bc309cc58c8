package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// exportPage is the data of export.html.
type exportPage struct {
	shell
	Action string // path
	Reveal revealView
	Fields []field
	Format field
}

// exportFormats are the formats of a file of contacts, and the Content-Type of each.
var exportFormats = map[string]string{"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}

// byteOrderMark begins a CSV file, since Excel reads one without it as if it were not UTF-8. A failed write fails each later one.
const byteOrderMark = "\ufeff"

// export shows the form for a file of contacts.
func (v *visit) export() error {
	t, given := &v.t.Export, v.r.URL.Query()
	p := exportPage{shell: v.listShell(t.Title), Action: exportPath + "/contacts", Reveal: v.revealForm("", exportPath, time.UTC)}
	if !v.mayReadNumbers("") {
		return v.show("export", p)
	}
	text := func(name, label, kind, hint string) field {
		return v.field(name, label, field{Type: kind, Autocomplete: "off", Hint: hint, Value: given.Get(name)})
	}
	statuses := func(name, label string) field {
		return v.field(name, label, field{Options: options(rollcall.PointStatuses(), v.t.Words.PointStates, given.Get(name), v.t.Sites.Any)})
	}
	p.Fields = []field{
		text("site", t.Site, "search", t.SiteHint),
		text("search", t.Search, "search", ""),
		v.field("type", t.Type, field{Options: options(rollcall.ContactTypes(), v.t.Words.Types, given.Get("type"), v.t.Sites.Any)}),
		v.field("role", t.Role, field{Options: options(rollcall.ContactRoles(), v.t.Words.ContactRoles, given.Get("role"), v.t.Sites.Any)}),
		statuses("phone_status", t.Phone),
		statuses("email_status", t.Email),
		text("older_than_days", t.Older, "number", t.OlderHint),
	}
	format := given.Get("format")
	p.Format = v.field("format", t.Format, field{Options: []option{{"csv", t.CSV, format != "jsonl"}, {"jsonl", t.JSONLines, format == "jsonl"}}})
	return v.show("export", p)
}

// postExport reveals numbers in files.
func (v *visit) postExport() error {
	if err := v.reveal("", ""); err != nil {
		return v.again(err, (*visit).export)
	}
	return v.redirect(exportPath)
}

// exportContacts sends a file of the contacts that match.
func (v *visit) exportContacts() error {
	if !v.mayReadNumbers("") {
		return v.redirect(exportPath)
	}
	q, problem, err := v.exportQuery()
	if err != nil {
		return err
	}
	if problem != nil {
		return v.exportAgain(problem)
	}
	format := v.r.URL.Query().Get("format")
	if exportFormats[format] == "" {
		format = "csv"
	}
	d := web.NewDownload(v.w)
	var write func([]service.SiteContact) error
	err = d.End(v.service.ExportContacts(v.r.Context(), v.caller(), q, func(page []service.SiteContact) (err error) {
		if write == nil {
			d.Begin(exportFormats[format], "contacts."+format)
			if format == "csv" {
				_, _ = d.Out.WriteString(byteOrderMark)
			}
			if write, err = v.newExport(d.Out, format); err != nil {
				return err
			}
		}
		if err := write(page); err != nil {
			return err
		}
		return d.Flush()
	}))
	if e := web.ErrorOf(err); err != nil && e.Kind == rollcall.InvalidRequest {
		t := &v.t.Export
		return v.exportAgain(map[string]string{e.Field: map[string]string{"older_than_days": t.NoDays, "search": t.TooLong}[e.Field]})
	}
	return err
}

// exportAgain shows the form with what is wrong with it.
func (v *visit) exportAgain(problems map[string]string) error {
	v.status, v.problems = http.StatusBadRequest, problems
	return v.export()
}

// exportQuery returns what the form selects, or what is wrong with it by the name of the field.
func (v *visit) exportQuery() (q service.AllContactsQuery, problem map[string]string, err error) {
	given := v.r.URL.Query()
	q = service.AllContactsQuery{
		Type: chosen(given, "type"), Role: chosen(given, "role"), Phone: chosen(given, "phone_status"), Email: chosen(given, "email_status"),
		Search: given.Get("search"),
	}
	if days := given.Get("older_than_days"); days != "" {
		n, err := strconv.Atoi(days)
		if err != nil {
			return q, map[string]string{"older_than_days": v.t.Export.NoDays}, nil
		}
		q.OlderThan = rollcall.Given(n)
	}
	if typed := strings.TrimSpace(given.Get("site")); typed != "" {
		found, err := v.sitesTyped(typed)
		if err != nil {
			return q, nil, err
		}
		if len(found) != 1 {
			return q, map[string]string{"site": v.whichSite(found)}, nil
		}
		q.Site = rollcall.Given(string(found[0].ID))
	}
	return q, nil, nil
}
