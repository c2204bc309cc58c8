package upkeep

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"example.org/rollcall/internal/store/engine"
	"example.org/rollcall/internal/store/sqlite"
)

const (
	getNote  = `SELECT taken_at FROM backup_note`
	dropNote = `DROP TABLE backup_note`
)

// Restore copies a backup to a path without a database, after checking it. It never writes to the backup. With an error,
// there is no database at the target.
func Restore(ctx context.Context, opts CopyOptions) (Copied, error) {
	for _, name := range append(sqlite.FilesBeside(opts.To), opts.To) {
		if exists(name) {
			return Copied{}, fmt.Errorf("%s already exists; restore into a folder without a database, or first move it away with the files beside it", name)
		}
	}
	for _, name := range sqlite.FilesBeside(opts.From) {
		if exists(name) {
			return Copied{}, fmt.Errorf("%s exists beside %s, which is therefore not a backup but a database that was in use; take one with rollcall backup", name, filepath.Base(opts.From))
		}
	}
	part, remove, err := newFile(opts.To)
	if err != nil {
		return Copied{}, notWritten(opts.To, err)
	}
	defer remove()
	changed, err := copyFile(ctx, opts, part)
	if err != nil {
		return Copied{}, err
	}
	done, err := finishRestore(ctx, part, changed)
	if err != nil {
		return Copied{}, notRestored(opts.From, err)
	}
	if err := publish(part, opts.To, false); err != nil {
		return Copied{}, notWritten(opts.To, err)
	}
	return done, nil
}

// notRestored returns an error that says why a backup cannot be restored, and what to do then.
func notRestored(backup string, err error) error {
	d := sqlite.Dialect()
	if d.Damaged(err) {
		return fmt.Errorf("%s is damaged or not a backup of Rollcall; restore another one: %w", backup, engine.Cause(err))
	}
	return fmt.Errorf("%s cannot be restored: %w", backup, engine.WithAdvice(d, err))
}

// copyFile copies a file byte by byte, and returns when it was last changed.
func copyFile(ctx context.Context, opts CopyOptions, to string) (changed time.Time, err error) {
	in, err := os.Open(opts.From)
	if err != nil {
		return changed, fmt.Errorf("the backup cannot be read: %w", err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return changed, fmt.Errorf("the backup cannot be read: %w", err)
	}
	if !info.Mode().IsRegular() {
		return changed, fmt.Errorf("%s is not a file; name the backup itself", opts.From)
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return changed, notWritten(opts.To, err)
	}
	_, err = io.Copy(out, &source{ctx: ctx, from: in, all: info.Size(), progress: opts.Progress})
	if err = errors.Join(err, out.Close()); err != nil {
		return changed, notWritten(opts.To, err)
	}
	return info.ModTime(), nil
}

// source reads until its context ends.
type source struct {
	ctx       context.Context
	from      io.Reader
	done, all int64
	progress  func(done, all int64)
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.from.Read(p)
	s.done += int64(n)
	if s.progress != nil {
		s.progress(s.done, s.all)
	}
	return n, err
}

// finishRestore checks a copied backup, and takes out the note that Backup put in. A backup that something else made has
// none: it then counts as old as its file.
func finishRestore(ctx context.Context, path string, changed time.Time) (Copied, error) {
	done := Copied{At: changed.UTC().Truncate(time.Second)}
	err := onCopy(ctx, path, func(db *database) error {
		if err := db.verify(ctx, &done.Contents); err != nil {
			return err
		}
		var noted bool
		if err := db.run.QueryRow(ctx, db.HasTable, []any{"backup_note"}, &noted); err != nil {
			return err
		}
		if !noted {
			return nil
		}
		var at int64
		err := db.run.QueryRow(ctx, getNote, nil, &at)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil {
			done.At = time.UnixMicro(at).UTC()
		}
		_, err = db.run.Exec(ctx, dropNote)
		return err
	})
	if err != nil {
		return Copied{}, err
	}
	info, err := os.Stat(path)
	if err == nil {
		done.Bytes = info.Size()
	}
	return done, err
}
