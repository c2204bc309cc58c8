package testkit

import (
	"regexp"

	"example.org/rollcall/internal/rollcall"
)

// Captured is a message that was captured instead of sent, and the token of the link that a person finds in its text.
type Captured struct {
	rollcall.CapturedMessage
	Token string // at the end of its link; empty: it has none
}

var linkIn = regexp.MustCompile(`/c/([A-Za-z0-9_-]+)`)

// Newest returns the newest message of the dealer that was captured.
func (a *App) Newest() Captured {
	a.t.Helper()
	return a.NewestOf(a.Dealer)
}

// NewestOf is Newest for another dealer or a sandbox.
func (a *App) NewestOf(dealer rollcall.DealerID) Captured {
	a.t.Helper()
	messages, err := a.Service().CapturedMessages(a.t.Context(), dealer, 1)
	a.check(err)
	if len(messages) == 0 {
		a.t.Fatal("no message was captured")
	}
	m := Captured{CapturedMessage: messages[0]}
	if found := linkIn.FindStringSubmatch(m.Text); found != nil {
		m.Token = found[1]
	}
	return m
}
