// Package postgres keeps the store in a PostgreSQL database, which any number of processes share.
//
// Each change is a transaction of its own. It runs again if it met another one, or if the connection was lost before the
// commit was sent; if it was lost later, the change may or may not be committed, and the error says so.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"example.org/rollcall/internal/store/engine"
)

const (
	connectTime        = 5 * time.Second // to one server
	connectShort       = time.Second     // to one of several, since the next may be the one that answers
	defaultConnections = 16              // of a process, for requests
	jobsConnections    = 6               // of a process, for the queue

	oldestVersion = 150000 // server_version_num

	applicationName = "rollcall" // by which a server knows our connections
)

// planning makes the server plan each statement once, for any values: all find their rows by keys, so that the values do not
// matter. By default it plans those with a list of keys again each time. And it makes the server compile none: that takes longer
// than any of them, and the estimates by which it is chosen are those of whole tables. The URL may set others.
func planning() map[string]string {
	return map[string]string{"plan_cache_mode": "force_generic_plan", "jit": "off"}
}

// timeouts bound how long a session holds a connection and its locks. The URL may set others.
func timeouts() map[string]string {
	return map[string]string{
		"statement_timeout":                   "30s",
		"lock_timeout":                        "10s",
		"idle_in_transaction_session_timeout": "60s",
	}
}

// Options are the options of Open.
type Options struct {
	engine.Options
	// URL names the database, on one server or on several of which one can be written to.
	URL string
	// Connections is how many connections serve requests; default 16. Jobs have up to six of their own.
	Connections int
	// Await makes Open wait, until its context ends, for a server that cannot be reached or written to now.
	Await bool
	// Unlimited is for maintenance: statements take as long as they need, and servers know the connections by another name
	// than those of a server or a command.
	Unlimited bool
}

// Engine is the connections to one server, or to the one of several that can be written to. It implements engine.Engine.
type Engine struct {
	dialect  *engine.Dialect
	config   *pgx.ConnConfig
	db       *sql.DB
	opts     Options
	reported atomic.Int64   // the minute of the last log line that says why nothing can be written
	running  sync.WaitGroup // changes
	turns    *turns
	servers  servers

	timeout   time.Duration // updateTime, except in tests
	closing   chan struct{}
	closeOnce sync.Once

	mu        sync.Mutex
	others    []*sql.DB       // pools of other packages
	listeners []*pgxpool.Pool // of other packages
}

var _ engine.Engine = (*Engine)(nil)

// parse reads the URL. If it names several servers, each new connection looks for the one that can be written to.
func parse(url string) (*pgx.ConnConfig, error) {
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, errors.New("the database URL must begin with postgres://, such as postgres://rollcall@db.example.org:5432/rollcall")
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		// The error quotes the URL, whose password it may fail to find.
		return nil, errors.New("the database URL cannot be read; it must be like postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full, with special characters of the password percent-encoded")
	}
	for _, defaults := range []map[string]string{timeouts(), planning()} {
		for name, value := range defaults {
			if _, set := config.RuntimeParams[name]; !set {
				config.RuntimeParams[name] = value
			}
		}
	}
	config.RuntimeParams["application_name"] = applicationName
	if config.ConnectTimeout == 0 || config.ConnectTimeout > time.Minute { // the library's own is two minutes
		config.ConnectTimeout = connectTime
		if severalHosts(config) {
			config.ConnectTimeout = connectShort
		}
	}
	if config.ValidateConnect == nil {
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	// A server that stops answering is noticed after some fifteen seconds, not hours.
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 5 * time.Second, Interval: 3 * time.Second, Count: 3,
	}, Control: giveUpSilent}
	config.DialFunc = dialer.DialContext
	return config, nil
}

// severalHosts reports whether the URL names more than one server.
func severalHosts(config *pgx.ConnConfig) bool {
	for _, f := range config.Fallbacks {
		if f.Host != config.Host || f.Port != config.Port {
			return true
		}
	}
	return false
}

// Open connects to the database. Its error is for an operator.
func Open(ctx context.Context, opts Options) (*Engine, error) {
	config, err := parse(opts.URL)
	if err != nil {
		return nil, err
	}
	if opts.Unlimited {
		config.RuntimeParams["application_name"] = applicationName + " migrate-data"
		for name := range timeouts() {
			config.RuntimeParams[name] = "0"
		}
	}
	size := defaultConnections
	if opts.Connections > 0 {
		size = opts.Connections
	}
	e := &Engine{
		dialect: Dialect(), config: config, opts: opts, turns: newTurns(size),
		closing: make(chan struct{}), timeout: updateTime,
	}
	e.db = e.openPool(size)
	e.openServers(size)
	if err := e.await(ctx); err != nil {
		return nil, errors.Join(err, e.db.Close(), e.closeServers())
	}
	return e, nil
}

func (e *Engine) openPool(size int) *sql.DB {
	db := sql.OpenDB(stdlib.GetConnector(*e.config))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour)
	return db
}

// await returns nil once this program can use the database. With Options.Await it waits for a server that cannot be reached
// or written to now; it returns every other error at once.
func (e *Engine) await(ctx context.Context) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for try := 0; ; try++ {
		err := e.fits(ctx)
		if err == nil && e.opts.Check != nil {
			err = e.opts.Check(ctx, e.Reads())
		}
		if err == nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if !e.opts.Await || !e.dialect.Lost(engine.Cause(err)) || refused(err) {
			return e.Explain(err)
		}
		if try%60 == 0 {
			e.opts.Log.WarnContext(ctx, "waiting for the database", slog.String("error", e.Explain(err).Error()))
		}
		select {
		case <-ctx.Done():
			return e.Explain(err)
		case <-ticker.C:
		}
	}
}

const otherServers = `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1`

