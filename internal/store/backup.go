package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
)

// CopyOptions say what is copied to where.
type CopyOptions struct {
	From, To string // files
	// Replace lets a backup take the place of a file that is there.
	Replace bool
	// At is the time that a backup notes in the copy.
	At time.Time
	// Progress is called with how many of all bytes are copied, now and then; default: not.
	Progress func(done, all int64)
}

// Copied says what was copied.
type Copied struct {
	Contents
	Bytes int64
	// At is when the copy was taken of a running database: what changed later is not in it.
	At time.Time
}

// Backup copies a database, which may be in use, as it is at one moment. Whoever writes goes on writing. The copy is one
// file for its owner alone, which needs no other file; it is checked, and has its name only once it is whole and durable.
// The error is for an operator, and where there is one, the target is as it was.
func Backup(ctx context.Context, opts CopyOptions) (Copied, error) {
	if err := checkTarget(opts); err != nil {
		return Copied{}, err
	}
	if err := checkReplaced(ctx, opts.To); err != nil {
		return Copied{}, err
	}
	if err := checkParts(ctx, opts.From); err != nil {
		return Copied{}, err
	}
	part, remove, err := newFile(opts.To)
	if err != nil {
		return Copied{}, notWritten(opts.To, err)
	}
	defer remove()
	if err := copyDatabase(ctx, opts, part); err != nil {
		return Copied{}, err
	}
	done, err := finishCopy(ctx, part, opts.At)
	if err != nil {
		return Copied{}, fmt.Errorf("the copy of %s: %w", opts.From, err)
	}
	err = publish(part, opts.To, opts.Replace)
	if errors.Is(err, errTaken) {
		return Copied{}, alreadyThere(opts.To)
	}
	if err != nil {
		return Copied{}, notWritten(opts.To, err)
	}
	return done, nil
}

// checkTarget returns an error for an operator where the target must not be written.
func checkTarget(opts CopyOptions) error {
	info, err := os.Stat(opts.To)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return notWritten(opts.To, err)
	case info.IsDir():
		return fmt.Errorf("%s is a folder; name a file in it", opts.To)
	case !opts.Replace:
		return alreadyThere(opts.To)
	}
	source, err := os.Stat(opts.From)
	if err == nil && info != nil && os.SameFile(source, info) {
		return fmt.Errorf("%s is the database itself; name another file", opts.To)
	}
	for _, name := range filesBeside(opts.To) {
		if isThere(name) {
			return fmt.Errorf("%s would be taken for a part of the backup; name another file, or move it away", name)
		}
	}
	return nil
}

// checkReplaced returns an error for an operator where a file is there that is no backup: --force must not destroy a secret,
// the database of another folder, or anything else.
func checkReplaced(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 {
		return nil
	}
	found, err := isBackup(ctx, path)
	if err != nil || !found {
		return fmt.Errorf("%s is there, and is no backup of Rollcall; name another file, or move it away", path)
	}
	return nil
}

// isBackup reports whether a file was made by Backup.
func isBackup(ctx context.Context, path string) (found bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	head := make([]byte, len(sqliteHead))
	_, err = io.ReadFull(f, head)
	if err = errors.Join(err, f.Close()); err != nil || string(head) != sqliteHead {
		return false, err
	}
	a, err := openApart(ctx, path)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	return found, a.run.QueryRow(ctx, a.HasTable, []any{"backup_note"}, &found)
}

const sqliteHead = "SQLite format 3\x00"

func alreadyThere(path string) error {
	return fmt.Errorf("%s already exists; name another file, or replace it with --force", path)
}

// notWritten says that a file cannot be made, without the name of the temporary one.
func notWritten(path string, err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("%s cannot be written: %w", path, err)
}

const pagesAtOnce = 256 // between two looks at whether to go on

