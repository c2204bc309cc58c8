package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
)

// openSame returns a pool whose connections are all to the file that is at path now. Where another one comes in its place
// later, SQLite would take the log of the first for that of the other: it would put what is in it there, and remove it.
func openSame(d *dialect, path, source string) (*sql.DB, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, explain(d, path, err)
	}
	named, err := sql.Open(d.driver, source) // it connects to nothing: it knows the driver
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(sameFile{driver: named.Driver(), source: source, path: path, info: info})
	return pool, named.Close()
}

// sameFile connects to a file for as long as it is the one that it was.
type sameFile struct {
	driver       driver.Driver
	source, path string
	info         os.FileInfo
}

// Connect implements driver.Connector.
func (f sameFile) Connect(context.Context) (driver.Conn, error) {
	info, err := os.Stat(f.path)
	if err == nil && !os.SameFile(info, f.info) {
		err = errors.New("the file was replaced by another")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errTakenAway, err)
	}
	return f.driver.Open(f.source)
}

// Driver implements driver.Connector.
func (f sameFile) Driver() driver.Driver { return f.driver }
