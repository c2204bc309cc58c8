package pages_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/pages"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
	"example.org/rollcall/internal/web"
)

// core implements pages.Core in memory.
type core struct {
	mu      sync.Mutex
	links   map[string]rollcall.LinkView // of messages, by token
	stops   map[string]rollcall.LinkView // that stop e-mails, by token
	logos   map[string]rollcall.Logo
	broken  error                 // returned by every method, unless nil
	answers []rollcall.LinkAnswer // that changed a link
}

var notFound = &rollcall.Error{Kind: rollcall.LinkNotFound, Message: "there is no such link"}

func (c *core) find(links map[string]rollcall.LinkView, token string) (rollcall.LinkView, error) {
	if c.broken != nil {
		return rollcall.LinkView{}, c.broken
	}
	view, ok := links[token]
	if !ok {
		return rollcall.LinkView{}, notFound
	}
	return view, nil
}

func (c *core) ViewLink(_ context.Context, token string) (rollcall.LinkView, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.find(c.links, token)
}

func (c *core) UnsubscribeView(_ context.Context, token string) (rollcall.LinkView, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.find(c.stops, token)
}

func (c *core) AnswerLink(_ context.Context, token string, answer rollcall.LinkAnswer) (rollcall.LinkView, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	view, err := c.find(c.links, token)
	if err != nil || view.State == rollcall.LinkExpired || view.State == rollcall.LinkReplaced {
		return view, err
	}
	c.answers = append(c.answers, answer)
	view.State = rollcall.LinkDeclined
	if answer.Confirm {
		view.State = rollcall.LinkConfirmed
		set(&view.Preferences.Email, answer.Preferences.Email)
		set(&view.Preferences.SMS, answer.Preferences.SMS)
		set(&view.Preferences.Push, answer.Preferences.Push)
	}
	c.links[token] = view
	return view, nil
}

func set(at *bool, given rollcall.Field[bool]) {
	if given.Set {
		*at = given.Value
	}
}

func (c *core) LinkLogo(_ context.Context, token string) (rollcall.Logo, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	logo, ok := c.logos[token]
	if !ok {
		return logo, notFound
	}
	return logo, nil
}

func (c *core) Unsubscribe(_ context.Context, token string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	view, err := c.find(c.stops, token)
	if err == nil {
		view.State = rollcall.LinkDeclined
		c.stops[token] = view
	}
	return err
}

// state returns the state of a link of either purpose.
func (c *core) state(token string) rollcall.LinkState {
	c.mu.Lock()
	defer c.mu.Unlock()
	if view, ok := c.stops[token]; ok {
		return view.State
	}
	return c.links[token].State
}

func (c *core) recorded() []rollcall.LinkAnswer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]rollcall.LinkAnswer(nil), c.answers...)
}

const welcome = "Thank you for being a contact.\nWe call from 7 to 22 only, unless there is an alarm."

// harbour returns the view of a link in the state.
func harbour(state rollcall.LinkState) rollcall.LinkView {
	return rollcall.LinkView{
		State: state, Dealer: "Harbour Alarm", DealerPhone: "+1 202 555 0100", Welcome: welcome, HasLogo: true,
		Site: "Harbour Street warehouse", Language: "en", Method: rollcall.SMS, Point: rollcall.PhonePoint,
		Preferences: rollcall.Preferences{Email: true, SMS: true}, FirstName: "Ann", Address: "•••• 0199",
		Channels: []rollcall.Method{rollcall.SMS, rollcall.Email},
	}
}

// newCore returns a core with a link for each state, whose token is the name of the state; "bare", of a dealer that gave
// nothing but its name; and "stop", which stops e-mails.
func newCore(t *testing.T) *core {
	t.Helper()
	c := &core{
		links: map[string]rollcall.LinkView{},
		stops: map[string]rollcall.LinkView{"stop": harbour(rollcall.LinkOpen)},
		logos: map[string]rollcall.Logo{},
	}
	for _, state := range []rollcall.LinkState{
		rollcall.LinkOpen, rollcall.LinkConfirmed, rollcall.LinkDeclined, rollcall.LinkExpired, rollcall.LinkReplaced,
	} {
		c.links[string(state)] = harbour(state)
		c.logos[string(state)] = rollcall.Logo{MediaType: "image/png", Data: testkit.PNG(t, 160, 40)}
	}
	c.logos["stop"] = c.logos["open"]
	c.links["bare"] = rollcall.LinkView{
		State: rollcall.LinkOpen, Dealer: "Hill Alarm", Site: "Mill", Language: "es", Method: rollcall.Email, Point: rollcall.EmailPoint,
		FirstName: "Zoë", Address: "z•••@example.org", Channels: []rollcall.Method{rollcall.Email},
	}
	return c
}

// server serves the pages of a core as the program does.
type server struct {
	*core
	URL   string
	Log   *testkit.Log
	Clock *testkit.Clock

	mu      sync.Mutex
	origins []string // the header Origin of each POST
}

// recordOrigin records the header Origin of each POST.
func (s *server) recordOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			s.mu.Lock()
			s.origins = append(s.origins, r.Header.Get("Origin"))
			s.mu.Unlock()
		}
		next.ServeHTTP(w, r)
	})
}

func serve(t *testing.T) *server {
	t.Helper()
	s := &server{core: newCore(t), Log: &testkit.Log{}, Clock: testkit.NewClock()}
	log := slog.New(slog.NewJSONHandler(s.Log, nil))
	handler := pages.New(s.core, pages.Options{Log: log, Now: s.Clock.Now})
	hs := httptest.NewServer(s.recordOrigin(web.Wrap(web.Mux{
		Under:    map[string]http.Handler{pages.Path: handler},
		Fallback: http.NotFoundHandler(),
		Error:    handler.Error,
	}, web.Options{Error: handler.Error, Log: log, Now: time.Now})))
	t.Cleanup(hs.Close)
	s.URL = hs.URL
	return s
}
