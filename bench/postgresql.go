package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// pgbenchServer stands for PostgreSQL's own program of the name, without Rollcall.
const pgbenchServer = "pgbench"

// pgPhases are the phases on PostgreSQL: each of Rollcall's right after pgbench with the same statements.
func pgPhases() []phase {
	found := map[string]phase{}
	for _, p := range phases() {
		found[p.name] = p
	}
	var all []phase
	for _, name := range []string{"create", "get"} {
		p := found[name]
		p.baseline = pgbenchServer + "-" + name
		all = append(all, phase{name: p.baseline, server: pgbenchServer, want: p.want}, p)
	}
	return all
}

// pgSettings are what a caller may choose about a load on PostgreSQL.
type pgSettings struct {
	settings            // sites and contacts are those of the small database
	databaseURL         string
	databaseConnections int
	largeSites          int // 0: there is no large database
	largeContacts       int // of each site
}

func parsePostgreSQL(args []string, errs io.Writer) (pgSettings, error) {
	var s pgSettings
	flags := flag.NewFlagSet("bench postgresql", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&s.databaseURL, "database-url", os.Getenv("ROLLCALL_DATABASE_URL"),
		"any database of a server that runs, as a user who may create others: the load goes to two that are dropped in the end (ROLLCALL_DATABASE_URL)")
	flags.IntVar(&s.databaseConnections, "database-connections", 0, "how many connections Rollcall has to PostgreSQL for requests (default: its own default)")
	flags.IntVar(&s.connections, "connections", 32, "how many connections call Rollcall at once, and as how many clients pgbench comes, at most 100")
	flags.DurationVar(&s.duration, "duration", 5*time.Second, "how long each phase is measured, at most 1m")
	flags.DurationVar(&s.warmUp, "warm-up", time.Second, "how long each phase runs before it is measured, at most 1m")
	flags.IntVar(&s.rounds, "rounds", 3, "how often all phases are run, at most 20")
	flags.IntVar(&s.sites, "sites", 1000, "how many sites of the small database there are to read from, at most 10000; as many others are created in")
	flags.IntVar(&s.contacts, "contacts", 10, "how many contacts each of those has, at most 100")
	flags.IntVar(&s.largeSites, "large-sites", 10_000, "the same of the large database, whose rates are compared with those of the small one; 0: there is none")
	flags.IntVar(&s.largeContacts, "large-contacts", 100, "how many contacts each site of the large database has, at most 100")
	flags.StringVar(&s.profile, "cpuprofile", "", "a file for a processor profile of Rollcall on the small database, from its first phase to its last")
	flags.BoolVar(&s.json, "json", false, "print one JSON object instead of a table")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	return s, errors.Join(s.check(), noneLeft(flags))
}

func (s pgSettings) check() error {
	if err := s.settings.check(); err != nil {
		return err
	}
	switch {
	case s.databaseURL == "":
		return errors.New("-database-url must name a database, such as what deploy/try-postgresql --no-standby --no-servers prints")
	case s.connections > 100:
		return errors.New("-connections must be from 1 to 100")
	case s.databaseConnections < 0 || s.databaseConnections > 100:
		return errors.New("-database-connections must be from 0 to 100")
	case s.contacts < 1 || s.contacts > 100 || s.largeContacts < 1 || s.largeContacts > 100:
		return errors.New("-contacts and -large-contacts must be from 1 to 100")
	case s.largeSites < 0 || s.largeSites > 10_000:
		return errors.New("-large-sites must be from 0 to 10000")
	}
	return nil
}

// runPostgreSQL measures what the flags choose and prints it.
func runPostgreSQL(ctx context.Context, args []string, out, errs io.Writer) (err error) {
	s, err := parsePostgreSQL(args, errs)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "rollcall-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	databases, err := openDatabases(ctx, s, folder, errs)
	defer func() {
		for _, d := range databases {
			err = errors.Join(err, d.drop(context.WithoutCancel(ctx), s.databaseURL))
		}
	}()
	if err != nil {
		return err
	}
	for round := range s.rounds {
		for _, d := range databases {
			if err := d.round(ctx, fmt.Sprintf("round %d of %d", round+1, s.rounds)); err != nil {
				return err
			}
		}
	}
	for _, d := range databases {
		if err := d.checkCreated(ctx); err != nil {
			return fmt.Errorf("the %s database: %w", d.name, err)
		}
	}
	r := reportOf(s, databases)
	if r.Server, err = psql(ctx, s.databaseURL, describeServer); err != nil {
		return err
	}
	if s.json {
		return printJSON(out, r)
	}
	return r.print(out)
}

const describeServer = `SELECT 'PostgreSQL ' || current_setting('server_version') || ', synchronous_commit ' || current_setting('synchronous_commit')
	|| ', fsync ' || current_setting('fsync') || ', shared_buffers ' || current_setting('shared_buffers')`

// database is one of Rollcall's, with a server on it, and what came of its phases so far.
type database struct {
	*bench
	name      string // small or large
	url       string
	schema    string // its name on the server; empty: it is not there
	folder    string
	variables []string // of pgbench's scripts
	added     int      // the contacts that were created by pgbench
}

