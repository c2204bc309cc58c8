package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

// AllContacts implements service.Reader. One part of the filter finds the contacts by an index, in their order; the others are
// conditions on them. So a page reads little, however many contacts the dealer has, unless few match conditions without an index:
// type, role and search.
func (r reader) AllContacts(ctx context.Context, dealer rollcall.DealerID, filter service.AllContactsFilter) ([]service.SiteContact, error) {
	query, args := allContacts(dealer, filter)
	var (
		rows       contactRows
		references []string
		statuses   []rollcall.SiteStatus
	)
	err := r.run.Query(ctx, query, args, func(row engine.Row) error {
		var c contactRow
		var p pointRow
		var reference, status string
		if err := row.Scan(append(append(c.dest(), p.dest()...), &reference, &status)...); err != nil {
			return err
		}
		if err := rows.join(&c, &p); err != nil {
			return err
		}
		if len(rows.contacts) > len(references) {
			references, statuses = append(references, reference), append(statuses, rollcall.SiteStatus(status))
		}
		return nil
	})
	if r.NoRow(err) { // a text of the filter that the engine cannot store
		err = nil
	}
	found := make([]service.SiteContact, len(rows.contacts))
	for i := range found {
		found[i] = service.SiteContact{Contact: rows.contacts[i], Reference: references[i], SiteStatus: statuses[i]}
	}
	return found, r.Failed(err)
}

// allContacts returns the statement of a page, and its arguments: the dealer, the place after which to begin, and those of the filter.
// The places of the contacts are found first. The limit is no argument: PostgreSQL chooses the plan by it.
func allContacts(dealer rollcall.DealerID, filter service.AllContactsFilter) (string, []any) {
	w := &where{args: []any{string(dealer), string(filter.After.Site), filter.After.Seq}}
	// CROSS JOIN keeps the order of the tables in SQLite.
	return `SELECT ` + contactColumns + `, ` + pointColumns + `, COALESCE(s.account_reference_id, ''), s.status FROM (` + w.places(filter) + `) found
	CROSS JOIN contacts c CROSS JOIN sites s
	LEFT JOIN points p ON p.dealer_id = c.dealer_id AND p.site_id = c.site_id AND p.contact_seq = c.seq
	WHERE c.dealer_id = $1 AND c.site_id = found.site_id AND c.seq = found.seq AND s.dealer_id = $1 AND s.site_id = found.site_id
	ORDER BY c.site_id, c.seq`, w.args
}

// places returns the statement for the places of the contacts of a page. It starts at the part of the filter that leaves the fewest
// contacts: a number or an address, a site, then a status.
func (w *where) places(filter service.AllContactsFilter) string {
	var arms []string // conditions on points, each with an index
	switch {
	case filter.PhoneKey != "":
		arms = []string{w.withKey(rollcall.PhonePoint, "+"+filter.PhoneKey), w.withKey(rollcall.PhonePoint, filter.PhoneKey)}
		filter.PhoneKey = ""
	case filter.EmailKey != "":
		arms = []string{w.withKey(rollcall.EmailPoint, filter.EmailKey)}
		filter.EmailKey = ""
	case filter.Site != "" || filter.Reference != "":
	case len(filter.Phone) > 0:
		arms = w.withStatus(rollcall.PhonePoint, filter.Phone)
		filter.Phone = nil
	case len(filter.Email) > 0:
		arms = w.withStatus(rollcall.EmailPoint, filter.Email)
		filter.Email = nil
	case !filter.ConfirmedBefore.IsZero():
		arms = w.confirmedBefore(filter.ConfirmedBefore)
		filter.ConfirmedBefore = time.Time{}
	}
	conditions := contactConditions(w, filter)
	limit := ` LIMIT ` + strconv.Itoa(filter.Limit)
	order := ` ORDER BY site_id, seq` + limit
	if len(arms) == 0 {
		return `SELECT c.site_id, c.seq FROM contacts c WHERE c.dealer_id = $1 AND (c.site_id, c.seq) > ($2, $3)` + conditions + order
	}
	for i, arm := range arms {
		// COUNT keeps PostgreSQL from joining all contacts.
		arms[i] = `SELECT * FROM (SELECT DISTINCT p.site_id, p.contact_seq AS seq FROM points p
	WHERE p.dealer_id = $1 AND (p.site_id, p.contact_seq) > ($2, $3)` + arm + ` AND (SELECT COUNT(*) FROM contacts c
	WHERE c.dealer_id = $1 AND c.site_id = p.site_id AND c.seq = p.contact_seq` + conditions + `) = 1
	ORDER BY p.site_id, p.contact_seq` + limit + `) arm` + strconv.Itoa(i)
	}
	return strings.Join(arms, ` UNION `) + order
}

