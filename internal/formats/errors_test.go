package formats_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"example.org/rollcall/internal/formats"
)

// failure returns the error with which reading a file ends, after the number of rows before it.
func failure(t *testing.T, r io.Reader, o formats.Options) (rows int, err error) {
	t.Helper()
	file, err := formats.Open(r, o)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	for {
		if _, err = file.Next(); errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows++
	}
}

const adviceSave = "; save it as .xlsx or as CSV in UTF-8"
const adviceEncoding = "; save the whole file in one encoding (in Excel: “CSV UTF-8”)"

var wrongFiles = []struct {
	name, file string
	rows       int
	problem    formats.Problem
	want       string
}{
	{"nothing", "", 0, formats.Empty, "the file is empty; its first row must name the columns"},
	{"only white space", "\r\n \n,,\n", 0, formats.Empty, "the file is empty; its first row must name the columns"},
	{"only a byte order mark", "\ufeff", 0, formats.Empty, "the file is empty; its first row must name the columns"},
	{"an old Excel file", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", 0, formats.NotText, "this is an old Excel file (.xls), or one with a password" + adviceSave},
	{"a PDF", "%PDF-1.7\n", 0, formats.NotText, "this is a PDF; export the list as .xlsx or CSV"},
	{"HTML named .xls", "\r\n<html><table>", 0, formats.NotText, "this is HTML or XML, even if its name ends with .xls" + adviceSave},
	{"vCards", "BEGIN:VCARD\r\nVERSION:3.0\r\n", 0, formats.NotText, "these are vCards; export the contacts as CSV"},
	{"gzip", zipped("name\nA\n"), 0, formats.NotText, "this file is compressed; unpack it first"},
	{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 0, formats.NotText,
		"line 3: this is not text, but data of another program; save it as CSV in UTF-8 or as .xlsx"},
	{"a zero byte", "name,city\nA,B\nC,D\x00E\n", 0, formats.NotText,
		"line 3: this is not text, but data of another program; save it as CSV in UTF-8 or as .xlsx"},
	{"an archive of something else", archive("list.txt", "name\nA\n"), 0, formats.NotText,
		"this archive is not an .xlsx file; save the list as .xlsx or as CSV in UTF-8"},
	{"half an archive", archive("list.txt", "name\nA\n")[:60], 0, formats.NotText,
		"this .xlsx file is damaged; open it in a spreadsheet and save it again"},
	{"an .xlsx file without content", archive("xl/workbook.xml", "<workbook/>"), 0, formats.NotText,
		"this .xlsx file cannot be read; open it in a spreadsheet and save it again"},
	{"no header", "Ann,Lee,+1 202 555 0147\n", 0, formats.NoHeader,
		"line 1, column 3: this is a value; put a row above that names the columns, such as first_name,last_name,phone"},
	{"no header, but a mailbox", "\nann@example.org;Ann\n", 0, formats.NoHeader,
		"line 2, column 1: this is a value; put a row above that names the columns, such as first_name,last_name,phone"},
	{"two columns with one name", "name,Cell Phone,city,cell-phone\nA,1,B,2\n", 0, formats.DuplicateColumn,
		`line 1, column 4: column 2 has the same name, "cell-phone"; rename one`},
	{"Windows-1252 after UTF-8", "name,city\nZoë,A\nMaël,B\nChloé,Orl\xe9ans\n", 2, formats.BadEncoding,
		"line 4, column 2: this is not UTF-8, and the rest is" + adviceEncoding},
	{"UTF-8 after Windows-1252", "name,city\nZo\xeb,A\nMa\xebl,B\nChloé,C\n", 2, formats.BadEncoding,
		"line 4, column 1: this is UTF-8, and the rest is Windows-1252" + adviceEncoding},
	{"a byte without meaning", "name\nZo\xeb\nA\x81\n", 1, formats.BadEncoding,
		"line 3, column 1: a byte has no meaning in Windows-1252" + adviceEncoding},
	{"half a character of UTF-16", inUTF16("name\nZoë\n", true, true) + "\x41", 1, formats.BadEncoding,
		"line 3, column 1: this is not UTF-16, and the rest is" + adviceEncoding},
	{"a quote without an end", "name,city\nA,B\n\nC,\"D\nE,F\n", 1, formats.OpenQuote,
		"line 4, column 2: the quote that begins here has no end; add it, or remove this one"},
	{"a quote without an end, and long", "name\nA\n\"B\n" + strings.Repeat("line\n", 8000), 1, formats.CellTooLong,
		"line 3, column 1: the quoted cell that begins here is longer than 32 KiB; end it with a quote, or shorten it"},
	{"a space after a quoted cell", "name,city\n\"A\" ,B\n\"C\",D\n", 0, formats.OpenQuote,
		"line 2, column 1: the quoted cell that begins here ends in another line, and has a quote that is not doubled; " +
			"write \"\" for a quote within it, and nothing between its last quote and the separator"},
	{"10,000 columns", strings.Repeat("a,", 9_999) + "a\n", 0, formats.TooManyColumns,
		"line 1, column 501: there are more than 500 columns; remove the ones you do not need"},
	{"a cell of 1 MB", "name,city\nA,B\nC," + strings.Repeat("x", 1_000_000) + "\n", 1, formats.CellTooLong,
		"line 3, column 2: this cell is longer than 32 KiB; shorten it, or check that the file is CSV"},
	{"a line of 1 MB", "name,city\n" + strings.Repeat(strings.Repeat("x", 30_000)+",", 40) + "\n", 0, formats.LineTooLong,
		"line 2, column 35: this line is longer than 1 MiB; check that the file is CSV, with one row a line"},
	{"a JSON array", "[\n {\"a\":1}]", 0, formats.BadJSON, "line 1, column 1: this is a JSON array; write one object a line instead (with jq: jq -c '.[]')"},
	{"JSON over several lines", "{\n\"a\": 1\n}\n", 0, formats.BadJSON,
		"line 1, column 2: this is not JSON lines: the object has no end; each line must be one object"},
	{"JSON with a missing quote", "{\"a\":1}\n{\"a\":x}\n", 1, formats.BadJSON,
		"line 2, column 6: this is not JSON lines: the syntax is wrong; each line must be one object"},
	{"a JSON text on a line", "{\"a\":1}\n\n\"a\"\n", 1, formats.BadJSON,
		"line 3, column 4: this is not JSON lines: this is no object; each line must be one object"},
	{"two objects on a line", "{\"a\":1} {\"a\":2}\n", 0, formats.BadJSON,
		"line 1, column 10: this is not JSON lines: there is more after the object; each line must be one object"},
	{"a JSON name twice", "{\"a\":{\"b\":1},\"a.b\":2}\n", 0, formats.BadJSON,
		"line 1, column 21: this is not JSON lines: the object has the name \"a.b\" twice; each line must be one object"},
	{"deep JSON", "{\"a\":" + strings.Repeat("[", 50_000) + "\n", 0, formats.BadJSON,
		"line 1, column 14: this is not JSON lines: it is nested deeper than 8 levels; each line must be one object"},
	{"a JSON value of 1 MB", "{\"a\":\"" + strings.Repeat("x", 1_000_000) + "\"}\n", 0, formats.CellTooLong,
		"line 1, column 1000007: this value is longer than 32 KiB; shorten it"},
	{"a JSON line of 2 MB", "{\"a\":1}\n{\"a\":\"" + strings.Repeat("x", 2_000_000) + "\"}\n", 1, formats.LineTooLong,
		"line 2: this line is longer than 1 MiB; write one object a line"},
	{"501 JSON names", manyNames(501), 500, formats.TooManyColumns,
		"line 501: there are more than 500 names; remove the ones you do not need"},
}

func TestFilesThatAreWrong(t *testing.T) {
	for _, c := range wrongFiles {
		t.Run(c.name, func(t *testing.T) {
			rows, err := failure(t, strings.NewReader(c.file), formats.Options{})
			var file *formats.FileError
			if !errors.As(err, &file) {
				t.Fatalf("got %v, want a FileError", err)
			}
			if file.Problem != c.problem || err.Error() != c.want || rows != c.rows {
				t.Errorf("%s after %d rows:\n%v\nwant %s after %d:\n%s", file.Problem, rows, err, c.problem, c.rows, c.want)
			}
		})
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func archive(name, text string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	part, err := w.Create(name)
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return b.String()
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{\"name %d\":1}\n", i)
	}
	return b.String()
}

// repeated yields a text again and again, up to a number of bytes.
type repeated struct {
	head, text string
	at, left   int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && r.left > 0 {
		if r.head != "" {
			n += copy(p[n:], r.head)
			r.head = ""
			continue
		}
		c := copy(p[n:], r.text[r.at:])
		n, r.at, r.left = n+c, (r.at+c)%len(r.text), r.left-c
	}
	return n, nil
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	size := 200 << 20
	if testing.Short() {
		size = 40 << 20
	}
	line := "Ann,Lee,+1 202 555 0147,\"" + strings.Repeat("a long note, ", 80) + "\"\r\n"
	for _, c := range []struct{ name, head, text string }{
		{"CSV", "first_name,last_name,phone,note\r\n", line},
		{"JSON lines", "", `{"first_name":"Ann","points":[{"value":"+1 202 555 0147"}],"note":"` + strings.Repeat("a long note, ", 80) + "\"}\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := formats.Open(&repeated{head: c.head, text: c.text, left: size / len(c.text) * len(c.text)}, formats.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			var stats runtime.MemStats
			most, n := uint64(0), 0
			for ; ; n++ {
				_, err := rows.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if n%20_000 == 0 {
					runtime.GC()
					runtime.ReadMemStats(&stats)
					most = max(most, stats.HeapAlloc)
				}
			}
			if n != size/len(c.text) {
				t.Errorf("%d rows, want %d", n, size/len(c.text))
			}
			if most > 24<<20 {
				t.Errorf("the heap grew to %d MiB, want at most 24", most>>20)
			}
		})
	}
}

func TestAFileLargerThanTheLimitIsRefusedWhileItIsRead(t *testing.T) {
	source := &repeated{head: "name\n", text: strings.Repeat("A", 127) + "\n", left: 1 << 30}
	rows, err := failure(t, source, formats.Options{MaxBytes: 4 << 20})
	if want := "the file is larger than 4 MiB; import it in parts"; err == nil || err.Error() != want {
		t.Errorf("got %v after %d rows, want %s", err, rows, want)
	}
	if read := 1<<30 - source.left; read > 6<<20 {
		t.Errorf("%d MiB were read, want at most 6", read>>20)
	}
	if rows, err := failure(t, &repeated{head: "a\n", text: "AAAAAAAAAAAAA\n", left: 4<<20 - 2}, formats.Options{MaxBytes: 4 << 20}); err != nil || rows != 299_593 {
		t.Errorf("a file of the largest size: %d rows, %v; want 299593", rows, err)
	}
}

func TestAGigabyteWithoutALineEndIsRefusedAtOnce(t *testing.T) {
	for _, text := range []string{"x", "x,", "\"", "{", "é", "\xe9"} {
		source := &repeated{head: "name\n", text: text, left: 1 << 30}
		_, err := failure(t, source, formats.Options{})
		var file *formats.FileError
		if !errors.As(err, &file) || file.Line != 2 {
			t.Errorf("%q: got %v, want an error in line 2", text, err)
		}
		if read := 1<<30 - source.left; read > 4<<20 {
			t.Errorf("%q: %d MiB were read, want at most 4", text, read>>20)
		}
	}
}

func TestAnErrorOfTheReaderIsReturned(t *testing.T) {
	broken := errors.New("the disk is gone")
	rows, err := failure(t, io.MultiReader(strings.NewReader("name\nA\nB\n"), failing{broken}), formats.Options{})
	if !errors.Is(err, broken) {
		t.Errorf("got %v after %d rows, want %v", err, rows, broken)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
