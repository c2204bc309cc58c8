package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// ImportOptions say how the rows of a file of contacts are imported.
type ImportOptions struct {
	CreateSites bool            // a site that does not exist is created
	EmptyClears bool            // an empty cell clears its field; default: it changes nothing
	DefaultType string          // of a new contact without a type; empty: secondary
	Site        rollcall.SiteID // of rows that name no site; empty: they are refused
	DryRun      bool            // every check is made, and nothing is changed
}

// Check returns ValidationFailed if an option is not valid.
func (o *ImportOptions) Check() error {
	if o.DefaultType == "" {
		o.DefaultType = "secondary"
	}
	if e := rollcall.CheckOneOf(o.DefaultType, rollcall.ContactTypes()); e != nil {
		return rollcall.InvalidField("options.default_type", e.Code, e.Message)
	}
	return nil
}

// ImportSource yields the rows of a file.
type ImportSource interface {
	// Next returns the next row, io.EOF after the last. Another error says that the rest of the file cannot be read.
	Next() (ImportRow, error)
}

// ImportRow is a row of a file of contacts.
type ImportRow struct {
	Line  int          // in the file, from 1
	Cells []ImportCell // the cells that are read, in the order of the file
	Wrong []ImportNote // cells that cannot be used
	Raw   []string     // all cells, to write them to a file of refused rows
}

// ImportCell is a cell that is read into a field; docs/import.md lists the fields. Value is empty for an empty cell.
type ImportCell struct {
	Field, Column, Value string
}

// ImportNote is an error or a warning about a cell. Message completes a sentence that begins with the name of the column, and
// contains no value.
type ImportNote struct {
	Column, Code, Message string
}

// ImportResult says what became of a row.
type ImportResult string

// The results of a row.
const (
	RowCreated   ImportResult = "created"
	RowUpdated   ImportResult = "updated"
	RowUnchanged ImportResult = "unchanged"
	RowRefused   ImportResult = "refused"
)

// ImportResults returns every result.
func ImportResults() []ImportResult {
	return []ImportResult{RowCreated, RowUpdated, RowUnchanged, RowRefused}
}

// ImportedRow is a row that was handled. In a dry run, a new contact has no identifiers.
type ImportedRow struct {
	Line     int
	Result   ImportResult
	Site     rollcall.SiteID
	Contact  rollcall.ContactID
	Errors   []ImportNote // why the row was refused
	Warnings []ImportNote
	Position int      // in the call list, as the file says; 0: none
	Seen     []uint64 // what the row is about; see importBatch.twice
	Raw      []string // of a refused row: its cells
	Name     string   // of the contact, as the row has it
	SiteName string   // of the site, also of one that is to be created; empty: not known
	Changed  []string // of an updated contact: the fields that differ; see changedFields
}

// Reason returns why a row was refused, as one text.
func (r *ImportedRow) Reason() string {
	texts := make([]string, len(r.Errors))
	for i, e := range r.Errors {
		texts[i] = strings.TrimSpace(fmt.Sprintf("%.60s %s", e.Column, e.Message))
	}
	return strings.Join(texts, "; ")
}

// ImportCounts counts rows by their result. Rows is the sum of the others.
type ImportCounts struct {
	Rows, Created, Updated, Unchanged, Refused int
}

func (n *ImportCounts) add(r ImportResult) {
	n.Rows++
	switch r {
	case RowCreated:
		n.Created++
	case RowUpdated:
		n.Updated++
	case RowUnchanged:
		n.Unchanged++
	case RowRefused:
		n.Refused++
	}
}

// ImportContacts creates or updates a contact for each row: ValidationFailed for the options, SiteNotFound for Site of the options,
// and an error of the source as it is. A row that cannot be used is refused, and the others are imported. It makes many transactions,
// so that other changes continue. After an error, the counts say what was done; call it again with the same file for the rest.
//
// handled, unless nil, is called with the rows of each transaction after it.
func (s *Service) ImportContacts(ctx context.Context, caller Caller, source ImportSource, opts ImportOptions, handled func([]ImportedRow) error) (ImportCounts, error) {
	m := s.newImporter(caller, opts, source)
	m.handled = handled
	if err := s.checkImportOptions(ctx, caller, &m.opts); err != nil {
		return m.counts, err
	}
	return m.counts, m.run(ctx)
}

// importRows is how many rows of contacts one transaction handles; other changes wait for it.
const importRows = 100

// importer imports the rows of one file.
type importer struct {
	*Service
	caller  Caller
	opts    ImportOptions
	source  ImportSource
	counts  ImportCounts
	seen    map[uint64]bool                                         // what earlier rows were about; see importBatch.twice
	order   map[rollcall.SiteID][]filePlace                         // the positions in the file
	store   func(ctx context.Context, tx Tx, r []ImportedRow) error // stores handled rows; nil: they are not stored
	handled func([]ImportedRow) error
	pause   func() bool // whether to stop after a transaction; nil: never
}

