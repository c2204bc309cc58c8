package service

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// messageCountWriter changes counts of sent messages in a transaction.
type messageCountWriter interface {
	// LockNumber locks the count of messages to a number or address by its hash, and returns the times of PutNumberTimes, none if
	// there are none.
	LockNumber(ctx context.Context, hash rollcall.Hash, at time.Time) ([]time.Time, error)
	// NumberTimes is LockNumber without the lock.
	NumberTimes(ctx context.Context, hash rollcall.Hash) ([]time.Time, error)
	// PutNumberTimes replaces the times of messages to a number or address.
	PutNumberTimes(ctx context.Context, hash rollcall.Hash, sent []time.Time, at time.Time) error
	// LockMessageCount locks the dealer's count of messages: DealerNotFound.
	LockMessageCount(ctx context.Context, dealer rollcall.DealerID) error
	// CountMessage counts a message of a site, sent by a roll call or not, at a time: DealerNotFound.
	CountMessage(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, rollCall bool, at time.Time) error
	// UncountMessage removes one message that CountMessage counted at this time.
	UncountMessage(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, at time.Time) error
	// MessageAt returns the time of the nth newest message of the dealer, n from 0, or zero if that is not after the given time.
	MessageAt(ctx context.Context, dealer rollcall.DealerID, rollCall bool, n int, after time.Time) (time.Time, error)
	// SiteMessageAt is MessageAt for the messages of a site.
	SiteMessageAt(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, n int, after time.Time) (time.Time, error)
	// AddCountryCount adds to the dealer's count of messages to a country, or to a range of its numbers, in an hour.
	AddCountryCount(ctx context.Context, dealer rollcall.DealerID, c rollcall.CountryHour) error
	// CountryHours returns the dealer's counts of messages to a range of numbers in a country, or to the whole country for the
	// zero Hash, by hour in the range [from, to), in order.
	CountryHours(ctx context.Context, dealer rollcall.DealerID, country string, numbers rollcall.Hash, from, to time.Time) ([]rollcall.CountryHour, error)
	// DeleteMessageCounts removes at most limit counts of messages before one time and at most limit counts of countries before
	// another, of all dealers, and returns the larger number of the two.
	DeleteMessageCounts(ctx context.Context, before, countries time.Time, limit int) (int, error)
	// DeleteNumberCounts removes at most limit counts of numbers and at most limit replies to inbound messages, each older than
	// its time, and returns the larger number of the two.
	DeleteNumberCounts(ctx context.Context, numbers, inbound time.Time, limit int) (int, error)
}

// AbuseMode is what happens to a message beyond a limit.
type AbuseMode string

// The modes.
const (
	Enforce AbuseMode = "enforce" // it is refused
	Observe AbuseMode = "observe" // it is sent, logged and counted
)

const day = 24 * time.Hour

// exceededLimit is a limit that one more message would exceed.
type exceededLimit struct {
	limit rollcall.SendingLimit
	err   *rollcall.Error
}

// checkLimits refuses a request for a message that could not be sent now: RateLimited, or ValidationFailed for a country that is
// not allowed, with the field of the phone. It counts nothing; a message is counted when it is sent.
func (ch *change) checkLimits(set *rollcall.Settings, v *rollcall.Validation, field string) error {
	if ch.opts.AbuseMode == Observe { // Observe logs it when it is sent
		return nil
	}
	limits, err := ch.limitsExceeded(set, v, false)
	if err != nil || len(limits) == 0 {
		return err
	}
	ch.reportLimit(ch.ctx, ch.caller, v, limits[0].limit, true)
	if limits[0].limit == rollcall.LimitCountry {
		return countryNotAllowed(field)
	}
	return limits[0].err
}

