package metrics

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Pool is a pool of connections to the database.
type Pool struct {
	Name              string
	Most, Open, InUse int
	Waits             int64         // how often a connection was waited for
	Waited            time.Duration // the sum of these waits
}

// Queue is the state of the jobs.
type Queue struct {
	Jobs   map[string]int // unfinished jobs by state
	Oldest time.Duration  // how long ago the oldest waiting job was due; 0: none is due
}

// queueTimeout is the time limit of the queue's metrics, so that a database that hangs does not delay the others.
const queueTimeout = 2 * time.Second

// lookups are the metrics that are read for each scrape.
type lookups struct{ Options }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("rollcall_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector. The metrics depend on the options.
func (l lookups) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (l lookups) Collect(to chan<- prometheus.Metric) {
	if l.Pools != nil {
		for _, p := range l.Pools() {
			collectPool(to, p)
		}
	}
	if l.Queue != nil {
		l.collectQueue(to)
	}
	if l.Refused != nil {
		collectRefused(to, l.Refused())
	}
}

func collectRefused(to chan<- prometheus.Metric, refused map[string]bool) {
	name := describe("delivery_refused", "1 while a provider refuses the settings, and its messages wait.", "provider")
	for _, provider := range slices.Sorted(maps.Keys(refused)) {
		value := 0.0
		if refused[provider] {
			value = 1
		}
		to <- prometheus.MustNewConstMetric(name, prometheus.GaugeValue, value, provider)
	}
}

func collectPool(to chan<- prometheus.Metric, p Pool) {
	send := func(name, help string, kind prometheus.ValueType, value float64) {
		to <- prometheus.MustNewConstMetric(describe("db_pool_"+name, help, "pool"), kind, value, p.Name)
	}
	send("connections_max", "Maximum database connections of the pool.", prometheus.GaugeValue, float64(p.Most))
	send("connections", "Open connections of the pool.", prometheus.GaugeValue, float64(p.Open))
	send("connections_in_use", "Connections in use.", prometheus.GaugeValue, float64(p.InUse))
	send("waits_total", "Waits for a connection.", prometheus.CounterValue, float64(p.Waits))
	send("wait_seconds_total", "Seconds waited for connections.", prometheus.CounterValue, p.Waited.Seconds())
}

func (l lookups) collectQueue(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), queueTimeout)
	defer cancel()
	q, err := l.Queue(ctx)
	if err != nil {
		if l.Log != nil {
			l.Log.LogAttrs(ctx, slog.LevelWarn, "reading the queue's metrics failed", slog.String("error", err.Error()))
		}
		return
	}
	jobs := describe("queue_jobs", "Unfinished jobs by state.", "state")
	for _, state := range slices.Sorted(maps.Keys(q.Jobs)) {
		to <- prometheus.MustNewConstMetric(jobs, prometheus.GaugeValue, float64(q.Jobs[state]), state)
	}
	to <- prometheus.MustNewConstMetric(describe("queue_oldest_seconds", "Seconds since the oldest waiting job was due."),
		prometheus.GaugeValue, q.Oldest.Seconds())
}
