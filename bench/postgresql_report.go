package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"text/tabwriter"
)

// pgReport is what came of a run on PostgreSQL.
type pgReport struct {
	Go          string       `json:"go"`
	System      string       `json:"system"`
	Processors  int          `json:"processors"`
	Server      string       `json:"server"`
	Connections int          `json:"connections"`
	Seconds     float64      `json:"seconds"` // of each phase in each round
	Rounds      int          `json:"rounds"`
	Databases   []pgDatabase `json:"databases"`
	Growth      []growth     `json:"growth,omitempty"`
}

type pgDatabase struct {
	Name     string `json:"name"`
	Sites    int    `json:"sites"`
	Contacts int    `json:"contacts"` // in all, at the start
	Memory   int64  `json:"memory_after_load_bytes"`
	Phases   []line `json:"phases"`
}

// growth is the rate of a phase on the large database, compared with that on the small one in the same round.
type growth struct {
	Phase string  `json:"phase"`
	Ratio float64 `json:"ratio"`
	Low   float64 `json:"ratio_low"`
	High  float64 `json:"ratio_high"`
}

func reportOf(s pgSettings, databases []*database) pgReport {
	r := pgReport{
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Processors: runtime.GOMAXPROCS(0),
		Connections: s.connections, Seconds: s.duration.Seconds(), Rounds: s.rounds,
	}
	for _, d := range databases {
		of := pgDatabase{
			Name: d.name, Sites: d.sites, Contacts: d.sites * d.contacts,
			Memory: memory(d.servers[rollcallServer].command.Process.Pid),
		}
		for _, p := range pgPhases() {
			of.Phases = append(of.Phases, lineOf(p, d.outcomes[p.name], d.outcomes[p.baseline]))
		}
		r.Databases = append(r.Databases, of)
	}
	if len(databases) == 2 {
		for _, p := range pgPhases() {
			p.baseline = "small"
			l := lineOf(p, databases[1].outcomes[p.name], databases[0].outcomes[p.name])
			r.Growth = append(r.Growth, growth{p.name, l.Ratio, l.RatioLow, l.RatioHigh})
		}
	}
	return r
}

func (r pgReport) print(out io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s, %s, %d processors, %d connections, %d rounds of %g s a phase\n%s\n",
		r.Go, r.System, r.Processors, r.Connections, r.Rounds, r.Seconds, r.Server)
	for _, d := range r.Databases {
		fmt.Fprintf(&text, "\n%s: %d contacts of %d sites at the start", d.Name, d.Contacts, d.Sites)
		if d.Memory > 0 {
			fmt.Fprintf(&text, "; Rollcall's memory after the load: %s", mebibytes(d.Memory))
		}
		fmt.Fprintln(&text)
		table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(table, "phase\tanswers\ta second\tp50 ms\tp90 ms\tp99 ms\tmax ms\twork µs\tof pgbench\tlowest\thighest\t")
		for _, l := range d.Phases {
			fmt.Fprintf(table, "%s\t%d\t%.0f\t%s\t%s\t%s\t%s\t", l.Name, l.Answers, l.Rate, millis(l.P50), millis(l.P90), millis(l.P99), millis(l.Max))
			if l.Baseline == "" {
				fmt.Fprint(table, "\t\t\t\t\n")
				continue
			}
			fmt.Fprintf(table, "%.1f\t%.2f\t%.2f\t%.2f\t\n", l.Work, l.Ratio, l.RatioLow, l.RatioHigh)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	if len(r.Growth) > 0 {
		fmt.Fprintln(&text, "\nthe rate on the large database, of that on the small one in the same round:")
	}
	for _, g := range r.Growth {
		fmt.Fprintf(&text, "  %s %.2f (%.2f to %.2f)\n", g.Phase, g.Ratio, g.Low, g.High)
	}
	fmt.Fprintln(&text, "\nEvery contact that was created is there.")
	_, err := io.WriteString(out, text.String())
	return err
}
