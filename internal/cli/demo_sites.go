package cli

import (
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// sampleSite is a site of the demo. Its contacts show why it is ready, or why not.
type sampleSite struct {
	id, reference, name               string
	street, city, state, zip, country string
	zone                              string
	status                            string // empty: active
	premises                          string
	rules                             rollcall.SiteReadinessRulesInput
	contacts                          []samplePerson
}

// samplePerson is a contact of the demo.
type samplePerson struct {
	first, last, kind, role string
	id                      string // empty: it follows from the name
	language, email         string
	phones                  []samplePhone
	nights                  bool          // called only at night
	from                    time.Duration // called from then on, counted from the start of the demo; 0: at once
	away                    bool          // on holiday since yesterday, for two weeks
}

// samplePhone is a phone of a contact of the demo.
type samplePhone struct {
	number, extension, label string
	proof                    sampleProof
}

// sampleProof says what happened at a phone of the demo.
type sampleProof int

const (
	neverAsked sampleProof = iota
	stale                  // was confirmed more than a year ago
	confirmed              // was confirmed some weeks ago
	failing                // a message to it failed some days ago
)

const (
	demoDay  = 24 * time.Hour
	demoWeek = 7 * demoDay
)

// sampleSites are the sites of the demo. Each of them is ready, at risk, not ready or exempt for another reason.
var sampleSites = []sampleSite{{ // not ready: no number can be dialled
	id: demoSite, reference: demoReference, name: "Harbour Street warehouse",
	street: "12 Harbour Street", city: "Springfield", state: "IL", zip: "62701", country: "US", zone: "America/Chicago",
	contacts: []samplePerson{{
		id: demoContact, first: "John", last: "Doe", kind: "primary", role: "owner", email: "john.doe@example.com",
		phones: []samplePhone{{number: "+1-555-0123"}},
	}, {
		id: "contact_abc123", first: "Jane", last: "Smith", kind: "emergency", role: "manager", email: "jane.smith@example.com",
		phones: []samplePhone{{number: "+1-555-0456"}},
	}},
}, { // ready, with a long call list
	id: demoOtherSite, reference: "ACCT-1002", name: "Pier 9 offices", premises: "+1 202 555 0110",
	street: "9 Pier Road", city: "San Francisco", state: "CA", zip: "94111", country: "US", zone: "America/Los_Angeles",
	contacts: []samplePerson{{
		id: demoOtherContact, first: "Lucía", last: "Romero", kind: "primary", role: "employee", language: "es",
		phones: []samplePhone{{number: "+1 202 555 0119", label: "mobile", proof: confirmed}},
	}, {
		first: "Sam", last: "Okafor", kind: "emergency", role: "manager", email: "sam.okafor@example.org",
		phones: []samplePhone{
			{number: "+1 202 555 0120", extension: "14", label: "work", proof: confirmed},
			{number: "+1 202 555 0121", label: "mobile"},
		},
	}, {
		first: "Rosa", last: "Delgado", kind: "secondary", role: "employee", nights: true,
		phones: []samplePhone{{number: "+1 202 555 0122", label: "mobile", proof: confirmed}},
	}, {
		first: "Tom", last: "Hale", kind: "secondary", role: "owner", phones: []samplePhone{{number: "+1 202 555 0123", label: "home"}},
	}, { // the same landline
		first: "Nora", last: "Hale", kind: "secondary", role: "owner", phones: []samplePhone{{number: "(202) 555-0123", label: "home"}},
	}, {
		first: "Ken", last: "Tanaka", kind: "technician", role: "technician",
		phones: []samplePhone{{number: "+1 202 555 0124", label: "work", proof: confirmed}},
	}, {
		first: "Mia", last: "Novak", kind: "secondary", role: "employee", from: demoWeek,
		phones: []samplePhone{{number: "+1 202 555 0125", label: "mobile"}},
	}},
}, { // ready: a home needs one person
	id: "site_elm_court", reference: "ACCT-1003", name: "4 Elm Court",
	street: "4 Elm Court", city: "Albany", state: "NY", zip: "12207", country: "US", zone: "America/New_York",
	rules: rollcall.SiteReadinessRulesInput{MinPeople: rollcall.Given(1), MinNumbers: rollcall.Given(1)},
	contacts: []samplePerson{{
		first: "Grace", last: "Lindholm", kind: "primary", role: "owner", email: "grace@example.org",
		phones: []samplePhone{{number: "+1 202 555 0126", label: "mobile", proof: confirmed}},
	}},
}, { // at risk: nobody was ever asked
	id: "site_school", reference: "ACCT-1004", name: "Cedar Avenue school",
	street: "80 Cedar Avenue", city: "Boulder", state: "CO", zip: "80302", country: "US", zone: "America/Denver",
	contacts: []samplePerson{
		{first: "Owen", last: "Price", kind: "primary", role: "manager", phones: []samplePhone{{number: "+1 202 555 0127", label: "mobile"}}},
		{first: "Ida", last: "Falk", kind: "emergency", role: "employee", phones: []samplePhone{{number: "+1 202 555 0128", label: "work"}}},
	},
}, { // at risk: one of two keyholders was confirmed too long ago
	id: "site_pharmacy", reference: "ACCT-1005", name: "Bridge Street pharmacy",
	street: "21 Bridge Street", city: "London", zip: "SW1A 2JX", country: "GB", zone: "Europe/London",
	contacts: []samplePerson{
		{first: "Priya", last: "Shah", kind: "primary", role: "owner", phones: []samplePhone{{number: "020 7946 0018", label: "work", proof: confirmed}}},
		{first: "Alan", last: "Reid", kind: "secondary", role: "manager", phones: []samplePhone{{number: "020 7946 0019", label: "home", proof: stale}}},
	},
}, { // at risk: messages to one of two people fail
	id: "site_depot", reference: "ACCT-1006", name: "Quarry Road depot",
	street: "300 Quarry Road", city: "Joliet", state: "IL", zip: "60431", country: "US", zone: "America/Chicago",
	contacts: []samplePerson{
		{first: "Ben", last: "Adler", kind: "primary", role: "manager", phones: []samplePhone{{number: "+1 202 555 0129", label: "mobile", proof: failing}}},
		{first: "Wanda", last: "Petrov", kind: "emergency", role: "employee", phones: []samplePhone{{number: "+1 202 555 0130", label: "mobile", proof: confirmed}}},
	},
}, { // not ready: no contacts
	id: "site_mill_lane", reference: "ACCT-1007", name: "Mill Lane workshop",
	street: "4 Mill Lane", city: "Salem", state: "OR", zip: "97301", country: "US", zone: "America/Los_Angeles",
}, { // not ready: one person only
	id: "site_bakery", reference: "ACCT-1008", name: "Corner bakery",
	street: "1 Market Square", city: "Albany", state: "NY", zip: "12207", country: "US", zone: "America/New_York",
	contacts: []samplePerson{
		{first: "Hana", last: "Sato", kind: "primary", role: "owner", phones: []samplePhone{{number: "+1 202 555 0131", label: "mobile", proof: confirmed}}},
	},
}, { // not ready: everybody is on holiday
	id: "site_vineyard", reference: "ACCT-1009", name: "Vineyard house",
	street: "77 Hill Road", city: "Napa", state: "CA", zip: "94558", country: "US", zone: "America/Los_Angeles",
	contacts: []samplePerson{
		{first: "Paul", last: "Costa", kind: "primary", role: "owner", away: true, phones: []samplePhone{{number: "+1 202 555 0132", label: "mobile", proof: confirmed}}},
		{first: "Irene", last: "Costa", kind: "primary", role: "owner", away: true, phones: []samplePhone{{number: "+1 202 555 0133", label: "mobile", proof: confirmed}}},
	},
}, { // not ready: a phone at the site is required and missing
	id: "site_jeweller", reference: "ACCT-1010", name: "Old Town jeweller",
	street: "15 Old Town Row", city: "Boston", state: "MA", zip: "02108", country: "US", zone: "America/New_York",
	rules: rollcall.SiteReadinessRulesInput{PremisesPhone: rollcall.Given(true)},
	contacts: []samplePerson{
		{first: "Leo", last: "Brandt", kind: "primary", role: "owner", phones: []samplePhone{{number: "+1 202 555 0134", label: "mobile", proof: confirmed}}},
		{first: "Edith", last: "Moreau", kind: "secondary", role: "employee", phones: []samplePhone{{number: "+1 202 555 0135", label: "home", proof: confirmed}}},
	},
}, {
	id: "site_tower", reference: "ACCT-1011", name: "Hilltop Tower",
	street: "1 Hilltop", city: "Austin", state: "TX", zip: "78701", country: "US", zone: "America/Chicago",
	rules: rollcall.SiteReadinessRulesInput{ExemptReason: rollcall.Given("under construction, with a guard day and night")},
}, {
	id: "site_dock_3", reference: "ACCT-1012", name: "Dock 3 office", status: "inactive",
	street: "3 Dock Road", city: "San Francisco", state: "CA", zip: "94111", country: "US", zone: "America/Los_Angeles",
	contacts: []samplePerson{
		{first: "Omar", last: "Haddad", kind: "primary", role: "manager", phones: []samplePhone{{number: "+1 202 555 0136", label: "mobile", proof: confirmed}}},
	},
}}

func (site *sampleSite) input() rollcall.SiteInput {
	text := rollcall.Given[string]
	return rollcall.SiteInput{
		SiteID: text(site.id), Reference: text(site.reference), AccountNumber: text(strings.TrimPrefix(site.reference, "ACCT-")),
		Name: text(site.name), Timezone: text(site.zone), Status: unlessEmpty(site.status), PremisesPhone: unlessEmpty(site.premises), ReadinessRules: rollcall.Given(site.rules),
		Address: rollcall.Given(rollcall.AddressInput{
			Street: text(site.street), City: text(site.city), State: unlessEmpty(site.state), Zip: text(site.zip), Country: text(site.country),
		}),
	}
}

// input describes the contact in a demo that starts at a time.
func (p *samplePerson) input(start time.Time) rollcall.ContactInput {
	text := rollcall.Given[string]
	clock := func(d time.Duration) rollcall.Field[string] { return text(start.Add(d).UTC().Format(time.RFC3339)) }
	in := rollcall.ContactInput{
		ContactID: text(p.contact()), FirstName: text(p.first), LastName: text(p.last),
		Type: text(p.kind), Role: text(p.role), Language: unlessEmpty(p.language),
	}
	var points []rollcall.PointInput
	for _, phone := range p.phones {
		points = append(points, rollcall.PointInput{
			Kind: text(string(rollcall.PhonePoint)), Value: text(phone.number), Extension: unlessEmpty(phone.extension), Label: unlessEmpty(phone.label),
		})
	}
	if p.email != "" {
		points = append(points, rollcall.PointInput{Kind: text(string(rollcall.EmailPoint)), Value: text(p.email)})
	}
	in.Points = rollcall.Given(points)
	if p.nights {
		in.Calling.Availability = rollcall.Given([]rollcall.HoursInput{{
			Days: rollcall.Given([]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}), From: text("22:00"), To: text("06:00"),
		}})
	}
	if p.from > 0 {
		in.Calling.Effective = clock(p.from)
	}
	if p.away {
		in.Calling.Absences = rollcall.Given([]rollcall.AbsenceInput{{From: clock(-demoDay), To: clock(2 * demoWeek), Note: text("holiday")}})
	}
	return in
}

func (p *samplePerson) contact() string {
	if p.id != "" {
		return p.id
	}
	return "contact_" + strings.ToLower(p.first+"_"+p.last)
}

// unlessEmpty returns a Field that holds s, and an absent one if s is empty.
func unlessEmpty(s string) rollcall.Field[string] {
	return rollcall.Field[string]{Value: s, Set: s != ""}
}
