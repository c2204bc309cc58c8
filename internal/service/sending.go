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
	// LockNumber locks the count of the messages to a number or address, by its hash, and returns when those were sent that
	// PutNumberTimes kept; nothing where there are none.
	LockNumber(ctx context.Context, hash rollcall.Hash, at time.Time) ([]time.Time, error)
	// NumberTimes returns what PutNumberTimes kept, and locks nothing.
	NumberTimes(ctx context.Context, hash rollcall.Hash) ([]time.Time, error)
	// PutNumberTimes keeps when messages were sent to a number or address.
	PutNumberTimes(ctx context.Context, hash rollcall.Hash, sent []time.Time, at time.Time) error
	// LockMessageCount locks the dealer's count of messages: DealerNotFound.
	LockMessageCount(ctx context.Context, dealer rollcall.DealerID) error
	// CountMessage counts a message of a site: DealerNotFound.
	CountMessage(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, at time.Time) error
	// UncountMessage takes one message out that CountMessage counted for this moment. Another one it leaves alone.
	UncountMessage(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, at time.Time) error
	// MessageAt returns when the nth newest message of the dealer was sent, n counted from 0, if that was after the moment; else
	// zero.
	MessageAt(ctx context.Context, dealer rollcall.DealerID, n int, after time.Time) (time.Time, error)
	// SiteMessageAt returns when the nth newest message of the site was sent, n counted from 0, if that was after the moment;
	// else zero.
	SiteMessageAt(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, n int, after time.Time) (time.Time, error)
	// AddCountryCount adds to the hour's count of the dealer's messages to a country or to a range of its numbers.
	AddCountryCount(ctx context.Context, dealer rollcall.DealerID, c rollcall.CountryHour) error
	// CountryHours returns the counts of the dealer's messages to a range of numbers in a country, the zero Hash for the country
	// as a whole, in the hours from the first moment to before the second, in order.
	CountryHours(ctx context.Context, dealer rollcall.DealerID, country string, numbers rollcall.Hash, from, to time.Time) ([]rollcall.CountryHour, error)
	// DeleteMessageCounts removes counts, of all dealers, that are older than the moment, those of countries older than the other, limit
	// at most of each, and returns how many, of the kind that had more.
	DeleteMessageCounts(ctx context.Context, before, countries time.Time, limit int) (int, error)
	// DeleteNumberCounts removes counts of numbers and replies to inbound messages, of all dealers, that are older than the moments,
	// limit at most of each, and returns how many, of the kind that had more.
	DeleteNumberCounts(ctx context.Context, numbers, inbound time.Time, limit int) (int, error)
}

// AbuseMode says what becomes of a message that is one too many.
type AbuseMode string

// The modes.
const (
	Enforce AbuseMode = "enforce" // it is refused
	Observe AbuseMode = "observe" // it is sent, and the log and the metrics say so
)

const day = 24 * time.Hour

// hit is a limit that a message would break.
type hit struct {
	limit rollcall.SendingLimit
	err   *rollcall.Error
}

// checkSending refuses a message that is asked for and could not leave now: RateLimited with when to come back,
// ValidationFailed for a country to which the dealer does not send. It counts nothing, since only what leaves is counted.
func (ch *change) checkSending(set *rollcall.Settings, v *rollcall.Validation) error {
	if v.Test || ch.opts.AbuseMode == Observe { // what is observed is logged when it leaves
		return nil
	}
	hits, err := ch.exceeded(set, v, false)
	if err != nil || len(hits) == 0 {
		return err
	}
	ch.tellLimit(ch.ctx, ch.caller, v, hits[0].limit, true)
	return hits[0].err
}

