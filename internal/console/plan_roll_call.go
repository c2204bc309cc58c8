package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/message"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// planPage is the data of plan_roll_call.html.
type planPage struct {
	shell
	Where, Sites, Whom, Days field
	Methods                  checks
	CannotSend               string // empty: the server sends by every method
	Text, Pace, Starts       field
	RollCalls                string // path
}

// The values of the form for whom to ask, in the order of the choices.
var (
	planPlaces = []string{"all", "unready", "not_ready", "chosen"}
	planPeople = []string{"unconfirmed", "old", "everybody"}
)

const usualDays = "90" // that the form suggests

// planRollCall shows the form for a roll call.
func (v *visit) planRollCall() error {
	var plan rollCallPlan
	if v.unseal(sealPlan, v.filled.Get("plan"), &plan) { // the session ended before it was started
		v.filled = plan.Values
	}
	set, err := v.service.Settings(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	t := &v.t.RollCalls
	p := planPage{shell: v.shell(t.Plan), RollCalls: rollCallsPath}
	p.Where = v.field("where", t.Where, field{Options: options(planPlaces, t.Places, v.value("where", planPlaces[0]), "")})
	p.Sites = v.field("sites", t.Sites, field{Lines: 4, Value: v.value("sites", ""), Hint: t.SitesHint})
	p.Whom = v.field("whom", t.Whom, field{Options: options(planPeople, t.People, v.value("whom", planPeople[0]), "")})
	p.Days = v.field("filter.older_than_days", t.Days, field{Type: "number", Value: v.value("filter.older_than_days", usualDays), Hint: t.DaysHint})
	var methods []option
	for _, m := range rollcall.Methods() {
		methods = append(methods, option{string(m), v.t.Words.Methods[m], m != rollcall.Call})
	}
	p.Methods = v.checks("methods", t.Methods, t.MethodsHint, methods)
	if missing := v.service.CannotSend(); missing != nil {
		p.CannotSend = replaced(t.CannotSend, "methods", listed(missing, v.t.Words.Methods))
	}
	p.Text = v.field("message", t.Text, field{Lines: 3, Value: v.value("message", ""), Hint: t.TextHint})
	most := set.RollCalls.Pace()
	p.Pace = v.field("per_hour", t.Pace, field{
		Type: "number", Value: v.value("per_hour", strconv.Itoa(min(rollcall.RollCallPace, most))), Hint: replaced(t.PaceHint, "most", strconv.Itoa(most)),
	})
	p.Starts = v.field("starts_at", t.Starts, field{
		Type: "datetime-local", Value: v.value("starts_at", ""), Hint: replaced(t.StartsHint, "zone", zoneOf(&set).String()),
	})
	return v.show("plan_roll_call", p)
}

// rollCallPlan is in a hidden field of the page that shows what a roll call would do, sealed. Since it has the key, it starts one
// roll call however often it is sent.
type rollCallPlan struct {
	Dealer  rollcall.DealerID
	Key     string
	Expires time.Time
	Values  url.Values // of the form
	Sites   []string   // identifiers of the chosen sites
	Seen    plannedNumbers
	Again   bool // it was shown again because something had changed
}

// plannedNumbers is what the page showed.
type plannedNumbers struct {
	Targets                            rollcall.Hash
	People, Messages, Country, PerHour int
}

const dryRunTime = 5 * time.Minute // for millions of contacts

const planLife = 12 * time.Hour // shorter than idempotency keys are kept

// rollCallPreviewPage is the data of roll_call_preview.html.
type rollCallPreviewPage struct {
	shell
	Plan       string // sealed
	What, When string
	Numbers    []numberTile
	Skipped    []string
	Waiting    []string
	Facts      []contactFact
	Takes      string
	SiteNames  []string
	Example    string // a message
	Nobody     bool
	RollCalls  string // path
}

// numberTile is a number and what it counts.
type numberTile struct {
	Number int
	Label  string
}

// postPlanRollCall shows what a roll call would do, and starts it if that is still what was shown.
func (v *visit) postPlanRollCall() error {
	if !v.form.Has("plan") {
		return v.previewRollCall(&rollCallPlan{Dealer: v.user.Dealer, Key: newFormKey(), Values: v.typedPlan()})
	}
	var plan rollCallPlan
	switch {
	case !v.unseal(sealPlan, v.form.Get("plan"), &plan), plan.Dealer != v.user.Dealer, !v.now().Before(plan.Expires):
		v.status, v.alert = http.StatusConflict, v.t.RollCalls.OldPlan
		return v.planRollCall()
	case v.form.Has("change"):
		v.filled = plan.Values
		return v.planRollCall()
	}
	v.form = plan.Values
	return v.startRollCall(&plan)
}

// typedPlan returns what was typed into the fields of the form.
func (v *visit) typedPlan() url.Values {
	typed := url.Values{}
	for _, name := range []string{"where", "sites", "whom", "filter.older_than_days", "methods", "message", "per_hour", "starts_at"} {
		if v.form.Has(name) {
			typed[name] = v.form[name]
		}
	}
	return typed
}

// previewRollCall shows what the roll call of a plan would do now.
func (v *visit) previewRollCall(plan *rollCallPlan) error {
	set, err := v.service.Settings(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	if plan.Sites == nil {
		if plan.Sites, err = v.chosenSites(); err != nil {
			return v.refusedPlan(err)
		}
	}
	report, err := v.dryRun(plan, zoneOf(&set))
	if err != nil {
		return v.refusedPlan(err)
	}
	return v.showPlan(plan, &report, zoneOf(&set))
}

// dryRun returns what the roll call of a plan would do now.
func (v *visit) dryRun(plan *rollCallPlan, place *time.Location) (service.RollCallReport, error) {
	in, err := v.rollCallInput(plan.Sites, place)
	if err != nil {
		return service.RollCallReport{}, err
	}
	in.DryRun = rollcall.Given(true)
	// It reads every contact that may be asked. The deadline can't be set on a test's recorder, which has none.
	_ = http.NewResponseController(v.w).SetWriteDeadline(time.Now().Add(dryRunTime))
	return v.service.CreateRollCall(v.r.Context(), v.caller(), in)
}

func numbersOf(r *service.RollCallReport) plannedNumbers {
	p := r.Preview
	return plannedNumbers{p.Targets, p.People, p.Messages, p.Country, r.PerHour}
}

// showPlan shows what a roll call would do.
func (v *visit) showPlan(plan *rollCallPlan, r *service.RollCallReport, place *time.Location) error {
	plan.Seen, plan.Expires = numbersOf(r), v.now().Add(planLife)
	sealed, err := v.seal(sealPlan, plan)
	if err != nil {
		return err
	}
	t, preview := &v.t.RollCalls, r.Preview
	p := rollCallPreviewPage{
		shell: v.shell(t.Preview), Plan: sealed, What: v.whom(&r.RollCall), When: t.PreviewIntro, Nobody: preview.Messages == 0, RollCalls: rollCallsPath,
		Numbers: []numberTile{{r.Counts.Targeted(), t.Targeted}, {preview.People, t.Persons}, {preview.Sites, t.AtSites}, {preview.Messages, t.Messages}},
	}
	if r.Starts.After(v.now()) {
		p.When = replaced(t.Later, "time", v.t.moment(r.Starts, place))
	}
	p.Facts = []contactFact{{t.By, []string{listed(r.Methods, v.t.Words.Methods)}}}
	for _, reason := range preview.SkippedReasons() {
		p.Skipped = append(p.Skipped, strconv.Itoa(preview.Skipped[reason])+" × "+t.Reasons[reason])
	}
	if preview.Country > 0 {
		p.Waiting = append(p.Waiting, strconv.Itoa(preview.Country)+" × "+t.Country)
	}
	if !p.Nobody {
		p.Takes = replaced(t.Takes, "pace", strconv.Itoa(r.PerHour), "takes", t.DayUnits.after(preview.Takes), "time", v.t.moment(r.EndsAbout, place))
	}
	if p.SiteNames, err = v.siteNames(plan.Sites); err != nil {
		return err
	}
	if p.Example, err = v.exampleMessage(&r.RollCall); err != nil {
		return err
	}
	return v.show("roll_call_preview", p)
}

// siteNames returns the names of sites, as far as they exist.
func (v *visit) siteNames(ids []string) ([]string, error) {
	var names []string
	for _, id := range ids {
		site, err := v.service.Site(v.r.Context(), v.caller(), rollcall.SiteRef{ID: rollcall.SiteID(id)})
		if gone(err) != nil {
			return nil, err
		}
		if err == nil {
			names = append(names, site.Name)
		}
	}
	return names, nil
}

// exampleMessage returns a message of a roll call to somebody who has chosen no language, with an invented site, link and code.
func (v *visit) exampleMessage(r *rollcall.RollCall) (string, error) {
	dealer, err := v.service.DealerOf(v.r.Context(), v.caller())
	if err != nil {
		return "", err
	}
	ask := message.Ask{Dealer: dealer.Name, Site: v.t.RollCalls.ExampleSite, Text: r.Text, Link: "https://…/c/…", Code: "123456"}
	texts := message.In(dealer.Language)
	switch r.Methods[0] {
	case rollcall.SMS:
		return texts.SMS(ask), nil
	case rollcall.Email:
		return texts.Mail(ask).Text, nil
	}
	return texts.Call(ask), nil
}

// startRollCall starts the roll call of a plan, once. If it would no longer do what the page showed, it shows what it would do now.
// The second time, fewer messages than were shown are no reason to ask again: in a company where many people answer, the numbers
// fall all the time.
func (v *visit) startRollCall(plan *rollCallPlan) error {
	ctx, caller := v.r.Context(), v.onceAt(func(made any) string {
		report, _ := made.(service.RollCallReport)
		return rollCallPath(report.ID)
	}, plan.Key, "roll call")
	if err := v.service.CheckIdempotencyKey(ctx, caller); err != nil {
		return v.startedBefore(err)
	}
	set, err := v.service.Settings(ctx, v.caller())
	if err != nil {
		return err
	}
	now, err := v.dryRun(plan, zoneOf(&set))
	if err != nil && strings.HasPrefix(web.ErrorOf(err).Field, "filter.site_ids.") { // a chosen site was deleted
		if plan.Sites, err = v.chosenSites(); err == nil {
			v.status, v.alert = http.StatusConflict, v.t.RollCalls.Changed
			return v.previewRollCall(plan)
		}
	}
	if err != nil {
		return v.refusedPlan(err)
	}
	if seen, numbers := plan.Seen, numbersOf(&now); numbers != seen && (!plan.Again || numbers.Messages > seen.Messages || numbers.PerHour != seen.PerHour) {
		plan.Again, v.status, v.alert = true, http.StatusConflict, v.t.RollCalls.Changed
		return v.showPlan(plan, &now, zoneOf(&set))
	}
	in, err := v.rollCallInput(plan.Sites, zoneOf(&set))
	if err != nil {
		return v.refusedPlan(err)
	}
	made, err := v.service.CreateRollCall(ctx, caller, in)
	if err != nil {
		return v.startedBefore(err)
	}
	return v.done(rollCallPath(made.ID), "roll_call_started")
}

// startedBefore sends the browser to the roll call that the same form started before. It handles other errors as refusedPlan does.
func (v *visit) startedBefore(err error) error {
	if doneBefore(err) {
		return v.done(madeAt(err, rollCallsPath), "roll_call_started")
	}
	return v.refusedPlan(err)
}

// refusedPlan shows the form with what is wrong with it.
func (v *visit) refusedPlan(err error) error {
	t := &v.t.RollCalls
	refusal := map[rollcall.Kind]string{rollcall.QuotaReached: t.TooMany, rollcall.DeliveryNotConfigured: t.NoProvider}[rollcall.KindOf(err)]
	if refusal != "" {
		v.status, v.alert, v.filled = http.StatusConflict, refusal, v.form
		return v.planRollCall()
	}
	return v.again(err, (*visit).planRollCall)
}

// rollCallInput returns what was typed: ValidationFailed, InvalidRequest. Times are of a time zone.
func (v *visit) rollCallInput(sites []string, place *time.Location) (rollcall.RollCallInput, error) {
	var bad []rollcall.FieldError
	var in rollcall.RollCallInput
	where, whom := v.form.Get("where"), v.form.Get("whom")
	if !slices.Contains(planPlaces, where) || !slices.Contains(planPeople, whom) {
		return in, &rollcall.Error{Kind: rollcall.InvalidRequest}
	}
	in = rollcall.RollCallInput{
		All: rollcall.Given(where == "all" && whom == "everybody"), Methods: rollcall.Given(v.form["methods"]), Message: v.optional("message"),
		PerHour: v.whole("per_hour", &bad), SiteIDs: rollcall.Given(sites),
	}
	switch where {
	case "unready":
		in.Readiness = rollcall.Given(textsOf(unreadyStates))
	case "not_ready":
		in.Readiness = rollcall.Given(textsOf(notReadyStates))
	}
	switch whom {
	case "unconfirmed":
		in.Statuses = rollcall.Given(textsOf(unconfirmedStates))
	case "old":
		in.OlderThan = v.whole("filter.older_than_days", &bad)
		if in.OlderThan.Null || !in.OlderThan.Set {
			bad = append(bad, rollcall.FieldError{Field: "filter.older_than_days", Code: rollcall.CodeRequired})
		}
	}
	if len(v.form["methods"]) == 0 {
		bad = append(bad, rollcall.FieldError{Field: "methods", Code: rollcall.CodeRequired})
	}
	if starts := v.optional("starts_at"); starts.Value != "" {
		at, err := time.ParseInLocation(localLayout, starts.Value, place)
		if err != nil || at.Before(v.now()) {
			bad = append(bad, rollcall.FieldError{Field: "starts_at", Code: rollcall.CodeInvalid})
		}
		in.Starts = rollcall.Given(at.Format(time.RFC3339))
	}
	return in, invalidFields(bad)
}

func textsOf[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, value := range values {
		all[i] = string(value)
	}
	return all
}

const (
	chosenSitesMax = 200
	chosenTextMax  = 20_000 // bytes
)

// chosenSites returns the identifiers of the sites that were typed, one in a line, each by its identifier, its reference or as a
// search finds it: ValidationFailed. It returns an empty list, which is not nil, if the plan is not about chosen sites.
func (v *visit) chosenSites() ([]string, error) {
	ids := []string{}
	if v.form.Get("where") != "chosen" {
		return ids, nil
	}
	typed := v.form.Get("sites")
	lines := strings.Split(typed, "\n")
	if len(typed) > chosenTextMax || len(lines) > chosenSitesMax {
		return nil, rollcall.InvalidField("sites", rollcall.CodeTooLong, "")
	}
	for i, line := range lines {
		name := strings.TrimSpace(line)
		if name == "" {
			continue
		}
		id, problem, err := v.siteNamed(name)
		switch {
		case err != nil:
			return nil, err
		case problem != "":
			return nil, rollcall.InvalidField("sites", rollcall.CodeInvalid, replaced(problem, "line", strconv.Itoa(i+1), "name", isolated(name)))
		case !slices.Contains(ids, id):
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, rollcall.InvalidField("sites", rollcall.CodeRequired, "")
	}
	return ids, nil
}

// siteNamed returns the identifier of the site that somebody means, or why it can't be told.
func (v *visit) siteNamed(name string) (id, problem string, err error) {
	const longest = 200 // no identifier or reference is longer
	if len(name) > longest {
		return "", v.t.RollCalls.UnknownSite, nil
	}
	found, err := v.sitesTyped(name)
	if err != nil {
		return "", "", err
	}
	same := slices.DeleteFunc(slices.Clone(found), func(s rollcall.Site) bool { return !strings.EqualFold(s.Name, name) })
	if len(same) == 1 {
		found = same
	}
	switch len(found) {
	case 0:
		return "", v.t.RollCalls.UnknownSite, nil
	case 1:
		return string(found[0].ID), "", nil
	}
	return "", replaced(v.t.RollCalls.ManySites, "sites", severalSites(found)), nil
}
