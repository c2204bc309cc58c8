package archtest

import (
	"fmt"
	"go/ast"
	"testing"
)

func TestSize(t *testing.T) {
	prove(t, "size", checkSize(limits{file: 30, function: 5, main: 10}))
	hold(t, checkSize(limits{file: 500, function: 60, main: 20}))
}

// limits are the most lines of a file, of a function from its `func` to its closing brace, and of a file below cmd.
type limits struct{ file, function, main int }

func checkSize(most limits) check {
	return func(t tree) []finding {
		var found []finding
		for _, f := range t.written() {
			if f.lines > most.file {
				found = append(found, finding{f.path, f.lines, overLong(f.lines, most.file, "file: split it by what its parts are about")})
			}
			if root, _ := roomOf(f.dir); root == "cmd/rollcall" && !f.test && f.lines > most.main {
				found = append(found, finding{f.path, f.lines, overLong(f.lines, most.main, "file of cmd/rollcall: let internal/cli do the work")})
			}
			ast.Inspect(f.ast, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.FuncDecl, *ast.FuncLit:
				default:
					return true
				}
				lines := t.fset.Position(n.End()).Line - t.fset.Position(n.Pos()).Line + 1
				if lines > most.function {
					found = append(found, t.at(f, n.Pos(), "%s", overLong(lines, most.function, "function: give its steps names of their own")))
				}
				return false
			})
		}
		return found
	}
}

func overLong(lines, most int, what string) string {
	return fmt.Sprintf("%d lines, at most %d for a %s", lines, most, what)
}