// copyDatabase copies page by page what one moment holds.
func copyDatabase(ctx context.Context, opts CopyOptions, to string) (err error) {
	from, err := openApart(ctx, opts.From)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.close()) }()
	target, err := from.source(to, toFill)
	if err != nil {
		return err
	}
	return from.moment(ctx, func() error {
		var pageSize int64
		if err := from.run.QueryRow(ctx, `PRAGMA page_size`, nil, &pageSize); err != nil {
			return explain(from.dialect, opts.From, err)
		}
		progress := func(b *sqlite3.Backup) {
			if opts.Progress != nil {
				opts.Progress(int64(b.PageCount()-b.Remaining())*pageSize, int64(b.PageCount())*pageSize)
			}
		}
		err := from.conn.Raw(func(raw any) error { return copyPages(ctx, raw, target, progress) })
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("%s cannot be copied to %s: %w", opts.From, opts.To, withAdvice(from.dialect, err))
		}
		return err
	})
}

// copyPages runs SQLite's online backup. The transaction that is open on the connection keeps it to one moment, so that
// it never begins anew, however much is written meanwhile.
func copyPages(ctx context.Context, raw any, target string, progress func(*sqlite3.Backup)) error {
	backup, err := raw.(driver.Conn).Raw().BackupInit("main", target)
	if err != nil {
		return err
	}
	for done := false; !done && err == nil; {
		if err = ctx.Err(); err == nil {
			done, err = backup.Step(pagesAtOnce)
			progress(backup)
		}
	}
	return errors.Join(err, backup.Close())
}

// withAdvice puts what an operator can do before an error.
func withAdvice(d *dialect, err error) error {
	err = forOperator(err)
	if advice := d.advice(err); advice != "" {
		return fmt.Errorf("%s: %w", advice, err)
	}
	return err
}

const (
	makeNote = `CREATE TABLE IF NOT EXISTS backup_note (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), taken_at INTEGER NOT NULL) STRICT`
	setNote  = `INSERT INTO backup_note (one, taken_at) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET taken_at = $1`
)

// finishCopy notes the time in a copy, checks it and counts what it holds. The copy is then one file, without a log.
func finishCopy(ctx context.Context, path string, at time.Time) (Copied, error) {
	done := Copied{At: at.UTC().Truncate(time.Second)}
	err := onCopy(ctx, path, func(run runner, r reader) error {
		if _, err := run.Exec(ctx, makeNote); err != nil {
			return err
		}
		if _, err := run.Exec(ctx, setNote, micros(done.At)); err != nil {
			return err
		}
		return r.verify(ctx, &done.Contents)
	})
	if err != nil {
		return Copied{}, withAdvice(sqliteDialect(), err)
	}
	info, err := os.Stat(path)
	if err == nil {
		done.Bytes = info.Size()
	}
	return done, err
}

// onCopy opens a copy that nobody else uses, and closes it again.
func onCopy(ctx context.Context, path string, fn func(run runner, r reader) error) (err error) {
	d := sqliteDialect()
	pool, err := openPool(d, path, toFill, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	run, err := openConn(ctx, pool)
	if err != nil {
		return err
	}
	defer run.Close()
	return fn(run, reader{run: run, dialect: d})
}

// verify returns an error where the file is damaged or is no database of Rollcall that this program knows.
func (r reader) verify(ctx context.Context, contents *Contents) error {
	if err := r.checkOldest(ctx); err != nil {
		return err
	}
	version, err := r.Version(ctx)
	if err != nil {
		return err
	}
	if version == 0 {
		return errors.New("it is not a database of Rollcall, or an empty one")
	}
	err = r.run.Query(ctx, `PRAGMA integrity_check(1)`, nil, func(row *sql.Rows) error {
		var found string
		if err := row.Scan(&found); err != nil || found == "ok" {
			return err
		}
		return fmt.Errorf("it is damaged: %s", found)
	})
	if err != nil {
		return err
	}
	*contents, err = r.contents(ctx)
	return err
}
