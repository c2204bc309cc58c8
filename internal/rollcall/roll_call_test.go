package rollcall

import (
	"testing"
	"time"
)

var (
	rollCallBegan = time.Date(2027, 3, 15, 15, 0, 0, 0, time.UTC)
	oldPhone      = Point{Kind: PhonePoint, Value: "+1 202 555 0147", E164: "+12025550147", State: PointState{Status: PointStale, Confirmed: rollCallBegan.AddDate(0, 0, -91)}}
	freshMail     = Point{Kind: EmailPoint, Value: "ann@example.org", State: PointState{Status: PointConfirmed, Confirmed: rollCallBegan.AddDate(0, 0, -89)}}
	neverMail     = Point{Kind: EmailPoint, Value: "ann@example.org", State: PointState{Status: PointUnconfirmed}}
	deskPhone     = Point{Kind: PhonePoint, Value: "+1 202 555 0148", E164: "+12025550148", Extension: "12", State: PointState{Status: PointUnconfirmed}}
	noPhone       = Point{Kind: PhonePoint, Value: "+1 202 555 0149", E164: "+12025550149", State: PointState{Status: PointDeclined}}
)

func TestFilterSelects(t *testing.T) {
	for _, c := range []struct {
		name   string
		filter RollCallFilter
		point  Point
		want   bool
	}{
		{"all", RollCallFilter{All: true}, freshMail, true},
		{"an old confirmation is older than 90 days", RollCallFilter{OlderThan: 90}, oldPhone, true},
		{"a fresh one is not", RollCallFilter{OlderThan: 90}, freshMail, false},
		{"never is older than any", RollCallFilter{OlderThan: 36_500}, neverMail, true},
		{"a status", RollCallFilter{Statuses: []PointStatus{PointUnconfirmed, PointStale}}, oldPhone, true},
		{"another status", RollCallFilter{Statuses: []PointStatus{PointUnconfirmed, PointStale}}, freshMail, false},
		{"conditions narrow each other down", RollCallFilter{Statuses: []PointStatus{PointConfirmed}, OlderThan: 90}, freshMail, false},
	} {
		if got := c.filter.Selects(&c.point, rollCallBegan); got != c.want {
			t.Errorf("%s: selected %t, want %t", c.name, got, c.want)
		}
	}
}

