package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"strconv"
	"strings"

	"example.org/rollcall/internal/service"
)

// Transferred says what Transfer brought over.
type Transferred struct {
	Contents
	Rows   int64 // of all tables
	Before int64 // of them, what an earlier call that was interrupted had brought over
	Jobs   int   // messages on their way, which got new jobs
}

const (
	transferStep  = 500   // rows of one statement, at most
	transferBatch = 5_000 // rows of one transaction
	paramsMost    = 30_000
)

// Transfer copies everything from one database to another, of either engine, and compares every row of both in the end.
// The target must be empty, or what an interrupted call with the same source has left: then it goes on there. Until it is
// done, no program opens the target for anything else. Nobody may change the source meanwhile; it stays as it is. Jobs are
// not copied: each message on its way gets a new one. progress is called with how many of all rows are copied, now and
// then. The error is for an operator.
func Transfer(ctx context.Context, from, to Options, progress func(done, all int64)) (result Transferred, err error) {
	source, err := openSource(ctx, from)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, source.close()) }()
	to.filling = true
	target, err := Open(ctx, to)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	if err := closedElsewhere(ctx, target); err != nil {
		return result, err
	}
	if err := target.Migrate(ctx); err != nil {
		return result, err
	}
	err = source.moment(ctx, func(r reader) error {
		t := &transfer{from: r, to: target, progress: progress, result: &result}
		return t.run(ctx)
	})
	return result, err
}

// origin is a database that is read at one moment.
type origin interface {
	moment(ctx context.Context, fn func(reader) error) error
	close() error
}

func openSource(ctx context.Context, opts Options) (origin, error) {
	if opts.URL != "" {
		return openPostgresSource(ctx, opts)
	}
	if err := checkParts(ctx, opts.Path); err != nil {
		return nil, err
	}
	a, err := openApart(ctx, opts.Path)
	if err != nil {
		return nil, err
	}
	return fileSource{a}, nil
}

type fileSource struct{ *apart }

func (f fileSource) moment(ctx context.Context, fn func(reader) error) error {
	return f.apart.moment(ctx, func() error { return fn(f.reader) })
}

// transfer is one call of Transfer.
type transfer struct {
	from     reader
	to       *DB
	progress func(done, all int64)
	result   *Transferred
	all      int64
}

func (t *transfer) run(ctx context.Context) (err error) {
	if t.result.Contents, err = t.from.contents(ctx); err != nil {
		return err
	}
	if err := t.begin(ctx); err != nil {
		return err
	}
	for _, table := range transferTables() {
		var rows int64
		if err := t.from.run.QueryRow(ctx, `SELECT COUNT(*) FROM `+table.name, nil, &rows); err != nil {
			return err
		}
		t.all += rows
	}
	for _, table := range transferTables() {
		if err := t.copy(ctx, table); err != nil {
			return fmt.Errorf("%s could not be copied; run it again, and it goes on from there: %w", table.name, err)
		}
	}
	for _, table := range transferTables() {
		if err := t.compare(ctx, table); err != nil {
			return err
		}
	}
	return t.finish(ctx)
}

const (
	selectFilling = `SELECT filling FROM schema_info`
	updateFilling = `UPDATE schema_info SET filling = $1`
)

// begin marks the target as one that is being filled from this source, or finds it marked so.
func (t *transfer) begin(ctx context.Context) error {
	mark, err := t.from.SecretFingerprint(ctx)
	if err != nil {
		return err
	}
	name := hex.EncodeToString(mark[:])
	return t.change(ctx, func(run runner) error {
		var filling sql.NullString
		if err := run.QueryRow(ctx, selectFilling, nil, &filling); err != nil {
			return err
		}
		if filling.Valid && filling.String == name {
			return nil
		}
		var dealers int
		if err := run.QueryRow(ctx, `SELECT COUNT(*) FROM dealers`, nil, &dealers); err != nil {
			return err
		}
		if dealers > 0 || filling.Valid {
			return &unfit{t.to.name() + " is not empty; transfer into one that Rollcall has not used yet"}
		}
		_, err := run.Exec(ctx, updateFilling, name)
		return err
	})
}

// change runs fn in a transaction of the target.
func (t *transfer) change(ctx context.Context, fn func(run runner) error) error {
	err := t.to.Update(ctx, func(_ context.Context, tx service.Tx) error {
		return fn(tx.(*transaction).run)
	})
	return forOperator(err)
}

