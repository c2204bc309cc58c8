package console_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const (
	maxPageTime  = 100 * time.Millisecond // at the server, for 95 of 100 requests
	maxPageBytes = 60 << 10               // over the wire
	// rollCallSites are the sites of a roll call that takes two days, at the operator's usual limit of 10,000 messages a day.
	rollCallSites = 100
)

// manySites adds sites with contacts each, and one site, mill, with 30.
func (d *desk) manySites(sites, contacts int) {
	d.Helper()
	caller := service.Caller{Dealer: d.Dealer}
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range 32 { // so that many changes share a commit
		workers.Go(func() {
			for i := range numbers {
				id := fmt.Sprintf("lot-%05d", i)
				d.site(id, fmt.Sprintf("Lot %05d, %s Street", i, []string{"Mill", "Quay", "Harbour"}[i%3]))
				for n := range contacts {
					d.person(caller, id, n)
				}
			}
		})
	}
	for i := range sites {
		numbers <- i
	}
	close(numbers)
	workers.Wait()
	d.site("mill", "Mill")
	for n := range 30 {
		d.person(caller, "mill", n)
	}
}

// person adds a contact with a phone and an e-mail.
func (d *desk) person(caller service.Caller, site string, n int) {
	d.Helper()
	_, err := d.Service().CreateContact(d.Context(), caller, rollcall.SiteRef{ID: rollcall.SiteID(site)},
		testkit.Contact(fmt.Sprintf("%s-%d", site, n), "Ann", fmt.Sprintf("Lee %d", n), fmt.Sprintf("ann%d@example.org", n),
			fmt.Sprintf("+1 202 555 01%02d", n), "primary", "owner"))
	if err != nil {
		d.Error(err)
	}
}

// wideList is a list with 20 columns, of which every fourth row is refused.
func wideList(rows int) string {
	var text strings.Builder
	text.WriteString("site_id,name,mobile,email")
	for i := range 16 {
		fmt.Fprintf(&text, ",Remark %d", i)
	}
	for i := range rows {
		fmt.Fprintf(&text, "\nmill,Ann Lee %d,+1 202 555 01%02d x%d,ann@example.org%s", i, i%100, i, strings.Repeat(",word", 16+i%4/3*4))
	}
	return text.String()
}

// longHistory changes and asks a contact of the site mill more often than a page shows.
func (d *desk) longHistory(id rollcall.ContactID) {
	d.Helper()
	caller, ref := service.Caller{Dealer: d.Dealer}, rollcall.ContactRef{Site: rollcall.SiteRef{ID: "mill"}, ID: id}
	for i := range 25 {
		_, err := d.Service().UpdateContact(d.Context(), caller, ref, rollcall.ContactInput{LastName: rollcall.Given(fmt.Sprintf("Lee-%d", i))})
		d.must(err)
		_, err = d.Service().SendValidation(d.Context(), caller, ref, rollcall.ValidationInput{Method: rollcall.Given("email")})
		d.must(err)
	}
}

// someRollCall starts a roll call of everybody at most rollCallSites sites, and returns the path of its page.
func (d *desk) someRollCall() string {
	d.Helper()
	sites, _, err := d.Service().Sites(d.Context(), d.operator(), service.SiteQuery{PerPage: rollcall.Given(rollCallSites)})
	d.must(err)
	ids := make([]string, len(sites))
	for i := range sites {
		ids[i] = string(sites[i].ID)
	}
	made, err := d.Service().CreateRollCall(d.Context(), d.operator(), rollcall.RollCallInput{SiteIDs: rollcall.Given(ids)})
	d.must(err)
	testkit.Eventually(d.T, "the targets fixed", func() bool { return !d.rollCalls()[0].Started.IsZero() })
	return "/console/roll-calls/" + string(made.ID)
}

// someWebhook makes a webhook with a log of more than a page, and returns the path of its page.
func (d *desk) someWebhook() string {
	d.Helper()
	made, err := d.Service().CreateWebhook(d.Context(), d.operator(), rollcall.WebhookInput{URL: rollcall.Given("https://127.0.0.1/hook")})
	d.must(err)
	for range 40 {
		_, err := d.Service().TestWebhook(d.Context(), d.operator(), made.ID)
		d.must(err)
	}
	return "/console/webhooks/" + string(made.ID)
}

// TestPagesAreFast checks the size of pages, and with ROLLCALL_SOAK=1 also the time that the server takes for one among a million
// contacts of 10,000 sites.
func TestPagesAreFast(t *testing.T) {
	sites, contacts, requests := 60, 1, 3
	soak := os.Getenv("ROLLCALL_SOAK") == "1"
	if soak {
		sites, contacts, requests = 10_000, 100, 100
	}
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	d.manySites(sites, contacts)
	d.longHistory("mill-0")
	rollCall, hook := d.someRollCall(), d.someWebhook()
	b := d.as("olivia")
	file := b.brought(wideList(1000))
	tried, _ := b.try(file)
	for _, path := range []string{
		"/console/roll-calls", "/console/plan-roll-call", rollCall, rollCall + "?status=open", "/console/webhooks", "/console/add-webhook", hook,
		"/console", "/console/sites", "/console/sites?search=quay", "/console/sites?search=nothing", "/console/sites?readiness=at_risk",
		"/console/sites?reason=unconfirmed&sort=since", "/console/sites/mill/edit", "/console/people", "/console/account",
		"/console/audit", "/console/audit?kind=settings", "/console/audit?site=mill", "/console/settings", "/console/branding", "/console/branding/preview", "/console/keys", "/console/add-key",
		"/console/sites/mill", "/console/sites/mill?page=2", "/console/sites/mill?edit=mill-3", "/console/sites/mill/contacts/mill-0", "/console/messages",
		importPage, file, tried, tried + "?result=", "/console/export",
	} {
		times := make([]time.Duration, requests)
		size := 0
		for i := range times {
			start := time.Now()
			page := b.send(path, nil).want(t, http.StatusOK, "</html>")
			times[i] = time.Since(start)
			size = max(size, len(page.body))
		}
		slices.Sort(times)
		p95 := times[requests*95/100]
		t.Logf("figure: %s: p95 %.1f ms, %d KB", path, float64(p95)/float64(time.Millisecond), size>>10)
		if size > maxPageBytes {
			t.Errorf("%s has %d bytes, want at most %d", path, size, maxPageBytes)
		}
		if soak && p95 > maxPageTime {
			t.Errorf("%s takes %s at p95, want at most %s", path, p95, maxPageTime)
		}
	}
}
