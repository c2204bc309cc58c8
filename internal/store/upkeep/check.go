package upkeep

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/engine"
)

// CheckOptions are the options of Check.
type CheckOptions struct {
	// Path is the file of the database; URL names one on PostgreSQL instead.
	Path, URL string
	// Tables are those of other packages that must exist.
	Tables []string
}

// Report is the result of Check.
type Report struct {
	Contents
	Checks []Checked
}

// Checked is the result of one check.
type Checked struct {
	Name  string
	Found int // how many problems there are
	// Problems are the first of them.
	Problems []Problem
}

// Problem is one thing that is wrong. It names the place, never the data.
type Problem struct {
	Table string // empty if the problem is not one of a table
	Key   string // identifiers with slashes between; empty if the problem is not one of a row
	What  string
}

// problemsShown bounds the problems of one check in a report.
const problemsShown = 20

// Check checks one state of a database and changes nothing. Its error says why the database cannot be checked.
func Check(ctx context.Context, opts CheckOptions) (report Report, err error) {
	if opts.URL != "" {
		err = readServer(ctx, store.Options{URL: opts.URL, Connections: 2}, false, func(db *database) error {
			report, err = db.check(ctx, append([]check{{"constraints", checkConstraints}}, checks(opts)...))
			return err
		})
		return report, err
	}
	err = readFile(ctx, opts.Path, func(db *database) error {
		report, err = db.check(ctx, append([]check{{"integrity", checkIntegrity}, {"foreign keys", checkForeignKeys}}, checks(opts)...))
		return err
	})
	return report, err
}

func (db *database) check(ctx context.Context, all []check) (report Report, err error) {
	for _, c := range all {
		e := &examination{database: db, checked: Checked{Name: c.name}}
		if err := e.note(c.run(ctx, e)); err != nil {
			return report, fmt.Errorf("%s cannot be checked: %w", db.name, engine.WithAdvice(db.Dialect, err))
		}
		report.Checks = append(report.Checks, e.checked)
	}
	report.Contents, err = db.contents(ctx)
	if err != nil && db.Damaged(err) { // the checks report it
		return report, nil
	}
	return report, err
}

// check looks for one kind of problem.
type check struct {
	name string
	run  func(ctx context.Context, e *examination) error
}

// checks lists the checks for every engine, the most basic first.
func checks(opts CheckOptions) []check {
	return []check{
		{"schema", func(ctx context.Context, e *examination) error { return checkSchema(ctx, e, opts.Tables) }},
		{"counters", func(ctx context.Context, e *examination) error { return e.hold(ctx, counterRules()) }},
		{"validations", func(ctx context.Context, e *examination) error { return e.hold(ctx, validationRules()) }},
		{"rows", checkRows},
	}
}

// examination collects what one check finds.
type examination struct {
	*database
	checked Checked
}

func (e *examination) found(p Problem) {
	if e.checked.Found++; e.checked.Found <= problemsShown {
		e.checked.Problems = append(e.checked.Problems, p)
	}
}

// note turns an error that says that the database is damaged into a problem, and returns every other.
func (e *examination) note(err error) error {
	if err != nil && e.Damaged(err) {
		e.found(Problem{What: "the data it reads is damaged: " + err.Error()})
		return nil
	}
	return err
}

const integrity = `PRAGMA integrity_check(1000)`

func checkIntegrity(ctx context.Context, e *examination) error {
	return e.run.Query(ctx, integrity, nil, func(row engine.Row) error {
		var text string
		if err := row.Scan(&text); err != nil || text == "ok" {
			return err
		}
		e.found(Problem{What: text})
		return nil
	})
}

func checkSchema(ctx context.Context, e *examination, others []string) error {
	version, err := e.version(ctx)
	if err != nil {
		return err
	}
	if version < store.Level() {
		e.found(Problem{What: fmt.Sprintf("the tables are at level %d of %d; run rollcall migrate", version, store.Level())})
	}
	for _, table := range others {
		var n int
		if err := e.run.QueryRow(ctx, e.HasTable, []any{table}, &n); err != nil {
			return err
		}
		if n == 0 {
			e.found(Problem{Table: table, What: "the table is missing; run rollcall migrate"})
		}
	}
	return nil
}

// brokenKey is a foreign key that some rows of a table break.
type brokenKey struct {
	table, parent string
	id, rows      int
}

