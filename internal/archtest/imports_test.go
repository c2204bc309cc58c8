package archtest

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestImports(t *testing.T) {
	prove(t, "imports", checkImports)
	hold(t, checkImports)
}

func TestRoomsOfTheTable(t *testing.T) {
	for _, c := range []struct{ dir, want string }{
		{"internal/store", "internal/store"},
		{"internal/store/migrations", "internal/store"},
		{"internal/store/storetest", "internal/store/storetest"},
		{"internal/delivery/smtp", "internal/delivery/smtp"},
		{"internal/delivery/smtp/parts", "internal/delivery/smtp"},
		{"internal/delivery/deliverytest", "internal/delivery/deliverytest"},
		{"internal/storehouse", ""},
		{".", ""},
	} {
		if got, _ := roomOf(c.dir); got != c.want {
			t.Errorf("%s is of room %q, want %q", c.dir, got, c.want)
		}
	}
}

func checkImports(t tree) []finding {
	var found []finding
	for _, f := range t.code {
		name, row := roomOf(f.dir)
		if name == "" {
			found = append(found, t.at(f, f.ast.Package,
				"%s is in no room: give it one, or a row in internal/archtest/rooms_test.go that says what it may import", f.dir))
			continue
		}
		for _, spec := range f.ast.Imports {
			target, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue
			}
			var problem string
			if own, ok := strings.CutPrefix(target, t.module+"/"); ok {
				problem = ownImport(f, name, row, own)
			} else {
				problem = libraryImport(f, name, row, target)
			}
			if problem != "" {
				found = append(found, t.at(f, spec.Pos(), "%s", problem))
			}
		}
	}
	return found
}

// roomOf finds a folder's room: the folder that the row stands for, which differs from row.dir where that has a `*`.
func roomOf(dir string) (string, room) {
	for d := dir; d != "." && d != "/"; d = path.Dir(d) {
		for _, r := range rooms {
			if r.dir == d {
				return d, r
			}
		}
		for _, r := range rooms {
			if match, _ := path.Match(r.dir, d); match {
				return d, r
			}
		}
	}
	return "", room{}
}

func among(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		match, _ := path.Match(p, name)
		return match
	})
}

// ownImport says why a file may not import our own package in folder own, or nothing. A test in package x_test may
// import any room, since it tests its own from outside; one in package x only kits and the contract beyond its room's row.
func ownImport(f *goFile, name string, row room, own string) string {
	target, targetRow := roomOf(own)
	switch {
	case target == "":
		return fmt.Sprintf("%s is in no room of internal/archtest/rooms_test.go: import another package, or add its row", own)
	case target == name || among(row.may, target) && !targetRow.kit:
		return ""
	case targetRow.kit && (f.test || row.kit):
		return ""
	case targetRow.kit:
		return fmt.Sprintf("%s is for tests: import it from a _test.go file alone", target)
	case f.outside(), f.test && target == "api":
		return ""
	case f.test:
		return fmt.Sprintf("%s may not import %s: make this a test of package %s_test, which may", name, target, f.ast.Name.Name)
	}
	return fmt.Sprintf("%s may not import %s: imports point one way, and app hands over what rooms need of each other (the table is internal/archtest/rooms_test.go)", name, target)
}

// libraryImport says why a file may not import a package from elsewhere, or nothing.
func libraryImport(f *goFile, name string, row room, target string) string {
	for _, lib := range libraries {
		if target != lib.path && !strings.HasPrefix(target, lib.path+"/") {
			continue
		}
		if among(lib.never, name) {
			return fmt.Sprintf("%s may not import %s: %s", name, target, lib.why)
		}
		if lib.only != nil && !f.test && !row.kit && !among(lib.only, name) {
			return fmt.Sprintf("%s may not import %s: %s (the table is internal/archtest/rooms_test.go)", name, target, lib.why)
		}
	}
	return ""
}
