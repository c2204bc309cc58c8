package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// TestChainsOfTwoProcessesHold has a server and a command write to the same chain, many at once in each, and fail once they
// have written their line.
func TestChainsOfTwoProcessesHold(t *testing.T) {
	t.Parallel()
	server := openDB(t, Options{})
	command := beside(t, server)
	if err := server.Update(t.Context(), insertDealers("d")); err != nil {
		t.Fatal(err)
	}
	opts := service.Options{Now: time.Now, Secrets: [][]byte{[]byte("the secret of a test")}}
	failure := errors.New("on purpose")
	const each, writers = 10, 8
	var all sync.WaitGroup
	for n, db := range []*DB{server, command} {
		svc := service.New(db, nil, opts)
		failing := service.New(failingStore{db, failure}, nil, opts)
		for w := range writers {
			all.Go(func() {
				for i := range each {
					in := rollcall.KeyInput{Name: fmt.Sprint(n, w, i), Scopes: "*"}
					if _, _, err := svc.CreateKey(t.Context(), service.Caller{Dealer: "d"}, in); err != nil {
						t.Error(err)
					}
					if _, _, err := failing.CreateKey(t.Context(), service.Caller{Dealer: "d"}, in); !errors.Is(err, failure) {
						t.Errorf("error %v, want the one that was returned", err)
					}
				}
			})
		}
	}
	all.Wait()
	report, err := service.New(command, nil, opts).VerifyAudit(t.Context(), nil)
	if err != nil || len(report.Faults) > 0 || report.Lines != 2*each*writers {
		t.Errorf("%d lines with faults %v, want %d without: %v", report.Lines, report.Faults, 2*each*writers, err)
	}
}

// failingStore fails every change at its end.
type failingStore struct {
	*DB
	err error
}

func (s failingStore) UpdateFor(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) error {
	return s.DB.UpdateFor(ctx, dealer, func(ctx context.Context, tx service.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return s.err
	})
}
