package rollcall

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall/phone"
)

// AbuseMode says what becomes of a message that is one too many.
type AbuseMode string

// The modes.
const (
	Enforce AbuseMode = "enforce" // it is refused
	Observe AbuseMode = "observe" // it is sent, and the log and the metrics say so
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
)

// SendingLimits lists every limit.
func SendingLimits() []SendingLimit {
	return []SendingLimit{LimitNumberMinute, LimitNumberDay, LimitSiteHour, LimitDealerDay, LimitCountry, LimitBreaker}
}

const (
	day = 24 * time.Hour

	breakerAge    = day     // before that a message may still be confirmed
	breakerWindow = 7 * day // before the age: older messages do not count any more
	breakerLeast  = 50      // messages, below which nothing can be said
	breakerShare  = 20      // one in so many must be confirmed
)

// hit is a limit that a message would break.
type hit struct {
	limit SendingLimit
	err   *Error
}

// admitSending refuses a message that is about to be queued where it may not go to its country, or would be one too many
// to its number or address, and counts it there: RateLimited with when to come back, ValidationFailed for a country to
// which the dealer does not send. The count is locked until the transaction ends, so that of two at once only one gets the
// last place. Messages of test keys reach nobody and are not counted.
func (s *Service) admitSending(ctx context.Context, tx Tx, who Caller, set *Settings, c *Contact, v *Validation) error {
	if v.Test {
		return nil
	}
	now := s.now()
	h, err := s.admitCountry(ctx, tx, set, v, now)
	if err == nil {
		err = s.heed(ctx, who, c, h)
	}
	if err != nil {
		return err
	}
	if h, err = s.admitNumber(ctx, tx, set, v, now); err != nil {
		return err
	}
	return s.heed(ctx, who, c, h)
}

// countSending does the same for the messages of the dealer, and counts those to the country. It is for the end of a
// transaction: all who send for the dealer wait for the one that has counted.
func (s *Service) countSending(ctx context.Context, tx Tx, who Caller, set *Settings, c *Contact, v *Validation) error {
	if v.Test {
		return nil
	}
	now := s.now()
	h, err := s.admitDealer(ctx, tx, set, c, v, now)
	if err == nil {
		err = s.heed(ctx, who, c, h)
	}
	if country := countryOf(v); err == nil && country != "" {
		err = tx.CountCountry(ctx, v.Dealer, CountryHour{Country: country, Hour: now.Truncate(time.Hour), Sent: 1})
	}
	return err
}

// heed returns the error of a limit that a message would break, if there is one, where limits are enforced, and tells of
// it.
func (s *Service) heed(ctx context.Context, who Caller, c *Contact, h *hit) error {
	if h == nil {
		return nil
	}
	refused := s.opts.AbuseMode != Observe
	s.tellLimit(ctx, who, c, h.limit, refused)
	if refused {
		return h.err
	}
	return nil
}

// tellLimit tells the log and the metrics of a limit. Nothing of the person is in it.
func (s *Service) tellLimit(ctx context.Context, who Caller, c *Contact, limit SendingLimit, refused bool) {
	if s.opts.OnLimit != nil {
		s.opts.OnLimit(limit, refused)
	}
	s.log.LogAttrs(ctx, slog.LevelWarn, "a message is beyond a limit", slog.String("limit", string(limit)),
		slog.Bool("refused", refused), slog.String("dealer", string(c.Dealer)), slog.String("site", string(c.Site)),
		slog.String("key", string(who.Key)), slog.String("request_id", who.RequestID))
}

func beyond(limit SendingLimit, message string, wait time.Duration) *hit {
	return &hit{limit, &Error{
		Kind:       RateLimited,
		Message:    string(limit) + ": " + message + "; nothing was sent: come back after Retry-After",
		RetryAfter: max(wait, time.Second),
	}}
}

