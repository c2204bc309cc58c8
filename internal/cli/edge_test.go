package cli

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
)

func TestLimitsOfAServer(t *testing.T) {
	for _, c := range []struct{ flags, want string }{
		{"--rate=-1", "--rate and --burst must be whole numbers from 0"},
		{"--burst=-1", "--rate and --burst must be whole numbers from 0"},
		{"--max-requests 0", "--max-requests and --max-connections must be whole numbers from 1"},
		{"--max-connections 0", "--max-requests and --max-connections must be whole numbers from 1"},
		{"--trusted-proxies 10.0.0.0/8,proxy", `--trusted-proxies must be addresses or networks, such as 127.0.0.1,10.0.0.0/8, not "proxy"`},
		{"--tls-cert cert.pem", "--tls-cert and --tls-key must be set together"},
		{"--tls-key key.pem", "--tls-cert and --tls-key must be set together"},
		{"--admin-listen 9090", "--admin-listen must be HOST:PORT"},
	} {
		args := append([]string{"serve", "--data", filepath.Join(t.TempDir(), "data"), "--listen", "127.0.0.1:0"}, strings.Fields(c.flags)...)
		if r := run(t, args...); r.status != exitUsage || !strings.Contains(r.err, c.want) {
			t.Errorf("%s: status %d, %s; want %s", c.flags, r.status, r.err, c.want)
		}
	}
}

func TestLimitFlags(t *testing.T) {
	for _, c := range []struct {
		flags       limitFlags
		rate, burst int
		proxies     string
	}{
		{limitFlags{Rate: 12_000}, 12_000, 0, ""},
		{limitFlags{Rate: 0}, -1, 0, ""},
		{limitFlags{Rate: 60, Burst: 5}, 60, 5, ""},
		{limitFlags{TrustedProxies: []string{"10.0.0.0/8", "127.0.0.1", "::1", "::ffff:192.0.2.1"}}, -1, 0,
			"10.0.0.0/8 127.0.0.1/32 ::1/128 192.0.2.1/32"},
	} {
		c.flags.MaxRequests, c.flags.MaxConnections = 1, 1
		got, err := c.flags.limits()
		var proxies []string
		for _, p := range got.TrustedProxies {
			proxies = append(proxies, p.String())
		}
		if err != nil || got.Rate != c.rate || got.Burst != c.burst || strings.Join(proxies, " ") != c.proxies {
			t.Errorf("limits of %+v = %+v, %v, want those of the case", c.flags, got, err)
		}
	}
}

func TestAdminListen(t *testing.T) {
	data, dealer := newDealer(t)
	_, key := newKey(t, data, dealer)
	s, url := serve(t, data, "--admin-listen", "127.0.0.1:0")
	admin := s.err.Await(t, `msg="metrics and profiles" url=(\S+)`)
	if status, _ := call(t, key, "GET", url+"/metrics", ""); status != 404 {
		t.Errorf("/metrics without --admin-listen answered %d, want 404", status)
	}
	if status, _ := call(t, key, "GET", url+"/ext/v1/sites", ""); status != 200 {
		t.Errorf("API answered %d, want 200", status)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(admin, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if r := run(t, "serve", "--data", filepath.Join(t.TempDir(), "data"), "--listen", "127.0.0.1:0", "--admin-listen", strings.TrimPrefix(admin, "http://")); r.status != exitFailed || !strings.Contains(r.err, "choose another address with --admin-listen") {
		t.Errorf("address in use: status %d, %s, want 1", r.status, r.err)
	}
	if status := s.stop(t); status != exitOK {
		t.Errorf("serve exited with %d, want 0", status)
	}
}

func TestTracingWanted(t *testing.T) {
	for _, c := range []struct {
		env  string
		want bool
	}{
		{"", false},
		{"OTEL_SERVICE_NAME=a", false},
		{"OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318", true},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://localhost:4318/v1/traces", true},
		{"OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 OTEL_SDK_DISABLED=True", false},
		{"OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 OTEL_TRACES_EXPORTER=none", false},
	} {
		env := map[string]string{}
		for _, setting := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(setting, "=")
			env[name] = value
		}
		if got := tracingWanted(func(name string) string { return env[name] }); got != c.want {
			t.Errorf("tracingWanted(%s) = %v, want the opposite", c.env, got)
		}
	}
}