// openDatabases makes the databases and fills them. What it returns is to be dropped, also where there is an error.
func openDatabases(ctx context.Context, s pgSettings, folder string, errs io.Writer) ([]*database, error) {
	var all []*database
	add := func(name string, sites, contacts int) error {
		own := s.settings
		own.sites, own.contacts = sites, contacts
		if name != "small" {
			own.profile = ""
		}
		d := &database{name: name, folder: filepath.Join(folder, name), bench: &bench{
			settings: own, requests: requests{sites: sites, contacts: contacts}, errs: errs,
			servers: map[string]*child{}, outcomes: map[string][]outcome{},
		}}
		all = append(all, d)
		begin := time.Now()
		if err := d.open(ctx, s); err != nil {
			return fmt.Errorf("the %s database: %w", name, err)
		}
		fmt.Fprintf(errs, "the %s database: %d contacts of %d sites after %.0f s\n", name, sites*contacts, sites, time.Since(begin).Seconds())
		return nil
	}
	err := add("small", s.sites, s.contacts)
	if err == nil && s.largeSites > 0 {
		err = add("large", s.largeSites, s.largeContacts)
	}
	return all, err
}

func (d *database) open(ctx context.Context, s pgSettings) error {
	if err := os.Mkdir(d.folder, 0o700); err != nil {
		return err
	}
	u, err := url.Parse(s.databaseURL)
	if err != nil {
		return errors.New("the database URL cannot be read")
	}
	name := "rollcall_bench_" + strings.ToLower(rand.Text()[:8])
	if _, err := psql(ctx, s.databaseURL, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		return err
	}
	d.schema = name
	u.Path = "/" + name
	d.url = u.String()
	args := []string{rollcallServer, "-data", d.folder, "-database-connections", strconv.Itoa(s.databaseConnections)}
	if d.profile != "" {
		args = append(args, "-cpuprofile", d.profile)
	}
	server, err := startChild(d.errs, append(d.env, databaseVariable+"="+d.url), args...)
	if err != nil {
		return err
	}
	d.servers[rollcallServer] = server
	return d.fill(ctx)
}

// fill fills the database by SQL, since the service would take long for a million contacts, and has Rollcall create one
// contact, from which pgbench learns what to write.
func (d *database) fill(ctx context.Context) error {
	script, err := scripts.ReadFile("pgbench/fill.sql")
	if err != nil {
		return err
	}
	_, err = psql(ctx, d.url, string(script), fmt.Sprint("sites=", d.sites), fmt.Sprint("contacts=", d.contacts))
	if err != nil {
		return err
	}
	server := d.servers[rollcallServer]
	answer, err := record(ctx, server.Address, server.Key, d.requests.create(0))
	if err != nil {
		return err
	}
	if answer.Status != http.StatusCreated {
		return fmt.Errorf("status %d for a create: %s", answer.Status, answer.Body)
	}
	d.created++
	d.variables, err = scriptVariables(ctx, d.url)
	return err
}

func (d *database) drop(ctx context.Context, server string) error {
	err := d.stop()
	if d.schema == "" {
		return err
	}
	_, dropped := psql(ctx, server, "DROP DATABASE "+d.schema+" WITH (FORCE)")
	return errors.Join(err, dropped)
}

// round runs every phase once.
func (d *database) round(ctx context.Context, name string) error {
	for _, p := range pgPhases() {
		measure := d.measure
		if p.server == pgbenchServer {
			measure = d.pgbench
		}
		o, err := measure(ctx, p)
		if err != nil {
			return fmt.Errorf("%s on the %s database: %w", p.name, d.name, err)
		}
		fmt.Fprintf(d.errs, "%s: %-6s %-16s %8.0f a second\n", name, d.name, p.name, o.rate())
		d.outcomes[p.name] = append(d.outcomes[p.name], o)
	}
	return nil
}

// pgbench measures a phase of pgbench's.
func (d *database) pgbench(ctx context.Context, p phase) (outcome, error) {
	r := pgbenchRun{
		database: d.url, script: strings.TrimPrefix(p.name, pgbenchServer+"-") + ".sql", folder: d.folder,
		clients: d.connections, warmUp: d.warmUp, duration: d.duration,
	}
	r.variables = append([]string{
		fmt.Sprint("n=", int(d.next.Load())/d.connections), fmt.Sprint("at=", time.Now().UnixMicro()), fmt.Sprint("clients=", d.connections),
		fmt.Sprint("sites=", d.sites), fmt.Sprint("contacts=", d.contacts),
	}, d.variables...)
	o, err := r.run(ctx)
	d.next.Add(int64(o.sent))
	if p.want == http.StatusCreated {
		d.added += o.sent
	}
	return o, err
}

// checkCreated compares what the database holds with what was said to be created.
func (d *database) checkCreated(ctx context.Context) error {
	text, err := psql(ctx, d.url, `SELECT COUNT(*) FROM contacts`)
	if err != nil {
		return err
	}
	if want := d.sites*d.contacts + d.created + d.added; text != strconv.Itoa(want) {
		return fmt.Errorf("there should be %d contacts, and there are %s", want, cmp.Or(text, "none"))
	}
	return nil
}
