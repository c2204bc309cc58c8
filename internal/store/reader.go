package store

import (
	"cmp"
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

// reader implements service.Reader with the statements of one runner: the pool of readers, a snapshot, or a transaction.
type reader struct {
	run engine.Runner
	*engine.Dialect
}

// collect runs a statement and returns what scan reads from each row.
func collect[T any](ctx context.Context, r reader, query string, args []any, scan func(row engine.Row) (T, error)) ([]T, error) {
	var items []T
	err := r.run.Query(ctx, query, args, func(row engine.Row) error {
		item, err := scan(row)
		items = append(items, item)
		return err
	})
	return items, r.Failed(err)
}

// list reads a page, and returns how many rows match on all pages. Without a page it reads all rows. Its error is that of the
// driver.
func list[T any](ctx context.Context, r reader, w *where, columns string, page service.Page, scan func(row engine.Row) (T, error)) (items []T, total int, err error) {
	total, err = w.read(ctx, r, func(found string) string { return `SELECT ` + columns + found }, page, func(row engine.Row) error {
		item, err := scan(row)
		items = append(items, item)
		return err
	})
	if page == (service.Page{}) {
		total = len(items)
	}
	return items, total, err
}

// read calls add with the rows of a page, and returns how many rows match on all pages. Without a page it reads all rows and returns
// 0. query returns the statement for the text of w with its order and limit.
func (w *where) read(ctx context.Context, r reader, query func(found string) string, page service.Page, add func(row engine.Row) error) (total int, err error) {
	found := w.text.String()
	if page == (service.Page{}) {
		return 0, r.run.Query(ctx, query(found+w.order), w.args, add)
	}
	count := cmp.Or(w.count, `SELECT COUNT(*)`+found)
	err = r.run.Snapshot(ctx, func(run engine.Runner) error {
		if err := run.QueryRow(ctx, count, w.args, &total); err != nil || total <= page.Offset {
			return err
		}
		end, args := w.page(page)
		return run.Query(ctx, query(found+w.order+end), args, add)
	})
	return total, err
}

// where builds the condition of a list, its order, and the arguments that go with it.
type where struct {
	text  strings.Builder
	args  []any
	order string
	count string // a statement with args that returns how many rows match; empty: the rows are counted
}

// param adds an argument and returns its placeholder.
func (w *where) param(arg any) string {
	w.args = append(w.args, arg)
	return "$" + strconv.Itoa(len(w.args))
}

// is adds the condition that the column has the value; an empty value adds none.
func (w *where) is(column, value string) {
	if value != "" {
		w.text.WriteString(" AND " + column + " = " + w.param(value))
	}
}

// among adds the condition that the column has one of the values, if there are any.
func among[T ~string](w *where, column string, values []T) {
	if len(values) == 0 {
		return
	}
	params := make([]string, len(values))
	for i, value := range values {
		params[i] = w.param(string(value))
	}
	w.text.WriteString(" AND " + column + " IN (" + strings.Join(params, ", ") + ")")
}

// contains adds, for each term, the condition that the folded text in the column contains it.
func (w *where) contains(column string, terms []string) {
	for _, term := range terms {
		w.text.WriteString(" AND " + column + " LIKE " + w.param("%"+escaped(term)+"%") + ` ESCAPE '\'`)
	}
}

// escaped returns a text as LIKE finds it.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// page returns the end of a statement that reads a page, and its arguments.
func (w *where) page(p service.Page) (string, []any) {
	n := len(w.args)
	args := append(w.args[:n:n], p.Limit, p.Offset)
	return " LIMIT $" + strconv.Itoa(n+1) + " OFFSET $" + strconv.Itoa(n+2), args
}

// micros returns a time as it is stored.
func micros(t time.Time) int64 { return t.UnixMicro() }

// microsOrNull returns a time as it is stored: NULL for the zero time.
func microsOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

// hashOrNull returns a hash as it is stored: NULL for the zero value.
func hashOrNull(h rollcall.Hash) any {
	if h == (rollcall.Hash{}) {
		return nil
	}
	return h[:]
}

// fromNull returns the zero time for NULL.
func fromNull(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return fromMicros(n.Int64)
}
