package store

import (
	"context"
	"database/sql"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const contactColumns = `site_id, seq, contact_id, COALESCE(external_contact_id, contact_id), first_name, last_name, email, phone, phone_e164, phone_cause,
	type, role, language, prefers_email, prefers_sms, prefers_push, phone_status, phone_method, phone_confirmed_at, email_status, email_method,
	email_confirmed_at, created_at, updated_at, deleted_at, version, state_version, ` + callingColumns

// contactRow is a contact as it is stored.
type contactRow struct {
	rollcall.Contact
	created, updated               int64
	deleted                        sql.NullInt64
	phoneConfirmed, emailConfirmed sql.NullInt64
	calling                        callingRow
}

func (c *contactRow) dest() []any {
	return append([]any{
		(*string)(&c.Site), &c.Seq, (*string)(&c.ID), &c.ExternalID, &c.FirstName, &c.LastName,
		(*string)(&c.Email), &c.Phone, (*string)(&c.PhoneE164), (*string)(&c.PhoneCause), (*string)(&c.Type), (*string)(&c.Role), &c.Language,
		&c.Preferences.Email, &c.Preferences.SMS, &c.Preferences.Push,
		(*string)(&c.PhoneState.Status), (*string)(&c.PhoneState.Method), &c.phoneConfirmed,
		(*string)(&c.EmailState.Status), (*string)(&c.EmailState.Method), &c.emailConfirmed,
		&c.created, &c.updated, &c.deleted, &c.Version, &c.StateVersion,
	}, c.calling.dest(&c.Calling)...)
}

// contact returns the contact that was scanned. It fails if a column holds something that this program cannot read.
func (c *contactRow) contact(dealer rollcall.DealerID) (rollcall.Contact, error) {
	c.Dealer = dealer
	c.Created, c.Updated, c.Deleted = fromMicros(c.created), fromMicros(c.updated), fromNull(c.deleted)
	c.PhoneState.Confirmed, c.EmailState.Confirmed = fromNull(c.phoneConfirmed), fromNull(c.emailConfirmed)
	err := c.calling.read(&c.Calling)
	return c.Contact, err
}

// scanContact returns the function that reads a contact of a dealer.
func scanContact(dealer rollcall.DealerID) func(engine.Row) (rollcall.Contact, error) {
	return func(rows engine.Row) (rollcall.Contact, error) {
		var row contactRow
		if err := rows.Scan(row.dest()...); err != nil {
			return rollcall.Contact{}, err
		}
		return row.contact(dealer)
	}
}

// notDeleted is the condition that a contact is not soft-deleted.
const notDeleted = ` AND deleted_at IS NULL`

// hasExternalID is the condition that a contact has the external identifier $3 and is not deleted. Each of the two cases has
// an index, whose condition it must repeat for SQLite to use it.
const hasExternalID = ` AND (external_contact_id = $3 AND deleted_at IS NULL
	OR contact_id = $3 AND external_contact_id IS NULL AND deleted_at IS NULL)`

// contactCondition returns the condition on the contact that ref names, with the dealer as $1, the site as $2 and contactArg as $3.
func contactCondition(ref rollcall.ContactRef) string {
	site := ` WHERE dealer_id = $1 AND site_id = ` + siteExpr(ref.Site)
	if ref.ID != "" {
		return site + ` AND contact_id = $3` + notDeleted
	}
	return site + hasExternalID
}

func contactArg(ref rollcall.ContactRef) string {
	if ref.ID != "" {
		return string(ref.ID)
	}
	return ref.ExternalID
}

const selectContact = `SELECT ` + contactColumns + ` FROM contacts`

// Contact implements service.Reader.
func (r reader) Contact(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef) (rollcall.Contact, error) {
	return r.contact(ctx, selectContact+contactCondition(ref), dealer, ref)
}

// LockContact implements service.Tx.
func (t *transaction) LockContact(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef) (rollcall.Contact, error) {
	return t.contact(ctx, selectContact+contactCondition(ref)+t.ForUpdate, dealer, ref)
}

func (r reader) contact(ctx context.Context, query string, dealer rollcall.DealerID, ref rollcall.ContactRef) (rollcall.Contact, error) {
	var row contactRow
	err := r.run.QueryRow(ctx, query, []any{string(dealer), siteArg(ref.Site), contactArg(ref)}, row.dest()...)
	switch {
	case r.NoRow(err):
		return rollcall.Contact{}, r.noContact(ctx, dealer, ref.Site)
	case err != nil:
		return rollcall.Contact{}, r.Failed(err)
	}
	c, err := row.contact(dealer)
	return c, r.Failed(err)
}

const siteExists = `SELECT COUNT(*) FROM sites WHERE dealer_id = $1 AND site_id = `

// noContact returns the error for a contact that was not found: SiteNotFound or ContactNotFound.
func (r reader) noContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef) error {
	var sites int
	if err := r.run.QueryRow(ctx, siteExists+siteExpr(site), []any{string(dealer), siteArg(site)}, &sites); err != nil {
		return r.Failed(err)
	}
	if sites == 0 {
		return siteNotFound()
	}
	return contactNotFound()
}