// countOrPostpone counts a message that is about to be sent, at v.Counted, or returns why and how long it has to wait. It locks
// the counts, so that concurrent messages cannot exceed a limit. An earlier attempt that may have arrived stays counted.
func (ch *change) countOrPostpone(set *rollcall.Settings, v *rollcall.Validation) (*rollcall.PostponedError, error) {
	limits, err := ch.limitsExceeded(set, v, true)
	if err != nil {
		return nil, err
	}
	for _, h := range limits {
		enforced := ch.opts.AbuseMode != Observe
		if !enforced || v.NotBefore.IsZero() { // not at each attempt
			ch.reportLimit(ch.ctx, server(v.Dealer), v, h.limit, enforced)
		}
		if enforced {
			return &rollcall.PostponedError{Reason: string(h.limit), After: min(max(h.err.RetryAfter, time.Second), longestWait)}, nil
		}
	}
	v.Counted = ch.now()
	return nil, ch.count(v, 1)
}

// longestWait is when a message that waits for a limit is tried again at the latest. A limit may allow it sooner than computed.
const longestWait = time.Hour

// count adds a message at v.Counted to the counts (n is 1) or removes it (n is -1).
func (ch *change) count(v *rollcall.Validation, n int) error {
	hash := ch.countHashes(v)[0]
	sent, err := ch.tx.LockNumber(ch.ctx, hash, ch.now())
	if err != nil {
		return err
	}
	if n > 0 {
		old := v.Counted.Add(-day)
		sent = slices.DeleteFunc(sent, func(at time.Time) bool { return !at.After(old) })
		sent = append(sent, v.Counted)
		sent = sent[max(0, len(sent)-rollcall.NumberDayMax):]
		err = ch.tx.CountMessage(ch.ctx, v.Dealer, v.Site, v.RollCall != "", v.Counted)
	} else {
		if i := slices.Index(sent, v.Counted); i >= 0 {
			sent = slices.Delete(sent, i, i+1)
		}
		err = ch.tx.UncountMessage(ch.ctx, v.Dealer, v.Site, v.Counted)
	}
	if err == nil {
		err = ch.tx.PutNumberTimes(ch.ctx, hash, sent, ch.now())
	}
	if err != nil {
		return err
	}
	return ch.countDestination(v, n, 0)
}

// uncount removes a message that did not arrive from the counts. Do not call it if the message may have arrived: a person must
// not get more messages than allowed because a provider does not respond.
func (ch *change) uncount(v *rollcall.Validation) error {
	if v.Counted.IsZero() {
		return nil
	}
	err := ch.count(v, -1)
	v.Counted = time.Time{}
	return err
}

// limitsExceeded returns the limits that one more message would exceed. With lock, it locks the counts.
func (ch *change) limitsExceeded(set *rollcall.Settings, v *rollcall.Validation, lock bool) ([]*exceededLimit, error) {
	now := ch.now()
	if lock {
		if _, err := ch.tx.LockNumber(ch.ctx, ch.countHashes(v)[0], now); err != nil {
			return nil, err
		}
		if err := ch.tx.LockMessageCount(ch.ctx, v.Dealer); err != nil {
			return nil, err
		}
	}
	var checks []func(*rollcall.Settings, *rollcall.Validation, time.Time) (*exceededLimit, error)
	if reaction, _ := rollcall.ReactionOf(v.Dealer, v.To); reaction == "" { // a recipient with a reaction stands for many
		checks = append(checks, ch.countryLimit, ch.rangeLimit, ch.numberLimit)
	}
	var limits []*exceededLimit
	for _, check := range append(checks, ch.dealerLimit) {
		limit, err := check(set, v, now)
		if err != nil {
			return nil, err
		}
		if limit != nil {
			limits = append(limits, limit)
		}
	}
	return limits, nil
}

// reportLimit logs and counts a limit that was exceeded, without personal data.
func (s *Service) reportLimit(ctx context.Context, caller Caller, v *rollcall.Validation, limit rollcall.SendingLimit, refused bool) {
	if s.opts.OnLimit != nil {
		s.opts.OnLimit(limit, refused)
	}
	attrs := []slog.Attr{
		slog.String("limit", string(limit)), slog.Bool("refused", refused),
		slog.String("dealer", string(v.Dealer)), slog.String("site", string(v.Site)),
	}
	if caller.RequestID != "" { // empty in a job
		attrs = append(attrs, slog.String("key", string(caller.Key)), slog.String("request_id", caller.RequestID))
	}
	s.log.LogAttrs(ctx, slog.LevelWarn, "message limit exceeded", attrs...)
}

