package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics has all metrics, and implements the interfaces that other packages declare. Its methods are safe for concurrent
// use.
type Metrics struct {
	registry *prometheus.Registry

	running  prometheus.Gauge
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	limited  *prometheus.CounterVec
	batch    prometheus.Histogram
	commit   prometheus.Histogram
	sends    *prometheus.CounterVec
	messages *prometheus.CounterVec
	replies  *prometheus.CounterVec
	quotas   *prometheus.CounterVec
	webhooks *prometheus.CounterVec
}

// Options are the settings of Metrics. The functions are called for each scrape; nil: those metrics are left out.
type Options struct {
	Version string   // the program's
	Limits  []string // names of the limits on requests, which start at zero
	// MessageLimits are the names of the limits on messages to people, which start at zero.
	MessageLimits []string
	Quotas        []string                             // names of the quotas, which start at zero
	Pools         func() []Pool                        // of the database
	Queue         func(context.Context) (Queue, error) // of jobs
	Refused       func() map[string]bool               // for each provider, whether it refuses the settings
	Log           *slog.Logger                         // for failures of these functions; nil: none
}

// unknownRoute is the route of unknown paths.
const unknownRoute = "none"

// New returns Metrics with all counters at zero.
func New(o Options) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "rollcall_http_requests_running", Help: "Running requests.",
		}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_http_requests_total",
			Help: "Requests by method, route pattern and status; 0 if the connection was lost first.",
		}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "rollcall_http_request_duration_seconds", Help: "Duration of requests by method and route pattern.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_limited_total", Help: "Requests refused by a limit.",
		}, []string{"limit"}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "rollcall_store_batch_changes", Help: "Changes per commit.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 8),
		}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "rollcall_store_commit_duration_seconds", Help: "Duration of commits.",
			Buckets: prometheus.ExponentialBuckets(.000125, 2, 14),
		}),
		sends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_sends_total", Help: "Attempts to send a message, by provider and outcome.",
		}, []string{"provider", "outcome"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_messages_limited_total",
			Help: "Messages that exceeded a limit, by limit and whether they were refused.",
		}, []string{"limit", "refused"}),
		replies: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_replies_not_understood_total",
			Help: "Text messages from people that were not understood, by whether they were added to a timeline.",
		}, []string{"kept"}),
		webhooks: newWebhooks(),
		quotas: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_quota_refused_total", Help: "Changes refused by a quota of a dealer.",
		}, []string{"quota"}),
	}
	m.replies.WithLabelValues("true")
	m.replies.WithLabelValues("false")
	for _, limit := range o.Limits {
		m.limited.WithLabelValues(limit)
	}
	for _, limit := range o.MessageLimits {
		m.messages.WithLabelValues(limit, "true")
		m.messages.WithLabelValues(limit, "false")
	}
	for _, quota := range o.Quotas {
		m.quotas.WithLabelValues(quota)
	}
	m.registry.MustRegister(m.running, m.requests, m.duration, m.limited, m.batch, m.commit, m.sends, m.messages, m.replies, m.quotas, m.webhooks,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), buildInfo(o.Version))
	m.registry.MustRegister(lookups{o})
	return m
}

func newWebhooks() *prometheus.CounterVec {
	counter := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "rollcall_webhooks_total", Help: "Attempts to deliver an event to a webhook that were delivered or failed, and webhooks that were disabled.",
	}, []string{"outcome"})
	for _, outcome := range []string{"delivered", "failed", "disabled"} {
		counter.WithLabelValues(outcome)
	}
	return counter
}

func buildInfo(version string) prometheus.Collector {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "rollcall_build_info", Help: "1, for the version that runs.", ConstLabels: prometheus.Labels{"version": version},
	})
	info.Set(1)
	return info
}

// Handler serves the metrics to Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// Began counts a request at its start.
func (m *Metrics) Began() { m.running.Inc() }

// Ended counts a request at its end.
func (m *Metrics) Ended(method, route string, status int, took time.Duration) {
	if route == "" {
		route = unknownRoute
	}
	m.running.Dec()
	m.requests.WithLabelValues(method, route, statusText(status)).Inc()
	m.duration.WithLabelValues(method, route).Observe(took.Seconds())
}

// statusText returns the value of the label status, from the statuses of HTTP.
func statusText(status int) string {
	if http.StatusText(status) == "" && status != 0 {
		return "other"
	}
	return strconv.Itoa(status)
}

// Limited counts a request refused by a limit.
func (m *Metrics) Limited(limit string) { m.limited.WithLabelValues(limit).Inc() }

// Committed counts a commit of a number of changes.
func (m *Metrics) Committed(changes int, took time.Duration) {
	m.batch.Observe(float64(changes))
	m.commit.Observe(took.Seconds())
}

// Sent counts an attempt to send a message.
func (m *Metrics) Sent(provider, outcome string) { m.sends.WithLabelValues(provider, outcome).Inc() }

// ReplyNotUnderstood counts a text message from a person that was not understood.
func (m *Metrics) ReplyNotUnderstood(kept bool) {
	m.replies.WithLabelValues(strconv.FormatBool(kept)).Inc()
}

// Webhook counts an attempt to deliver an event to a webhook, by its outcome, or a webhook that the server disabled.
func (m *Metrics) Webhook(outcome string) { m.webhooks.WithLabelValues(outcome).Inc() }

// QuotaRefused counts a change refused by a quota.
func (m *Metrics) QuotaRefused(quota string) { m.quotas.WithLabelValues(quota).Inc() }

// MessageLimited counts a message that exceeded a limit.
func (m *Metrics) MessageLimited(limit string, refused bool) {
	m.messages.WithLabelValues(limit, strconv.FormatBool(refused)).Inc()
}