// takePlace counts a message that is about to leave, at v.Counted, unless a limit is in the way: then it returns why and
// until when the message waits. The counts are locked until the transaction ends, so that of two messages at once only one
// gets the last place. A message of an earlier attempt that may have arrived stays counted. Messages of test keys reach
// nobody and are not counted.
func (ch *change) takePlace(set *rollcall.Settings, v *rollcall.Validation) (*rollcall.PostponedError, error) {
	if v.Test {
		return nil, nil
	}
	hits, err := ch.exceeded(set, v, true)
	if err != nil {
		return nil, err
	}
	for _, h := range hits {
		enforced := ch.opts.AbuseMode != Observe
		if !enforced || v.NotBefore.IsZero() { // not again each time that it looks for room
			ch.tellLimit(ch.ctx, server(v.Dealer), v, h.limit, enforced)
		}
		if enforced {
			return &rollcall.PostponedError{Reason: string(h.limit), After: min(max(h.err.RetryAfter, time.Second), longestWait)}, nil
		}
	}
	v.Counted = ch.now()
	return nil, ch.count(v, 1)
}

// longestWait is after how long a message that waits for room looks again. Room may come sooner than was thought.
const longestWait = time.Hour

// count adds a message that leaves at v.Counted to the counts, or takes one out again: n is 1 or -1.
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
		err = ch.tx.CountMessage(ch.ctx, v.Dealer, v.Site, v.Counted)
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

// giveBack takes a message that did not arrive out of the counts. It stays counted when nobody knows whether it arrived: a
// person must not get more messages than the limits allow because a provider does not answer.
func (ch *change) giveBack(v *rollcall.Validation) error {
	if v.Counted.IsZero() {
		return nil
	}
	err := ch.count(v, -1)
	v.Counted = time.Time{}
	return err
}

// exceeded returns the limits that one more message would break. With lock it locks the counts until the transaction ends.
func (ch *change) exceeded(set *rollcall.Settings, v *rollcall.Validation, lock bool) ([]*hit, error) {
	now := ch.now()
	if lock {
		if _, err := ch.tx.LockNumber(ch.ctx, ch.countHashes(v)[0], now); err != nil {
			return nil, err
		}
		if err := ch.tx.LockMessageCount(ch.ctx, v.Dealer); err != nil {
			return nil, err
		}
	}
	var hits []*hit
	for _, look := range []func(*rollcall.Settings, *rollcall.Validation, time.Time) (*hit, error){
		ch.countryExceeded, ch.rangeExceeded, ch.numberExceeded, ch.dealerExceeded,
	} {
		h, err := look(set, v, now)
		if err != nil {
			return nil, err
		}
		if h != nil {
			hits = append(hits, h)
		}
	}
	return hits, nil
}

// tellLimit logs and counts a limit that was exceeded, without personal data.
func (s *Service) tellLimit(ctx context.Context, caller Caller, v *rollcall.Validation, limit rollcall.SendingLimit, refused bool) {
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

func beyond(limit rollcall.SendingLimit, message string, wait time.Duration) *hit {
	return &hit{limit, &rollcall.Error{
		Kind:       rollcall.RateLimited,
		Message:    string(limit) + ": " + message + "; nothing was sent: come back after Retry-After",
		RetryAfter: max(wait, time.Second),
	}}
}

// countHashes returns the hashes under which messages to the number or address are counted, that of the newest secret first.
func (s *Service) countHashes(v *rollcall.Validation) []rollcall.Hash {
	return s.keyedHashes("count", string(v.Point()), reachKey(v.Point(), v.To))
}

// numberExceeded looks at the messages to the number or address by all dealers of the server.
func (ch *change) numberExceeded(set *rollcall.Settings, v *rollcall.Validation, now time.Time) (*hit, error) {
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
		return beyond(rollcall.LimitNumberDay, "this number or address got as many messages as it may in 24 hours, "+strconv.Itoa(l.NumberDay), oldest.Add(day).Sub(now)), nil
	case tooSoon:
		return beyond(rollcall.LimitNumberMinute, "this number or address got as many messages as it may in a minute, "+strconv.Itoa(l.NumberMinute), minute.Add(time.Minute).Sub(now)), nil
	}
	return nil, nil
}

// within reports whether as many as the limit, where it is above 0, are after the moment, and returns the first of those that
// fill it.
func within(sent []time.Time, limit int, after time.Time) (first time.Time, full bool) {
	if limit <= 0 || len(sent) < limit {
		return time.Time{}, false
	}
	first = sent[len(sent)-limit]
	return first, first.After(after)
}

