package console_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// site adds a site of the dealer.
func (d *desk) site(id, name string) {
	d.Helper()
	_, err := d.Service().CreateSite(d.Context(), service.Caller{Dealer: d.Dealer}, rollcall.SiteInput{
		SiteID: rollcall.Given(id), Name: rollcall.Given(name), Reference: rollcall.Given("REF/" + id),
	})
	d.must(err)
}

// siteForm is the form of a site as the page has it, with changes: names and values in turn.
func siteForm(changes ...string) url.Values {
	form := url.Values{"name": {"Mill"}}
	for _, name := range []string{
		"account_reference_id", "account_number", "address.street", "address.city", "address.state", "address.zip", "address.country",
		"timezone", "language", "premises_phone",
	} {
		form.Set(name, "")
	}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

func TestOverview(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	d.site("site_empty", "Quay 4")
	b := d.as("ann")
	page := b.send("/console", nil).want(t, 200, `<a href="/console/sites?readiness=at_risk">`)
	page.want(t, 200, `<a class="more" href="/console/sites?reason=no_contacts">nobody is on the call list</a> <b>1</b>`)
	page.want(t, 200, "Nobody is being asked at the moment.")
	_, err := d.Service().SendValidation(t.Context(), service.Caller{Dealer: d.Dealer},
		rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: "contact_789ghi"}, rollcall.ValidationInput{Method: rollcall.Given("email")})
	d.must(err)
	b.send("/console", nil).want(t, 200, "1 phone or e-mail waits for an answer.")
	b.language = "es"
	b.send("/console", nil).want(t, 200, "1 teléfono o correo espera respuesta.")
}

// TestOverviewSaysWhatIsMissing checks that a server without a provider says so, and that a dealer without sites is told what to do.
func TestOverviewSaysWhatIsMissing(t *testing.T) {
	d := newDesk(t, func(o *app.Options) { o.Delivery = "" })
	d.user("ann", rollcall.RoleManager)
	d.as("ann").send("/console", nil).want(t, 200, "This server cannot send any message by: text message, e-mail, call.")
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	d.Dealer = other.ID
	for role, want := range map[rollcall.Role]bool{rollcall.RoleViewer: false, rollcall.RoleManager: true} {
		d.user("new"+string(role), role)
		page := d.as("new"+string(role)).send("/console", nil).want(t, 200, "There are no sites yet.")
		if got := strings.Contains(page.body, `href="/console/add-site"`); got != want {
			t.Errorf("a link to add a site for a %s: %v, want %v", role, got, want)
		}
	}
}

var siteLists = []struct {
	query  string
	want   []string // names in order
	status int
	text   string
}{
	{"", []string{"Harbour Street warehouse", "Mill", "Quay 4"}, 200, ""},
	{"?search=mill", []string{"Mill"}, 200, "Show all sites"},
	{"?search=ref/", []string{"Mill", "Quay 4"}, 200, ""},
	{"?readiness=not_ready&search=ref", []string{"Mill", "Quay 4"}, 200, `<option value="not_ready" selected>`},
	{"?reason=no_contacts&search=quay", []string{"Quay 4"}, 200, ""},
	{"?readiness=ready", nil, 200, "No site matches."},
	{"?readiness=odd", nil, 400, "Nothing was changed"},
	{"?after=odd", nil, 400, "Nothing was changed"},
	{"?search=" + strings.Repeat("a", 201), nil, 400, "Nothing was changed"},
}

func TestSites(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	for id, name := range map[string]string{"mill": "Mill", "a/b?": "Quay 4"} {
		d.site(id, name)
	}
	b := d.as("ann")
	for _, tt := range siteLists {
		page := b.send("/console/sites"+tt.query, nil).want(t, tt.status, tt.text)
		if got := strings.Join(siteNames(page), ", "); got != strings.Join(tt.want, ", ") {
			t.Errorf("%s lists %s, want %s", tt.query, got, tt.want)
		}
		if strings.Contains(page.body, "/console/add-site") {
			t.Errorf("%s has a link to add a site, which a viewer may not", tt.query)
		}
	}
	b.send("/console/sites", nil).want(t, 200, `href="/console/sites/a%2Fb%3F"`).want(t, 200, "nobody is on the call list")
	b.send("/console/sites?sort=since", nil).want(t, 200, `<option value="since" selected>`)
}

// siteNames returns the names in the list of a page.
func siteNames(page reply) (names []string) {
	for _, rest := range strings.Split(page.body, `<bdi class="name">`)[1:] {
		name, _, _ := strings.Cut(rest, "</bdi>")
		names = append(names, name)
	}
	return names
}

// TestPagesOfSites checks that following the links shows each site once.
func TestPagesOfSites(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	for i := range 60 {
		d.site(fmt.Sprintf("s%d", i), fmt.Sprintf("Lot %02d", i))
	}
	b := d.as("ann")
	var names []string
	for path := "/console/sites?search=lot"; path != ""; {
		page := b.send(path, nil).want(t, 200, "<h1>Sites</h1>")
		names = append(names, siteNames(page)...)
		_, link, found := strings.Cut(page.body, `<p class="links"><a class="more" href="`)
		path = ""
		if rest, _, _ := strings.Cut(link, `"`); found && strings.Contains(rest, "after=") {
			path = strings.ReplaceAll(rest, "&amp;", "&")
		}
	}
	if len(names) != 60 || names[0] != "Lot 00" || names[59] != "Lot 59" {
		t.Errorf("the pages list %d sites from %s, want 60 in order", len(names), names[0])
	}
}

