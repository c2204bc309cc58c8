package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/evidence"
	"example.org/rollcall/internal/service"
)

// maxEvidenceTime is how long evidence of the sample of an auditor, twelve sites, takes: to make it, its page and its file.
const maxEvidenceTime = 2 * time.Second

// TestEvidenceIsFast makes evidence of twelve sites. With ROLLCALL_SOAK=1, the audit of the dealer has more than 100,000 lines, and each
// of the twelve sites more than 1,000.
func TestEvidenceIsFast(t *testing.T) {
	sites, contacts, changes := 20, 2, 10
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		sites, contacts, changes = 4_000, 20, 1_000
	}
	d := newDesk(t)
	d.user("mia", rollcall.RoleManager)
	d.manySites(sites, contacts)
	form := url.Values{}
	for i := range 12 {
		id := fmt.Sprintf("lot-%05d", i)
		form.Add("site", id)
		for n := range changes {
			ref := rollcall.ContactRef{Site: rollcall.SiteRef{ID: rollcall.SiteID(id)}, ID: rollcall.ContactID(id + "-0")}
			_, err := d.Service().UpdateContact(t.Context(), service.Caller{Dealer: d.Dealer}, ref, rollcall.ContactInput{LastName: rollcall.Given(fmt.Sprint("Lee ", n))})
			d.must(err)
		}
	}
	b := d.as("mia")
	start := time.Now()
	page := b.made(form).want(t, http.StatusOK, "</html>")
	shown := time.Since(start)
	file := b.file(page).want(t, http.StatusOK, "rollcall evidence")
	took := time.Since(start)
	start = time.Now()
	r, err := evidence.Check([]byte(file.body), nil)
	d.must(err)
	t.Logf("figure: evidence of 12 sites with %d lines, of a dealer with %d sites: page after %d ms, file after %d ms; %d KB and %d KB; checked in %d ms",
		r.Lines, sites, shown.Milliseconds(), took.Milliseconds(), len(page.body)>>10, len(file.body)>>10, time.Since(start).Milliseconds())
	if took > maxEvidenceTime {
		t.Errorf("evidence took %s, want at most %s", took, maxEvidenceTime)
	}
	if n := strings.Count(page.body, `<section class="sheet">`); n != 12 {
		t.Errorf("the page has %d sites, want 12", n)
	}
}
