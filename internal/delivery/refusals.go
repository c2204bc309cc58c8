package delivery

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const (
	// refusalLogPause is between two lines in the log on one provider.
	refusalLogPause = time.Minute
	// suspectTimes is how many recipients, or texts, must be refused before the set-up is at fault.
	suspectTimes = 3
	// suspectLife is how long a suspect refusal counts.
	suspectLife = time.Hour
	// suspectsMax bounds the suspect refusals that are kept of one provider; the oldest make room.
	suspectsMax = 64
)

// Refusals remembers which providers do not accept our set-up, for the operator. It is of this process alone.
type Refusals struct {
	// Log gets a warning when a provider refuses the set-up, once a minute for each provider at most; nil: nothing.
	Log *slog.Logger
	// Now is the clock; nil: time.Now.
	Now func() time.Time

	mu     sync.Mutex
	now    map[refuser]Refusal   // what is refused now
	doubts map[refuser][]suspect // the oldest first
	logged map[string]time.Time  // by provider
	seed   maphash.Seed          // of the hashes in doubts
}

// refuser is a provider, when it takes messages or when it reports on them later: a message that it took may still be
// refused for the set-up, so that taking one more proves nothing about its reports.
type refuser struct {
	provider string
	reports  bool
}

// Refusal is a set-up that a provider does not accept.
type Refusal struct {
	Provider string
	Code     string
	Reason   string    // in plain words, with what to do
	Since    time.Time // when it was refused first since a message was taken
	Times    int       // how often since then
}

// suspect is a refusal that may be about its message alone, or about the set-up. Recipient and text are hashes, so that no
// number, address or message stays in memory.
type suspect struct {
	at              time.Time
	code            string
	recipient, text uint64
}

// Watch returns a delivery that does what next does, and notes what its providers refuse. A provider counts as refusing
// from the first message that it refuses for the set-up until it takes one, or refuses one for its recipient. Refusals
// with a rollcall.Suspicion count once they repeat.
func (r *Refusals) Watch(next service.Delivery) service.Delivery {
	return watched{Delivery: next, refusals: r}
}

type watched struct {
	service.Delivery
	refusals *Refusals
}

// Send implements rollcall.Delivery.
func (w watched) Send(ctx context.Context, m rollcall.Message) (rollcall.Receipt, error) {
	receipt, err := w.Delivery.Send(ctx, m)
	w.refusals.note(ctx, refuser{provider: providerOf(w.Delivery, receipt, m)}, m, err)
	return receipt, err
}

// Report notes what a provider reports on a message that it took.
func (r *Refusals) Report(m rollcall.Message, report rollcall.DeliveryReport) {
	if u := report.Failure; u != nil {
		told := *u
		if told.Outcome == rollcall.SetupRefuse && told.Suspect == rollcall.Unsuspected {
			told.Suspect = rollcall.OverRecipients // it took the message, so one report alone proves nothing
		}
		r.note(context.Background(), refuser{report.Provider, true}, m, &told)
		return
	}
	r.note(context.Background(), refuser{report.Provider, true}, m, nil)
	r.note(context.Background(), refuser{report.Provider, false}, m, nil)
}

func (r *Refusals) note(ctx context.Context, by refuser, m rollcall.Message, err error) {
	var u *rollcall.Undelivered
	if err != nil && (!errors.As(err, &u) || u.Outcome == rollcall.Later) {
		return // which says nothing of the set-up
	}
	now := r.clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case u != nil && u.Suspect != rollcall.Unsuspected:
		if repeats := r.suspect(by, m, u, now); !repeats && r.now[by].Code != u.Code {
			return
		}
	case u == nil || u.Outcome != rollcall.SetupRefuse:
		delete(r.now, by)
		delete(r.doubts, by)
		return
	}
	r.refuse(ctx, by, u, now)
}

// suspect keeps a refusal that may be about its message alone, and reports whether it has repeated often enough.
func (r *Refusals) suspect(by refuser, m rollcall.Message, u *rollcall.Undelivered, now time.Time) bool {
	if r.doubts == nil {
		r.doubts, r.seed = map[refuser][]suspect{}, maphash.MakeSeed()
	}
	kept := slices.DeleteFunc(r.doubts[by], func(s suspect) bool {
		return now.Sub(s.at) >= suspectLife || s.at.After(now) // also where the clock was set back
	})
	fresh := suspect{at: now, code: u.Code, recipient: maphash.String(r.seed, m.To), text: maphash.String(r.seed, m.Words)}
	kept = slices.DeleteFunc(kept, func(s suspect) bool {
		return s.code == fresh.code && s.recipient == fresh.recipient && s.text == fresh.text
	})
	kept = append(kept, fresh)
	kept = kept[max(0, len(kept)-suspectsMax):]
	r.doubts[by] = kept
	recipients, texts := map[uint64]bool{}, map[uint64]bool{}
	for _, s := range kept {
		if s.code == u.Code {
			recipients[s.recipient], texts[s.text] = true, true
		}
	}
	if u.Suspect == rollcall.OverTexts {
		return len(texts) >= suspectTimes && len(recipients) > 1
	}
	return len(recipients) >= suspectTimes
}

// refuse notes a refusal of the set-up, and tells the log.
func (r *Refusals) refuse(ctx context.Context, by refuser, u *rollcall.Undelivered, now time.Time) {
	if r.now == nil {
		r.now = map[refuser]Refusal{}
	}
	if r.logged == nil {
		r.logged = map[string]time.Time{}
	}
	refusal := r.now[by]
	if refusal.Times == 0 {
		refusal.Provider, refusal.Since = by.provider, now
	}
	refusal.Code, refusal.Reason = u.Code, u.Reason
	refusal.Times++
	r.now[by] = refusal
	if last, told := r.logged[by.provider]; r.Log == nil || told && now.Sub(last) < refusalLogPause {
		return
	}
	r.logged[by.provider] = now
	r.Log.LogAttrs(ctx, slog.LevelWarn, "a provider refuses the set-up; its messages wait",
		slog.String("provider", by.provider), slog.String("code", u.Code), slog.String("reason", u.Reason),
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
	slices.SortFunc(list, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), a.Since.Compare(b.Since))
	})
	return list
}
