package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
	"example.org/rollcall/internal/store/engine"
)

// pointColumns are those of a LEFT JOIN.
const pointColumns = `COALESCE(p.place, 0), COALESCE(p.point_id, ''), COALESCE(p.kind, ''), COALESCE(p.value, ''), COALESCE(p.e164, ''),
	COALESCE(p.cause, ''), COALESCE(p.extension, ''), COALESCE(p.label, ''), COALESCE(p.status, ''), COALESCE(p.method, ''), p.confirmed_at,
	COALESCE(p.not_in_service, FALSE), COALESCE(p.status_before, '')`

// pointRow is a point as it is stored. The place of a contact without points is 0.
type pointRow struct {
	rollcall.Point
	place     int
	confirmed sql.NullInt64
}

func (p *pointRow) dest() []any {
	return []any{
		&p.place, (*string)(&p.ID), (*string)(&p.Kind), &p.Value, (*string)(&p.E164), (*string)(&p.Cause), &p.Extension,
		(*string)(&p.Label), (*string)(&p.State.Status), (*string)(&p.State.Method), &p.confirmed,
		&p.State.NotInService, (*string)(&p.State.Before),
	}
}

// withPoints returns a statement that reads contacts, each with its points in one row a point. The rows of one contact come
// together, its points in any order. contacts is the condition, order and limit of the contacts, and order the order of the rows.
func withPoints(contacts, order string) string {
	return `SELECT ` + contactColumns + `, ` + pointColumns + joinPoints(contacts) + order
}

func joinPoints(contacts string) string {
	return ` FROM (SELECT * FROM contacts` + contacts + `) c
	LEFT JOIN points p ON p.dealer_id = c.dealer_id AND p.site_id = c.site_id AND p.contact_seq = c.seq`
}

// contactRows collects the contacts of a statement of withPoints.
type contactRows struct {
	contacts []rollcall.Contact
	places   []int // of the points of the last contact
}

// add adds the next row.
func (r *contactRows) add(row engine.Row) error {
	var c contactRow
	var p pointRow
	if err := row.Scan(append(c.dest(), p.dest()...)...); err != nil {
		return err
	}
	return r.join(&c, &p)
}

func (r *contactRows) join(c *contactRow, p *pointRow) error {
	last := len(r.contacts) - 1
	if last < 0 || r.contacts[last].Seq != c.Seq || r.contacts[last].Site != c.Site || r.contacts[last].Dealer != c.Dealer {
		contact, err := c.contact()
		if err != nil {
			return err
		}
		r.contacts, r.places = append(r.contacts, contact), r.places[:0]
		last++
	}
	if p.place == 0 {
		return nil
	}
	p.State.Confirmed = fromNull(p.confirmed)
	i, _ := slices.BinarySearch(r.places, p.place)
	found := &r.contacts[last]
	r.places, found.Points = slices.Insert(r.places, i, p.place), slices.Insert(found.Points, i, p.Point)
	return nil
}

// one returns the only contact, and false if there is none.
func (r *contactRows) one() (rollcall.Contact, bool) {
	if len(r.contacts) == 0 {
		return rollcall.Contact{}, false
	}
	return r.contacts[0], true
}

// contactsBy returns the contacts of a statement of withPoints.
func (r reader) contactsBy(ctx context.Context, query string, args ...any) (contactRows, error) {
	var rows contactRows
	err := r.run.Query(ctx, query, args, rows.add)
	if r.NoRow(err) {
		err = nil
	}
	return rows, r.Failed(err)
}

const insertPoint = `INSERT INTO points (dealer_id, site_id, contact_seq, place, point_id, kind, value, value_key, e164, cause, extension, label,
	status, method, confirmed_at, not_in_service, status_before) VALUES `

// insertPoints adds the points of a contact that has none.
func (t *transaction) insertPoints(ctx context.Context, c *rollcall.Contact) error {
	if len(c.Points) == 0 {
		return nil
	}
	var query strings.Builder
	query.WriteString(insertPoint)
	args := []any{string(c.Dealer), string(c.Site), c.Seq}
	for i := range c.Points {
		p := &c.Points[i]
		if i > 0 {
			query.WriteString(", ")
		}
		query.WriteString("($1, $2, $3")
		row := []any{
			i + 1, string(p.ID), string(p.Kind), p.Value, valueKey(p), textOrNull(string(p.E164)), string(p.Cause), p.Extension, string(p.Label),
			string(p.State.Status), string(p.State.Method), microsOrNull(p.State.Confirmed), p.State.NotInService,
			string(p.State.Before),
		}
		for j := range row {
			query.WriteString(", $" + strconv.Itoa(len(args)+j+1))
		}
		query.WriteString(")")
		args = append(args, row...)
	}
	_, err := t.run.Exec(ctx, query.String(), args...)
	return t.Failed(err)
}

