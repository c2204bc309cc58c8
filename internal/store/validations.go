package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const validationColumns = `dealer_id, validation_id, site_id, contact_seq, contact_id, point_id, point, method, recipient, extension, text,
	status, attempts, attempted_at, provider, provider_ref, failure_code, failure_message, created_at, sent_at, delivered_at,
	answered_at, answered_by, wrong_codes, expires_at, not_before, counted_at, link_hash, unsubscribe_hash, roll_call_id`

// validationRow is a validation as it is stored.
type validationRow struct {
	rollcall.Validation
	code, message                        sql.NullString
	created, expires                     int64
	attempted, sent, delivered, answered sql.NullInt64
	notBefore, counted                   sql.NullInt64
	link, unsubscribe                    []byte
	rollCall                             sql.NullString
}

func (v *validationRow) dest() []any {
	return []any{
		(*string)(&v.Dealer), (*string)(&v.ID), (*string)(&v.Site), &v.ContactSeq, (*string)(&v.Contact), (*string)(&v.Point),
		(*string)(&v.Kind), (*string)(&v.Method), &v.To, &v.Extension, &v.Text, (*string)(&v.Status), &v.Attempts,
		&v.attempted, &v.Provider, &v.Ref, &v.code, &v.message, &v.created, &v.sent, &v.delivered, &v.answered,
		(*string)(&v.AnsweredBy), &v.WrongCodes, &v.expires, &v.notBefore, &v.counted, &v.link, &v.unsubscribe, &v.rollCall,
	}
}

func (v *validationRow) validation() rollcall.Validation {
	v.Failure = rollcall.Failure{Code: v.code.String, Message: v.message.String}
	v.Created, v.Sent, v.Expires = fromMicros(v.created), fromNull(v.sent), fromMicros(v.expires)
	v.Attempted, v.Delivered, v.Answered = fromNull(v.attempted), fromNull(v.delivered), fromNull(v.answered)
	v.NotBefore, v.Counted = fromNull(v.notBefore), fromNull(v.counted)
	v.RollCall = rollcall.RollCallID(v.rollCall.String)
	copy(v.LinkHash[:], v.link)
	copy(v.UnsubscribeHash[:], v.unsubscribe)
	return v.Validation
}

func scanValidation(rows engine.Row) (rollcall.Validation, error) {
	var row validationRow
	err := rows.Scan(row.dest()...)
	return row.validation(), err
}

const selectValidations = `SELECT ` + validationColumns + ` FROM validations`

const selectValidation = selectValidations + ` WHERE dealer_id = $1 AND validation_id = $2`

// Validation implements service.Reader.
func (r reader) Validation(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error) {
	return r.validation(ctx, selectValidation, dealer, id)
}

// LockValidation implements service.Tx.
func (t *transaction) LockValidation(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error) {
	return t.validation(ctx, selectValidation+t.ForUpdate, dealer, id)
}

// A link names no dealer, so these two search the validations of all dealers.
const (
	selectByLink        = selectValidations + ` WHERE link_hash = $1`
	selectByUnsubscribe = selectValidations + ` WHERE unsubscribe_hash = $1`
)

// ValidationByLink implements service.Reader.
func (r reader) ValidationByLink(ctx context.Context, hash rollcall.Hash) (rollcall.Validation, error) {
	return r.validationBy(ctx, selectByLink, hash[:])
}

// ValidationByUnsubscribe implements service.Reader.
func (r reader) ValidationByUnsubscribe(ctx context.Context, hash rollcall.Hash) (rollcall.Validation, error) {
	return r.validationBy(ctx, selectByUnsubscribe, hash[:])
}

func (r reader) validation(ctx context.Context, query string, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error) {
	return r.validationBy(ctx, query, string(dealer), string(id))
}

func (r reader) validationBy(ctx context.Context, query string, args ...any) (rollcall.Validation, error) {
	var row validationRow
	if err := r.run.QueryRow(ctx, query, args, row.dest()...); err != nil {
		return rollcall.Validation{}, r.orNotFound(err, validationNotFound())
	}
	return row.validation(), nil
}

