package systemtest_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit/pgtest"
)

const (
	replayedAt   = "X-Rollcall-Replayed-At"
	sessionToken = "a-token-for-tests"
	soon         = 2 * time.Second // in which a change is refused while there is no primary
	silentTime   = 8 * time.Second // in which a silent primary is noticed
)

// outage is a fleet whose primary is killed, and what reads it while there is none.
type outage struct {
	*fleet
	spare   string // a key that was never used
	page    string // the path of a contact's page
	reads   atomic.Int64
	stale   [fleetServers]atomic.Int64 // responses of a standby
	current [fleetServers]atomic.Int64 // responses of the primary
}

// TestReadsWithoutAPrimary kills the primary while clients read and write, and promotes the standby only after every server was found
// to answer reads from it and to refuse changes.
func TestReadsWithoutAPrimary(t *testing.T) {
	o, primary, standby := newOutage(t)
	var clients sync.WaitGroup
	for n := range fleetClients / 2 {
		clients.Go(func() { o.write(n) })
		clients.Go(func() { o.read(n) })
	}
	o.awaitWrites(100)
	o.await("every server reads from the primary", func(n int) bool { return o.current[n].Load() > 20 })
	if o.reads.Load() == 0 || o.stale[0].Load() > 0 {
		t.Fatalf("%d reads, %d of them from a standby that is not needed", o.reads.Load(), o.stale[0].Load())
	}
	before := time.Now()
	must(t, primary.Kill())
	o.await("every server reads from the standby", func(n int) bool { return o.stale[n].Load() > 20 })
	t.Logf("every server answered 20 GETs from the standby %.2f s after the primary was killed", time.Since(before).Seconds())
	acknowledged := o.acked.Load()
	for n := range fleetServers {
		o.checkReads(n, before)
		o.checkChanges(n)
		o.checkHealth(n, http.StatusServiceUnavailable, `{"status":"read-only"`)
	}
	if now := o.acked.Load(); now != acknowledged {
		t.Errorf("%d changes were acknowledged without a primary", now-acknowledged)
	}
	if t.Failed() {
		clients.Wait()
		return
	}

	must(t, standby.Promote())
	o.awaitWrites(100)
	var seen [fleetServers]int64
	for n := range seen {
		now := o.current[n].Load()
		o.await("every server reads from the primary again", func(int) bool { return o.current[n].Load() > now+10 })
		seen[n] = o.stale[n].Load()
	}
	o.awaitReady()
	o.awaitWrites(300)
	o.ended.Store(true)
	clients.Wait()
	for n := range seen {
		if now := o.stale[n].Load(); now > seen[n]+fleetClients { // those under way
			t.Errorf("server %d answered %d GETs from a standby after it had found the primary", n, now-seen[n])
		}
		o.checkHealth(n, http.StatusOK, `{"status":"ready"}`)
	}
	o.checkNothingWasWritten()
	if acknowledged, found, lost, doubled := o.count(); lost > 0 || doubled > 0 {
		t.Errorf("lost %d, doubled %d of %d acknowledged, %d found", lost, doubled, acknowledged, found)
	}
	t.Logf("%d reads, none failed", o.reads.Load())
}

// TestReadsWhileThePrimaryIsSilent freezes the primary, which then takes connections and answers nothing, as a machine that vanished. A
// standby must answer soon, also what was asked before; and the primary again, once it does.
func TestReadsWhileThePrimaryIsSilent(t *testing.T) {
	o, primary, standby := newOutage(t)
	before := time.Now()
	must(t, primary.Freeze())
	t.Cleanup(func() { _ = primary.Thaw() }) // or it can't be stopped
	var clients sync.WaitGroup
	for n := range fleetClients {
		clients.Go(func() { o.read(n) })
	}
	for n := range fleetServers {
		clients.Go(func() { o.change(n) })
	}
	o.await("every server reads from the standby", func(n int) bool { return o.stale[n].Load() > 20 })
	took := time.Since(before)
	t.Logf("every server answered 20 GETs from the standby %.1f s after the primary fell silent", took.Seconds())
	if took > silentTime {
		t.Errorf("a standby answered after %s, want at most %s", took, silentTime)
	}
	for n := range fleetServers {
		o.checkReads(n, before)
		o.checkChanges(n)
		o.checkHealth(n, http.StatusServiceUnavailable, `{"status":"read-only"`)
	}
	must(t, primary.Thaw())
	o.await("every server reads from the primary", func(n int) bool { return o.current[n].Load() > 20 })
	o.ended.Store(true)
	clients.Wait()
	o.checkNothingWasWritten()
	o.clients[0].Load().must(t, http.StatusCreated, "POST", "/ext/v1/sites/site-1/contacts",
		`{"first_name":"Bo","last_name":"Park","phone":"+1 202 555 0148","type":"primary"}`)
	checkStandbyThatRestarts(o, primary, standby)
}

