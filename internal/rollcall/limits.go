package rollcall

import (
	"strconv"
)

// SendingLimit is a bound on messages to people.
type SendingLimit string

// The limits, by the names of the settings that set them.
const (
	LimitNumberMinute SendingLimit = "per_number_minute"
	LimitNumberDay    SendingLimit = "per_number_day"
	LimitSiteHour     SendingLimit = "per_site_hour"
	LimitDealerDay    SendingLimit = "per_dealer_day"
	LimitCountry      SendingLimit = "allowed_countries"
	LimitBreaker      SendingLimit = "country_breaker"
	LimitRange        SendingLimit = "range_breaker"
)

// SendingLimits lists every limit.
func SendingLimits() []SendingLimit {
	return []SendingLimit{LimitNumberMinute, LimitNumberDay, LimitSiteHour, LimitDealerDay, LimitCountry, LimitBreaker, LimitRange}
}

// Quota names a kind of record that a dealer may have a limited number of.
type Quota string

// The quotas.
const (
	QuotaSites    Quota = "sites"
	QuotaContacts Quota = "contacts" // deleted ones don't count
	QuotaKeys     Quota = "keys"     // expired and revoked ones don't count
	QuotaAnswers  Quota = "idempotency_records"
)

// RecordQuotas lists every quota.
func RecordQuotas() []Quota { return []Quota{QuotaSites, QuotaContacts, QuotaKeys, QuotaAnswers} }

// Quotas say how many records of each kind a dealer may have; 0 stands for any number.
type Quotas struct{ Sites, Contacts, Keys, Answers int }

// defaultQuotas hold unless the operator has set others.
var defaultQuotas = Quotas{Sites: 100_000, Contacts: 5_000_000, Keys: 1_000, Answers: 5_000_000}

// quotaMax bounds what an operator may set.
const quotaMax = 1_000_000_000

// Limit returns the limit of a quota, 0 for none.
func (q *Quotas) Limit(quota Quota) int {
	switch quota {
	case QuotaSites:
		return q.Sites
	case QuotaContacts:
		return q.Contacts
	case QuotaKeys:
		return q.Keys
	}
	return q.Answers
}

// RateLimit is how often a key may call each process: Burst calls at once, and PerMinute after that. The zero RateLimit
// limits nothing.
type RateLimit struct {
	PerMinute int
	Burst     int
}

// The bounds of a RateLimit. Beyond them it would limit nothing.
const (
	rateMax  = 60_000_000
	burstMax = 1_000_000
)

// NewRateLimit returns the limit of so many calls a minute, which is none where that is not above 0. A burst that is not
// above 0 is a twelfth of them, what comes in five seconds, and at least one call.
func NewRateLimit(perMinute, burst int) RateLimit {
	if perMinute <= 0 {
		return RateLimit{}
	}
	if burst <= 0 {
		burst = max(1, perMinute/12)
	}
	return RateLimit{PerMinute: perMinute, Burst: burst}
}

// rateLimit judges the limit that a key is to have, and returns nil where it is the server's.
func (es *fieldErrors) rateLimit(rate, burst Field[int]) *RateLimit {
	if rate.Set && (rate.Value < 0 || rate.Value > rateMax) {
		es.add("rate", invalid("must be a whole number from 0 to "+strconv.Itoa(rateMax)))
	}
	if burst.Set && (burst.Value < 1 || burst.Value > burstMax) {
		es.add("burst", invalid("must be a whole number from 1 to "+strconv.Itoa(burstMax)))
	} else if burst.Set && rate.Value == 0 {
		es.add("burst", invalid("needs a rate above 0 beside it"))
	}
	if !rate.Set {
		return nil
	}
	limit := NewRateLimit(rate.Value, burst.Value)
	return &limit
}