const insertValidation = `INSERT INTO validations (` + validationColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)`

// InsertValidation implements service.Tx.
func (t *transaction) InsertValidation(ctx context.Context, v rollcall.Validation) error {
	code, message := failure(&v)
	_, err := t.run.Exec(ctx, insertValidation,
		string(v.Dealer), string(v.ID), string(v.Site), v.ContactSeq, string(v.Contact), string(v.Point), string(v.Kind), string(v.Method),
		v.To, v.Extension, v.Text, string(v.Status), v.Attempts, microsOrNull(v.Attempted), v.Provider, v.Ref, code, message,
		micros(v.Created), microsOrNull(v.Sent), microsOrNull(v.Delivered), microsOrNull(v.Answered), string(v.AnsweredBy), v.WrongCodes,
		micros(v.Expires), microsOrNull(v.NotBefore), microsOrNull(v.Counted), hashOrNull(v.LinkHash), hashOrNull(v.UnsubscribeHash),
		textOrNull(string(v.RollCall)))
	return t.orForeign(err, contactNotFound())
}

// failure returns the failure of a validation as it is stored: not NULL exactly if it failed, even without a code from the
// provider.
func failure(v *rollcall.Validation) (code, message any) {
	if v.Status == rollcall.ValidationFailing || v.Failure != (rollcall.Failure{}) {
		return v.Failure.Code, v.Failure.Message
	}
	return nil, nil
}

const updateValidation = `UPDATE validations SET recipient = $3, text = $4, status = $5, attempts = $6,
	attempted_at = $7, provider = $8, provider_ref = $9, failure_code = $10, failure_message = $11, sent_at = $12,
	delivered_at = $13, answered_at = $14, answered_by = $15, wrong_codes = $16, expires_at = $17, not_before = $18, link_hash = $19,
	unsubscribe_hash = $20, counted_at = $21
	WHERE dealer_id = $1 AND validation_id = $2`

// UpdateValidation implements service.Tx. Contact, point, extension, method and time of creation stay.
func (t *transaction) UpdateValidation(ctx context.Context, v rollcall.Validation) error {
	code, message := failure(&v)
	n, err := t.run.Exec(ctx, updateValidation,
		string(v.Dealer), string(v.ID), v.To, v.Text, string(v.Status), v.Attempts,
		microsOrNull(v.Attempted), v.Provider, v.Ref, code, message, microsOrNull(v.Sent), microsOrNull(v.Delivered), microsOrNull(v.Answered),
		string(v.AnsweredBy), v.WrongCodes, micros(v.Expires), microsOrNull(v.NotBefore), hashOrNull(v.LinkHash), hashOrNull(v.UnsubscribeHash), microsOrNull(v.Counted))
	return t.changed(n, err, validationNotFound())
}

// isOpen is the condition that a validation is still waiting for an answer.
const isOpen = ` AND status IN ('queued', 'sent', 'delivered')`

const countQueued = `SELECT COUNT(*) FROM (SELECT 1 FROM validations WHERE dealer_id = $1 AND status = 'queued' LIMIT $2) found`

// CountQueuedValidations implements service.Tx.
func (t *transaction) CountQueuedValidations(ctx context.Context, dealer rollcall.DealerID, most int) (count int, err error) {
	err = t.run.QueryRow(ctx, countQueued, []any{string(dealer), most}, &count)
	return count, t.Failed(err)
}

const cancelValidations = `UPDATE validations SET status = 'canceled'
	WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3 AND point_id = $4` + isOpen + ` RETURNING ` + validationColumns

// CancelValidations implements service.Tx.
func (t *transaction) CancelValidations(ctx context.Context, c rollcall.Contact, p rollcall.PointID) ([]rollcall.Validation, error) {
	return collect(ctx, t.reader, cancelValidations, []any{string(c.Dealer), string(c.Site), c.Seq, string(p)}, scanValidation)
}

const openValidation = selectValidations + `
	WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3 AND point_id = $4` + isOpen

// OpenValidation implements service.Tx. It locks the validation.
func (t *transaction) OpenValidation(ctx context.Context, c rollcall.Contact, p rollcall.PointID) (rollcall.Validation, error) {
	return t.validationBy(ctx, openValidation+t.ForUpdate, string(c.Dealer), string(c.Site), c.Seq, string(p))
}

// A text message from a person names a number and no dealer, so these two search the validations of all dealers, without sandboxes.
const (
	openValidationsTo = selectValidations + ` WHERE recipient = $1 AND method = 'sms'` + isLive + isOpen + `
	ORDER BY expires_at DESC LIMIT $2`
	unexpiredValidationsTo = selectValidations + ` WHERE recipient = $1 AND method = 'sms'` + isLive + ` AND expires_at > $2
	ORDER BY expires_at DESC LIMIT $3`
)

// twin returns the other number that reaches the same phone, or the number itself if there is none.
func twin(number string) string { return string(rollcall.PhoneNumber(number).Twin()) }

// validationsTo returns at most limit validations to a number and its twin, the last to expire first. It runs query for each
// number, so that rows come in the order of the index.
func (t *transaction) validationsTo(ctx context.Context, query, number string, limit int, args ...any) ([]rollcall.Validation, error) {
	args = append(args, limit)
	found, err := collect(ctx, t.reader, query, append([]any{number}, args...), scanValidation)
	other := twin(number)
	if err != nil || other == number {
		return found, err
	}
	more, err := collect(ctx, t.reader, query, append([]any{other}, args...), scanValidation)
	found = append(found, more...)
	slices.SortStableFunc(found, func(a, b rollcall.Validation) int { return b.Expires.Compare(a.Expires) })
	return found[:min(len(found), limit)], err
}

// OpenValidationsTo implements service.Tx.
func (t *transaction) OpenValidationsTo(ctx context.Context, number string, limit int) ([]rollcall.Validation, error) {
	return t.validationsTo(ctx, openValidationsTo, number, limit)
}

// UnexpiredValidationsTo implements service.Tx.
func (t *transaction) UnexpiredValidationsTo(ctx context.Context, number string, now time.Time, limit int) ([]rollcall.Validation, error) {
	return t.validationsTo(ctx, unexpiredValidationsTo, number, limit, micros(now))
}

const ofContact = ` FROM validations WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3`

// Validations implements service.Reader.
func (r reader) Validations(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef, page service.Page) ([]rollcall.Validation, int, error) {
	c, err := r.Contact(ctx, dealer, ref)
	if err != nil {
		return nil, 0, err
	}
	w := where{args: []any{string(dealer), string(c.Site), c.Seq}, order: ` ORDER BY created_at, validation_id`}
	w.text.WriteString(ofContact)
	validations, total, err := list(ctx, r, &w, validationColumns, page, scanValidation)
	return validations, total, r.Failed(err)
}

const countUnderWay = `SELECT
	(SELECT COUNT(*) FROM validations WHERE dealer_id = $1` + isOpen + `),
	COUNT(CASE WHEN not_before > $2 THEN 1 END),
	COUNT(CASE WHEN attempts > 0 AND (not_before IS NULL OR not_before <= $2) THEN 1 END)
	FROM (SELECT not_before, attempts FROM validations WHERE dealer_id = $1 AND status = 'queued' LIMIT $3) AS found`

// UnderWay implements service.Reader.
func (r reader) UnderWay(ctx context.Context, dealer rollcall.DealerID, now time.Time, limit int) (u service.UnderWay, err error) {
	err = r.run.QueryRow(ctx, countUnderWay, []any{string(dealer), micros(now), limit}, &u.Open, &u.Postponed, &u.Refused)
	return u, r.Failed(err)
}
