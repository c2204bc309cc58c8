package upkeep

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/engine"
)

// Transferred is the result of Transfer.
type Transferred struct {
	Contents
	Rows   int64 // of all tables
	Before int64 // of these, what an earlier, interrupted call had copied
	Jobs   int   // queued messages, which got new jobs
}

const (
	transferStep  = 500   // rows of one statement, at most
	transferBatch = 5_000 // rows of one transaction
	paramsMost    = 30_000
)

// Transfer copies everything from one database to another, of either engine, and compares every row of both in the end.
// The target must be empty, or what an interrupted call with the same source left: then the copy continues. Until it is
// done, no program opens the target for anything else. The source must not change meanwhile. Jobs are not copied: each
// queued message gets a new one. progress is called with the number of rows copied so far and in all; nil: not called.
func Transfer(ctx context.Context, from, to store.Options, progress func(done, all int64)) (result Transferred, err error) {
	into := func(source *database) (err error) {
		to.Filling = true
		target, err := store.Open(ctx, to)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, target.Close()) }()
		if err := checkAlone(ctx, target.Engine()); err != nil {
			return err
		}
		if err := target.Migrate(ctx); err != nil {
			return err
		}
		t := &transfer{from: source, to: target, progress: progress, result: &result}
		return t.run(ctx)
	}
	if from.URL != "" {
		from.Connections = 1
		err = readServer(ctx, from, true, into)
		return result, err
	}
	err = readFile(ctx, from.Path, into)
	return result, err
}

// transfer is one call of Transfer.
type transfer struct {
	from     *database
	to       *store.DB
	progress func(done, all int64)
	result   *Transferred
	all      int64
}

func (t *transfer) run(ctx context.Context) (err error) {
	if t.result.Contents, err = t.from.contents(ctx); err != nil {
		return err
	}
	fingerprint, err := store.SecretFingerprint(ctx, t.from.run, t.from.Dialect)
	if err != nil {
		return err
	}
	if err := t.to.BeginFilling(ctx, fingerprint); err != nil {
		return err
	}
	for _, table := range store.Tables() {
		var rows int64
		if err := t.from.run.QueryRow(ctx, `SELECT COUNT(*) FROM `+table.Name, nil, &rows); err != nil {
			return err
		}
		t.all += rows
	}
	for _, table := range store.Tables() {
		if err := t.copy(ctx, table); err != nil {
			return fmt.Errorf("%s could not be copied; run it again, and it goes on from there: %w", table.Name, err)
		}
	}
	for _, table := range store.Tables() {
		if err := t.compare(ctx, table); err != nil {
			return err
		}
	}
	return t.finish(ctx, fingerprint)
}

// change runs fn in a transaction of the target.
func (t *transfer) change(ctx context.Context, fn func(ctx context.Context, tx engine.Tx) error) error {
	return engine.Cause(t.to.Engine().Update(ctx, "", fn))
}

// copy copies the rows of a table that come after the last one that the target has.
func (t *transfer) copy(ctx context.Context, table store.Table) error {
	columns, err := columnsOf(ctx, t.to.Engine(), table.Name)
	if err != nil {
		return err
	}
	after, have, err := t.last(ctx, table)
	if err != nil {
		return err
	}
	t.result.Before += have
	t.count(have)
	step := min(transferStep, paramsMost/len(columns))
	for more := true; more; {
		var read [][]any
		if read, err = t.read(ctx, table, columns, after); err != nil {
			return err
		}
		if more = len(read) > 0; !more {
			break
		}
		err := t.change(ctx, func(ctx context.Context, tx engine.Tx) error {
			for rows := read; len(rows) > 0; {
				n := min(step, len(rows))
				if err := insertRows(ctx, tx, table.Name, columns, rows[:n]); err != nil {
					return err
				}
				rows = rows[n:]
			}
			return nil
		})
		if err != nil {
			return err
		}
		t.count(int64(len(read)))
		after = keyOf(table, columns, read[len(read)-1])
	}
	return nil
}

func (t *transfer) count(rows int64) {
	t.result.Rows += rows
	if t.progress != nil {
		t.progress(t.result.Rows, t.all)
	}
}

// last returns the key of the last row in the target, nil if it has none, and how many it has.
func (t *transfer) last(ctx context.Context, table store.Table) (key []any, have int64, err error) {
	if err := t.to.Engine().Reads().QueryRow(ctx, `SELECT COUNT(*) FROM `+table.Name, nil, &have); err != nil || have == 0 {
		return nil, 0, err
	}
	dest := make([]any, len(table.Key))
	key = make([]any, len(table.Key))
	for i := range dest {
		dest[i] = &key[i]
	}
	query := `SELECT ` + strings.Join(table.Key, `, `) + ` FROM ` + table.Name + ` ORDER BY ` + strings.Join(table.Key, ` DESC, `) + ` DESC LIMIT 1`
	return key, have, t.to.Engine().Reads().QueryRow(ctx, query, nil, dest...)
}

