package formats

import "fmt"

// Problem says what is wrong with a file.
type Problem string

// The problems of a file, the most basic first.
const (
	TooLarge        Problem = "file_too_large"
	NotText         Problem = "not_text"    // neither text nor a spreadsheet that can be read
	Empty           Problem = "file_empty"  // nothing but white space
	NoHeader        Problem = "no_header"   // the first row doesn't name the columns
	DuplicateColumn Problem = "same_column" // two columns have one name
	BadEncoding     Problem = "encoding"    // encodings are mixed, or bytes have no meaning in the file's encoding
	OpenQuote       Problem = "open_quote"  // a quoted cell doesn't end
	TooManyColumns  Problem = "too_many_columns"
	CellTooLong     Problem = "cell_too_long"
	LineTooLong     Problem = "line_too_long"
	BadJSON         Problem = "bad_json" // a line isn't one JSON object
)

// FileError says that a file cannot be read, or not further. Message says what to do about it and never contains a cell's
// value.
type FileError struct {
	Problem Problem
	Line    int // from 1, as an editor or a spreadsheet numbers it; 0: the whole file
	Column  int // from 1, counted in cells; in JSON lines, counted in bytes; 0: the whole line
	Message string
}

func (e *FileError) Error() string {
	switch {
	case e.Line == 0:
		return e.Message
	case e.Column == 0:
		return fmt.Sprintf("line %d: %s", e.Line, e.Message)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// at returns the error with a place, unless it has one or is about the whole file.
func (e *FileError) at(line, column int) *FileError {
	if e.Line == 0 && e.Problem != TooLarge {
		e.Line, e.Column = line, column
	}
	return e
}

// The codes of a CellError.
const (
	SpreadsheetNumber = "spreadsheet_number" // a spreadsheet shortened a long number, as in 1.20256E+10
	NoColumn          = "no_column"          // the value has no column
)

// CellError says that one cell of a row cannot be used. Message completes a sentence that begins with the column's name.
type CellError struct {
	Column  int // index in the row, from 0
	Code    string
	Message string
}
