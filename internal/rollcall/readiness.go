package rollcall

import (
	"strconv"
	"time"
)

// ReadinessStatus says whether anybody can be reached about a site.
type ReadinessStatus string

// The statuses.
const (
	Ready    ReadinessStatus = "ready"     // enough people were proven to be reachable
	AtRisk   ReadinessStatus = "at_risk"   // enough people can be called, but too few were proven to be reachable
	NotReady ReadinessStatus = "not_ready" // too few people can be called, or the site needs a phone of its own
	Exempt   ReadinessStatus = "exempt"    // nobody needs to be reachable
)

// ReadinessStatuses returns every status, in the order of the contract.
func ReadinessStatuses() []ReadinessStatus { return []ReadinessStatus{Ready, AtRisk, NotReady, Exempt} }

// ReasonCode says why a site is not ready.
type ReasonCode string

// The codes. The first three are about a phone, of a site that is at risk; the last two exempt a site.
const (
	ReasonUnconfirmed     ReasonCode = "unconfirmed"
	ReasonStale           ReasonCode = "stale"
	ReasonUndeliverable   ReasonCode = "undeliverable"
	ReasonNoContacts      ReasonCode = "no_contacts"
	ReasonTooFewPeople    ReasonCode = "too_few_people"
	ReasonTooFewNumbers   ReasonCode = "too_few_numbers"
	ReasonNoPremisesPhone ReasonCode = "no_premises_phone"
	ReasonInactive        ReasonCode = "inactive"
	ReasonExempt          ReasonCode = "exempt"
)

// ReasonCodes returns every code, in the order of the contract.
func ReasonCodes() []ReasonCode {
	return []ReasonCode{
		ReasonUnconfirmed, ReasonStale, ReasonUndeliverable, ReasonNoContacts, ReasonTooFewPeople, ReasonTooFewNumbers,
		ReasonNoPremisesPhone, ReasonInactive, ReasonExempt,
	}
}

// Readiness says whether enough people can be reached about a site, and why not.
type Readiness struct {
	Status   ReadinessStatus
	Reasons  []Reason // none if Status is Ready
	Proven   Reach    // who was proven to be reachable
	Callable Reach    // who can be called, proven or not
	Required ReadinessRules
	// NextChange is the next moment at which Status or the codes of Reasons may change although nothing is changed; zero: never.
	NextChange time.Time
}

// Reason is a reason for a status. Message is a sentence with the name of a contact, without a full stop.
type Reason struct {
	Code    ReasonCode
	Message string
	Contact *Contact // points into the contacts that ReadinessAt was given; nil if the reason is about the site
	Point   *Point   // the phone of Contact; nil if the reason is about the site
}

// Reach is how many people can be reached, at how many different numbers. A number with its extension counts once, for the first
// person in call order who has it.
type Reach struct{ People, Numbers int }

// atLeast reports whether there are as many people and numbers as the rules ask for.
func (r Reach) atLeast(rules ReadinessRules) bool {
	return r.People >= rules.MinPeople && r.Numbers >= rules.MinNumbers
}

// ReadinessAt returns the readiness of a site by the rules that apply to it. contacts are the contacts of the site that are not
// deleted, in the order of their positions.
//
// A phone is callable if it is on the call list of some phase and hour of the day: hours, the phase and other contacts with the
// same number don't matter. It is proven if it is callable and was confirmed, not too long ago.
func ReadinessAt(site *Site, contacts []Contact, rules ReadinessRules, at time.Time) Readiness {
	r := Readiness{Required: rules}
	var proven, callable reachCount
	var unproven []Reason
	for i := range contacts {
		c := &contacts[i]
		if r.NextChange = earlier(r.NextChange, c.nextChange(at)); !c.callableAt(at) {
			continue
		}
		for _, p := range c.phonesInCallOrder() {
			if reason, _ := p.skipped(); reason != "" {
				continue
			}
			callable.add(i, p)
			if status := p.State.proof(); status == PointConfirmed {
				proven.add(i, p)
			} else {
				unproven = append(unproven, unprovenReason(c, p, status))
			}
		}
	}
	r.Proven, r.Callable = proven.Reach, callable.Reach
	if reason, exempt := site.exemption(); exempt {
		r.Status, r.Reasons, r.NextChange = Exempt, []Reason{reason}, time.Time{}
		return r
	}
	r.Reasons = site.shortages(len(contacts), r.Callable, rules)
	switch {
	case len(r.Reasons) > 0:
		r.Status = NotReady
	case r.Proven.atLeast(rules):
		r.Status = Ready
	default:
		r.Status, r.Reasons = AtRisk, unproven
	}
	return r
}

// reachCount counts phones, which are added in call order.
type reachCount struct {
	Reach
	seen   map[number]bool
	person int // index of the last person who counts, from 1; 0: none
}

