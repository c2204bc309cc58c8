package rollcall

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// alarm is a random site, with its contacts, at a random moment.
type alarm struct {
	site     Site
	contacts []Contact
	at       time.Time
	phase    Phase
	rules    ReadinessRules
	place    *time.Location // nil: the site has no time zone
}

// TestCallListOfRandomSites compares call lists and readiness of random sites at random moments, many of them near a change of the
// clocks, with a slow implementation of the contract in this file. With ROLLCALL_SOAK=1 there are 100,000.
func TestCallListOfRandomSites(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/zones.txt")
	if err != nil {
		t.Fatal(err)
	}
	zones := strings.Fields(string(text))
	cases, began := 2_000, time.Now()
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		cases = 100_000
	}
	seed := rand.Uint64()
	calls, statuses := map[SkipReason]int{}, map[ReadinessStatus]int{}
	for i := range cases {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		a := randomAlarm(t, r, zones[i%len(zones)])
		list := CallListAt(&a.site, a.contacts, a.at, a.phase)
		readiness := ReadinessAt(&a.site, a.contacts, a.rules, a.at)
		problem := a.checkCallList(&list)
		if problem == "" {
			problem = a.checkReadiness(r, &readiness)
		}
		if problem != "" {
			t.Fatalf("seed %d, case %d, at %s in %q: %s\n%+v", seed, i, a.at.Format(time.RFC3339Nano), a.site.Timezone, problem, a)
		}
		calls[""] += len(list.Calls)
		for _, s := range list.Skipped {
			calls[s.Reason]++
		}
		statuses[readiness.Status]++
	}
	for _, reason := range append(SkipReasons(), "") {
		if calls[reason] == 0 {
			t.Errorf("seed %d: no phone was skipped with reason %q, want every reason; the cases prove nothing about it", seed, reason)
		}
	}
	for _, status := range ReadinessStatuses() {
		if statuses[status] == 0 {
			t.Errorf("seed %d: no site is %s, want every status", seed, status)
		}
	}
	t.Logf("figure: %d sites in %d time zones, %d calls, in %.0f s", cases, len(zones), calls[""], time.Since(began).Seconds())
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func randomAlarm(t *testing.T, r *rand.Rand, zone string) alarm {
	t.Helper()
	place, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	a := alarm{phase: pick(r, Phases()...), place: place, rules: ReadinessRules{r.IntN(3), r.IntN(4), r.IntN(4) == 0}}
	a.site = Site{Timezone: zone, Status: pick(r, SiteActive, SiteActive, SiteActive, SiteActive, siteInactive, SiteSuspended)}
	if r.IntN(10) == 0 {
		a.site.Timezone, a.place = "", nil
	}
	if r.IntN(10) == 0 {
		a.site.ReadinessRules.ExemptReason = "fire panel only"
	}
	a.site.PremisesPhone = pick(r, PremisesPhone{}, PremisesPhone{Value: "555-0123"}, PremisesPhone{Value: one, E164: one})
	// From 1970 to 2037, in half of the cases within two hours of a change of the clocks.
	a.at = time.Unix(r.Int64N(68*366*24*3600), 0).UTC()
	if start, end := a.at.In(place).ZoneBounds(); r.IntN(2) == 0 && !start.IsZero() && !end.IsZero() {
		a.at = pick(r, start, end).Add(time.Duration(r.IntN(4*60)-2*60) * time.Minute)
	}
	a.at = a.at.Add(time.Duration(pick(r, 0, 0, 1, -1, r.IntN(3_600_000_000)))*time.Microsecond + time.Duration(r.IntN(2)*30)*time.Second).UTC()
	for range r.IntN(7) {
		a.contacts = append(a.contacts, a.randomContact(r))
	}
	return a
}

