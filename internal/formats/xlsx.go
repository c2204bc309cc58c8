package formats

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The limits of an .xlsx file, which is a zip archive. Worksheets are read as a stream; other parts are held in memory as
// structures that are larger than their text.
const (
	maxXLSX     = 64 << 20
	maxUnpacked = 128 << 20
	maxPart     = 16 << 20 // of a part other than a worksheet
	maxParts    = 1000
	maxDigits   = 15 // of a number that a spreadsheet stores exactly
)

// xlsxSource reads the first sheet of an .xlsx file. It reads the sheet twice at once: as shown, and the numbers as stored.
type xlsxSource struct {
	file       *excelize.File
	shown, raw *excelize.Rows
	line       int
}

// openXLSX reads the file into memory and opens its first sheet.
func openXLSX(src io.Reader) (*xlsxSource, error) {
	content, err := io.ReadAll(io.LimitReader(src, maxXLSX+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxXLSX {
		return nil, tooLarge(maxXLSX)
	}
	if err := checkZip(content); err != nil {
		return nil, err
	}
	file, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		return nil, damaged("this .xlsx file cannot be read; open it in a spreadsheet and save it again")
	}
	s := &xlsxSource{file: file}
	if err := s.open(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func damaged(message string) error { return &FileError{Problem: NotText, Message: message} }

// checkZip refuses archives that are not .xlsx, damaged, or too large when unpacked.
func checkZip(content []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return damaged("this .xlsx file is damaged; open it in a spreadsheet and save it again")
	}
	var total uint64
	workbook := false
	for _, f := range archive.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, "\\", "/"))
		workbook = workbook || name == "xl/workbook.xml"
		total += f.UncompressedSize64
		if f.UncompressedSize64 > maxUnpacked || total > maxUnpacked ||
			f.UncompressedSize64 > maxPart && !strings.HasPrefix(name, "xl/worksheets/sheet") {
			return &FileError{Problem: TooLarge, Message: "the .xlsx file is too large when unpacked; save the sheet as CSV in UTF-8 and use that"}
		}
	}
	if len(archive.File) > maxParts {
		return &FileError{Problem: TooLarge, Message: fmt.Sprintf("the .xlsx file has more than %d parts; copy the sheet into a new file", maxParts)}
	}
	if !workbook {
		return damaged("this archive is not an .xlsx file; save the list as .xlsx or as CSV in UTF-8")
	}
	for _, f := range archive.File {
		if err := unpack(f); err != nil {
			return damaged("this .xlsx file is damaged; open it in a spreadsheet and save it again")
		}
	}
	return nil
}

// unpack checks a part's size and checksum, which the library for .xlsx does not.
func unpack(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}

func (s *xlsxSource) open() error {
	sheets := s.file.GetSheetList()
	if len(sheets) == 0 {
		return &FileError{Problem: Empty, Message: "the .xlsx file has no sheet"}
	}
	var err error
	if s.shown, err = s.file.Rows(sheets[0]); err == nil {
		s.raw, err = s.file.Rows(sheets[0])
	}
	if err != nil {
		return damaged("the first sheet of the .xlsx file cannot be read; put the list on the first sheet and save the file again")
	}
	return nil
}

func (s *xlsxSource) close() error {
	for _, rows := range []*excelize.Rows{s.shown, s.raw} {
		if rows != nil {
			_ = rows.Close() // returns the error of reading again
		}
	}
	return s.file.Close()
}

func (s *xlsxSource) next() (record, error) {
	s.line++
	if !s.shown.Next() || !s.raw.Next() {
		if s.shown.Error() != nil {
			return record{}, s.broken()
		}
		return record{}, io.EOF
	}
	cells, err := s.shown.Columns()
	if err != nil {
		return record{}, s.broken()
	}
	raw, err := s.raw.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return record{}, s.broken()
	}
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > maxColumns {
		return record{}, &FileError{TooManyColumns, s.line, maxColumns + 1, fmt.Sprintf("there are more than %d columns; remove the ones you do not need", maxColumns)}
	}
	for i, cell := range cells {
		if len(cell) > maxCell {
			return record{}, &FileError{CellTooLong, s.line, i + 1, "this cell is longer than 32 KiB; shorten it"}
		}
		if i < len(raw) {
			cells[i] = exact(cell, raw[i])
		}
	}
	return record{line: s.line, cells: cells}, nil
}

// exact returns the text of a cell, by how it is shown and stored. A number in short form, such as 1.2E+10, is returned with all
// digits if they are stored, and a number with more digits than a spreadsheet stores in short form.
func exact(shown, stored string) string {
	switch {
	case spreadsheetNumber.MatchString(shown) && wholeNumber.MatchString(stored) && len(stored) <= maxDigits:
		return stored
	case spreadsheetNumber.MatchString(stored) && wholeNumber.MatchString(shown) && len(shown) > maxDigits:
		return stored
	}
	return shown
}

var wholeNumber = regexp.MustCompile(`^[0-9]+$`)

func (s *xlsxSource) broken() error {
	return &FileError{NotText, s.line, 0, "this row of the .xlsx file cannot be read; save the file again, or as CSV in UTF-8"}
}
