package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
)

const (
	drainServer = "drain"
	drainURL    = "ROLLCALL_BENCH_DATABASE_URL" // the variable that tells a child its database

	drainContacts = 10    // of a site
	capturedMost  = 1_000 // messages of a dealer that are kept
)

func drainSites(contacts int) int { return (contacts + drainContacts - 1) / drainContacts }

// drained is what a child says of its validations, first when all were handed over, then when it has looked at each.
type drained struct {
	Queued float64 `json:"queued"` // seconds until all of them waited
	First  float64 `json:"first"`  // seconds from the start of the queue
	Last   float64 `json:"last"`
}

// waitingLoad is a child whose validations wait.
type waitingLoad struct {
	app    *app.App
	dealer rollcall.DealerID
	key    string
	ids    []rollcall.ValidationID
	begin  time.Time // when the queue began
	told   drained

	mu   sync.Mutex
	kept map[rollcall.ValidationID]int
	all  chan struct{} // closed when each was kept
}

// runDrainServer queues validations, tells how to call it, and begins to send them then. It serves until ctx is done.
func runDrainServer(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet(drainServer, flag.ContinueOnError)
	data := flags.String("data", "", "")
	contacts := flags.Int("contacts", 1, "")
	validations := flags.Int("validations", 0, "")
	hang := flags.Bool("hang", false, "")
	profile := flags.String("cpuprofile", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(*data, logFile))
	if err != nil {
		return err
	}
	defer log.Close()
	w := &waitingLoad{kept: map[rollcall.ValidationID]int{}, all: make(chan struct{})}
	o := app.Options{
		Data: *data, DatabaseURL: os.Getenv(drainURL), Delivery: app.Capture, Log: slog.New(slog.NewTextHandler(log, nil)),
		MaxContactsPerSite: unbounded, Rate: unbounded, AbuseMode: string(rollcall.Observe), MaxWaiting: -1, OnCaptured: w.captured,
	}
	if *hang {
		deaf, err := net.Listen("tcp", "127.0.0.1:0") // the system connects, and nobody answers
		if err != nil {
			return err
		}
		defer deaf.Close()
		o.Delivery, o.PublicURL = app.Gateway, "http://127.0.0.1"
		o.Gateway.URL = "http://" + deaf.Addr().String() + "/messages"
	}
	if w.app, err = app.Open(ctx, o); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.app.Close()) }()
	if err := w.seed(ctx, *contacts, *validations); err != nil {
		return err
	}
	if o.DatabaseURL != "" { // as the server does by itself within a minute
		if _, err := psql(ctx, o.DatabaseURL, "ANALYZE"); err != nil {
			return err
		}
	}
	if *profile != "" {
		stop, err := startProfile(*profile)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	return w.serve(ctx, out, *validations > 0 && !*hang)
}

// captured counts a message that was kept.
func (w *waitingLoad) captured(m rollcall.Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.kept[m.Validation]++; w.kept[m.Validation] == 1 && len(w.kept) == len(w.ids) {
		close(w.all)
	}
}

// serve serves, and tells of the validations where they come to an end.
func (w *waitingLoad) serve(ctx context.Context, out io.Writer, tell bool) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	answers := json.NewEncoder(out)
	if err := answers.Encode(greeting{Address: ln.Addr().String(), Key: w.key}); err != nil {
		return errors.Join(err, ln.Close())
	}
	app.CollectLess()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	told := make(chan error, 1)
	w.begin = time.Now()
	go func() {
		err := w.tell(ctx, answers, tell)
		if err != nil {
			stop()
		}
		told <- err
	}()
	err = w.app.Run(ctx, ln)
	stop()
	return errors.Join(err, <-told)
}

func (w *waitingLoad) tell(ctx context.Context, to *json.Encoder, tell bool) error {
	if !tell {
		return nil
	}
	select {
	case <-w.all:
	case <-ctx.Done():
		return nil
	}
	if err := to.Encode(w.told); err != nil {
		return err
	}
	if err := w.check(ctx); err != nil {
		return err
	}
	return to.Encode(w.told)
}

