package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const rollCallColumns = `dealer_id, roll_call_id, status, filter, methods, text, per_hour, repeated, created_at, starts_at, started_at,
	finished_at, next_at, run, site_id, contact_seq`

// filterJSON is the column filter.
type filterJSON struct {
	All        bool                       `json:"all,omitempty"`
	Sites      []rollcall.SiteID          `json:"site_ids,omitempty"`
	References []string                   `json:"account_reference_ids,omitempty"`
	Readiness  []rollcall.ReadinessStatus `json:"readiness,omitempty"`
	Statuses   []rollcall.PointStatus     `json:"statuses,omitempty"`
	OlderThan  int                        `json:"older_than_days,omitempty"`
	NotAsked   bool                       `json:"not_asked,omitempty"`
}

func scanRollCall(row engine.Row) (rollcall.RollCall, error) {
	var r rollcall.RollCall
	var filter, methods string
	var created, starts int64
	var started, finished, next sql.NullInt64
	err := row.Scan((*string)(&r.Dealer), (*string)(&r.ID), (*string)(&r.Status), &filter, &methods, &r.Text, &r.PerHour, &r.Repeated,
		&created, &starts, &started, &finished, &next, &r.Run, (*string)(&r.Site), &r.Seq)
	if err != nil {
		return r, err
	}
	var f filterJSON
	if err := json.Unmarshal([]byte(filter), &f); err != nil {
		return r, err
	}
	r.Filter = rollcall.RollCallFilter(f)
	for method := range strings.FieldsSeq(methods) {
		r.Methods = append(r.Methods, rollcall.Method(method))
	}
	r.Created, r.Starts = fromMicros(created), fromMicros(starts)
	r.Started, r.Finished, r.Next = fromNull(started), fromNull(finished), fromNull(next)
	return r, nil
}

const (
	selectRollCalls = `SELECT ` + rollCallColumns + ` FROM roll_calls WHERE dealer_id = $1`
	selectRollCall  = selectRollCalls + ` AND roll_call_id = $2`
)

// RollCall implements service.Reader.
func (r reader) RollCall(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID) (rollcall.RollCall, error) {
	return r.rollCall(ctx, selectRollCall, dealer, id)
}

// LockRollCall implements service.Tx.
func (t *transaction) LockRollCall(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID) (rollcall.RollCall, error) {
	return t.rollCall(ctx, selectRollCall+t.ForUpdate, dealer, id)
}

func (r reader) rollCall(ctx context.Context, query string, dealer rollcall.DealerID, id rollcall.RollCallID) (rollcall.RollCall, error) {
	found, err := collect(ctx, r, query, []any{string(dealer), string(id)}, scanRollCall)
	if err == nil && len(found) == 0 {
		err = rollCallNotFound()
	}
	if err != nil {
		return rollcall.RollCall{}, err
	}
	return found[0], nil
}

func rollCallNotFound() *rollcall.Error {
	return &rollcall.Error{Kind: rollcall.RollCallNotFound, Message: "roll call not found; list the roll calls of the dealer"}
}

// newestRollCalls is the order of a list. Identifiers sort by time.
const newestRollCalls = ` ORDER BY roll_call_id DESC LIMIT `

// RollCalls implements service.Reader.
func (r reader) RollCalls(ctx context.Context, dealer rollcall.DealerID, before rollcall.RollCallID, limit int) ([]rollcall.RollCall, error) {
	if before == "" {
		return collect(ctx, r, selectRollCalls+newestRollCalls+`$2`, []any{string(dealer), limit}, scanRollCall)
	}
	return collect(ctx, r, selectRollCalls+` AND roll_call_id < $2`+newestRollCalls+`$3`, []any{string(dealer), string(before), limit}, scanRollCall)
}

const insertRollCall = `INSERT INTO roll_calls (` + rollCallColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

// InsertRollCall implements service.Tx.
func (t *transaction) InsertRollCall(ctx context.Context, r rollcall.RollCall) error {
	filter, err := json.Marshal(filterJSON(r.Filter))
	if err != nil {
		return err
	}
	methods := make([]string, len(r.Methods))
	for i, m := range r.Methods {
		methods[i] = string(m)
	}
	_, err = t.run.Exec(ctx, insertRollCall, string(r.Dealer), string(r.ID), string(r.Status), string(filter), strings.Join(methods, " "), r.Text,
		r.PerHour, r.Repeated, micros(r.Created), micros(r.Starts), microsOrNull(r.Started), microsOrNull(r.Finished), microsOrNull(r.Next),
		r.Run, string(r.Site), r.Seq)
	return t.orForeign(err, dealerNotFound())
}

const updateRollCall = `UPDATE roll_calls SET status = $3, started_at = $4, finished_at = $5, next_at = $6, run = $7, site_id = $8, contact_seq = $9
	WHERE dealer_id = $1 AND roll_call_id = $2`

// UpdateRollCall implements service.Tx.
func (t *transaction) UpdateRollCall(ctx context.Context, r rollcall.RollCall) error {
	n, err := t.run.Exec(ctx, updateRollCall, string(r.Dealer), string(r.ID), string(r.Status), microsOrNull(r.Started), microsOrNull(r.Finished),
		microsOrNull(r.Next), r.Run, string(r.Site), r.Seq)
	return t.changed(n, err, rollCallNotFound())
}

const countUnfinished = `SELECT COUNT(*) FROM roll_calls WHERE dealer_id = $1 AND finished_at IS NULL AND status <> 'canceled'`

