package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const itemsPerPage = 30

// rollCallPage is the data of roll_call.html.
type rollCallPage struct {
	shell
	RollCall          rollCallRow
	Live              string // path; empty: nothing will change
	Latest            string // path of the page as it is now
	Done, All         int    // items
	Progress          string // in words; empty: its targets are not fixed yet
	Trouble           string // empty: none
	Facts             []contactFact
	Text              string   // of its own; empty: the usual question
	Steps             []stepOf // that the user may take
	Items             []itemRow
	NoItems           string // instead of items
	AllItems, Next    string // paths; empty: none
	Cancel            *checks
	RollCalls, Status string // Status is that of the items; empty: any
}

// stepOf is a button with what it does.
type stepOf struct{ Name, Label, Text string }

// itemRow is one item in words.
type itemRow struct {
	Badge             badge
	Name, Path        string // of the contact; Path is empty if they are no longer there
	Site, SitePath    string
	Point, Text, When string
}

// rollCall shows how far a roll call is.
func (v *visit) rollCall() error {
	changes, err := v.service.Changes(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	r, err := v.service.RollCall(v.r.Context(), v.caller(), rollcall.RollCallID(v.params["roll_call_id"]))
	if err != nil {
		return err
	}
	place, err := v.companyPlace()
	if err != nil {
		return err
	}
	t, path, shown := &v.t.RollCalls, rollCallPath(r.ID), r.Shown()
	p := rollCallPage{
		shell: v.shell(t.Of + " · " + v.t.moment(r.Starts, place)), RollCall: v.rollCallRow(&r, place), Latest: path, RollCalls: rollCallsPath,
		All: r.Counts.Targeted(), Text: v.freeText(r.Text), AllItems: path + "#items", Facts: v.rollCallFacts(&r, place),
	}
	open := r.Counts.Items[rollcall.ItemOpen]
	if !r.Started.IsZero() {
		p.Done = p.All - open
		p.Progress = replaced(t.Progress, "done", strconv.Itoa(p.Done), "all", strconv.Itoa(p.All))
	}
	if over := shown == rollcall.RollCallFinished || shown == rollcall.RollCallCanceled; !over || open > 0 {
		p.Live = livePath(path, changes)
		p.Trouble = v.cannotSend(r.Methods)
	}
	if v.mayChange() {
		p.Steps = v.rollCallSteps(&r)
		if shown == rollcall.RollCallScheduled || shown == rollcall.RollCallRunning || shown == rollcall.RollCallPaused {
			confirm := v.checks("confirm", t.CancelText, "", []option{{Value: "yes", Label: t.Confirm}})
			p.Cancel = &confirm
		}
	}
	if err := v.rollCallItems(&p, &r); err != nil {
		return err
	}
	return v.show("roll_call", p)
}

// cannotSend says by which of the methods the server can't send now; empty: by none.
func (v *visit) cannotSend(methods []rollcall.Method) string {
	missing := slices.DeleteFunc(v.service.CannotSend(), func(m rollcall.Method) bool { return !slices.Contains(methods, m) })
	if len(missing) == 0 {
		return ""
	}
	return replaced(v.t.RollCalls.CannotSend, "methods", listed(missing, v.t.Words.Methods))
}

// rollCallFacts returns what was planned, and when it happens.
func (v *visit) rollCallFacts(r *service.RollCallReport, place *time.Location) []contactFact {
	t := &v.t.RollCalls
	begins := contactFact{t.Planned, []string{v.t.moment(r.Starts, place)}}
	if !r.Started.IsZero() {
		begins = contactFact{t.Began, []string{v.t.moment(r.Started, place)}}
	}
	facts := []contactFact{
		begins, {t.By, []string{listed(r.Methods, v.t.Words.Methods)}}, {t.PerHour, []string{strconv.Itoa(r.PerHour)}},
	}
	switch {
	case r.Shown() == rollcall.RollCallFinished && !r.Finished.IsZero():
		facts = append(facts, contactFact{t.Ended, []string{v.t.moment(r.Finished, place)}})
	case r.Status != rollcall.RollCallCanceled && r.Counts.Messages > 0:
		facts = append(facts, contactFact{t.LeftToSend, []string{strconv.Itoa(r.Counts.Messages)}})
		if r.Status == rollcall.RollCallRunning {
			facts = append(facts, contactFact{t.EndsAbout, []string{v.t.moment(r.EndsAbout, place)}})
		}
	}
	return facts
}

// rollCallSteps returns the steps that change something now, but for canceling.
func (v *visit) rollCallSteps(r *service.RollCallReport) []stepOf {
	t := &v.t.RollCalls
	var steps []stepOf
	switch r.Shown() {
	case rollcall.RollCallScheduled, rollcall.RollCallRunning:
		steps = append(steps, stepOf{string(service.RollCallPause), t.Pause, t.PauseText})
	case rollcall.RollCallPaused:
		steps = append(steps, stepOf{string(service.RollCallResume), t.Resume, t.ResumeText})
	}
	failed := r.Counts.Items[rollcall.ItemExpired] + r.Counts.Items[rollcall.ItemFailed]
	if failed > 0 && r.Status != rollcall.RollCallCanceled {
		steps = append(steps, stepOf{string(service.RollCallRetry), t.Retry, replaced(t.RetryText, "count", strconv.Itoa(failed))})
	}
	return steps
}

// rollCallItems adds a page of the items.
func (v *visit) rollCallItems(p *rollCallPage, r *service.RollCallReport) error {
	given, t := v.r.URL.Query(), &v.t.RollCalls
	q := service.ItemQuery{After: cursorIn(given, "after"), Limit: rollcall.Given(itemsPerPage)}
	if p.Status = given.Get("status"); p.Status != "" {
		q.Status = rollcall.Given(p.Status)
	}
	items, next, err := v.service.RollCallItems(v.r.Context(), v.caller(), r.ID, q)
	if err != nil {
		return err
	}
	from := itemPlaces{visit: v, sites: map[rollcall.SiteID]*rollcall.Site{}}
	for i := range items {
		row, err := from.row(&items[i])
		if err != nil {
			return err
		}
		p.Items = append(p.Items, row)
	}
	switch {
	case p.Progress == "" && r.Status != rollcall.RollCallCanceled:
		p.NoItems = t.DecidedThen
	case len(p.Items) == 0:
		p.NoItems = t.NoneSuch
	}
	if p.Status == "" && !q.After.Set {
		p.AllItems = ""
	}
	if next != "" {
		query := url.Values{"after": {next}}
		if p.Status != "" {
			query.Set("status", p.Status)
		}
		p.Next = rollCallPath(r.ID) + "?" + query.Encode() + "#items"
	}
	return nil
}

// itemPlaces finds the contacts and sites of items, each once. Items come in the order of sites and contacts.
type itemPlaces struct {
	*visit
	sites   map[rollcall.SiteID]*rollcall.Site // nil: gone
	contact rollcall.Contact                   // the last one that was found
}

func (x *itemPlaces) site(id rollcall.SiteID) (*rollcall.Site, error) {
	if site, known := x.sites[id]; known {
		return site, nil
	}
	site, err := x.service.Site(x.r.Context(), x.caller(), rollcall.SiteRef{ID: id})
	if err != nil {
		x.sites[id] = nil
		return nil, gone(err)
	}
	x.sites[id] = &site
	return &site, nil
}

// contactOf returns the contact of an item, nil if they are no longer there.
func (x *itemPlaces) contactOf(i *rollcall.RollCallItem) (*rollcall.Contact, error) {
	if x.contact.Site != i.Site || x.contact.Seq != i.ContactSeq {
		found, err := x.service.Contact(x.r.Context(), x.caller(), rollcall.ContactRef{Site: rollcall.SiteRef{ID: i.Site}, ID: i.Contact})
		if err != nil {
			return nil, gone(err)
		}
		x.contact = found
	}
	if x.contact.Seq != i.ContactSeq { // another contact has the identifier now
		return nil, nil //nolint:nilnil // they are gone
	}
	return &x.contact, nil
}

// row returns an item in words.
func (x *itemPlaces) row(i *rollcall.RollCallItem) (itemRow, error) {
	row := itemRow{Badge: x.t.itemBadge(i.Status), Name: x.t.Audit.NoContact, Site: x.t.Audit.NoSite, Point: x.t.Words.Kinds[i.Kind]}
	if i.Waits() {
		row.Badge.Text = x.t.RollCalls.NotYet
	}
	x.at = i.Site
	site, err := x.site(i.Site)
	if err != nil {
		return row, err
	}
	place := time.UTC
	if site != nil {
		row.Site, row.SitePath, place = site.Name, sitePath(site.ID), placeOf(site)
		c, err := x.contactOf(i)
		if err != nil {
			return row, err
		}
		if c != nil {
			row.Name, row.Path = contactName(c), contactPath(site.ID, c.ID)
			if point := c.PointByID(i.Point); point != nil {
				row.Point += " " + x.pointValue(point)
			}
		}
	}
	row.Text, err = x.reason(i, place)
	if at := cmp.Or(i.Ended, i.Asked); i.Status != rollcall.ItemOpen {
		row.When = x.t.moment(at, place)
	}
	return row, err
}

// reason says why an item has its status, as far as that does not say it.
func (x *itemPlaces) reason(i *rollcall.RollCallItem, place *time.Location) (string, error) {
	t := &x.t.RollCalls
	switch {
	case i.Reason != "":
		return t.Reasons[i.Reason], nil
	case i.Waits() && i.NotBefore.After(x.now()):
		return replaced(t.WaitsUntil, "time", x.t.moment(i.NotBefore, place)), nil
	case i.Waits():
		return t.Waits, nil
	case i.Status == rollcall.ItemOpen:
		return replaced(t.Asked, "time", x.t.moment(i.Asked, place)), nil
	case i.Validation == "" || i.Status != rollcall.ItemFailed && i.Status != rollcall.ItemUndeliverable:
		return "", nil
	}
	sent, err := x.service.Validation(x.r.Context(), x.caller(), i.Validation)
	if err != nil {
		return "", gone(err)
	}
	return because(x.t.Contact.Events[rollcall.EventFailed], x.t.Contact.Failures[sent.Failure.Code], x.freeText(sent.Failure.Message)), nil
}

// postRollCall takes a step.
func (v *visit) postRollCall() error {
	id, step := rollcall.RollCallID(v.params["roll_call_id"]), service.RollCallStep(v.form.Get("step"))
	done := map[service.RollCallStep]string{
		service.RollCallPause: "roll_call_paused", service.RollCallResume: "roll_call_resumed", service.RollCallCancel: "roll_call_canceled",
		service.RollCallRetry: "roll_call_retried",
	}[step]
	switch {
	case done == "":
		if _, err := v.service.RollCall(v.r.Context(), v.caller(), id); err != nil {
			return err
		}
		return &rollcall.Error{Kind: rollcall.InvalidRequest}
	case step == service.RollCallCancel && v.form.Get("confirm") == "":
		return v.again(rollcall.InvalidField("confirm", rollcall.CodeRequired, "is needed"), (*visit).rollCall)
	}
	after, err := v.service.StepRollCall(v.r.Context(), v.caller(), id, step)
	if err != nil {
		return err
	}
	switch shown := after.Shown(); {
	case step == service.RollCallPause && shown != rollcall.RollCallPaused,
		step == service.RollCallCancel && shown != rollcall.RollCallCanceled,
		step == service.RollCallRetry && shown == rollcall.RollCallCanceled:
		done = "roll_call_over"
	}
	return v.done(rollCallPath(id), done)
}

// liveRollCall tells the page of a roll call that something may have changed, as live does for a site.
func (h *Handler) liveRollCall(w http.ResponseWriter, r *http.Request, params map[string]string) error {
	id := rollcall.RollCallID(params["roll_call_id"])
	return h.watch(w, r, rollCallPoll, func(hash rollcall.Hash) (int64, bool, error) { return h.service.WatchRollCall(r.Context(), hash, id) })
}

// rollCallPoll is livePoll for a roll call, whose number grows with each change of the dealer's records.
const rollCallPoll = 3 * time.Second
