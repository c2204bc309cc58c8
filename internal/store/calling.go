package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

// The last column is HoursIgnored. The time zone of the site is looked up only if there are hours.
const callingColumns = `c.position, c.dispatch, c.availability, c.absences, c.effective_at, c.expires_at, CASE WHEN c.availability = '' THEN FALSE
	ELSE (SELECT s.timezone = '' FROM sites s WHERE s.dealer_id = c.dealer_id AND s.site_id = c.site_id) END`

// callingRow holds what rollcall.Calling has in another form than its columns.
type callingRow struct {
	availability, absences string
	effective, expires     sql.NullInt64
}

func (r *callingRow) dest(c *rollcall.Calling) []any {
	return []any{&c.Position, (*string)(&c.Dispatch), &r.availability, &r.absences, &r.effective, &r.expires, &c.HoursIgnored}
}

// hoursJSON and absenceJSON are the elements of the columns availability and absences. Their times are minutes after midnight,
// and microseconds.
type hoursJSON struct {
	Days rollcall.Days `json:"days"`
	From int           `json:"from"`
	To   int           `json:"to"`
}

type absenceJSON struct {
	From int64  `json:"from"`
	To   int64  `json:"to"`
	Note string `json:"note,omitempty"`
}

// read sets the fields of c that are stored in another form: it fails if a column holds something else.
func (r *callingRow) read(c *rollcall.Calling) error {
	c.Effective, c.Expires = fromNull(r.effective), fromNull(r.expires)
	c.Availability, c.Absences = nil, nil
	if r.availability != "" {
		var hours []hoursJSON
		if err := json.Unmarshal([]byte(r.availability), &hours); err != nil {
			return err
		}
		for _, h := range hours {
			c.Availability = append(c.Availability, rollcall.Hours(h))
		}
	}
	if r.absences != "" {
		var absences []absenceJSON
		if err := json.Unmarshal([]byte(r.absences), &absences); err != nil {
			return err
		}
		for _, a := range absences {
			c.Absences = append(c.Absences, rollcall.Absence{From: fromMicros(a.From), To: fromMicros(a.To), Note: a.Note})
		}
	}
	return nil
}

// availabilityText returns hours as they are stored.
func availabilityText(hours []rollcall.Hours) string {
	if len(hours) == 0 {
		return ""
	}
	rows := make([]hoursJSON, len(hours))
	for i, h := range hours {
		rows[i] = hoursJSON(h)
	}
	text, _ := json.Marshal(rows) // every field can be encoded
	return string(text)
}

// absencesText returns absences as they are stored.
func absencesText(absences []rollcall.Absence) string {
	if len(absences) == 0 {
		return ""
	}
	rows := make([]absenceJSON, len(absences))
	for i, a := range absences {
		rows[i] = absenceJSON{From: micros(a.From), To: micros(a.To), Note: a.Note}
	}
	text, _ := json.Marshal(rows) // every field can be encoded
	return string(text)
}

const selectCallOrder = `SELECT contact_id, COALESCE(external_contact_id, contact_id), seq FROM contacts
	WHERE dealer_id = $1 AND site_id = $2` + notDeleted + ` ORDER BY position`

// CallOrder implements service.Reader.
func (r reader) CallOrder(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) ([]service.CallPlace, error) {
	return collect(ctx, r, selectCallOrder, []any{string(dealer), string(site)}, func(row engine.Row) (p service.CallPlace, err error) {
		err = row.Scan((*string)(&p.Contact), &p.ExternalID, &p.Seq)
		return p, err
	})
}

const moveContact = `UPDATE contacts SET position = CASE WHEN position = $3 THEN $4 WHEN $3 < $4 THEN position - 1 ELSE position + 1 END
	WHERE dealer_id = $1 AND site_id = $2 AND position BETWEEN $5 AND $6` + notDeleted

// MoveContact implements service.Tx.
func (t *transaction) MoveContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, from, to int) error {
	_, err := t.run.Exec(ctx, moveContact, string(dealer), string(site), from, to, min(from, to), max(from, to))
	return t.Failed(err)
}

const placeContact = `UPDATE contacts SET position = $4 WHERE dealer_id = $1 AND site_id = $2 AND seq = $3` + notDeleted

// PlaceContact implements service.Tx.
func (t *transaction) PlaceContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, seq int64, position int) error {
	n, err := t.run.Exec(ctx, placeContact, string(dealer), string(site), seq, position)
	return t.changed(n, err, contactNotFound())
}

// closeGap moves the contacts after a position of the call list up by one.
const closeGap = `UPDATE contacts SET position = position - 1 WHERE dealer_id = $1 AND site_id = $2 AND position > $3` + notDeleted
