package rollcall

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// checkReadiness compares a readiness with what the contract says, now and until its next change. It returns what is wrong.
func (a *alarm) checkReadiness(r *rand.Rand, got *Readiness) string {
	proven, callable, reasons := a.reach()
	if got.Proven != proven || got.Callable != callable || got.Required != a.rules {
		return fmt.Sprintf("proven %v, callable %v, required %v; want %v, %v, %v", got.Proven, got.Callable, got.Required, proven, callable, a.rules)
	}
	status, codes := a.status(proven, callable, reasons)
	if text := a.reasonsText(got); got.Status != status || text != codes {
		return fmt.Sprintf("readiness is %s because of %q, want %s because of %q", got.Status, text, status, codes)
	}
	if problem := a.checkCallable(callable); problem != "" {
		return problem
	}
	// Until the next change nothing changes by time alone; without one, never.
	later := []time.Time{a.at.Add(time.Duration(r.Int64N(int64(200 * time.Hour)))), a.at.AddDate(100, 0, 0)}
	if next := got.NextChange; !next.IsZero() {
		if !next.After(a.at) {
			return fmt.Sprintf("the next change is at %v, want it after the moment", next)
		}
		later = []time.Time{next.Add(-time.Microsecond), a.at.Add(time.Duration(r.Int64N(int64(next.Sub(a.at)))))}
	}
	for _, at := range later {
		then := *a
		then.at = at
		proven, callable, reasons := then.reach()
		if s, c := then.status(proven, callable, reasons); s != status || c != codes {
			return fmt.Sprintf("at %v readiness is %s because of %q, but it was %s because of %q and the next change is at %v", at, s, c, status, codes, got.NextChange)
		}
	}
	return ""
}

// reach counts the proven and the callable phones, and returns a reason for each callable one that isn't proven.
func (a *alarm) reach() (proven, callable Reach, reasons []string) {
	provenBy, callableBy := map[string]int{}, map[string]int{} // number to the first person, from 1
	for _, at := range a.inCallOrder() {
		found := a.reasons(at, nil)
		if found["not_effective_yet"] || found["expired"] || found["never_called"] || found["absent"] || found["no_phone"] || found["not_dialable"] || found["declined"] {
			continue
		}
		p := a.contacts[at.contact].Points[at.point]
		key := string(p.E164) + "x" + p.Extension
		if callableBy[key] == 0 {
			callableBy[key] = at.contact + 1
		}
		confirmed := p.State.Status == "confirmed" || p.State.Status == "opted_out" && p.State.Before == "confirmed"
		stale := p.State.Status == "stale" || p.State.Status == "opted_out" && p.State.Before == "stale"
		switch {
		case confirmed:
			if provenBy[key] == 0 {
				provenBy[key] = at.contact + 1
			}
		case stale:
			reasons = append(reasons, fmt.Sprint("stale ", at))
		case p.State.Status == "undeliverable":
			reasons = append(reasons, fmt.Sprint("undeliverable ", at))
		default:
			reasons = append(reasons, fmt.Sprint("unconfirmed ", at))
		}
	}
	count := func(by map[string]int) Reach {
		people := map[int]bool{}
		for _, person := range by {
			people[person] = true
		}
		return Reach{People: len(people), Numbers: len(by)}
	}
	return count(provenBy), count(callableBy), reasons
}

// status returns the status and the reasons.
func (a *alarm) status(proven, callable Reach, unproven []string) (ReadinessStatus, string) {
	switch {
	case a.site.Status != "active":
		return "exempt", "inactive"
	case a.site.ReadinessRules.ExemptReason != "":
		return "exempt", "exempt"
	}
	fewPeople, fewNumbers := callable.People < a.rules.MinPeople, callable.Numbers < a.rules.MinNumbers
	noPremises := a.rules.PremisesPhone && a.site.PremisesPhone.E164 == ""
	var codes []string
	if len(a.contacts) == 0 && (fewPeople || fewNumbers) {
		return "not_ready", "no_contacts"
	}
	if fewPeople {
		codes = append(codes, "too_few_people")
	}
	if fewNumbers {
		codes = append(codes, "too_few_numbers")
	}
	if noPremises {
		codes = append(codes, "no_premises_phone")
	}
	switch {
	case len(codes) > 0:
		return "not_ready", strings.Join(codes, ", ")
	case proven.People >= a.rules.MinPeople && proven.Numbers >= a.rules.MinNumbers:
		return "ready", ""
	}
	return "at_risk", strings.Join(unproven, ", ")
}

// reasonsText returns the reasons of a readiness as status returns them.
func (a *alarm) reasonsText(r *Readiness) string {
	var codes []string
	for _, reason := range r.Reasons {
		text := string(reason.Code)
		if reason.Contact != nil {
			text += fmt.Sprint(" ", a.find(reason.Contact, reason.Point))
		}
		codes = append(codes, text)
	}
	return strings.Join(codes, ", ")
}

// checkCallable checks that call lists agree with readiness: without hours, the numbers that are called in one of the phases are
// the callable ones.
func (a *alarm) checkCallable(callable Reach) string {
	site := a.site
	site.Timezone = ""
	called := map[number]bool{}
	for _, phase := range Phases() {
		list := CallListAt(&site, a.contacts, a.at, phase)
		for _, call := range list.Calls {
			called[call.Point.number()] = true
		}
	}
	if len(called) != callable.Numbers {
		return fmt.Sprintf("%d numbers are called in the two phases, want the %d callable ones", len(called), callable.Numbers)
	}
	return ""
}