func checkForeignKeys(ctx context.Context, e *examination) error {
	var all []*brokenKey
	err := e.run.Query(ctx, `PRAGMA foreign_key_check`, nil, func(row engine.Row) error {
		var b brokenKey
		var rowid sql.NullInt64 // a table without rowid has none, so the rows are looked up by their keys
		if err := row.Scan(&b.table, &rowid, &b.parent, &b.id); err != nil {
			return err
		}
		if last := len(all) - 1; last < 0 || all[last].table != b.table || all[last].id != b.id {
			all = append(all, &b)
		}
		all[len(all)-1].rows++
		return nil
	})
	if err != nil {
		return err
	}
	for _, b := range all {
		if err := e.orphans(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

const (
	keyColumnsOf  = `SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk`
	foreignKeysOf = `SELECT "from", "to" FROM pragma_foreign_key_list($1) WHERE id = $2 ORDER BY seq`
)

// orphans reports the rows that break a foreign key.
func (e *examination) orphans(ctx context.Context, b *brokenKey) error {
	var keys, same, there []string
	err := e.run.Query(ctx, keyColumnsOf, []any{b.table}, func(row engine.Row) error {
		var name string
		err := row.Scan(&name)
		keys = append(keys, "c."+quoteName(name))
		return err
	})
	if err != nil {
		return err
	}
	err = e.run.Query(ctx, foreignKeysOf, []any{b.table, b.id}, func(row engine.Row) error {
		var from, to string
		err := row.Scan(&from, &to)
		same = append(same, "p."+quoteName(to)+" = c."+quoteName(from))
		there = append(there, "c."+quoteName(from)+" IS NOT NULL")
		return err
	})
	if err != nil {
		return err
	}
	before := e.checked.Found
	query := `SELECT ` + strings.Join(keys, `, `) + ` FROM ` + quoteName(b.table) + ` c WHERE ` + strings.Join(there, ` AND `) +
		` AND NOT EXISTS (SELECT 1 FROM ` + quoteName(b.parent) + ` p WHERE ` + strings.Join(same, ` AND `) + `)`
	err = e.hold(ctx, []rule{{b.table, "it refers to a missing row of " + b.parent, query}})
	if err == nil && e.checked.Found == before { // the key may name its columns in a way that was not foreseen
		e.found(Problem{Table: b.table, What: fmt.Sprintf("%d rows refer to missing rows of %s", b.rows, b.parent)})
	}
	return err
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// rule is something that must hold: the query returns the keys of the rows that break it.
type rule struct {
	table, broken string
	query         string
}

func (e *examination) hold(ctx context.Context, rules []rule) error {
	for _, r := range rules {
		err := e.run.Query(ctx, r.query, nil, func(row engine.Row) error {
			columns, err := row.Columns()
			if err != nil {
				return err
			}
			key, dest := make([]string, len(columns)), make([]any, len(columns))
			for i := range key {
				dest[i] = &key[i]
			}
			err = row.Scan(dest...)
			e.found(Problem{Table: r.table, Key: strings.Join(key, "/"), What: r.broken})
			return err
		})
		if err := e.note(err); err != nil {
			return err
		}
	}
	return nil
}

// checkRows reads every row as the use cases see it.
func checkRows(ctx context.Context, e *examination) error {
	for _, check := range store.RowChecks() {
		err := e.run.Query(ctx, check.Query, nil, func(row engine.Row) error {
			if key, problem := check.Read(row); problem != "" {
				e.found(Problem{Table: check.Table, Key: key, What: problem})
			}
			return nil
		})
		if err := e.note(err); err != nil {
			return err
		}
	}
	return nil
}

const notEnforced = `SELECT conrelid::regclass::text, conname, 'the constraint was never checked for all rows; run ALTER TABLE … VALIDATE CONSTRAINT'
	FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
	UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text, 'the index is not valid; run REINDEX INDEX'
	FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
	WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace
	UNION ALL SELECT tgrelid::regclass::text, tgname, 'the trigger that holds a foreign key is off; run ALTER TABLE … ENABLE TRIGGER ALL'
	FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
	WHERE tgisinternal AND tgenabled = 'D' AND relnamespace = current_schema()::regnamespace`

// checkConstraints looks for constraints that PostgreSQL does not enforce.
func checkConstraints(ctx context.Context, e *examination) error {
	return e.run.Query(ctx, notEnforced, nil, func(row engine.Row) error {
		var p Problem
		err := row.Scan(&p.Table, &p.Key, &p.What)
		e.found(p)
		return err
	})
}
