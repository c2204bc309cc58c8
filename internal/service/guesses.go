package service

import (
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const (
	guessesMost = 10 // wrong codes
	guessesFor  = time.Minute
	guessersMax = 10_000 // who are told apart; those beyond share one count
)

// guesses counts the wrong codes that somebody tries in this process, by address or number.
type guesses struct {
	mu      sync.Mutex
	made    map[string]*guessed
	cleaned time.Time // when made was last looked through for what is over
}

// guessed is how many codes were tried since a moment, but for those that were right.
type guessed struct {
	since time.Time
	n     int
}

// take counts a try before its outcome is known, so that of many at once no more get through: RateLimited where there were too
// many wrong ones within a minute.
func (g *guesses) take(from string, now time.Time) (right func(), err error) {
	if from == "" { // an operator's command
		return func() {}, nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.made == nil {
		g.made = map[string]*guessed{}
	}
	if len(g.made) >= guessersMax && now.Sub(g.cleaned).Abs() >= guessesFor { // not at each try, under the lock
		g.cleaned = now
		for key, made := range g.made {
			if now.Sub(made.since) >= guessesFor {
				delete(g.made, key)
			}
		}
	}
	if g.made[from] == nil && len(g.made) >= guessersMax {
		from = "others"
	}
	made := g.made[from]
	if made == nil || now.Sub(made.since) >= guessesFor {
		made = &guessed{since: now}
		g.made[from] = made
	}
	if made.n >= guessesMost {
		return nil, &rollcall.Error{
			Kind:       rollcall.RateLimited,
			Message:    "too many wrong codes from this address; ask the person for the code again, then retry after the time in Retry-After",
			RetryAfter: guessesFor - now.Sub(made.since),
		}
	}
	made.n++
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		made.n--
	}, nil
}
