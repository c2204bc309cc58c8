package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// ImportStatus is the status of an import.
type ImportStatus string

// The statuses of an import.
const (
	ImportUploading ImportStatus = "uploading" // its file is not complete; callers don't see it
	ImportUploaded  ImportStatus = "uploaded"  // its file waits until a user says how to read it; see ImportUpload.Keep
	ImportUsed      ImportStatus = "used"      // its file was imported, by Run
	ImportQueued    ImportStatus = "queued"
	ImportRunning   ImportStatus = "running"
	ImportFinished  ImportStatus = "finished"
	ImportFailed    ImportStatus = "failed"
)

// Ended reports whether the import handles no more rows.
func (s ImportStatus) Ended() bool { return s == ImportFinished || s == ImportFailed }

// Started reports whether the import was asked for, and not only its file stored.
func (s ImportStatus) Started() bool { return s == ImportQueued || s == ImportRunning || s.Ended() }

// Import is an import of contacts from a file that a caller sent.
type Import struct {
	Dealer     rollcall.DealerID
	ID         rollcall.ImportID
	Status     ImportStatus
	Key        rollcall.KeyID    // with which it is imported; empty: by a user or a command
	User       rollcall.UserID   // who imports it; empty: a key or a command
	Source     rollcall.ImportID // whose file it reads; empty: its own
	Run        rollcall.ImportID // that imports the file, if Status is ImportUsed
	FileName   string            // empty: not known, or erased
	RequestID  string
	OnBehalfOf string // see Caller; empty once the import has ended
	Options    ImportOptions
	Map        map[string]string // columns to fields, as the caller says
	Columns    ImportColumns
	Failure    *ImportFailure // nil unless Status is ImportFailed
	Counts     ImportCounts   // of the rows handled so far
	LastLine   int            // of the last of them
	Created    time.Time
	Finished   time.Time // zero: not yet
	Due        time.Time // when the sweep looks at it
}

// ImportColumns are the columns of a file, and how they are read.
type ImportColumns struct {
	Names   []string
	Fields  map[string]string // columns to fields
	Ignored []string          // columns that are not read
	Rows    int               // of the file; 0: not counted yet
}

// ImportFailure is the error of a file that cannot be read, or not further. Line and Column count from 1; 0: none.
type ImportFailure struct {
	Code, Message string
	Line, Column  int
}

func (f *ImportFailure) Error() string { return f.Message }

// ImportFile is an open file of contacts. Its methods fail with *ImportFailure if the file cannot be read.
type ImportFile interface {
	ImportSource
	Columns() ImportColumns // in JSON lines, later rows may add some
	Close() error
}

// importReader reads imports.
type importReader interface {
	// Import returns an import, also one that is being uploaded: ImportNotFound.
	Import(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID) (Import, error)
	// ImportPart returns a part of the file of an import, counted from 1: ImportNotFound after the last.
	ImportPart(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID, part int) ([]byte, error)
	// ImportRows returns handled rows after a line, at most limit, with one of the results; an empty result: any.
	ImportRows(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID, result ImportResult, after, limit int) ([]ImportedRow, error)
	// UnfinishedImports returns how many imports of a dealer are uploaded now, wait or run.
	UnfinishedImports(ctx context.Context, dealer rollcall.DealerID) (int, error)
	// UploadedFiles returns how many files of a dealer are ImportUploaded.
	UploadedFiles(ctx context.Context, dealer rollcall.DealerID) (int, error)
	// ImportsOfFile returns how many imports with a Source wait or run.
	ImportsOfFile(ctx context.Context, dealer rollcall.DealerID, source rollcall.ImportID) (int, error)
	// Imports returns imports of a dealer before one, the newest first, at most limit; an empty before: all. It leaves out files that are
	// being uploaded or were used, and dry runs of uploaded files.
	Imports(ctx context.Context, dealer rollcall.DealerID, before rollcall.ImportID, limit int) ([]Import, error)
	// DueImports returns imports of all dealers whose Due has come, at most limit.
	DueImports(ctx context.Context, now time.Time, limit int) ([]Import, error)
}

