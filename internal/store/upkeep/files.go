package upkeep

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"example.org/rollcall/internal/store/sqlite"
)

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
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

// newFile creates an empty file beside target, readable by its owner alone, and returns a function that removes it and the
// files that SQLite puts beside it.
func newFile(target string) (path string, remove func(), err error) {
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*.part")
	if err != nil {
		return "", nil, err
	}
	path = f.Name()
	remove = func() {
		for _, name := range append(sqlite.FilesBeside(path), path) {
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

// publish renames a finished file to target, in one step and on the disk. Without replace it returns errTaken if there is a
// file of that name.
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
	case exists(target):
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
