package web

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// readyTimeout bounds one readiness check, so that a database that hangs counts as one that is away.
const readyTimeout = 4 * time.Second

// Health answers whoever supervises the process.
type Health struct {
	// Check returns nil where the process can do its work. Anybody may have it called, without a key, so it must be cheap.
	Check    func(context.Context) error
	Draining <-chan struct{} // closed once the process is stopping; nil for never
	Log      *slog.Logger    // is told why a check failed, which the caller is not; nil: nothing is logged
	// Details returns what ?verbose adds to the answer of one that is ready; nil: nothing. Anybody may have it called.
	Details func() map[string]any
}

// Live answers 200 for as long as the process can answer at all; anything else is a reason to restart it.
func (h Health) Live(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, `{"status":"ok"}`)
}

// Ready answers 200 where requests can be served and 503 where a load balancer should send them elsewhere.
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
		if h.Log != nil && r.Context().Err() == nil {
			h.Log.LogAttrs(ctx, slog.LevelWarn, "not ready", slog.String("error", err.Error()))
		}
		unavailable(w, `{"status":"unavailable","message":"not ready to serve requests; try again in a moment"}`)
		return
	}
	if h.Details != nil && r.URL.Query().Has("verbose") {
		details := h.Details()
		details["status"] = "ready"
		if body, err := json.Marshal(details); err == nil {
			answer(w, http.StatusOK, string(body))
			return
		}
	}
	answer(w, http.StatusOK, `{"status":"ready"}`)
}

func unavailable(w http.ResponseWriter, body string) {
	w.Header().Set("Retry-After", "1")
	answer(w, http.StatusServiceUnavailable, body)
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body+"\n")
}
