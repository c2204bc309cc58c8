package upkeep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/engine"
	"example.org/rollcall/internal/store/sqlite"
)

// CopyOptions are the options of Backup and Restore.
type CopyOptions struct {
	From, To string // files
	// Replace lets a backup take the place of a file that is there.
	Replace bool
	// At is the time that a backup notes in the copy.
	At time.Time
	// Progress is called with how many of all bytes are copied, now and then; default: not.
	Progress func(done, all int64)
}

// Copied is the result of Backup and Restore.
type Copied struct {
	Contents
	Bytes int64
	// At is when the backup was taken: what changed later is not in it.
	At time.Time
}

// Backup copies one state of a database file, while others write to it. The copy is one file, readable by its owner alone; it
// is checked, and gets its name once it is complete and on the disk. With an error, the target is as it was.
func Backup(ctx context.Context, opts CopyOptions) (Copied, error) {
	if err := checkTarget(opts); err != nil {
		return Copied{}, err
	}
	if err := checkReplaced(ctx, opts.To); err != nil {
		return Copied{}, err
	}
	if err := sqlite.CheckFiles(ctx, opts.From); err != nil {
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

// checkTarget returns an error if the target must not be written.
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
	for _, name := range sqlite.FilesBeside(opts.To) {
		if exists(name) {
			return fmt.Errorf("%s would be taken for a part of the backup; name another file, or move it away", name)
		}
	}
	return nil
}

// checkReplaced returns an error if there is a file that is no backup: --force must not destroy a secret, the database of
// another folder, or anything else.
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
	file, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return found, file.QueryRow(ctx, sqlite.Dialect().HasTable, []any{"backup_note"}, &found)
}

const sqliteHead = "SQLite format 3\x00"

func alreadyThere(path string) error {
	return fmt.Errorf("%s already exists; name another file, or replace it with --force", path)
}

// notWritten returns an error that names the file, and not the temporary one.
func notWritten(path string, err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("%s cannot be written: %w", path, err)
}

// copyDatabase copies one state of the database page by page.
func copyDatabase(ctx context.Context, opts CopyOptions, to string) error {
	progress := opts.Progress
	if progress == nil {
		progress = func(int64, int64) {}
	}
	return readFile(ctx, opts.From, func(db *database) error {
		err := db.file.CopyTo(ctx, to, progress)
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("%s cannot be copied to %s: %w", opts.From, opts.To, engine.WithAdvice(db.Dialect, err))
		}
		return err
	})
}

const (
	makeNote = `CREATE TABLE IF NOT EXISTS backup_note (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), taken_at INTEGER NOT NULL) STRICT`
	setNote  = `INSERT INTO backup_note (one, taken_at) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET taken_at = $1`
)

// finishCopy notes the time in a copy, checks it and counts its records. The copy is then one file, without a log.
func finishCopy(ctx context.Context, path string, at time.Time) (Copied, error) {
	done := Copied{At: at.UTC().Truncate(time.Second)}
	err := onCopy(ctx, path, func(db *database) error {
		if _, err := db.run.Exec(ctx, makeNote); err != nil {
			return err
		}
		if _, err := db.run.Exec(ctx, setNote, done.At.UnixMicro()); err != nil {
			return err
		}
		return db.verify(ctx, &done.Contents)
	})
	if err != nil {
		return Copied{}, engine.WithAdvice(sqlite.Dialect(), err)
	}
	info, err := os.Stat(path)
	if err == nil {
		done.Bytes = info.Size()
	}
	return done, err
}

// onCopy calls fn with a copy that is not otherwise in use.
func onCopy(ctx context.Context, path string, fn func(db *database) error) (err error) {
	file, err := sqlite.OpenCopy(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return fn(&database{Dialect: sqlite.Dialect(), run: file, name: path, file: file})
}

// verify returns an error if the file is damaged or is no database of Rollcall that this program knows.
func (db *database) verify(ctx context.Context, contents *Contents) error {
	version, err := db.version(ctx)
	if err != nil {
		return err
	}
	if version == 0 {
		return errors.New("it is not a database of Rollcall, or an empty one")
	}
	if err := store.CheckUsable(ctx, db.run, db.Dialect); err != nil {
		return err
	}
	err = db.run.Query(ctx, `PRAGMA integrity_check(1)`, nil, func(row engine.Row) error {
		var found string
		if err := row.Scan(&found); err != nil || found == "ok" {
			return err
		}
		return fmt.Errorf("it is damaged: %s", found)
	})
	if err != nil {
		return err
	}
	*contents, err = db.contents(ctx)
	return err
}