func limitExceeded(limit rollcall.SendingLimit, message string, wait time.Duration) *exceededLimit {
	return &exceededLimit{limit, &rollcall.Error{
		Kind:       rollcall.RateLimited,
		Message:    string(limit) + ": " + message + "; retry after the time in Retry-After",
		RetryAfter: max(wait, time.Second),
	}}
}

// countHashes returns the hashes by which messages to a number or address are counted, that of the first secret first. Messages
// of a sandbox reach nobody, and count only there.
func (s *Service) countHashes(v *rollcall.Validation) []rollcall.Hash {
	if v.Dealer.IsSandbox() {
		return s.keyedHashes("count", string(v.Kind), recipientKey(v.Kind, v.To), string(v.Dealer))
	}
	return s.keyedHashes("count", string(v.Kind), recipientKey(v.Kind, v.To))
}

// numberLimit checks the messages of all dealers, or of the sandbox, to the number or address.
func (ch *change) numberLimit(set *rollcall.Settings, v *rollcall.Validation, now time.Time) (*exceededLimit, error) {
	var sent []time.Time
	for _, hash := range ch.countHashes(v) {
		more, err := ch.tx.NumberTimes(ch.ctx, hash)
		if err != nil {
			return nil, err
		}
		sent = append(sent, more...)
	}
	slices.SortFunc(sent, time.Time.Compare)
	l := set.Limits()
	minute, tooSoon := within(sent, l.NumberMinute, now.Add(-time.Minute))
	oldest, tooMany := within(sent, l.NumberDay, now.Add(-day))
	switch {
	case tooMany:
		return limitExceeded(rollcall.LimitNumberDay, "this number or address has reached its limit of "+strconv.Itoa(l.NumberDay)+" messages in 24 hours", oldest.Add(day).Sub(now)), nil
	case tooSoon:
		return limitExceeded(rollcall.LimitNumberMinute, "this number or address has reached its limit of "+strconv.Itoa(l.NumberMinute)+" messages a minute", minute.Add(time.Minute).Sub(now)), nil
	}
	return nil, nil
}

// within reports whether limit or more of the times are after the given time, and returns the first of the limit newest ones. A
// limit of 0 is never reached.
func within(sent []time.Time, limit int, after time.Time) (first time.Time, full bool) {
	if limit <= 0 || len(sent) < limit {
		return time.Time{}, false
	}
	first = sent[len(sent)-limit]
	return first, first.After(after)
}

// dealerLimit checks the messages of the dealer and of the site.
func (ch *change) dealerLimit(set *rollcall.Settings, v *rollcall.Validation, now time.Time) (*exceededLimit, error) {
	if v.RollCall != "" {
		if limit, err := ch.rollCallLimit(set, v.Dealer, now); err != nil || limit != nil {
			return limit, err
		}
	} else if l := set.Limits().DealerDay; l > 0 {
		first, err := ch.tx.MessageAt(ch.ctx, v.Dealer, false, l-1, now.Add(-day))
		if err != nil {
			return nil, err
		}
		if !first.IsZero() {
			return limitExceeded(rollcall.LimitDealerDay, "this dealer has reached its limit of "+strconv.Itoa(l)+" messages in 24 hours", first.Add(day).Sub(now)), nil
		}
	}
	if l := set.Limits().SiteHour; l > 0 {
		first, err := ch.tx.SiteMessageAt(ch.ctx, v.Dealer, v.Site, l-1, now.Add(-time.Hour))
		if err != nil {
			return nil, err
		}
		if !first.IsZero() {
			return limitExceeded(rollcall.LimitSiteHour, "this site has reached its limit of "+strconv.Itoa(l)+" messages an hour", first.Add(time.Hour).Sub(now)), nil
		}
	}
	return nil, nil
}

