package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

func TestDocs(t *testing.T) {
	prove(t, "docs", checkDocs)
	hold(t, checkDocs)
}

// plainMethods need no comment: the standard library says what they are for, and a comment would repeat it.
var plainMethods = []string{"Error() string", "Unwrap() error", "String() string"}

func checkDocs(t tree) []finding {
	found := packageDocs(t)
	for _, f := range t.written() {
		if f.test {
			continue
		}
		for _, decl := range f.ast.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				found = append(found, funcDoc(t, f, d)...)
			case *ast.GenDecl:
				found = append(found, groupDocs(t, f, d)...)
			}
		}
	}
	return found
}

// packageDocs wants, for each folder with Go files, one file that people write to say what the package is.
func packageDocs(t tree) []finding {
	first := make(map[string]*goFile)
	documented := make(map[string]bool)
	for _, f := range t.code {
		if first[f.dir] == nil {
			first[f.dir] = f
		}
		if !f.generated && isSentence(f.ast.Doc.Text()) {
			documented[f.dir] = true
		}
	}
	var found []finding
	for dir, f := range first {
		if !documented[dir] {
			found = append(found, t.at(f, f.ast.Package,
				"package %s has no comment that says in a full sentence what it is: write one in %s/doc.go", f.ast.Name.Name, dir))
		}
	}
	return sorted(found)
}

func isSentence(text string) bool {
	paragraph, _, _ := strings.Cut(strings.TrimSpace(text), "\n\n")
	return len(strings.Fields(paragraph)) >= 4 && strings.ContainsAny(paragraph[len(paragraph)-1:], ".!?:")
}

func funcDoc(t tree, f *goFile, d *ast.FuncDecl) []finding {
	if !d.Name.IsExported() || d.Doc.Text() != "" {
		return nil
	}
	if d.Recv == nil {
		return []finding{t.at(f, d.Pos(), "%s has no comment: say what a caller must know", d.Name.Name)}
	}
	receiver := receiverName(d)
	if !token.IsExported(receiver) || isPlain(d) {
		return nil
	}
	return []finding{t.at(f, d.Pos(), "%s.%s has no comment: say what a caller must know", receiver, d.Name.Name)}
}

func receiverName(d *ast.FuncDecl) string {
	if len(d.Recv.List) == 0 {
		return ""
	}
	typ := d.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.ParenExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

func isPlain(d *ast.FuncDecl) bool {
	results := d.Type.Results
	if d.Type.Params.NumFields() != 0 || results.NumFields() != 1 {
		return false
	}
	result, ok := results.List[0].Type.(*ast.Ident)
	return ok && slices.Contains(plainMethods, d.Name.Name+"() "+result.Name)
}

// groupDocs looks at types, constants and variables. For constants and variables in brackets one comment above the
// group is enough; a type always has its own.
func groupDocs(t tree, f *goFile, d *ast.GenDecl) []finding {
	var found []finding
	missing := func(name *ast.Ident) {
		found = append(found, t.at(f, name.Pos(), "%s has no comment: say what a reader must know", name.Name))
	}
	group := d.Doc.Text() != ""
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			own := s.Doc.Text() != "" || group && !d.Lparen.IsValid()
			if s.Name.IsExported() && !own {
				missing(s.Name)
			}
		case *ast.ValueSpec:
			own := s.Doc.Text() != "" || s.Comment.Text() != "" || group
			for _, name := range s.Names {
				if name.IsExported() && !own {
					missing(name)
				}
			}
		}
	}
	return found
}
