package store

import (
	"context"
	"encoding/hex"
	"slices"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

// Dump implements service.Store.
func (db *DB) Dump(ctx context.Context, dealer rollcall.DealerID, each func(table string, row map[string]any) error) error {
	return db.run.Snapshot(ctx, func(run engine.Runner) error {
		var n int
		if err := run.QueryRow(ctx, `SELECT count(*) FROM dealers WHERE dealer_id = $1`, []any{string(dealer)}, &n); err != nil {
			return db.Failed(err)
		}
		if n == 0 {
			return dealerNotFound()
		}
		if db.NoTimeouts != "" {
			var set string
			if err := run.QueryRow(ctx, db.NoTimeouts, nil, &set, &set); err != nil {
				return db.Failed(err)
			}
		}
		for _, table := range dealerTables() {
			for _, tenant := range []rollcall.DealerID{dealer, dealer.Sandbox()} {
				if err := dumpTable(ctx, run, table, tenant, each); err != nil {
					return db.Failed(err)
				}
			}
		}
		return nil
	})
}

// dumpTable calls each for every row of a dealer or a sandbox in a table.
func dumpTable(ctx context.Context, run engine.Runner, table string, dealer rollcall.DealerID, each func(table string, row map[string]any) error) error {
	query := `SELECT * FROM ` + table + ` WHERE dealer_id = $1 ORDER BY ` + keyOrder(table)
	return run.Query(ctx, query, []any{string(dealer)}, func(rows engine.Row) error {
		row, err := scanRow(rows)
		if err != nil {
			return err
		}
		return each(table, row)
	})
}

// secretColumns are the columns with secrets and their hashes, which a dealer's export leaves out.
var secretColumns = []string{"key_hash", "password_hash", "totp_secret", "recovery_hashes", "token_hash", "secret", "old_secret"}

// scanRow returns the values of a row by column, bytes as hexadecimal digits, except secretColumns.
func scanRow(rows engine.Row) (map[string]any, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values := make([]any, len(columns))
	dest := make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	if err := rows.Scan(dest...); err != nil {
		return nil, err
	}
	row := make(map[string]any, len(columns))
	for i, column := range columns {
		if b, ok := values[i].([]byte); ok {
			values[i] = hex.EncodeToString(b)
		}
		if !slices.Contains(secretColumns, column) {
			row[column] = values[i]
		}
	}
	return row, nil
}