func TestSkippedPoints(t *testing.T) {
	texts, noTexts := Contact{Preferences: Preferences{SMS: true}}, Contact{}
	for _, c := range []struct {
		name    string
		methods []Method
		contact Contact
		point   Point
		site    SiteStatus
		want    ItemReason
	}{
		{"a phone by SMS", []Method{SMS}, texts, oldPhone, SiteActive, ""},
		{"an inactive site", []Method{SMS}, texts, oldPhone, SiteStatus("inactive"), ""},
		{"a suspended site", []Method{SMS}, texts, oldPhone, SiteSuspended, ItemSiteSuspended},
		{"a phone of somebody who wants no texts", []Method{SMS}, noTexts, oldPhone, SiteActive, ItemNoMethod},
		{"the same phone by call", []Method{SMS, Call}, noTexts, oldPhone, SiteActive, ""},
		{"an extension by SMS", []Method{SMS, Email}, texts, deskPhone, SiteActive, ItemNoMethod},
		{"an extension by call", []Method{SMS, Call}, texts, deskPhone, SiteActive, ""},
		{"an e-mail by SMS", []Method{SMS, Call}, texts, neverMail, SiteActive, ItemNoMethod},
		{"a phone that was declined", []Method{SMS}, texts, noPhone, SiteSuspended, ItemWasDeclined},
	} {
		r := RollCall{Methods: c.methods}
		if got := r.SkipPoint(c.site, &c.contact, &c.point); got != c.want {
			t.Errorf("%s: skipped because of %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSharedMessage(t *testing.T) {
	ann := Contact{FirstName: "Ann", LastName: "Lee"}
	same := Point{Kind: PhonePoint, Value: "(202) 555-0147", E164: "+12025550147"}
	for _, c := range []struct {
		name    string
		contact Contact
		point   Point
		want    bool
	}{
		{"the same number in another spelling", ann, same, true},
		{"the name in capitals, with spaces and accents", Contact{FirstName: " ÁNN", LastName: "lee  "}, same, true},
		{"the name cut at another place", Contact{FirstName: "", LastName: "Ann Lee"}, same, true},
		{"another name", Contact{FirstName: "Bob", LastName: "Lee"}, same, false},
		{"an extension of the number", ann, Point{Kind: PhonePoint, Value: same.Value, E164: same.E164, Extension: "1"}, false},
		{"an e-mail", ann, neverMail, false},
	} {
		if got := SharedMessage(&c.contact, &c.point) == SharedMessage(&ann, &oldPhone); got != c.want {
			t.Errorf("%s: shares a message %t, want %t", c.name, got, c.want)
		}
	}
}

// followed is a validation with a status, that began so many minutes after the roll call.
func followed(id ValidationID, status ValidationStatus, minutes int) *Validation {
	return &Validation{ID: id, Status: status, Created: rollCallBegan.Add(time.Duration(minutes) * time.Minute)}
}

func TestItemsFollow(t *testing.T) {
	point := func(status PointStatus, confirmed time.Duration) Point {
		p := Point{Kind: PhonePoint, State: PointState{Status: status}}
		if status.Proven() {
			p.State.Confirmed = rollCallBegan.Add(confirmed)
		}
		return p
	}
	open := point(PointPending, 0)
	for _, c := range []struct {
		name          string
		point         Point
		own, followed *Validation
		undeliverable bool
		want          ItemStatus
		reason        ItemReason
		validation    ValidationID
	}{
		{"nothing happened", open, nil, nil, false, ItemOpen, "", ""},
		{"confirmed before the roll call", point(PointConfirmed, -time.Hour), nil, nil, false, ItemOpen, "", ""},
		{"confirmed since", point(PointConfirmed, time.Hour), nil, nil, false, ItemConfirmed, "", ""},
		{"attested with an older date", point(PointConfirmed, -time.Hour), followed("a", ValidationConfirmed, 5), nil, false, ItemConfirmed, "", ""},
		{"declined", point(PointDeclined, 0), followed("a", ValidationSent, 5), nil, false, ItemDeclined, "", ""},
		{"opted out", point(PointOptedOut, 0), nil, nil, false, ItemOptedOut, "", ""},
		{"asked", open, nil, followed("f", ValidationSent, 1), false, ItemOpen, "", "f"},
		{"asked by a newer validation", open, followed("a", ValidationQueued, 5), followed("f", ValidationCanceled, 1), false, ItemOpen, "", "a"},
		{"expired", open, nil, followed("f", ValidationExpired, 1), false, ItemExpired, "", ""},
		{"failed", open, nil, followed("f", ValidationFailing, 1), false, ItemFailed, "", ""},
		{"failed for another contact that can't be reached", open, nil, followed("f", ValidationFailing, 1), true, ItemUndeliverable, "", ""},
		{"failed, and can't be reached", point(PointUndeliverable, 0), followed("a", ValidationFailing, 1), nil, false, ItemUndeliverable, "", ""},
		{"canceled", open, followed("a", ValidationCanceled, 1), nil, false, ItemCanceled, ItemEnded, ""},
	} {
		i := RollCallItem{Status: ItemOpen, Since: rollCallBegan}
		changed := i.Follow(&c.point, c.own, c.followed, c.undeliverable, rollCallBegan.Add(time.Hour))
		if i.Status != c.want || i.Reason != c.reason || i.Validation != c.validation || changed != (c.want != ItemOpen || c.validation != "") {
			t.Errorf("%s: %s %q %q, changed %t, want %s %q %q", c.name, i.Status, i.Reason, i.Validation, changed, c.want, c.reason, c.validation)
		}
	}
}

func TestPace(t *testing.T) {
	r := RollCall{PerHour: 100, Next: rollCallBegan}
	for _, c := range []struct {
		at   time.Duration // since the beginning
		due  bool
		next time.Duration
	}{
		{0, true, 36 * time.Second},
		{35 * time.Second, false, 36 * time.Second},
		{37 * time.Second, true, 72 * time.Second},                     // a second late is made up for
		{time.Hour, true, time.Hour + 36*time.Second},                  // a pause is not
		{time.Hour + 36*time.Second, true, time.Hour + 72*time.Second}, // and it goes on
		{time.Hour + 71_999*time.Millisecond, false, time.Hour + 72*time.Second},
	} {
		if due := r.Due(rollCallBegan.Add(c.at)); due != c.due || r.Next != rollCallBegan.Add(c.next) {
			t.Errorf("after %s: due %t, next after %s, want %t and %s", c.at, due, r.Next.Sub(rollCallBegan), c.due, c.next)
		}
	}
	for messages, want := range map[int]time.Duration{0: 0, 1: 0, 2: 36 * time.Second, 101: time.Hour} {
		if got := r.Takes(messages); got != want {
			t.Errorf("%d messages take %s, want %s", messages, got, want)
		}
	}
}

func TestRollCallStatus(t *testing.T) {
	for _, c := range []struct {
		stored  RollCallStatus
		started time.Time
		open    int
		want    RollCallStatus
	}{
		{RollCallScheduled, time.Time{}, 0, RollCallScheduled},
		{RollCallPaused, time.Time{}, 0, RollCallPaused},
		{RollCallRunning, rollCallBegan, 1, RollCallRunning},
		{RollCallRunning, rollCallBegan, 0, RollCallFinished},
		{RollCallPaused, rollCallBegan, 0, RollCallFinished},
		{RollCallCanceled, rollCallBegan, 0, RollCallCanceled},
	} {
		r := RollCall{Status: c.stored, Started: c.started}
		if got := r.StatusWith(c.open); got != c.want {
			t.Errorf("%s with %d open items = %s, want %s", c.stored, c.open, got, c.want)
		}
	}
}
