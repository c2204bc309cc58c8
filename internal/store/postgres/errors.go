package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"

	"example.org/rollcall/internal/store/engine"
)

// Dialect returns what differs for PostgreSQL.
func Dialect() *engine.Dialect {
	return &engine.Dialect{
		Migrations: "migrations/postgres",
		Goose:      goose.DialectPostgres,
		HasTable:   `SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1`,
		Columns: `SELECT attname::text, atttypid = 'boolean'::regtype FROM pg_attribute
			WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
		ForUpdate:  ` FOR UPDATE`,
		TryLock:    `SELECT pg_try_advisory_xact_lock($1)`,
		Lock:       `SELECT pg_advisory_xact_lock($1)`,
		NoTimeouts: `SELECT set_config('statement_timeout', '0', TRUE), set_config('idle_in_transaction_session_timeout', '0', TRUE)`,
		Unique: func(err error) string {
			if e := serverError(err); e != nil && e.Code == "23505" {
				return e.ConstraintName
			}
			return ""
		},
		Foreign: func(err error) bool { return code(err) == "23503" },
		Damaged: func(err error) bool {
			return strings.HasPrefix(code(err), "XX00") && code(err) != "XX000"
		},
		BadText: func(err error) bool {
			return code(err) == "22021" || code(err) == "22P05" // U+0000, which PostgreSQL cannot store
		},
		Lost:      lost,
		Retriable: conflicted,
		Advice:    advice,
	}
}

func serverError(err error) *pgconn.PgError {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// code returns the SQLSTATE of an error, "" if the server did not send it.
func code(err error) string {
	if e := serverError(err); e != nil {
		return e.Code
	}
	return ""
}

// conflicted reports whether another transaction ended this one, which may succeed if it runs again.
func conflicted(err error) bool {
	switch code(err) {
	case "40001", // could not serialize
		"40P01": // deadlock
		return true
	}
	return false
}

// refused reports whether the server, or a proxy before it, refuses the connection for a reason that does not pass by itself.
func refused(err error) bool {
	code := code(err)
	switch {
	case strings.HasPrefix(code, "28"), // user or password
		code == "3D000", // no such database
		code == "3F000", // no such schema
		code == "42501": // a right is missing
		return true
	}
	var never *engine.OperatorError
	return errors.As(err, &never) || onlyUnknownHosts(err)
}

// onlyUnknownHosts reports whether no server of the URL has an address. If it names several, one may have been removed.
func onlyUnknownHosts(err error) bool {
	if host, ok := err.(*net.DNSError); ok {
		return host.IsNotFound
	}
	switch wrapped := err.(type) {
	case interface{ Unwrap() error }:
		return onlyUnknownHosts(wrapped.Unwrap())
	case interface{ Unwrap() []error }:
		all := wrapped.Unwrap()
		return len(all) > 0 && !slices.ContainsFunc(all, func(err error) bool { return !onlyUnknownHosts(err) })
	}
	return false
}

// timedOut reports whether a time-out ended a statement, which would take as long again.
func timedOut(err error) bool {
	code := code(err)
	return code == "57014" || code == "55P03"
}

// lost reports whether the connection ended, cannot be opened, or leads to a server that cannot be written to now.
func lost(err error) bool {
	if err == nil {
		return false
	}
	code := code(err)
	switch {
	case strings.HasPrefix(code, "08"), // connection
		strings.HasPrefix(code, "57P"), // shutting down, starting up, crashed
		strings.HasPrefix(code, "53"),  // no space, no memory, too many connections
		strings.HasPrefix(code, "58"),  // the system under the server
		code == "25006",                // a standby
		code == "25P03",                // idle in a transaction for too long
		code == "57014",                // statement_timeout
		code == "55P03",                // lock_timeout
		refused(err):
		return true
	case code != "":
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, context.DeadlineExceeded) ||
		pgconn.SafeToRetry(err)
}

func advice(err error) string {
	code := code(err)
	var dns *net.DNSError
	var connect *pgconn.ConnectError
	switch {
	case strings.HasPrefix(code, "28"):
		return "the server does not let this user in; check the user and the password of the database URL, and pg_hba.conf"
	case code == "3D000":
		return "the database does not exist on the server; create it (CREATE DATABASE … ENCODING 'UTF8'), or correct its name in the database URL"
	case code == "42501", code == "3F000":
		return "the user lacks a right; make it the owner of the database, or grant it CREATE and USAGE on the schema (GRANT ALL ON SCHEMA public TO …)"
	case code == "53300":
		return "the server has too many connections; lower --database-connections, or raise its max_connections"
	case code == "53100":
		return "no space is left on the server's disk; free some, and writing goes on by itself"
	case code == "25006":
		return "the server is a read-only standby; name the primary too, or promote this one"
	case code == "26000", code == "42P05": // a prepared statement does not exist, or exists already
		return "a pooler such as PgBouncer gives each transaction another connection; add default_query_exec_mode=exec to the database URL, or let it pool by session"
	case code == "08P01" && strings.Contains(err.Error(), "startup parameter"):
		return "PgBouncer refuses a setting of ours; set ignore_startup_parameters = statement_timeout,lock_timeout,idle_in_transaction_session_timeout,plan_cache_mode,jit in its configuration"
	case code == "57P03":
		return "the server is starting up or shutting down"
	case errors.As(err, &dns) && onlyUnknownHosts(err):
		return "the name of the server cannot be found; check the host in the database URL"
	case errors.As(err, &connect) && strings.Contains(err.Error(), "read only"):
		return "every server in the database URL is read-only; name the primary too, or promote one"
	case errors.As(err, &connect) && strings.Contains(err.Error(), "tls"):
		return "the connection cannot be encrypted as sslmode wants; check the server's certificate, or sslmode in the database URL"
	case errors.As(err, &connect):
		return "nothing answers there; check the host and port of the database URL, and that the server runs"
	}
	return ""
}

// Explain returns an error for an operator in one line. It names the servers and holds no password.
func (e *Engine) Explain(err error) error {
	var fits *engine.OperatorError
	if errors.As(err, &fits) {
		return err
	}
	err = engine.Explain(e.dialect, e.Name(), engine.Cause(err))
	if text := err.Error(); strings.Contains(text, "\n") {
		return errors.New(inOneLine(text))
	}
	return err
}

// inOneLine joins the different lines of a text: a server that is tried with and without TLS fails twice in the same way.
func inOneLine(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " ")
}
