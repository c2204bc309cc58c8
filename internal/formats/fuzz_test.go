package formats_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"example.org/rollcall/internal/formats"
)

func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"name\nA\n", "site_id;name\n1;\"A;B\"\n", "\ufeffname,country\r\nA,US\r\n", "name,name\n", "\"", "name\n\"", ",\n,\n", "sep=;\rA;B\r1;2\r",
		"name,street\nA,\"1\r\n2\"\n", "\xff\xfen\x00", "\xfe\xff\x00n\x00\n\x00A", "name\n\xe9\n", "name;\nA;B\n", "a\r\"b\rc\"\r\rd", "é,\xe9\n",
		"{\"a\":1}\n{\"b\":[1,{\"c\":null}]}", "{\"a\":{}}\n\n{\"a\":\"NULL\"}", "[{}]", "PK\x03\x04", "name\n\"a\" b\"\n", "a, \"b\"\n \"c,d\" ,1\n",
		"name,rollcall_export\n'=1,\n''a,\n", "name,phone\nA,1.20256E+10\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		got, err := everyRow(strings.NewReader(file))
		var wrong *formats.FileError
		if err != nil && (!errors.As(err, &wrong) || wrong.Message == "") {
			t.Fatalf("got %v, want a FileError with a message", err)
		}
		last, lines := 0, strings.Count(file, "\n")+strings.Count(file, "\r")+1
		for _, row := range got {
			if !strings.HasPrefix(file, "PK") && (row.Line <= last || row.Line > lines) {
				t.Errorf("row at line %d after line %d of %d, want ascending lines", row.Line, last, lines)
			}
			last = row.Line
		}
		again, err2 := everyRow(iotest.OneByteReader(strings.NewReader(file)))
		if len(again) != len(got) || (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() {
			t.Errorf("in one piece %d rows and %v, byte by byte %d and %v; want the same", len(got), err, len(again), err2)
		}
	})
}

// everyRow returns all rows of a file, mapped as contacts and as sites, and the error that ended it.
func everyRow(r io.Reader) ([]formats.Row, error) {
	rows, err := formats.Open(r, formats.Options{MaxBytes: 1 << 20})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	mapping, err := rows.Map(formats.Contacts(), nil)
	if err != nil {
		return nil, err
	}
	var all []formats.Row
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		mapping.Read(row)
		all = append(all, row)
	}
}