// CheckAlone returns an error for an operator if a server or a command of Rollcall has the database open.
func (e *Engine) CheckAlone(ctx context.Context) error {
	var open int
	if err := e.Reads().QueryRow(ctx, otherServers, []any{applicationName}, &open); err != nil {
		return e.Explain(err)
	}
	if open > 0 {
		return &engine.OperatorError{Text: e.Name() + " is open in a server or a command of Rollcall; stop it first"}
	}
	return nil
}

const serverFits = `SELECT current_setting('server_version_num')::int, current_setting('server_encoding')`

// fits returns an error if the server is too old, or the encoding of the database is not UTF-8.
func (e *Engine) fits(ctx context.Context) error {
	var version int
	var encoding string
	if err := e.db.QueryRowContext(ctx, serverFits).Scan(&version, &encoding); err != nil {
		return err
	}
	if version < oldestVersion {
		return &engine.OperatorError{Text: fmt.Sprintf("%s is PostgreSQL %d; Rollcall needs version %d or later", e.Name(), version/10000, oldestVersion/10000)}
	}
	if encoding != "UTF8" {
		return &engine.OperatorError{Text: fmt.Sprintf("%s stores text as %s; create a database with ENCODING 'UTF8' for Rollcall", e.Name(), encoding)}
	}
	return e.keepsStatements(ctx)
}

// keepsStatements returns an error if a pooler gives each transaction another connection, which lacks the statements that were
// prepared before. It prepares a statement, and runs it again while another transaction is open.
func (e *Engine) keepsStatements(ctx context.Context) error {
	if e.db.Stats().MaxOpenConnections < 2 {
		return nil
	}
	first, err := e.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer first.Close()
	var n int
	if err := first.QueryRowContext(ctx, `SELECT 1`).Scan(&n); err != nil {
		return err
	}
	other, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer other.Rollback() // nothing was written
	if _, err := other.ExecContext(ctx, `SET LOCAL search_path TO DEFAULT`); err != nil {
		return err
	}
	return first.QueryRowContext(ctx, `SELECT 1`).Scan(&n)
}

// Name implements engine.Engine. It returns the servers and the database, without the user and the password.
func (e *Engine) Name() string {
	hosts := []string{}
	add := func(host string, port uint16) {
		name := hostName(host, port)
		if len(hosts) == 0 || hosts[len(hosts)-1] != name { // with and without TLS
			hosts = append(hosts, name)
		}
	}
	add(e.config.Host, e.config.Port)
	for _, f := range e.config.Fallbacks {
		add(f.Host, f.Port)
	}
	return fmt.Sprintf("the database %q on %s", e.config.Database, strings.Join(hosts, ", "))
}

func hostName(host string, port uint16) string {
	if strings.HasPrefix(host, "/") {
		return host
	}
	return net.JoinHostPort(host, fmt.Sprint(port))
}

// Dialect implements engine.Engine.
func (e *Engine) Dialect() *engine.Dialect { return e.dialect }

// Scrub implements engine.Engine. It does nothing: no statement can reach deleted data, and the server's own vacuum
// overwrites it in its files (see docs/postgresql.md).
func (e *Engine) Scrub(context.Context) error { return nil }

// Pool implements engine.Engine.
func (e *Engine) Pool() (*sql.DB, error) {
	pool := e.openPool(jobsConnections)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.others = append(e.others, pool)
	return pool, nil
}

// Listener returns connections that receive notifications from other processes. Close closes them; their user must have stopped
// before.
func (e *Engine) Listener(ctx context.Context) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, err
	}
	config.ConnConfig = e.config.Copy()
	config.MaxConns = 2
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners = append(e.listeners, pool)
	return pool, nil
}

const migrationLock = 0x726f6c6c63616c6c // the letters of rollcall

// Migrating implements engine.Engine. It holds a lock of the database meanwhile: of several processes one migrates, and the
// others then find it done.
func (e *Engine) Migrating(ctx context.Context, fn func(ctx context.Context, pool *sql.DB) error) (err error) {
	config := e.config.Copy()
	config.RuntimeParams["statement_timeout"] = "0" // tables may be large
	config.RuntimeParams["lock_timeout"] = "0"
	pool := sql.OpenDB(stdlib.GetConnector(*config))
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return e.Explain(err)
	}
	defer conn.Close() // which gives the lock back
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(migrationLock)); err != nil {
		return e.Explain(err)
	}
	if err := fn(ctx, pool); err != nil {
		return e.Explain(err)
	}
	_, err = conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, int64(migrationLock))
	return err
}

const writable = `SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'`

// Writable implements engine.Engine.
func (e *Engine) Writable(ctx context.Context) error {
	if !e.hasPrimary() {
		return noPrimary()
	}
	var ok bool
	if err := e.db.QueryRowContext(ctx, writable).Scan(&ok); err != nil {
		return e.dialect.Failed(err)
	}
	if !ok {
		return engine.Unavailable("the database can only be read now; try again", nil)
	}
	return nil
}

// Pools implements engine.Engine.
func (e *Engine) Pools() []engine.PoolUse {
	use := []engine.PoolUse{engine.UseOf("requests", e.db)}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, pool := range e.others {
		use = append(use, engine.UseOf("jobs", pool))
	}
	return use
}

// Close implements engine.Engine.
func (e *Engine) Close() error {
	e.closeOnce.Do(func() {
		e.mu.Lock() // so that enter adds no change while Wait waits
		defer e.mu.Unlock()
		close(e.closing)
	})
	e.running.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	errs := []error{e.db.Close(), e.closeServers()}
	for _, pool := range e.others {
		errs = append(errs, pool.Close())
	}
	for _, pool := range e.listeners {
		pool.Close()
	}
	e.others, e.listeners = nil, nil
	return errors.Join(errs...)
}
