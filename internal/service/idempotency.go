package service

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// idempotencyWriter changes idempotency records in a transaction.
type idempotencyWriter interface {
	// LockIdempotencyRecord returns the kept answer of a request, and whether there is one; nobody else keeps one under the same key
	// before the transaction ends: IdempotencyInProgress where somebody is about to.
	LockIdempotencyRecord(ctx context.Context, dealer rollcall.DealerID, operation, key string) (IdempotencyRecord, bool, error)
	// PutIdempotencyRecord keeps the answer of a request, in place of an older one under the same key.
	PutIdempotencyRecord(ctx context.Context, a IdempotencyRecord) error
	// EraseIdempotencyRecords removes what the kept answers of requests about a contact say, and marks them as erased.
	EraseIdempotencyRecords(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) error
	// EraseIdempotencyRecordsWith is EraseIdempotencyRecords for the answers that hold a suppressed value under one of the hashes.
	EraseIdempotencyRecordsWith(ctx context.Context, dealer rollcall.DealerID, values []rollcall.Hash) error
	// DeleteIdempotencyRecords removes answers, of all dealers, that were kept before the moment, limit at most, and returns how many.
	DeleteIdempotencyRecords(ctx context.Context, before time.Time, limit int) (int, error)
}

// Once makes a change happen once however often it is asked for: the answer is kept in the transaction of the change, and
// given again to who asks again.
type Once struct {
	Key         string // the caller's own, 1 to 255 visible ASCII characters
	Operation   string
	Fingerprint rollcall.Hash // of the whole request
	// Answer returns what is sent for the result of the use case. It must be quick: it runs in the transaction.
	Answer func(result any) (Answer, error)
}

// Answer is an answer as it is sent.
type Answer struct {
	Status   int
	ETag     string
	Location string // empty: none
	Body     []byte // empty: none
}

// IdempotencyRecord is the answer of a request, kept for whoever sends it again.
type IdempotencyRecord struct {
	Dealer      rollcall.DealerID
	Operation   string
	Key         string
	Fingerprint rollcall.Hash
	Answer      Answer
	Site        rollcall.SiteID        // with Contact, whose data is in the answer; empty: nobody's
	Contact     rollcall.ContactID     //
	Validation  rollcall.ValidationID  // the answer is the state of this one, whatever it is by then; empty: Answer is
	Suppression rollcall.SuppressionID // whose state the answer is once Answer is erased; empty: of none
	Value       rollcall.Hash          // of the value in the answer, as Suppression.Hash; zero: there is none
	Erased      bool                   // the data was erased, and with it the answer
	At          time.Time
}

// Replayed is returned, as an error, by a use case whose request was answered before. Nothing was changed.
type Replayed struct {
	Answer      Answer
	Validation  rollcall.ValidationID  // as in IdempotencyRecord
	Suppression rollcall.SuppressionID // where the answer is erased
}

func (*Replayed) Error() string { return "the request was answered before" }

// onceLife is how long answers are kept.
const onceLife = 24 * time.Hour

// running holds the requests of this process that are to happen once and are not done.
type running struct{ keys sync.Map }

// enter notes that a request runs, and returns the function to call when it is done: OnceInProgress where the same key
// of the same operation runs already.
func (r *running) enter(dealer rollcall.DealerID, once *Once) (leave func(), err error) {
	key := sha256.Sum256([]byte(string(dealer) + "\x00" + once.Operation + "\x00" + once.Key))
	if _, taken := r.keys.LoadOrStore(key, struct{}{}); taken {
		return nil, InProgress()
	}
	return func() { r.keys.Delete(key) }, nil
}

// InProgress is the error of a request whose first copy is not done: IdempotencyInProgress.
func InProgress() error {
	return &rollcall.Error{
		Kind:       rollcall.IdempotencyInProgress,
		Message:    "the first request under this Idempotency-Key is not done yet; send it again in a moment",
		RetryAfter: time.Second,
	}
}

// change runs fn in one transaction for a caller. Under an idempotency key it runs once: fn returns the result of the use case, whose
// response is stored in the transaction and returned as *Replayed from then on. It fails with QuotaReached when fn adds records beyond a
// quota of the dealer.
func (s *Service) change(ctx context.Context, caller Caller, fn func(ch *change) (any, error)) error {
	var refused error
	err := s.withQuotas(ctx, func(m *meter) error {
		return s.changeOnce(ctx, caller, m, func(ch *change) (any, error) {
			refused = nil
			result, err := fn(ch)
			if c, ok := err.(*counted); ok {
				refused, err = c.error, errCounted
			}
			return result, err
		})
	})
	if err == nil {
		err = refused
	}
	return err
}

