package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
)

// figures are those of one measurement, or the medians of several.
type figures struct {
	rate          float64 // answers a second
	p50, p90, p99 float64 // milliseconds
	work          float64 // processor time of the server for one answer, in microseconds; 0: this system does not say
}

// result is what was measured in one phase: for each round, the figures of each server.
type result struct {
	phase  string
	rounds [][]figures
}

// of returns the medians of one server.
func (r result) of(server int) figures {
	figure := func(f func(figures) float64) float64 {
		return median(r.each(func(round []figures) float64 { return f(round[server]) }))
	}
	return figures{
		rate: figure(func(f figures) float64 { return f.rate }),
		p50:  figure(func(f figures) float64 { return f.p50 }),
		p90:  figure(func(f figures) float64 { return f.p90 }),
		p99:  figure(func(f figures) float64 { return f.p99 }),
		work: figure(func(f figures) float64 { return f.work }),
	}
}

// ratios are those of the first server's figures to the second's in the same round. Work is NaN if the system does not say it.
type ratios struct{ rate, lowest, highest, work float64 }

func (r result) compare() ratios {
	rates := r.each(func(round []figures) float64 { return round[0].rate / round[1].rate })
	work := r.each(func(round []figures) float64 { return round[0].work / round[1].work })
	return ratios{rate: median(rates), lowest: slices.Min(rates), highest: slices.Max(rates), work: median(work)}
}

func (r result) each(f func(round []figures) float64) (all []float64) {
	for _, round := range r.rounds {
		all = append(all, f(round))
	}
	return all
}

// median returns the middle of values, of which there is at least one.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// report writes the results as tables.
func report(out io.Writer, s settings, servers []*server, results []result) error {
	var text strings.Builder
	load := "as fast as they are answered"
	if s.rate > 0 {
		load = fmt.Sprintf("%d requests a second", s.rate)
	}
	fmt.Fprintf(&text, "%s, %s/%s, %d processors; %d connections, %s; %d rounds of %v\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), s.connections, load, s.rounds, s.duration)
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "phase\tserver\ta second\tp50 ms\tp90 ms\tp99 ms\twork µs\tratio\tlowest\thighest\twork ratio\t")
	for _, r := range results {
		for i := range servers {
			f := r.of(i)
			fmt.Fprintf(table, "%s\t%s\t%.0f\t%.2f\t%.2f\t%.2f\t%.0f\t", r.phase, sides[i], f.rate, f.p50, f.p90, f.p99, f.work)
			if i+1 < len(servers) {
				c := r.compare()
				fmt.Fprintf(table, "%.2f\t%.2f\t%.2f\t%.2f\t", c.rate, c.lowest, c.highest, c.work)
			}
			fmt.Fprintln(table)
		}
	}
	fmt.Fprintln(table, "\n\tserver\tready ms\tat rest MiB\tafter load MiB\tprogram MiB\t")
	for i, server := range servers {
		fmt.Fprintf(table, "\t%s\t%.0f\t%.1f\t%.1f\t%.1f\t\n", sides[i], millis(server.ready),
			mebibytes(server.rest), mebibytes(server.loaded), mebibytes(server.size))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }
