package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestADrainInSmall(t *testing.T) {
	for _, more := range []string{"", "-connections 0", "-hang"} {
		t.Run(more, func(t *testing.T) {
			var out bytes.Buffer
			errs, err := os.Create(filepath.Join(t.TempDir(), "errors"))
			if err != nil {
				t.Fatal(err)
			}
			defer errs.Close()
			args := "drain -json -validations 40 -connections 2 -window 100ms -alone 200ms " + more
			if err := run(t.Context(), strings.Fields(args), &out, errs); err != nil {
				text, _ := os.ReadFile(errs.Name())
				t.Fatalf("%v\n%s", err, text)
			}
			var r drainReport
			if err := json.Unmarshal(out.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
			if sent := more != "-hang"; sent != (r.Seconds > 0 && r.Rate > 0 && r.First > 0 && r.First <= r.Seconds) {
				t.Errorf("the drain: %+v", r)
			}
			if created := r.Connections > 0; created != (r.Alone > 0 && r.Beside > 0 && r.Share > 0) {
				t.Errorf("creates: %+v", r)
			}
			var table strings.Builder
			if err := r.print(&table); err != nil || !strings.Contains(table.String(), "validations that waited") {
				t.Errorf("the table: %v\n%s", err, table.String())
			}
		})
	}
}

func TestDrainSettingsAreBounded(t *testing.T) {
	for flags, want := range map[string]string{
		"":                            "",
		"-validations 0":              "-validations must be from 1 to 100000",
		"-connections 257":            "-connections must be from 0 to 256",
		"-hang -connections 0":        "-hang needs -connections, since nothing else is measured",
		"-window 1h":                  "-window and -alone must be from 10ms to 1m",
		"-validations 9 -connections": "flag needs an argument: -connections",
		"quickly":                     `"quickly" is not understood; -help lists what is`,
	} {
		_, err := parseDrain(strings.Fields(flags), io.Discard)
		if got := fmt.Sprint(err); got != want && (want != "" || err != nil) {
			t.Errorf("%s: %v, want %s", flags, err, want)
		}
	}
}
