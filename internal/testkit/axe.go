package testkit

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// axePackage is the npm package with the accessibility rules.
const axePackage = "axe-core@4.14.1"

// axe is the script of axe-core, got once by each test binary.
var axe = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "rollcall-axe-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	pack := exec.Command("npm", "pack", axePackage, "--silent")
	pack.Dir = folder
	if err := pack.Run(); err != nil {
		return "", err
	}
	packed, err := filepath.Glob(filepath.Join(folder, "*.tgz"))
	if err != nil || len(packed) != 1 {
		return "", errors.New("npm packed nothing")
	}
	file, err := os.Open(packed[0])
	if err != nil {
		return "", err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return "", err
	}
	for entries := tar.NewReader(unzipped); ; {
		entry, err := entries.Next()
		if err != nil {
			return "", err
		}
		if entry.Name == "package/axe.min.js" {
			script, err := io.ReadAll(entries)
			return string(script), err
		}
	}
})

// Axe returns the script of axe-core, which finds what makes a page hard to use, from npm. It is never committed. Where npm can't
// get it the test is skipped, and fails where ROLLCALL_TEST_REQUIRE names "npm".
func Axe(t testing.TB) string {
	t.Helper()
	script, err := axe()
	if err != nil {
		Missing(t, "npm")
	}
	return script
}
