package upkeep

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"

	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/engine"
)

// keyOf returns the key of a row.
func keyOf(t store.Table, columns []column, row []any) []any {
	key := make([]any, len(t.Key))
	for i, name := range t.Key {
		key[i] = row[slices.IndexFunc(columns, func(c column) bool { return c.name == name })]
	}
	return key
}

// column is a column of the target.
type column struct {
	name    string
	boolean bool // a boolean, which SQLite stores as a number
}

// convert returns a value of the source as the target stores it.
func (c column) convert(value any) any {
	n, number := value.(int64)
	if c.boolean && number {
		return n != 0
	}
	return value
}

// text returns a value as a text that is the same on both engines.
func (c column) text(value any) string {
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
func columnsOf(ctx context.Context, e engine.Engine, table string) (columns []column, err error) {
	err = e.Reads().Query(ctx, e.Dialect().Columns, []any{table}, func(row engine.Row) error {
		var c column
		err := row.Scan(&c.name, &c.boolean)
		columns = append(columns, c)
		return err
	})
	return columns, err
}
