package formats_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"example.org/rollcall/internal/formats"
)

// read returns the rows of a file as text: the line, then the values, separated by |.
func read(t *testing.T, file string) ([]string, error) {
	t.Helper()
	rows, err := formats.Open(strings.NewReader(file), formats.Options{})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var got []string
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return append([]string{strings.Join(rows.Columns(), "|")}, got...), nil
		}
		if err != nil {
			return got, err
		}
		var values []string
		for i := range max(len(row.Cells), len(rows.Columns())) {
			values = append(values, row.Value(i))
		}
		text := fmt.Sprintf("%d: %s", row.Line, strings.Join(values, "|"))
		for _, e := range row.Errors {
			text += fmt.Sprintf(" !%d %s", e.Column, e.Code)
		}
		got = append(got, text)
	}
}

func inUTF16(text string, little, mark bool) string {
	var b strings.Builder
	if mark {
		text = "\ufeff" + text
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		if little {
			b.WriteString(string([]byte{byte(unit), byte(unit >> 8)}))
		} else {
			b.WriteString(string([]byte{byte(unit >> 8), byte(unit)}))
		}
	}
	return b.String()
}

const plain = "name,city\nZoë Łuk,Köln\nBob,\"Bath, Somerset\"\n"

var wantPlain = []string{"name|city", "2: Zoë Łuk|Köln", "3: Bob|Bath, Somerset"}
var latin = []string{"name|city", "2: Zoë|Köln – “5€”"}