const contactCount = `SELECT contact_count FROM sites WHERE dealer_id = $1 AND site_id = `

// Contacts implements service.Reader.
func (r reader) Contacts(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef, filter service.ContactFilter) ([]rollcall.Contact, int, error) {
	w := where{args: []any{string(dealer), siteArg(site)}, order: ` ORDER BY position`}
	w.text.WriteString(` FROM contacts WHERE dealer_id = $1 AND site_id = ` + siteExpr(site) + notDeleted)
	among(&w, "type", filter.Type)
	among(&w, "role", filter.Role)
	among(&w, "phone_status", filter.Phone)
	among(&w, "email_status", filter.Email)
	w.contains("search", filter.Terms)
	if len(w.args) == 2 { // all contacts of the site
		w.count = contactCount + siteExpr(site)
	}
	contacts, total, err := list(ctx, r, &w, contactColumns, filter.Page, scanContact(dealer))
	if r.NoRow(err) || err == nil && total == 0 {
		if err := r.noContact(ctx, dealer, site); rollcall.KindOf(err) != rollcall.ContactNotFound {
			return nil, 0, err
		}
	}
	return contacts, total, r.Failed(err)
}

const reserveContact = `UPDATE sites SET contact_seq = contact_seq + 1, contact_count = contact_count + 1
	WHERE dealer_id = $1 AND site_id = `

const reserved = ` RETURNING site_id, contact_seq, contact_count,
	COALESCE(NULLIF(country, ''), (SELECT country FROM dealers WHERE dealer_id = $1))`

// ReserveContact implements service.Tx.
func (t *transaction) ReserveContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef) (service.ContactSlot, error) {
	var slot service.ContactSlot
	err := t.run.QueryRow(ctx, reserveContact+siteExpr(site)+reserved, []any{string(dealer), siteArg(site)},
		(*string)(&slot.Site), &slot.Seq, &slot.Count, &slot.Country)
	return slot, t.orNotFound(err, siteNotFound())
}

// The unique index on external_contact_id does not cover rows where it equals contact_id, hence NOT EXISTS. The site is locked,
// so that two creates run one after the other.
const insertContact = `INSERT INTO contacts (dealer_id, site_id, external_contact_id, seq, contact_id, first_name, last_name, email,
	phone, phone_e164, phone_cause, type, role, language, prefers_email, prefers_sms, prefers_push, phone_status, phone_method,
	phone_confirmed_at, email_status, email_method, email_confirmed_at, created_at, updated_at, deleted_at, version, state_version,
	search, email_key, position, dispatch, availability, absences, effective_at, expires_at)
	SELECT $1, $2, NULLIF($3, $5), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
	$26, $27, $28, $29, NULLIF($30, $8), $31, $32, $33, $34, $35, $36
	WHERE NOT EXISTS (SELECT 1 FROM contacts WHERE dealer_id = $1 AND site_id = $2` + hasExternalID + `)`

func contactTaken() []taken {
	return []taken{
		{"contacts_dealer_id_contact_id_key", rollcall.ContactIDTaken, "contact_id",
			"another contact has this contact_id; choose another, or leave it out"},
		{"contacts_dealer_id_site_id_external_contact_id_key", rollcall.ExternalContactIDTaken, "external_contact_id",
			"the site already has a contact with this external_contact_id; update that one, or leave it out"},
	}
}

