package rollcall

import (
	"strconv"
	"time"
)

// SendingLimit names a limit on messages to people.
type SendingLimit string

// The limits. LimitBreaker and LimitRange pause messages to a country and to a range of numbers of which too few are
// confirmed; the others are named after their settings.
const (
	LimitNumberMinute SendingLimit = "per_number_minute"
	LimitNumberDay    SendingLimit = "per_number_day"
	LimitSiteHour     SendingLimit = "per_site_hour"
	LimitDealerDay    SendingLimit = "per_dealer_day"
	LimitRollCallHour SendingLimit = "roll_call_per_hour"
	LimitRollCallDay  SendingLimit = "roll_call_per_day"
	LimitCountry      SendingLimit = "allowed_countries"
	LimitBreaker      SendingLimit = "country_breaker"
	LimitRange        SendingLimit = "range_breaker"
)

// SendingLimits returns every limit.
func SendingLimits() []SendingLimit {
	return []SendingLimit{LimitNumberMinute, LimitNumberDay, LimitSiteHour, LimitDealerDay, LimitRollCallHour, LimitRollCallDay, LimitCountry, LimitBreaker, LimitRange}
}

// CountryHour counts the messages that a dealer sent to phones of one country, or of one range of numbers, in the hour that
// begins at Hour, and how many of them have been confirmed.
type CountryHour struct {
	Country   string
	Range     Hash // keyed hash of the range; zero: the whole country
	Hour      time.Time
	Sent      int
	Confirmed int
}

// Quota names a kind of record whose number is limited for a dealer.
type Quota string

// The quotas.
const (
	QuotaSites              Quota = "sites"
	QuotaContacts           Quota = "contacts" // deleted ones don't count
	QuotaKeys               Quota = "keys"     // expired and revoked ones don't count
	QuotaIdempotencyRecords Quota = "idempotency_records"
)

// RecordQuotas returns every quota.
func RecordQuotas() []Quota {
	return []Quota{QuotaSites, QuotaContacts, QuotaKeys, QuotaIdempotencyRecords}
}

// Quotas are the numbers of records that a dealer may have; 0: no limit.
type Quotas struct{ Sites, Contacts, Keys, IdempotencyRecords int }

// defaultQuotas apply unless the operator sets others.
var defaultQuotas = Quotas{Sites: 100_000, Contacts: 5_000_000, Keys: 1_000, IdempotencyRecords: 5_000_000}

// quotaMax is the highest quota that an operator may set.
const quotaMax = 1_000_000_000

// Limit returns the limit of a quota, and 0 if there is none.
func (q *Quotas) Limit(quota Quota) int {
	switch quota {
	case QuotaSites:
		return q.Sites
	case QuotaContacts:
		return q.Contacts
	case QuotaKeys:
		return q.Keys
	}
	return q.IdempotencyRecords
}

// RateLimit limits the calls of a key to each process: Burst calls at once, and PerMinute on average. The zero RateLimit
// is no limit.
type RateLimit struct {
	PerMinute int
	Burst     int
}

// The highest values of a RateLimit.
const (
	rateMax  = 60_000_000
	burstMax = 1_000_000
)

// NewRateLimit returns the limit of perMinute calls a minute, and no limit if perMinute is 0 or less. If burst is 0 or less,
// it is the calls of five seconds, and at least one.
func NewRateLimit(perMinute, burst int) RateLimit {
	if perMinute <= 0 {
		return RateLimit{}
	}
	if burst <= 0 {
		burst = max(1, perMinute/12)
	}
	return RateLimit{PerMinute: perMinute, Burst: burst}
}

// rateLimit checks and returns the limit of a key, and nil if the key has the limit of the server.
func (es *fieldErrors) rateLimit(rate, burst Field[int]) *RateLimit {
	if rate.Set && (rate.Value < 0 || rate.Value > rateMax) {
		es.add("rate", invalid("must be a whole number from 0 to "+strconv.Itoa(rateMax)))
	}
	if burst.Set && (burst.Value < 1 || burst.Value > burstMax) {
		es.add("burst", invalid("must be a whole number from 1 to "+strconv.Itoa(burstMax)))
	} else if burst.Set && rate.Value == 0 {
		es.add("burst", invalid("needs a rate above 0"))
	}
	if !rate.Set {
		return nil
	}
	limit := NewRateLimit(rate.Value, burst.Value)
	return &limit
}
