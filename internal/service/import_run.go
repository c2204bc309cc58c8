package service

import (
	"cmp"
	"context"
	"errors"
	"io"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// importFileReader reads the file of an import.
type importFileReader struct {
	ctx  context.Context
	s    *Service
	i    *Import
	part int
	rest []byte
}

// Read implements io.Reader.
func (r *importFileReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		r.part++
		var err error
		if r.rest, err = r.s.store.ImportPart(r.ctx, r.i.Dealer, r.i.file(), r.part); err != nil {
			if rollcall.KindOf(err) == rollcall.ImportNotFound {
				return 0, io.EOF
			}
			return 0, err
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// RunImport handles rows of an import for some seconds, and reports whether rows are left. An import that does not exist or has ended is
// left alone. A file that cannot be read makes the import fail; an error is worth a retry. It continues after the last row that is
// stored, whichever process handled it.
func (s *Service) RunImport(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID) (more bool, err error) {
	i, err := s.store.Import(ctx, dealer, id)
	switch {
	case rollcall.KindOf(err) == rollcall.ImportNotFound:
		return false, nil
	case err != nil:
		return false, err
	case i.Status != ImportQueued && i.Status != ImportRunning:
		return false, nil
	}
	err = s.runImport(ctx, &i)
	var failure *ImportFailure
	switch {
	case errors.Is(err, errPaused):
		return true, nil
	case errors.Is(err, errElsewhere):
		return false, nil
	case errors.As(err, &failure):
		return false, s.endImport(ctx, &i, ImportFailed, failure)
	case err != nil:
		return false, err
	}
	return false, s.endImport(ctx, &i, ImportFinished, nil)
}

// errElsewhere is the error of a run of an import that another process continues, or that was ended by an erasure.
var errElsewhere = errors.New("the import has changed meanwhile")

func (s *Service) runImport(ctx context.Context, i *Import) error {
	if i.Status == ImportQueued {
		if err := s.startImport(ctx, i); err != nil {
			return err
		}
	}
	file, err := s.openImport(ctx, i)
	if err != nil {
		return err
	}
	defer file.Close()
	m := s.newImporter(i.caller(), i.Options, file)
	if err := m.resume(ctx, i, file); err != nil {
		return err
	}
	end := s.now().Add(importTurn)
	m.pause = func() bool { return !s.now().Before(end) }
	m.store = func(ctx context.Context, tx Tx, rows []ImportedRow) error {
		next := *i
		next.Counts, next.LastLine, next.Due = m.counts, rows[len(rows)-1].Line, s.now().Add(importStalled)
		for r := range rows {
			next.Counts.add(rows[r].Result)
		}
		if err := s.moved(tx.UpdateImport(ctx, *i, next)); err != nil {
			return err
		}
		return tx.InsertImportRows(ctx, i.Dealer, i.ID, rows)
	}
	m.handled = func(rows []ImportedRow) error {
		i.Counts, i.LastLine = m.counts, rows[len(rows)-1].Line
		return nil
	}
	return m.run(ctx)
}

// caller returns the caller who asked for the import.
func (i *Import) caller() Caller {
	return Caller{Dealer: i.Dealer, Key: i.Key, User: i.User, RequestID: i.RequestID, OnBehalfOf: i.OnBehalfOf}
}

// Actor returns who asked for the import, as the audit names them.
func (i *Import) Actor() string { return i.caller().actor() }

// file returns the import whose file this one reads.
func (i *Import) file() rollcall.ImportID { return cmp.Or(i.Source, i.ID) }

// moved returns errElsewhere for an import that is not stored as it was read.
func (s *Service) moved(err error) error {
	if rollcall.KindOf(err) == rollcall.ImportNotFound {
		return errElsewhere
	}
	return err
}

func (s *Service) openImport(ctx context.Context, i *Import) (ImportFile, error) {
	return s.opts.OpenImport(&importFileReader{ctx: ctx, s: s, i: i}, i.Map)
}

// startImport reads the whole file, so that nothing is imported of one that is damaged, and makes the import run.
func (s *Service) startImport(ctx context.Context, i *Import) error {
	file, err := s.openImport(ctx, i)
	if err != nil {
		return err
	}
	defer file.Close()
	rows := 0
	for {
		_, err := file.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		rows++
	}
	before := *i
	i.Status, i.Columns = ImportRunning, file.Columns()
	i.Columns.Rows = rows
	if rows == 0 {
		return &ImportFailure{Code: "file_empty", Message: "the file has no rows below its header"}
	}
	return s.update(ctx, server(i.Dealer), func(ch *change) error { return s.moved(ch.tx.UpdateImport(ch.ctx, before, *i)) })
}

// endImport ends an import and removes its file, which a dry run leaves to the next run.
func (s *Service) endImport(ctx context.Context, i *Import, status ImportStatus, failure *ImportFailure) error {
	err := s.update(ctx, i.caller(), func(ch *change) error {
		before, err := ch.tx.Import(ch.ctx, i.Dealer, i.ID)
		if err != nil || before.Status.Ended() || before.Counts != i.Counts {
			return err
		}
		after := before
		after.Status, after.Failure, after.Finished, after.Columns = status, failure, ch.now(), i.Columns
		after.Due, after.OnBehalfOf = after.Finished.Add(importKept), ""
		if err := ch.tx.UpdateImport(ch.ctx, before, after); err != nil {
			return err
		}
		if !i.Options.DryRun || i.Source == "" {
			if err := ch.tx.DeleteImportFile(ch.ctx, i.Dealer, i.file()); err != nil {
				return err
			}
		}
		if err := ch.recordImport(i.ID); err != nil {
			return err
		}
		return ch.tx.RequestScrub(ch.ctx)
	})
	if rollcall.KindOf(err) == rollcall.ImportNotFound {
		return nil
	}
	return err
}

// resume takes over what is stored of an import, and skips the rows that were handled.
func (m *importer) resume(ctx context.Context, i *Import, file ImportFile) error {
	m.counts = i.Counts
	for after := 0; after < i.LastLine; {
		rows, err := m.Service.store.ImportRows(ctx, i.Dealer, i.ID, "", after, resumePage)
		if err != nil || len(rows) == 0 {
			return err
		}
		for r := range rows {
			m.note(&rows[r])
		}
		after = rows[len(rows)-1].Line
	}
	for last := 0; last < i.LastLine; {
		row, err := file.Next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if last = row.Line; last > i.LastLine {
			return errElsewhere
		}
	}
	return nil
}

const resumePage = 1000 // rows that are read at once to continue an import

// advanceImport does what is due for an import: it removes an old one, an upload that was broken off and a file that nobody imported,
// and continues one whose job was lost. It reports whether more is due at once.
func (ch *change) advanceImport(due Import) (more bool, err error) {
	i, err := ch.tx.Import(ch.ctx, due.Dealer, due.ID)
	if err != nil || ch.now().Before(i.Due) {
		if rollcall.KindOf(err) == rollcall.ImportNotFound {
			err = nil // removed meanwhile
		}
		return false, err
	}
	if i.Status == ImportQueued || i.Status == ImportRunning {
		after := i
		after.Due = ch.now().Add(importStalled)
		if err := ch.tx.UpdateImport(ch.ctx, i, after); err != nil {
			return false, err
		}
		return false, ch.tx.EnqueueImport(ch.ctx, i.Dealer, i.ID)
	}
	if i.Status == ImportUploaded || i.Status == ImportUsed {
		if busy, err := ch.postponeFile(i); err != nil || busy {
			return false, err
		}
	}
	n, err := ch.tx.DeleteImportRows(ch.ctx, i.Dealer, i.ID, resumePage)
	if err != nil || n == resumePage {
		return n == resumePage, err
	}
	if err := ch.tx.DeleteImport(ch.ctx, i.Dealer, i.ID); err != nil {
		return false, err
	}
	return false, ch.tx.RequestScrub(ch.ctx)
}

// postponeFile puts off the removal of a file that an import reads, and reports whether there is one.
func (ch *change) postponeFile(i Import) (busy bool, err error) {
	n, err := ch.tx.ImportsOfFile(ch.ctx, i.Dealer, i.ID)
	if err != nil || n == 0 {
		return false, err
	}
	after := i
	after.Due = ch.now().Add(uploadTime)
	return true, ch.tx.UpdateImport(ch.ctx, i, after)
}

// advanceImports is the task of the sweep for imports.
func (s *Service) advanceImports(ctx context.Context) (more bool, err error) {
	found, err := s.store.DueImports(ctx, s.now(), sweepBatch)
	for _, due := range found {
		if err != nil {
			break
		}
		err = s.serverUpdate(ctx, func(ch *change) error {
			again, err := ch.advanceImport(due)
			more = more || again
			return err
		})
	}
	return more || err == nil && len(found) == sweepBatch, err
}

// eraseImports removes the files and rows of the dealer's imports, since the person may be in any of them, also in a row that was
// refused. Imports that have not ended fail: they could create the person again.
func (ch *change) eraseImports() error {
	now := ch.now()
	failed, err := ch.tx.EraseImports(ch.ctx, ch.caller.Dealer, ImportFailure{
		Code: "erased", Message: "the data of a person was erased meanwhile, and the file with it; import the file again without that person",
	}, now, now.Add(importKept))
	for _, id := range failed {
		if err == nil {
			err = ch.recordImport(id)
		}
	}
	return err
}

// recordImport writes the audit line of the end of an import.
func (ch *change) recordImport(id rollcall.ImportID) error {
	return ch.record(audit.Line{Action: audit.ImportFinished, Subject: string(id)}, nil)
}
