package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// dialect is what differs between the engines.
type dialect struct {
	// driver is the name under which database/sql knows the engine's driver, and source names the database to it.
	driver string
	source func(path string, u use) (string, error)

	// forUpdate ends a read after which nobody else may change the row. SQLite has one writer, which holds the database
	// from the start of its transaction, so it needs none and knows none.
	ForUpdate string

	// tryLock, where it is not empty, takes the lock with the number $1 until the transaction ends, and reports whether
	// nobody else has it. SQLite has one writer.
	TryLock string

	// lock, where it is not empty, waits for that lock. SQLite has one writer.
	Lock string

	// noTimeouts, where it is not empty, lets statements of the transaction take as long as they need.
	NoTimeouts string

	// nextPosition is the position of a new line of the audit of the dealer $1. SQLite has one writer, so that the next one
	// is known; on PostgreSQL the line waits for its position until it is committed.
	nextPosition string

	// noIndex stands before a column by which an engine without statistics is not to order or look for rows.
	NoIndex string

	// hasTable counts the tables with the name $1. Each engine has a catalogue of its own.
	HasTable string

	// columns lists the columns of the table $1 in their order, and whether each holds TRUE or FALSE.
	columns string

	// unique returns which unique constraint an error says was broken, by the name that PostgreSQL gives to one without a
	// name (table_column_column_key), and "" where it was another error.
	unique func(err error) string

	// foreign reports whether an error says that a row names another that is not there.
	foreign func(err error) bool

	// busy reports whether an error means that another process uses the database just now.
	busy func(err error) bool

	// damaged reports whether an error means that the file is no database, or not a whole one.
	damaged func(err error) bool

	// badText reports whether an error means that the engine cannot hold a text, so that it holds nothing by that name
	// either; nil: it can hold any.
	badText func(err error) bool

	// emptyLog makes sure that nothing which was deleted is left in a log that the engine keeps beside its tables:
	// errReaders where somebody reads what is in it.
	emptyLog func(*session) error

	// lost reports whether an error means that the database cannot be reached, read or written now, so that nothing more
	// is to be done in the transaction.
	lost func(err error) bool

	// advice tells an operator what to do about an error that no caller can help, "" where nothing is known.
	advice func(err error) string

	// onDamage, where it is set, hears of each error that damaged knows and a caller came upon.
	onDamage func(err error)
}

func sqliteDialect() *dialect {
	return &dialect{
		driver:       "sqlite3",
		source:       sqliteSource,
		NoIndex:      "+",
		nextPosition: `MAX(0, COALESCE((SELECT pos FROM audit_lines WHERE dealer_id = $1 ORDER BY pos DESC LIMIT 1), 0)) + 1`,
		HasTable:     `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1`,
		columns:      `SELECT name, FALSE FROM pragma_table_info($1) ORDER BY cid`,
		unique:       sqliteUnique,
		foreign:      func(err error) bool { return errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY) },
		busy:         func(err error) bool { return isAny(err, sqlite3.BUSY, sqlite3.LOCKED) },
		damaged:      func(err error) bool { return isAny(err, sqlite3.CORRUPT, sqlite3.NOTADB) },
		emptyLog:     sqliteEmptyLog,
		lost:         sqliteLost,
		advice:       sqliteAdvice,
	}
}

// isAny reports whether err has one of SQLite's result codes.
func isAny(err error, codes ...sqlite3.ErrorCode) bool {
	return slices.ContainsFunc(codes, func(code sqlite3.ErrorCode) bool { return errors.Is(err, code) })
}

// sqliteUnique reads the columns out of the text of the error, since SQLite names unique constraints in no other way:
// "UNIQUE constraint failed: sites.dealer_id, sites.site_id". An index over columns is named by them as well.
func sqliteUnique(err error) string {
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

func sqliteLost(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || isAny(err, sqlite3.FULL, sqlite3.IOERR, sqlite3.READONLY, sqlite3.BUSY,
		sqlite3.LOCKED, sqlite3.CORRUPT, sqlite3.NOTADB, sqlite3.CANTOPEN, sqlite3.NOMEM, sqlite3.PROTOCOL, sqlite3.INTERRUPT)
}

// use is what a connection is for.
type use int

const (
	toWrite use = iota
	toRead
	forJobs
	toFill // a copy that nobody else uses, and that is made durable when it is whole
)

// sqliteSettings go into the name of the data source: a PRAGMA that is run on one connection of a pool leaves the next
// one without it.
func sqliteSettings(u use) []string {
	settings := []string{
		"busy_timeout(10000)", // ms: how long a write waits for that of another process
		"foreign_keys(1)",
	}
	if u == toRead {
		return append(settings, "query_only(1)")
	}
	// What is deleted is overwritten, so that it cannot be read out of the file. FAST would leave it in pages that are free.
	// Creating contacts, and deleting them, took as long without it, within the noise.
	settings = append(settings, "secure_delete(ON)")
	switch u {
	case forJobs:
		// What River notes about a job may be lost in a power cut: the job then runs once more, which it must bear anyway.
		// The job itself is written by the writer, whose commit makes durable all that is before it in the log, too.
		return append(settings, "journal_mode(WAL)", "synchronous(NORMAL)")
	case toFill:
		return append(settings, "journal_mode(DELETE)", "synchronous(OFF)")
	}
	return append(settings,
		"journal_mode(WAL)", // readers go on while somebody writes
		"synchronous(FULL)", // a commit that returned survives a power cut
		// Pages of 4 KiB in the log before it is copied into the file, 16 MiB: most pages change many times meanwhile, and
		// are copied once. With the default, 1000, creates were a tenth slower.
		"wal_autocheckpoint(4000)",
		// What a savepoint needs to take its change back stays in memory: it would be written to a file for each change.
		"temp_store(MEMORY)",
	)
}

// sqliteSource returns the name of the data source of a file. A transaction takes the right to write when it begins: one
// that asked for it later would fail, instead of waiting, where another came first.
func sqliteSource(path string, u use) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	path = filepath.ToSlash(path)
	modeOf := path
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	// The file is never made by a connection: one that found it moved away would begin another, and remove the log.
	query := url.Values{"_pragma": sqliteSettings(u), "_txlock": {"immediate"}, "mode": {"rw"}, "modeof": {modeOf}}
	source := url.URL{Scheme: "file", Path: path, RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20")}
	return source.String(), nil
}

const (
	checkpoint  = `PRAGMA wal_checkpoint(TRUNCATE)`
	waitShortly = `PRAGMA busy_timeout = 50`    // ms: nobody can write meanwhile
	waitAgain   = `PRAGMA busy_timeout = 10000` // as in sqliteSettings
)

// sqliteEmptyLog copies the log into the file and cuts it to nothing.
func sqliteEmptyLog(s *session) error {
	ctx := context.Background()
	if _, err := s.Exec(ctx, waitShortly); err != nil {
		return err
	}
	var busy, pages, copied int
	err := s.QueryRow(ctx, checkpoint, nil, &busy, &pages, &copied)
	_, waitErr := s.Exec(ctx, waitAgain)
	if err == nil && busy != 0 || errors.Is(err, sqlite3.BUSY) {
		err = errReaders
	}
	return cmp.Or(err, waitErr)
}
