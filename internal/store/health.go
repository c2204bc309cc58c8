package store

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync/atomic"
)

// health is what is known of the files of an open database. What it once knows to be wrong stays wrong until the
// database is closed.
type health struct {
	file   whole
	log    *slog.Logger
	damage atomic.Pointer[error]
	gone   atomic.Pointer[error]
}

// watch remembers where the file is, and is told of damage that anybody comes upon.
func watch(d *dialect, opts Options) (*health, error) {
	info, err := os.Stat(opts.Path)
	if err != nil {
		return nil, err
	}
	h := &health{file: whole{path: opts.Path, info: info}, log: opts.Log}
	d.onDamage = func(err error) {
		if h.damage.CompareAndSwap(nil, &err) {
			opts.Log.Error("the database is damaged; this server counts as not ready from now on",
				slog.String("error", err.Error()), slog.String("advice", d.advice(err)))
		}
	}
	return h, nil
}

// look returns an Unavailable error where the file or its log is not where it was. There must be an open transaction.
func (h *health) look() error {
	if err := h.known(); err != nil {
		return err
	}
	err := h.file.check()
	if !errors.Is(err, errTakenAway) {
		return err
	}
	if h.gone.CompareAndSwap(nil, &err) {
		h.log.Error("the database was taken away; nothing is read or written any more", slog.String("error", err.Error()))
	}
	return h.known()
}

// known returns what look has found before.
func (h *health) known() error {
	if gone := h.gone.Load(); gone != nil {
		return unavailable("the database cannot be used now; try again", *gone)
	}
	return nil
}

// guarded runs nothing once the database was taken away: a new connection would begin a new log, which the connections
// that are open know nothing of, and what they have written could not be saved when they close.
type guarded struct {
	runner
	health *health
}

func (g guarded) one(ctx context.Context, query string, args []any, dest ...any) error {
	if err := g.health.known(); err != nil {
		return err
	}
	return g.runner.one(ctx, query, args, dest...)
}

func (g guarded) many(ctx context.Context, query string, args []any, each func(row rowScanner) error) error {
	if err := g.health.known(); err != nil {
		return err
	}
	return g.runner.many(ctx, query, args, each)
}

func (g guarded) snapshot(ctx context.Context, fn func(runner) error) error {
	if err := g.health.known(); err != nil {
		return err
	}
	return g.runner.snapshot(ctx, fn)
}

// checkParts returns an error for an operator where a part of the database at path was taken away.
func checkParts(ctx context.Context, path string) error {
	if err := checkWhole(path); err != nil {
		return err
	}
	always := func(error) bool { return true }
	return again(ctx, closingTries, always, func() error { return checkLog(path) })
}

// closingTries is how often a database is looked at that may just be closing.
const closingTries = 10

// errTakenAway says that files of an open database are not where they were.
var errTakenAway = errors.New("files of the database were taken away")
