package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const touchNumber = `INSERT INTO number_counts (number_hash, times, at) VALUES ($1, '', $2)
	ON CONFLICT (number_hash) DO UPDATE SET at = excluded.at RETURNING times`

// LockNumber implements service.Tx.
func (t *transaction) LockNumber(ctx context.Context, hash rollcall.Hash, at time.Time) ([]time.Time, error) {
	var times string
	if err := t.run.QueryRow(ctx, touchNumber, []any{hash[:], micros(at)}, &times); err != nil {
		return nil, t.Failed(err)
	}
	return readTimes(times)
}

const selectNumber = `SELECT times FROM number_counts WHERE number_hash = $1`

// NumberTimes implements service.Tx.
func (t *transaction) NumberTimes(ctx context.Context, hash rollcall.Hash) ([]time.Time, error) {
	var times string
	err := t.run.QueryRow(ctx, selectNumber, []any{hash[:]}, &times)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, t.Failed(err)
	}
	return readTimes(times)
}

const putNumber = `UPDATE number_counts SET times = $2, at = $3 WHERE number_hash = $1`

// PutNumberTimes implements service.Tx. LockNumber has inserted the row.
func (t *transaction) PutNumberTimes(ctx context.Context, hash rollcall.Hash, sent []time.Time, at time.Time) error {
	_, err := t.run.Exec(ctx, putNumber, hash[:], writeTimes(sent), micros(at))
	return t.Failed(err)
}

// readTimes reads what writeTimes returned.
func readTimes(text string) ([]time.Time, error) {
	var times []time.Time
	for word := range strings.SplitSeq(text, ",") {
		if word == "" {
			continue
		}
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return nil, &rollcall.Error{Kind: rollcall.Internal, Message: "a count of messages cannot be read", Cause: err}
		}
		times = append(times, fromMicros(n))
	}
	return times, nil
}

func writeTimes(times []time.Time) string {
	words := make([]string, len(times))
	for i, t := range times {
		words[i] = strconv.FormatInt(micros(t), 10)
	}
	return strings.Join(words, ",")
}

const lockMessages = `INSERT INTO message_heads (dealer_id, seq) VALUES ($1, 0)
	ON CONFLICT (dealer_id) DO UPDATE SET seq = message_heads.seq`

// LockMessageCount implements service.Tx.
func (t *transaction) LockMessageCount(ctx context.Context, dealer rollcall.DealerID) error {
	_, err := t.run.Exec(ctx, lockMessages, string(dealer))
	return t.orForeign(err, dealerNotFound())
}

const nextMessage = `INSERT INTO message_heads (dealer_id, seq) VALUES ($1, 1)
	ON CONFLICT (dealer_id) DO UPDATE SET seq = message_heads.seq + 1 RETURNING seq`

const insertMessage = `INSERT INTO message_counts (dealer_id, seq, site_id, roll_call, at) VALUES ($1, $2, $3, $4, $5)`

// CountMessage implements service.Tx.
func (t *transaction) CountMessage(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, rollCall bool, at time.Time) error {
	var seq int64
	if err := t.run.QueryRow(ctx, nextMessage, []any{string(dealer)}, &seq); err != nil {
		return t.orForeign(err, dealerNotFound())
	}
	_, err := t.run.Exec(ctx, insertMessage, string(dealer), seq, string(site), rollCall, micros(at))
	return t.Failed(err)
}

const uncountMessage = `DELETE FROM message_counts WHERE dealer_id = $1 AND seq =
	(SELECT MAX(seq) FROM message_counts WHERE dealer_id = $1 AND site_id = $2 AND at = $3)`

// UncountMessage implements service.Tx.
func (t *transaction) UncountMessage(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, at time.Time) error {
	_, err := t.run.Exec(ctx, uncountMessage, string(dealer), string(site), micros(at))
	return t.Failed(err)
}

const selectMessage = `SELECT at FROM message_counts WHERE dealer_id = $1 AND roll_call = $2 AND at > $3 ORDER BY at DESC LIMIT 1 OFFSET $4`

