package app

import (
	"context"
	"net/http"
	"time"

	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/postgres"
	"example.org/rollcall/internal/web"
)

// replayedHeader is the header of a response that a standby gave, with the time up to which its data is complete.
const replayedHeader = "X-Rollcall-Replayed-At"

// maxAttempts is how often a GET is served at most, each time from another server of the database.
const maxAttempts = 3

// failover serves a GET from the primary, or from a standby while there is no primary, never from both. Other methods need the primary.
type failover struct {
	servers          *postgres.Engine
	primary, standby http.Handler
}

// ServeHTTP serves a request.
func (f *failover) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		f.primary.ServeHTTP(w, r)
		return
	}
	for n := 1; !f.attempt(w, r, n == maxAttempts); n++ {
	}
}

// attempt returns false if the server was lost and another one answers, except the last time.
func (f *failover) attempt(w http.ResponseWriter, r *http.Request, last bool) (served bool) {
	source, replayed, err := f.servers.Source(r.Context())
	again := func() bool { return !last && f.servers.Lost(r.Context(), source) }
	if err != nil {
		if source != nil && again() {
			return false
		}
		f.primary.ServeHTTP(w, r) // which refuses what needs a database
		return true
	}
	next := f.primary
	if source.Standby() {
		next = f.standby
		w.Header().Set(replayedHeader, replayed.Format(web.ReplayedFormat))
	}
	ctx, cancel := source.Context(r.Context())
	defer cancel()
	return web.Attempt(next, w, r.WithContext(ctx), again)
}

// readOnly returns what a health check asks: whether a standby answers, and up to which time its data is complete.
func readOnly(servers *postgres.Engine) func(context.Context) (time.Time, bool) {
	return func(ctx context.Context) (time.Time, bool) {
		source, replayed, err := servers.Source(ctx)
		return replayed, err == nil && source.Standby()
	}
}

// standbyOptions returns the options of the service that reads from a standby.
func (a *App) standbyOptions() service.Options {
	options := a.serviceOptions()
	options.ReadOnly = true
	return options
}
