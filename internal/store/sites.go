package store

import (
	"context"
	"database/sql"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const siteColumns = `site_id, seq, COALESCE(account_reference_id, ''), account_number, name,
	street, city, state, zip, country, timezone, language, status, created_at, updated_at, version, contact_count,
	premises_phone, premises_e164, premises_cause, min_people, min_numbers, needs_premises_phone, exempt_reason, reviewed_at`

// siteRow is a site as it is stored.
type siteRow struct {
	rollcall.Site
	created, updated                     int64
	contacts                             int
	minPeople, minNumbers, needsPremises sql.NullInt64
	reviewed                             sql.NullInt64
}

func (s *siteRow) dest() []any {
	a := &s.Address
	return []any{
		(*string)(&s.ID), &s.Seq, &s.Reference, &s.AccountNumber, &s.Name,
		&a.Street, &a.City, &a.State, &a.Zip, &a.Country, &s.Timezone, &s.Language, (*string)(&s.Status),
		&s.created, &s.updated, &s.Version, &s.contacts,
		&s.PremisesPhone.Value, (*string)(&s.PremisesPhone.E164), (*string)(&s.PremisesPhone.Cause), &s.minPeople, &s.minNumbers, &s.needsPremises,
		&s.ReadinessRules.ExemptReason, &s.reviewed,
	}
}

func (s *siteRow) site(dealer rollcall.DealerID) rollcall.Site {
	s.Dealer, s.Created, s.Updated, s.Reviewed = dealer, fromMicros(s.created), fromMicros(s.updated), fromNull(s.reviewed)
	r := &s.ReadinessRules
	r.MinPeople, r.MinNumbers = fromNullInt(s.minPeople), fromNullInt(s.minNumbers)
	r.PremisesPhone = rollcall.Override[bool]{Value: s.needsPremises.Int64 == 1, Set: s.needsPremises.Valid}
	return s.Site
}

func fromNullInt(n sql.NullInt64) rollcall.Override[int] {
	return rollcall.Override[int]{Value: int(n.Int64), Set: n.Valid}
}

// ruleArgs returns the columns of premises and rules.
func ruleArgs(s *rollcall.Site) []any {
	intOrNull := func(o rollcall.Override[int]) any {
		if !o.Set {
			return nil
		}
		return o.Value
	}
	needs := rollcall.Override[int]{Set: s.ReadinessRules.PremisesPhone.Set}
	if s.ReadinessRules.PremisesPhone.Value {
		needs.Value = 1
	}
	p, r := &s.PremisesPhone, &s.ReadinessRules
	return []any{p.Value, string(p.E164), string(p.Cause), intOrNull(r.MinPeople), intOrNull(r.MinNumbers), intOrNull(needs), r.ExemptReason}
}

// The SQL for the identifier of a site, with the dealer as $1 and siteArg as $2.
const (
	siteByID        = `$2`
	siteByReference = `(SELECT site_id FROM sites WHERE dealer_id = $1 AND account_reference_id = $2)`
)

// siteExpr returns the SQL for the identifier of the site.
func siteExpr(ref rollcall.SiteRef) string {
	if ref.ID != "" {
		return siteByID
	}
	return siteByReference
}

// siteArg returns the argument of siteExpr.
func siteArg(ref rollcall.SiteRef) string {
	if ref.ID != "" {
		return string(ref.ID)
	}
	return ref.Reference
}

const selectSite = `SELECT ` + siteColumns + ` FROM sites WHERE dealer_id = $1 AND site_id = `

// Site implements service.Reader.
func (r reader) Site(ctx context.Context, dealer rollcall.DealerID, ref rollcall.SiteRef) (rollcall.Site, error) {
	site, _, err := r.site(ctx, selectSite+siteExpr(ref), dealer, ref)
	return site, err
}

// LockSite implements service.Tx.
func (t *transaction) LockSite(ctx context.Context, dealer rollcall.DealerID, ref rollcall.SiteRef) (rollcall.Site, int, error) {
	return t.site(ctx, selectSite+siteExpr(ref)+t.ForUpdate, dealer, ref)
}

func (r reader) site(ctx context.Context, query string, dealer rollcall.DealerID, ref rollcall.SiteRef) (rollcall.Site, int, error) {
	var row siteRow
	if err := r.run.QueryRow(ctx, query, []any{string(dealer), siteArg(ref)}, row.dest()...); err != nil {
		return rollcall.Site{}, 0, r.orNotFound(err, siteNotFound())
	}
	return row.site(dealer), row.contacts, nil
}

// Sites implements service.Reader.
func (r reader) Sites(ctx context.Context, dealer rollcall.DealerID, filter service.SiteFilter) ([]rollcall.Site, int, error) {
	w := where{order: ` ORDER BY seq`}
	w.text.WriteString(` FROM sites WHERE dealer_id = ` + w.param(string(dealer)))
	w.is("status", string(filter.Status))
	w.is("account_reference_id", filter.Reference)
	w.contains("search", filter.Terms)
	if len(w.args) == 1 { // all sites of the dealer
		w.count = countSites
	}
	sites, total, err := list(ctx, r, &w, siteColumns, filter.Page, func(rows engine.Row) (rollcall.Site, error) {
		var row siteRow
		err := rows.Scan(row.dest()...)
		return row.site(dealer), err
	})
	return sites, total, r.Failed(err)
}

const nextSite = `UPDATE dealers SET site_seq = site_seq + 1, site_count = site_count + 1 WHERE dealer_id = $1 RETURNING site_seq`

const insertSite = `INSERT INTO sites (dealer_id, site_id, seq, account_reference_id, account_number, name,
	street, city, state, zip, country, timezone, language, status, created_at, updated_at, version, search, audit_count, audit_hash,
	audit_signature, sort_name, premises_phone, premises_e164, premises_cause, min_people, min_numbers, needs_premises_phone, exempt_reason,
	readiness, readiness_reasons, readiness_since)
	VALUES ($1, $2, $3, NULLIF($4, ''), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
	$27, $28, $29, 'not_ready', ' no_contacts ', $15)`

// A new site continues the chain of a deleted one with its identifier.
const takeHead = `DELETE FROM audit_heads WHERE dealer_id = $1 AND site_id = $2 RETURNING count, hash, signature`

func siteTaken() []taken {
	return []taken{
		{"sites_dealer_id_site_id_key", rollcall.SiteIDTaken, "site_id",
			"another site has this site_id; choose another, or leave it out"},
		{"sites_dealer_id_account_reference_id_key", rollcall.AccountReferenceTaken, "account_reference_id",
			"another site has this account_reference_id; update that one, or choose another"},
	}
}

// InsertSite implements service.Tx.
func (t *transaction) InsertSite(ctx context.Context, s rollcall.Site) (seq int64, err error) {
	if err := t.run.QueryRow(ctx, nextSite, []any{string(s.Dealer)}, &seq); err != nil {
		return 0, t.orNotFound(err, dealerNotFound())
	}
	var head headRow
	if err := t.run.QueryRow(ctx, takeHead, []any{string(s.Dealer), string(s.ID)}, head.dest()...); err != nil && !t.NoRow(err) {
		return 0, t.Failed(err)
	}
	a := &s.Address
	_, err = t.run.Exec(ctx, insertSite, append([]any{string(s.Dealer), string(s.ID), seq, s.Reference, s.AccountNumber, s.Name,
		a.Street, a.City, a.State, a.Zip, a.Country, s.Timezone, s.Language, string(s.Status),
		micros(s.Created), micros(s.Updated), s.Version, s.SearchText(), head.Count, head.hash, head.signature, rollcall.Fold(s.Name)}, ruleArgs(&s)...)...)
	return seq, t.orTaken(err, siteTaken())
}

const updateSite = `UPDATE sites SET account_reference_id = NULLIF($3, ''), account_number = $4, name = $5, street = $6,
	city = $7, state = $8, zip = $9, country = $10, timezone = $11, language = $12, status = $13, created_at = $14,
	updated_at = $15, version = $16, search = $17, sort_name = $18, premises_phone = $19, premises_e164 = $20, premises_cause = $21,
	min_people = $22, min_numbers = $23, needs_premises_phone = $24, exempt_reason = $25
	WHERE dealer_id = $1 AND site_id = $2`

// UpdateSite implements service.Tx. It leaves Seq.
func (t *transaction) UpdateSite(ctx context.Context, s rollcall.Site) error {
	a := &s.Address
	n, err := t.run.Exec(ctx, updateSite, append([]any{string(s.Dealer), string(s.ID), s.Reference, s.AccountNumber, s.Name,
		a.Street, a.City, a.State, a.Zip, a.Country, s.Timezone, s.Language, string(s.Status),
		micros(s.Created), micros(s.Updated), s.Version, s.SearchText(), rollcall.Fold(s.Name)}, ruleArgs(&s)...)...)
	if err != nil {
		return t.orTaken(err, siteTaken())
	}
	return t.changed(n, nil, siteNotFound())
}

const (
	copyHead = `INSERT INTO audit_heads (dealer_id, site_id, count, hash, signature)
	SELECT dealer_id, site_id, audit_count, audit_hash, audit_signature FROM sites WHERE dealer_id = $1 AND site_id = $2 AND audit_count > 0`
	deleteSite    = `DELETE FROM sites WHERE dealer_id = $1 AND site_id = $2`
	countDownSite = `UPDATE dealers SET site_count = site_count - 1 WHERE dealer_id = $1`
)

// DeleteSite implements service.Tx. The head of its audit chain stays.
func (t *transaction) DeleteSite(ctx context.Context, dealer rollcall.DealerID, id rollcall.SiteID) error {
	if _, err := t.run.Exec(ctx, copyHead, string(dealer), string(id)); err != nil {
		return t.Failed(err)
	}
	n, err := t.run.Exec(ctx, deleteSite, string(dealer), string(id))
	if err != nil || n == 0 {
		return t.changed(n, err, siteNotFound())
	}
	_, err = t.run.Exec(ctx, countDownSite, string(dealer))
	return t.Failed(err)
}

const selectCountry = `SELECT COALESCE(NULLIF(country, ''), (SELECT country FROM dealers WHERE dealer_id = $1))
	FROM sites WHERE dealer_id = $1 AND site_id = $2`

// Country implements service.Tx.
func (t *transaction) Country(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (string, error) {
	var country string
	err := t.run.QueryRow(ctx, selectCountry, []any{string(dealer), string(site)}, &country)
	return country, t.orNotFound(err, siteNotFound())
}
