package console

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// dotted is the form of an action of the audit, and of some names of fields.
var dotted = regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)

// fieldPrefixes begin names of fields that the use cases have beside actions.
var fieldPrefixes = []string{"attestation.", "options."}

// actionsInSource returns the actions of the audit: the constants of the audit's package, and the texts of that form in the use cases.
func actionsInSource(t *testing.T) []string {
	t.Helper()
	var actions []string
	collect := func(pattern string, within func(ast.Node) bool) {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v, want files", pattern, files, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "import_row.go") { // the columns of files
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, decl := range parsed.Decls {
				if !within(decl) {
					continue
				}
				ast.Inspect(decl, func(n ast.Node) bool {
					literal, ok := n.(*ast.BasicLit)
					if !ok || literal.Kind != token.STRING {
						return true
					}
					text, _ := strconv.Unquote(literal.Value)
					if dotted.MatchString(text) && !slices.ContainsFunc(fieldPrefixes, func(p string) bool { return strings.HasPrefix(text, p) }) {
						actions = append(actions, text)
					}
					return true
				})
			}
		}
	}
	collect("../service/*.go", func(ast.Node) bool { return true })
	collect("../rollcall/audit/line.go", func(n ast.Node) bool {
		decl, ok := n.(*ast.GenDecl)
		return ok && decl.Tok == token.CONST
	})
	slices.Sort(actions)
	return slices.Compact(actions)
}

func TestEveryActionHasASentence(t *testing.T) {
	actions := actionsInSource(t)
	if len(actions) < 50 {
		t.Fatalf("%d actions found in the source, want 50 or more: %q", len(actions), actions)
	}
	var ofKinds []string
	for _, kind := range auditKinds {
		ofKinds = append(ofKinds, kind.actions...)
	}
	for _, action := range actions {
		if !slices.Contains(ofKinds, action) {
			t.Errorf("the action %s is of no kind in auditKinds; add it to one", action)
		}
		for language, all := range map[string]*texts{"English": &english, "Spanish": &spanish} {
			if all.Audit.Actions[action] == "" {
				t.Errorf("the action %s has no sentence in %s; add one to audit_texts.go", action, language)
			}
		}
	}
}
