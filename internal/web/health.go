package web

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// readyTimeout limits one readiness check, so that a database that hangs counts as unavailable.
const readyTimeout = 4 * time.Second

// ReplayedFormat is how the time is written up to which a standby's data is complete.
const ReplayedFormat = "2006-01-02T15:04:05.000Z"

// Health serves the health checks of a supervisor or a load balancer.
type Health struct {
	// Check returns nil if the process can serve requests. It must be cheap, since callers need no key.
	Check func(context.Context) error
	// ReadOnly is called after a failed Check: it returns true if the process still answers reads, and up to which time their data is
	// complete; nil: never.
	ReadOnly func(context.Context) (time.Time, bool)
	Draining <-chan struct{} // closed once the process is stopping; nil: never
	Log      *slog.Logger    // gets the reason of a failed check, which the caller doesn't; nil: nothing is logged
	// Details returns what ?verbose adds to the response of Ready; nil: nothing. Callers need no key.
	Details func() map[string]any
}

// Live responds with 200. A process that doesn't respond should be restarted.
func (h Health) Live(w http.ResponseWriter, _ *http.Request) {
	respond(w, http.StatusOK, `{"status":"ok"}`)
}

// Ready responds with 200 if the process can serve requests, and with 503 if a load balancer should send them elsewhere. While the
// process only answers reads, it responds with 200 to ?reads alone.
func (h Health) Ready(w http.ResponseWriter, r *http.Request) {
	select {
	case <-h.Draining:
		unavailable(w, `{"status":"unavailable","message":"this process is stopping; use another one"}`)
		return
	default:
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := h.Check(ctx); err != nil {
		h.notReady(ctx, w, r, err)
		return
	}
	if h.Details != nil && r.URL.Query().Has("verbose") {
		details := h.Details()
		details["status"] = "ready"
		if body, err := json.Marshal(details); err == nil {
			respond(w, http.StatusOK, string(body))
			return
		}
	}
	respond(w, http.StatusOK, `{"status":"ready"}`)
}

// notReady responds to a request after Check has failed.
func (h Health) notReady(ctx context.Context, w http.ResponseWriter, r *http.Request, err error) {
	body := `{"status":"unavailable","message":"not ready to serve requests; try again in a moment"}`
	if h.ReadOnly != nil {
		if replayed, ok := h.ReadOnly(ctx); ok {
			body = `{"status":"read-only","message":"GETs are answered with what was stored by replayed_at, changes are refused","replayed_at":"` +
				replayed.Format(ReplayedFormat) + `"}`
			if r.URL.Query().Has("reads") {
				respond(w, http.StatusOK, body)
				return
			}
		}
	}
	if h.Log != nil && r.Context().Err() == nil {
		h.Log.LogAttrs(ctx, slog.LevelWarn, "not ready", slog.String("error", err.Error()))
	}
	unavailable(w, body)
}

func unavailable(w http.ResponseWriter, body string) {
	w.Header().Set("Retry-After", "1")
	respond(w, http.StatusServiceUnavailable, body)
}

func respond(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body+"\n")
}
