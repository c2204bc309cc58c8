package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestSecretIsMadeOnceByManyAtOnce(t *testing.T) {
	folder := t.TempDir()
	found := make([][][]byte, 8)
	var wg sync.WaitGroup
	for i := range found {
		wg.Go(func() {
			var err error
			if found[i], err = readSecrets("", folder, true); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i := range found {
		if len(found[i]) != 1 || len(found[i][0]) != 32 || !bytes.Equal(found[i][0], found[0][0]) {
			t.Fatalf("process %d found another secret than process 0", i)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Fatalf("the folder holds %d files, %v; want the secret alone", len(entries), err)
	}
	info, err := os.Stat(filepath.Join(folder, secretFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode().Perm(), err)
	}
}

// TestSecretWithoutHardLinks is for volumes that have none.
func TestSecretWithoutHardLinks(t *testing.T) {
	path := filepath.Join(t.TempDir(), secretFile)
	refused := func(string, string) error { return os.ErrPermission }
	for _, content := range []string{"first", "second"} {
		if err := createOnce(path, []byte(content), refused); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != "first" {
			t.Errorf("after %s the file holds %q, %v; want first", content, got, err)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %d files, %v; want the secret alone", len(entries), err)
	}
	if err := createOnce(filepath.Join(path, "below a file"), nil, refused); err == nil {
		t.Error("a file below a file was made")
	}
}

func TestSecretFromText(t *testing.T) {
	one, two := strings.Repeat("0a", 32), strings.Repeat("ff", 32)
	for _, tt := range []struct {
		name, text string
		want       int // how many secrets; 0: refused
	}{
		{"one", one, 1},
		{"a file's line end", one + "\n", 1},
		{"an older one behind it", one + "," + two, 2},
		{"spaces", " " + one + " , " + two + " ", 2},
		{"too short", one[:62], 0},
		{"too long", one + "00", 0},
		{"not hexadecimal", strings.Repeat("zz", 32), 0},
		{"an empty part", one + ",", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readSecrets(tt.text, t.TempDir(), true)
			if len(got) != tt.want || (err == nil) != (tt.want > 0) {
				t.Fatalf("got %d secrets, %v; want %d", len(got), err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), strings.TrimSpace(tt.text)) {
				t.Error("the error shows the secret")
			}
		})
	}
}