func (s *Service) newImporter(caller Caller, opts ImportOptions, source ImportSource) *importer {
	return &importer{
		Service: s, caller: caller, opts: opts, source: source, seen: map[uint64]bool{},
		order: map[rollcall.SiteID][]filePlace{},
	}
}

// checkImportOptions checks options: ValidationFailed, SiteNotFound.
func (s *Service) checkImportOptions(ctx context.Context, caller Caller, o *ImportOptions) error {
	if err := o.Check(); err != nil || o.Site == "" {
		return err
	}
	_, err := s.store.Site(ctx, caller.Dealer, rollcall.SiteRef{ID: o.Site})
	return err
}

// errPaused is returned by run if pause asks for it.
var errPaused = errors.New("the import was paused")

// run handles the rows that the source still has, and then orders the call lists.
func (m *importer) run(ctx context.Context) error {
	for {
		rows, err := m.read()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if len(rows) == 0 {
			break
		}
		if err := m.handle(ctx, rows); err != nil {
			return err
		}
		if m.pause != nil && m.pause() {
			return errPaused
		}
	}
	if m.opts.DryRun {
		return nil
	}
	return m.orderCallLists(ctx)
}

// read returns the rows of the next transaction, none after the last.
func (m *importer) read() (rows []ImportRow, err error) {
	for len(rows) < importRows {
		row, err := m.source.Next()
		if err != nil {
			if len(rows) > 0 { // the next call fails again
				return rows, nil
			}
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// handle handles rows in one transaction, or, if it refuses one of them, each in its own.
func (m *importer) handle(ctx context.Context, rows []ImportRow) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	batch, err := m.try(ctx, rows)
	switch {
	case err == nil:
		return m.done(batch)
	case !refusesRow(err):
		return err
	case len(rows) > 1:
		for i := range rows {
			if err := m.handle(ctx, rows[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	}
	batch = &importBatch{rows: []ImportedRow{refused(&rows[0], notesOf(err, func(field string) string { return field }))}}
	if err := m.keep(ctx, batch.rows); err != nil {
		return err
	}
	return m.done(batch)
}

// refusesRow reports whether an error of a change is about a row, and not about the server.
func refusesRow(err error) bool {
	kind := rollcall.KindOf(err)
	return kind != rollcall.Internal && kind != rollcall.Unavailable
}

// errDryRun rolls a transaction back.
var errDryRun = errors.New("a dry run changes nothing")

// try handles rows in one transaction.
func (m *importer) try(ctx context.Context, rows []ImportRow) (*importBatch, error) {
	var batch *importBatch
	err := m.change(ctx, m.caller, func(ch *change) error {
		batch = &importBatch{change: ch, m: m, sites: map[string]*importSite{}, seen: map[uint64]bool{}}
		if err := batch.lockSites(rows); err != nil {
			return err
		}
		for i := range rows {
			if err := batch.handle(&rows[i]); err != nil {
				return err
			}
		}
		switch {
		case m.opts.DryRun:
			return errDryRun
		case m.store != nil:
			return m.store(ch.ctx, ch.tx, batch.rows)
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		batch.forget()
		err = m.keep(ctx, batch.rows)
	}
	return batch, err
}

// keep stores rows that changed nothing.
func (m *importer) keep(ctx context.Context, rows []ImportedRow) error {
	if m.store == nil {
		return nil
	}
	return m.update(ctx, m.caller, func(ch *change) error { return m.store(ch.ctx, ch.tx, rows) })
}

// done takes over what a committed transaction did.
func (m *importer) done(batch *importBatch) error {
	for i := range batch.rows {
		m.counts.add(batch.rows[i].Result)
		m.note(&batch.rows[i])
	}
	if m.handled == nil {
		return nil
	}
	return m.handled(batch.rows)
}

// note notes what later rows and the order of call lists need of a row.
func (m *importer) note(row *ImportedRow) {
	for _, key := range row.Seen {
		m.seen[key] = true
	}
	m.place(row)
}

func refused(row *ImportRow, errs []ImportNote) ImportedRow {
	return ImportedRow{Line: row.Line, Result: RowRefused, Errors: errs, Raw: row.Raw}
}

// notesOf returns the notes of an error about a row; column returns the column of a field.
func notesOf(err error, column func(field string) string) []ImportNote {
	var e *rollcall.Error
	if !errors.As(err, &e) {
		return []ImportNote{{Code: string(rollcall.Internal), Message: rollcall.InternalMessage}}
	}
	if len(e.Details) == 0 {
		return []ImportNote{{Code: string(e.Kind), Message: e.Message}}
	}
	notes := make([]ImportNote, len(e.Details))
	for i, d := range e.Details {
		notes[i] = ImportNote{Column: column(d.Field), Code: d.Code, Message: d.Message}
	}
	return notes
}
