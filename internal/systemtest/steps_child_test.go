package systemtest_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
)

// steps is a Rollcall without its API, which asks the contact c0 and has it answered, and stops dead at one step of that.
// It is a process of its own, for a test to kill: its arguments are the folder, the dealer, the step, the address of a
// database on PostgreSQL or nothing, and "rescue" where a job is to run again whose process died, which the queue itself
// would find after twenty seconds.
//
// The steps are the writes, each "inside" (done, and not committed) and "after" it, and what the provider does.
type steps struct {
	service.Store
	folder string
	stop   string
	writes atomic.Int32
}

// written are the writes in their order.
func written() []string { return []string{"request", "attempt", "sent", "report", "answer"} }

func (s *steps) reach(step string) {
	if step == s.stop {
		fmt.Println("stopped at " + step)
		select {}
	}
}

// Update implements service.Store.
func (s *steps) Update(ctx context.Context, fn func(ctx context.Context, tx service.Tx) error) error {
	return s.UpdateFor(ctx, "", fn)
}

// UpdateFor implements service.Store.
func (s *steps) UpdateFor(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) error {
	name := ""
	if n := int(s.writes.Add(1)); n <= len(written()) {
		name = written()[n-1]
	}
	err := s.Store.UpdateFor(ctx, dealer, func(ctx context.Context, tx service.Tx) error {
		err := fn(ctx, tx)
		s.reach("inside " + name)
		return err
	})
	s.reach("after " + name)
	return err
}

// Route implements service.Delivery.
func (*steps) Route(rollcall.DealerID, rollcall.Method) (rollcall.Route, bool) {
	return rollcall.Route{Provider: "letters"}, true
}

// Send implements service.Delivery: it writes each message that it takes to a file, as often as it gets it.
func (s *steps) Send(_ context.Context, m rollcall.Message) (rollcall.Receipt, error) {
	s.reach("before the provider has it")
	file, err := os.OpenFile(filepath.Join(s.folder, "letters"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintf(file, "%s %s %v\n", m.Validation, m.Link, m.Before.IsZero())
		err = errors.Join(err, file.Close())
	}
	s.reach("after the provider has it")
	return rollcall.Receipt{Provider: "letters", Ref: "1"}, err
}

type onlyDeliver struct{ *service.Service }

// Sweep implements jobs.Work: its writes would be counted among the others.
func (onlyDeliver) Sweep(context.Context) error { return nil }

func runSteps() int {
	s := &steps{folder: os.Args[1], stop: os.Args[3]}
	err := s.run(rollcall.DealerID(os.Args[2]))
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// open opens the database: that of the folder, or the one on PostgreSQL that the arguments name.
func (s *steps) open(ctx context.Context) (*store.DB, jobs.Database, error) {
	options, queue := store.Options{Path: filepath.Join(s.folder, "rollcall.db"), URL: os.Args[4]}, jobs.Database{Engine: jobs.SQLite}
	if options.URL != "" {
		queue.Engine = jobs.PostgreSQL
	}
	enqueue, err := jobs.NewEnqueuer(queue.Engine, nil)
	if err != nil {
		return nil, queue, err
	}
	options.Queue = enqueue
	options.Migrations = []store.Migration{jobs.Migration(queue.Engine)}
	db, err := store.Open(ctx, options)
	if err != nil {
		return nil, queue, err
	}
	if queue.Pool, err = db.Pool(); err != nil {
		return nil, queue, err
	}
	queue.Listen, err = db.Listener(ctx)
	return db, queue, err
}

func (s *steps) run(dealer rollcall.DealerID) error {
	ctx := context.Background()
	db, onDatabase, err := s.open(ctx)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(s.folder, "secret"))
	if err != nil {
		return err
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return err
	}
	s.Store = db
	svc := service.New(s, s, service.Options{
		Now: time.Now, Secrets: [][]byte{secret}, Wait: patience, PublicURL: "https://rollcall.example.org",
		AbuseMode: service.Observe, // or the second attempt would wait for its minute
	})
	queue, err := jobs.New(onDatabase, onlyDeliver{svc}, jobs.Options{
		Timeout: 2 * time.Second, Backoff: func(int) time.Duration { return time.Millisecond }, Providers: []string{"letters"},
	})
	if err != nil {
		return err
	}
	go func() { _ = queue.Run(ctx) }()
	if err := s.live(ctx, svc, service.Caller{Dealer: dealer, Key: "key_1"}); err != nil {
		return err
	}
	fmt.Println("lived through")
	select {}
}

// live does what is not done yet: it asks the contact, and, once the message is out, reports its delivery and answers it.
func (s *steps) live(ctx context.Context, svc *service.Service, who service.Caller) error {
	ref := rollcall.ContactRef{Site: rollcall.SiteRef{ID: pier}, ID: "c0"}
	all, _, err := svc.Validations(ctx, who, ref, service.ValidationQuery{})
	if err != nil {
		return err
	}
	var v rollcall.Validation
	if len(all) > 0 {
		v = all[0]
		s.writes.Add(1) // the request was made
	} else if v, err = svc.SendValidation(ctx, who, ref, rollcall.ValidationInput{}); err != nil {
		return err
	}
	if len(os.Args) > 5 {
		if err := svc.DeliverValidation(ctx, service.DeliverJob{Dealer: v.Dealer, Validation: v.ID}); err != nil {
			return err
		}
	}
	for v.Status == rollcall.ValidationQueued {
		time.Sleep(10 * time.Millisecond)
		if v, err = svc.Validation(ctx, who, v.ID); err != nil {
			return err
		}
	}
	report := rollcall.DeliveryReport{Provider: "letters", Ref: "1", At: time.Now()}
	if err := svc.RecordReport(ctx, who.Dealer, v.ID, report); err != nil {
		return err
	}
	letters, err := os.ReadFile(filepath.Join(s.folder, "letters"))
	if err != nil {
		return err
	}
	_, token, _ := strings.Cut(strings.Fields(string(letters))[1], "/c/")
	view, err := svc.AnswerLink(ctx, token, rollcall.LinkAnswer{Confirm: true})
	if err == nil && view.State != rollcall.LinkConfirmed {
		err = fmt.Errorf("the link is %s", view.State)
	}
	return err
}
