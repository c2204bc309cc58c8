// Package formats reads and writes the files in which people keep lists: CSV, .xlsx and JSON lines. It knows rows, columns and
// the names of columns, and nothing of the rules for what a cell may contain.
//
// Open recognises the format, the encoding and the separator of a file, and returns its Rows. Rows.Map says which field each
// column is read into. Mapping.Read returns the fields of one row. CSVWriter and WriteJSONLine write.
//
// # Errors
//
// Where the file itself is wrong, reading ends with a FileError, which names the place and what to do. What is wrong with one
// cell is a CellError of its row, and reading goes on.
//
// # Which cells are empty
//
// A cell is empty if it contains nothing but white space, or one of: NULL (in capitals, since it is also a name), \N, n/a and
// #n/a in any case, and hyphens or dashes alone. In JSON lines only "" and null are empty; in an export of
// Rollcall a hyphen that it wrote is none. An empty row has only empty cells, and is skipped; so is a row that repeats the header.
package formats
