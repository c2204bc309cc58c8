package store

import (
	"database/sql"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

// reader implements service.Reader with the statements of one runner: the pool of readers, a snapshot, or a transaction.
type reader struct {
	run engine.Runner
	*engine.Dialect
}

// where builds the condition of a list, its order, and the arguments that go with it.
type where struct {
	text  strings.Builder
	args  []any
	order string
	count string // a statement with args that returns how many rows match; empty: they are counted
}

// param adds an argument and returns its placeholder.
func (w *where) param(arg any) string {
	w.args = append(w.args, arg)
	return "$" + strconv.Itoa(len(w.args))
}

// is adds a condition, where value is not empty.
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

// contains adds, for each term, the condition that the folded text in the column contains it. LIKE is what both engines
// have, and what PostgreSQL could use an index for.
func (w *where) contains(column string, terms []string) {
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	for _, term := range terms {
		w.text.WriteString(" AND " + column + " LIKE " + w.param("%"+escape.Replace(term)+"%") + ` ESCAPE '\'`)
	}
}

// page returns the end of a statement that reads a page, and its arguments.
func (w *where) page(p service.Page) (string, []any) {
	n := len(w.args)
	args := append(w.args[:n:n], p.Limit, p.Offset)
	return " LIMIT $" + strconv.Itoa(n+1) + " OFFSET $" + strconv.Itoa(n+2), args
}

// micros is how times are kept.
func micros(t time.Time) int64 { return t.UnixMicro() }

// orNull is how a time that may be zero is kept.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

func fromNull(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return fromMicros(n.Int64)
}
