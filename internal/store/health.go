package store

import (
	"log/slog"
	"sync/atomic"
)

// health remembers whether a statement found damage in an open database.
type health struct{ damage atomic.Pointer[error] }

// watch returns the health of a database whose damage d reports.
func watch(d *dialect, log *slog.Logger) *health {
	h := &health{}
	d.onDamage = func(err error) {
		if h.damage.CompareAndSwap(nil, &err) {
			log.Error("the database is damaged; this server counts as not ready from now on",
				slog.String("error", err.Error()), slog.String("advice", d.advice(err)))
		}
	}
	return h
}

// look returns an Unavailable error if damage was found.
func (h *health) look() error {
	if damage := h.damage.Load(); damage != nil {
		return unavailable("the database is damaged; run rollcall check", *damage)
	}
	return nil
}