// checkStandbyThatRestarts kills the primary and restarts the standby, which then has replayed no commit since its start.
func checkStandbyThatRestarts(o *outage, primary, standby *pgtest.Server) {
	o.Helper()
	await := func(path string, want int, wantHeader bool) {
		o.Helper()
		must(o.T, pgtest.Wait(patience, func() error {
			status, header, body := o.get(0, path, "Authorization", "Bearer "+o.key)
			if at, err := time.Parse(time.RFC3339, header.Get(replayedAt)); status != want || wantHeader != (err == nil && !at.IsZero()) {
				return fmt.Errorf("GET %s = %d %s with %v, want %d, with the header: %v", path, status, body, header, want, wantHeader)
			}
			return nil
		}))
	}
	const list = "/ext/v1/sites/site-1/call-list"
	must(o.T, primary.Kill())
	await(list, http.StatusOK, true)
	must(o.T, standby.Down("fast"))
	await(list, http.StatusServiceUnavailable, false)
	await("/readyz?reads", http.StatusServiceUnavailable, false)
	await("/docs", http.StatusOK, false)
	must(o.T, standby.Up())
	await(list, http.StatusOK, true)
	await("/readyz?reads", http.StatusOK, false)
}

// newOutage starts a primary, a standby and servers.
func newOutage(t *testing.T) (o *outage, primary, standby *pgtest.Server) {
	t.Helper()
	primary, standby = newPair(t)
	o = &outage{fleet: &fleet{T: t, url: urlOf(primary, standby)}}
	o.prepare()
	for n := range fleetServers {
		o.serve(n, "--public-url", "http://127.0.0.1:1")
	}
	o.furnish()
	return o, primary, standby
}

// furnish adds a contact with a page, a user with a session, and a key, whose last uses are long ago.
func (o *outage) furnish() {
	o.Helper()
	c := o.clients[0].Load()
	contact := c.must(o.T, http.StatusCreated, "POST", "/ext/v1/sites/site-23/contacts",
		`{"first_name":"Ada","last_name":"Park","phone":"+1 202 555 0147","type":"primary"}`)
	c.must(o.T, http.StatusOK, "POST", contactOf("site-23", contact["contact_id"].(string))+"/validation", `{}`)
	messages := c.must(o.T, http.StatusOK, "GET", "/ext/v1/messages", "")["messages"].([]any)
	link, err := url.Parse(messages[0].(object)["link"].(string))
	must(o.T, err)
	o.page = link.Path

	a, err := app.Open(o.Context(), app.Options{DatabaseURL: o.url, Secret: fleetSecret})
	must(o.T, err)
	defer func() { must(o.T, a.Close()) }()
	dealers, err := a.Service().Dealers(o.Context())
	must(o.T, err)
	u, err := a.Service().AddUser(o.Context(), service.Caller{Dealer: dealers[0].ID}, rollcall.UserInput{
		Email: rollcall.Given("ann@example.org"), Name: rollcall.Given("Ann"), Role: rollcall.Given("owner"),
	})
	must(o.T, err)
	values, err := json.Marshal(map[string]string{"dealer": string(u.Dealer), "user": string(u.ID)})
	must(o.T, err)
	must(o.T, a.Service().SaveSession(o.Context(), rollcall.Session{
		Dealer: u.Dealer, User: u.ID, Hash: sha256.Sum256([]byte(sessionToken)), Data: values,
	}))
	_, o.spare, err = a.Service().CreateKey(o.Context(), service.Caller{Dealer: u.Dealer}, rollcall.KeyInput{Scopes: "*", Name: "spare"})
	must(o.T, err)
	if _, err := o.database().Exec(`UPDATE sessions SET seen_at = seen_at - 3600000000`); err != nil {
		o.Fatal(err)
	}
}

