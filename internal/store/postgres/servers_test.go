package postgres

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"example.org/rollcall/internal/store/engine"
)

func TestEachServerHasItsConfiguration(t *testing.T) {
	for url, want := range map[string][]string{
		"postgres://u@a:1,b:2,a:1/x?sslmode=disable": {"a:1", "b:2"},
		"postgres://u@a:1,b:2/x?sslmode=prefer":      {"a:1 TLS", "b:2 TLS"},
		"postgres://u@a:1,a:2/x?sslmode=require":     {"a:1 TLS", "a:2 TLS"},
		"postgres://u@a:1/x?sslmode=prefer":          nil,
	} {
		config, err := parse(url)
		if err != nil {
			t.Fatal(err)
		}
		e := &Engine{config: config}
		e.openServers(4)
		t.Cleanup(func() {
			if err := e.closeServers(); err != nil {
				t.Error(err)
			}
		})
		if len(e.servers.all) != len(want) || e.HasStandbys() != (want != nil) {
			t.Errorf("%s has %d servers, want %d", url, len(e.servers.all), len(want))
			continue
		}
		for i, c := range configOfEach(config)[:len(want)] {
			got := hostName(c.Host, c.Port)
			if c.TLSConfig != nil {
				got += " TLS"
				if c.TLSConfig.ServerName != c.Host && !c.TLSConfig.InsecureSkipVerify {
					t.Errorf("%s: TLS with %s expects the name %s", url, c.Host, c.TLSConfig.ServerName)
				}
			}
			if got != want[i] || c.ValidateConnect != nil {
				t.Errorf("%s: server %d is %s, want %s, written to or not", url, i, got, want[i])
			}
			for _, f := range c.Fallbacks {
				if f.Host != c.Host || f.Port != c.Port {
					t.Errorf("%s: %s falls back to %s", url, got, hostName(f.Host, f.Port))
				}
			}
		}
	}
}

// What servers say of themselves.
var (
	isPrimary = answer{primary: true}
	isBehind  = answer{standby: true, replayed: 10}
	isAhead   = answer{standby: true, replayed: 20}
	isGone    = answer{err: errors.New("connection refused")}
	isFull    = answer{err: &pgconn.PgError{Code: "53300"}}
	isStart   = answer{err: &pgconn.PgError{Code: "57P03"}}
)

func TestTheSourceOfReadsIsChosen(t *testing.T) {
	type look struct {
		a, b, c answer
		want    string
		lost    bool // a request that began before
	}
	for name, looks := range map[string][]look{
		"the primary":                     {{isPrimary, isAhead, isGone, "primary", false}, {isPrimary, isGone, isGone, "primary", false}},
		"another primary":                 {{isPrimary, isAhead, isGone, "primary", false}, {isGone, isPrimary, isGone, "primary", false}},
		"the standby that replayed most":  {{isGone, isBehind, isAhead, "c", true}, {isGone, isAhead, isBehind, "c", false}},
		"another standby, then none":      {{isGone, isBehind, isAhead, "c", true}, {isGone, isBehind, isGone, "b", true}, {isGone, isGone, isGone, "", true}},
		"a standby after none":            {{isGone, isGone, isGone, "", true}, {isGone, isAhead, isGone, "b", false}},
		"a primary that starts":           {{isStart, isAhead, isGone, "b", true}, {isPrimary, isAhead, isGone, "primary", false}},
		"a primary that lets nobody in":   {{isPrimary, isAhead, isGone, "primary", false}, {isFull, isAhead, isGone, "primary", false}},
		"a standby that lets nobody in":   {{isPrimary, isFull, isAhead, "primary", false}, {isGone, isFull, isAhead, "c", true}},
		"the standby that was promoted":   {{isGone, isAhead, isGone, "b", true}, {isGone, isPrimary, isGone, "primary", false}},
		"the same standby after a return": {{isGone, isAhead, isGone, "b", true}, {isPrimary, isAhead, isGone, "primary", false}, {isGone, isAhead, isGone, "b", true}},
		"no primary, and nobody is gone":  {{isAhead, isBehind, isBehind, "a", true}},
	} {
		t.Run(name, func(t *testing.T) {
			e := &Engine{dialect: Dialect(), opts: Options{Options: engine.Options{Log: slog.New(slog.DiscardHandler)}}}
			e.servers.all = []*server{{name: "a"}, {name: "b"}, {name: "c"}}
			e.servers.now.Store(newSource(nil))
			for n, look := range looks {
				before := e.servers.now.Load()
				for i, a := range []answer{look.a, look.b, look.c} {
					e.servers.all[i].answer = a
				}
				e.choose()
				if got := nameOf(e.servers.now.Load()); got != look.want {
					t.Errorf("look %d: reads come from %q, want %q", n+1, got, look.want)
				}
				if before != nil && (before.lost.Err() != nil) != look.lost {
					t.Errorf("look %d: requests to %q were ended: %v, want %v", n+1, nameOf(before), !look.lost, look.lost)
				}
			}
		})
	}
}

func nameOf(s *Source) string {
	switch {
	case s == nil:
		return ""
	case !s.Standby():
		return "primary"
	}
	return s.server.name
}
