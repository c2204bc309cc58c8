package archtest

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"testing"
)

func TestTestsNamed(t *testing.T) {
	prove(t, "tests", checkTestsNamed)
	hold(t, checkTestsNamed)
}

var (
	testName = regexp.MustCompile(`\bTest[A-Z][A-Za-z0-9]*\b`)
	testLink = regexp.MustCompile(`\[([^\]]*\bTest[A-Z][^\]]*)\]\(([^)\s]+_test\.go)\)`)
)

// checkTestsNamed wants every test that a Markdown file names to exist, and in the file that the link leads to.
func checkTestsNamed(t tree) []finding {
	anywhere := make(map[string]bool)
	in := make(map[string]map[string]bool)
	for _, f := range t.code {
		in[f.path] = make(map[string]bool)
		for _, decl := range f.ast.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && f.test && d.Recv == nil {
				anywhere[d.Name.Name], in[f.path][d.Name.Name] = true, true
			}
		}
	}
	var found []finding
	for _, name := range t.files {
		if path.Ext(name) != ".md" {
			continue
		}
		text, err := t.read(name)
		if err != nil {
			found = append(found, finding{name, 1, err.Error()})
			continue
		}
		for i, line := range prose(string(text)) {
			line = blankCode(line)
			for _, link := range testLink.FindAllStringSubmatch(line, -1) {
				to := path.Join(path.Dir(name), link[2])
				for _, test := range testName.FindAllString(link[1], -1) {
					if anywhere[test] && !in[to][test] {
						found = append(found, finding{name, i + 1, fmt.Sprintf("%s is not in %s: link to the file that has it", test, to)})
					}
				}
			}
			for _, test := range testName.FindAllString(line, -1) {
				if !anywhere[test] {
					found = append(found, finding{name, i + 1, fmt.Sprintf("there is no test %s: name one that exists", test)})
				}
			}
		}
	}
	return found
}