func (a *alarm) randomContact(r *rand.Rand) Contact {
	c := Contact{ID: ContactID(fmt.Sprintf("contact_%d", r.IntN(1000))), FirstName: pick(r, "Ann", "Bob", "Cat"), LastName: pick(r, "Lee", "")}
	c.Type, c.Dispatch = pick(r, append(ContactTypes(), "primary", "emergency")...), pick(r, append(Dispatches(), "", "", "both", "both")...)
	for range r.IntN(4) {
		p := Point{Kind: pick(r, PhonePoint, PhonePoint, PhonePoint, EmailPoint), Label: pick(r, append(PointLabels(), "")...)}
		p.Value = pick(r, one, two, three)
		if p.Kind == PhonePoint {
			p.E164, p.Extension = pick(r, PhoneNumber(p.Value), PhoneNumber(p.Value), PhoneNumber(p.Value), ""), pick(r, "", "", "12")
		}
		if p.State.Status = pick(r, append(PointStatuses(), PointConfirmed)...); p.State.Status == PointOptedOut {
			p.State.Before = pick(r, PointConfirmed, PointStale, "")
		}
		c.Points = append(c.Points, p)
	}
	// Times that matter are near the moment, or the moment itself.
	near := func() time.Time {
		return a.at.Add(pick(r, 0, time.Microsecond, -time.Microsecond, time.Duration(r.Int64N(int64(96*time.Hour)))-48*time.Hour))
	}
	if r.IntN(6) == 0 {
		c.Effective = near()
	}
	if r.IntN(6) == 0 {
		c.Expires = near()
	}
	for range r.IntN(6) - 3 {
		from := near()
		c.Absences = append(c.Absences, Absence{From: from, To: from.Add(pick(r, time.Microsecond, time.Duration(r.Int64N(int64(72*time.Hour)))+1)), Note: pick(r, "", "skiing")})
	}
	for range r.IntN(6) - 3 {
		place := a.place
		if place == nil {
			place = time.UTC
		}
		local := a.at.In(place)
		minute := func() int {
			return (local.Hour()*60 + local.Minute() + pick(r, -1, 0, 1, r.IntN(dayMinutes)) + dayMinutes) % dayMinutes
		}
		h := Hours{Days: 1<<local.Weekday() | Days(r.IntN(128)), From: minute(), To: minute()}
		if r.IntN(2) == 0 {
			h.Days = Days(1 + r.IntN(127))
		}
		c.Availability = append(c.Availability, h)
	}
	return c
}

// phoneAt is the place of a phone: of its contact, and among the points. point is -1 for a contact without a phone.
type phoneAt struct{ contact, point int }

// reasons returns every reason that keeps a phone off the call list, each tested by itself, by the words of the contract.
func (a *alarm) reasons(at phoneAt, called map[string]bool) map[SkipReason]bool {
	c := a.contacts[at.contact]
	dispatch := c.Dispatch
	if dispatch == "" {
		dispatch = map[ContactType]Dispatch{"primary": "both", "emergency": "both", "secondary": "both", "technician": "never", "billing": "never"}[c.Type]
	}
	now := a.at.UnixMicro()
	absent := false
	for _, absence := range c.Absences {
		absent = absent || absence.From.UnixMicro() <= now && now < absence.To.UnixMicro()
	}
	found := map[SkipReason]bool{
		"not_effective_yet": !c.Effective.IsZero() && now < c.Effective.UnixMicro(),
		"expired":           !c.Expires.IsZero() && c.Expires.UnixMicro() <= now,
		"never_called":      dispatch == "never",
		"other_phase":       dispatch == "before" && a.phase == "after" || dispatch == "after" && a.phase == "before",
		"absent":            absent,
		"outside_hours":     a.place != nil && len(c.Availability) > 0 && !a.onCall(c.Availability),
		"no_phone":          at.point < 0,
	}
	if at.point >= 0 {
		p := c.Points[at.point]
		found["not_dialable"] = p.E164 == ""
		found["declined"] = p.State.Status == "declined"
		found["duplicate"] = called[string(p.E164)+"x"+p.Extension]
	}
	return found
}

func (a *alarm) onCall(all []Hours) bool {
	on := minutesOnCall(all)
	return on[a.localMinute()]
}

