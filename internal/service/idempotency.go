package service

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// idempotencyWriter changes idempotency records in a transaction.
type idempotencyWriter interface {
	// LockIdempotencyRecord returns a record, and whether there is one. Nobody else stores a record with this key before the
	// transaction ends: IdempotencyInProgress if somebody is about to.
	LockIdempotencyRecord(ctx context.Context, dealer rollcall.DealerID, operation, key string) (IdempotencyRecord, bool, error)
	// PutIdempotencyRecord stores a record, and replaces an older one with the same key.
	PutIdempotencyRecord(ctx context.Context, r IdempotencyRecord) error
	// EraseIdempotencyRecords removes the response bodies from the records about a contact, and marks the records as erased.
	EraseIdempotencyRecords(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) error
	// EraseIdempotencyRecordsWith is EraseIdempotencyRecords for records with one of these hashes as their Value.
	EraseIdempotencyRecordsWith(ctx context.Context, dealer rollcall.DealerID, values []rollcall.Hash) error
	// DeleteIdempotencyRecords removes at most limit records, of all dealers, that were stored before a time, and returns how many.
	DeleteIdempotencyRecords(ctx context.Context, before time.Time, limit int) (int, error)
}

// idempotencyLife is how long idempotency records are kept.
const idempotencyLife = 24 * time.Hour

// IdempotencyKey makes a change happen at most once: the response is stored in the transaction of the change, and a request
// with the same key gets it again.
type IdempotencyKey struct {
	Key         string // chosen by the caller, 1 to 255 visible ASCII characters
	Operation   string
	Fingerprint rollcall.Hash // of the whole request
	// Respond returns the response to the result of a use case; result is nil for a use case without one. It must be quick: it
	// runs in the transaction.
	Respond func(result any) (Response, error)
}

// Response is an HTTP response as it is sent.
type Response struct {
	Status   int
	ETag     string
	Location string // empty: none
	Body     []byte // empty: none
}

// IdempotencyRecord is the stored response to a request with an idempotency key.
type IdempotencyRecord struct {
	Dealer      rollcall.DealerID
	Operation   string
	Key         string
	Fingerprint rollcall.Hash
	Response    Response
	Site        rollcall.SiteID        // of Contact
	Contact     rollcall.ContactID     // the contact whose data the response holds; empty: none
	Validation  rollcall.ValidationID  // a replay responds with the current state of this validation, not with Response; empty: none
	Suppression rollcall.SuppressionID // once Response is erased, a replay responds with this suppression; empty: none
	Value       rollcall.Hash          // the Suppression.Hash of the value in the response; zero: none
	Erased      bool                   // the body was removed by an erasure
	At          time.Time
}

// Replayed is the error of a use case whose request was done before. Nothing was changed.
type Replayed struct {
	Response    Response
	Validation  rollcall.ValidationID  // see IdempotencyRecord
	Suppression rollcall.SuppressionID // set only if the response is erased
}

func (*Replayed) Error() string { return "the request was done before" }

// running holds the idempotency keys of the requests that run in this process.
type running struct{ keys sync.Map }

// enter adds a key and returns the function that removes it: IdempotencyInProgress if the key is there.
func (r *running) enter(dealer rollcall.DealerID, key *IdempotencyKey) (leave func(), err error) {
	sum := sha256.Sum256([]byte(string(dealer) + "\x00" + key.Operation + "\x00" + key.Key))
	if _, taken := r.keys.LoadOrStore(sum, struct{}{}); taken {
		return nil, RequestInProgress()
	}
	return func() { r.keys.Delete(sum) }, nil
}

// RequestInProgress returns the error for a request whose idempotency key is in use by a running request:
// IdempotencyInProgress.
func RequestInProgress() error {
	return &rollcall.Error{
		Kind:       rollcall.IdempotencyInProgress,
		Message:    "the first request with this Idempotency-Key is still running; retry after the time in Retry-After",
		RetryAfter: time.Second,
	}
}

