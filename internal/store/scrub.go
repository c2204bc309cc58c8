package store

import (
	"context"
	"errors"
)

const scrubTries = 30 // with pause between them: 3 s

// errReaders means that somebody still reads what the log alone has.
var errReaders = errors.New("the log of the database is being read")

// scrub: what is deleted is overwritten at once, wherever it lies in the file; what is left of it
// is in the log, which scrub copies into the file and empties. That is Unavailable for as long as somebody, also in
// another process, reads a moment that the log alone has: a snapshot that is held for long, such as that of a backup,
// holds it. Changes by others go on between the tries.
func (e *sqliteEngine) scrub(ctx context.Context) error {
	useful := func(err error) bool { return errors.Is(err, errReaders) }
	err := again(ctx, scrubTries, useful, func() error { return e.writer.between(ctx, e.emptyLog) })
	if useful(err) {
		return unavailable("erased data is still in the log of the database, because somebody has been reading it for long; "+
			"end what reads it, such as a backup, and try again", err)
	}
	return e.Failed(err)
}

// between runs fn on the connection that writes, between two batches.
func (w *writer) between(ctx context.Context, fn func(*session) error) error {
	done := make(chan error, 1)
	select {
	case w.calls <- func() { done <- w.withSession(fn) }:
		return <-done
	case <-ctx.Done():
		return gaveUp(ctx.Err())
	case <-w.closing:
		return closed()
	}
}

func (w *writer) withSession(fn func(*session) error) error {
	if err := w.open(); err != nil {
		return err
	}
	err := fn(w.session)
	if err != nil && !errors.Is(err, errReaders) {
		w.drop()
	}
	return err
}
