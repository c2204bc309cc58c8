package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

func noImport() *rollcall.Error {
	return &rollcall.Error{Kind: rollcall.ImportNotFound, Message: "import not found; imports are removed 7 days after their end"}
}

const importColumns = `dealer_id, import_id, status, dry_run, key_id, user_id, source_id, run_id, file_name, request_id, on_behalf_of, options, columns,
	failure, row_count, created, updated, unchanged, refused, last_line, created_at, finished_at, due_at`

// importOptions are options as they are stored.
type importOptions struct {
	CreateSites bool              `json:"create_sites,omitempty"`
	EmptyClears bool              `json:"empty_clears,omitempty"`
	DefaultType string            `json:"default_type,omitempty"`
	Site        rollcall.SiteID   `json:"site_id,omitempty"`
	Map         map[string]string `json:"mapping,omitempty"`
}

// jsonText returns the JSON of a value that can be encoded.
func jsonText(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// importArgs returns the columns of an import, in the order of importColumns.
func importArgs(i *service.Import) []any {
	o, n := i.Options, i.Counts
	failure := ""
	if i.Failure != nil {
		failure = jsonText(i.Failure)
	}
	return []any{
		string(i.Dealer), string(i.ID), string(i.Status), o.DryRun, string(i.Key), string(i.User), string(i.Source), string(i.Run), i.FileName, i.RequestID,
		i.OnBehalfOf, jsonText(importOptions{o.CreateSites, o.EmptyClears, o.DefaultType, o.Site, i.Map}), jsonText(i.Columns), failure,
		n.Rows, n.Created, n.Updated, n.Unchanged, n.Refused, i.LastLine, micros(i.Created), microsOrNull(i.Finished), micros(i.Due),
	}
}

func scanImport(row engine.Row) (i service.Import, err error) {
	var options, columns, failure string
	var created, due int64
	var finished sql.NullInt64
	n := &i.Counts
	err = row.Scan((*string)(&i.Dealer), (*string)(&i.ID), (*string)(&i.Status), &i.Options.DryRun, (*string)(&i.Key), (*string)(&i.User),
		(*string)(&i.Source), (*string)(&i.Run), &i.FileName, &i.RequestID, &i.OnBehalfOf, &options, &columns, &failure,
		&n.Rows, &n.Created, &n.Updated, &n.Unchanged, &n.Refused, &i.LastLine, &created, &finished, &due)
	if err != nil {
		return i, err
	}
	i.Created, i.Finished, i.Due = fromMicros(created), fromNull(finished), fromMicros(due)
	var stored importOptions
	if err := json.Unmarshal([]byte(options), &stored); err != nil {
		return i, err
	}
	o := &i.Options
	o.CreateSites, o.EmptyClears, o.DefaultType, o.Site, i.Map = stored.CreateSites, stored.EmptyClears, stored.DefaultType, stored.Site, stored.Map
	if failure != "" {
		if err := json.Unmarshal([]byte(failure), &i.Failure); err != nil {
			return i, err
		}
	}
	return i, json.Unmarshal([]byte(columns), &i.Columns)
}

const selectImport = `SELECT ` + importColumns + ` FROM imports WHERE dealer_id = $1 AND import_id = $2`

// Import implements service.Reader.
func (r reader) Import(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID) (service.Import, error) {
	found, err := collect(ctx, r, selectImport, []any{string(dealer), string(id)}, scanImport)
	if r.NoRow(err) || err == nil && len(found) == 0 {
		return service.Import{}, noImport()
	}
	if err != nil {
		return service.Import{}, err
	}
	return found[0], nil
}

const selectImportPart = `SELECT data FROM import_parts WHERE dealer_id = $1 AND import_id = $2 AND part = $3`

// ImportPart implements service.Reader.
func (r reader) ImportPart(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID, part int) (data []byte, err error) {
	err = r.run.QueryRow(ctx, selectImportPart, []any{string(dealer), string(id), part}, &data)
	if r.NoRow(err) {
		return nil, noImport()
	}
	return data, r.Failed(err)
}

// importDetails are the details of a row as they are stored.
type importDetails struct {
	Errors   []service.ImportNote `json:"errors,omitempty"`
	Warnings []service.ImportNote `json:"warnings,omitempty"`
	Position int                  `json:"position,omitempty"`
	Seen     []uint64             `json:"seen,omitempty"`
	Raw      []string             `json:"raw,omitempty"`
	Name     string               `json:"name,omitempty"`
	SiteName string               `json:"site,omitempty"`
	Changed  []string             `json:"changed,omitempty"`
}

const (
	selectImportRows = `SELECT line, result, site_id, contact_id, details FROM import_rows WHERE dealer_id = $1 AND import_id = $2 AND line > $3`
	limitImportRows  = ` ORDER BY line LIMIT $4`
	importRowsWith   = ` AND result = $5`
)

// ImportRows implements service.Reader.
func (r reader) ImportRows(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID, result service.ImportResult, after, limit int) ([]service.ImportedRow, error) {
	query, args := selectImportRows+limitImportRows, []any{string(dealer), string(id), after, limit}
	if result != "" {
		query, args = selectImportRows+importRowsWith+limitImportRows, append(args, string(result))
	}
	return collect(ctx, r, query, args, func(row engine.Row) (i service.ImportedRow, err error) {
		var text string
		var details importDetails
		if err := row.Scan(&i.Line, (*string)(&i.Result), (*string)(&i.Site), (*string)(&i.Contact), &text); err != nil {
			return i, err
		}
		err = json.Unmarshal([]byte(text), &details)
		i.Errors, i.Warnings, i.Position, i.Seen, i.Raw = details.Errors, details.Warnings, details.Position, details.Seen, details.Raw
		i.Name, i.SiteName, i.Changed = details.Name, details.SiteName, details.Changed
		return i, err
	})
}

const countUnfinishedImports = `SELECT COUNT(*) FROM imports WHERE dealer_id = $1 AND status IN ('uploading', 'queued', 'running')`

// UnfinishedImports implements service.Reader.
func (r reader) UnfinishedImports(ctx context.Context, dealer rollcall.DealerID) (n int, err error) {
	err = r.run.QueryRow(ctx, countUnfinishedImports, []any{string(dealer)}, &n)
	return n, r.Failed(err)
}

const countUploadedFiles = `SELECT COUNT(*) FROM imports WHERE dealer_id = $1 AND status = 'uploaded'`

// UploadedFiles implements service.Reader.
func (r reader) UploadedFiles(ctx context.Context, dealer rollcall.DealerID) (n int, err error) {
	err = r.run.QueryRow(ctx, countUploadedFiles, []any{string(dealer)}, &n)
	return n, r.Failed(err)
}

const countImportsOfFile = `SELECT COUNT(*) FROM imports WHERE dealer_id = $1 AND source_id = $2 AND status IN ('queued', 'running')`

// ImportsOfFile implements service.Reader.
func (r reader) ImportsOfFile(ctx context.Context, dealer rollcall.DealerID, source rollcall.ImportID) (n int, err error) {
	err = r.run.QueryRow(ctx, countImportsOfFile, []any{string(dealer), string(source)}, &n)
	return n, r.Failed(err)
}

// A dry run of a file that was uploaded is left out, since the file stands for it.
const (
	selectImports = `SELECT ` + importColumns + ` FROM imports WHERE dealer_id = $1 AND status NOT IN ('uploading', 'used')
	AND (source_id = '' OR NOT dry_run) ORDER BY import_id DESC LIMIT $2`
	selectImportsBefore = `SELECT ` + importColumns + ` FROM imports WHERE dealer_id = $1 AND status NOT IN ('uploading', 'used')
	AND (source_id = '' OR NOT dry_run) AND import_id < $3 ORDER BY import_id DESC LIMIT $2`
)

// Imports implements service.Reader.
func (r reader) Imports(ctx context.Context, dealer rollcall.DealerID, before rollcall.ImportID, limit int) ([]service.Import, error) {
	if before == "" {
		return collect(ctx, r, selectImports, []any{string(dealer), limit}, scanImport)
	}
	return collect(ctx, r, selectImportsBefore, []any{string(dealer), limit, string(before)}, scanImport)
}

const selectDueImports = `SELECT ` + importColumns + ` FROM imports WHERE due_at <= $1 ORDER BY due_at LIMIT $2`

// DueImports implements service.Reader.
func (r reader) DueImports(ctx context.Context, now time.Time, limit int) ([]service.Import, error) {
	return collect(ctx, r, selectDueImports, []any{micros(now), limit}, scanImport)
}

const insertImport = `INSERT INTO imports (` + importColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`

// InsertImport implements service.Tx.
func (t *transaction) InsertImport(ctx context.Context, i service.Import) error {
	_, err := t.run.Exec(ctx, insertImport, importArgs(&i)...)
	return t.orForeign(err, dealerNotFound())
}

const insertImportPart = `INSERT INTO import_parts (dealer_id, import_id, part, data) VALUES ($1, $2, $3, $4)`

// InsertImportPart implements service.Tx.
func (t *transaction) InsertImportPart(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID, part int, data []byte) error {
	_, err := t.run.Exec(ctx, insertImportPart, string(dealer), string(id), part, data)
	return t.orForeign(err, noImport())
}

const updateImport = `UPDATE imports SET status = $3, dry_run = $4, key_id = $5, user_id = $6, source_id = $7, run_id = $8, file_name = $9,
	request_id = $10, on_behalf_of = $11, options = $12, columns = $13, failure = $14, row_count = $15, created = $16, updated = $17, unchanged = $18,
	refused = $19, last_line = $20, created_at = $21, finished_at = $22, due_at = $23 WHERE dealer_id = $1 AND import_id = $2 AND status = $24 AND row_count = $25`

// UpdateImport implements service.Tx.
func (t *transaction) UpdateImport(ctx context.Context, before, i service.Import) error {
	n, err := t.run.Exec(ctx, updateImport, append(importArgs(&i), string(before.Status), before.Counts.Rows)...)
	return t.changed(n, err, noImport())
}

const insertImportRow = `INSERT INTO import_rows (dealer_id, import_id, line, result, site_id, contact_id, details) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertImportRows implements service.Tx.
func (t *transaction) InsertImportRows(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID, rows []service.ImportedRow) error {
	for i := range rows {
		row := &rows[i]
		details := jsonText(importDetails{row.Errors, row.Warnings, row.Position, row.Seen, row.Raw, row.Name, row.SiteName, row.Changed})
		_, err := t.run.Exec(ctx, insertImportRow, string(dealer), string(id), row.Line, string(row.Result), string(row.Site), string(row.Contact), details)
		if err != nil {
			return t.orForeign(err, noImport())
		}
	}
	return nil
}

const deleteImportFile = `DELETE FROM import_parts WHERE dealer_id = $1 AND import_id = $2`

// DeleteImportFile implements service.Tx.
func (t *transaction) DeleteImportFile(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID) error {
	_, err := t.run.Exec(ctx, deleteImportFile, string(dealer), string(id))
	return t.Failed(err)
}

const deleteImportRows = `DELETE FROM import_rows WHERE dealer_id = $1 AND import_id = $2 AND line IN
	(SELECT line FROM import_rows WHERE dealer_id = $1 AND import_id = $2 ORDER BY line LIMIT $3)`

// DeleteImportRows implements service.Tx.
func (t *transaction) DeleteImportRows(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID, limit int) (int, error) {
	n, err := t.run.Exec(ctx, deleteImportRows, string(dealer), string(id), limit)
	return int(n), t.Failed(err)
}

const deleteImport = `DELETE FROM imports WHERE dealer_id = $1 AND import_id = $2`

// DeleteImport implements service.Tx.
func (t *transaction) DeleteImport(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID) error {
	_, err := t.run.Exec(ctx, deleteImport, string(dealer), string(id))
	return t.Failed(err)
}

const (
	eraseImportFiles = `DELETE FROM import_parts WHERE dealer_id = $1`
	eraseImportRows  = `DELETE FROM import_rows WHERE dealer_id = $1`
	eraseFileNames   = `UPDATE imports SET file_name = '' WHERE dealer_id = $1 AND file_name <> ''`
	eraseUploaded    = `DELETE FROM imports WHERE dealer_id = $1 AND status = 'uploaded'`
	failImports      = `UPDATE imports SET status = 'failed', on_behalf_of = '', failure = $2, finished_at = $3, due_at = $4
	WHERE dealer_id = $1 AND status IN ('uploading', 'queued', 'running') RETURNING import_id`
)

// EraseImports implements service.Tx.
func (t *transaction) EraseImports(ctx context.Context, dealer rollcall.DealerID, failure service.ImportFailure, at, due time.Time) ([]rollcall.ImportID, error) {
	args := []any{string(dealer), jsonText(failure), micros(at), micros(due)}
	failed, err := collect(ctx, t.reader, failImports, args, func(row engine.Row) (id rollcall.ImportID, err error) {
		err = row.Scan((*string)(&id))
		return id, err
	})
	if err != nil {
		return nil, err
	}
	for _, erase := range []string{eraseImportFiles, eraseImportRows, eraseFileNames, eraseUploaded} {
		n, err := t.run.Exec(ctx, erase, string(dealer))
		if err == nil && n > 0 {
			err = t.RequestScrub(ctx)
		}
		if err != nil {
			return nil, t.Failed(err)
		}
	}
	return failed, nil
}