// CountUnfinishedRollCalls implements service.Tx.
func (t *transaction) CountUnfinishedRollCalls(ctx context.Context, dealer rollcall.DealerID) (count int, err error) {
	err = t.run.QueryRow(ctx, countUnfinished, []any{string(dealer)}, &count)
	return count, t.Failed(err)
}

// The messages that are left are counted by the hash that their items share.
const (
	countItems = `SELECT roll_call_id, status, COUNT(*) FROM roll_call_items WHERE dealer_id = $1`
	countLeft  = `SELECT roll_call_id, '', COUNT(DISTINCT share_hash) FROM roll_call_items
	WHERE dealer_id = $1 AND status = 'open' AND validation_id IS NULL`
)

// CountRollCallItems implements service.Reader.
func (r reader) CountRollCallItems(ctx context.Context, dealer rollcall.DealerID, ids []rollcall.RollCallID) (map[rollcall.RollCallID]rollcall.RollCallCounts, error) {
	counts := map[rollcall.RollCallID]rollcall.RollCallCounts{}
	if len(ids) == 0 {
		return counts, nil
	}
	for _, id := range ids {
		counts[id] = rollcall.RollCallCounts{Items: map[rollcall.ItemStatus]int{}}
	}
	w := &where{args: []any{string(dealer)}}
	among(w, "roll_call_id", ids)
	query := countItems + w.text.String() + ` GROUP BY roll_call_id, status UNION ALL ` + countLeft + w.text.String() + ` GROUP BY roll_call_id`
	err := r.run.Query(ctx, query, w.args, func(row engine.Row) error {
		var id, status string
		var n int
		if err := row.Scan(&id, &status, &n); err != nil {
			return err
		}
		c := counts[rollcall.RollCallID(id)]
		if status == "" {
			c.Messages = n
		} else {
			c.Items[rollcall.ItemStatus(status)] = n
		}
		counts[rollcall.RollCallID(id)] = c
		return nil
	})
	return counts, r.Failed(err)
}

// The sweep looks for these among the roll calls of all dealers.
const (
	overdueRollCalls = `SELECT dealer_id, roll_call_id FROM roll_calls WHERE next_at < $1 AND (status = 'scheduled' OR status = 'running')
	ORDER BY next_at, dealer_id, roll_call_id LIMIT $2`
	endedRollCalls = `SELECT dealer_id, roll_call_id FROM roll_calls r WHERE started_at IS NOT NULL AND finished_at IS NULL AND status <> 'canceled'
	AND NOT EXISTS (SELECT 1 FROM roll_call_items i WHERE i.dealer_id = r.dealer_id AND i.roll_call_id = r.roll_call_id AND i.status = 'open')
	ORDER BY dealer_id, roll_call_id LIMIT $1`
	repeatingDealers = `SELECT dealer_id, '' FROM dealer_settings s WHERE repeat_after_days > 0 AND NOT EXISTS
	(SELECT 1 FROM roll_calls r WHERE r.dealer_id = s.dealer_id AND r.repeated
	AND (r.created_at > $1 OR r.finished_at IS NULL AND r.status <> 'canceled')) ORDER BY dealer_id`
)

// OverdueRollCalls implements service.Reader.
func (r reader) OverdueRollCalls(ctx context.Context, before time.Time, limit int) ([]service.RollCallJob, error) {
	return collect(ctx, r, overdueRollCalls, []any{micros(before), limit}, scanRollCallJob)
}

// EndedRollCalls implements service.Reader.
func (r reader) EndedRollCalls(ctx context.Context, limit int) ([]service.RollCallJob, error) {
	return collect(ctx, r, endedRollCalls, []any{limit}, scanRollCallJob)
}

// RepeatingDealers implements service.Reader.
func (r reader) RepeatingDealers(ctx context.Context, after time.Time) ([]rollcall.DealerID, error) {
	return collect(ctx, r, repeatingDealers, []any{micros(after)}, func(row engine.Row) (rollcall.DealerID, error) {
		job, err := scanRollCallJob(row)
		return job.Dealer, err
	})
}

func scanRollCallJob(row engine.Row) (job service.RollCallJob, err error) {
	err = row.Scan((*string)(&job.Dealer), (*string)(&job.RollCall))
	return job, err
}

const latestValidation = selectValidations + ` WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3 AND point_id = $4
	AND created_at >= $5 ORDER BY created_at DESC, validation_id DESC LIMIT 1`

// LatestValidation implements service.Tx.
func (t *transaction) LatestValidation(ctx context.Context, p service.PointPlace, since time.Time) (rollcall.Validation, bool, error) {
	var row validationRow
	args := []any{string(p.Dealer), string(p.Site), p.ContactSeq, string(p.Point), micros(since)}
	err := t.run.QueryRow(ctx, latestValidation, args, row.dest()...)
	if errors.Is(err, sql.ErrNoRows) {
		return rollcall.Validation{}, false, nil
	}
	return row.validation(), err == nil, t.Failed(err)
}

const queuedOfRollCall = `SELECT validation_id FROM validations WHERE dealer_id = $1 AND roll_call_id = $2 AND status = 'queued' LIMIT $3`

// QueuedOfRollCall implements service.Tx.
func (t *transaction) QueuedOfRollCall(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID, limit int) ([]rollcall.ValidationID, error) {
	return collect(ctx, t.reader, queuedOfRollCall, []any{string(dealer), string(id), limit}, func(row engine.Row) (v rollcall.ValidationID, err error) {
		err = row.Scan((*string)(&v))
		return v, err
	})
}