// dealerExceeded looks at the messages of the dealer, and among them those of the site.
func (ch *change) dealerExceeded(set *rollcall.Settings, v *rollcall.Validation, now time.Time) (*hit, error) {
	if l := set.Limits().DealerDay; l > 0 {
		first, err := ch.tx.MessageAt(ch.ctx, v.Dealer, l-1, now.Add(-day))
		if err != nil {
			return nil, err
		}
		if !first.IsZero() {
			return beyond(rollcall.LimitDealerDay, "the dealer has sent as many messages as it may in 24 hours, "+strconv.Itoa(l), first.Add(day).Sub(now)), nil
		}
	}
	if l := set.Limits().SiteHour; l > 0 {
		first, err := ch.tx.SiteMessageAt(ch.ctx, v.Dealer, v.Site, l-1, now.Add(-time.Hour))
		if err != nil {
			return nil, err
		}
		if !first.IsZero() {
			return beyond(rollcall.LimitSiteHour, "as many messages as may be went to the contacts of this site in an hour, "+strconv.Itoa(l), first.Add(time.Hour).Sub(now)), nil
		}
	}
	return nil, nil
}

// countryExceeded looks at where the message goes: whether the dealer sends there, and whether those before were of use.
func (ch *change) countryExceeded(set *rollcall.Settings, v *rollcall.Validation, now time.Time) (*hit, error) {
	country := countryOf(v)
	if country == "" {
		return nil, nil
	}
	dealer, err := ch.tx.Dealer(ch.ctx, v.Dealer)
	if err != nil {
		return nil, err
	}
	allowed := func(country string) bool { return set.Allows(country, dealer.Country) }
	if !slices.ContainsFunc(phone.Countries(v.To), allowed) {
		return &hit{rollcall.LimitCountry, rollcall.InvalidField("phone", "country_not_allowed", "is in a country that is not allowed; add it to allowed_countries in the settings first")}, nil
	}
	hours, err := ch.countedHours(v.Dealer, country, []rollcall.Hash{{}}, now)
	if err != nil {
		return nil, err
	}
	if again, paused := breaker(hours, countryFirst, countryShare); paused {
		return beyond(rollcall.LimitBreaker,
			"messages to this country are paused, since too few of those of the last week were confirmed; each that is confirmed makes room for more", again.Sub(now)), nil
	}
	return nil, nil
}

// countryOf returns the country whose phone a message goes to, the first of several that share the number, empty for
// e-mails and texts that are no number.
func countryOf(v *rollcall.Validation) string {
	if v.Point() != rollcall.PhonePoint {
		return ""
	}
	if countries := phone.Countries(v.To); len(countries) > 0 {
		return countries[0]
	}
	return ""
}

// stopTest does what an opt-out does to a test validation, which suppresses nothing: it is canceled.
func (ch *change) cancelTest(c *rollcall.Contact, v *rollcall.Validation) error {
	if !v.Status.Open() {
		return nil
	}
	caller := person(v.Dealer)
	if err := ch.as(caller).cancel(v, canceledOptedOut); err != nil {
		return err
	}
	return ch.as(caller).changeState("validation.canceled", v, c, *c.State(v.Point()))
}

// codeOptedOut is what a provider says of a recipient who told it to stop.
const codeOptedOut = "opted_out"

// refusedByPerson records that a message was refused because the person told the provider to stop, which counts like a STOP
// that came here.
func (ch *change) recordOptedOut(c *rollcall.Contact, v *rollcall.Validation, u *rollcall.DeliveryError) error {
	if err := ch.tx.UpdateValidation(ch.ctx, *v); err != nil { // so that it is not canceled
		return err
	}
	if _, err := ch.optOut(v.Point(), v.To); err != nil {
		return err
	}
	now, err := ch.tx.LockContact(ch.ctx, c.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: c.Site}, ID: c.ID})
	if err != nil {
		return err
	}
	return ch.delivered(&now, v, "validation.failed", rollcall.ValidationEvent{Code: u.Code, Reason: u.Reason}, *now.State(v.Point()))
}
