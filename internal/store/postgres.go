package store

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
	"github.com/pressly/goose/v3"
)

const (
	connectTime  = 5 * time.Second // to one server
	connectShort = time.Second     // to one of several, since the next may be the one that answers
	connectsMost = 16              // of a process, for requests
	jobsMost     = 6               // of a process, for what waits

	postgresOldest = 150000 // server_version_num

	applicationName = "rollcall" // by which a server knows our connections
)

// planMode is the setting by which each statement is planned once, for any values. All find their rows by keys, so that the
// values are of no matter; left to itself, the server plans those with a list of keys again each time.
const planMode = "plan_cache_mode"

// postgresLimits end what would otherwise hold a connection, and what it has locked, for ever; the URL may say otherwise.
func postgresLimits() map[string]string {
	return map[string]string{
		"statement_timeout":                   "30s",
		"lock_timeout":                        "10s",
		"idle_in_transaction_session_timeout": "60s",
	}
}

// postgres is the connections to one server, or to those of several that may be written to.
type postgres struct {
	*dialect
	config  *pgx.ConnConfig
	db      *sql.DB
	enqueue Enqueue
	log     *slog.Logger
	opts    Options
	told    atomic.Int64   // the minute in which the log was last told why nothing can be written
	running sync.WaitGroup // changes
	turns   *turns

	patience time.Duration // updateTime, but in tests
	closing  chan struct{}
	close1   sync.Once

	mu        sync.Mutex
	others    []*sql.DB       // pools of other rooms
	listeners []*pgxpool.Pool // of other rooms
}

// postgresConfig reads the URL. Where that names several servers, the one that can be written to is used: which one that
// is, is looked for again for each connection.
func postgresConfig(url string) (*pgx.ConnConfig, error) {
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, errors.New("the database URL must begin with postgres://, such as postgres://rollcall@db.example.org:5432/rollcall")
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		// The error quotes the URL, whose password it may fail to find.
		return nil, errors.New("the database URL cannot be read; it must be like postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full, with special characters of the password percent-encoded")
	}
	for name, value := range postgresLimits() {
		if _, said := config.RuntimeParams[name]; !said {
			config.RuntimeParams[name] = value
		}
	}
	if _, said := config.RuntimeParams[planMode]; !said {
		config.RuntimeParams[planMode] = "force_generic_plan"
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
	// A server that is gone without a word is noticed after some fifteen seconds, not hours.
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

func openPostgres(ctx context.Context, opts Options) (*DB, error) {
	config, err := postgresConfig(opts.URL)
	if err != nil {
		return nil, err
	}
	if opts.apart || opts.filling {
		config.RuntimeParams["application_name"] = applicationName + " migrate-data"
	}
	if opts.apart || opts.filling || opts.whole { // reading or filling whole tables takes as long as it takes
		for name := range postgresLimits() {
			config.RuntimeParams[name] = "0"
		}
	}
	e := &postgres{
		dialect: postgresDialect(), config: config, enqueue: opts.Enqueue, log: opts.Log, opts: opts,
		closing: make(chan struct{}), patience: updateTime,
	}
	most := connectsMost
	if opts.Connections > 0 {
		most = opts.Connections
	}
	e.db, e.turns = e.open(most), newTurns(most)
	db := &DB{opts: opts, engine: e, reader: reader{run: &direct{on: e.db, dialect: e.dialect}, dialect: e.dialect, mayFill: opts.filling}}
	if err := e.await(ctx, db); err != nil {
		return nil, errors.Join(err, e.db.Close())
	}
	return db, nil
}

func (e *postgres) open(most int) *sql.DB {
	db := sql.OpenDB(stdlib.GetConnector(*e.config))
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour)
	return db
}

// await returns nil once the database can be used by this program. With Options.Await it waits for a server that cannot
// be reached, or not be written to, now; every other error is for an operator, at once.
func (e *postgres) await(ctx context.Context, db *DB) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for try := 0; ; try++ {
		err := e.fits(ctx)
		if err == nil {
			err = db.checkOldest(ctx)
		}
		if err == nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if !e.opts.Await || !e.lost(forOperator(err)) || refuses(err) {
			return e.explained(err)
		}
		if try%60 == 0 {
			e.log.WarnContext(ctx, "waiting for the database", slog.String("error", e.explained(err).Error()))
		}
		select {
		case <-ctx.Done():
			return e.explained(err)
		case <-ticker.C:
		}
	}
}