// CheckIdempotencyKey returns *Replayed or IdempotencyConflict if the caller's idempotency key was used before, else nil. Call
// it for a request that fails before its change begins, so that the caller learns of the used key first.
func (s *Service) CheckIdempotencyKey(ctx context.Context, caller Caller) error {
	if caller.IdempotencyKey == nil {
		return nil
	}
	return s.update(ctx, caller, (*change).replay)
}

// replay returns *Replayed if the request was done before, and IdempotencyConflict if its key was used for a different one.
func (ch *change) replay() error {
	key := ch.caller.IdempotencyKey
	if key == nil {
		return nil
	}
	stored, found, err := ch.tx.LockIdempotencyRecord(ch.ctx, ch.caller.Dealer, key.Operation, key.Key)
	switch {
	case err != nil:
		return err
	case !found || ch.now().Sub(stored.At) >= idempotencyLife:
		return nil
	case stored.Fingerprint != key.Fingerprint:
		return &rollcall.Error{
			Kind:    rollcall.IdempotencyConflict,
			Message: "this Idempotency-Key was used for a different request; use a new key",
		}
	case stored.Erased && stored.Suppression != "":
		return &Replayed{Response: stored.Response, Suppression: stored.Suppression}
	case stored.Erased:
		return &rollcall.Error{Kind: rollcall.ContactNotFound, Message: "the contact was erased after this request; its answer is no longer available"}
	}
	return &Replayed{Response: stored.Response, Validation: stored.Validation}
}

// newRecord returns the record of the caller's request without a response, nil without an idempotency key.
func (ch *change) newRecord() *IdempotencyRecord {
	key := ch.caller.IdempotencyKey
	if key == nil {
		return nil
	}
	return &IdempotencyRecord{
		Dealer: ch.caller.Dealer, Operation: key.Operation, Key: key.Key, Fingerprint: key.Fingerprint, At: ch.now(),
	}
}

// storeRecord stores the record of the change. A use case that called no respond method has no result.
func (ch *change) storeRecord(tx *quotaTx) error {
	if ch.idempotency == nil {
		return nil
	}
	if ch.idempotency.Response.Status == 0 && ch.idempotency.Validation == "" {
		if err := ch.respond(nil); err != nil {
			return err
		}
	}
	if err := tx.add(ch.idempotency.Dealer, rollcall.QuotaIdempotencyRecords); err != nil {
		return err
	}
	return ch.tx.PutIdempotencyRecord(ch.ctx, *ch.idempotency)
}

// respond puts the response to the use case's result on the idempotency record.
func (ch *change) respond(result any) (err error) {
	if ch.idempotency != nil {
		ch.idempotency.Response, err = ch.caller.IdempotencyKey.Respond(result)
	}
	return err
}

// respondAbout is respond for a result that holds the data of a contact.
func (ch *change) respondAbout(c *rollcall.Contact, result any) error {
	if ch.idempotency != nil {
		ch.idempotency.Site, ch.idempotency.Contact = c.Site, c.ID
	}
	return ch.respond(result)
}

// respondValidation makes a replay respond with the state that the validation has then.
func (ch *change) respondValidation(v *rollcall.Validation) {
	if ch.idempotency != nil {
		ch.idempotency.Site, ch.idempotency.Contact, ch.idempotency.Validation = v.Site, v.Contact, v.ID
	}
}

// respondSuppression is respond for a result that holds the value of a suppression.
func (ch *change) respondSuppression(result CreateSuppressionResult) error {
	if ch.idempotency != nil {
		ch.idempotency.Suppression, ch.idempotency.Value = result.Suppression.ID, result.Suppression.Hash
	}
	return ch.respond(result)
}

// respondBranding is respond without a body: with one, each key would store a logo. A replay reads the branding.
func (ch *change) respondBranding(b rollcall.Branding) error {
	err := ch.respond(b)
	if ch.idempotency != nil {
		ch.idempotency.Response.Body = nil
	}
	return err
}
