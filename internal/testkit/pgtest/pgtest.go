// Package pgtest gives tests a PostgreSQL of their own: a server that is made for the run of one test binary, in a folder
// and on a port of its own, run by a user without rights, and gone with the binary, however that ends. Each test gets a
// database for itself.
//
// Where ROLLCALL_TEST_DATABASE_URL names a server, whose user may create databases, that one is used instead. Where there
// is none, a test is skipped, unless ROLLCALL_TEST_REQUIRE names postgresql: then it fails. With -short it is skipped too.
//
// It is imported by tests alone, and knows nothing of Rollcall.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// shared is the server of this test binary, which is kept for as long as that runs.
var shared = sync.OnceValues(func() (*source, error) {
	if given := os.Getenv("ROLLCALL_TEST_DATABASE_URL"); given != "" {
		return &source{url: given}, nil
	}
	server, err := Start(Options{})
	if err != nil {
		return nil, err
	}
	return &source{url: server.URL("postgres"), server: server}, nil
})

type source struct {
	url    string
	server *Server // nil: somebody else's
}

// skip skips a test for which there is no server, where that is allowed.
func skip(t testing.TB, err error) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("ROLLCALL_TEST_REQUIRE"), ","), "postgresql") {
		t.Fatalf("PostgreSQL is required: %v", err)
	}
	t.Skipf("no PostgreSQL: %v", err)
}

// notShort skips a test that needs PostgreSQL in a short run.
func notShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("PostgreSQL is left out with -short")
	}
}

// New starts a server for one test, or skips the test where there is none.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	notShort(t)
	s, err := Start(o)
	if err != nil {
		skip(t, err)
	}
	t.Cleanup(func() { must(t, s.Stop()) })
	return s
}

// Database returns the URL of an empty database, which is dropped when the test ends.
func Database(t testing.TB) string {
	t.Helper()
	return create(t, "template0")
}

func create(t testing.TB, template string) string {
	t.Helper()
	notShort(t)
	server, err := shared()
	if err != nil {
		skip(t, err)
	}
	name := "t" + strings.ToLower(rand.Text())
	must(t, run(server.url, fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s ENCODING 'UTF8'`, name, template)))
	t.Cleanup(func() { must(t, run(server.url, fmt.Sprintf(`DROP DATABASE IF EXISTS %s WITH (FORCE)`, name))) })
	return within(server.url, name)
}

// Template returns a function that gives each test a database of its own, a copy of one that fill, which gets its URL,
// filled when it was asked for first.
func Template(fill func(url string) error) func(t testing.TB) string {
	var once sync.Once
	var name string
	var failed error
	return func(t testing.TB) string {
		t.Helper()
		notShort(t)
		server, err := shared()
		if err != nil {
			skip(t, err)
		}
		once.Do(func() {
			name = "m" + strings.ToLower(rand.Text())
			if failed = run(server.url, fmt.Sprintf(`CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8'`, name)); failed == nil {
				failed = fill(within(server.url, name))
			}
		})
		must(t, failed)
		return create(t, name)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// within returns the URL of another database of the same server.
func within(server, database string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err) // it was used before
	}
	u.Path = "/" + database
	return u.String()
}

// run runs one statement over a connection of its own.
func run(server, statement string) error {
	db, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err = db.ExecContext(ctx, statement)
	return err
}
