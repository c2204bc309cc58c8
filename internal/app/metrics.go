package app

import (
	"context"
	"errors"
	"net/http"
	"net/http/pprof"
	"time"

	"example.org/rollcall/internal/metrics"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// newMetrics returns the metrics of a.
func (a *App) newMetrics() *metrics.Metrics {
	var limits []string
	for _, l := range web.Limits() {
		limits = append(limits, string(l))
	}
	var messages []string
	for _, l := range rollcall.SendingLimits() {
		messages = append(messages, string(l))
	}
	var quotas []string
	for _, q := range rollcall.RecordQuotas() {
		quotas = append(quotas, string(q))
	}
	return metrics.New(metrics.Options{
		Version: a.opts.Version, Limits: limits, MessageLimits: messages, Quotas: quotas, Pools: a.pools, Queue: a.backlog, Refused: a.refused, Log: a.opts.Log,
	})
}

func (a *App) pools() []metrics.Pool {
	var pools []metrics.Pool
	for _, p := range a.db.Pools() {
		pools = append(pools, metrics.Pool(p))
	}
	return pools
}

var errNoQueue = errors.New("the queue is not running")

func (a *App) backlog(ctx context.Context) (metrics.Queue, error) {
	queue := a.jobs.Load()
	if queue == nil {
		return metrics.Queue{}, errNoQueue
	}
	b, err := queue.Backlog(ctx)
	if err != nil {
		return metrics.Queue{}, err
	}
	found := metrics.Queue{Jobs: b.Jobs}
	if !b.Oldest.IsZero() {
		found.Oldest = max(0, a.opts.Now().Sub(b.Oldest))
	}
	return found, nil
}

// observer counts requests.
type observer struct{ *metrics.Metrics }

// Limited implements web.Observer.
func (o observer) Limited(l web.Limit) { o.Metrics.Limited(string(l)) }

// admin returns the handler for Options.Admin: metrics, and profiles for go tool pprof.
func (a *App) admin() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics.Handler())
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("POST /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// closeAdmin closes Options.Admin, even if it was never served.
func (a *App) closeAdmin() {
	if a.opts.Admin != nil {
		_ = a.opts.Admin.Close()
	}
}

// stopTracing sends the remaining spans within 3 s.
func (a *App) stopTracing(ctx context.Context) {
	if a.tracer == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if err := a.tracer.Stop(ctx); err != nil {
		a.opts.Log.WarnContext(ctx, "stopping traces failed", "error", err.Error())
	}
}
