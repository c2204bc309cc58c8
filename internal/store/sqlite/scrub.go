package sqlite

import (
	"cmp"
	"context"
	"errors"

	"github.com/ncruces/go-sqlite3"

	"example.org/rollcall/internal/store/engine"
)

const scrubTries = 30 // 3 s

// errReaders is the error while a reader needs the log.
var errReaders = errors.New("the log of the database is being read")

// Scrub implements engine.Engine. Deleted data is overwritten in the file at once; the log has older pages until Scrub
// copies it into the file and empties it. The error is Unavailable while a reader, also in another process, holds a
// snapshot that only the log has, as a backup does. Other changes go on between the tries.
func (e *Engine) Scrub(ctx context.Context) error {
	read := func(err error) bool { return errors.Is(err, errReaders) }
	err := engine.Retry(ctx, scrubTries, read, func() error { return e.writer.between(ctx, emptyLog) })
	if read(err) {
		return engine.Unavailable("erased data is still in the log of the database, because a long read, such as a backup, needs the log; "+
			"end that read and try again", err)
	}
	return e.dialect.Failed(err)
}

// between runs fn on the connection that writes, between two batches.
func (w *writer) between(ctx context.Context, fn func(*transaction) error) error {
	done := make(chan error, 1)
	select {
	case w.calls <- func() { done <- w.onConnection(fn) }:
		return <-done
	case <-ctx.Done():
		return engine.Canceled(ctx.Err())
	case <-w.closing:
		return engine.Closed()
	}
}

func (w *writer) onConnection(fn func(*transaction) error) error {
	if err := w.open(); err != nil {
		return err
	}
	err := fn(w.tx)
	if err != nil && !errors.Is(err, errReaders) {
		w.drop()
	}
	return err
}

const (
	checkpoint  = `PRAGMA wal_checkpoint(TRUNCATE)`
	waitShortly = `PRAGMA busy_timeout = 50`    // ms; it blocks all writes meanwhile
	waitAgain   = `PRAGMA busy_timeout = 10000` // as in settings
)

// emptyLog copies the log into the file and truncates it.
func emptyLog(tx *transaction) error {
	ctx := context.Background()
	if _, err := tx.Exec(ctx, waitShortly); err != nil {
		return err
	}
	var busy, pages, copied int
	err := tx.QueryRow(ctx, checkpoint, nil, &busy, &pages, &copied)
	_, waitErr := tx.Exec(ctx, waitAgain)
	if err == nil && busy != 0 || errors.Is(err, sqlite3.BUSY) {
		err = errReaders
	}
	return cmp.Or(err, waitErr)
}
