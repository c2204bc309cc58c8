package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// What SQLite keeps beside the file of a database: changes that are not in the file yet, where they are in it, and what
// takes a change back that was cut short.
const (
	logSuffix     = "-wal"
	indexSuffix   = "-shm"
	journalSuffix = "-journal"
)

// filesBeside returns the files that SQLite would take for a part of the database at path.
func filesBeside(path string) []string {
	return []string{path + logSuffix, path + indexSuffix, path + journalSuffix}
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// checkWhole returns an error for an operator where what lies beside the file says that a part was taken away. SQLite
// would go on with what is left, and without a word: it removes the log of a database that is empty.
func checkWhole(path string) error {
	info, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the database cannot be opened: %w", err)
	}
	empty := err != nil || info.Size() == 0
	log, err := os.Stat(path + logSuffix)
	if empty && err == nil && log.Size() > 0 {
		return fmt.Errorf("%s is gone or empty, but %s, with changes that belong to it, is there; put the file back, or move both away and restore a backup",
			path, filepath.Base(path)+logSuffix)
	}
	return nil
}

// checkLog returns an error for an operator where the log was taken away from a database that was not closed. Whoever
// closes a database for the last time removes the log first and the index of it right after, so it is looked at again
// before it counts.
func checkLog(path string) error {
	if isThere(path) && isThere(path+indexSuffix) && !isThere(path+logSuffix) {
		name := filepath.Base(path)
		return fmt.Errorf("%s is gone, and with it the newest changes of %s; put it back, or delete %s to go on without them, or restore a backup",
			path+logSuffix, name, name+indexSuffix)
	}
	return nil
}

// closingTries is how often checkParts looks at a database that another process may be closing.
const closingTries = 10

// checkParts returns an error for an operator if a part of the database at path is missing.
func checkParts(ctx context.Context, path string) error {
	if err := checkWhole(path); err != nil {
		return err
	}
	always := func(error) bool { return true }
	return again(ctx, closingTries, always, func() error { return checkLog(path) })
}

// syncFile makes the content of a file that is closed survive a power cut.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncFolder makes the names in a folder survive a power cut.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" { // it has no such thing
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// newFile makes an empty file beside target, for its owner alone, and returns a function that removes it, and what SQLite
// put beside it.
func newFile(target string) (path string, remove func(), err error) {
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*.part")
	if err != nil {
		return "", nil, err
	}
	path = f.Name()
	remove = func() {
		for _, name := range append(filesBeside(path), path) {
			_ = os.Remove(name)
		}
	}
	if err := f.Close(); err != nil {
		remove()
		return "", nil, err
	}
	return path, remove, nil
}

// errTaken says that there is a file of that name.
var errTaken = errors.New("there is a file of that name")

// publish gives a finished file its name, in one step and durably. Without replace it returns errTaken where the name is
// taken.
func publish(part, target string, replace bool) error {
	if err := syncFile(part); err != nil {
		return err
	}
	if err := rename(part, target, replace); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(target))
}

func rename(part, target string, replace bool) error {
	if replace {
		return os.Rename(part, target)
	}
	err := os.Link(part, target)
	switch {
	case err == nil:
		return os.Remove(part)
	case isThere(target):
		return errTaken
	}
	// A file system without hard links: an empty file takes the name first, which only one process can make.
	empty, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	if err != nil {
		return err
	}
	return errors.Join(empty.Close(), os.Rename(part, target))
}
