package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// dated is a store and a clock that records which times were taken inside a transaction.
type dated struct {
	service.Store
	mu     sync.Mutex
	runs   bool
	inside map[int64]bool
}

func (d *dated) Update(ctx context.Context, fn func(ctx context.Context, tx service.Tx) error) error {
	return d.Store.Update(ctx, d.noted(fn))
}

func (d *dated) UpdateFor(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) error {
	return d.Store.UpdateFor(ctx, dealer, d.noted(fn))
}

func (d *dated) noted(fn func(ctx context.Context, tx service.Tx) error) func(ctx context.Context, tx service.Tx) error {
	return func(ctx context.Context, tx service.Tx) error {
		d.note(true)
		defer d.note(false)
		return fn(ctx, tx)
	}
}

func (d *dated) note(runs bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.runs = runs
}

func (d *dated) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC).Add(time.Duration(len(d.inside)) * time.Second)
	d.inside[at.UnixMicro()] = d.runs
	return at
}

// TestAuditIsDatedInItsTransaction checks that the time of each line is taken inside its transaction, so that times follow the
// order of the audit.
func TestAuditIsDatedInItsTransaction(t *testing.T) {
	h := newFixture(t)
	d := &dated{Store: h.db, inside: map[int64]bool{}}
	h.service = service.New(d, provider{&h.service}, service.Options{
		Now: d.now, Secrets: [][]byte{[]byte("the secret of a test")}, Wait: time.Nanosecond,
	})
	began := d.now()
	h.live("jane")
	name := rollcall.Given("The quay")
	_, err := h.service.CreateSite(t.Context(), h.caller, rollcall.SiteInput{Name: name, SiteID: rollcall.Given("quay")})
	h.must(err)
	_, err = h.service.UpdateSite(t.Context(), h.caller, rollcall.SiteRef{ID: "quay"}, rollcall.SiteInput{Status: rollcall.Given("inactive")})
	h.must(err)
	h.must(h.service.DeleteSite(t.Context(), h.caller, rollcall.SiteRef{ID: "quay"}, false))
	_, _, err = h.service.CreateKey(t.Context(), service.Caller{Dealer: h.caller.Dealer}, rollcall.KeyInput{Scopes: "*"})
	h.must(err)
	lines, err := h.db.AuditLines(t.Context(), h.caller.Dealer, service.AuditFilter{})
	h.must(err)
	checked := 0
	for _, l := range lines {
		if inside, taken := d.inside[l.At.UnixMicro()]; taken && l.At.After(began) {
			checked++
			if !inside {
				t.Errorf("the time of %s was taken before its transaction", l.Action)
			}
		}
	}
	if checked < 10 {
		t.Errorf("%d lines were looked at, want 10 at least", checked)
	}
}