const serverFits = `SELECT current_setting('server_version_num')::int, current_setting('server_encoding')`

// fits returns an error for an operator where the server is too old, or its database holds text in another encoding.
func (e *postgres) fits(ctx context.Context) error {
	var version int
	var encoding string
	if err := e.db.QueryRowContext(ctx, serverFits).Scan(&version, &encoding); err != nil {
		return err
	}
	if version < postgresOldest {
		return &unfit{fmt.Sprintf("%s is PostgreSQL %d; Rollcall needs version %d or later", e.name(), version/10000, postgresOldest/10000)}
	}
	if encoding != "UTF8" {
		return &unfit{fmt.Sprintf("%s keeps text as %s; make a database with ENCODING 'UTF8' for Rollcall", e.name(), encoding)}
	}
	return e.keepsStatements(ctx)
}

// keepsStatements returns an error where a pooler on the way gives each transaction another connection, on which what was prepared
// before is not there: it prepares a statement, and runs it again while another transaction is open.
func (e *postgres) keepsStatements(ctx context.Context) error {
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

// unfit is an error for an operator that says all.
type unfit struct{ text string }

func (u *unfit) Error() string { return u.text }

// name returns the servers and the database, without the user and the password.
func (e *postgres) name() string {
	hosts := []string{}
	add := func(host string, port uint16) {
		name := host
		if !strings.HasPrefix(host, "/") {
			name = net.JoinHostPort(host, fmt.Sprint(port))
		}
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

func (e *postgres) folder() (string, goose.Dialect) {
	return "migrations/postgres", goose.DialectPostgres
}

// scrub does nothing: what is deleted is out of reach of every statement at once, and the server's own housekeeping
// overwrites it in its files (see docs/postgresql.md).
func (e *postgres) scrub(context.Context) error { return nil }

func (e *postgres) pool() (*sql.DB, error) {
	pool := e.open(jobsMost)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.others = append(e.others, pool)
	return pool, nil
}

// Listener returns connections that hear what other processes tell through the database, nil on an engine that has no
// such thing. Close closes them: whoever uses them must have stopped before.
func (db *DB) Listener(ctx context.Context) (*pgxpool.Pool, error) {
	e, ok := db.engine.(*postgres)
	if !ok {
		return nil, nil
	}
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

const migrationLock = 0x726f6c6c63616c6c // any number that nobody else takes: the letters of rollcall

// migrating holds a lock of the database meanwhile, so that of several processes one migrates and the others then find it
// done.
func (e *postgres) migrating(ctx context.Context, fn func(ctx context.Context, pool *sql.DB) error) (err error) {
	config := e.config.Copy()
	config.RuntimeParams["statement_timeout"] = "0" // tables may be large
	config.RuntimeParams["lock_timeout"] = "0"
	pool := sql.OpenDB(stdlib.GetConnector(*config))
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return e.explained(err)
	}
	defer conn.Close() // which gives the lock back
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(migrationLock)); err != nil {
		return e.explained(err)
	}
	if err := fn(ctx, pool); err != nil {
		return e.explained(err)
	}
	_, err = conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, int64(migrationLock))
	return err
}

const writable = `SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'`

// look fails where no server can be written to.
func (e *postgres) look(ctx context.Context) error {
	var ok bool
	if err := e.db.QueryRowContext(ctx, writable).Scan(&ok); err != nil {
		return e.Failed(err)
	}
	if !ok {
		return unavailable("the database can only be read now; try again", nil)
	}
	return nil
}

func (e *postgres) pools() []PoolUse {
	use := []PoolUse{poolUse("requests", e.db)}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, pool := range e.others {
		use = append(use, poolUse("jobs", pool))
	}
	return use
}

func (e *postgres) close() error {
	e.close1.Do(func() {
		e.mu.Lock() // so that enter adds no change while Wait waits
		defer e.mu.Unlock()
		close(e.closing)
	})
	e.running.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	errs := []error{e.db.Close()}
	for _, pool := range e.others {
		errs = append(errs, pool.Close())
	}
	for _, pool := range e.listeners {
		pool.Close()
	}
	e.others, e.listeners = nil, nil
	return errors.Join(errs...)
}