// read returns the next rows of a table in the source, as the target stores them.
func (t *transfer) read(ctx context.Context, table store.Table, columns []column, after []any) (rows [][]any, err error) {
	err = readRows(ctx, t.from.run, table, columns, after, transferBatch, func(row []any) error {
		for i := range row {
			row[i] = columns[i].convert(row[i])
		}
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

// readRows calls each with rows in the order of their keys, from after on, limit at most; 0: all.
func readRows(ctx context.Context, run engine.Runner, table store.Table, columns []column, after []any, limit int, each func(row []any) error) error {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	query := `SELECT ` + strings.Join(names, `, `) + ` FROM ` + table.Name
	if after != nil {
		places := make([]string, len(after))
		for i := range places {
			places[i] = "$" + strconv.Itoa(i+1)
		}
		query += ` WHERE (` + strings.Join(table.Key, `, `) + `) > (` + strings.Join(places, `, `) + `)`
	}
	query += ` ORDER BY ` + strings.Join(table.Key, `, `)
	if limit > 0 {
		query += ` LIMIT ` + strconv.Itoa(limit)
	}
	return run.Query(ctx, query, after, func(found engine.Row) error {
		row, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			dest[i] = &row[i]
		}
		if err := found.Scan(dest...); err != nil {
			return err
		}
		return each(row)
	})
}

func insertRows(ctx context.Context, run engine.Runner, table string, columns []column, rows [][]any) error {
	var query strings.Builder
	query.WriteString(`INSERT INTO ` + table + ` (`)
	for i, c := range columns {
		if i > 0 {
			query.WriteString(", ")
		}
		query.WriteString(c.name)
	}
	query.WriteString(") VALUES ")
	args := make([]any, 0, len(rows)*len(columns))
	for i, row := range rows {
		if i > 0 {
			query.WriteString(", ")
		}
		for j := range row {
			query.WriteString(map[bool]string{true: "($", false: ", $"}[j == 0] + strconv.Itoa(len(args)+1))
			args = append(args, row[j])
		}
		query.WriteString(")")
	}
	_, err := run.Exec(ctx, query.String(), args...)
	return err
}

// compare holds that a table is the same on both sides, row by row.
func (t *transfer) compare(ctx context.Context, table store.Table) error {
	columns, err := columnsOf(ctx, t.to.Engine(), table.Name)
	if err != nil {
		return err
	}
	from, err := sumOf(ctx, t.from.run, table, columns)
	if err != nil {
		return err
	}
	to, err := sumOf(ctx, t.to.Engine().Reads(), table, columns)
	if err != nil {
		return err
	}
	if from.rows != to.rows || !bytes.Equal(from.sum.Sum(nil), to.sum.Sum(nil)) {
		return &engine.OperatorError{Text: fmt.Sprintf("the rows of %s differ: the source has %d, the target %d, or the values differ; "+
			"drop the target, and run the command again while nothing uses the source", table.Name, from.rows, to.rows)}
	}
	return nil
}

type tableSum struct {
	rows int64
	sum  hash.Hash
}

func sumOf(ctx context.Context, run engine.Runner, table store.Table, columns []column) (tableSum, error) {
	s := tableSum{sum: sha256.New()}
	err := readRows(ctx, run, table, columns, nil, 0, func(row []any) error {
		s.rows++
		for i, value := range row {
			fmt.Fprintf(s.sum, "%s|", columns[i].text(value))
		}
		return nil
	})
	return s, err
}

// finish gives queued messages new jobs, and lets programs open the target.
func (t *transfer) finish(ctx context.Context, fingerprint rollcall.Hash) error {
	var jobs []service.DeliverJob
	err := t.from.run.Query(ctx, selectQueued, nil, func(row engine.Row) error {
		var job service.DeliverJob
		var notBefore sql.NullInt64
		err := row.Scan((*string)(&job.Dealer), (*string)(&job.Validation), &notBefore)
		if notBefore.Valid {
			job.NotBefore = time.UnixMicro(notBefore.Int64).UTC()
		}
		jobs = append(jobs, job)
		return err
	})
	if err != nil {
		return err
	}
	t.result.Jobs = len(jobs)
	return t.to.EndFilling(ctx, fingerprint, jobs)
}

const selectQueued = `SELECT dealer_id, validation_id, not_before FROM validations WHERE status = 'queued'
	OR status = 'sent' AND ` + isSandbox + ` ORDER BY dealer_id, validation_id`
