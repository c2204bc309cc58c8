package upkeep_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/rollcall/internal/store/upkeep"
)

func TestCloseLeavesOneFile(t *testing.T) {
	path := filled(t)
	if _, err := upkeep.Check(t.Context(), upkeep.CheckOptions{Path: path}); err != nil {
		t.Fatal(err)
	}
	if got := filesOf(t, filepath.Dir(path)); got != "rollcall.db" {
		t.Errorf("the folder holds %s: a connection is still open", got)
	}
}

func filesOf(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}