// check looks at every validation: each must have been sent, once.
func (w *waitingLoad) check(ctx context.Context) error {
	who := rollcall.Caller{Dealer: w.dealer}
	var first, last time.Time
	end := time.Now().Add(stuck)
	for _, id := range w.ids {
		v, err := w.app.Service().Validation(ctx, who, id)
		for err == nil && v.Status == rollcall.ValidationQueued && time.Now().Before(end) {
			time.Sleep(10 * time.Millisecond) // what came of it is being written
			v, err = w.app.Service().Validation(ctx, who, id)
		}
		switch {
		case err != nil:
			return err
		case v.Status != rollcall.ValidationSent || v.Attempts != 1:
			return fmt.Errorf("a validation is %s after %d attempts", v.Status, v.Attempts)
		}
		if first.IsZero() || v.Sent.Before(first) {
			first = v.Sent
		}
		if v.Sent.After(last) {
			last = v.Sent
		}
	}
	w.told.First, w.told.Last = first.Sub(w.begin).Seconds(), last.Sub(w.begin).Seconds()
	return w.checkKept(ctx)
}

// checkKept compares what was captured with what was sent; the newest of a dealer are still there.
func (w *waitingLoad) checkKept(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range w.ids {
		if w.kept[id] != 1 {
			return fmt.Errorf("a message was handed over %d times", w.kept[id])
		}
	}
	there, err := w.app.Service().Captured(ctx, w.dealer, len(w.ids)+1)
	if err != nil {
		return err
	}
	if want := min(len(w.ids), capturedMost); len(there) != want {
		return fmt.Errorf("%d messages are kept, want %d", len(there), want)
	}
	return nil
}

// seed makes a dealer, contacts at their sites, as many sites to create in, and the validations that wait.
func (w *waitingLoad) seed(ctx context.Context, contacts, validations int) error {
	service := w.app.Service()
	dealer, err := service.CreateDealer(ctx, rollcall.DealerInput{Name: rollcall.Given("Harbour Alarm")})
	if err != nil {
		return err
	}
	w.dealer = dealer.ID
	if _, w.key, err = service.CreateKey(ctx, dealer.ID, rollcall.KeyInput{Scopes: string(rollcall.ScopeAll)}); err != nil {
		return err
	}
	who := rollcall.Caller{Dealer: dealer.ID}
	err = atOnce(drainSites(contacts), func(n int) error { return seedSite(ctx, service, who, n, 0) })
	if err != nil {
		return err
	}
	err = atOnce(contacts, func(n int) error {
		_, err := service.CreateContact(ctx, who, drainSite(n), rollcall.ContactInput{
			ContactID: rollcall.Given(contactID(n/drainContacts, n%drainContacts)),
			FirstName: rollcall.Given("John"), LastName: rollcall.Given("Doe"),
			Email: rollcall.Given("john.doe@example.com"), Phone: rollcall.Given(fmt.Sprintf("+1-202-555-01%02d", n%100)),
			Type: rollcall.Given("primary"), Role: rollcall.Given("owner"),
		})
		return err
	})
	if err != nil {
		return err
	}
	w.ids = make([]rollcall.ValidationID, validations)
	begin := time.Now()
	err = atOnce(validations, func(n int) error {
		ref := rollcall.ContactRef{Site: drainSite(n), ID: rollcall.ContactID(contactID(n/drainContacts, n%drainContacts))}
		v, err := service.SendValidation(ctx, who, ref, rollcall.ValidationInput{Method: rollcall.Given(string(rollcall.SMS))})
		w.ids[n] = v.ID
		return err
	})
	w.told.Queued = time.Since(begin).Seconds()
	return err
}

func drainSite(n int) rollcall.SiteRef {
	return rollcall.SiteRef{ID: rollcall.SiteID(siteID(readSite, n/drainContacts))}
}