// counted is the error of a change that is refused but whose attempt is counted: its transaction commits.
type counted struct{ error }

// errCounted tells changeOnce to commit, and to store no response.
var errCounted = errors.New("refused, and counted")

func (s *Service) changeOnce(ctx context.Context, caller Caller, m *meter, fn func(ch *change) (any, error)) error {
	if caller.Once == nil {
		return s.update(ctx, caller, func(ch *change) error {
			_, err := fn(ch.metered(m))
			return unlessCounted(err)
		})
	}
	leave, err := s.running.enter(caller.Dealer, caller.Once)
	if err != nil {
		return err
	}
	defer leave()
	return s.update(ctx, caller, func(ch *change) error {
		ch = ch.metered(m)
		if err := ch.replay(); err != nil {
			return err
		}
		if err := m.take(caller.Dealer, rollcall.QuotaAnswers); err != nil {
			return err
		}
		result, err := fn(ch)
		if err != nil {
			m.remove(caller.Dealer, rollcall.QuotaAnswers, 1)
			return unlessCounted(err)
		}
		kept, err := s.keep(caller, result)
		if err != nil {
			return err
		}
		return ch.tx.PutIdempotencyRecord(ch.ctx, kept)
	})
}

func unlessCounted(err error) error {
	if err == errCounted {
		return nil
	}
	return err
}

// replay returns *Replayed if the request was answered before, and IdempotencyConflict if its key was used for a different one.
func (ch *change) replay() error {
	once := ch.caller.Once
	kept, found, err := ch.tx.LockIdempotencyRecord(ch.ctx, ch.caller.Dealer, once.Operation, once.Key)
	switch {
	case err != nil:
		return err
	case !found || ch.now().Sub(kept.At) >= onceLife:
		return nil
	case kept.Fingerprint != once.Fingerprint:
		return &rollcall.Error{
			Kind:    rollcall.IdempotencyConflict,
			Message: "another request was made under this Idempotency-Key; take a new key for each thing that you want done",
		}
	case kept.Erased && kept.Suppression != "":
		return &Replayed{Answer: kept.Answer, Suppression: kept.Suppression}
	case kept.Erased:
		return &rollcall.Error{Kind: rollcall.ContactNotFound, Message: "the contact was erased since this request was answered"}
	}
	return &Replayed{Answer: kept.Answer, Validation: kept.Validation}
}

// Answered returns *Replayed or IdempotencyConflict if the caller's idempotency key was used before, else nil. Call it for a request that
// fails before its change begins, so that the caller learns of the used key first.
func (s *Service) Answered(ctx context.Context, caller Caller) error {
	if caller.Once == nil {
		return nil
	}
	return s.update(ctx, caller, (*change).replay)
}

// keep returns the answer to the result of a use case, as it is kept.
func (s *Service) keep(caller Caller, result any) (IdempotencyRecord, error) {
	kept := IdempotencyRecord{
		Dealer:      caller.Dealer,
		Operation:   caller.Once.Operation,
		Key:         caller.Once.Key,
		Fingerprint: caller.Once.Fingerprint,
		At:          s.now(),
	}
	keepWith(result, &kept)
	if kept.Validation != "" {
		return kept, nil
	}
	var err error
	kept.Answer, err = caller.Once.Answer(result)
	if _, large := result.(rollcall.Branding); large {
		kept.Answer.Body = nil // a logo for each key would fill the disk; who replays it reads the branding
	}
	return kept, err
}

// keepWith notes in the idempotency record what the result of a use case is about.
func keepWith(result any, kept *IdempotencyRecord) {
	switch r := result.(type) {
	case rollcall.Contact:
		kept.Site, kept.Contact = r.Site, r.ID
	case PutResult:
		kept.Site, kept.Contact = r.Contact.Site, r.Contact.ID
	case rollcall.Validation:
		kept.Site, kept.Contact, kept.Validation = r.Site, r.Contact, r.ID
	case SuppressionResult:
		kept.Suppression, kept.Value = r.Suppression.ID, r.Suppression.Hash
	}
}
