package app_test

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const contactPath = "/ext/v1/sites/site_123abc/contacts/contact_789ghi"

// newWatched starts the real thing with an address for operators, which it returns.
func newWatched(t *testing.T, changes ...func(*app.Options)) (*testkit.App, string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := testkit.NewApp(t, append(changes, func(o *app.Options) { o.Admin, o.Version = ln, "1.2.3" })...)
	return a, "http://" + ln.Addr().String()
}

func fetch(t *testing.T, a *testkit.App, url string) (status int, body string) {
	t.Helper()
	resp, err := a.Client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// scrape returns the series of /metrics with their values, except those of the Go runtime and the process.
func scrape(t *testing.T, a *testkit.App, admin string) map[string]string {
	t.Helper()
	status, text := fetch(t, a, admin+"/metrics")
	if status != 200 {
		t.Fatalf("/metrics answered %d, want 200: %s", status, text)
	}
	series := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "} "); ok && strings.HasPrefix(name, "rollcall_") {
			series[name+"}"] = value
		} else if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(name, "rollcall_") {
			series[name] = value
		}
	}
	return series
}

// wanted are series, with a pattern for their values, after what TestMetrics does.
var wanted = map[string]string{
	`rollcall_build_info{version="1.2.3"}`: `1`,
	`rollcall_http_requests_running`:       `0`,
	`rollcall_http_requests_total{method="GET",route="/ext/v1/sites/{site_id}/contacts/{contact_id}",status="200"}`: `1`,
	`rollcall_http_requests_total{method="GET",route="/ext/v1/sites/{site_id}/contacts/{contact_id}",status="401"}`: `1`,
	`rollcall_http_requests_total{method="GET",route="/ext/v1/sites/{site_id}/contacts/{contact_id}",status="429"}`: `1`,
	`rollcall_http_requests_total{method="GET",route="none",status="404"}`:                                          `1`,
	`rollcall_http_requests_total{method="GET",route="/healthz",status="200"}`:                                      `1`,
	`rollcall_http_request_duration_seconds_count{method="GET",route="none"}`:                                       `1`,
	`rollcall_limited_total{limit="key"}`:                                                                           `1`,
	`rollcall_limited_total{limit="dealer_share"}`:                                                                  `0`,
	`rollcall_limited_total{limit="wrong_keys"}`:                                                                    `0`,
	`rollcall_limited_total{limit="requests"}`:                                                                      `0`,
	`rollcall_limited_total{limit="body"}`:                                                                          `1`,
	`rollcall_limited_total{limit="url"}`:                                                                           `0`,
	`rollcall_quota_refused_total{quota="sites"}`:                                                                   `1`,
	`rollcall_quota_refused_total{quota="contacts"}`:                                                                `0`,
	`rollcall_quota_refused_total{quota="keys"}`:                                                                    `0`,
	`rollcall_quota_refused_total{quota="idempotency_records"}`:                                                     `0`,
	`rollcall_sends_total{outcome="sent",provider="capture"}`:                                                       `1`,
	`rollcall_replies_not_understood_total{kept="true"}`:                                                            `0`,
	`rollcall_replies_not_understood_total{kept="false"}`:                                                           `0`,
	`rollcall_delivery_refused{provider="capture"}`:                                                                 `0`,
	`rollcall_store_batch_changes_count`:                                                                            `[1-9]\d*`,
	`rollcall_store_commit_duration_seconds_count`:                                                                  `[1-9]\d*`,
	`rollcall_queue_jobs{state="available"}`:                                                                        `[01]`,
	`rollcall_queue_jobs{state="retryable"}`:                                                                        `0`,
	`rollcall_queue_oldest_seconds`:                                                                                 `[\d.e-]+`,
}

// wantedPools are the series of the pools, by whether the database is on PostgreSQL.
var wantedPools = map[bool]map[string]string{
	false: {
		`rollcall_db_pool_connections{pool="read"}`:        `[1-9]`,
		`rollcall_db_pool_connections{pool="write"}`:       `1`,
		`rollcall_db_pool_connections_max{pool="jobs"}`:    `1`,
		`rollcall_db_pool_connections_in_use{pool="read"}`: `0`,
		`rollcall_db_pool_waits_total{pool="read"}`:        `\d+`,
		`rollcall_db_pool_wait_seconds_total{pool="read"}`: `[\d.e-]+`,
	},
	true: {
		`rollcall_db_pool_connections{pool="requests"}`:        `[1-9]`,
		`rollcall_db_pool_connections_max{pool="requests"}`:    `16`,
		`rollcall_db_pool_connections_max{pool="jobs"}`:        `6`,
		`rollcall_db_pool_connections_in_use{pool="requests"}`: `\d`,
		`rollcall_db_pool_waits_total{pool="requests"}`:        `\d+`,
		`rollcall_db_pool_wait_seconds_total{pool="requests"}`: `[\d.e-]+`,
	},
}