// valueKey returns the value_key of a point.
func valueKey(p *rollcall.Point) any {
	if p.E164 != "" {
		return nil
	}
	if key := p.Key(); key != p.Value {
		return textOrNull(key)
	}
	return nil
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

const deletePoints = `DELETE FROM points WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3`

// replacePoints replaces the stored points of a contact.
func (t *transaction) replacePoints(ctx context.Context, c *rollcall.Contact) error {
	if _, err := t.run.Exec(ctx, deletePoints, string(c.Dealer), string(c.Site), c.Seq); err != nil {
		return t.Failed(err)
	}
	return t.insertPoints(ctx, c)
}

const updatePointState = `UPDATE points SET status = $5, method = $6, confirmed_at = $7, not_in_service = $8, status_before = $9
	WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3 AND place = $4`

// updatePoints stores how the points changed from before to c: a changed list is written anew, a changed state alone where it is.
func (t *transaction) updatePoints(ctx context.Context, before, c *rollcall.Contact) error {
	sameButState := func(a, b rollcall.Point) bool {
		a.State = b.State
		return a == b
	}
	if !slices.EqualFunc(before.Points, c.Points, sameButState) {
		return t.replacePoints(ctx, c)
	}
	for i := range c.Points {
		state := c.Points[i].State
		if state == before.Points[i].State {
			continue
		}
		_, err := t.run.Exec(ctx, updatePointState, string(c.Dealer), string(c.Site), c.Seq, i+1,
			string(state.Status), string(state.Method), microsOrNull(state.Confirmed), state.NotInService, string(state.Before))
		if err != nil {
			return t.Failed(err)
		}
	}
	return nil
}

// The conditions on the points with a number or an address in any spelling, with the dealer as $1, which may be empty, and pointArgs
// on. An opt-out applies to all dealers but sandboxes: only then the statement names none.
const (
	atPoint  = ` FROM points WHERE COALESCE(value_key, e164, value) IN ($2, $3, $4) AND kind = $5`
	ofDealer = ` AND dealer_id = $1`
	ofAll    = ` AND ($1 = '')` + isLive
)

// pointArgs returns the arguments of atPoint. A phone in E.164 is also that of its twin, and one that cannot be dialled has the
// digits as its key.
func pointArgs(dealer rollcall.DealerID, kind rollcall.PointKind, value string) []any {
	if kind == rollcall.EmailPoint {
		key := rollcall.EmailAddress(value).Key()
		return []any{string(dealer), key, key, key, string(kind)}
	}
	return []any{string(dealer), value, twin(value), phone.Key(value), string(kind)}
}

// ContactsAt implements service.Tx.
func (t *transaction) ContactsAt(ctx context.Context, dealer rollcall.DealerID, kind rollcall.PointKind, value string) ([]rollcall.Contact, error) {
	at, args := atPoint+ofAll, pointArgs(dealer, kind, value)
	if dealer != "" {
		at = atPoint + ofDealer
	}
	locked, err := t.lockSites(ctx, at, args)
	if err != nil {
		return nil, err
	}
	rows, err := t.contactsBy(ctx, contactsAt(at), args...)
	if t.OneWriter {
		return rows.contacts, err
	}
	return slices.DeleteFunc(rows.contacts, func(c rollcall.Contact) bool { // came after the sites were locked
		return !locked[siteKey{c.Dealer, c.Site}]
	}), err
}

// contactsAt returns the statement for the contacts of the points that a condition finds.
func contactsAt(at string) string {
	return withPoints(` WHERE (dealer_id, site_id, seq) IN (SELECT dealer_id, site_id, contact_seq`+at+`)`+notDeleted,
		` ORDER BY c.dealer_id, c.site_id, c.seq`)
}

// siteKey identifies a site of any dealer.
type siteKey struct {
	dealer rollcall.DealerID
	site   rollcall.SiteID
}

// lockSites locks the sites of the points that a condition finds, always in the same order, so that two changes cannot wait for
// each other. With one writer there is nothing to lock.
func (t *transaction) lockSites(ctx context.Context, at string, args []any) (map[siteKey]bool, error) {
	if t.OneWriter {
		return nil, nil
	}
	locked := map[siteKey]bool{}
	query := `SELECT dealer_id, site_id FROM sites WHERE (dealer_id, site_id) IN (SELECT dealer_id, site_id` + at + `)
	ORDER BY dealer_id, site_id` + t.ForUpdate
	err := t.run.Query(ctx, query, args, func(row engine.Row) error {
		var s siteKey
		err := row.Scan((*string)(&s.dealer), (*string)(&s.site))
		locked[s] = true
		return err
	})
	return locked, t.Failed(err)
}
