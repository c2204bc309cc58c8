package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// CheckOptions say what is checked.
type CheckOptions struct {
	// Path is the file of the database; URL names one on PostgreSQL instead.
	Path, URL string
	// Tables are those of other rooms that must be there.
	Tables []string
}

// Report is what checks came to.
type Report struct {
	Contents
	Checks []Checked
}

// Checked is what one check came to.
type Checked struct {
	Name  string
	Found int // how many problems there are
	// Problems are the first of them.
	Problems []Problem
}

// Problem is one thing that is wrong. It names where, and never what is kept there.
type Problem struct {
	Table string // empty where the problem is not of one
	Key   string // identifiers with slashes between; empty where the problem is not of one row
	What  string
}

// problemsShown bounds the problems of one check in a report.
const problemsShown = 20

// Check judges a database, which may be in use, as it is at one moment, and changes nothing. The error, for an operator,
// says why it cannot be judged.
func Check(ctx context.Context, opts CheckOptions) (report Report, err error) {
	if opts.URL != "" {
		return checkPostgres(ctx, opts)
	}
	if err := checkParts(ctx, opts.Path); err != nil {
		return report, err
	}
	a, err := openApart(ctx, opts.Path)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	err = a.moment(ctx, func() (err error) {
		deep := []check{{"integrity", checkIntegrity}, {"foreign keys", checkForeignKeys}}
		report, err = a.judge(ctx, append(deep, checks(opts)...), opts.Path)
		return err
	})
	return report, err
}

// judge runs the checks, on the database that messages call by the name.
func (r reader) judge(ctx context.Context, all []check, name string) (report Report, err error) {
	for _, c := range all {
		e := &examination{reader: r, checked: Checked{Name: c.name}}
		if err := e.note(c.run(ctx, e)); err != nil {
			return report, fmt.Errorf("%s cannot be checked: %w", name, withAdvice(r.dialect, err))
		}
		report.Checks = append(report.Checks, e.checked)
	}
	report.Contents, err = r.contents(ctx)
	if err != nil && r.damaged(err) { // the checks have said it
		return report, nil
	}
	return report, err
}

// check looks for one kind of problem.
type check struct {
	name string
	run  func(ctx context.Context, e *examination) error
}

// checks lists what is looked for on every engine, what lies deepest first.
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
	reader
	checked Checked
}

func (e *examination) found(p Problem) {
	if e.checked.Found++; e.checked.Found <= problemsShown {
		e.checked.Problems = append(e.checked.Problems, p)
	}
}

// note makes a problem of an error that says that the file is damaged, and returns every other.
func (e *examination) note(err error) error {
	if err != nil && e.damaged(err) {
		e.found(Problem{What: "what it reads is damaged: " + err.Error()})
		return nil
	}
	return err
}

const integrity = `PRAGMA integrity_check(1000)`

func checkIntegrity(ctx context.Context, e *examination) error {
	return e.run.Query(ctx, integrity, nil, func(row *sql.Rows) error {
		var text string
		if err := row.Scan(&text); err != nil || text == "ok" {
			return err
		}
		e.found(Problem{What: text})
		return nil
	})
}

func checkSchema(ctx context.Context, e *examination, others []string) error {
	version, err := e.Version(ctx)
	if err != nil {
		return err
	}
	if version < level {
		e.found(Problem{What: fmt.Sprintf("the tables are at level %d of %d; run rollcall migrate", version, level)})
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
	err := e.run.Query(ctx, `PRAGMA foreign_key_check`, nil, func(row *sql.Rows) error {
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
	err := e.run.Query(ctx, keyColumnsOf, []any{b.table}, func(row *sql.Rows) error {
		var name string
		err := row.Scan(&name)
		keys = append(keys, "c."+quoteName(name))
		return err
	})
	if err != nil {
		return err
	}
	err = e.run.Query(ctx, foreignKeysOf, []any{b.table, b.id}, func(row *sql.Rows) error {
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
	err = e.hold(ctx, []rule{{b.table, "it belongs to a row of " + b.parent + " that is not there", query}})
	if err == nil && e.checked.Found == before { // the key may name its columns in a way that was not foreseen
		e.found(Problem{Table: b.table, What: fmt.Sprintf("%d rows belong to rows of %s that are not there", b.rows, b.parent)})
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
		err := e.run.Query(ctx, r.query, nil, func(row *sql.Rows) error {
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
