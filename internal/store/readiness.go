package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const readinessColumns = `readiness, readiness_reasons, readiness_since, readiness_due`

const selectReadiness = `SELECT ` + readinessColumns + ` FROM sites WHERE dealer_id = $1 AND site_id = $2`

// readinessRow is the readiness of a site as it is stored.
type readinessRow struct {
	service.StoredReadiness
	reasons string
	since   int64
	due     sql.NullInt64
}

func (s *readinessRow) dest() []any {
	return []any{(*string)(&s.Status), &s.reasons, &s.since, &s.due}
}

func (s *readinessRow) stored() service.StoredReadiness {
	for code := range strings.FieldsSeq(s.reasons) {
		s.Reasons = append(s.Reasons, rollcall.ReasonCode(code))
	}
	s.Since, s.Due = fromMicros(s.since), fromNull(s.due)
	return s.StoredReadiness
}

// reasonsText returns codes as they are stored: each has a space before and after it, so that a search for one finds no other.
func reasonsText(codes []rollcall.ReasonCode) string {
	if len(codes) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteByte(' ')
	for _, code := range codes {
		b.WriteString(string(code) + " ")
	}
	return b.String()
}

// Readiness implements service.Reader.
func (r reader) Readiness(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (service.StoredReadiness, error) {
	var row readinessRow
	if err := r.run.QueryRow(ctx, selectReadiness, []any{string(dealer), string(site)}, row.dest()...); err != nil {
		return service.StoredReadiness{}, r.orNotFound(err, siteNotFound())
	}
	return row.stored(), nil
}

const updateReadiness = `UPDATE sites SET readiness = $3, readiness_reasons = $4, readiness_since = $5, readiness_due = $6
	WHERE dealer_id = $1 AND site_id = $2`

// UpdateReadiness implements service.Tx.
func (t *transaction) UpdateReadiness(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, s service.StoredReadiness) error {
	n, err := t.run.Exec(ctx, updateReadiness, string(dealer), string(site), string(s.Status), reasonsText(s.Reasons),
		micros(s.Since), microsOrNull(s.Due))
	return t.changed(n, err, siteNotFound())
}

// The phones of a contact come in any order, which readiness does not depend on.
const selectReadinessContacts = `SELECT c.seq, c.contact_id, c.type, c.dispatch, c.absences, c.effective_at, c.expires_at,
	COALESCE(p.point_id, ''), COALESCE(p.e164, ''), COALESCE(p.extension, ''), COALESCE(p.status, ''), COALESCE(p.status_before, ''),
	COALESCE(p.not_in_service, FALSE)
	FROM contacts c LEFT JOIN points p ON p.dealer_id = c.dealer_id AND p.site_id = c.site_id AND p.contact_seq = c.seq AND p.kind = 'phone'
	WHERE c.dealer_id = $1 AND c.site_id = $2 AND c.deleted_at IS NULL ORDER BY c.position`

// ReadinessContacts implements service.Reader.
func (r reader) ReadinessContacts(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (contacts []rollcall.Contact, err error) {
	var row callingRow
	var c rollcall.Contact
	var p rollcall.Point
	dest := []any{
		&c.Seq, (*string)(&c.ID), (*string)(&c.Type), (*string)(&c.Dispatch), &row.absences, &row.effective, &row.expires,
		(*string)(&p.ID), (*string)(&p.E164), &p.Extension, (*string)(&p.State.Status), (*string)(&p.State.Before), &p.State.NotInService,
	}
	p.Kind = rollcall.PhonePoint
	err = r.run.Query(ctx, selectReadinessContacts, []any{string(dealer), string(site)}, func(rows engine.Row) error {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		last := len(contacts) - 1
		if last < 0 || contacts[last].Seq != c.Seq {
			if err := row.read(&c.Calling); err != nil {
				return err
			}
			contacts = append(contacts, c)
			last++
		}
		if p.ID != "" {
			contacts[last].Points = append(contacts[last].Points, p)
		}
		return nil
	})
	return contacts, r.Failed(err)
}

const makeReadinessDue = `UPDATE sites SET readiness_due = $2 WHERE dealer_id = $1 AND (readiness_due IS NULL OR readiness_due > $2)`

// MakeReadinessDue implements service.Tx.
func (t *transaction) MakeReadinessDue(ctx context.Context, dealer rollcall.DealerID, at time.Time) error {
	_, err := t.run.Exec(ctx, makeReadinessDue, string(dealer), micros(at))
	return t.Failed(err)
}

const selectDueReadiness = `SELECT readiness_due, dealer_id, site_id, 0, '', '' FROM sites
	WHERE readiness_due <= $1 AND (readiness_due, dealer_id, site_id) > ($2, $3, $4)
	ORDER BY readiness_due, dealer_id, site_id LIMIT $5`

// DueReadiness implements service.Reader.
func (r reader) DueReadiness(ctx context.Context, now time.Time, after service.Due, limit int) ([]service.Due, error) {
	return r.due(ctx, selectDueReadiness, micros(now), micros(after.At), string(after.Dealer), string(after.Site), limit)
}

// selectFirstDue selects when the first site of a dealer was due. The plus makes SQLite read the sites of all dealers that are due,
// which are few.
func (r reader) selectFirstDue() string {
	return `SELECT readiness_due FROM sites WHERE readiness_due <= $2 AND ` + r.NoIndex + `dealer_id = $1 ORDER BY readiness_due LIMIT 1`
}

const countReadiness = `SELECT readiness, readiness_reasons, COUNT(*) FROM sites WHERE dealer_id = $1 GROUP BY readiness, readiness_reasons`

// ReadinessList implements service.Reader.
func (r reader) ReadinessList(ctx context.Context, dealer rollcall.DealerID, filter service.ReadinessFilter, now time.Time) (list service.ReadinessList, err error) {
	list.ComputedAt = now
	err = r.run.Snapshot(ctx, func(run engine.Runner) error {
		var due int64
		err := run.QueryRow(ctx, r.selectFirstDue(), []any{string(dealer), micros(now)}, &due)
		switch {
		case err == nil:
			list.ComputedAt = fromMicros(due - 1) // at due itself the status may be another one
		case !r.NoRow(err):
			return err
		}
		err = run.Query(ctx, countReadiness, []any{string(dealer)}, func(row engine.Row) error {
			var counted readinessRow
			var sites int
			err := row.Scan((*string)(&counted.Status), &counted.reasons, &sites)
			list.Counts = append(list.Counts, service.ReadinessCount{StoredReadiness: counted.stored(), Sites: sites})
			return err
		})
		if err != nil {
			return err
		}
		w := readinessWhere(dealer, filter)
		return run.Query(ctx, w.text.String()+w.order, w.args, func(row engine.Row) error {
			var s service.SiteReadiness
			var stored readinessRow
			dest := []any{(*string)(&s.Site), &s.Reference, &s.Name, &s.SortName}
			err := row.Scan(append(dest, stored.dest()...)...)
			s.StoredReadiness = stored.stored()
			list.Sites = append(list.Sites, s)
			return err
		})
	})
	return list, r.Failed(err)
}

const selectSitesReadiness = `SELECT site_id, COALESCE(account_reference_id, ''), name, sort_name, ` + readinessColumns + ` FROM sites WHERE dealer_id = `

// readinessWhere returns the statement of a page.
func readinessWhere(dealer rollcall.DealerID, filter service.ReadinessFilter) *where {
	w := &where{}
	w.text.WriteString(selectSitesReadiness + w.param(string(dealer)))
	among(w, "readiness", filter.Statuses)
	if len(filter.Reasons) > 0 {
		var any []string
		for _, code := range filter.Reasons {
			any = append(any, "readiness_reasons LIKE "+w.param("% "+string(code)+" %"))
		}
		w.text.WriteString(" AND (" + strings.Join(any, " OR ") + ")")
	}
	w.contains("search", filter.Terms)
	after := filter.After
	switch {
	case filter.BySince && after.Site != "":
		w.text.WriteString(" AND (readiness_since, site_id) < (" + w.param(micros(after.Since)) + ", " + w.param(string(after.Site)) + ")")
	case after.Site != "":
		w.text.WriteString(" AND (sort_name, site_id) > (" + w.param(after.SortName) + ", " + w.param(string(after.Site)) + ")")
	}
	w.order = " ORDER BY sort_name, site_id"
	if filter.BySince {
		w.order = " ORDER BY readiness_since DESC, site_id DESC"
	}
	w.order += " LIMIT " + w.param(filter.Limit)
	return w
}
