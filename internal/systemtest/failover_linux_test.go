package systemtest_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit/pgtest"
)

const (
	fleetServers = 3
	fleetClients = 24
	fleetSecret  = "1c9d8e7f60514233241506f7e8d9cabb1c9d8e7f60514233241506f7e8d9cabb"
)

// fleet is several servers on one PostgreSQL, and clients that write to all of them until each write is acknowledged.
type fleet struct {
	*testing.T
	url     string // of the database
	key     string
	mu      sync.Mutex
	servers []*process
	clients [fleetServers]atomic.Pointer[client]
	acked   atomic.Int64
	written sync.Map // what a write says → the contact that it made
	ended   atomic.Bool
}

// TestFailover kills the primary of three servers while 24 clients write, promotes its standby, kills a server, and
// restarts PostgreSQL ten times. Every write that was acknowledged must be there, and none twice; so must its event, for a reader
// who follows all the time.
func TestFailover(t *testing.T) {
	primary, standby := newPair(t)
	f := &fleet{T: t, url: urlOf(primary, standby)}
	f.prepare()
	for n := range fleetServers {
		f.serve(n)
	}
	var clients sync.WaitGroup
	for n := range fleetClients {
		clients.Go(func() { f.write(n) })
	}
	reader, done := newFollower(), make(chan struct{})
	var following sync.WaitGroup
	following.Go(func() { reader.follow(t, func() *client { return f.clients[rand.N(fleetServers)].Load() }, done) })
	f.awaitWrites(300)

	must(t, primary.Kill())
	began := time.Now()
	must(t, standby.Promote())
	promoted := time.Now()
	f.awaitWrites(1)
	first := time.Since(promoted)
	f.awaitWrites(300)

	f.servers[0].Kill(t)
	f.awaitWrites(200)
	f.serve(0)

	for n := range 10 {
		must(t, standby.Down([]string{"fast", "immediate"}[n%2]))
		must(t, standby.Up())
		f.awaitWrites(20)
	}
	f.awaitReady()
	f.ended.Store(true)
	clients.Wait()
	close(done)
	following.Wait()
	reader.check(t, f.clients[0].Load())
	f.written.Range(func(_, id any) bool {
		if n := reader.made[id.(string)]; n != 1 {
			t.Errorf("the creation of an acknowledged contact was read %d times", n)
		}
		return !t.Failed()
	})
	acknowledged, found, lost, doubled := f.count()
	t.Logf("acknowledged %d, found %d, lost %d, doubled %d; promoted in %.1f s, the first write %.2f s after that (goal 5 s)",
		acknowledged, found, lost, doubled, promoted.Sub(began).Seconds(), first.Seconds())
	if lost > 0 || doubled > 0 || acknowledged < 1000 {
		t.Errorf("lost %d, doubled %d of %d acknowledged", lost, doubled, acknowledged)
	}
	out := runOn(t, f.url, "audit", "verify")
	if !strings.Contains(out, "complete and unchanged") {
		t.Errorf("audit verify = %q, want it complete and unchanged", out)
	}
	runOn(t, f.url, "check")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newPair starts a primary, and a standby that has every commit before it is acknowledged.
func newPair(t *testing.T) (primary, standby *pgtest.Server) {
	t.Helper()
	durable := []string{"fsync = on", "wal_keep_size = 64MB"}
	primary = pgtest.New(t, pgtest.Options{Settings: durable})
	standby = pgtest.New(t, pgtest.Options{Settings: durable, Standby: primary, Name: "standby"})
	db, err := sql.Open("pgx", primary.URL("postgres"))
	must(t, err)
	defer db.Close()
	for _, statement := range []string{`ALTER SYSTEM SET synchronous_standby_names = 'standby'`, `SELECT pg_reload_conf()`} {
		_, err := db.ExecContext(t.Context(), statement)
		must(t, err)
	}
	must(t, pgtest.Wait(patience, func() error {
		var state string
		if err := db.QueryRow(`SELECT sync_state FROM pg_stat_replication`).Scan(&state); err != nil || state != "sync" {
			return fmt.Errorf("the standby is %q: %w", state, err)
		}
		return nil
	}))
	return primary, standby
}

// urlOf returns the database on two servers.
func urlOf(primary, standby *pgtest.Server) string {
	return fmt.Sprintf("postgres://rollcall:a-password-for-tests@127.0.0.1:%d,127.0.0.1:%d/postgres?sslmode=disable", primary.Port, standby.Port)
}

// prepare makes a dealer, a key, and a site for each client.
func (f *fleet) prepare() {
	f.Helper()
	a, err := app.Open(f.Context(), app.Options{DatabaseURL: f.url, Secret: fleetSecret})
	must(f.T, err)
	d, err := a.Service().CreateDealer(f.Context(), rollcall.DealerInput{Name: rollcall.Given("Harbour Alarm")})
	must(f.T, err)
	_, f.key, err = a.Service().CreateKey(f.Context(), service.Caller{Dealer: d.ID}, rollcall.KeyInput{Scopes: "*", Rate: rollcall.Given(0)})
	must(f.T, err)
	for n := range fleetClients {
		_, err := a.Service().CreateSite(f.Context(), service.Caller{Dealer: d.ID}, rollcall.SiteInput{
			SiteID: rollcall.Given(fmt.Sprint("site-", n)), Name: rollcall.Given("Site"),
		})
		must(f.T, err)
	}
	must(f.T, a.Close())
}

// serve starts the server in one place, with more flags.
func (f *fleet) serve(n int, flags ...string) {
	f.Helper()
	args := []string{"serve", "--listen", "127.0.0.1:0", "--delivery", "capture", "--max-contacts-per-site", "1000000"}
	p := startOn(f.T, f.url, append(args, flags...)...)
	url := p.Errs.Await(f.T, readyLine)
	f.mu.Lock()
	if n < len(f.servers) {
		f.servers[n] = p
	} else {
		f.servers = append(f.servers, p)
	}
	f.mu.Unlock()
	c := newClient(f.T, url, f.key)
	c.http.Timeout = 10 * time.Second
	f.clients[n].Store(c)
}

// startOn starts the program with the database in its environment.
func startOn(t *testing.T, url string, args ...string) *process {
	t.Helper()
	file := filepath.Join(t.TempDir(), "database")
	must(t, os.WriteFile(file, []byte(url), 0o600))
	return start(t, append(args, "--database-url-file", file, "--secret", fleetSecret)...)
}

func runOn(t *testing.T, url string, args ...string) string {
	t.Helper()
	p := startOn(t, url, args...)
	if status := p.Wait(t); status != 0 {
		t.Errorf("rollcall %q: status %d\n%s%s", args, status, p.Out, p.Errs)
	}
	return p.Out.String()
}

// write creates one contact after the other, each until some server has acknowledged it.
func (f *fleet) write(n int) {
	for i := 0; !f.ended.Load() && !f.Failed(); i++ {
		said := fmt.Sprintf("c%d-%d", n, i)
		body := `{"first_name":"` + said + `","last_name":"x","phone":"+1 202 555 0147","type":"primary"}`
		for pause := 5 * time.Millisecond; !f.Failed(); pause = min(2*pause, 200*time.Millisecond) {
			status, answer, err := f.clients[rand.N(fleetServers)].Load().callOnce(context.Background(), "POST",
				fmt.Sprintf("/ext/v1/sites/site-%d/contacts", n), body, said)
			if err == nil && status == http.StatusCreated {
				f.written.Store(said, answer["data"].(object)["contact_id"])
				f.acked.Add(1)
				break
			}
			if err == nil && status != http.StatusServiceUnavailable && status != http.StatusConflict {
				f.Errorf("a create was answered with %d: %v", status, answer)
			}
			time.Sleep(pause) // as a caller does who is told to come back
		}
	}
}

// awaitWrites returns once so many more writes were acknowledged.
func (f *fleet) awaitWrites(more int64) {
	f.Helper()
	want := f.acked.Load() + more
	must(f.T, pgtest.Wait(patience, func() error {
		if have := f.acked.Load(); have < want {
			return fmt.Errorf("%d writes acknowledged, want %d", have, want)
		}
		return nil
	}))
}

// awaitReady returns once every server says that it is ready.
func (f *fleet) awaitReady() {
	f.Helper()
	for n := range f.clients {
		must(f.T, pgtest.Wait(patience, func() error {
			resp, err := http.Get(f.clients[n].Load().url + "/readyz")
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				return fmt.Errorf("a server is not ready: %d", resp.StatusCode)
			}
			return nil
		}))
	}
}