// importWriter changes imports in a transaction.
type importWriter interface {
	// InsertImport adds an import: DealerNotFound.
	InsertImport(ctx context.Context, i Import) error
	// InsertImportPart adds a part to the file of an import: ImportNotFound.
	InsertImportPart(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID, part int, data []byte) error
	// UpdateImport replaces an import that is stored with the status and the number of rows of before: ImportNotFound if it is not.
	UpdateImport(ctx context.Context, before, i Import) error
	// InsertImportRows adds handled rows of an import: ImportNotFound.
	InsertImportRows(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID, rows []ImportedRow) error
	// DeleteImportFile removes the file of an import.
	DeleteImportFile(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID) error
	// DeleteImportRows removes at most limit handled rows of an import, and returns how many.
	DeleteImportRows(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID, limit int) (int, error)
	// DeleteImport removes an import, its file and its rows.
	DeleteImport(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID) error
	// EraseImports removes the files, their names and the rows of all imports of a dealer, and makes those fail that are uploaded now, wait
	// or run, which it returns. It removes those that are ImportUploaded.
	EraseImports(ctx context.Context, dealer rollcall.DealerID, failure ImportFailure, at, due time.Time) ([]rollcall.ImportID, error)
	// EnqueueImport makes some process run the import after the commit.
	EnqueueImport(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID) error
}

const (
	importPart    = 256 << 10        // bytes of a part of a file
	importsAtOnce = 5                // imports of a dealer that have not ended
	importKept    = 7 * day          // after the end
	uploadTime    = time.Hour        // after which an upload counts as broken off
	importStalled = 10 * time.Second // without progress, after which the sweep continues an import
	importTurn    = 8 * time.Second  // after which an import lets others run
)

// ImportUpload is the file of an import on its way. Call Start once it is complete, or else Cancel.
type ImportUpload struct {
	s       *Service
	ctx     context.Context
	caller  Caller
	started Import
	part    int
	buffer  []byte
}

// Upload begins an import: QuotaReached if too many of the dealer's imports have not ended.
func (s *Service) Upload(ctx context.Context, caller Caller) (*ImportUpload, error) {
	now := s.now()
	i := Import{
		Dealer: caller.Dealer, ID: rollcall.NewImportID(), Status: ImportUploading, Key: caller.Key, User: caller.User,
		RequestID: caller.RequestID, Created: now, Due: now.Add(uploadTime),
	}
	err := s.update(ctx, caller, func(ch *change) error {
		err := ch.checkImportsAtOnce()
		if err != nil {
			return err
		}
		return ch.tx.InsertImport(ch.ctx, i)
	})
	if err != nil {
		return nil, err
	}
	return &ImportUpload{s: s, ctx: ctx, caller: caller, started: i, buffer: make([]byte, 0, importPart)}, nil
}

// checkImportsAtOnce returns QuotaReached if too many of the dealer's imports have not ended.
func (ch *change) checkImportsAtOnce() error {
	n, err := ch.tx.UnfinishedImports(ch.ctx, ch.caller.Dealer)
	if err == nil && n >= importsAtOnce {
		err = &rollcall.Error{Kind: rollcall.QuotaReached, Message: "five imports of this dealer have not ended; wait for one of them"}
	}
	return err
}

