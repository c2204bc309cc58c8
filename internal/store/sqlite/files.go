package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/rollcall/internal/store/engine"
)

// The files that SQLite keeps beside a database: the write-ahead log, its index, and the rollback journal.
const (
	logSuffix     = "-wal"
	indexSuffix   = "-shm"
	journalSuffix = "-journal"
)

// FilesBeside returns the files that SQLite would take for a part of the database at path.
func FilesBeside(path string) []string {
	return []string{path + logSuffix, path + indexSuffix, path + journalSuffix}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// checkWhole returns an error for an operator if the file is missing or empty and its log is there. SQLite would remove the
// log.
func checkWhole(path string) error {
	info, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the database cannot be opened: %w", err)
	}
	empty := err != nil || info.Size() == 0
	log, err := os.Stat(path + logSuffix)
	if empty && err == nil && log.Size() > 0 {
		return fmt.Errorf("%s is missing or empty, but %s, with changes that belong to it, exists; put the file back, or move both away and restore a backup",
			path, filepath.Base(path)+logSuffix)
	}
	return nil
}

// checkLog returns an error for an operator if the log of a database that was not closed is missing. The last to close a
// database removes the log first and its index right after, so CheckFiles looks again.
func checkLog(path string) error {
	if exists(path) && exists(path+indexSuffix) && !exists(path+logSuffix) {
		name := filepath.Base(path)
		return fmt.Errorf("%s is missing, and with it the newest changes of %s; put it back, or delete %s to go on without them, or restore a backup",
			path+logSuffix, name, name+indexSuffix)
	}
	return nil
}

// closingTries is how often CheckFiles looks at a database that another process may be closing.
const closingTries = 10

// CheckFiles returns an error for an operator if a part of the database at path is missing.
func CheckFiles(ctx context.Context, path string) error {
	if err := checkWhole(path); err != nil {
		return err
	}
	return engine.Retry(ctx, closingTries, engine.Always, func() error { return checkLog(path) })
}
