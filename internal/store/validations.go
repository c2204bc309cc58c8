package store

import (
	"context"
	"database/sql"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const validationColumns = `dealer_id, validation_id, site_id, contact_seq, contact_id, method, recipient, text, test, status, attempts,
	provider, failure_code, failure_message, created_at, sent_at, expires_at`

// validationRow is a validation as it is kept.
type validationRow struct {
	rollcall.Validation
	code, message    sql.NullString
	created, expires int64
	sent             sql.NullInt64
}

func (v *validationRow) dest() []any {
	return []any{
		(*string)(&v.Dealer), (*string)(&v.ID), (*string)(&v.Site), &v.ContactSeq, (*string)(&v.Contact), (*string)(&v.Method),
		&v.To, &v.Text, &v.Test, (*string)(&v.Status), &v.Attempts, &v.Provider, &v.code, &v.message,
		&v.created, &v.sent, &v.expires,
	}
}

func (v *validationRow) validation() rollcall.Validation {
	v.Failure = rollcall.Failure{Code: v.code.String, Message: v.message.String}
	v.Created, v.Sent, v.Expires = fromMicros(v.created), fromNull(v.sent), fromMicros(v.expires)
	return v.Validation
}

const selectValidations = `SELECT ` + validationColumns + ` FROM validations`

const selectValidation = selectValidations + ` WHERE dealer_id = $1 AND validation_id = $2`

// Validation implements rollcall.Reader.
func (r reader) Validation(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error) {
	return r.validation(ctx, selectValidation, dealer, id)
}

// LockValidation implements rollcall.Tx.
func (t *transaction) LockValidation(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error) {
	return t.validation(ctx, selectValidation+t.forUpdate, dealer, id)
}

func (r reader) validation(ctx context.Context, query string, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error) {
	var row validationRow
	if err := r.run.one(ctx, query, []any{string(dealer), string(id)}, row.dest()...); err != nil {
		return rollcall.Validation{}, r.orNotFound(err, validationNotFound())
	}
	return row.validation(), nil
}

func (t *transaction) validations(ctx context.Context, query string, args ...any) ([]rollcall.Validation, error) {
	var validations []rollcall.Validation
	err := t.run.many(ctx, query, args, func(rows rowScanner) error {
		var row validationRow
		err := rows.Scan(row.dest()...)
		validations = append(validations, row.validation())
		return err
	})
	return validations, t.failed(err)
}

const insertValidation = `INSERT INTO validations (` + validationColumns + `, point)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`

// InsertValidation implements rollcall.Tx.
func (t *transaction) InsertValidation(ctx context.Context, v rollcall.Validation) error {
	code, message := failure(&v)
	_, err := t.run.exec(ctx, insertValidation,
		string(v.Dealer), string(v.ID), string(v.Site), v.ContactSeq, string(v.Contact), string(v.Method), v.To, v.Text,
		v.Test, string(v.Status), v.Attempts, v.Provider, code, message,
		micros(v.Created), orNull(v.Sent), micros(v.Expires), string(v.Point()))
	if err != nil && t.foreign(err) {
		return contactNotFound()
	}
	return t.failed(err)
}

// failure returns how the failure of a validation is kept: there is one exactly when it failed, even where the provider
// gave no code.
func failure(v *rollcall.Validation) (code, message any) {
	if v.Status == rollcall.ValidationFailing || v.Failure != (rollcall.Failure{}) {
		return v.Failure.Code, v.Failure.Message
	}
	return nil, nil
}

const updateValidation = `UPDATE validations SET recipient = $3, text = $4, test = $5, status = $6, attempts = $7,
	provider = $8, failure_code = $9, failure_message = $10, sent_at = $11, expires_at = $12
	WHERE dealer_id = $1 AND validation_id = $2`

// UpdateValidation implements rollcall.Tx. Contact, method and time of creation stay.
func (t *transaction) UpdateValidation(ctx context.Context, v rollcall.Validation) error {
	code, message := failure(&v)
	n, err := t.run.exec(ctx, updateValidation,
		string(v.Dealer), string(v.ID), v.To, v.Text, v.Test, string(v.Status), v.Attempts,
		v.Provider, code, message, orNull(v.Sent), micros(v.Expires))
	return t.changed(n, err, validationNotFound())
}

const cancelValidations = `UPDATE validations SET status = 'canceled'
	WHERE dealer_id = $1 AND point = $3 AND status IN ('queued', 'sent') AND (site_id, contact_seq) =
	(SELECT site_id, seq FROM contacts WHERE dealer_id = $1 AND contact_id = $2` + there + `)`

// CancelValidations implements rollcall.Tx. A contact that was deleted has no open ones.
func (t *transaction) CancelValidations(ctx context.Context, dealer rollcall.DealerID, contact rollcall.ContactID, p rollcall.Point) error {
	_, err := t.run.exec(ctx, cancelValidations, string(dealer), string(contact), string(p))
	return t.failed(err)
}

const selectDue = selectValidations + `
	WHERE dealer_id = $1 AND status IN ('queued', 'sent') AND expires_at <= $2 ORDER BY expires_at LIMIT $3`

// DueValidations implements rollcall.Tx, and locks what it returns.
func (t *transaction) DueValidations(ctx context.Context, dealer rollcall.DealerID, now time.Time, limit int) ([]rollcall.Validation, error) {
	return t.validations(ctx, selectDue+t.forUpdate, string(dealer), micros(now), limit)
}
