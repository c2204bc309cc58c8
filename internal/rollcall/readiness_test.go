package rollcall

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// readyDay is the moment of the tests.
var readyDay = date(2027, 3, 15)

// day returns a moment some days after readyDay.
func day(d int) time.Time { return readyDay.AddDate(0, 0, d) }

var (
	usual, home = DefaultReadinessRules(), ReadinessRules{MinPeople: 1, MinNumbers: 1}
	ann, bob    = person("Ann", call(one, PointConfirmed)), person("Bob", call(two, PointConfirmed))
	active      = Site{Status: SiteActive}
	work        = labelled(call("+12025550104", PointPending), "work")
	other       = labelled(call("+12025550105", PointUnconfirmed), "")
)

func labelled(p Point, label PointLabel) Point {
	p.Label = label
	return p
}

// optedOut returns a phone whose status was another one before the person opted out.
func optedOut(before PointStatus) Point {
	p := call(two, PointOptedOut)
	p.State.Before = before
	return p
}

// readinessCases are sites with contacts, and their readiness on readyDay.
var readinessCases = []struct {
	name             string
	site             Site
	rules            ReadinessRules
	contacts         []Contact
	want             ReadinessStatus
	proven, callable Reach
	reasons          []string // code: message
	next             time.Time
}{
	{"two proven people", active, usual, []Contact{ann, bob}, Ready, Reach{2, 2}, Reach{2, 2}, nil, time.Time{}},
	{"one person at home", active, home, []Contact{ann}, Ready, Reach{1, 1}, Reach{1, 1}, nil, time.Time{}},
	{"nobody needed", active, ReadinessRules{}, nil, Ready, Reach{}, Reach{}, nil, time.Time{}},
	{"nobody needed, but a phone of the site", active, ReadinessRules{PremisesPhone: true}, nil, NotReady, Reach{}, Reach{}, []string{"no_premises_phone: the site has no phone of its own"}, time.Time{}},
	{"no contacts", active, ReadinessRules{2, 2, true}, nil, NotReady, Reach{}, Reach{}, []string{"no_contacts: the site has no contacts"}, time.Time{}},
	{"contacts who have no phone", active, usual, []Contact{person("Ann", Point{Kind: EmailPoint, Value: "ann@example.org", State: PointState{Status: PointConfirmed}})}, NotReady, Reach{}, Reach{},
		[]string{"too_few_people: 0 people can be called, but the site needs 2", "too_few_numbers: 0 numbers can be called, but the site needs 2"}, time.Time{}},
	{"one person with two numbers", active, usual, []Contact{person("Ann", call(one, PointConfirmed), call(two, PointConfirmed))}, NotReady, Reach{1, 2}, Reach{1, 2},
		[]string{"too_few_people: 1 person can be called, but the site needs 2"}, time.Time{}},
	{"two people with one number each, three wanted", active, ReadinessRules{2, 3, false}, []Contact{ann, bob}, NotReady, Reach{2, 2}, Reach{2, 2},
		[]string{"too_few_numbers: 2 numbers can be called, but the site needs 3"}, time.Time{}},
	{"one number of two people counts for the first", active, usual, []Contact{ann, person("Bob", call(one, PointConfirmed))}, NotReady, Reach{1, 1}, Reach{1, 1},
		[]string{"too_few_people: 1 person can be called, but the site needs 2", "too_few_numbers: 1 number can be called, but the site needs 2"}, time.Time{}},
	{"two extensions are two numbers", active, usual, []Contact{person("Ann", call(one+"x1", PointConfirmed)), person("Bob", call(one+"x2", PointConfirmed))}, Ready, Reach{2, 2}, Reach{2, 2}, nil, time.Time{}},
	{"a number that only the second person has proven", active, usual, []Contact{person("Ann", call(one, PointUnconfirmed)), person("Bob", call(one, PointConfirmed), call(two, PointUnconfirmed)), person("Cat", call(three, PointConfirmed))},
		Ready, Reach{2, 2}, Reach{3, 3}, nil, time.Time{}},
	{"every status that isn't proven", active, usual,
		[]Contact{person("Ann", call(one, PointUndeliverable), call("+12025550106", PointStale), work, other), person("Bob", optedOut(PointStale)), person("Cat", optedOut("").with("+12025550107"))},
		AtRisk, Reach{}, Reach{3, 6}, []string{
			"stale: Ann Lee's mobile ending 06 was last confirmed too long ago", "unconfirmed: Ann Lee's work phone was not confirmed yet", "unconfirmed: Ann Lee's phone was never confirmed",
			"undeliverable: messages to Ann Lee's mobile ending 01 fail", "stale: Bob Lee's mobile was last confirmed too long ago", "unconfirmed: Cat Lee's mobile was never confirmed",
		}, time.Time{}},
	{"an opt-out leaves a confirmation", active, usual, []Contact{ann, person("Bob", optedOut(PointConfirmed))}, Ready, Reach{2, 2}, Reach{2, 2}, nil, time.Time{}},
	{"phones that nobody calls", active, usual, []Contact{ann, bob, person("Cat", call("555-0123", PointUnconfirmed), call(three, PointDeclined)),
		person("Dan", call(three, PointUnconfirmed)).with(func(c *Contact) { c.Type = "billing" })}, Ready, Reach{2, 2}, Reach{2, 2}, nil, time.Time{}},
	{"hours and phases don't matter", active, usual, []Contact{
		ann.with(func(c *Contact) { c.Availability = []Hours{onCall(1<<time.Tuesday, "08:00", "08:01")} }), bob.with(func(c *Contact) { c.Dispatch = DispatchAfter }),
	}, Ready, Reach{2, 2}, Reach{2, 2}, nil, time.Time{}},
	{"not effective yet", active, usual, []Contact{ann, bob.with(func(c *Contact) { c.Effective, c.Expires = day(1), day(5) })}, NotReady, Reach{1, 1}, Reach{1, 1},
		[]string{"too_few_people: 1 person can be called, but the site needs 2", "too_few_numbers: 1 number can be called, but the site needs 2"}, day(1)},
	{"until it expires", active, usual, []Contact{ann, bob.with(func(c *Contact) { c.Effective, c.Expires = day(0), day(5) })}, Ready, Reach{2, 2}, Reach{2, 2}, nil, day(5)},
	{"expired", active, home, []Contact{ann, bob.with(func(c *Contact) { c.Expires = day(0) })}, Ready, Reach{1, 1}, Reach{1, 1}, nil, time.Time{}},
	{"absent", active, home, []Contact{ann, bob.with(func(c *Contact) { c.Absences = []Absence{{From: day(7), To: day(9)}, {From: day(-1), To: day(3)}} })}, Ready, Reach{1, 1}, Reach{1, 1}, nil, day(3)},
	{"before an absence", active, usual, []Contact{ann.with(func(c *Contact) { c.Expires = day(30) }), bob.with(func(c *Contact) { c.Absences = []Absence{{From: day(7), To: day(9)}, {From: day(-2), To: day(-1)}} })},
		Ready, Reach{2, 2}, Reach{2, 2}, nil, day(7)},
	{"a phone of the site", Site{Status: SiteActive, PremisesPhone: PremisesPhone{Value: three, E164: three}}, ReadinessRules{2, 2, true}, []Contact{ann, bob}, Ready, Reach{2, 2}, Reach{2, 2}, nil, time.Time{}},
	{"a phone of the site that can't be dialled", Site{Status: SiteActive, PremisesPhone: PremisesPhone{Value: "555-0123"}}, ReadinessRules{2, 2, true}, []Contact{ann, bob}, NotReady, Reach{2, 2}, Reach{2, 2},
		[]string{"no_premises_phone: the phone of the site cannot be dialled"}, time.Time{}},
	{"inactive", Site{Status: siteInactive, ReadinessRules: SiteReadinessRules{ExemptReason: "closed"}}, usual, []Contact{ann.with(func(c *Contact) { c.Expires = day(5) })}, Exempt, Reach{1, 1}, Reach{1, 1},
		[]string{"inactive: the site is inactive"}, time.Time{}},
	{"suspended", Site{Status: SiteSuspended}, usual, []Contact{ann, bob}, Exempt, Reach{2, 2}, Reach{2, 2}, []string{"inactive: the site is suspended"}, time.Time{}},
	{"exempt", Site{Status: SiteActive, ReadinessRules: SiteReadinessRules{ExemptReason: "fire panel only"}}, usual, nil, Exempt, Reach{}, Reach{}, []string{"exempt: fire panel only"}, time.Time{}},
}

