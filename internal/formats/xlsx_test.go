package formats_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"example.org/rollcall/internal/formats"
)

// workbook returns an .xlsx file whose first sheet has the rows, and a second sheet.
func workbook(t *testing.T, fill func(f *excelize.File, sheet string)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f, "Sheet1")
	if _, err := f.NewSheet("Notes"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetSheetRow("Notes", "A1", &[]any{"not", "read"}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// parts returns an .xlsx file with a sheet, as its XML.
func parts(t *testing.T, sheet io.Reader, more map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	files := map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="List" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	}
	for name, text := range more {
		files[name] = text
	}
	for name, text := range files {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(part, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.Create("xl/worksheets/sheet1.xml")
	if err == nil {
		_, err = io.Copy(part, io.MultiReader(strings.NewReader(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`),
			sheet, strings.NewReader(`</sheetData></worksheet>`)))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheFirstSheetOfAWorkbookIsReadAsShown(t *testing.T) {
	file := workbook(t, func(f *excelize.File, sheet string) {
		date, err := f.NewStyle(&excelize.Style{CustomNumFmt: new("yyyy-mm-dd")})
		zeros, err2 := f.NewStyle(&excelize.Style{CustomNumFmt: new("00000")})
		science, err3 := f.NewStyle(&excelize.Style{NumFmt: 11})
		if err := errors.Join(err, err2, err3); err != nil {
			t.Fatal(err)
		}
		for i, row := range [][]any{
			2: {"name", "phone", "zip", "since", "note"},
			3: {"Zoë", 12025550147, 2108, time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), true},
			4: {"Bob", 442079460147.0, 12345, nil, 1.5},
			5: {},
			6: {"Cat", "+1 202 555 0101", "00501", nil, nil, "stray"},
			7: {"Dee", 12025550147, nil, nil, "n/a"},
			8: {"Fay", "1.20256E+10"},
		} {
			if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
		err = errors.Join(f.SetCellStyle(sheet, "C4", "C5", zeros), f.SetCellStyle(sheet, "D4", "D4", date), f.SetCellStyle(sheet, "B8", "B8", science))
		if err != nil {
			t.Fatal(err)
		}
	})
	got, err := read(t, file)
	want := []string{
		"name|phone|zip|since|note",
		"4: Zoë|12025550147|02108|2026-11-26|TRUE",
		"5: Bob|442079460147|12345||1.5",
		"7: Cat|+1 202 555 0101|00501|||stray !5 no_column",
		"8: Dee|12025550147|||",
		"9: Fay|1.20256E+10||| !1 spreadsheet_number",
	}
	if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%v\ngot\n%s\nwant\n%s", err, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestNumbersOfAWorkbookHaveTheDigitsThatAreStored(t *testing.T) {
	got, err := read(t, parts(t, strings.NewReader(
		`<row><c t="inlineStr"><is><t>name</t></is></c><c t="inlineStr"><is><t>phone</t></is></c></row>`+
			`<row r="4"><c r="B4"><v>12025550147</v></c></row>`+
			`<row r="5"><c r="B5"><v>1.2025550147E10</v></c></row>`+
			`<row r="6"><c r="B6"><v>1.2025550147E+10</v></c></row>`+
			`<row r="7"><c r="B7"><v>1.2E+21</v></c></row>`), nil))
	want := []string{"name|phone", "4: |12025550147", "5: |12025550147", "6: |12025550147", "7: |1.2E+21 !1 spreadsheet_number"}
	if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%v\ngot\n%s\nwant\n%s", err, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestHostileWorkbooks(t *testing.T) {
	header := `<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>`
	cell := func(name, text string) string {
		return header + `<row r="2"><c r="` + name + `" t="inlineStr"><is><t>` + text + `</t></is></c></row>`
	}
	many := map[string]string{}
	for i := range 1200 {
		many[fmt.Sprintf("xl/media/%d.xml", i)] = ""
	}
	zeros := func(size int) io.Reader { return io.LimitReader(endless{}, int64(size)) }
	const large = "the .xlsx file is too large when unpacked; save the sheet as CSV in UTF-8 and use that"
	for _, c := range []struct {
		name  string
		sheet io.Reader
		parts map[string]string
		want  string
	}{
		{"a sheet of 160 MiB", zeros(160 << 20), nil, large},
		{"strings of 32 MiB", strings.NewReader(header), map[string]string{"xl/sharedStrings.xml": strings.Repeat("<si/>", 7<<20)}, large},
		{"1,200 parts", strings.NewReader(header), many, "the .xlsx file has more than 1000 parts; copy the sheet into a new file"},
		{"a cell of 1 MB", strings.NewReader(cell("B2", strings.Repeat("x", 1_000_000))), nil,
			"line 2, column 2: this cell is longer than 32 KiB; shorten it"},
		{"16,384 columns", strings.NewReader(cell("XFD2", "x")), nil,
			"line 2, column 501: there are more than 500 columns; remove the ones you do not need"},
		{"a row beyond the last", strings.NewReader(header + `<row r="999999999"><c t="inlineStr"><is><t>x</t></is></c></row>`), nil,
			"line 1: this row of the .xlsx file cannot be read; save the file again, or as CSV in UTF-8"},
		{"no rows", strings.NewReader(""), nil, "the file is empty; its first row must name the columns"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := parts(t, c.sheet, c.parts)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := failure(t, strings.NewReader(file), formats.Options{})
			runtime.ReadMemStats(&after)
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
				t.Errorf("%d MiB were allocated, want at most 64", used>>20)
			}
		})
	}
}

// TestASizeThatLiesIsFound changes the unpacked size that an archive claims.
func TestASizeThatLiesIsFound(t *testing.T) {
	file := []byte(parts(t, io.LimitReader(endless{}, 20<<20), nil))
	name := []byte("xl/worksheets/sheet1.xml")
	at := bytes.LastIndex(file, name) - 46 // the entry of the central directory
	binary.LittleEndian.PutUint32(file[at+24:], 1<<16)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := failure(t, bytes.NewReader(file), formats.Options{})
	runtime.ReadMemStats(&after)
	if want := "this .xlsx file is damaged; open it in a spreadsheet and save it again"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("%d MiB were allocated, want at most 64", used>>20)
	}
}

func TestALargeArchiveIsRefused(t *testing.T) {
	_, err := failure(t, io.MultiReader(strings.NewReader("PK\x03\x04"), io.LimitReader(endless{}, 1<<30)), formats.Options{})
	if want := "the file is larger than 64 MiB; import it in parts"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// endless yields spaces.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
