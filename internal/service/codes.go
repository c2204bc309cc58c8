package service

import (
	"context"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// maxWrongCodes is how many wrong codes a validation accepts; after that every code is wrong.
const maxWrongCodes = 5

// wrongCode returns the error for a wrong code, and for any code once none is valid any more.
func wrongCode() error {
	return rollcall.InvalidField("code", "wrong_code",
		"is wrong or has expired; ask for the code again, or send a new validation")
}

// CheckCode confirms a validation of a contact by its code: SiteNotFound, ContactNotFound, ValidationNotFound, Declined if the
// person said no, ValidationFailed for a wrong code, RateLimited after ten wrong codes from one address within a minute. After five wrong codes, or when the validation has expired, every code is wrong.
func (s *Service) CheckCode(ctx context.Context, caller Caller, ref rollcall.ContactRef, id rollcall.ValidationID, in rollcall.CodeInput) (rollcall.Validation, error) {
	given, err := in.Check()
	if err != nil {
		if _, notFound := s.ContactValidation(ctx, caller, ref, id); notFound != nil {
			return rollcall.Validation{}, notFound
		}
		return rollcall.Validation{}, err
	}
	right, err := s.attempts.start(caller.Address, s.now())
	if err != nil {
		return rollcall.Validation{}, err
	}
	var v rollcall.Validation
	wrong := false
	err = s.change(ctx, caller, func(ch *change) (err error) {
		if v, wrong, err = ch.checkCode(ref, id, given); err != nil {
			return err
		}
		if wrong {
			ch.idempotency = nil // the caller may correct the code and retry with the same key
			return nil
		}
		ch.respondValidation(&v)
		return nil
	})
	if err != nil || !wrong {
		right()
	}
	if err == nil && wrong {
		err = wrongCode()
	}
	return v, err
}

// checkCode returns the confirmed validation. For a wrong code it counts the attempt and returns true.
func (ch *change) checkCode(ref rollcall.ContactRef, id rollcall.ValidationID, given string) (v rollcall.Validation, wrong bool, err error) {
	c, v, err := ch.lockContactValidation(ref, id)
	if err != nil {
		return v, false, err
	}
	state := v.LinkState(&c, ch.now())
	switch {
	case state == rollcall.LinkExpired, state == rollcall.LinkReplaced, v.WrongCodes >= maxWrongCodes:
		return v, true, nil
	case !ch.hasCode(&v, given):
		v.WrongCodes++
		return v, true, ch.tx.UpdateValidation(ch.ctx, v)
	case state == rollcall.LinkDeclined:
		return v, false, declined()
	case state == rollcall.LinkConfirmed:
		return v, false, nil
	}
	v, err = ch.confirm(&c, v, rollcall.ByCode)
	return v, false, err
}

// lockContactValidation locks a contact, then a validation of it: SiteNotFound, ContactNotFound, ValidationNotFound.
func (ch *change) lockContactValidation(ref rollcall.ContactRef, id rollcall.ValidationID) (rollcall.Contact, rollcall.Validation, error) {
	c, err := ch.tx.LockContact(ch.ctx, ch.caller.Dealer, ref)
	if err != nil {
		return rollcall.Contact{}, rollcall.Validation{}, err
	}
	v, err := ch.tx.LockValidation(ch.ctx, ch.caller.Dealer, id)
	if err == nil && !v.BelongsTo(&c) {
		err = validationNotFound()
	}
	return c, v, err
}

const (
	attemptsMax    = 10 // wrong codes from one source
	attemptsPeriod = time.Minute
	sourcesMax     = 10_000 // sources that are counted separately; the rest share one count
)

// codeAttempts counts wrong codes in this process by source, which is an address or a number.
type codeAttempts struct {
	mu      sync.Mutex
	counts  map[string]*attemptCount
	cleaned time.Time // when old counts were removed last
}

// attemptCount counts attempts since a time, except those with the right code.
type attemptCount struct {
	since time.Time
	n     int
}

// start counts an attempt before its outcome is known, so that concurrent attempts cannot exceed the limit: RateLimited. The
// caller calls right if the code was not wrong.
func (a *codeAttempts) start(from string, now time.Time) (right func(), err error) {
	if from == "" { // a command
		return func() {}, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.counts == nil {
		a.counts = map[string]*attemptCount{}
	}
	if len(a.counts) >= sourcesMax && now.Sub(a.cleaned).Abs() >= attemptsPeriod { // not at each attempt, under the lock
		a.cleaned = now
		for key, count := range a.counts {
			if now.Sub(count.since) >= attemptsPeriod {
				delete(a.counts, key)
			}
		}
	}
	if a.counts[from] == nil && len(a.counts) >= sourcesMax {
		from = "the rest"
	}
	count := a.counts[from]
	if count == nil || now.Sub(count.since) >= attemptsPeriod {
		count = &attemptCount{since: now}
		a.counts[from] = count
	}
	if count.n >= attemptsMax {
		return nil, &rollcall.Error{
			Kind:       rollcall.RateLimited,
			Message:    "too many wrong codes from this address; ask the person for the code again, then retry after the time in Retry-After",
			RetryAfter: attemptsPeriod - now.Sub(count.since),
		}
	}
	count.n++
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		count.n--
	}, nil
}