// admitNumber looks at the messages to the number or address by all dealers of the server.
func (s *Service) admitNumber(ctx context.Context, tx Tx, set *Settings, v *Validation, now time.Time) (*hit, error) {
	hashes := s.keyedHashes("count", string(v.Point()), reachKey(v.Point(), v.To))
	sent, err := tx.TouchNumber(ctx, hashes[0], now)
	if err != nil {
		return nil, err
	}
	for _, older := range hashes[1:] { // of secrets that no longer sign
		more, err := tx.NumberTimes(ctx, older)
		if err != nil {
			return nil, err
		}
		sent = append(sent, more...)
	}
	slices.SortFunc(sent, time.Time.Compare)
	l := set.Limits
	minute, tooSoon := within(sent, l.NumberMinute, now.Add(-time.Minute))
	oldest, tooMany := within(sent, l.NumberDay, now.Add(-day))
	var h *hit
	switch {
	case tooMany:
		h = beyond(LimitNumberDay, "this number or address got as many messages as it may in 24 hours, "+strconv.Itoa(l.NumberDay), oldest.Add(day).Sub(now))
	case tooSoon:
		h = beyond(LimitNumberMinute, "this number or address got as many messages as it may in a minute, "+strconv.Itoa(l.NumberMinute), minute.Add(time.Minute).Sub(now))
	}
	if h != nil && s.opts.AbuseMode != Observe {
		return h, nil
	}
	sent = slices.DeleteFunc(sent, func(at time.Time) bool { return !at.After(now.Add(-day)) })
	sent = append(sent, now)
	sent = sent[max(0, len(sent)-numberDayMax):]
	return h, tx.PutNumber(ctx, hashes[0], sent, now)
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

// admitDealer looks at the messages of the dealer, and among them those of the site.
func (s *Service) admitDealer(ctx context.Context, tx Tx, set *Settings, c *Contact, v *Validation, now time.Time) (*hit, error) {
	seq, err := tx.CountMessage(ctx, v.Dealer, c.Site, now)
	if err != nil {
		return nil, err
	}
	if l := set.Limits.DealerDay; l > 0 {
		first, err := tx.MessageAt(ctx, v.Dealer, seq-int64(l))
		if err != nil {
			return nil, err
		}
		if first.After(now.Add(-day)) {
			return beyond(LimitDealerDay, "the dealer has sent as many messages as it may in 24 hours, "+strconv.Itoa(l), first.Add(day).Sub(now)), nil
		}
	}
	if l := set.Limits.SiteHour; l > 0 {
		first, err := tx.SiteMessageAt(ctx, v.Dealer, c.Site, l, now.Add(-time.Hour)) // the newest is this one
		if err != nil {
			return nil, err
		}
		if !first.IsZero() {
			return beyond(LimitSiteHour, "as many messages as may be went to the contacts of this site in an hour, "+strconv.Itoa(l), first.Add(time.Hour).Sub(now)), nil
		}
	}
	return nil, nil
}

// admitCountry looks at where the message goes: whether the dealer sends there, and whether those before were of use.
func (s *Service) admitCountry(ctx context.Context, tx Tx, set *Settings, v *Validation, now time.Time) (*hit, error) {
	country := countryOf(v)
	if country == "" {
		return nil, nil
	}
	dealer, err := tx.Dealer(ctx, v.Dealer)
	if err != nil {
		return nil, err
	}
	allowed := func(country string) bool { return set.allows(country, dealer.Country) }
	if !slices.ContainsFunc(phone.Countries(v.To), allowed) {
		bad := problems{{Field: "phone", Code: "country_not_allowed", Message: "is in a country to which no messages are sent; add it to allowed_countries in the settings first"}}
		return &hit{LimitCountry, bad.err().(*Error)}, nil
	}
	hours, err := tx.CountryHours(ctx, v.Dealer, country, now.Add(-breakerAge-breakerWindow), now.Add(-breakerAge-time.Hour))
	if err != nil {
		return nil, err
	}
	if again, paused := breaker(hours); paused {
		return beyond(LimitBreaker,
			"messages to this country are paused, since next to none of those of the last days were confirmed", again.Sub(now)), nil
	}
	return nil, nil
}

// breaker reports whether too few of the messages were confirmed, and when they will be too few or too old to say so.
func breaker(hours []CountryHour) (again time.Time, paused bool) {
	sent, confirmed := 0, 0
	for _, h := range hours {
		sent, confirmed = sent+h.Sent, confirmed+h.Confirmed
	}
	for _, h := range hours {
		if sent < breakerLeast || confirmed*breakerShare >= sent {
			break
		}
		paused = true
		again = h.Hour.Add(time.Hour + breakerAge + breakerWindow)
		sent, confirmed = sent-h.Sent, confirmed-h.Confirmed
	}
	return again, paused
}

// countConfirmed counts a message that was confirmed for its country, so that the breaker knows that messages there are of
// use.
func (s *Service) countConfirmed(ctx context.Context, tx Tx, v *Validation) error {
	country := countryOf(v)
	if v.Test || country == "" {
		return nil
	}
	return tx.CountCountry(ctx, v.Dealer, CountryHour{Country: country, Hour: v.Created.Truncate(time.Hour), Confirmed: 1})
}

// countryOf returns the country whose phone a message goes to, the first of several that share the number, empty for
// e-mails and texts that are no number.
func countryOf(v *Validation) string {
	if v.Point() != PhonePoint {
		return ""
	}
	if countries := phone.Countries(v.To); len(countries) > 0 {
		return countries[0]
	}
	return ""
}

// notBefore returns when a message to a site may go out, zero for at once: after the quiet hours of its dealer.
func (s *Service) notBefore(ctx context.Context, tx Reader, set *Settings, site SiteID) (time.Time, error) {
	if !set.Quiet.any() {
		return time.Time{}, nil
	}
	where, err := tx.Site(ctx, set.Dealer, SiteRef{ID: site})
	if err != nil {
		return time.Time{}, err
	}
	now := s.now()
	if at := set.Quiet.after(now, s.place(set.Quiet, where.Timezone)); at.After(now) {
		return at, nil
	}
	return time.Time{}, nil
}

// neverAgain sees to it that the person gets no more messages at what v was sent to, from anybody.
func (s *Service) neverAgain(ctx context.Context, tx Tx, _ *Contact, v *Validation) error {
	_, err := s.optOut(ctx, tx, v.Point(), v.To)
	return err
}

// codeOptedOut is what a provider says of a recipient who told it to stop.
const codeOptedOut = "opted_out"

// refusedByPerson records that a message was refused because the person told the provider to stop, which counts like a STOP
// that came here.
func (s *Service) refusedByPerson(ctx context.Context, tx Tx, c *Contact, v *Validation, u *Undelivered) error {
	if err := tx.UpdateValidation(ctx, *v); err != nil { // so that it is not canceled
		return err
	}
	if err := s.neverAgain(ctx, tx, c, v); err != nil {
		return err
	}
	now, err := tx.LockContact(ctx, c.Dealer, ContactRef{Site: SiteRef{ID: c.Site}, ID: c.ID})
	if err != nil {
		return err
	}
	return s.delivered(ctx, tx, &now, v, "validation.failed", ValidationEvent{Code: u.Code, Reason: u.Reason}, *now.state(v.Point()))
}

// dress adds to a view what the dealer wants its pages to show.
func (*Service) dress(ctx context.Context, r Reader, dealer *Dealer, view *LinkView) error {
	b, err := r.Branding(ctx, dealer.ID)
	view.Welcome, view.HasLogo = b.Welcome, len(b.Logo.Data) > 0
	return err
}