func TestReadinessAt(t *testing.T) {
	t.Parallel()
	for _, tt := range readinessCases {
		t.Run(tt.name, func(t *testing.T) {
			got := ReadinessAt(&tt.site, tt.contacts, tt.rules, readyDay)
			if got.Status != tt.want || got.Proven != tt.proven || got.Callable != tt.callable || got.Required != tt.rules || !got.NextChange.Equal(tt.next) {
				t.Errorf("ReadinessAt = %s, proven %v, callable %v, next change %v; want %s, %v, %v, %v",
					got.Status, got.Proven, got.Callable, got.NextChange, tt.want, tt.proven, tt.callable, tt.next)
			}
			var reasons []string
			for _, r := range got.Reasons {
				reasons = append(reasons, string(r.Code)+": "+r.Message)
				if about := r.Code == ReasonUnconfirmed || r.Code == ReasonStale || r.Code == ReasonUndeliverable; about != (r.Contact != nil) || about != (r.Point != nil) {
					t.Errorf("reason %s is about contact %v and point %v", r.Code, r.Contact, r.Point)
				}
			}
			if !slices.Equal(reasons, tt.reasons) {
				t.Errorf("reasons =\n%s\nwant\n%s", strings.Join(reasons, "\n"), strings.Join(tt.reasons, "\n"))
			}
		})
	}
}

// with returns the phone with another number.
func (p Point) with(number PhoneNumber) Point {
	p.Value, p.E164 = string(number), number
	return p
}