// Write stores the next bytes of the file.
func (u *ImportUpload) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		free := min(importPart-len(u.buffer), len(p))
		u.buffer = append(u.buffer, p[:free]...)
		n, p = n+free, p[free:]
		if len(u.buffer) == importPart {
			if err := u.flush(); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

func (u *ImportUpload) flush() error {
	if len(u.buffer) == 0 {
		return nil
	}
	u.part++
	err := u.s.update(u.ctx, u.caller, func(ch *change) error {
		return ch.tx.InsertImportPart(ch.ctx, u.started.Dealer, u.started.ID, u.part, u.buffer)
	})
	u.buffer = u.buffer[:0]
	return err
}

// Start queues the import: ValidationFailed, SiteNotFound for Site of the options.
func (u *ImportUpload) Start(caller Caller, options ImportOptions, columns map[string]string) (Import, error) {
	if err := u.s.checkImportOptions(u.ctx, caller, &options); err != nil {
		return Import{}, err
	}
	if err := u.flush(); err != nil {
		return Import{}, err
	}
	i := u.started
	i.OnBehalfOf = caller.OnBehalfOf
	i.Status, i.Options, i.Map, i.Due = ImportQueued, options, columns, u.s.now().Add(importStalled)
	err := u.s.change(u.ctx, caller, func(ch *change) error {
		if err := ch.tx.UpdateImport(ch.ctx, u.started, i); err != nil {
			return err
		}
		if err := ch.tx.EnqueueImport(ch.ctx, i.Dealer, i.ID); err != nil {
			return err
		}
		return ch.respond(i)
	})
	return i, err
}

// Cancel removes what was uploaded, if the import was not started.
func (u *ImportUpload) Cancel() {
	_ = u.s.update(context.WithoutCancel(u.ctx), u.caller, func(ch *change) error { // else the sweep removes it
		if i, err := ch.tx.Import(ch.ctx, u.started.Dealer, u.started.ID); err != nil || i.Status != ImportUploading {
			return err
		}
		return ch.tx.DeleteImport(ch.ctx, u.started.Dealer, u.started.ID)
	})
}

// Import returns an import that was started: ImportNotFound.
func (s *Service) Import(ctx context.Context, caller Caller, id rollcall.ImportID) (Import, error) {
	i, err := s.store.Import(ctx, caller.Dealer, id)
	if err == nil && !i.Status.Started() {
		err = importNotFound()
	}
	return i, err
}

func importNotFound() error {
	return &rollcall.Error{Kind: rollcall.ImportNotFound, Message: "import not found; imports are removed 7 days after their end"}
}

// ImportRowsQuery selects handled rows of an import. The zero value selects the first 100.
type ImportRowsQuery struct {
	Result rollcall.Field[string]
	After  rollcall.Field[string] // the cursor that came with the page before
	Limit  rollcall.Field[int]    // at most 500
}

// ImportRows returns a page of the handled rows of an import, in the order of the file, and the cursor of the next page, empty on the
// last one: ImportNotFound, InvalidRequest.
func (s *Service) ImportRows(ctx context.Context, caller Caller, id rollcall.ImportID, q ImportRowsQuery) (rows []ImportedRow, next string, err error) {
	if _, err := s.Import(ctx, caller, id); err != nil {
		return nil, "", err
	}
	after := 0
	err = firstBadQuery(badChoice("result", q.Result, ImportResults()), readCursor(q.After, &after), badCount("limit", q.Limit))
	if err != nil {
		return nil, "", err
	}
	limit := min(q.Limit.ValueOr(listLimit), maxListLimit)
	rows, err = s.store.ImportRows(ctx, caller.Dealer, id, ImportResult(q.Result.Value), after, limit+1)
	if err == nil && len(rows) > limit {
		rows = rows[:limit]
		next = cursor(rows[limit-1].Line)
	}
	return rows, next, err
}

// RefusedRows calls write with the refused rows of an import, page by page: ImportNotFound before the first call, and an error of write
// as it is. Without refused rows, write gets one empty page.
func (s *Service) RefusedRows(ctx context.Context, caller Caller, id rollcall.ImportID, write func(i Import, rows []ImportedRow) error) error {
	i, err := s.Import(ctx, caller, id)
	for after := 0; err == nil; {
		var rows []ImportedRow
		if rows, err = s.store.ImportRows(ctx, caller.Dealer, id, RowRefused, after, exportPage); err != nil {
			return err
		}
		if err = write(i, rows); len(rows) < exportPage {
			return err
		}
		after = rows[len(rows)-1].Line
	}
	return err
}
