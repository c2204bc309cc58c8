package archtest

import (
	"go/ast"
	"path"
	"slices"
	"strconv"
	"testing"
)

func TestCalls(t *testing.T) {
	prove(t, "calls", checkCalls)
	hold(t, checkCalls)
}

// ban is a function of the standard library that is not called everywhere; to pass it on as a value is free.
type ban struct {
	pkg   string
	names []string
	in    []string // the rooms where it is banned; empty: all
	but   []string // the rooms where it is not
	tests bool     // whether tests and kits are held to it too
	why   string
}

var bans = []ban{
	{
		pkg: "time", names: []string{"Now", "Since", "Until"}, in: []string{"internal/rollcall", "internal/store"},
		why: "take the time from the func() time.Time that was handed in",
	},
	{
		pkg: "context", names: []string{"WithValue"}, but: []string{"internal/web", "internal/httpapi", "internal/delivery/smtp"}, tests: true, // x/oauth2 takes its HTTP client so
		why: "pass the value as an argument",
	},
}

func checkCalls(t tree) []finding {
	var found []finding
	for _, f := range t.written() {
		for _, decl := range f.ast.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == "init" {
				found = append(found, t.at(f, d.Pos(), "init() runs unasked: make it a function that app or a test calls"))
			}
		}
		for _, b := range bans {
			if b.binds(f) {
				found = append(found, b.calls(t, f)...)
			}
		}
	}
	return found
}

func (b ban) binds(f *goFile) bool {
	name, row := roomOf(f.dir)
	if !b.tests && (f.test || row.kit) {
		return false
	}
	return (len(b.in) == 0 || among(b.in, name)) && !among(b.but, name)
}

func (b ban) calls(t tree, f *goFile) []finding {
	local := localName(f, b.pkg)
	if local == "" {
		return nil
	}
	var found []finding
	ast.Inspect(f.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		left, ok := selector.X.(*ast.Ident)
		if ok && left.Name == local && slices.Contains(b.names, selector.Sel.Name) {
			found = append(found, t.at(f, call.Pos(), "%s.%s is not called in %s: %s", b.pkg, selector.Sel.Name, f.dir, b.why))
		}
		return true
	})
	return found
}

// localName is what a file calls an imported package, or "" where it does not import it.
func localName(f *goFile, pkg string) string {
	for _, spec := range f.ast.Imports {
		if target, _ := strconv.Unquote(spec.Path.Value); target != pkg {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(pkg)
	}
	return ""
}
