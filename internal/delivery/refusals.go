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
	// refusalLogPause is the time between two log lines about one provider.
	refusalLogPause = time.Minute
	// suspectTimes is the number of recipients, or texts, whose refusal means that the settings are wrong.
	suspectTimes = 3
	// suspectLife is the time for which a suspect counts.
	suspectLife = time.Hour
	// suspectsMax is the number of suspects kept for one provider; the oldest are dropped.
	suspectsMax = 64
)

// Refusals records which providers refuse the settings, in this process.
type Refusals struct {
	// Log gets a warning when a provider refuses the settings, at most once a minute for each; nil: none.
	Log *slog.Logger
	// Now is the clock; nil: time.Now.
	Now func() time.Time

	mu       sync.Mutex
	now      map[refuser]Refusal   // current refusals
	suspects map[refuser][]suspect // oldest first
	logged   map[string]time.Time  // by provider
	seed     maphash.Seed          // of the hashes in suspects
}

// refuser is a provider, either its responses or its later reports: a message that it accepted may still be reported as
// refused for the settings, so accepting another proves nothing about its reports.
type refuser struct {
	provider string
	reports  bool
}

// Refusal is a provider that refuses the settings.
type Refusal struct {
	Provider string
	Code     string
	Reason   string    // for the operator, with what to do
	Since    time.Time // of the first refusal since the last accepted message
	Times    int       // refusals since then
}

// suspect is a refusal that may concern only its message, or the settings. Recipient and text are hashes, so that no
// personal data stays in memory.
type suspect struct {
	at              time.Time
	code            string
	recipient, text uint64
}

// Watch returns a delivery that sends with next and records refusals. A provider refuses the settings from the first
// OutcomeMisconfigured until it accepts a message or refuses one for its recipient. A refusal with a rollcall.Suspicion counts once
// it repeats.
func (r *Refusals) Watch(next service.Delivery) service.Delivery {
	return watched{Delivery: next, refusals: r}
}

type watched struct {
	service.Delivery
	refusals *Refusals
}

// Send implements service.Delivery.
func (w watched) Send(ctx context.Context, m rollcall.Message) (rollcall.Receipt, error) {
	receipt, err := w.Delivery.Send(ctx, m)
	w.refusals.note(ctx, refuser{provider: providerOf(w.Delivery, receipt, m)}, m, err)
	return receipt, err
}

// Report records a provider's report on a message that it accepted.
func (r *Refusals) Report(m rollcall.Message, report rollcall.DeliveryReport) {
	if u := report.Failure; u != nil {
		failure := *u
		if failure.Outcome == rollcall.OutcomeMisconfigured && failure.Suspect == rollcall.SuspectNone {
			failure.Suspect = rollcall.SuspectOverRecipients // the message was accepted, so a single report proves nothing
		}
		r.note(context.Background(), refuser{report.Provider, true}, m, &failure)
		return
	}
	r.note(context.Background(), refuser{report.Provider, true}, m, nil)
	r.note(context.Background(), refuser{report.Provider, false}, m, nil)
}

func (r *Refusals) note(ctx context.Context, by refuser, m rollcall.Message, err error) {
	var u *rollcall.DeliveryError
	if err != nil && (!errors.As(err, &u) || u.Outcome == rollcall.OutcomeRetry) {
		return // says nothing about the settings
	}
	now := r.clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case u != nil && u.Suspect != rollcall.SuspectNone:
		if repeats := r.suspect(by, m, u, now); !repeats && r.now[by].Code != u.Code {
			return
		}
	case u == nil || u.Outcome != rollcall.OutcomeMisconfigured:
		delete(r.now, by)
		delete(r.suspects, by)
		return
	}
	r.refuse(ctx, by, u, now)
}

// suspect records a suspect, and reports whether there are enough to blame the settings.
func (r *Refusals) suspect(by refuser, m rollcall.Message, u *rollcall.DeliveryError, now time.Time) bool {
	if r.suspects == nil {
		r.suspects, r.seed = map[refuser][]suspect{}, maphash.MakeSeed()
	}
	kept := slices.DeleteFunc(r.suspects[by], func(s suspect) bool {
		return now.Sub(s.at) >= suspectLife || s.at.After(now) // the clock was set back
	})
	fresh := suspect{at: now, code: u.Code, recipient: maphash.String(r.seed, m.To), text: maphash.String(r.seed, m.Words)}
	kept = slices.DeleteFunc(kept, func(s suspect) bool {
		return s.code == fresh.code && s.recipient == fresh.recipient && s.text == fresh.text
	})
	kept = append(kept, fresh)
	kept = kept[max(0, len(kept)-suspectsMax):]
	r.suspects[by] = kept
	recipients, texts := map[uint64]bool{}, map[uint64]bool{}
	for _, s := range kept {
		if s.code == u.Code {
			recipients[s.recipient], texts[s.text] = true, true
		}
	}
	if u.Suspect == rollcall.SuspectOverTexts {
		return len(texts) >= suspectTimes && len(recipients) > 1
	}
	return len(recipients) >= suspectTimes
}

// refuse records a refusal of the settings and logs it.
func (r *Refusals) refuse(ctx context.Context, by refuser, u *rollcall.DeliveryError, now time.Time) {
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
	if last, logged := r.logged[by.provider]; r.Log == nil || logged && now.Sub(last) < refusalLogPause {
		return
	}
	r.logged[by.provider] = now
	r.Log.LogAttrs(ctx, slog.LevelWarn, "provider refuses the settings",
		slog.String("provider", by.provider), slog.String("code", u.Code), slog.String("reason", u.Reason),
		slog.Time("since", refusal.Since), slog.Int("times", refusal.Times))
}

func (r *Refusals) clock() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

// List returns the current refusals, sorted by provider.
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