// withKey returns the condition that a point has a key. That of a phone in E.164 is stored with its plus sign.
func (w *where) withKey(kind rollcall.PointKind, key string) string {
	return ` AND COALESCE(p.value_key, p.e164, p.value) = ` + w.param(key) + ` AND p.kind = ` + w.param(string(kind))
}

// withStatus returns the condition that a point has a status, for each of the statuses.
func (w *where) withStatus(kind rollcall.PointKind, statuses []rollcall.PointStatus) []string {
	ofKind := ` AND p.kind = ` + w.param(string(kind))
	var each []string
	for _, status := range statuses {
		each = append(each, ` AND p.status = `+w.param(string(status))+ofKind)
	}
	return each
}

// confirmedBefore returns the condition that a point was last confirmed before a time, or never, for each status.
func (w *where) confirmedBefore(before time.Time) []string {
	old := w.isOld(before)
	var each []string
	for _, status := range rollcall.PointStatuses() {
		each = append(each, ` AND p.status = `+w.param(string(status))+old)
	}
	return each
}

func (w *where) isOld(before time.Time) string {
	return ` AND (p.confirmed_at IS NULL OR p.confirmed_at < ` + w.param(micros(before)) + `)`
}

// contactConditions returns the conditions on a contact c.
func contactConditions(w *where, filter service.AllContactsFilter) string {
	conditions := where{args: w.args}
	c := &conditions
	c.text.WriteString(` AND c.deleted_at IS NULL`)
	c.is("c.site_id", string(filter.Site))
	if filter.Reference != "" {
		c.text.WriteString(` AND c.site_id = (SELECT site_id FROM sites WHERE dealer_id = $1 AND account_reference_id = ` + c.param(filter.Reference) + `)`)
	}
	among(c, "c.site_id", filter.Sites)
	if len(filter.Readiness) > 0 {
		c.text.WriteString(` AND (SELECT COUNT(*) FROM sites s WHERE s.dealer_id = $1 AND s.site_id = c.site_id`)
		among(c, "s.readiness", filter.Readiness)
		c.text.WriteString(`) = 1`)
	}
	among(c, "c.type", filter.Type)
	among(c, "c.role", filter.Role)
	c.hasStatus("c", rollcall.PhonePoint, filter.Phone)
	c.hasStatus("c", rollcall.EmailPoint, filter.Email)
	if filter.EmailKey != "" {
		c.hasPoint("c", c.withKey(rollcall.EmailPoint, filter.EmailKey))
	}
	if !filter.ConfirmedBefore.IsZero() {
		c.hasPoint("c", c.isOld(filter.ConfirmedBefore))
	}
	c.contains("c.search", filter.Terms)
	for _, term := range filter.Terms {
		if strings.Trim(term, "0123456789") == "" { // digits may be in the middle of a number
			continue
		}
		c.text.WriteString(` AND ' ' || ` + spaced("c.search") + ` LIKE ` + c.param("% "+escaped(spacer().Replace(term))+"%") + ` ESCAPE '\'`)
	}
	w.args = c.args
	return c.text.String()
}

// separators are the characters after which a word of a search text begins.
const separators = "\n.@-_+'"

// spacer replaces separators by spaces.
func spacer() *strings.Replacer {
	var pairs []string
	for _, separator := range separators {
		pairs = append(pairs, string(separator), " ")
	}
	return strings.NewReplacer(pairs...)
}

// spaced returns the expression for a column with spaces for separators.
func spaced(column string) string {
	for _, separator := range separators {
		column = `REPLACE(` + column + `, '` + strings.ReplaceAll(string(separator), `'`, `''`) + `', ' ')`
	}
	return column
}