const weekMinutes = 7 * 24 * 60

// localMinute returns the minute of the week, from Monday, that the clock and calendar of the site show. It adds the offset of the
// zone to the seconds since 1970, which began with a Thursday.
func (a *alarm) localMinute() int {
	_, offset := a.at.In(a.place).Zone()
	seconds := a.at.Unix() + int64(offset) + 3*24*3600
	week := int64(weekMinutes * 60)
	return int((seconds%week + week) % week / 60)
}

// minutesOnCall returns the minutes of the week, from Monday, that are in the hours. It goes through them one by one.
func minutesOnCall(all []Hours) (on [weekMinutes]bool) {
	for _, h := range all {
		for day, name := range []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday} {
			if h.Days>>name&1 == 0 {
				continue
			}
			minute := day*24*60 + h.From
			for {
				on[minute%weekMinutes] = true
				minute++
				if minute%(24*60) == h.To {
					break
				}
			}
		}
	}
	return on
}

// checkCallList compares a call list with what the contract says. It returns what is wrong.
func (a *alarm) checkCallList(list *CallList) string {
	order := []SkipReason{
		"not_effective_yet", "expired", "never_called", "other_phase", "absent", "outside_hours", "no_phone", "not_dialable", "declined", "duplicate",
	}
	var calls, skipped []string
	called := map[string]bool{}
	skips := map[phoneAt]SkipReason{}
	for _, at := range a.inCallOrder() {
		reason := SkipReason("")
		found := a.reasons(at, called)
		for i := len(order) - 1; i >= 0; i-- {
			if found[order[i]] {
				reason = order[i]
			}
		}
		if reason != "" {
			skips[at] = reason
			continue
		}
		p := a.contacts[at.contact].Points[at.point]
		called[string(p.E164)+"x"+p.Extension] = true
		calls = append(calls, fmt.Sprint(len(calls)+1, at))
	}
	for i := range a.contacts {
		for j := -1; j < len(a.contacts[i].Points); j++ {
			if reason, ok := skips[phoneAt{i, j}]; ok {
				skipped = append(skipped, fmt.Sprint(phoneAt{i, j}, reason))
			}
		}
	}
	var gotCalls, gotSkipped []string
	for _, call := range list.Calls {
		gotCalls = append(gotCalls, fmt.Sprint(call.Order, a.find(call.Contact, call.Point)))
	}
	for _, skip := range list.Skipped {
		gotSkipped = append(gotSkipped, fmt.Sprint(a.find(skip.Contact, skip.Point), skip.Reason))
		if skip.Message == "" {
			return "a skipped phone has no message"
		}
	}
	if got, want := strings.Join(gotCalls, ", "), strings.Join(calls, ", "); got != want {
		return "the calls are " + got + ", want " + want
	}
	if got, want := strings.Join(gotSkipped, ", "), strings.Join(skipped, ", "); got != want {
		return "the skipped phones are " + got + ", want " + want
	}
	return ""
}

// inCallOrder returns all phones by position, then by the order of the points, undeliverable ones after the person's others; and
// contacts without a phone.
func (a *alarm) inCallOrder() []phoneAt {
	var all []phoneAt
	for i, c := range a.contacts {
		var first, last []phoneAt
		for j, p := range c.Points {
			switch {
			case p.Kind == "email":
			case p.State.Status == "undeliverable":
				last = append(last, phoneAt{i, j})
			default:
				first = append(first, phoneAt{i, j})
			}
		}
		if len(first)+len(last) == 0 {
			first = []phoneAt{{i, -1}}
		}
		all = append(append(all, first...), last...)
	}
	return all
}

// find returns the place of a phone that a call list or a reason points to.
func (a *alarm) find(c *Contact, p *Point) phoneAt {
	for i := range a.contacts {
		if &a.contacts[i] != c {
			continue
		}
		for j := range c.Points {
			if &c.Points[j] == p {
				return phoneAt{i, j}
			}
		}
		return phoneAt{i, -1}
	}
	return phoneAt{-1, -1}
}
