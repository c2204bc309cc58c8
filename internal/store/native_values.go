package store

import (
	"database/sql"
	"fmt"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// bind gives the statement its arguments: strings, bytes, integers, booleans, and nil.
func (s *nativeStatement) bind(args []any) error {
	size := 0
	for _, arg := range args {
		switch v := arg.(type) {
		case string:
			size += len(v) + 1
		case []byte:
			size += len(v) + 1
		}
	}
	if err := s.reserve(size); err != nil {
		return err
	}
	var memory []byte
	if size > 0 {
		memory = memoryAt(s.memory, size)
	}
	used := 0
	// keep copies what copied has put into the memory at used, and returns where.
	keep := func(n int) uintptr {
		at := s.memory + uintptr(used)
		used += n + 1 // the bytes of an empty text are there, too: without any it would be NULL
		return at
	}
	for i, number := range s.params {
		if number >= len(args) {
			return fmt.Errorf("there is no argument %d", number+1)
		}
		place := int32(i + 1)
		var code int32
		switch v := args[number].(type) {
		case nil:
			code = lib.Xsqlite3_bind_null(s.tls, s.handle, place)
		case string:
			n := copy(memory[used:], v)
			code = lib.Xsqlite3_bind_text(s.tls, s.handle, place, keep(n), int32(n), lib.SQLITE_STATIC)
		case []byte:
			if v == nil {
				code = lib.Xsqlite3_bind_null(s.tls, s.handle, place)
				break
			}
			n := copy(memory[used:], v)
			code = lib.Xsqlite3_bind_blob(s.tls, s.handle, place, keep(n), int32(n), lib.SQLITE_STATIC)
		case int64:
			code = lib.Xsqlite3_bind_int64(s.tls, s.handle, place, v)
		case int:
			code = lib.Xsqlite3_bind_int64(s.tls, s.handle, place, int64(v))
		case bool:
			code = lib.Xsqlite3_bind_int64(s.tls, s.handle, place, int64(libc.Bool32(v)))
		default:
			return fmt.Errorf("argument %d is of the type %T", number+1, v)
		}
		if code != lib.SQLITE_OK {
			return s.failed(code)
		}
	}
	return nil
}

// columns counts the columns, which change with the tables where a statement returns all that there are.
func (s *nativeStatement) columns() int { return int(lib.Xsqlite3_column_count(s.tls, s.handle)) }

// Columns implements rowScanner.
func (s *nativeStatement) Columns() ([]string, error) {
	names := make([]string, s.columns())
	for i := range names {
		names[i] = libc.GoString(lib.Xsqlite3_column_name(s.tls, s.handle, int32(i)))
	}
	return names, nil
}

// Scan implements rowScanner.
func (s *nativeStatement) Scan(dest ...any) error {
	if n := s.columns(); len(dest) != n {
		return fmt.Errorf("%d columns for %d values", n, len(dest))
	}
	for i := range dest {
		if err := s.scan(int32(i), dest[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *nativeStatement) scan(i int32, dest any) error {
	switch d := dest.(type) {
	case *string:
		// A column that is NULL has no text, and an empty one has.
		at := lib.Xsqlite3_column_text(s.tls, s.handle, i)
		if at == 0 {
			return s.isNull(i)
		}
		*d = string(s.bytes(i, at))
	case *int64:
		*d = lib.Xsqlite3_column_int64(s.tls, s.handle, i)
		if *d == 0 {
			return s.notNull(i)
		}
	case *int:
		*d = int(lib.Xsqlite3_column_int64(s.tls, s.handle, i))
		if *d == 0 {
			return s.notNull(i)
		}
	case *bool:
		*d = lib.Xsqlite3_column_int64(s.tls, s.handle, i) != 0
		if !*d {
			return s.notNull(i)
		}
	case *[]byte:
		*d = nil
		if at := lib.Xsqlite3_column_blob(s.tls, s.handle, i); at != 0 {
			*d = append([]byte(nil), s.bytes(i, at)...)
		} else if lib.Xsqlite3_column_type(s.tls, s.handle, i) == lib.SQLITE_TEXT {
			*d = []byte{} // an empty text is there; the driver made nothing of empty bytes, too
		}
	case *sql.NullInt64:
		d.Int64 = lib.Xsqlite3_column_int64(s.tls, s.handle, i)
		d.Valid = d.Int64 != 0 || s.notNull(i) == nil
	case *sql.NullString:
		at := lib.Xsqlite3_column_text(s.tls, s.handle, i)
		if d.Valid = at != 0; d.Valid {
			d.String = string(s.bytes(i, at))
		} else {
			d.String = ""
		}
	case *any:
		*d = s.value(i)
	default:
		return fmt.Errorf("a column cannot be read into the type %T", dest)
	}
	return nil
}

// bytes returns what lies at the text or the bytes of a column. It is good until the next step.
func (s *nativeStatement) bytes(i int32, at uintptr) []byte {
	return memoryAt(at, int(lib.Xsqlite3_column_bytes(s.tls, s.handle, i)))
}

func (s *nativeStatement) isNull(i int32) error {
	return fmt.Errorf("column %d is NULL", i)
}

// notNull returns an error where the column is NULL.
func (s *nativeStatement) notNull(i int32) error {
	if lib.Xsqlite3_column_type(s.tls, s.handle, i) == lib.SQLITE_NULL {
		return s.isNull(i)
	}
	return nil
}

// value returns a column as it is kept.
func (s *nativeStatement) value(i int32) any {
	switch lib.Xsqlite3_column_type(s.tls, s.handle, i) {
	case lib.SQLITE_INTEGER:
		return lib.Xsqlite3_column_int64(s.tls, s.handle, i)
	case lib.SQLITE_FLOAT:
		return lib.Xsqlite3_column_double(s.tls, s.handle, i)
	case lib.SQLITE_TEXT:
		var text string
		_ = s.scan(i, &text) // it is not NULL
		return text
	case lib.SQLITE_BLOB:
		var bytes []byte
		_ = s.scan(i, &bytes) // as bytes, all can be read
		return bytes
	}
	return nil
}
