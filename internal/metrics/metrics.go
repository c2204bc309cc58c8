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

// Metrics is everything that is counted. It implements what other rooms declare; its methods may be called by several
// goroutines at once.
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
}

// Options are what is looked at when Prometheus asks. Each function is called then, and is left out where it is nil.
type Options struct {
	Version string   // the program's
	Limits  []string // the names of the limits, which are shown before they are hit
	// MessageLimits are the names of the limits on messages to people, which are shown before they are hit.
	MessageLimits []string
	Quotas        []string                             // the names of the quotas of records, which are shown before they are reached
	Pools         func() []Pool                        // the connections to the database
	Queue         func(context.Context) (Queue, error) // the jobs
	Refused       func() map[string]bool               // for each provider, whether it refuses the set-up
	Log           *slog.Logger                         // is told where one of them failed
}

// unknownRoute stands for the paths that no route has.
const unknownRoute = "none"

// New returns metrics that are all at zero.
func New(o Options) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "rollcall_http_requests_running", Help: "Requests that are being answered.",
		}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_http_requests_total",
			Help: "Requests answered, by method, pattern of the route and status; 0 where the connection was cut first.",
		}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "rollcall_http_request_duration_seconds", Help: "How long requests took, by method and pattern of the route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_limited_total", Help: "Requests that a limit refused, by the limit.",
		}, []string{"limit"}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "rollcall_store_batch_changes", Help: "How many changes were committed together.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 8),
		}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "rollcall_store_commit_duration_seconds", Help: "How long it took to make a batch of changes durable.",
			Buckets: prometheus.ExponentialBuckets(.000125, 2, 14),
		}),
		sends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_sends_total", Help: "Attempts to hand a message to a provider, by provider and outcome.",
		}, []string{"provider", "outcome"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_messages_limited_total",
			Help: "Messages beyond a limit on messages to people, by the limit and by whether they were refused for it.",
		}, []string{"limit", "refused"}),
		replies: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_replies_not_understood_total",
			Help: "Text messages from people that were not understood, by whether they are on the timeline of a validation.",
		}, []string{"kept"}),
		quotas: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rollcall_quota_refused_total", Help: "Changes refused because the dealer has reached a quota of records, by the quota.",
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
	m.registry.MustRegister(m.running, m.requests, m.duration, m.limited, m.batch, m.commit, m.sends, m.messages, m.replies, m.quotas,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), buildInfo(o.Version))
	m.registry.MustRegister(lookups{o})
	return m
}

func buildInfo(version string) prometheus.Collector {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "rollcall_build_info", Help: "1, for the version that runs.", ConstLabels: prometheus.Labels{"version": version},
	})
	info.Set(1)
	return info
}

// Handler shows the metrics to whoever asks.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// Began counts a request that is to be answered.
func (m *Metrics) Began() { m.running.Inc() }

// Ended counts a request that was answered.
func (m *Metrics) Ended(method, route string, status int, took time.Duration) {
	if route == "" {
		route = unknownRoute
	}
	m.running.Dec()
	m.requests.WithLabelValues(method, route, statusText(status)).Inc()
	m.duration.WithLabelValues(method, route).Observe(took.Seconds())
}

// statusText keeps what a status can be to what HTTP has.
func statusText(status int) string {
	if http.StatusText(status) == "" && status != 0 {
		return "other"
	}
	return strconv.Itoa(status)
}

// Limited counts a request that the limit refused.
func (m *Metrics) Limited(limit string) { m.limited.WithLabelValues(limit).Inc() }

// Committed counts a batch of changes that became durable.
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

// QuotaRefused counts a change that a quota of records refused.
func (m *Metrics) QuotaRefused(quota string) { m.quotas.WithLabelValues(quota).Inc() }

// MessageLimited counts a message beyond a limit on messages to people.
func (m *Metrics) MessageLimited(limit string, refused bool) {
	m.messages.WithLabelValues(limit, strconv.FormatBool(refused)).Inc()
}
