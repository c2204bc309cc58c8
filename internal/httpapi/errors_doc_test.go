package httpapi

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"example.org/rollcall/internal/rollcall"
)

// TestErrorReference compares the table in docs/errors.md with the kinds of errors and their statuses.
func TestErrorReference(t *testing.T) {
	text, err := os.ReadFile("../../docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[rollcall.Kind]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (\\d+) \\| [^|]+ \\| [^|]+ \\|$").FindAllStringSubmatch(string(text), -1) {
		kind := rollcall.Kind(row[1])
		if documented[kind] != "" {
			t.Errorf("docs/errors.md has %s twice", kind)
		}
		documented[kind] = row[2]
	}
	for _, kind := range rollcall.Kinds() {
		status, known := statuses[kind]
		if !known {
			t.Errorf("%s has no status in error.go", kind)
		}
		if got, want := documented[kind], strconv.Itoa(status); got != want {
			t.Errorf("docs/errors.md gives %s the status %q, want %s: it needs the row | `%s` | %s | meaning | what to do |",
				kind, got, want, kind, want)
		}
		delete(documented, kind)
	}
	for kind := range documented {
		t.Errorf("docs/errors.md has %s, which is not a kind of error", kind)
	}
}
