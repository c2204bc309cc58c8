package app_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

func importOf(count int) []rollcall.SiteInput {
	in := make([]rollcall.SiteInput, count)
	for n := range in {
		in[n] = rollcall.SiteInput{SiteID: rollcall.Given(fmt.Sprint("imported", n)), Name: rollcall.Given(fmt.Sprint("Pier ", n))}
	}
	return in
}

// TestImportGoesOn checks that an import that ends early stores the rows before, and that a second import continues. With
// ROLLCALL_SOAK=1 it has the 50,000 rows that are documented, and another dealer creates sites meanwhile, within 2 s each.
func TestImportGoesOn(t *testing.T) {
	a := newAsked(t)
	count, fails := 120, 75
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		count, fails = 50_000, 20_010
	}
	hill, err := a.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	a.must(err)
	other := service.Caller{Dealer: hill.ID}
	slowest := time.Duration(0)
	meanwhile := func(done int) {
		if done%5000 != 0 {
			return
		}
		begun := time.Now()
		_, err := a.Service().CreateSite(t.Context(), other, rollcall.SiteInput{Name: rollcall.Given("The mill")})
		a.must(err)
		slowest = max(slowest, time.Since(begun))
	}
	in := importOf(count)
	failing(t, a.App, "INSERT", "sites", fmt.Sprintf("NEW.site_id = 'imported%d'", fails))
	stored := fails - fails%50
	for _, want := range []service.ImportedSites{{Created: stored}, {Unchanged: stored}} {
		got, err := a.Service().ImportSites(t.Context(), service.Caller{Dealer: a.Dealer}, in, false, nil)
		if err == nil || got != want {
			t.Fatalf("an import that fails at row %d = %+v, %v, want %+v and an error", fails, got, err, want)
		}
	}
	drop := "DROP TRIGGER fail"
	if testkit.URLOf(a.Folder) != "" {
		drop += " ON sites"
	}
	a.Execute(t, drop)
	in[0].Name = rollcall.Given("Pier zero")
	for _, c := range []struct {
		dry  bool
		want service.ImportedSites
	}{
		{true, service.ImportedSites{Created: count - stored, Updated: 1, Unchanged: stored - 1}},
		{false, service.ImportedSites{Created: count - stored, Updated: 1, Unchanged: stored - 1}},
		{false, service.ImportedSites{Unchanged: count}},
	} {
		begun := time.Now()
		got, err := a.Service().ImportSites(t.Context(), service.Caller{Dealer: a.Dealer}, in, c.dry, meanwhile)
		if err != nil || got != c.want {
			t.Fatalf("the import again, dry %t = %+v, %v, want %+v", c.dry, got, err, c.want)
		}
		if !c.dry {
			t.Logf("figure: %d sites created and %d unchanged in %v", got.Created, got.Unchanged, time.Since(begun).Round(time.Millisecond))
		}
	}
	t.Logf("figure: a change of another dealer took %v at most", slowest.Round(time.Millisecond))
	if slowest > 2*time.Second {
		t.Errorf("a change of another dealer took %v meanwhile, want 2 s at most", slowest)
	}
}
