package formats_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/rollcall/internal/formats"
)

func TestAnExportIsGuardedAgainstFormulas(t *testing.T) {
	var b bytes.Buffer
	w, err := formats.NewCSVWriter(&b, []string{"name", "phone"})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]string{{"=1+1", "+1 202 555 0147"}, {"'t Hooft", "-"}, {"@a", "\tb"}, {"\rc", ""}, {"Bo \"B\", Lee", "0"}} {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "name,phone,rollcall_export\n'=1+1,'+1 202 555 0147,\n''t Hooft,'-,\n'@a,'\tb,\n\"'\rc\",,\n\"Bo \"\"B\"\", Lee\",0,\n"
	if b.String() != want {
		t.Errorf("got\n%q\nwant\n%q", b.String(), want)
	}
}

func TestAnExportIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringOfN(rapid.RuneFrom([]rune("=+-@\t\r\n' ,;\"aé1|")), 0, 6, -1)
		table := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 5).Draw(t, "rows")
		var b bytes.Buffer
		w, err := formats.NewCSVWriter(&b, []string{"line", "one", "two", "three"})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range table {
			if err := w.Write(append([]string{"x"}, row...)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		got, err := everyRow(bytes.NewReader(b.Bytes()))
		if err != nil || len(got) != len(table) {
			t.Fatalf("%d rows and %v, want %d", len(got), err, len(table))
		}
		for i, row := range got {
			read := []string{row.Value(1), row.Value(2), row.Value(3)}
			want := slices.Clone(table[i])
			for j, cell := range want {
				// encoding/csv reads CRLF in a cell as LF.
				if want[j] = strings.ReplaceAll(cell, "\r\n", "\n"); strings.TrimSpace(cell) == "" {
					want[j] = ""
				}
			}
			if !slices.Equal(read, want) {
				t.Fatalf("read %q, want %q", read, want)
			}
		}
	})
}

func TestAGuardedLineEndIsReadAsItWasWritten(t *testing.T) {
	var b bytes.Buffer
	w, err := formats.NewCSVWriter(&b, []string{"name"})
	if err == nil {
		err = w.Write([]string{"\r\n=1"})
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	rows, err := everyRow(&b)
	if err != nil || len(rows) != 1 || rows[0].Value(0) != "\n=1" { // encoding/csv reads CRLF in a cell as LF
		t.Errorf("read %v and %v, want one row with a line end and =1", rows, err)
	}
}

func TestJSONLinesAreWrittenWithoutChange(t *testing.T) {
	var b bytes.Buffer
	for _, v := range []any{map[string]string{"name": "=A & <B>\n"}, struct{ N int }{1}} {
		if err := formats.WriteJSONLine(&b, v); err != nil {
			t.Fatal(err)
		}
	}
	if want := "{\"name\":\"=A & <B>\\n\"}\n{\"N\":1}\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	if err := formats.WriteJSONLine(&b, func() {}); err == nil {
		t.Error("a function was written, want an error")
	}
}
