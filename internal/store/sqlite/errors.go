package sqlite

import (
	sqldriver "database/sql/driver"
	"errors"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/pressly/goose/v3"

	"example.org/rollcall/internal/store/engine"
)

// Dialect returns what differs for SQLite.
func Dialect() *engine.Dialect {
	return &engine.Dialect{
		Migrations: "migrations/sqlite",
		Goose:      goose.DialectSQLite3,
		OneWriter:  true,
		Scrubs:     true,
		NoIndex:    "+",
		HasTable:   `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1`,
		OtherTables: `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name <> 'goose_db_version'
			AND substr(name, 1, 7) <> 'sqlite_'`,
		Columns:   `SELECT name, FALSE FROM pragma_table_info($1) ORDER BY cid`,
		Unique:    unique,
		Foreign:   func(err error) bool { return errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY) },
		Damaged:   func(err error) bool { return isAny(err, sqlite3.CORRUPT, sqlite3.NOTADB) },
		BadText:   func(error) bool { return false },
		Lost:      lost,
		Retriable: func(error) bool { return false },
		Advice:    advice,
	}
}

// isAny reports whether err has one of SQLite's result codes.
func isAny(err error, codes ...sqlite3.ErrorCode) bool {
	return slices.ContainsFunc(codes, func(code sqlite3.ErrorCode) bool { return errors.Is(err, code) })
}

// plain returns the error of SQLite in err, without what the driver says about the setting at which a connection failed. Any
// other error is returned unchanged.
func plain(err error) error {
	var full *sqlite3.Error
	var extended sqlite3.ExtendedErrorCode
	var code sqlite3.ErrorCode
	switch {
	case errors.As(err, &full):
		return full
	case errors.As(err, &extended):
		return extended
	case errors.As(err, &code):
		return code
	}
	return err
}

// isBusy reports whether another process uses the database just now.
func isBusy(err error) bool { return isAny(err, sqlite3.BUSY, sqlite3.LOCKED) }

// unique reads the columns from the text of err, since SQLite names unique constraints in no other way: "UNIQUE constraint
// failed: sites.dealer_id, sites.site_id".
func unique(err error) string {
	if !errors.Is(err, sqlite3.CONSTRAINT_UNIQUE) && !errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY) {
		return ""
	}
	_, columns, _ := strings.Cut(err.Error(), "UNIQUE constraint failed: ")
	var name strings.Builder
	for i, column := range strings.Split(columns, ", ") {
		table, column, _ := strings.Cut(column, ".")
		if i == 0 {
			name.WriteString(table)
		}
		name.WriteString("_" + column)
	}
	return name.String() + "_key"
}

func lost(err error) bool {
	return errors.Is(err, sqldriver.ErrBadConn) || isAny(err, sqlite3.FULL, sqlite3.IOERR, sqlite3.READONLY, sqlite3.BUSY,
		sqlite3.LOCKED, sqlite3.CORRUPT, sqlite3.NOTADB, sqlite3.CANTOPEN, sqlite3.NOMEM, sqlite3.PROTOCOL, sqlite3.INTERRUPT)
}

const notWritable = "its folder and the files in it must be writable for the user of this process, on a disk that is not mounted read-only"

func advice(err error) string {
	switch {
	case isAny(err, sqlite3.FULL):
		return "no space is left on its disk; free some, and writing goes on by itself"
	case isAny(err, sqlite3.READONLY, sqlite3.CANTOPEN, sqlite3.PERM):
		return notWritable
	case isAny(err, sqlite3.CORRUPT, sqlite3.NOTADB):
		return "run rollcall check, stop the server, keep the damaged folder, and restore a backup into another one"
	case isAny(err, sqlite3.IOERR): // the driver reports a full disk so, too
		return "its disk refuses to read or write: if no space is left, free some, and writing goes on by itself; otherwise look for errors of the disk in the system's log, and for limits on the size of files"
	case isBusy(err):
		return "another process has locked it for too long; find the process that has the file open, and end it"
	}
	return ""
}
