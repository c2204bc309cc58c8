package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report is what came of a run.
type report struct {
	Go              string  `json:"go"`
	System          string  `json:"system"`
	Processors      int     `json:"processors"`
	Connections     int     `json:"connections"`
	Seconds         float64 `json:"seconds"` // of each phase in each round
	Rounds          int     `json:"rounds"`
	SyncMicros      int64   `json:"sync_us"` // until a page is durable on this disk, in the median
	MemoryAfterLoad int64   `json:"memory_after_load_bytes"`
	Phases          []line  `json:"phases"`
}

// line is what came of one phase: the rate and the ratio are medians of the rounds, the times those of all of them.
type line struct {
	Name      string    `json:"name"`
	Answers   uint64    `json:"answers"`
	Status    int       `json:"status"` // of every answer
	Rate      float64   `json:"rate"`   // a second
	Rates     []float64 `json:"rates"`
	P50       int64     `json:"p50_us"`
	P90       int64     `json:"p90_us"`
	P99       int64     `json:"p99_us"`
	Max       int64     `json:"max_us"`
	Work      float64   `json:"work_us,omitempty"` // of the processors for the server, an answer
	Baseline  string    `json:"baseline,omitempty"`
	Ratio     float64   `json:"ratio,omitempty"` // to the rate of the baseline in the same round
	RatioLow  float64   `json:"ratio_low,omitempty"`
	RatioHigh float64   `json:"ratio_high,omitempty"`
}

func (b *bench) report() report {
	r := report{
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Processors: runtime.GOMAXPROCS(0),
		Connections: b.connections, Seconds: b.duration.Seconds(), Rounds: b.rounds,
	}
	for _, p := range b.chosen() {
		r.Phases = append(r.Phases, lineOf(p, b.outcomes[p.name], b.outcomes[p.baseline]))
	}
	return r
}

// lineOf sums up the rounds of a phase; base holds those of its baseline, none where it was not run.
func lineOf(p phase, rounds, base []outcome) line {
	l := line{Name: p.name, Status: p.want}
	var times histogram
	var work time.Duration
	var sent int
	var ratios []float64
	for i := range rounds {
		work += rounds[i].work
		sent += rounds[i].sent
		times.merge(&rounds[i].times)
		l.Rates = append(l.Rates, rounds[i].rate())
		if i < len(base) {
			ratios = append(ratios, rounds[i].rate()/base[i].rate())
		}
	}
	l.Answers = times.total
	l.Work = float64(work.Nanoseconds()) / 1000 / float64(max(sent, 1))
	l.Rate, _, _ = spread(l.Rates)
	l.P50, l.P90 = times.percentile(50).Microseconds(), times.percentile(90).Microseconds()
	l.P99, l.Max = times.percentile(99).Microseconds(), times.max.Microseconds()
	if len(ratios) > 0 {
		l.Baseline = p.baseline
		l.Ratio, l.RatioLow, l.RatioHigh = spread(ratios)
	}
	return l
}

// spread returns the median of values, of which there must be one at least, the least and the greatest.
func spread(values []float64) (median, low, high float64) {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2, sorted[0], sorted[n-1]
}

func (r report) print(out io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s, %s, %d processors, %d connections, %d rounds of %g s a phase\n\n",
		r.Go, r.System, r.Processors, r.Connections, r.Rounds, r.Seconds)
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "phase\tanswers\tstatus\ta second\tp50 ms\tp90 ms\tp99 ms\tmax ms\twork µs\tof the baseline\tlowest\thighest\t")
	for _, l := range r.Phases {
		fmt.Fprintf(table, "%s\t%d\t%d\t%.0f\t%s\t%s\t%s\t%s\t%.1f\t", l.Name, l.Answers, l.Status, l.Rate,
			millis(l.P50), millis(l.P90), millis(l.P99), millis(l.Max), l.Work)
		if l.Baseline == "" {
			fmt.Fprint(table, "\t\t\t\n")
			continue
		}
		fmt.Fprintf(table, "%.1f %%\t%.1f %%\t%.1f %%\t\n", 100*l.Ratio, 100*l.RatioLow, 100*l.RatioHigh)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(&text, "\nA page is durable on this disk after %s ms (median).", millis(r.SyncMicros))
	if r.MemoryAfterLoad > 0 {
		fmt.Fprintf(&text, " Rollcall's memory after the load: %s.", mebibytes(r.MemoryAfterLoad))
	}
	fmt.Fprintln(&text, " Every contact that was created is there.")
	_, err := io.WriteString(out, text.String())
	return err
}

func millis(micros int64) string { return fmt.Sprintf("%.2f", float64(micros)/1000) }

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