var badSites = []struct {
	field, value string
	status       int
	text         string
}{
	{"name", "", 422, "Give a name."},
	{"name", strings.Repeat("a", 201), 422, "This name"},
	{"timezone", "Mars/Olympus", 422, "There is no such time zone."},
	{"address.country", "Germany", 422, "Give two letters, such as US or CA."},
	{"language", "englisch please", 422, "Give a language such as en, es or fr."},
	{"account_reference_id", "ACCT-1001", 409, "Another site has this reference."},
}

func TestAddSite(t *testing.T) {
	d := newDesk(t)
	d.user("mia", rollcall.RoleManager)
	b := d.as("mia")
	b.send("/console/add-site", nil).want(t, 200, "Only the name is required.")
	for _, tt := range badSites {
		page := b.send("/console/add-site", siteForm("address.city", "Ulm", tt.field, tt.value)).want(t, tt.status, tt.text)
		page.want(t, tt.status, `name="address.city" type="text" value="Ulm"`)
	}
	added := b.send("/console/add-site", siteForm("account_reference_id", "M-1", "address.country", "us", "timezone", "America/New_York"))
	site, err := d.Service().Site(t.Context(), service.Caller{Dealer: d.Dealer}, rollcall.SiteRef{Reference: "M-1"})
	d.must(err)
	added.wantRedirect(t, "/console/sites/"+string(site.ID)+"?done=site_added")
	if site.Name != "Mill" || site.Address.Country != "US" || site.Timezone != "America/New_York" || site.AccountNumber != "" {
		t.Errorf("the site is %+v, want what was typed", site)
	}
}

func TestEditSite(t *testing.T) {
	d := newDesk(t)
	d.user("mia", rollcall.RoleManager)
	b := d.as("mia")
	const path = "/console/sites/site_123abc/edit"
	form := func(page reply, changes ...string) url.Values {
		return siteForm(append([]string{
			"version", page.hidden(t, "version"), "account_reference_id", "ACCT-1001", "status", "active", "readiness_rules.min_people", "",
			"readiness_rules.min_numbers", "", "readiness_rules.premises_phone", "", "readiness_rules.exempt_reason", "",
		}, changes...)...)
	}
	first := b.send(path, nil).want(t, 200, `value="Harbour Street warehouse"`)
	for _, tt := range append(badSites[:5:5], []struct {
		field, value string
		status       int
		text         string
	}{
		{"status", "closed", 422, `id="status-problem"`}, {"readiness_rules.min_people", "many", 422, `id="readiness_rules.min_people-problem"`},
		{"readiness_rules.min_people", "-1", 422, `id="readiness_rules.min_people-problem"`},
	}...) {
		b.send(path, form(first, tt.field, tt.value)).want(t, tt.status, tt.text)
	}
	b.send(path, form(first, "name", "Mill", "readiness_rules.min_people", "1", "readiness_rules.premises_phone", "true")).
		wantRedirect(t, "/console/sites/site_123abc?done=site_saved")
	// Somebody else still has the first version on the screen.
	second := b.send(path, form(first, "name", "Weir", "status", "suspended")).want(t, 409, "Somebody else saved this meanwhile.")
	for _, want := range []string{`value="Weir"`, "Stored now: Mill", "Stored now: active", "Stored now: 1", "Stored now: yes"} {
		second.want(t, 409, want)
	}
	b.send(path, form(second, "name", "Weir", "readiness_rules.exempt_reason", "seasonal")).wantRedirect(t, "/console/sites/site_123abc?done=site_saved")
	site, err := d.Service().Site(t.Context(), service.Caller{Dealer: d.Dealer}, rollcall.SiteRef{ID: "site_123abc"})
	d.must(err)
	if rules := site.ReadinessRules; site.Name != "Weir" || rules.MinPeople.Set || rules.ExemptReason != "seasonal" {
		t.Errorf("the site is %+v, want what was typed last", site)
	}
	b.send(path, url.Values{"action": {"delete"}}).want(t, 409, "People are on the call list of this site.")
	b.send(path, url.Values{"action": {"delete"}, "cascade": {"yes"}}).wantRedirect(t, "/console/sites?done=site_deleted")
	b.send(path, nil).want(t, 404, "There is no such page")
	b.send(path, form(second)).want(t, 404, "There is no such page")
}

// TestSitesOfAnotherDealer checks that nothing of another dealer is read or changed.
func TestSitesOfAnotherDealer(t *testing.T) {
	d := newDesk(t)
	home := d.Dealer
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	d.Dealer = other.ID
	d.user("stranger", rollcall.RoleOwner)
	b := d.as("stranger")
	if names := siteNames(b.send("/console/sites?search=harbour", nil)); names != nil {
		t.Errorf("the list has %s of another dealer", names)
	}
	b.send("/console/sites/site_123abc/edit", nil).want(t, 404, "There is no such page")
	b.send("/console/sites/site_123abc/live", nil).want(t, 404, "There is no such page")
	for _, form := range []url.Values{siteForm("version", "any", "status", "active"), {"action": {"delete"}, "cascade": {"yes"}}} {
		b.send("/console/sites/site_123abc/edit", form).want(t, 404, "There is no such page")
	}
	if site, err := d.Service().Site(t.Context(), service.Caller{Dealer: home}, rollcall.SiteRef{ID: "site_123abc"}); err != nil || site.Version != 1 {
		t.Errorf("the site of the other dealer has version %d, %v, want it as before", site.Version, err)
	}
}
