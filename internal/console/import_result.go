package console

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// importResultPage is the data of import_result.html: an import, or a dry run, on its way or at its end.
type importResultPage struct {
	shell
	Badge       badge
	Running     bool
	Progress    string // empty: the rows are not counted yet
	Handled, Of int    // rows
	Failure     string // why it stopped; empty: it did not
	Intro       string // before the counts
	Counts      []importCount
	RunText     string // what the button to import does; empty: there is no button
	RunMain     bool   // the button is what to do next
	OnBehalfOf  field
	Leaves      bool   // rows are refused that an import would leave out
	Reread      string // paths; empty: none
	Ran         string // the import that followed a dry run
	Gone        bool   // the file was removed
	Refused     string
	Reveal      revealView // of the refused rows
	Imports     string
	NotReady    string
	Rows        []importedRow
	RowsOf      string // what the rows are; empty: no rows are shown
	Next        string
	Columns     []contactFact // how they were read
	Facts       string
}

// importCount is how many rows have a result, with a link to them.
type importCount struct {
	Path, Class, Text string
	Rows              int
	Current           bool
}

// importedRow is a row of the file and what became of it.
type importedRow struct {
	Line                       int
	Badge                      badge
	Name, Path, Site, SitePath string
	Changes                    string
	Errors, Warnings           []rowNote
}

const rowsPerPage = 50

// importResult shows an import or a dry run.
func (v *visit) importResult(i *service.Import) error {
	t := &v.t.Import
	p := importResultPage{shell: v.listShell(v.importName(i)), Badge: v.importBadge(i), Imports: importPath}
	names, err := v.actorNames([]string{i.Actor()})
	if err != nil {
		return err
	}
	p.Facts = v.t.moment(i.Created, time.UTC) + ", " + t.By + " " + isolated(v.whoOf(names, i))
	if err := v.importNext(&p, i); err != nil {
		return err
	}
	if !i.Status.Ended() {
		p.Running, p.Handled, p.Of = true, i.Counts.Rows, i.Columns.Rows
		if p.Of > 0 {
			p.Progress = fmt.Sprintf(t.Progress, strconv.Itoa(p.Handled), strconv.Itoa(p.Of))
		}
		return v.show("import_result", p)
	}
	if i.Failure != nil {
		p.Failure = v.t.failure(i.Failure)
	}
	p.Columns = v.readColumns(i)
	if i.Counts.Rows > 0 {
		if err := v.importRows(&p, i); err != nil {
			return err
		}
	}
	return v.show("import_result", p)
}

// importNext sets what can be done next.
func (v *visit) importNext(p *importResultPage, i *service.Import) error {
	t := &v.t.Import
	if i.Status != service.ImportFinished || !i.Options.DryRun {
		p.Intro = t.Done
		if i.Status == service.ImportFinished {
			p.NotReady = sitesPath + "?readiness=" + string(rollcall.NotReady)
		}
	} else {
		p.Intro = t.NothingYet
	}
	if !i.Status.Ended() || i.Source == "" || !i.Options.DryRun {
		return nil
	}
	file, err := v.service.Uploaded(v.r.Context(), v.caller(), i.Source)
	switch {
	case rollcall.KindOf(err) == rollcall.ImportNotFound:
		p.Gone = true
		return nil
	case err != nil:
		return err
	case file.Status == service.ImportUsed:
		p.Ran = importPathOf(file.Run)
		return nil
	}
	p.Reread = rereadPath(i)
	n := &i.Counts
	switch {
	case i.Status != service.ImportFinished:
	case n.Created+n.Updated > 0:
		p.RunText, p.RunMain = fmt.Sprintf(t.RunText, strconv.Itoa(n.Created), strconv.Itoa(n.Updated)), true
	case n.Unchanged > 0 && slices.ContainsFunc(fieldsOf(i), func(field string) bool { return field == "position" }):
		p.RunText = t.RunOrder
	}
	p.Leaves = p.RunText != "" && n.Refused > 0
	p.OnBehalfOf = v.onBehalfOf(v.value(onBehalfOfField, ""))
	return nil
}

// fieldsOf returns the fields that the columns of an import are read into.
func fieldsOf(i *service.Import) (fields []string) {
	for _, field := range i.Columns.Fields {
		fields = append(fields, field)
	}
	return fields
}

// readColumns returns how each column was read.
func (v *visit) readColumns(i *service.Import) (facts []contactFact) {
	for _, name := range i.Columns.Names {
		if name == "" {
			continue
		}
		text := v.t.Import.NotRead
		if field := i.Columns.Fields[name]; field != "" {
			text = v.t.Import.fieldLabel(field)
		}
		facts = append(facts, contactFact{name, []string{text}})
	}
	return facts
}

