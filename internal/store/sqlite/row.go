package sqlite

import (
	"database/sql"
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// bind sets the arguments of a statement.
func (s *statement) bind(args []any) error {
	if n := s.BindCount(); n != len(args) {
		return fmt.Errorf("%d arguments for %d parameters", len(args), n)
	}
	for i, arg := range args {
		var err error
		switch v := arg.(type) {
		case nil:
			err = s.BindNull(i + 1)
		case string:
			err = s.BindText(i+1, v)
		case []byte:
			if v == nil {
				err = s.BindNull(i + 1)
			} else {
				err = s.BindBlob(i+1, v)
			}
		case int64:
			err = s.BindInt64(i+1, v)
		case int:
			err = s.BindInt64(i+1, int64(v))
		case bool:
			err = s.BindBool(i+1, v)
		default:
			err = fmt.Errorf("argument %d has the type %T", i+1, v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Columns implements engine.Row.
func (s *statement) Columns() ([]string, error) {
	names := make([]string, s.ColumnCount())
	for i := range names {
		names[i] = s.ColumnName(i)
	}
	return names, nil
}

// Scan implements engine.Row.
func (s *statement) Scan(dest ...any) error {
	if n := s.ColumnCount(); len(dest) != n {
		return fmt.Errorf("%d columns for %d values", n, len(dest))
	}
	for i := range dest {
		if err := s.scan(i, dest[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *statement) scan(i int, dest any) error {
	kind := s.ColumnType(i)
	null := kind == sqlite3.NULL
	switch d := dest.(type) {
	case *string:
		*d = s.ColumnText(i)
	case *int64:
		*d = s.ColumnInt64(i)
	case *int:
		*d = s.ColumnInt(i)
	case *bool:
		*d = s.ColumnBool(i)
	case *[]byte:
		*d = s.bytes(i, kind)
		return nil
	case *sql.NullInt64:
		*d = sql.NullInt64{Int64: s.ColumnInt64(i), Valid: !null}
		return nil
	case *sql.NullString:
		*d = sql.NullString{String: s.ColumnText(i), Valid: !null}
		return nil
	case *any:
		*d = s.value(i, kind)
		return nil
	default:
		return fmt.Errorf("a column cannot be read into the type %T", dest)
	}
	if null {
		return fmt.Errorf("column %d is NULL", i)
	}
	return nil
}

// bytes returns a copy of a column, nil if it is NULL.
func (s *statement) bytes(i int, kind sqlite3.Datatype) []byte {
	switch kind {
	case sqlite3.NULL:
		return nil
	case sqlite3.BLOB:
		return s.ColumnBlob(i, []byte{})
	}
	return append([]byte{}, s.ColumnRawText(i)...)
}

func (s *statement) value(i int, kind sqlite3.Datatype) any {
	switch kind {
	case sqlite3.INTEGER:
		return s.ColumnInt64(i)
	case sqlite3.FLOAT:
		return s.ColumnFloat(i)
	case sqlite3.TEXT:
		return s.ColumnText(i)
	case sqlite3.BLOB:
		return s.bytes(i, kind)
	}
	return nil
}