// MessageAt implements service.Tx.
func (t *transaction) MessageAt(ctx context.Context, dealer rollcall.DealerID, rollCall bool, n int, after time.Time) (time.Time, error) {
	return t.messageTime(ctx, selectMessage, string(dealer), rollCall, micros(after), n)
}

const selectSiteMessage = `SELECT at FROM message_counts WHERE dealer_id = $1 AND site_id = $2 AND at > $3
	ORDER BY at DESC LIMIT 1 OFFSET $4`

// SiteMessageAt implements service.Tx.
func (t *transaction) SiteMessageAt(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, n int, after time.Time) (time.Time, error) {
	return t.messageTime(ctx, selectSiteMessage, string(dealer), string(site), micros(after), n)
}

// messageTime returns the time that a statement finds, zero if it finds none.
func (t *transaction) messageTime(ctx context.Context, query string, args ...any) (time.Time, error) {
	var at int64
	err := t.run.QueryRow(ctx, query, args, &at)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, t.Failed(err)
	}
	return fromMicros(at), nil
}

const countCountry = `INSERT INTO country_counts (dealer_id, country, range_hash, hour, sent, confirmed) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (dealer_id, country, range_hash, hour) DO UPDATE SET
	sent = country_counts.sent + excluded.sent, confirmed = country_counts.confirmed + excluded.confirmed`

// AddCountryCount implements service.Tx. It also returns DealerNotFound.
func (t *transaction) AddCountryCount(ctx context.Context, dealer rollcall.DealerID, c rollcall.CountryHour) error {
	_, err := t.run.Exec(ctx, countCountry, string(dealer), c.Country, c.Range[:], micros(c.Hour), c.Sent, c.Confirmed)
	return t.orForeign(err, dealerNotFound())
}

const selectCountryHours = `SELECT hour, sent, confirmed FROM country_counts
	WHERE dealer_id = $1 AND country = $2 AND range_hash = $3 AND hour >= $4 AND hour < $5 ORDER BY hour`

// CountryHours implements service.Tx.
func (t *transaction) CountryHours(ctx context.Context, dealer rollcall.DealerID, country string, numbers rollcall.Hash, from, to time.Time) ([]rollcall.CountryHour, error) {
	args := []any{string(dealer), country, numbers[:], micros(from), micros(to)}
	return collect(ctx, t.reader, selectCountryHours, args, func(rows engine.Row) (rollcall.CountryHour, error) {
		c := rollcall.CountryHour{Country: country, Range: numbers}
		var hour int64
		err := rows.Scan(&hour, &c.Sent, &c.Confirmed)
		c.Hour = fromMicros(hour)
		return c, err
	})
}

const (
	deleteMessageCounts = `DELETE FROM message_counts WHERE (dealer_id, seq) IN
	(SELECT dealer_id, seq FROM message_counts WHERE at < $1 ORDER BY at LIMIT $2)`
	deleteCountryCounts = `DELETE FROM country_counts WHERE (dealer_id, country, range_hash, hour) IN
	(SELECT dealer_id, country, range_hash, hour FROM country_counts WHERE hour < $1 ORDER BY hour LIMIT $2)`
	deleteNumberCounts = `DELETE FROM number_counts WHERE number_hash IN
	(SELECT number_hash FROM number_counts WHERE at < $1 ORDER BY at LIMIT $2)`
)

// DeleteMessageCounts implements service.Tx.
func (t *transaction) DeleteMessageCounts(ctx context.Context, before, countries time.Time, limit int) (int, error) {
	n, err := t.deleteBefore(ctx, deleteMessageCounts, before, limit)
	if err != nil {
		return 0, err
	}
	m, err := t.deleteBefore(ctx, deleteCountryCounts, countries, limit)
	return max(n, m), err
}

// DeleteNumberCounts implements service.Tx.
func (t *transaction) DeleteNumberCounts(ctx context.Context, numbers, inbound time.Time, limit int) (int, error) {
	n, err := t.deleteBefore(ctx, deleteNumberCounts, numbers, limit)
	if err != nil {
		return 0, err
	}
	m, err := t.deleteBefore(ctx, deleteInboundReplies, inbound, limit)
	return max(n, m), err
}
