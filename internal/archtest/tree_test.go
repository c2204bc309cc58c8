package archtest

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// tree is a module's files, read once and looked at by every rule.
type tree struct {
	root   string // its folder on this machine
	module string // the path that its packages are imported under
	files  []string
	code   []*goFile
	fset   *token.FileSet
}

// goFile is one Go file; paths are relative to the tree's root, with slashes.
type goFile struct {
	path      string
	dir       string
	ast       *ast.File
	lines     int
	generated bool
	test      bool
}

// finding is one place where a rule is broken; its text says what to do.
type finding struct {
	file string
	line int
	text string
}

func (f finding) String() string { return fmt.Sprintf("%s:%d: %s", f.file, f.line, f.text) }

// check is a rule as it is run over a tree.
type check func(tree) []finding

// hold fails the test for each place of the real tree that breaks the rule.
func hold(t *testing.T, rule check) {
	t.Run("tree", func(t *testing.T) {
		real, err := realTree()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range rule(real) {
			t.Error(f)
		}
	})
}

// prove fails the test unless the rule finds, in the tree testdata/<name>, what testdata/<name>.want lists.
func prove(t *testing.T, name string, rule check) {
	t.Run("proof", func(t *testing.T) {
		root := filepath.Join("testdata", name)
		small, err := load(root, "example.org/fixture")
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(root + ".want")
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, f := range sorted(rule(small)) {
			fmt.Fprintln(&got, f)
		}
		if got.String() != string(want) {
			t.Errorf("found in %s:\n%s\nwant, as in %s.want:\n%s", root, got.String(), root, want)
		}
	})
}

func sorted(found []finding) []finding {
	slices.SortFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.text, b.text))
	})
	return found
}

// realTree is the module that holds this package.
var realTree = sync.OnceValues(func() (tree, error) {
	root, err := moduleRoot()
	if err != nil {
		return tree{}, err
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return tree{}, err
	}
	line, _, _ := strings.Cut(string(mod), "\n")
	module, found := strings.CutPrefix(strings.TrimSpace(line), "module ")
	if !found {
		return tree{}, fmt.Errorf("go.mod: the first line must name the module, not %q", line)
	}
	return load(root, module)
})

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above this package")
		}
		dir = parent
	}
}

// passed tells what is no part of the tree: the history, what builds leave behind, and the trees that break rules.
func passed(name string) bool {
	switch path.Base(name) {
	case ".git", "dist", "node_modules":
		return true
	}
	return name == "internal/archtest/testdata" || strings.HasSuffix(name, "/testdata/fuzz")
}

func load(root, module string) (tree, error) {
	t := tree{root: root, module: module, fset: token.NewFileSet()}
	err := filepath.WalkDir(root, func(full string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, full)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		switch {
		case entry.IsDir() && passed(name):
			return filepath.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		t.files = append(t.files, name)
		if !isCode(name) {
			return nil
		}
		file, err := t.parse(name)
		if err != nil {
			return fmt.Errorf("a Go file that cannot be read: %w", err)
		}
		t.code = append(t.code, file)
		return nil
	})
	return t, err
}

// isCode reports whether the go tool builds the file.
func isCode(name string) bool {
	if path.Ext(name) != ".go" {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "testdata" || strings.HasPrefix(part, ".") || strings.HasPrefix(part, "_") {
			return false
		}
	}
	return true
}

func (t tree) parse(name string) (*goFile, error) {
	source, err := t.read(name)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.ParseFile(t.fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	lines := bytes.Count(source, []byte("\n"))
	if len(source) > 0 && source[len(source)-1] != '\n' {
		lines++
	}
	return &goFile{
		path:      name,
		dir:       path.Dir(name),
		ast:       parsed,
		lines:     lines,
		generated: strings.HasSuffix(name, "_gen.go") || ast.IsGenerated(parsed),
		test:      strings.HasSuffix(name, "_test.go"),
	}, nil
}

func (t tree) read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(t.root, filepath.FromSlash(name)))
}

// written gives the Go files that people write.
func (t tree) written() []*goFile {
	return slices.DeleteFunc(slices.Clone(t.code), func(f *goFile) bool { return f.generated })
}
