package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDashboard checks that every metric on the dashboard is one that a server has, and that none of its own is left out.
func TestDashboard(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", "grafana-dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	a, admin := newWatched(t)
	a.Do("all", "POST", contactPath+"/validation", "")
	_, exposed := fetch(t, a, admin+"/metrics")
	metric := regexp.MustCompile(`\b(rollcall|go|process)_\w+`)
	shown := map[string]bool{}
	for _, panel := range dashboard.Panels {
		if len(panel.Targets) == 0 {
			t.Errorf("the panel %q shows nothing", panel.Title)
		}
		for _, target := range panel.Targets {
			for _, name := range metric.FindAllString(target.Expr, -1) {
				shown[name] = true
				if !strings.Contains(exposed, "\n"+name+"{") && !strings.Contains(exposed, "\n"+name+" ") {
					t.Errorf("the panel %q shows %s, which no server has", panel.Title, name)
				}
			}
		}
	}
	documented, err := os.ReadFile(filepath.Join("..", "..", "docs", "edge.md"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(exposed) {
		name, isType := strings.CutPrefix(line, "# TYPE rollcall_")
		if name, _, _ = strings.Cut(name, " "); isType && !shows(shown, "rollcall_"+name) && !unshown[name] {
			t.Errorf("no panel shows rollcall_%s", name)
		}
		if isType && !strings.Contains(string(documented), "`rollcall_"+name+"`") {
			t.Errorf("docs/edge.md does not have rollcall_%s", name)
		}
	}
}

// unshown are metrics that are for queries of one's own.
var unshown = map[string]bool{"build_info": true, "db_pool_connections": true, "db_pool_connections_max": true, "db_pool_waits_total": true}

func shows(shown map[string]bool, name string) bool {
	return shown[name] || shown[name+"_bucket"] || shown[name+"_sum"]
}