var shapes = []struct {
	name, file string
	want       []string
}{
	{"commas", plain, wantPlain},
	{"a byte order mark", "\ufeff" + plain, wantPlain},
	{"UTF-16, little end first", inUTF16(plain, true, true), wantPlain},
	{"UTF-16, big end first", inUTF16(plain, false, true), wantPlain},
	{"UTF-16, little end first, without a mark", inUTF16(plain, true, false), wantPlain},
	{"UTF-16, big end first, without a mark", inUTF16(plain, false, false), wantPlain},
	{"Windows-1252", "name,city\nZo\xeb,K\xf6ln \x96 \x935\x80\x94\n", latin},
	{"Windows-1252 in the last byte", "name\nZo\xeb", []string{"name", "2: Zoë"}},
	{"UTF-8 with the bytes of the same", "name,city\nZoë,Köln – “5€”\n", latin},
	{"lines that end with CRLF", strings.ReplaceAll(plain, "\n", "\r\n"), wantPlain},
	{"lines that end with a bare CR", strings.ReplaceAll(plain, "\n", "\r"), wantPlain},
	{"no end of the last line", strings.TrimSuffix(plain, "\n"), wantPlain},
	{"semicolons", "name;city\nZoë Łuk;Köln\nBob;Bath, Somerset\n", wantPlain},
	{"tabs", "name\tcity\nZoë Łuk\tKöln\nBob\tBath, Somerset\n", wantPlain},
	{"vertical bars", "name|city\nZoë Łuk|Köln\nBob|Bath, Somerset\n", wantPlain},
	{"semicolons with commas in every row", "a;b;c\n1,5;2,5;3\n4,5;5,5;6\n", []string{"a|b|c", "2: 1,5|2,5|3", "3: 4,5|5,5|6"}},
	{"a comma in a header of semicolons", "name, first;city;zip\nLee, Ann;Bath;1\nDow;Ely;2\n", []string{"name, first|city|zip", "2: Lee, Ann|Bath|1", "3: Dow|Ely|2"}},
	{"a line that gives the separator", "sep=|\r\nname|city\r\nA,B;C,D|E\r\n", []string{"name|city", "3: A,B;C,D|E"}},
	{"a quoted line that gives the separator", "\"sep=;\"\nname;city\nA;B\n", []string{"name|city", "3: A|B"}},
	{"one column", "name\nA\nB, C\n", []string{"name", "2: A", "3: B|C !1 no_column"}},
	{"quotes within quotes", "a,b\n\"say \"\"hi\"\"\",c\n", []string{"a|b", "2: say \"hi\"|c"}},
	{"quotes within a cell", "a,b\nBob \"Bo\" Lee,c\n\"Bob \"Bo\" Lee\",c\n", []string{"a|b", "2: Bob \"Bo\" Lee|c", "3: Bob \"Bo\" Lee|c"}},
	{"a space before a quote", "a, b\n1, \"2, 3\"\n", []string{"a|b", "2: 1|2, 3"}},
	{"line breaks in a cell", "a,b\n\"1\n2\",x\n3,y\n", []string{"a|b", "2: 1\n2|x", "4: 3|y"}},
	{"line breaks in a cell, CRLF", "a,b\r\n\"1\r\n2\",x\r\n3,y\r\n", []string{"a|b", "2: 1\n2|x", "4: 3|y"}},
	{"line breaks in a cell, bare CR", "a,b\r\"1\r2\",x\r3,y\r", []string{"a|b", "2: 1\r2|x", "4: 3|y"}},
	{"empty lines and rows", "\n\n,,\na,b,\n\n , \n1,2\n\n,\n3,4", []string{"a|b|", "7: 1|2|", "10: 3|4|"}},
	{"the header again", "a,b\n1,2\na,b\n3,4\na,b,,\n", []string{"a|b", "2: 1|2", "4: 3|4"}},
	{"rows that are too short or too long", "a,b,c\n1\n1,2,3,,\n1,2,3,4\n", []string{"a|b|c", "2: 1||", "3: 1|2|3||", "4: 1|2|3|4 !3 no_column"}},
	{"a column without a name", "a,,c\n1,,3\n1,2,3\n", []string{"a||c", "2: 1||3", "3: 1|2|3 !1 no_column"}},
	{"words for empty", "a,b,c,d,e,f,g\nNULL,n/a,#N/A,-,---,\\N,\u00a0\nNull,null,NA,-1,none,.,N/A.\n",
		[]string{"a|b|c|d|e|f|g", "3: Null|null|NA|-1|none|.|N/A."}},
	{"numbers that a spreadsheet shortened", "name,phone\nA,1.20256E+10\nB,\"4,42071E+11\"\nC,12E5\nD,1e10\n",
		[]string{"name|phone", "2: A|1.20256E+10 !1 spreadsheet_number", "3: B|4,42071E+11 !1 spreadsheet_number", "4: C|12E5", "5: D|1e10"}},
	{"digits as a formula", "a,b\n=\"00501\",\"=\"\"+1 202 555 0147\"\"\"\n=\"n/a\",=A1\n", []string{"a|b", "2: 00501|+1 202 555 0147", "3: |=A1"}},
	{"a file appended to another", "\ufeffa,é\n1,2\n\ufeffa,é\n3,4\n", []string{"a|é", "2: 1|2", "4: 3|4"}},
	{"our export", "name,phone,rollcall_export\n'=A,'+1 202 555 0147,\n''t Hooft,''=,\n'Bo,'-,\n x ,'\n",
		[]string{"name|phone|rollcall_export", "2: =A|+1 202 555 0147|", "3: 't Hooft|'=|", "4: 'Bo|-|", "5: x |'|"}},
	{"quotes in front in another file", "name,phone\n'=A,'+1 202 555 0147\n", []string{"name|phone", "2: '=A|'+1 202 555 0147"}},
	{"JSON lines", "{\"name\":\"A\",\"n\":12025550147,\"x\":{\"y\":[1.50,{\"z\":true}]},\"e\":[]}\n\n{\"n\":1e3,\"late\":\"NULL\",\"name\":null}\r\n{}\n",
		[]string{"name|n|x.y.1|x.y.2.z|late", "1: A|12025550147|1.50|true|", "3: |1e3|||NULL"}},
	{"JSON lines with a mark", "\ufeff  {\"a\":\"é\"}", []string{"a", "1: é"}},
	{"JSON lines in UTF-16", inUTF16("{\"a\":\"é\"}\n", true, true), []string{"a", "1: é"}},
}

func TestShapesOfFiles(t *testing.T) {
	for _, c := range shapes {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(t, c.file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%q\nwant\n%q", got, c.want)
			}
		})
	}
}
