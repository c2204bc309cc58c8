package delivery

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// refusalLogPause is between two lines in the log on one provider.
const refusalLogPause = time.Minute

// Refusals remembers which providers do not accept our set-up, for the operator. It is of this process alone.
type Refusals struct {
	// Log gets a warning when a provider refuses the set-up, once a minute for each provider at most; nil: nothing.
	Log *slog.Logger
	// Now is the clock; nil: time.Now.
	Now func() time.Time

	mu     sync.Mutex
	now    map[string]Refusal   // by provider
	logged map[string]time.Time // by provider
}

// Refusal is a set-up that a provider does not accept.
type Refusal struct {
	Provider string
	Code     string
	Reason   string    // in plain words, with what to do
	Since    time.Time // when it was refused first since a message was taken
	Times    int       // how often since then
}

// Watch returns a delivery that does what next does, and notes what its providers refuse. A provider counts as refusing
// from the first message that it refuses for the set-up until it takes one, or refuses one for its recipient.
func (r *Refusals) Watch(next rollcall.Delivery) rollcall.Delivery {
	return watched{Delivery: next, refusals: r}
}

type watched struct {
	rollcall.Delivery
	refusals *Refusals
}

// Send implements rollcall.Delivery.
func (w watched) Send(ctx context.Context, m rollcall.Message) (rollcall.Receipt, error) {
	receipt, err := w.Delivery.Send(ctx, m)
	w.refusals.note(ctx, providerOf(w.Delivery, receipt, m), err)
	return receipt, err
}

func (r *Refusals) note(ctx context.Context, provider string, err error) {
	var u *rollcall.Undelivered
	refused := errors.As(err, &u) && u.Outcome == rollcall.SetupRefuse
	if !refused && err != nil && (u == nil || u.Outcome == rollcall.Later) {
		return // which says nothing of the set-up
	}
	now := r.clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !refused {
		delete(r.now, provider)
		return
	}
	if r.now == nil {
		r.now, r.logged = map[string]Refusal{}, map[string]time.Time{}
	}
	refusal := r.now[provider]
	if refusal.Times == 0 {
		refusal.Provider, refusal.Since = provider, now
	}
	refusal.Code, refusal.Reason = u.Code, u.Reason
	refusal.Times++
	r.now[provider] = refusal
	if last, told := r.logged[provider]; r.Log == nil || told && now.Sub(last) < refusalLogPause {
		return
	}
	r.logged[provider] = now
	r.Log.LogAttrs(ctx, slog.LevelWarn, "a provider refuses the set-up; its messages wait",
		slog.String("provider", provider), slog.String("code", u.Code), slog.String("reason", u.Reason),
		slog.Time("since", refusal.Since), slog.Int("times", refusal.Times))
}

func (r *Refusals) clock() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

// List returns the providers that refuse the set-up now, by name.
func (r *Refusals) List() []Refusal {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Refusal, 0, len(r.now))
	for _, refusal := range r.now {
		list = append(list, refusal)
	}
	slices.SortFunc(list, func(a, b Refusal) int { return cmp.Compare(a.Provider, b.Provider) })
	return list
}
