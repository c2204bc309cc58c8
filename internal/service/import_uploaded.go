package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

const (
	uploadedKept  = day // after its last use
	uploadedFiles = 10  // of a dealer, that wait
)

// ImportPreview is the beginning of a file of contacts, and how it is read.
type ImportPreview struct {
	Columns []PreviewColumn
	Named   bool // a column is the name of a contact, or later rows may have one
}

// PreviewColumn is a column of a file. Its name is empty if the file has none, and for columns of Rollcall's own that are never read.
type PreviewColumn struct {
	Name     string
	Field    string   // into which it is read; empty: it is not read
	Examples []string // of its first rows, without empty cells
}

// Keep ends an upload whose file waits until somebody says how it is read: *ImportFailure if it cannot be read, QuotaReached if too
// many files of the dealer wait. The file is removed after a day without use.
func (u *ImportUpload) Keep(name string) (Import, error) {
	if err := u.flush(); err != nil {
		return Import{}, err
	}
	if _, err := u.s.previewUploaded(u.ctx, &u.started, nil); err != nil {
		return Import{}, err
	}
	i := u.started
	i.Status, i.FileName, i.Due = ImportUploaded, name, u.s.now().Add(uploadedKept)
	err := u.s.change(u.ctx, u.caller, func(ch *change) error {
		n, err := ch.tx.UploadedFiles(ch.ctx, i.Dealer)
		if err == nil && n >= uploadedFiles {
			err = &rollcall.Error{Kind: rollcall.QuotaReached, Message: "ten files of this dealer wait to be imported; import or remove one of them"}
		}
		if err != nil {
			return err
		}
		return ch.tx.UpdateImport(ch.ctx, u.started, i)
	})
	return i, err
}

// Uploaded returns a file that waits, or was imported by Run of what is returned: ImportNotFound.
func (s *Service) Uploaded(ctx context.Context, caller Caller, id rollcall.ImportID) (Import, error) {
	i, err := s.store.Import(ctx, caller.Dealer, id)
	if err == nil && i.Status != ImportUploaded && i.Status != ImportUsed {
		err = importNotFound()
	}
	return i, err
}

// PreviewUploaded returns how a file that waits would be read, with columns mapped to fields: ImportNotFound, *ImportFailure, and
// ValidationFailed for the columns.
func (s *Service) PreviewUploaded(ctx context.Context, caller Caller, id rollcall.ImportID, columns map[string]string) (ImportPreview, error) {
	i, err := s.Uploaded(ctx, caller, id)
	if err == nil && i.Status == ImportUsed {
		err = importNotFound()
	}
	if err != nil {
		return ImportPreview{}, err
	}
	return s.previewUploaded(ctx, &i, columns)
}

func (s *Service) previewUploaded(ctx context.Context, i *Import, columns map[string]string) (ImportPreview, error) {
	return s.opts.PreviewImport(&importFileReader{ctx: ctx, s: s, i: i}, columns)
}

// ImportUploaded queues an import, or a dry run, of a file that waits: ImportNotFound, ValidationFailed, SiteNotFound for Site of the
// options, QuotaReached. A file is imported once, and dry runs come before: for a file that was imported, or is being imported, that
// import is returned, whatever the options.
func (s *Service) ImportUploaded(ctx context.Context, caller Caller, id rollcall.ImportID, options ImportOptions, columns map[string]string) (Import, error) {
	if err := s.checkImportOptions(ctx, caller, &options); err != nil {
		return Import{}, err
	}
	now := s.now()
	i := Import{
		Dealer: caller.Dealer, ID: rollcall.NewImportID(), Status: ImportQueued, Key: caller.Key, User: caller.User, Source: id, OnBehalfOf: caller.OnBehalfOf,
		RequestID: caller.RequestID, Options: options, Map: columns, Created: now, Due: now.Add(importStalled),
	}
	err := s.change(ctx, caller, func(ch *change) error { return ch.importUploaded(&i) })
	if rollcall.KindOf(err) != rollcall.ImportNotFound {
		return i, err
	}
	file, err := s.Uploaded(ctx, caller, id)
	if err == nil && file.Status != ImportUsed {
		err = importNotFound() // somebody else changed it meanwhile
	}
	if err != nil {
		return Import{}, err
	}
	return s.Import(ctx, caller, file.Run)
}

// importUploaded starts i: ImportNotFound if its file doesn't wait.
func (ch *change) importUploaded(i *Import) error {
	if err := ch.checkImportsAtOnce(); err != nil {
		return err
	}
	file, err := ch.tx.Import(ch.ctx, i.Dealer, i.Source)
	if err != nil {
		return err
	}
	if file.Status != ImportUploaded {
		return importNotFound()
	}
	i.FileName = file.FileName
	after := file
	after.Due = ch.now().Add(uploadedKept)
	if !i.Options.DryRun {
		after.Status, after.Run, after.Due = ImportUsed, i.ID, ch.now().Add(importKept)
	}
	if err := ch.tx.UpdateImport(ch.ctx, file, after); err != nil {
		return err
	}
	if err := ch.tx.InsertImport(ch.ctx, *i); err != nil {
		return err
	}
	return ch.tx.EnqueueImport(ch.ctx, i.Dealer, i.ID)
}

// DeleteUploaded removes a file that waits: ImportNotFound. A dry run that reads it ends early.
func (s *Service) DeleteUploaded(ctx context.Context, caller Caller, id rollcall.ImportID) error {
	return s.change(ctx, caller, func(ch *change) error {
		file, err := ch.tx.Import(ch.ctx, caller.Dealer, id)
		if err != nil {
			return err
		}
		if file.Status != ImportUploaded {
			return importNotFound()
		}
		if err := ch.tx.DeleteImport(ch.ctx, caller.Dealer, id); err != nil {
			return err
		}
		return ch.tx.RequestScrub(ch.ctx)
	})
}

// Imports returns a page of the dealer's imports and files that wait, the newest first, and the last of them if there are more. before
// is the last of the page before, empty for the first page. Dry runs of such files are left out.
func (s *Service) Imports(ctx context.Context, caller Caller, before rollcall.ImportID, limit int) (found []Import, last rollcall.ImportID, err error) {
	found, err = s.store.Imports(ctx, caller.Dealer, before, limit+1)
	if err == nil && len(found) > limit {
		found = found[:limit]
		last = found[limit-1].ID
	}
	return found, last, err
}