// InsertContact implements service.Tx.
func (t *transaction) InsertContact(ctx context.Context, c rollcall.Contact) error {
	n, err := t.run.Exec(ctx, insertContact,
		string(c.Dealer), string(c.Site), c.ExternalID, c.Seq, string(c.ID), c.FirstName, c.LastName,
		string(c.Email), c.Phone, string(c.PhoneE164), string(c.PhoneCause), string(c.Type), string(c.Role), c.Language,
		c.Preferences.Email, c.Preferences.SMS, c.Preferences.Push,
		string(c.PhoneState.Status), string(c.PhoneState.Method), microsOrNull(c.PhoneState.Confirmed),
		string(c.EmailState.Status), string(c.EmailState.Method), microsOrNull(c.EmailState.Confirmed),
		micros(c.Created), micros(c.Updated), microsOrNull(c.Deleted), c.Version, c.StateVersion, c.SearchText(), c.Email.Key(), c.Position,
		string(c.Dispatch), availabilityText(c.Availability), absencesText(c.Absences), microsOrNull(c.Effective), microsOrNull(c.Expires))
	if err != nil || n > 0 {
		return t.orTaken(err, contactTaken())
	}
	if err := t.whichTaken(ctx, c); err != nil {
		return err
	}
	return contactTaken()[1].error()
}

// whichTaken returns the error for the first identifier of c that another contact has, nil if both are free. The site must be
// locked.
func (t *transaction) whichTaken(ctx context.Context, c rollcall.Contact) error {
	byID, err := t.ContactByID(ctx, c.Dealer, c.ID)
	if err == nil && (byID.Site != c.Site || byID.Seq != c.Seq) {
		return contactTaken()[0].error()
	}
	if err != nil && rollcall.KindOf(err) != rollcall.ContactNotFound {
		return err
	}
	ref := rollcall.ContactRef{Site: rollcall.SiteRef{ID: c.Site}, ExternalID: c.ExternalID}
	byName, err := t.Contact(ctx, c.Dealer, ref)
	if err == nil && byName.Seq != c.Seq {
		return contactTaken()[1].error()
	}
	if err != nil && rollcall.KindOf(err) != rollcall.ContactNotFound {
		return err
	}
	return nil
}

// contactSet sets every column of a contact that can change, with contactArgs as $4 and on.
const contactSet = `first_name = $4, last_name = $5, email = $6, phone = $7, phone_e164 = $8,
	phone_cause = $9, type = $10, role = $11, language = $12, prefers_email = $13, prefers_sms = $14, prefers_push = $15, phone_status = $16,
	phone_method = $17, phone_confirmed_at = $18, email_status = $19, email_method = $20, email_confirmed_at = $21,
	created_at = $22, updated_at = $23, version = $24, state_version = $25, search = $26, email_key = NULLIF($27, $6),
	dispatch = $28, availability = $29, absences = $30, effective_at = $31, expires_at = $32`

func contactArgs(c *rollcall.Contact) []any {
	return []any{
		c.FirstName, c.LastName, string(c.Email), c.Phone, string(c.PhoneE164), string(c.PhoneCause), string(c.Type), string(c.Role), c.Language,
		c.Preferences.Email, c.Preferences.SMS, c.Preferences.Push,
		string(c.PhoneState.Status), string(c.PhoneState.Method), microsOrNull(c.PhoneState.Confirmed),
		string(c.EmailState.Status), string(c.EmailState.Method), microsOrNull(c.EmailState.Confirmed),
		micros(c.Created), micros(c.Updated), c.Version, c.StateVersion, c.SearchText(), c.Email.Key(),
		string(c.Dispatch), availabilityText(c.Availability), absencesText(c.Absences), microsOrNull(c.Effective), microsOrNull(c.Expires),
	}
}

const updateContact = `UPDATE contacts SET ` + contactSet + `
	WHERE dealer_id = $1 AND site_id = $2 AND contact_id = $3` + notDeleted

// UpdateContact implements service.Tx. It leaves Site, Seq, ExternalID and Position.
func (t *transaction) UpdateContact(ctx context.Context, c rollcall.Contact) error {
	args := append([]any{string(c.Dealer), string(c.Site), string(c.ID)}, contactArgs(&c)...)
	n, err := t.run.Exec(ctx, updateContact, args...)
	return t.changed(n, err, contactNotFound())
}

const selectContactByID = selectContact + ` WHERE dealer_id = $1 AND contact_id = $2` + notDeleted

// ContactByID implements service.Tx.
func (t *transaction) ContactByID(ctx context.Context, dealer rollcall.DealerID, id rollcall.ContactID) (rollcall.Contact, error) {
	var row contactRow
	if err := t.run.QueryRow(ctx, selectContactByID, []any{string(dealer), string(id)}, row.dest()...); err != nil {
		return rollcall.Contact{}, t.orNotFound(err, contactNotFound())
	}
	c, err := row.contact(dealer)
	return c, t.Failed(err)
}
