package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const idempotencyColumns = `fingerprint, status, etag, location, body, site_id, contact_id, validation_id, suppression_id, value_hash, erased, at`

const selectIdempotencyRecord = `SELECT ` + idempotencyColumns + ` FROM idempotency_records WHERE dealer_id = $1 AND operation = $2 AND key = $3`

// LockIdempotencyRecord implements service.Tx. On SQLite there is one writer, so that it never returns
// IdempotencyInProgress. On PostgreSQL it takes an advisory lock, since there may be no row yet. Two keys with the same 64-bit
// number are refused only while both are in progress.
func (t *transaction) LockIdempotencyRecord(ctx context.Context, dealer rollcall.DealerID, operation, key string) (service.IdempotencyRecord, bool, error) {
	if t.TryLock != "" {
		name := sha256.Sum256([]byte(string(dealer) + "\x00" + operation + "\x00" + key))
		var free bool
		err := t.run.QueryRow(ctx, t.TryLock, []any{int64(binary.BigEndian.Uint64(name[:]))}, &free)
		if err == nil && !free {
			return service.IdempotencyRecord{}, false, service.RequestInProgress()
		}
		if err != nil {
			return service.IdempotencyRecord{}, false, t.Failed(err)
		}
	}
	a := service.IdempotencyRecord{Dealer: dealer, Operation: operation, Key: key}
	var fingerprint, value []byte
	var contact sql.NullString
	var at int64
	err := t.run.QueryRow(ctx, selectIdempotencyRecord+t.ForUpdate, []any{string(dealer), operation, key},
		&fingerprint, &a.Response.Status, &a.Response.ETag, &a.Response.Location, &a.Response.Body, (*string)(&a.Site), &contact, (*string)(&a.Validation),
		(*string)(&a.Suppression), &value, &a.Erased, &at)
	switch {
	case t.NoRow(err):
		return service.IdempotencyRecord{}, false, nil
	case err != nil:
		return service.IdempotencyRecord{}, false, t.Failed(err)
	}
	copy(a.Fingerprint[:], fingerprint)
	copy(a.Value[:], value)
	a.Contact, a.At = rollcall.ContactID(contact.String), fromMicros(at)
	return a, true, nil
}

const putIdempotencyRecord = `INSERT INTO idempotency_records (dealer_id, operation, key, ` + idempotencyColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULLIF($10, ''), $11, $12, $13, $14, $15)
	ON CONFLICT (dealer_id, operation, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
	etag = excluded.etag, location = excluded.location, body = excluded.body, site_id = excluded.site_id, contact_id = excluded.contact_id,
	validation_id = excluded.validation_id, suppression_id = excluded.suppression_id, value_hash = excluded.value_hash, erased = excluded.erased, at = excluded.at`

// PutIdempotencyRecord implements service.Tx. It also returns DealerNotFound.
func (t *transaction) PutIdempotencyRecord(ctx context.Context, a service.IdempotencyRecord) error {
	var body any
	if len(a.Response.Body) > 0 {
		body = string(a.Response.Body)
	}
	_, err := t.run.Exec(ctx, putIdempotencyRecord, string(a.Dealer), a.Operation, a.Key, a.Fingerprint[:], a.Response.Status, a.Response.ETag,
		a.Response.Location, body, string(a.Site), string(a.Contact), string(a.Validation), string(a.Suppression), hashOrNull(a.Value), a.Erased, micros(a.At))
	return t.orForeign(err, dealerNotFound())
}

const eraseIdempotencyRecords = `UPDATE idempotency_records SET erased = TRUE, body = NULL, etag = ''
	WHERE dealer_id = $1 AND site_id = $2 AND contact_id = $3`

// EraseIdempotencyRecords implements service.Tx.
func (t *transaction) EraseIdempotencyRecords(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) error {
	_, err := t.run.Exec(ctx, eraseIdempotencyRecords, string(dealer), string(site), string(id))
	return t.Failed(err)
}

// EraseIdempotencyRecordsWith implements service.Tx.
func (t *transaction) EraseIdempotencyRecordsWith(ctx context.Context, dealer rollcall.DealerID, values []rollcall.Hash) error {
	if len(values) == 0 {
		return nil
	}
	list, args := in(2, values, string(dealer))
	_, err := t.run.Exec(ctx, `UPDATE idempotency_records SET erased = TRUE, body = NULL, etag = '' WHERE dealer_id = $1 AND value_hash IN `+list, args...)
	return t.Failed(err)
}

const deleteIdempotencyRecords = `DELETE FROM idempotency_records WHERE (dealer_id, operation, key) IN
	(SELECT dealer_id, operation, key FROM idempotency_records WHERE at < $1 ORDER BY at LIMIT $2)`

// DeleteIdempotencyRecords implements service.Tx.
func (t *transaction) DeleteIdempotencyRecords(ctx context.Context, before time.Time, limit int) (int, error) {
	return t.deleteBefore(ctx, deleteIdempotencyRecords, before, limit)
}
