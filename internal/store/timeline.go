package store

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const eventColumns = `dealer_id, validation_id, seq, at, what, way, actor, code, reason, note, from_contact_id`

func eventDest(e *rollcall.ValidationEvent, at *int64) []any {
	return []any{
		(*string)(&e.Dealer), (*string)(&e.Validation), &e.Seq, at, (*string)(&e.What), (*string)(&e.Way), &e.Actor, &e.Code,
		&e.Reason, &e.Note, (*string)(&e.From),
	}
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
	return r.events(ctx, timeline, string(dealer), string(id))
}

const eventsOf = selectEvents + ` WHERE dealer_id = $1 AND validation_id IN
	(SELECT validation_id FROM validations WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3)
	ORDER BY validation_id, seq`

// TimelinesOf implements service.Reader.
func (r reader) TimelinesOf(ctx context.Context, c rollcall.Contact) ([]rollcall.ValidationEvent, error) {
	return r.events(ctx, eventsOf, string(c.Dealer), string(c.Site), c.Seq)
}

func (r reader) events(ctx context.Context, query string, args ...any) ([]rollcall.ValidationEvent, error) {
	var events []rollcall.ValidationEvent
	err := r.run.Query(ctx, query, args, func(rows engine.Row) error {
		var e rollcall.ValidationEvent
		var at int64
		err := rows.Scan(eventDest(&e, &at)...)
		e.At = fromMicros(at)
		events = append(events, e)
		return err
	})
	return events, r.Failed(err)
}
