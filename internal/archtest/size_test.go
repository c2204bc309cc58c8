package archtest

import (
	"fmt"
	"strings"
	"testing"
)

func TestSize(t *testing.T) {
	prove(t, "size", checkSize(30, 10))
	hold(t, checkSize(500, 20))
}

// checkSize returns a check for files with more lines than mostLines, or than mostMain below cmd.
func checkSize(mostLines, mostMain int) check {
	return func(t tree) (found []finding) {
		for _, f := range t.written() {
			if f.lines > mostLines {
				found = append(found, finding{f.path, f.lines, fmt.Sprintf("%d lines, want at most %d: split the file by subject", f.lines, mostLines)})
			}
			if strings.HasPrefix(f.path, "cmd/") && !f.test && f.lines > mostMain {
				found = append(found, finding{f.path, f.lines, fmt.Sprintf("%d lines, want at most %d below cmd: let internal/cli do the work", f.lines, mostMain)})
			}
		}
		return found
	}
}