func TestMetrics(t *testing.T) {
	a, admin := newWatched(t)
	_, err := a.Service().UpdateSettings(t.Context(), service.Caller{Dealer: a.Dealer}, rollcall.SettingsInput{MaxSites: rollcall.Given(1)})
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []struct {
		as, method, path, body string
		status                 int
	}{
		{"all", "GET", contactPath, "", 200},
		{"expired", "GET", contactPath, "", 401},
		{"slow", "GET", "/ext/v1/sites", "", 200},
		{"slow", "GET", contactPath, "", 429},
		{"all", "GET", "/nowhere", "", 404},
		{"all", "GET", "/healthz", "", 200},
		{"all", "POST", "/ext/v1/sites", strings.Repeat(" ", 65<<10), 413},
		{"all", "POST", contactPath + "/validation", "", 200},
		{"all", "POST", "/ext/v1/sites", `{"name": "Pier 7"}`, 409},
	} {
		if status, answer := a.Do(call.as, call.method, call.path, call.body); status != call.status {
			t.Errorf("%s %s: %d %v, want %d", call.method, call.path, status, answer, call.status)
		}
	}
	got := scrape(t, a, admin)
	want := maps.Clone(wanted)
	maps.Copy(want, wantedPools[testkit.URLOf(a.Folder) != ""])
	for series, value := range want {
		if !regexp.MustCompile("^(" + value + ")$").MatchString(got[series]) {
			t.Errorf("%s is %q, want %s", series, got[series], value)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(slices.Sorted(maps.Keys(got)), "\n"))
	}
}

func TestCallersMakeNoSeries(t *testing.T) {
	a, admin := newWatched(t)
	hostile := func(round int) {
		for i := range 50 {
			for _, method := range []string{"GET", "BREW" + fmt.Sprint(i), "PURGE", "OPTIONS", "PATCH"} {
				for _, path := range []string{
					fmt.Sprintf("/%d/%d", round, i), fmt.Sprintf("/ext/v1/sites/%d-%d", round, i), fmt.Sprintf("/docs/%d-%d", round, i),
					fmt.Sprintf("/ref/v1/sites/%d/contacts/%d", round, i), fmt.Sprintf("/healthz?%d-%d", round, i),
				} {
					req, err := http.NewRequestWithContext(t.Context(), method, a.URL+path, nil)
					if err != nil {
						t.Fatal(err)
					}
					req.Header.Set("Authorization", "Bearer "+a.Key("all"))
					req.Header.Set("X-Request-Id", fmt.Sprintf("id-%d-%d", round, i))
					req.Host = fmt.Sprintf("host-%d-%d", round, i)
					resp, err := a.Client.Do(req)
					if err != nil {
						t.Fatal(err)
					}
					_ = resp.Body.Close()
				}
			}
		}
	}
	hostile(0)
	before := slices.Sorted(maps.Keys(scrape(t, a, admin)))
	hostile(1)
	after := slices.Sorted(maps.Keys(scrape(t, a, admin)))
	if !slices.Equal(before, after) {
		t.Errorf("requests added series: %d before, %d after", len(before), len(after))
	}
	checkLabels(t, after)
}

// checkLabels fails for a label whose value the contract and the program do not have.
func checkLabels(t *testing.T, series []string) {
	t.Helper()
	known := map[string][]string{
		"method": {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"},
		"route":  {"none", "/healthz", "/readyz", "/docs", "/openapi.yaml", "/openapi.json"},
	}
	for path := range testkit.Contract(t).Paths.Map() {
		known["route"] = append(known["route"], path)
	}
	label := regexp.MustCompile(`(method|route)="([^"]*)"`)
	for _, s := range series {
		for _, match := range label.FindAllStringSubmatch(s, -1) {
			if !slices.Contains(known[match[1]], match[2]) {
				t.Errorf("%s: label %s = %q, want a known value", s, match[1], match[2])
			}
		}
	}
}

func TestAddressForOperators(t *testing.T) {
	a, admin := newWatched(t)
	for path, want := range map[string]int{
		"/metrics": 200, "/debug/pprof/": 200, "/debug/pprof/heap": 200, "/debug/pprof/cmdline": 200, "/debug/pprof/symbol": 200,
		"/": 404, "/ext/v1/sites": 404, "/healthz": 404,
	} {
		if got, body := fetch(t, a, admin+path); got != want {
			t.Errorf("%s for operators: %d %s, want %d", path, got, body, want)
		}
	}
	plain := testkit.NewApp(t)
	for _, served := range []*testkit.App{a, plain} {
		for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars"} {
			if got, _ := fetch(t, served, served.URL+path); got != 404 {
				t.Errorf("%s on the public address answered %d, want 404", path, got)
			}
		}
		if got, _ := fetch(t, served, served.URL+"/readyz"); got != 200 {
			t.Errorf("/readyz answered %d, want 200", got)
		}
	}
}
