package store

import (
	"context"
	"database/sql"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const contactColumns = `c.dealer_id, c.site_id, c.seq, c.contact_id, COALESCE(c.external_contact_id, c.contact_id), c.first_name, c.last_name,
	c.type, c.role, c.language, c.prefers_email, c.prefers_sms, c.prefers_push, c.created_at, c.updated_at, c.deleted_at, c.version, c.state_version, ` + callingColumns

// contactRow is a contact as it is stored, without its points.
type contactRow struct {
	rollcall.Contact
	created, updated int64
	deleted          sql.NullInt64
	calling          callingRow
}

func (c *contactRow) dest() []any {
	return append([]any{
		(*string)(&c.Dealer), (*string)(&c.Site), &c.Seq, (*string)(&c.ID), &c.ExternalID, &c.FirstName, &c.LastName,
		(*string)(&c.Type), (*string)(&c.Role), &c.Language,
		&c.Preferences.Email, &c.Preferences.SMS, &c.Preferences.Push,
		&c.created, &c.updated, &c.deleted, &c.Version, &c.StateVersion,
	}, c.calling.dest(&c.Calling)...)
}

// contact returns the contact that was scanned. It fails if a column holds something that this program cannot read.
func (c *contactRow) contact() (rollcall.Contact, error) {
	c.Created, c.Updated, c.Deleted = fromMicros(c.created), fromMicros(c.updated), fromNull(c.deleted)
	err := c.calling.read(&c.Calling)
	return c.Contact, err
}

// notDeleted is the condition that a contact is not soft-deleted.
const notDeleted = ` AND deleted_at IS NULL`

// These select the contact of a site that has the external identifier $3 and is not deleted. Each of the two cases has an index,
// whose condition it must repeat for SQLite to use it; with OR, SQLite would read all contacts of the dealer.
const (
	idsOf          = `SELECT contact_id FROM contacts WHERE dealer_id = $1 AND site_id = `
	hasExternal    = ` AND external_contact_id = $3 AND deleted_at IS NULL UNION ALL `
	hasContactID   = ` AND contact_id = $3 AND external_contact_id IS NULL AND deleted_at IS NULL`
	withExternalID = idsOf + `$2` + hasExternal + idsOf + `$2` + hasContactID
)

// contactCondition returns the condition on the contact that ref names, with the dealer as $1, the site as $2 and contactArg as $3.
func contactCondition(ref rollcall.ContactRef) string {
	if ref.ID != "" {
		return ` WHERE dealer_id = $1 AND site_id = ` + siteExpr(ref.Site) + ` AND contact_id = $3` + notDeleted
	}
	return ` WHERE dealer_id = $1 AND contact_id IN (` + idsOf + siteExpr(ref.Site) + hasExternal + idsOf + siteExpr(ref.Site) + hasContactID + `)` + notDeleted
}

func contactArg(ref rollcall.ContactRef) string {
	if ref.ID != "" {
		return string(ref.ID)
	}
	return ref.ExternalID
}

// Contact implements service.Reader.
func (r reader) Contact(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef) (rollcall.Contact, error) {
	return r.contact(ctx, contactCondition(ref), ref.Site, string(dealer), siteArg(ref.Site), contactArg(ref))
}

// LockContact implements service.Tx. The lock is that of the site.
func (t *transaction) LockContact(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef) (rollcall.Contact, error) {
	if err := t.lockSite(ctx, dealer, ref.Site); err != nil {
		return rollcall.Contact{}, err
	}
	return t.Contact(ctx, dealer, ref)
}

// lockSite locks a site, so that nobody else changes its contacts: SiteNotFound. With one writer there is nothing to lock.
func (t *transaction) lockSite(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef) error {
	if t.OneWriter {
		return nil
	}
	var id string
	err := t.run.QueryRow(ctx, `SELECT site_id FROM sites WHERE dealer_id = $1 AND site_id = `+siteExpr(site)+t.ForUpdate,
		[]any{string(dealer), siteArg(site)}, &id)
	return t.orNotFound(err, siteNotFound())
}

// contact returns the contact that a condition finds, whose first argument is the dealer: SiteNotFound, ContactNotFound.
func (r reader) contact(ctx context.Context, condition string, site rollcall.SiteRef, dealer string, args ...any) (rollcall.Contact, error) {
	rows, err := r.contactsBy(ctx, withPoints(condition, ""), append([]any{dealer}, args...)...)
	if err != nil {
		return rollcall.Contact{}, err
	}
	if c, found := rows.one(); found {
		return c, nil
	}
	return rollcall.Contact{}, r.noContact(ctx, rollcall.DealerID(dealer), site)
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
	w.hasStatus("contacts", rollcall.PhonePoint, filter.Phone)
	w.hasStatus("contacts", rollcall.EmailPoint, filter.Email)
	w.contains("search", filter.Terms)
	if len(w.args) == 2 { // all contacts of the site
		w.count = contactCount + siteExpr(site)
	}
	var rows contactRows
	total, err := w.read(ctx, r, func(contacts string) string {
		return withPoints(strings.TrimPrefix(contacts, ` FROM contacts`), ` ORDER BY c.position, c.seq`)
	}, filter.Page, rows.add)
	if filter.Page == (service.Page{}) {
		total = len(rows.contacts)
	}
	if r.NoRow(err) || err == nil && total == 0 {
		if err := r.noContact(ctx, dealer, site); rollcall.KindOf(err) != rollcall.ContactNotFound {
			return nil, 0, err
		}
	}
	return rows.contacts, total, r.Failed(err)
}

// hasStatus adds the condition that a contact has a point of the kind with one of the statuses, if there are any. contact is the name
// of its table in the statement.
func (w *where) hasStatus(contact string, kind rollcall.PointKind, statuses []rollcall.PointStatus) {
	if len(statuses) == 0 {
		return
	}
	of := where{args: w.args}
	of.text.WriteString(` AND p.kind = ` + of.param(string(kind)))
	among(&of, "p.status", statuses)
	w.args = of.args
	w.hasPoint(contact, of.text.String())
}

// hasPoint adds the condition that a contact has a point p that fulfils a condition.
func (w *where) hasPoint(contact, condition string) {
	w.text.WriteString(` AND EXISTS (SELECT 1 FROM points p WHERE p.dealer_id = ` + contact + `.dealer_id AND p.site_id = ` + contact + `.site_id
	AND p.contact_seq = ` + contact + `.seq` + condition + `)`)
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
const insertContact = `INSERT INTO contacts (dealer_id, site_id, external_contact_id, seq, contact_id, first_name, last_name,
	type, role, language, prefers_email, prefers_sms, prefers_push, created_at, updated_at, deleted_at, version, state_version, search,
	position, dispatch, availability, absences, effective_at, expires_at)
	SELECT $1, $2, NULLIF($3, $5), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25
	WHERE NOT EXISTS (` + withExternalID + `)`

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
		string(c.Type), string(c.Role), c.Language,
		c.Preferences.Email, c.Preferences.SMS, c.Preferences.Push,
		micros(c.Created), micros(c.Updated), microsOrNull(c.Deleted), c.Version, c.StateVersion, c.SearchText(), c.Position,
		string(c.Dispatch), availabilityText(c.Availability), absencesText(c.Absences), microsOrNull(c.Effective), microsOrNull(c.Expires))
	switch {
	case err != nil:
		return t.orTaken(err, contactTaken())
	case n > 0:
		return t.insertPoints(ctx, &c)
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
const contactSet = `first_name = $4, last_name = $5, type = $6, role = $7, language = $8, prefers_email = $9, prefers_sms = $10,
	prefers_push = $11, created_at = $12, updated_at = $13, version = $14, state_version = $15, search = $16,
	dispatch = $17, availability = $18, absences = $19, effective_at = $20, expires_at = $21`

func contactArgs(c *rollcall.Contact) []any {
	return []any{
		c.FirstName, c.LastName, string(c.Type), string(c.Role), c.Language,
		c.Preferences.Email, c.Preferences.SMS, c.Preferences.Push,
		micros(c.Created), micros(c.Updated), c.Version, c.StateVersion, c.SearchText(),
		string(c.Dispatch), availabilityText(c.Availability), absencesText(c.Absences), microsOrNull(c.Effective), microsOrNull(c.Expires),
	}
}

const updateContact = `UPDATE contacts SET ` + contactSet + `
	WHERE dealer_id = $1 AND site_id = $2 AND contact_id = $3` + notDeleted

// UpdateContact implements service.Tx. It leaves Site, Seq, ExternalID and Position.
func (t *transaction) UpdateContact(ctx context.Context, before, c rollcall.Contact) error {
	args := append([]any{string(c.Dealer), string(c.Site), string(c.ID)}, contactArgs(&c)...)
	n, err := t.run.Exec(ctx, updateContact, args...)
	if err := t.changed(n, err, contactNotFound()); err != nil {
		return err
	}
	return t.updatePoints(ctx, &before, &c)
}

const setExternalID = `UPDATE contacts SET external_contact_id = $3 WHERE dealer_id = $1 AND site_id = $2 AND seq = $4
	AND deleted_at IS NULL AND contact_id <> $3
	AND NOT EXISTS (` + withExternalID + `)`

// SetExternalID implements service.Tx.
func (t *transaction) SetExternalID(ctx context.Context, c rollcall.Contact, id string) error {
	n, err := t.run.Exec(ctx, setExternalID, string(c.Dealer), string(c.Site), id, c.Seq)
	if err != nil || n > 0 {
		return t.orTaken(err, contactTaken())
	}
	if _, err := t.ContactByID(ctx, c.Dealer, c.ID); err != nil {
		return err
	}
	return contactTaken()[1].error()
}

const withID = ` WHERE dealer_id = $1 AND contact_id = $2` + notDeleted

// ContactByID implements service.Tx.
func (t *transaction) ContactByID(ctx context.Context, dealer rollcall.DealerID, id rollcall.ContactID) (rollcall.Contact, error) {
	rows, err := t.contactsBy(ctx, withPoints(withID, ""), string(dealer), string(id))
	if err != nil {
		return rollcall.Contact{}, err
	}
	if c, found := rows.one(); found {
		return c, nil
	}
	return rollcall.Contact{}, contactNotFound()
}
