package console

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const rollCallsPerPage = 20

// rollCallsPage is the data of roll_calls.html.
type rollCallsPage struct {
	shell
	RollCalls []rollCallRow
	Plan      string // path; empty: the user may not
	Next      string // path of the next page; empty: this is the last
}

// rollCallRow is one roll call in the list, and what its page says of it.
type rollCallRow struct {
	Path, What, When string
	Badge            badge
	Counts           []itemCount
}

// itemCount is how many items of a roll call have a status.
type itemCount struct {
	Badge badge
	Items int
	Path  string // of the items with the status
}

// rollCalls shows the roll calls, the newest first.
func (v *visit) rollCalls() error {
	q := service.RollCallQuery{After: cursorIn(v.r.URL.Query(), "after"), Limit: rollcall.Given(rollCallsPerPage)}
	found, next, err := v.service.RollCalls(v.r.Context(), v.caller(), q)
	if err != nil {
		return err
	}
	place, err := v.companyPlace()
	if err != nil {
		return err
	}
	p := rollCallsPage{shell: v.shell(v.t.RollCalls.Title)}
	if v.mayChange() {
		p.Plan = planPath
	}
	for i := range found {
		p.RollCalls = append(p.RollCalls, v.rollCallRow(&found[i], place))
	}
	if next != "" {
		p.Next = rollCallsPath + "?" + url.Values{"after": {next}}.Encode()
	}
	return v.show("roll_calls", p)
}

// companyPlace returns the time zone of the company's settings, in which times that are of no site are shown.
func (v *visit) companyPlace() (*time.Location, error) {
	set, err := v.service.Settings(v.r.Context(), v.caller())
	if err != nil {
		return nil, err
	}
	return zoneOf(&set), nil
}

// zoneOf returns the time zone of settings, UTC if they have none.
func zoneOf(set *rollcall.Settings) *time.Location {
	site := rollcall.Site{Timezone: set.Quiet.Timezone}
	return placeOf(&site)
}

// rollCallPath returns the path of the page of a roll call.
func rollCallPath(id rollcall.RollCallID) string {
	return rollCallsPath + "/" + url.PathEscape(string(id))
}

func (v *visit) rollCallRow(r *service.RollCallReport, place *time.Location) rollCallRow {
	path := rollCallPath(r.ID)
	row := rollCallRow{Path: path, What: v.whom(&r.RollCall), Badge: v.t.rollCallBadge(r.Shown()), When: v.t.moment(r.Starts, place)}
	for _, status := range itemOrder {
		if n := r.Counts.Items[status]; n > 0 {
			row.Counts = append(row.Counts, itemCount{v.t.itemBadge(status), n, path + "?status=" + string(status) + "#items"})
		}
	}
	return row
}

// itemOrder is the order in which counts are shown.
var itemOrder = []rollcall.ItemStatus{
	rollcall.ItemConfirmed, rollcall.ItemOpen, rollcall.ItemExpired, rollcall.ItemFailed, rollcall.ItemUndeliverable, rollcall.ItemDeclined,
	rollcall.ItemOptedOut, rollcall.ItemSkipped, rollcall.ItemCanceled,
}

func (t *texts) rollCallBadge(status rollcall.RollCallStatus) badge {
	class := map[rollcall.RollCallStatus]string{
		rollcall.RollCallScheduled: "wait", rollcall.RollCallRunning: "wait", rollcall.RollCallPaused: "warn", rollcall.RollCallFinished: "good",
		rollcall.RollCallCanceled: "calm",
	}[status]
	return newBadge(class, t.RollCalls.Status[status])
}

func (t *texts) itemBadge(status rollcall.ItemStatus) badge {
	class := map[rollcall.ItemStatus]string{
		rollcall.ItemOpen: "wait", rollcall.ItemConfirmed: "good", rollcall.ItemDeclined: "bad", rollcall.ItemUndeliverable: "bad",
		rollcall.ItemOptedOut: "calm", rollcall.ItemExpired: "warn", rollcall.ItemFailed: "bad", rollcall.ItemSkipped: "calm", rollcall.ItemCanceled: "calm",
	}[status]
	return newBadge(class, t.RollCalls.ItemStatus[status])
}

// The conditions that the form of a plan has, as filters have them.
var (
	unconfirmedStates = []rollcall.PointStatus{rollcall.PointUnconfirmed, rollcall.PointStale}
	unreadyStates     = []rollcall.ReadinessStatus{rollcall.NotReady, rollcall.AtRisk}
	notReadyStates    = []rollcall.ReadinessStatus{rollcall.NotReady}
)

// whom returns in words whom a roll call asks. A program may have chosen conditions that the form does not have.
func (v *visit) whom(r *rollcall.RollCall) string {
	t, f := &v.t.RollCalls, &r.Filter
	var parts []string
	switch {
	case len(f.Statuses) == 0 && f.OlderThan == 0:
		parts = append(parts, t.People["everybody"])
	case slices.Equal(f.Statuses, unconfirmedStates):
		parts = append(parts, t.People["unconfirmed"])
	case len(f.Statuses) > 0:
		parts = append(parts, replaced(t.SomeStates, "states", listed(f.Statuses, v.t.Words.PointStates)))
	}
	if f.OlderThan > 0 {
		parts = append(parts, replaced(t.NotFor, "days", strconv.Itoa(f.OlderThan)))
	}
	switch {
	case slices.Equal(f.Readiness, unreadyStates):
		parts = append(parts, t.Places["unready"])
	case slices.Equal(f.Readiness, notReadyStates):
		parts = append(parts, t.Places["not_ready"])
	case len(f.Readiness) > 0:
		parts = append(parts, replaced(t.SomeReadiness, "states", listed(f.Readiness, v.t.Words.Readiness)))
	}
	if n := len(f.Sites) + len(f.References); n > 0 {
		parts = append(parts, replaced(t.SomeSites, "count", strconv.Itoa(n)))
	}
	if r.Repeated {
		parts = append(parts, t.Repeated)
	}
	return strings.Join(parts, " · ")
}

// listed returns the labels of values, as a list.
func listed[T ~string](values []T, labels map[T]string) string {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = labels[value]
	}
	return strings.Join(words, ", ")
}

// replaced returns a text in whose braces the words are: the name of each, and what stands for it.
func replaced(text string, words ...string) string {
	for i := 0; i < len(words); i += 2 {
		words[i] = "{" + words[i] + "}"
	}
	return strings.NewReplacer(words...).Replace(text)
}

// after returns in words when something is over that takes so long, rounded up.
func (t *durationTexts) after(takes time.Duration) string {
	say := func(n int, texts []string) string {
		if n == 1 {
			return texts[0]
		}
		return fmt.Sprintf(texts[1], n)
	}
	const day = 24 * time.Hour
	up := func(unit time.Duration) int { return int((takes + unit - 1) / unit) }
	switch {
	case takes == 0:
		return t.AtOnce
	case takes <= 2*time.Hour:
		return say(up(time.Minute), t.Minutes)
	case takes <= 2*day:
		return say(up(time.Hour), t.Hours)
	}
	return say(up(day), t.DaysIn)
}