// read reads call lists and contacts of one site from every server in turn. None may fail, and one that the primary answered may not
// have fewer contacts than one before it.
func (o *outage) read(n int) {
	most := 0.0
	for i := 0; !o.ended.Load() && !o.Failed(); i++ {
		server := i % fleetServers
		path := fmt.Sprintf("/ext/v1/sites/site-%d/contacts?per_page=1", n)
		if i%2 == 1 {
			path = fmt.Sprintf("/ext/v1/sites/site-%d/call-list", n)
		}
		status, header, body := o.get(server, path, "Authorization", "Bearer "+o.key)
		o.reads.Add(1)
		var answer struct {
			Data struct {
				Total float64 `json:"total_count"`
			}
		}
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != http.StatusOK {
			o.Errorf("GET %s = %d %s, want 200", path, status, body)
			return
		}
		if header.Get(replayedAt) != "" {
			o.stale[server].Add(1)
			continue
		}
		o.current[server].Add(1)
		if i%2 == 0 && answer.Data.Total < most {
			o.Errorf("the primary told %v contacts after %v", answer.Data.Total, most)
		}
		most = max(most, answer.Data.Total)
	}
}

// change sends a change to a silent primary, which must be refused within seconds.
func (o *outage) change(server int) {
	began := time.Now()
	status, answer, err := o.clients[server].Load().call(o.Context(), "POST", "/ext/v1/sites/site-2/contacts",
		`{"first_name":"Bo","last_name":"Park","phone":"+1 202 555 0148","type":"primary"}`)
	if took := time.Since(began); err != nil || status != http.StatusServiceUnavailable || took > silentTime {
		o.Errorf("a change that a silent primary got = %d %v after %s, %v, want 503 within %s", status, answer, took, err, silentTime)
	}
}

// get sends a GET with a header to one server, and tells what came.
func (o *outage) get(server int, path, name, value string) (int, http.Header, string) {
	c := o.clients[server].Load()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, c.url+path, nil)
	if err != nil {
		return 0, nil, err.Error()
	}
	req.Header.Set(name, value)
	return o.send(c, req)
}

func (*outage) send(c *client, req *http.Request) (int, http.Header, string) {
	direct := *c.http
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := direct.Do(req)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err.Error()
	}
	return resp.StatusCode, resp.Header, string(body)
}

func (o *outage) await(what string, holds func(server int) bool) {
	o.Helper()
	must(o.T, pgtest.Wait(patience, func() error {
		for n := range fleetServers {
			if !holds(n) && !o.Failed() {
				return fmt.Errorf("server %d: not yet so: %s", n, what)
			}
		}
		return nil
	}))
}

// checkReads reads everything that must be readable while there is no primary.
func (o *outage) checkReads(server int, killed time.Time) {
	o.Helper()
	spare, session := "Bearer "+o.spare, "rollcall_console="+sessionToken
	for _, r := range []struct {
		path, header, value string
		status              int
		want                string
	}{
		{"/ext/v1/sites/site-23/call-list", "Authorization", spare, 200, `"first_name":"Ada"`},
		{"/ext/v1/sites/site-23/contacts", "Authorization", spare, 200, `"total_count":1`},
		{"/ref/v1/sites/none/contacts", "Authorization", spare, 404, `"site_not_found"`},
		{"/ext/v1/sites", "Authorization", spare, 200, `"site_id":"site-23"`},
		{"/ext/v1/readiness", "Authorization", spare, 200, `"counts"`},
		{"/ext/v1/events?limit=1", "Authorization", spare, 200, `"events"`},
		{"/ext/v1/audit?limit=1", "Authorization", spare, 200, `"lines"`},
		{"/ext/v1/contacts/export?format=csv", "Authorization", spare, 200, "Ada"},
		{"/ext/v1/key", "Authorization", spare, 200, `"name":"spare"`},
		{"/ext/v1/key", "Authorization", spare + "x", 401, `"invalid_api_key"`},
		{"/console", "Cookie", session, 200, "Nothing can be saved now"},
		{"/console/sites", "Cookie", session, 200, "site-23"},
		{"/console/sites/site-23/live", "Cookie", session, 200, "retry: 5000"},
		{"/console/people", "Cookie", session, 200, "Ann"},
		{"/console", "Cookie", "", 303, ""},
		{o.page, "Accept-Language", "en", 200, "<form"},
	} {
		status, header, body := o.get(server, r.path, r.header, r.value)
		if status != r.status || !strings.Contains(body, r.want) {
			o.Errorf("GET %s without a primary = %d %.1000s, want %d and %q", r.path, status, body, r.status, r.want)
		}
		at, err := time.Parse(time.RFC3339, header.Get(replayedAt))
		if err != nil || at.Before(killed.Add(-10*time.Second)) || at.After(time.Now()) {
			o.Errorf("GET %s without a primary: %s = %q, want a time shortly before %s", r.path, replayedAt, header.Get(replayedAt), killed.UTC())
		}
	}
}

