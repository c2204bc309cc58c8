package archtest

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	prove(t, "words", checkWords([]word{
		{regexp.MustCompile(`\bLATER\b`), "finish it"},
		{pathOfMachine("/machine/me"), "machine"},
	}))
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	home, _ := os.UserHomeDir()
	words := unfinished
	for _, folder := range machineFolders(root, home) {
		words = append(words, word{pathOfMachine(folder), "the path of a folder of one machine: write it relative to the repository, or as a made-up one"})
	}
	hold(t, checkWords(words))
}

// word is what no file may say, and what to do about it.
type word struct {
	pattern *regexp.Regexp
	advice  string
}

// unfinished is put together from pieces, so that this file may be in the tree that it judges.
var unfinished = []word{{
	regexp.MustCompile(`\b(` + strings.Join([]string{"TO" + "DO", "FIX" + "ME", "HA" + "CK"}, "|") + `)\b`),
	"unfinished work: finish it, or file an issue and say here what holds now",
}}

// commonFolders are those where a machine may well keep the repository or its user's home, and that documents and
// deployments name for their own reasons.
var commonFolders = []string{
	"/", "/app", "/build", "/code", "/data", "/etc", "/etc/rollcall", "/home", "/home/rollcall", "/mnt", "/opt",
	"/opt/rollcall", "/repo", "/rollcall", "/src", "/srv", "/srv/rollcall", "/tmp", "/usr", "/usr/local", "/usr/src",
	"/usr/src/rollcall", "/var", "/var/lib", "/var/lib/rollcall", "/var/tmp", "/workspace",
}

// machineFolders gives the folders that would tell where this copy of the repository lies.
func machineFolders(root, home string) []string {
	folders := []string{filepath.Clean(root), filepath.Dir(root)}
	if home != "" {
		folders = append(folders, filepath.Clean(home))
	}
	return slices.DeleteFunc(folders, func(f string) bool { return slices.Contains(commonFolders, f) })
}

// pathOfMachine finds a folder where it begins a path, and not within a longer one or in a URL.
func pathOfMachine(folder string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[^\w./:~-])` + regexp.QuoteMeta(folder) + `($|[^\w.-])`)
}

func TestMachineFolders(t *testing.T) {
	got := machineFolders("/mnt/disk/rollcall", "/")
	if want := []string{"/mnt/disk/rollcall", "/mnt/disk"}; !slices.Equal(got, want) {
		t.Errorf("folders of a machine: %q, want %q", got, want)
	}
	pattern := pathOfMachine("/machine/me")
	for text, want := range map[string]bool{
		"see /machine/me":                   true,
		"cd /machine/me/src":                true,
		`dir="/machine/me"`:                 true,
		"the path /machine/mean":            false,
		"https://example.com/machine/me":    false,
		"docs/machine/me.md":                false,
		"/machine/me.txt is another's file": false,
	} {
		if pattern.MatchString(text) != want {
			t.Errorf("a machine's path in %q: %t, want %t", text, !want, want)
		}
	}
}

// checkWords looks into every text file but go.sum, which nobody writes, and code generated from a text that is looked at.
func checkWords(words []word) check {
	return func(t tree) []finding {
		generated := make(map[string]bool)
		for _, f := range t.code {
			generated[f.path] = f.generated
		}
		var found []finding
		for _, name := range t.files {
			if name == "go.sum" || generated[name] {
				continue
			}
			text, err := t.read(name)
			if err != nil || bytes.IndexByte(text, 0) >= 0 {
				continue
			}
			number := 0
			for line := range bytes.Lines(text) {
				number++
				for _, w := range words {
					if hit := w.pattern.Find(line); hit != nil {
						found = append(found, finding{name, number, strings.TrimSpace(string(hit)) + ": " + w.advice})
					}
				}
			}
		}
		return found
	}
}