// database returns connections to the primary.
func (f *fleet) database() *sql.DB {
	f.Helper()
	db, err := sql.Open("pgx", strings.Replace(f.url, "?", "?target_session_attrs=read-write&", 1))
	must(f.T, err)
	f.Cleanup(func() { must(f.T, db.Close()) })
	return db
}

// count looks what of the writes is there.
func (f *fleet) count() (acknowledged, found, lost, doubled int) {
	f.Helper()
	rows, err := f.database().QueryContext(f.Context(), `SELECT first_name, contact_id FROM contacts`)
	must(f.T, err)
	defer rows.Close()
	there := map[string][]string{}
	for rows.Next() {
		var said, id string
		must(f.T, rows.Scan(&said, &id))
		there[said] = append(there[said], id)
		found++
	}
	must(f.T, rows.Err())
	for _, ids := range there {
		doubled += len(ids) - 1
	}
	f.written.Range(func(said, id any) bool {
		acknowledged++
		if ids := there[said.(string)]; len(ids) == 0 || ids[0] != id {
			lost++
		}
		return true
	})
	return acknowledged, found, lost, doubled
}

// TestReadyWhileThereIsNoPrimary holds that a server whose database is gone says so, stays, and comes back with it.
func TestReadyWhileThereIsNoPrimary(t *testing.T) {
	t.Parallel()
	server := pgtest.New(t, pgtest.Options{})
	f := &fleet{T: t, url: server.URL("postgres")}
	f.prepare()
	f.serve(0)
	for n := 1; n < fleetServers; n++ {
		f.clients[n].Store(f.clients[0].Load())
	}
	f.awaitReady()
	must(t, server.Down("fast"))
	c := f.clients[0].Load()
	must(t, pgtest.Wait(patience, func() error {
		resp, err := http.Get(c.url + "/readyz")
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusServiceUnavailable {
			return fmt.Errorf("ready without a database: %d", resp.StatusCode)
		}
		return nil
	}))
	for _, method := range []string{"GET", "POST"} {
		status, answer, err := c.call(t.Context(), method, "/ext/v1/sites/site-1/contacts", "")
		if err != nil || status != http.StatusServiceUnavailable || answer["error"].(object)["code"] != "unavailable" {
			t.Errorf("%s without a database: %d %v %v", method, status, answer, err)
		}
	}
	late := startOn(t, f.url, "serve", "--listen", "127.0.0.1:0", "--delivery", "capture")
	late.Errs.Await(t, `(waiting for the database)`)
	must(t, server.Up())
	f.awaitReady()
	c.must(t, http.StatusOK, "GET", "/ext/v1/sites/site-1/contacts", "")
	late.Errs.Await(t, readyLine)
}

// TestAServerThatIsSilentIsGivenUp holds that a database that takes connections and never answers costs a caller a
// bounded time.
func TestAServerThatIsSilentIsGivenUp(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer ln.Close()
	p := startOn(t, "postgres://rollcall:hush@"+ln.Addr().String()+"/x?sslmode=disable", "dealer", "list")
	if status := p.Wait(t); status != 1 || strings.Contains(p.Errs.String(), "hush") || strings.Count(p.Errs.String(), "\n") != 1 {
		t.Errorf("status %d\n%s", status, p.Errs)
	}
}
