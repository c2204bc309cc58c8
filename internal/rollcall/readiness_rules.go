package rollcall

import "example.org/rollcall/internal/rollcall/phone"

// ReadinessRules say what a site needs to be ready for an alarm. A person counts with at least one number that counts; see
// ReadinessAt.
type ReadinessRules struct {
	MinPeople     int
	MinNumbers    int
	PremisesPhone bool // whether the site needs a PremisesPhone that can be dialled
}

// DefaultReadinessRules returns the rules of a dealer before anybody changes them: two people with two numbers.
func DefaultReadinessRules() ReadinessRules { return ReadinessRules{MinPeople: 2, MinNumbers: 2} }

// SiteReadinessRules are the rules of one site where they differ from those of its dealer.
type SiteReadinessRules struct {
	MinPeople     Override[int]
	MinNumbers    Override[int]
	PremisesPhone Override[bool]
	ExemptReason  string // why nobody needs to be reachable at the site; empty: the site is not exempt
}

// Over returns the rules that apply to the site of a dealer with the given rules.
func (r SiteReadinessRules) Over(dealer ReadinessRules) ReadinessRules {
	return ReadinessRules{
		MinPeople:     r.MinPeople.Or(dealer.MinPeople),
		MinNumbers:    r.MinNumbers.Or(dealer.MinNumbers),
		PremisesPhone: r.PremisesPhone.Or(dealer.PremisesPhone),
	}
}

// Override is a value that replaces another one if Set is true.
type Override[T comparable] struct {
	Value T
	Set   bool // false: Value has no meaning, and is zero
}

// Or returns the value, and fallback if there is none.
func (o Override[T]) Or(fallback T) T {
	if o.Set {
		return o.Value
	}
	return fallback
}

// PremisesPhone is the phone of a site itself, which no contact has.
type PremisesPhone struct {
	Value string      // as given; empty: none
	E164  PhoneNumber // Value in E.164; empty if it cannot be dialled
	Cause phone.Cause // why Value cannot be dialled, or what is unusual about it; empty: nothing
}

// Read sets E164 and Cause: it reads Value as it is dialled in the country.
func (p *PremisesPhone) Read(country string) {
	p.E164, p.Cause = "", ""
	if p.Value != "" {
		p.E164, _, p.Cause = phone.Read(p.Value, country)
	}
}

// readinessMax is the highest number of people and of numbers that a rule may ask for.
const readinessMax = 20

// ReadinessRulesInput is a change of the rules of a dealer. An absent field stays as it is, and null sets the default.
type ReadinessRulesInput struct {
	MinPeople, MinNumbers Field[int]
	PremisesPhone         Field[bool]
}

// apply sets the input on r. Errors name fields of the object readiness.
func (in *ReadinessRulesInput) apply(r *ReadinessRules, bad *fieldErrors) {
	usual := DefaultReadinessRules()
	r.MinPeople = bad.number("readiness.min_people", in.MinPeople, r.MinPeople, usual.MinPeople, 0, readinessMax)
	r.MinNumbers = bad.number("readiness.min_numbers", in.MinNumbers, r.MinNumbers, usual.MinNumbers, 0, readinessMax)
	if in.PremisesPhone.Set {
		r.PremisesPhone = in.PremisesPhone.ValueOr(usual.PremisesPhone)
	}
}

// SiteReadinessRulesInput is a change of the rules of a site. An absent field stays as it is, and null takes the rule of the
// dealer, or lifts the exemption.
type SiteReadinessRulesInput struct {
	MinPeople, MinNumbers Field[int]
	PremisesPhone         Field[bool]
	ExemptReason          Field[string]
}

// apply sets the input on r. Errors name fields of the object readiness_rules.
func (in *SiteReadinessRulesInput) apply(r *SiteReadinessRules, bad *fieldErrors) {
	bad.override("readiness_rules.min_people", in.MinPeople, &r.MinPeople)
	bad.override("readiness_rules.min_numbers", in.MinNumbers, &r.MinNumbers)
	if in.PremisesPhone.Set {
		r.PremisesPhone = Override[bool]{Value: in.PremisesPhone.ValueOr(false), Set: !in.PremisesPhone.Null}
	}
	r.ExemptReason = bad.optional("readiness_rules.exempt_reason", in.ExemptReason, r.ExemptReason, textLine(0, exemptReasonMax))
}

const exemptReasonMax = 200 // characters

// override checks a number of people or numbers; null clears it.
func (es *fieldErrors) override(field string, f Field[int], o *Override[int]) {
	before := len(*es)
	value := es.number(field, f, o.Value, 0, 0, readinessMax)
	if f.Set && len(*es) == before {
		*o = Override[int]{Value: value, Set: !f.Null}
	}
}
