package store

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// The site is locked before the row of the contact is changed, as a change of a site does.
const countDown = `UPDATE sites SET contact_count = contact_count - 1 WHERE dealer_id = $1 AND site_id = $2
	AND EXISTS (SELECT 1 FROM contacts WHERE dealer_id = $1 AND site_id = $2 AND seq = $3` + notDeleted + `)`

const softDeleteContact = `UPDATE contacts SET deleted_at = $4 WHERE dealer_id = $1 AND site_id = $2 AND seq = $3` + notDeleted +
	` RETURNING position`

// SoftDeleteContact implements service.Tx. It also returns SiteNotFound and ContactNotFound.
func (t *transaction) SoftDeleteContact(ctx context.Context, c rollcall.Contact, at time.Time) error {
	n, err := t.run.Exec(ctx, countDown, string(c.Dealer), string(c.Site), c.Seq)
	if err != nil {
		return t.Failed(err)
	}
	if n == 0 {
		return t.noContact(ctx, c.Dealer, rollcall.SiteRef{ID: c.Site})
	}
	var position int
	args := []any{string(c.Dealer), string(c.Site), c.Seq, micros(at)}
	if err := t.run.QueryRow(ctx, softDeleteContact, args, &position); err != nil {
		return t.orNotFound(err, contactNotFound())
	}
	_, err = t.run.Exec(ctx, closeGap, string(c.Dealer), string(c.Site), position)
	return t.Failed(err)
}

// deletedContact returns the condition on the contact that ref names and that was soft-deleted last, with contactArg as $3 and
// a time as $4. An external id is searched among the contacts of its site, which are few.
func deletedContact(ref rollcall.ContactRef) string {
	named := ` AND contact_id = $3`
	if ref.ID == "" {
		named = ` AND COALESCE(external_contact_id, contact_id) = $3`
	}
	return ` WHERE dealer_id = $1 AND site_id = ` + siteExpr(ref.Site) + named +
		` AND deleted_at > $4 ORDER BY deleted_at DESC, seq DESC LIMIT 1`
}

// LockDeletedContact implements service.Tx. The lock is that of the site.
func (t *transaction) LockDeletedContact(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef, after time.Time) (rollcall.Contact, error) {
	if err := t.lockSite(ctx, dealer, ref.Site); err != nil {
		return rollcall.Contact{}, err
	}
	return t.contact(ctx, deletedContact(ref), ref.Site, string(dealer), siteArg(ref.Site), contactArg(ref), micros(after))
}

const countUp = `UPDATE sites SET contact_count = contact_count + 1 WHERE dealer_id = $1 AND site_id = $2
	RETURNING contact_count`

const undeleteContact = `UPDATE contacts SET ` + contactSet + `, deleted_at = NULL, position = $22
	WHERE dealer_id = $1 AND site_id = $2 AND seq = $3 AND deleted_at IS NOT NULL`

// UndeleteContact implements service.Tx. It also returns SiteNotFound and ContactNotFound. It leaves the identifiers and Seq.
func (t *transaction) UndeleteContact(ctx context.Context, c rollcall.Contact) (count int, err error) {
	if err := t.run.QueryRow(ctx, countUp, []any{string(c.Dealer), string(c.Site)}, &count); err != nil {
		return 0, t.orNotFound(err, siteNotFound())
	}
	if err := t.whichTaken(ctx, c); err != nil {
		return 0, err
	}
	args := append([]any{string(c.Dealer), string(c.Site), c.Seq}, contactArgs(&c)...)
	args = append(args, count)
	n, err := t.run.Exec(ctx, undeleteContact, args...)
	if err != nil {
		return 0, t.orTaken(err, contactTaken())
	}
	if err := t.changed(n, nil, contactNotFound()); err != nil {
		return 0, err
	}
	return count, t.replacePoints(ctx, &c)
}

// Contacts that are not deleted, and deleted ones, have an index each.
const isOrWasContact = ` WHERE dealer_id = $1 AND site_id = $2 AND seq IN (
	SELECT seq FROM contacts WHERE dealer_id = $1 AND contact_id = $3 AND deleted_at IS NULL
	UNION ALL SELECT seq FROM contacts WHERE dealer_id = $1 AND contact_id = $3 AND site_id = $2 AND deleted_at IS NOT NULL)
	AND contact_id = $3`

// ContactsWithDeleted implements service.Reader.
func (r reader) ContactsWithDeleted(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) ([]rollcall.Contact, error) {
	query := withPoints(isOrWasContact, ` ORDER BY c.deleted_at IS NULL, c.deleted_at, c.seq`)
	rows, err := r.contactsBy(ctx, query, string(dealer), string(site), string(id))
	return rows.contacts, err
}

// ContactsWithDeleted implements service.Tx. It locks the site, if there is one.
func (t *transaction) ContactsWithDeleted(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) ([]rollcall.Contact, error) {
	err := t.lockSite(ctx, dealer, rollcall.SiteRef{ID: site})
	if err != nil && rollcall.KindOf(err) != rollcall.SiteNotFound {
		return nil, err
	}
	return t.reader.ContactsWithDeleted(ctx, dealer, site, id)
}

const removeContact = `DELETE FROM contacts WHERE dealer_id = $1 AND site_id = $2 AND seq = $3 AND deleted_at IS NOT NULL`

// RemoveContact implements service.Tx. It also returns ContactNotFound.
func (t *transaction) RemoveContact(ctx context.Context, c rollcall.Contact) error {
	n, err := t.run.Exec(ctx, removeContact, string(c.Dealer), string(c.Site), c.Seq)
	return t.changed(n, err, contactNotFound())
}

// PurgeContact implements service.Tx.
func (t *transaction) PurgeContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, seq int64, before time.Time) error {
	n, err := t.run.Exec(ctx, removeContact+` AND deleted_at < $4`, string(dealer), string(site), seq, micros(before))
	return t.changed(n, err, contactNotFound())
}

const validationsOf = selectValidations + ` WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3
	ORDER BY created_at, validation_id`

// ValidationsOf implements service.Reader.
func (r reader) ValidationsOf(ctx context.Context, c rollcall.Contact) ([]rollcall.Validation, error) {
	return collect(ctx, r, validationsOf, []any{string(c.Dealer), string(c.Site), c.Seq}, scanValidation)
}

const capturedOf = selectCaptured + ` AND validation_id IN
	(SELECT validation_id FROM validations WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3) ORDER BY seq`

// CapturedMessagesOf implements service.Reader.
func (r reader) CapturedMessagesOf(ctx context.Context, c rollcall.Contact) ([]rollcall.CapturedMessage, error) {
	return collect(ctx, r, capturedOf, []any{string(c.Dealer), string(c.Site), c.Seq}, scanCaptured)
}
