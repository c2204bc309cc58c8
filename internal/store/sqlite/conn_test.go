package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.org/rollcall/internal/store/engine"
)

// openOne returns a connection that reads.
func openOne(t *testing.T) *conn {
	t.Helper()
	p := openEngine(t).reads
	n, err := p.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.give(n) })
	return n
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	n := openOne(t)
	long := strings.Repeat("é\x00", 40_000)
	for range 2 { // the second time with the memory of the first
		var text, empty, twice, none string
		var raw, noBytes, textAsBytes []byte
		var whole int64
		var number int
		var yes, no bool
		var set, unset sql.NullInt64
		var there, missing sql.NullString
		err := n.QueryRow(t.Context(), `SELECT $2, $1, $2, '', $3, x'', 'text', $4, $5, $6, $7, $8, NULL, $1, NULL`,
			[]any{"short", long, []byte{0, 255}, int64(-1 << 62), 7, true, false, 0},
			&text, &twice, &none, &empty, &raw, &noBytes, &textAsBytes, &whole, &number, &yes, &no, &set, &unset, &there, &missing)
		if err != nil {
			t.Fatal(err)
		}
		if text != long || twice != "short" || none != long || empty != "" || there.String != "short" {
			t.Errorf("texts of %d, %d and %d bytes, %q and %q", len(text), len(twice), len(none), empty, there.String)
		}
		if !bytes.Equal(raw, []byte{0, 255}) || len(noBytes) != 0 || string(textAsBytes) != "text" {
			t.Errorf("bytes %x, %x and %s", raw, noBytes, textAsBytes)
		}
		if whole != -1<<62 || number != 7 || !yes || no {
			t.Errorf("values %d, %d, %t and %t", whole, number, yes, no)
		}
		if !set.Valid || set.Int64 != 0 || unset.Valid || !there.Valid || missing.Valid {
			t.Errorf("values %v, %v, %v and %v", set, unset, there, missing)
		}
	}
	var all [5]any
	err := n.QueryRow(t.Context(), `SELECT $1, $2, 1.5, NULL, $3`, []any{"", nil, 3}, &all[0], &all[1], &all[2], &all[3], &all[4])
	if want := [5]any{"", nil, 1.5, nil, int64(3)}; err != nil || !reflect.DeepEqual(all, want) {
		t.Errorf("got %#v, want %#v, error %v", all, want, err)
	}
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	n := openOne(t)
	for name, dest := range map[string]any{
		"text": new(string), "int64": new(int64), "int": new(int), "bool": new(bool),
	} {
		if err := n.QueryRow(t.Context(), `SELECT NULL`, nil, dest); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	var one int
	if err := n.QueryRow(t.Context(), `SELECT 1, 2`, nil, &one); err == nil {
		t.Error("a column too many is no error")
	}
	if err := n.QueryRow(t.Context(), `SELECT 1 WHERE FALSE`, nil, &one); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("error %v for no row", err)
	}
	if err := n.QueryRow(t.Context(), `SELECT $2`, []any{1}, &one); err == nil {
		t.Error("a missing argument is no error")
	}
	if err := n.QueryRow(t.Context(), `SELECT 1 FROM nowhere`, nil, &one); err == nil || !strings.Contains(err.Error(), "no such table: nowhere") {
		t.Errorf("error %v", err)
	}
	if err := n.QueryRow(t.Context(), `SELECT $1 + 1`, []any{1}, &one); err != nil || one != 2 {
		t.Errorf("%d after all that, error %v", one, err)
	}
}

// A statement may be run while its rows are read, and what it was asked for first stays as it was.
func TestStatementsNest(t *testing.T) {
	t.Parallel()
	n := openOne(t)
	const count = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i, $1 FROM n`
	var got []string
	each := func(prefix string, next func() error) func(engine.Row) error {
		return func(row engine.Row) error {
			var i, text string
			err := row.Scan(&i, &text)
			got = append(got, prefix+i+text)
			return errors.Join(err, next())
		}
	}
	err := n.Query(t.Context(), count, []any{"outer"}, each("", func() error {
		return n.Query(t.Context(), count, []any{"inner, and longer"}, each(" ", func() error { return nil }))
	}))
	if want := "1outer, 1inner"; err != nil || len(got) != 12 || !strings.HasPrefix(strings.Join(got, ","), want) && got[0] != "1outer" ||
		got[4] != "2outer" || got[8] != "3outer" || got[11] != " 3inner, and longer" {
		t.Errorf("got %q, error %v", got, err)
	}
	if prepared := n.prepared[count]; len(n.prepared) == 0 || prepared.running {
		t.Error("the statement still runs")
	}
}

func TestALongStatementEndsWithItsContext(t *testing.T) {
	t.Parallel()
	n := openOne(t)
	ctx, cancel := context.WithCancel(t.Context())
	const endless = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i = $1 OR i < 0`
	err := n.Query(ctx, endless, []any{1}, func(engine.Row) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	var one int
	if err := n.QueryRow(t.Context(), `SELECT 1`, nil, &one); err != nil || one != 1 {
		t.Errorf("then %d, error %v", one, err)
	}
}

func TestNothingIsReadOnceClosed(t *testing.T) {
	t.Parallel()
	p := openEngine(t).reads
	n, err := p.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	go func() {
		p.close()
		close(closed)
	}()
	<-p.closing
	var one int
	for err == nil { // what came before is still done
		err = p.QueryRow(t.Context(), `SELECT 1`, nil, &one)
	}
	if !errors.Is(err, sql.ErrConnDone) {
		t.Errorf("error %v", err)
	}
	if err := n.QueryRow(t.Context(), `SELECT 1`, nil, &one); err != nil {
		t.Errorf("what runs: %v", err)
	}
	select {
	case <-closed:
		t.Error("closed during a read")
	default:
	}
	p.give(n)
	<-closed
}
