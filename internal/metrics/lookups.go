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
	Waits             int64         // how often somebody waited for a connection
	Waited            time.Duration // in all
}

// Queue is the state of the jobs.
type Queue struct {
	Jobs   map[string]int // how many are in each state that is not final
	Oldest time.Duration  // for how long the one that is due longest has waited; 0 where none is due
}

// queueTimeout bounds one look at the queue, so that a database that hangs does not take the other metrics with it.
const queueTimeout = 2 * time.Second

// lookups are the metrics that are read when somebody asks for them.
type lookups struct{ Options }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("rollcall_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector: what there is depends on the options.
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
	name := describe("delivery_refused", "1 while a provider refuses the set-up, and its messages wait.", "provider")
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
	send("connections_max", "How many connections to the database the pool may have.", prometheus.GaugeValue, float64(p.Most))
	send("connections", "How many it has.", prometheus.GaugeValue, float64(p.Open))
	send("connections_in_use", "How many of them are in use.", prometheus.GaugeValue, float64(p.InUse))
	send("waits_total", "How often somebody waited for a connection.", prometheus.CounterValue, float64(p.Waits))
	send("wait_seconds_total", "How long they waited in all.", prometheus.CounterValue, p.Waited.Seconds())
}

func (l lookups) collectQueue(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), queueTimeout)
	defer cancel()
	q, err := l.Queue(ctx)
	if err != nil {
		if l.Log != nil {
			l.Log.LogAttrs(ctx, slog.LevelWarn, "the queue could not be looked at", slog.String("error", err.Error()))
		}
		return
	}
	jobs := describe("queue_jobs", "Jobs that are not done, by state.", "state")
	for _, state := range slices.Sorted(maps.Keys(q.Jobs)) {
		to <- prometheus.MustNewConstMetric(jobs, prometheus.GaugeValue, float64(q.Jobs[state]), state)
	}
	to <- prometheus.MustNewConstMetric(describe("queue_oldest_seconds", "For how long the job that is due longest has waited."),
		prometheus.GaugeValue, q.Oldest.Seconds())
}
