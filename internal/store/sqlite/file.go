package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ncruces/go-sqlite3"
)

// File is one connection to a database file, for maintenance. One goroutine may use it at a time.
type File struct {
	*conn
	pool *sql.DB
}

// OpenReadOnly opens a file that may be in use, and changes nothing in it. What keeps it from writing is a setting of the
// connection: in a file that is opened as read-only SQLite does not check the CHECK constraints, and leaves an empty log
// behind.
func OpenReadOnly(ctx context.Context, path string) (*File, error) {
	return openFile(ctx, path, toRead)
}

// OpenCopy opens a copy that is not otherwise in use, for writing. A power cut may lose changes until the caller flushes the
// file. Close removes the log.
func OpenCopy(ctx context.Context, path string) (*File, error) { return openFile(ctx, path, toCopy) }

func openFile(ctx context.Context, path string, u use) (*File, error) {
	pool, err := openPool(path, u, 1)
	if err != nil {
		return nil, err
	}
	c, err := openConn(ctx, pool)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return &File{conn: c, pool: pool}, nil
}

// Close closes the connection.
func (f *File) Close() error { return errors.Join(f.conn.Close(), f.pool.Close()) }

const pagesAtOnce = 256 // between two checks of the context

// CopyTo copies the database into the file at path by SQLite's online backup. Called in a snapshot, it copies the state of
// that snapshot, whatever is written meanwhile. progress is called with the bytes copied so far and in all.
func (f *File) CopyTo(ctx context.Context, path string, progress func(done, all int64)) error {
	target, err := source(path, toCopy)
	if err != nil {
		return err
	}
	var pageSize int64
	if err := f.QueryRow(ctx, `PRAGMA page_size`, nil, &pageSize); err != nil {
		return err
	}
	backup, err := f.raw.BackupInit("main", target)
	if err != nil {
		return err
	}
	return errors.Join(copyPages(ctx, backup, func(done, all int) { progress(int64(done)*pageSize, int64(all)*pageSize) }), backup.Close())
}

func copyPages(ctx context.Context, backup *sqlite3.Backup, progress func(done, all int)) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		done, err := backup.Step(pagesAtOnce)
		if err != nil {
			return err
		}
		progress(backup.PageCount()-backup.Remaining(), backup.PageCount())
		if done {
			return nil
		}
	}
}