// add counts a phone of the contact with an index.
func (n *reachCount) add(contact int, p *Point) {
	if n.seen[p.number()] {
		return
	}
	if n.seen == nil {
		n.seen = map[number]bool{}
	}
	n.seen[p.number()] = true
	n.Numbers++
	if n.person != contact+1 {
		n.person = contact + 1
		n.People++
	}
}

// callableAt reports whether the contact is on the call list of some phase and hour.
func (c *Contact) callableAt(at time.Time) bool {
	return c.offListAt(at) == "" && c.absenceAt(at) == nil
}

// nextChange returns the next moment after at when callableAt may change; zero: never.
func (c *Contact) nextChange(at time.Time) time.Time {
	var next time.Time
	consider := func(t time.Time) {
		if t.After(at) {
			next = earlier(next, t)
		}
	}
	consider(c.Effective)
	consider(c.Expires)
	for _, a := range c.Absences {
		consider(a.From)
		consider(a.To)
	}
	return next
}

// earlier returns the earlier of two times. The zero time stands for none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// exemption returns why nobody needs to be reachable at the site.
func (s *Site) exemption() (Reason, bool) {
	switch {
	case s.Status != SiteActive:
		return Reason{Code: ReasonInactive, Message: "the site is " + string(s.Status)}, true
	case s.ReadinessRules.ExemptReason != "":
		return Reason{Code: ReasonExempt, Message: s.ReadinessRules.ExemptReason}, true
	}
	return Reason{}, false
}

// shortages returns why a site with some contacts, who can be called as often as callable says, is not ready; none if it is ready
// or at risk.
func (s *Site) shortages(contacts int, callable Reach, rules ReadinessRules) []Reason {
	if contacts == 0 && !callable.atLeast(rules) {
		return []Reason{{Code: ReasonNoContacts, Message: "the site has no contacts"}}
	}
	var reasons []Reason
	if callable.People < rules.MinPeople {
		reasons = append(reasons, Reason{Code: ReasonTooFewPeople, Message: shortage(callable.People, rules.MinPeople, "person", "people")})
	}
	if callable.Numbers < rules.MinNumbers {
		reasons = append(reasons, Reason{Code: ReasonTooFewNumbers, Message: shortage(callable.Numbers, rules.MinNumbers, "number", "numbers")})
	}
	if rules.PremisesPhone && s.PremisesPhone.E164 == "" {
		message := "the site has no phone of its own"
		if s.PremisesPhone.Value != "" {
			message = "the phone of the site cannot be dialled"
		}
		reasons = append(reasons, Reason{Code: ReasonNoPremisesPhone, Message: message})
	}
	return reasons
}

// shortage returns a text such as: 1 person can be called, but the site needs 2 people.
func shortage(have, need int, one, many string) string {
	count := func(n int) string {
		if n == 1 {
			return "1 " + one
		}
		return strconv.Itoa(n) + " " + many
	}
	return count(have) + " can be called, but the site needs " + strconv.Itoa(need)
}

// proof returns PointConfirmed if the contact point was confirmed, PointStale if that was too long ago, PointUndeliverable if
// messages fail, and PointUnconfirmed otherwise. An opt-out from messages takes no proof away.
func (s PointState) proof() PointStatus {
	status := s.Status
	if status == PointOptedOut {
		status = s.Before
	}
	switch status {
	case PointConfirmed, PointStale, PointUndeliverable:
		return status
	}
	return PointUnconfirmed
}

// unprovenReason returns the reason for a phone whose proof is the given status.
func unprovenReason(c *Contact, p *Point, proof PointStatus) Reason {
	phone := c.Name() + "'s " + c.phoneName(p)
	switch {
	case proof == PointStale:
		return Reason{ReasonStale, phone + " was last confirmed too long ago", c, p}
	case proof == PointUndeliverable:
		return Reason{ReasonUndeliverable, "messages to " + phone + " fail", c, p}
	case p.State.Status == PointPending:
		return Reason{ReasonUnconfirmed, phone + " was not confirmed yet", c, p}
	}
	return Reason{ReasonUnconfirmed, phone + " was never confirmed", c, p}
}

// phoneName returns the name of a phone of the contact, such as mobile. If another one has that name, its last digits are added.
func (c *Contact) phoneName(p *Point) string {
	name := "phone"
	switch p.Label {
	case "mobile":
		name = "mobile"
	case "home", "work", "other":
		name = string(p.Label) + " phone"
	}
	for i := range c.Points {
		if q := &c.Points[i]; q.Kind == PhonePoint && q.Label == p.Label && q != p {
			number := string(p.E164)
			return name + " ending " + number[max(0, len(number)-2):]
		}
	}
	return name
}
