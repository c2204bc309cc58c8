package rollcall

import (
	"strconv"
	"time"
)

// RollCallInput describes a new roll call. A filter, or All, is required.
type RollCallInput struct {
	All        Field[bool]
	SiteIDs    Field[[]string]
	References Field[[]string]
	Readiness  Field[[]string]
	Statuses   Field[[]string]
	OlderThan  Field[int] // days
	Methods    Field[[]string]
	Message    Field[string]
	PerHour    Field[int]
	Starts     Field[string] // RFC 3339; null: now
	DryRun     Field[bool]
}

const (
	rollCallSitesMax = 1000 // that a filter names
	olderThanMax     = 36_500
)

// Apply sets the input on a new roll call that was created at r.Created: ValidationFailed. perHour is the highest pace.
func (in *RollCallInput) Apply(r *RollCall, perHour int) error {
	var bad fieldErrors
	in.applyFilter(&r.Filter, &bad)
	r.Methods = words(&bad, "methods", in.Methods, Methods())
	if len(r.Methods) == 0 {
		r.Methods = []Method{SMS, Email}
	}
	r.Text = bad.optional("message", in.Message, "", unchanged(checkMessage))
	r.PerHour = bad.number("per_hour", in.PerHour, min(RollCallPace, perHour), min(RollCallPace, perHour), 1, perHour)
	r.Starts = bad.time("starts_at", in.Starts, time.Time{})
	switch {
	case r.Starts.Before(r.Created):
		r.Starts = r.Created
	case r.Starts.After(r.Created.AddDate(1, 0, 0)):
		bad.add("starts_at", invalid("must be within a year"))
	}
	return bad.err()
}

// RollCallPace is how many messages a roll call sends in an hour, unless its caller chooses another pace.
const RollCallPace = 100

func (in *RollCallInput) applyFilter(f *RollCallFilter, bad *fieldErrors) {
	before := len(*bad)
	for _, id := range names(bad, "filter.site_ids", in.SiteIDs) {
		f.Sites = append(f.Sites, SiteID(id))
	}
	f.References = names(bad, "filter.account_reference_ids", in.References)
	f.Readiness = words(bad, "filter.readiness", in.Readiness, ReadinessStatuses())
	f.Statuses = words(bad, "filter.statuses", in.Statuses, PointStatuses())
	if !in.OlderThan.Null {
		f.OlderThan = bad.number("filter.older_than_days", in.OlderThan, 0, 0, 1, olderThanMax)
	}
	f.All = in.All.ValueOr(false)
	conditions := len(f.Sites)+len(f.References)+len(f.Readiness)+len(f.Statuses)+f.OlderThan > 0
	switch {
	case len(*bad) > before:
	case f.All && conditions:
		bad.add("filter.all", invalid("must be false with other conditions, which narrow it down"))
	case !f.All && !conditions:
		bad.add("filter", missing(`needs a condition, such as {"statuses": ["unconfirmed", "stale"]}, or {"all": true}`))
	}
}

// names reads a list of identifiers. Null is an empty list.
func names(bad *fieldErrors, field string, f Field[[]string]) []string {
	given := f.ValueOr(nil)
	if len(given) > rollCallSitesMax {
		bad.add(field, &FieldError{Code: CodeTooLong, Message: "must have at most " + strconv.Itoa(rollCallSitesMax) + " items"})
		return nil
	}
	for i, name := range given {
		bad.text(field+"."+strconv.Itoa(i+1), Given(name), "", true, unchanged(checkID))
	}
	return given
}

// words reads a list of some of the values. Null is an empty list.
func words[T ~string](bad *fieldErrors, field string, f Field[[]string], values []T) []T {
	var found []T
	seen := map[string]bool{}
	for _, word := range f.ValueOr(nil) {
		if p := CheckOneOf(word, values); p != nil {
			bad.add(field, p)
			return nil
		}
		if !seen[word] {
			seen[word] = true
			found = append(found, T(word))
		}
	}
	return found
}
