package archtest

import (
	"bytes"
	"context"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestGeneratedFilesAreFresh runs `go generate ./...` in a copy of the tree, which must change no file: so whatever is
// generated is held to its source, and a new generator needs no new test.
func TestGeneratedFilesAreFresh(t *testing.T) {
	t.Run("proof", func(t *testing.T) {
		var got []string
		for _, f := range stale(t, filepath.Join("testdata", "generated")) {
			got = append(got, f.String())
		}
		want := []string{
			"made.txt:1: generated anew, it is another file: run go generate ./... and commit what it writes",
			"new.txt:1: generated, but not in the tree: run go generate ./... and commit what it writes",
			"old.txt:1: go generate ./... takes it away: remove it from the tree",
		}
		if !slices.Equal(got, want) {
			t.Errorf("stale files:\n%q\nwant:\n%q", got, want)
		}
	})
	t.Run("tree", func(t *testing.T) {
		root, err := moduleRoot()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range stale(t, root) {
			t.Error(f)
		}
	})
}

// stale copies a module, generates in the copy, and gives every file that is not as it was.
func stale(t *testing.T, root string) []finding {
	t.Helper()
	dir := t.TempDir()
	if err := copyTree(root, dir); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	generate(t, dir)
	after := contents(t, dir)
	var found []finding
	for name, text := range after {
		was, known := before[name]
		switch {
		case !known:
			found = append(found, finding{name, 1, "generated, but not in the tree: run go generate ./... and commit what it writes"})
		case !bytes.Equal(was, text):
			found = append(found, finding{name, 1, "generated anew, it is another file: run go generate ./... and commit what it writes"})
		}
	}
	for name := range maps.Keys(before) {
		if _, kept := after[name]; !kept {
			found = append(found, finding{name, 1, "go generate ./... takes it away: remove it from the tree"})
		}
	}
	return sorted(found)
}

func generate(t *testing.T, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "generate", "./...")
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go generate ./...: %v\n%s", err, out)
	}
}

// copyTree copies what is part of the tree; its generators must find there all that they read.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(full string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, full)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case entry.IsDir() && passed(filepath.ToSlash(rel)):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		case !entry.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(full)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}

func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	found := make(map[string][]byte)
	err := filepath.WalkDir(dir, func(full string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, full)
		if err != nil {
			return err
		}
		found[filepath.ToSlash(rel)], err = os.ReadFile(full)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