// checkChanges makes changes, which must be refused at once.
func (o *outage) checkChanges(server int) {
	o.Helper()
	c := o.clients[server].Load()
	for _, r := range []struct{ path, header, value, contentType, body, want string }{
		{"/ext/v1/sites/site-23/contacts", "Authorization", "Bearer " + o.spare, "application/json",
			`{"first_name":"Bo","last_name":"Park","phone":"+1 202 555 0148","type":"primary"}`, `"unavailable"`},
		{"/ext/v1/sites/none/contacts", "Authorization", "Bearer " + o.spare, "application/json", `{}`, `"unavailable"`},
		{"/console/add-site", "Cookie", "rollcall_console=" + sessionToken, "application/x-www-form-urlencoded", "name=Pier", "<h1>"},
		{o.page, "Accept-Language", "en", "application/x-www-form-urlencoded", "answer=yes", "<h1"},
	} {
		req, err := http.NewRequestWithContext(o.Context(), http.MethodPost, c.url+r.path, strings.NewReader(r.body))
		must(o.T, err)
		req.Header.Set(r.header, r.value)
		req.Header.Set("Content-Type", r.contentType)
		began := time.Now()
		status, header, body := o.send(c, req)
		if status != http.StatusServiceUnavailable || !strings.Contains(body, r.want) || header.Get("Retry-After") == "" {
			o.Errorf("POST %s without a primary = %d %s, want 503 with Retry-After and %q", r.path, status, body, r.want)
		}
		if took := time.Since(began); took > soon {
			o.Errorf("POST %s without a primary took %s, want at most %s", r.path, took, soon)
		}
	}
}

// checkHealth asks /readyz, which answers 200 with ?reads.
func (o *outage) checkHealth(server, status int, want string) {
	o.Helper()
	for path, status := range map[string]int{"/readyz": status, "/readyz?reads": http.StatusOK, "/healthz": http.StatusOK} {
		got, header, body := o.get(server, path, "Accept", "*/*")
		if got != status || path != "/healthz" && !strings.HasPrefix(body, want) || header.Get(replayedAt) != "" {
			o.Errorf("GET %s = %d %s, want %d and %s…", path, got, body, status, want)
		}
	}
}

// checkNothingWasWritten looks at the last uses of the key and the session that were used without a primary.
func (o *outage) checkNothingWasWritten() {
	o.Helper()
	var key, session, contacts int
	must(o.T, o.database().QueryRow(`SELECT (SELECT COUNT(*) FROM api_keys WHERE name = 'spare' AND last_used_at IS NULL),
		(SELECT COUNT(*) FROM sessions WHERE seen_at < (EXTRACT(EPOCH FROM now()) * 1000000)::bigint - 3000000000),
		(SELECT COUNT(*) FROM contacts WHERE site_id = 'site-23')`).Scan(&key, &session, &contacts))
	if key != 1 || session != 1 || contacts != 1 {
		o.Errorf("unused keys %d, unseen sessions %d, contacts %d, want 1 of each", key, session, contacts)
	}
	for n, p := range o.servers {
		if log := p.Errs.String(); strings.Contains(log, "last use") || strings.Contains(log, "level=ERROR msg=\"request failed\" code=internal") {
			o.Errorf("server %d logged:\n%s", n, log)
		}
	}
}
