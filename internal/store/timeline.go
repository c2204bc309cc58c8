package store

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const eventColumns = `dealer_id, validation_id, seq, at, what, way, actor, code, reason, note, from_contact_id`

func scanEvent(rows engine.Row) (rollcall.ValidationEvent, error) {
	var e rollcall.ValidationEvent
	var at int64
	err := rows.Scan((*string)(&e.Dealer), (*string)(&e.Validation), &e.Seq, &at, (*string)(&e.What), (*string)(&e.Way), &e.Actor,
		&e.Code, &e.Reason, &e.Note, (*string)(&e.From))
	e.At = fromMicros(at)
	return e, err
}

const insertEvent = `INSERT INTO validation_events (` + eventColumns + `) VALUES ($1, $2,
	(SELECT COALESCE(MAX(seq), 0) + 1 FROM validation_events WHERE dealer_id = $1 AND validation_id = $2),
	$3, $4, $5, $6, $7, $8, $9, $10)`

// InsertEvent implements service.Tx. It also returns ValidationNotFound.
func (t *transaction) InsertEvent(ctx context.Context, e rollcall.ValidationEvent) error {
	_, err := t.run.Exec(ctx, insertEvent,
		string(e.Dealer), string(e.Validation), micros(e.At), string(e.What), string(e.Way), e.Actor, e.Code, e.Reason, e.Note,
		string(e.From))
	return t.orForeign(err, validationNotFound())
}

const selectEvents = `SELECT ` + eventColumns + ` FROM validation_events`

const timeline = selectEvents + ` WHERE dealer_id = $1 AND validation_id = $2 ORDER BY seq`

// Timeline implements service.Reader.
func (r reader) Timeline(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) ([]rollcall.ValidationEvent, error) {
	return collect(ctx, r, timeline, []any{string(dealer), string(id)}, scanEvent)
}

const eventsOf = selectEvents + ` WHERE dealer_id = $1 AND validation_id IN
	(SELECT validation_id FROM validations WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3)
	ORDER BY validation_id, seq`

// TimelinesOf implements service.Reader.
func (r reader) TimelinesOf(ctx context.Context, c rollcall.Contact) ([]rollcall.ValidationEvent, error) {
	return collect(ctx, r, eventsOf, []any{string(c.Dealer), string(c.Site), c.Seq}, scanEvent)
}
