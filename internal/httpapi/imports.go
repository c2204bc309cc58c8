package httpapi

import (
	"net/http"
	"net/url"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// importRowsQuery are the parameters of listImportRows.
var importRowsQuery = []string{"result", "after", "limit"}

func (c *call) importID() rollcall.ImportID { return rollcall.ImportID(c.r.PathValue("import_id")) }

func (s *server) createImport(c *call) (answer, error) {
	form := importForm{server: s, call: c}
	if err := form.read(); err != nil {
		form.cancel()
		return answer{}, err
	}
	a, err := change(c, func(caller service.Caller) (service.Import, error) {
		return form.upload.Start(caller, form.options, form.mapping)
	}, func(made service.Import) answer {
		a := importAnswer(http.StatusAccepted, made)
		a.location = c.r.URL.Path + "/" + url.PathEscape(string(made.ID))
		return a
	})
	if err != nil {
		form.cancel()
	}
	return a, err
}

func (s *server) getImport(c *call) (answer, error) {
	found, err := s.service.Import(c.context(), c.caller, c.importID())
	return importAnswer(http.StatusOK, found), err
}

func (s *server) listImportRows(c *call) (answer, error) {
	p := c.params()
	q := service.ImportRowsQuery{Result: p.text("result"), After: p.text("after"), Limit: p.count("limit")}
	if p.err != nil {
		return answer{}, p.err
	}
	rows, next, err := s.service.ImportRows(c.context(), c.caller, c.importID(), q)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: &importRows{Rows: mapped(rows, importRowOut), NextAfter: orNull(next)}}, nil
}

// getRefusedRows writes the response itself, page by page.
func (s *server) getRefusedRows(c *call) (answer, error) {
	d := web.NewDownload(c.w)
	var w RefusedWriter
	err := s.service.RefusedRows(c.context(), c.caller, c.importID(), func(i service.Import, rows []service.ImportedRow) (err error) {
		if w == nil {
			d.Begin(exportTypes["csv"], "refused.csv")
			if w, err = s.newRefused(d.Out, i.Columns.Names); err != nil {
				return err
			}
		}
		for r := range rows {
			if err := w.Write(rows[r].Reason(), rows[r].Raw); err != nil {
				return err
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
		return d.Flush()
	})
	return answer{written: true}, d.End(err)
}

type importOut struct {
	ImportID       rollcall.ImportID    `json:"import_id"`
	Status         service.ImportStatus `json:"status"`
	DryRun         bool                 `json:"dry_run"`
	Rows           int                  `json:"rows"`
	Counts         importCounts         `json:"counts"`
	Mapping        map[string]string    `json:"mapping"`
	IgnoredColumns []string             `json:"ignored_columns"`
	Failure        *importFailure       `json:"failure"`
	CreatedAt      timestamp            `json:"created_at"`
	FinishedAt     timestamp            `json:"finished_at"`
	warned
}

type importCounts struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
}

type importFailure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Line    *int   `json:"line"`
	Column  *int   `json:"column"`
}

func importAnswer(status int, i service.Import) answer {
	out := &importOut{
		ImportID: i.ID, Status: i.Status, DryRun: i.Options.DryRun, Rows: i.Counts.Rows,
		Counts:  importCounts{i.Counts.Created, i.Counts.Updated, i.Counts.Unchanged, i.Counts.Refused},
		Mapping: i.Columns.Fields, IgnoredColumns: append([]string{}, i.Columns.Ignored...),
		CreatedAt: timestamp(i.Created), FinishedAt: timestamp(i.Finished),
	}
	if out.Mapping == nil {
		out.Mapping = map[string]string{}
	}
	if f := i.Failure; f != nil {
		out.Failure = &importFailure{f.Code, f.Message, orNone(f.Line), orNone(f.Column)}
	}
	return answer{status: status, data: out}
}

// orNone returns nil, which is null in JSON, for 0.
func orNone(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

type importRows struct {
	Rows      []importRow `json:"rows"`
	NextAfter *string     `json:"next_after"`
	warned
}

type importRow struct {
	Line      int                  `json:"line"`
	Result    service.ImportResult `json:"result"`
	SiteID    *rollcall.SiteID     `json:"site_id"`
	ContactID *rollcall.ContactID  `json:"contact_id"`
	Errors    []importNote         `json:"errors"`
	Warnings  []importNote         `json:"warnings"`
}

type importNote struct {
	Column  *string `json:"column"`
	Code    string  `json:"code"`
	Message string  `json:"message"`
}

func importNoteOut(n *service.ImportNote) importNote {
	return importNote{orNull(n.Column), n.Code, n.Message}
}

func importRowOut(r *service.ImportedRow) importRow {
	return importRow{
		Line: r.Line, Result: r.Result, SiteID: orNull(r.Site), ContactID: orNull(r.Contact),
		Errors: mapped(r.Errors, importNoteOut), Warnings: mapped(r.Warnings, importNoteOut),
	}
}
