package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// transferTable is a table that Transfer copies, with the columns that order its rows.
type transferTable struct {
	name string
	key  []string
}

// keyOf returns the key of a row.
func (t transferTable) keyOf(columns []columnOf, row []any) []any {
	key := make([]any, len(t.key))
	for i, name := range t.key {
		key[i] = row[slices.IndexFunc(columns, func(c columnOf) bool { return c.name == name })]
	}
	return key
}

// transferTables lists what is copied, each table before those that refer to it. A test holds it against the catalogue.
func transferTables() []transferTable {
	return []transferTable{
		{"dealers", []string{"dealer_id"}},
		{"dealer_settings", []string{"dealer_id"}},
		{"dealer_branding", []string{"dealer_id"}},
		{"api_keys", []string{"dealer_id", "key_id"}},
		{"sites", []string{"dealer_id", "site_id"}},
		{"contacts", []string{"dealer_id", "site_id", "seq"}},
		{"former_points", []string{"dealer_id", "site_id", "contact_seq", "key_hash"}},
		{"validations", []string{"dealer_id", "validation_id"}},
		{"validation_events", []string{"dealer_id", "validation_id", "seq"}},
		{"captured_messages", []string{"dealer_id", "seq"}},
		{"audit_lines", []string{"dealer_id", "site_id", "seq"}},
		{"audit_heads", []string{"dealer_id", "site_id"}},
		{"idempotency_records", []string{"dealer_id", "operation", "key"}},
		{"suppressions", []string{"dealer_id", "suppression_id"}},
		{"opt_outs", []string{"value_hash"}},
		{"inbound_messages", []string{"ref_hash"}},
		{"number_counts", []string{"number_hash"}},
		{"message_heads", []string{"dealer_id"}},
		{"message_counts", []string{"dealer_id", "seq"}},
		{"country_counts", []string{"dealer_id", "country", "range_hash", "hour"}},
	}
}

// keyOrder returns the columns of the key of a table, with commas between.
func keyOrder(table string) string {
	all := transferTables()
	return strings.Join(all[slices.IndexFunc(all, func(t transferTable) bool { return t.name == table })].key, `, `)
}

// columnOf is a column of the target.
type columnOf struct {
	name string
	yes  bool // it holds TRUE or FALSE, which SQLite keeps as numbers
}

// keep returns a value of the source as the target keeps it.
func (c columnOf) keep(value any) any {
	n, number := value.(int64)
	if c.yes && number {
		return n != 0
	}
	return value
}

// text returns a value as a text that is the same on both engines.
func (c columnOf) text(value any) string {
	switch v := value.(type) {
	case nil:
		return "-"
	case bool:
		if v {
			return "1"
		}
		return "0"
	case []byte:
		return "x" + hex.EncodeToString(v)
	case string:
		return fmt.Sprintf("s%d:%s", len(v), v)
	}
	return fmt.Sprint(value)
}

// columnsOf returns the columns of a table, in their order.
func columnsOf(ctx context.Context, r reader, table string) (columns []columnOf, err error) {
	err = r.run.Query(ctx, r.columns, []any{table}, func(row *sql.Rows) error {
		var c columnOf
		err := row.Scan(&c.name, &c.yes)
		columns = append(columns, c)
		return err
	})
	return columns, err
}

// pgSource is a database on PostgreSQL that is read at one moment.
type pgSource struct{ db *DB }

const otherServers = `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1`

func openPostgresSource(ctx context.Context, opts Options) (origin, error) {
	opts.Connections, opts.apart = 1, true
	db, err := openPostgres(ctx, opts)
	if err != nil {
		return nil, err
	}
	if err := closedElsewhere(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return pgSource{db}, nil
}

// closedElsewhere returns an error for an operator where a server or a command of Rollcall has a database on PostgreSQL open.
func closedElsewhere(ctx context.Context, db *DB) error {
	e, ok := db.engine.(*postgres)
	if !ok {
		return nil
	}
	var open int
	if err := db.run.QueryRow(ctx, otherServers, []any{applicationName}, &open); err != nil {
		return e.explained(err)
	}
	if open > 0 {
		return &unfit{db.name() + " is open in a server or a command of Rollcall; stop it first"}
	}
	return nil
}

func (s pgSource) moment(ctx context.Context, fn func(reader) error) error {
	version, err := s.db.Version(ctx)
	if err != nil {
		return err
	}
	if version == 0 {
		return &unfit{s.db.name() + " is not a database of Rollcall, or an empty one"}
	}
	return s.db.run.Snapshot(ctx, func(run runner) error {
		return fn(reader{run: run, dialect: s.db.dialect})
	})
}

func (s pgSource) close() error { return s.db.Close() }