// copy copies the rows of a table that come after the last one that the target has.
func (t *transfer) copy(ctx context.Context, table transferTable) error {
	columns, err := columnsOf(ctx, t.to.reader, table.name)
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
		err := t.change(ctx, func(run runner) error {
			for rows := read; len(rows) > 0; {
				n := min(step, len(rows))
				if err := insertRows(ctx, run, table.name, columns, rows[:n]); err != nil {
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
		after = table.keyOf(columns, read[len(read)-1])
	}
	return nil
}

func (t *transfer) count(rows int64) {
	t.result.Rows += rows
	if t.progress != nil {
		t.progress(t.result.Rows, t.all)
	}
}

// last returns the key of the last row that the target has, nil where it has none, and how many it has.
func (t *transfer) last(ctx context.Context, table transferTable) (key []any, have int64, err error) {
	if err := t.to.run.QueryRow(ctx, `SELECT COUNT(*) FROM `+table.name, nil, &have); err != nil || have == 0 {
		return nil, 0, err
	}
	dest := make([]any, len(table.key))
	key = make([]any, len(table.key))
	for i := range dest {
		dest[i] = &key[i]
	}
	query := `SELECT ` + strings.Join(table.key, `, `) + ` FROM ` + table.name + ` ORDER BY ` + strings.Join(table.key, ` DESC, `) + ` DESC LIMIT 1`
	return key, have, t.to.run.QueryRow(ctx, query, nil, dest...)
}

// read returns the next rows of a table in the source, as the target keeps them.
func (t *transfer) read(ctx context.Context, table transferTable, columns []columnOf, after []any) (rows [][]any, err error) {
	err = readRows(ctx, t.from.run, table, columns, after, transferBatch, func(row []any) error {
		for i := range row {
			row[i] = columns[i].keep(row[i])
		}
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

// readRows calls each with rows in the order of their keys, from after on, limit at most; 0: all.
func readRows(ctx context.Context, run runner, table transferTable, columns []columnOf, after []any, limit int, each func(row []any) error) error {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	query := `SELECT ` + strings.Join(names, `, `) + ` FROM ` + table.name
	if after != nil {
		places := make([]string, len(after))
		for i := range places {
			places[i] = "$" + strconv.Itoa(i+1)
		}
		query += ` WHERE (` + strings.Join(table.key, `, `) + `) > (` + strings.Join(places, `, `) + `)`
	}
	query += ` ORDER BY ` + strings.Join(table.key, `, `)
	if limit > 0 {
		query += ` LIMIT ` + strconv.Itoa(limit)
	}
	return run.Query(ctx, query, after, func(found *sql.Rows) error {
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

func insertRows(ctx context.Context, run runner, table string, columns []columnOf, rows [][]any) error {
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
func (t *transfer) compare(ctx context.Context, table transferTable) error {
	columns, err := columnsOf(ctx, t.to.reader, table.name)
	if err != nil {
		return err
	}
	from, err := sumOf(ctx, t.from.run, table, columns)
	if err != nil {
		return err
	}
	to, err := sumOf(ctx, t.to.run, table, columns)
	if err != nil {
		return err
	}
	if from.rows != to.rows || !bytes.Equal(from.sum.Sum(nil), to.sum.Sum(nil)) {
		return &unfit{fmt.Sprintf("the rows of %s differ: %d in the source, %d in the target, or what is in them; "+
			"drop the target, and run it again while nobody changes the source", table.name, from.rows, to.rows)}
	}
	return nil
}

type tableSum struct {
	rows int64
	sum  hash.Hash
}

func sumOf(ctx context.Context, run runner, table transferTable, columns []columnOf) (tableSum, error) {
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

// finish gives messages on their way new jobs, and lets programs open the target.
func (t *transfer) finish(ctx context.Context) error {
	mark, err := t.from.SecretFingerprint(ctx)
	if err != nil {
		return err
	}
	var waiting []service.DeliverJob
	err = t.from.run.Query(ctx, selectWaiting, nil, func(row *sql.Rows) error {
		var j service.DeliverJob
		var notBefore sql.NullInt64
		err := row.Scan((*string)(&j.Dealer), (*string)(&j.Validation), &notBefore)
		j.NotBefore = fromNull(notBefore)
		waiting = append(waiting, j)
		return err
	})
	if err != nil {
		return err
	}
	t.result.Jobs = len(waiting)
	err = t.to.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		for _, j := range waiting {
			if err := tx.Enqueue(ctx, j); err != nil {
				return err
			}
		}
		if err := placeAll(ctx, tx); err != nil {
			return err
		}
		if err := tx.SetSecretFingerprint(ctx, mark); err != nil {
			return err
		}
		_, err := tx.(*transaction).run.Exec(ctx, updateFilling, nil)
		return err
	})
	return forOperator(err)
}

const selectWaiting = `SELECT dealer_id, validation_id, not_before FROM validations WHERE status = 'queued' ORDER BY dealer_id, validation_id`

// placeAll gives positions to the lines of the audit that had none in the source.
func placeAll(ctx context.Context, tx service.Tx) error {
	dealers, err := tx.DealersWithUnplacedAudit(ctx)
	for i := 0; err == nil && i < len(dealers); i++ {
		_, err = tx.PlaceAudit(ctx, dealers[i], math.MaxInt32)
	}
	return err
}