// rollCallLimit checks the messages of all roll calls of the dealer.
func (ch *change) rollCallLimit(set *rollcall.Settings, dealer rollcall.DealerID, now time.Time) (*exceededLimit, error) {
	for _, l := range []struct {
		limit rollcall.SendingLimit
		most  int
		in    time.Duration
		text  string
	}{
		{rollcall.LimitRollCallDay, set.RollCalls.Day, day, " messages of roll calls in 24 hours"},
		{rollcall.LimitRollCallHour, set.RollCalls.Hour, time.Hour, " messages of roll calls an hour"},
	} {
		if l.most == 0 {
			continue
		}
		first, err := ch.tx.MessageAt(ch.ctx, dealer, true, l.most-1, now.Add(-l.in))
		if err != nil {
			return nil, err
		}
		if !first.IsZero() {
			return limitExceeded(l.limit, "this dealer has reached its limit of "+strconv.Itoa(l.most)+l.text, first.Add(l.in).Sub(now)), nil
		}
	}
	return nil, nil
}

// countryLimit checks whether the country is allowed, and the share of confirmed messages to it.
func (ch *change) countryLimit(set *rollcall.Settings, v *rollcall.Validation, now time.Time) (*exceededLimit, error) {
	country := countryOf(v)
	if country == "" {
		return nil, nil
	}
	dealer, err := ch.tx.Dealer(ch.ctx, v.Dealer)
	if err != nil {
		return nil, err
	}
	if !reachesCountry(set, dealer.Country, v.To) {
		return &exceededLimit{rollcall.LimitCountry, countryNotAllowed("phone")}, nil
	}
	hours, err := ch.countedHours(v.Dealer, country, []rollcall.Hash{{}}, now)
	if err != nil {
		return nil, err
	}
	if again, paused := breaker(hours, countryFirst, countryShare); paused {
		return limitExceeded(rollcall.LimitBreaker,
			"messages to this country are paused, because too few messages of the last week were confirmed; each confirmation allows more", again.Sub(now)), nil
	}
	return nil, nil
}

// reachesCountry reports whether messages may go to one of the countries of a phone, or it is of none. home is the country of the
// dealer.
func reachesCountry(set *rollcall.Settings, home, to string) bool {
	countries := phone.Countries(to)
	return len(countries) == 0 || slices.ContainsFunc(countries, func(country string) bool { return set.Allows(country, home) })
}

func countryNotAllowed(field string) *rollcall.Error {
	return rollcall.InvalidField(field, "country_not_allowed", "is in a country that is not allowed; add it to allowed_countries in the settings first")
}

// countryOf returns the country of the phone that a message goes to, the first one if several share the number, empty for e-mails
// and text that is not a number.
func countryOf(v *rollcall.Validation) string {
	if v.Kind != rollcall.PhonePoint {
		return ""
	}
	if countries := phone.Countries(v.To); len(countries) > 0 {
		return countries[0]
	}
	return ""
}

// codeOptedOut is the code of providers for a recipient who opted out there.
const codeOptedOut = "opted_out"

// recordOptedOut records that a provider refused a message because the person opted out there, and opts them out here.
func (ch *change) recordOptedOut(c *rollcall.Contact, v *rollcall.Validation, u *rollcall.DeliveryError) error {
	if err := ch.tx.UpdateValidation(ch.ctx, *v); err != nil { // before the opt-out, which cancels open validations
		return err
	}
	if _, err := ch.optOut(v.Dealer, v.Kind, v.To); err != nil {
		return err
	}
	now, err := ch.tx.LockContact(ch.ctx, c.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: c.Site}, ID: c.ID})
	if err != nil {
		return err
	}
	return ch.delivered(&now, v, "validation.failed", rollcall.ValidationEvent{Code: u.Code, Reason: u.Reason}, stateOf(&now, v))
}