// importRows shows how many rows have each result, and a page of the rows with the result that the query asks for. If it asks for none,
// these are the refused rows, since somebody has to mend them.
func (v *visit) importRows(p *importResultPage, i *service.Import) error {
	t, given := &v.t.Import, v.r.URL.Query()
	wanted := service.ImportResult(given.Get("result"))
	if !given.Has("result") && i.Counts.Refused > 0 {
		wanted = service.RowRefused
	}
	path := func(result service.ImportResult) string { return p.Here + "?result=" + string(result) + "#rows" }
	for _, result := range service.ImportResults() {
		n := countOf(&i.Counts, result)
		p.Counts = append(p.Counts, importCount{path(result), resultClasses[result], t.Counts[result], n, result == wanted})
	}
	p.Counts = append(p.Counts, importCount{path(""), "", t.All, i.Counts.Rows, wanted == ""})
	if i.Counts.Refused > 0 {
		if p.Reveal = v.revealForm("", importPathOf(i.ID), time.UTC); v.mayReadNumbers("") {
			p.Refused = importPathOf(i.ID) + "/refused.csv"
		}
	}
	q := service.ImportRowsQuery{Limit: rollcall.Given(rowsPerPage)}
	if wanted != "" {
		q.Result = rollcall.Given(string(wanted))
	}
	if after := given.Get("after"); after != "" {
		q.After = rollcall.Given(after)
	}
	rows, next, err := v.service.ImportRows(v.r.Context(), v.caller(), i.ID, q)
	if err != nil {
		return err
	}
	p.RowsOf = t.Rows
	if wanted != "" {
		p.RowsOf += ": " + t.Counts[wanted]
	}
	for r := range rows {
		p.Rows = append(p.Rows, v.importedRow(i, &rows[r]))
	}
	if next != "" {
		p.Next = p.Here + "?" + url.Values{"result": {string(wanted)}, "after": {next}}.Encode() + "#rows"
	}
	return nil
}

// resultClasses are the classes of the badges of results.
var resultClasses = map[service.ImportResult]string{
	service.RowCreated: "good", service.RowUpdated: "warn", service.RowUnchanged: "calm", service.RowRefused: "bad",
}

func countOf(n *service.ImportCounts, result service.ImportResult) int {
	return map[service.ImportResult]int{
		service.RowCreated: n.Created, service.RowUpdated: n.Updated, service.RowUnchanged: n.Unchanged, service.RowRefused: n.Refused,
	}[result]
}

func (v *visit) importedRow(i *service.Import, r *service.ImportedRow) importedRow {
	t := &v.t.Import
	row := importedRow{Line: r.Line, Badge: newBadge(resultClasses[r.Result], t.Results[r.Result]), Name: r.Name, Site: r.SiteName}
	if r.Site != "" {
		row.SitePath = sitePath(r.Site)
		if r.Contact != "" && (!i.Options.DryRun || r.Result != service.RowCreated) {
			row.Path = contactPath(r.Site, r.Contact)
		}
	}
	changed := make([]audit.Change, len(r.Changed))
	for c, field := range r.Changed {
		changed[c].Field = field
	}
	row.Changes = v.t.Contact.parts(changed)
	row.Errors, row.Warnings = v.rowNotes(i, r.Errors), v.rowNotes(i, r.Warnings)
	return row
}

// refusedRows sends the refused rows as a CSV file, with the reasons in the user's language.
func (v *visit) refusedRows() error {
	if !v.mayReadNumbers("") {
		return v.redirect(importPathOf(rollcall.ImportID(v.params["import_id"])))
	}
	d := web.NewDownload(v.w)
	var w RefusedWriter
	id := rollcall.ImportID(v.params["import_id"])
	err := v.service.RefusedRows(v.r.Context(), v.caller(), id, func(i service.Import, rows []service.ImportedRow) (err error) {
		if w == nil {
			d.Begin(exportFormats["csv"], "refused.csv")
			_, _ = d.Out.WriteString(byteOrderMark)
			if w, err = v.newRefused(d.Out, i.Columns.Names); err != nil {
				return err
			}
		}
		for r := range rows {
			if err := w.Write(v.reasons(&i, &rows[r]), rows[r].Raw); err != nil {
				return err
			}
		}
		return errors.Join(w.Flush(), d.Flush())
	})
	return d.End(err)
}
