package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/pprof"
	"sync"
	"sync/atomic"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
)

// logFile is where Rollcall writes its log, in its folder.
const logFile = "requests.log"

// unbounded is beyond what a run can reach. The limits themselves stay on, since what they cost is part of an answer.
const unbounded = 1_000_000_000

// seedOptions say what Rollcall holds before it is measured.
type seedOptions struct {
	folder          string
	sites, contacts int
	profile         string // the file of a processor profile; empty: none

	databaseURL         string // of an empty database on PostgreSQL; empty: one in the folder
	databaseConnections int    // 0: as many as Rollcall itself takes
}

// serveRollcall runs Rollcall as the serve command does, with its log in a file, until ctx is done.
func serveRollcall(ctx context.Context, o seedOptions, out io.Writer) (err error) {
	log, err := os.Create(filepath.Join(o.folder, logFile))
	if err != nil {
		return err
	}
	defer log.Close()
	a, err := app.Open(ctx, app.Options{
		Data: o.folder, DatabaseURL: o.databaseURL, Connections: o.databaseConnections, Delivery: app.Capture, Log: slog.New(slog.NewTextHandler(log, nil)),
		MaxContactsPerSite: unbounded, Rate: unbounded, AbuseMode: string(rollcall.Observe),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	key, err := seed(ctx, a.Service(), o)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if o.profile != "" {
		stop, err := startProfile(o.profile)
		if err != nil {
			return errors.Join(err, ln.Close())
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	if err := json.NewEncoder(out).Encode(greeting{Address: ln.Addr().String(), Key: key}); err != nil {
		return errors.Join(err, ln.Close())
	}
	app.CollectLess()
	return a.Run(ctx, ln)
}

func startProfile(file string) (stop func() error, err error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// seed makes a dealer, its sites and their contacts, and as many sites without any; it returns a key of the dealer.
func seed(ctx context.Context, service *rollcall.Service, o seedOptions) (key string, err error) {
	dealer, err := service.CreateDealer(ctx, rollcall.DealerInput{Name: rollcall.Given("Harbour Alarm")})
	if err != nil {
		return "", err
	}
	if _, key, err = service.CreateKey(ctx, dealer.ID, rollcall.KeyInput{Scopes: string(rollcall.ScopeAll)}); err != nil {
		return "", err
	}
	who := rollcall.Caller{Dealer: dealer.ID}
	return key, atOnce(o.sites, func(n int) error { return seedSite(ctx, service, who, n, o.contacts) })
}

// seedSite makes the site with the number n of either kind.
func seedSite(ctx context.Context, service *rollcall.Service, who rollcall.Caller, n, contacts int) error {
	for _, prefix := range []string{readSite, createSite} {
		_, err := service.CreateSite(ctx, who, rollcall.SiteInput{
			SiteID: rollcall.Given(siteID(prefix, n)), Name: rollcall.Given("Harbour Street warehouse"),
		})
		if err != nil {
			return err
		}
	}
	for i := range contacts {
		_, err := service.CreateContact(ctx, who, rollcall.SiteRef{ID: rollcall.SiteID(siteID(readSite, n))}, rollcall.ContactInput{
			ContactID: rollcall.Given(contactID(n, i)),
			FirstName: rollcall.Given("John"), LastName: rollcall.Given("Doe"),
			Email: rollcall.Given("john.doe@example.com"), Phone: rollcall.Given("+1-555-0123"),
			Type: rollcall.Given("primary"), Role: rollcall.Given("owner"),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// atOnce calls do with every number below count, several at a time, since Rollcall commits together what comes together.
func atOnce(count int, do func(n int) error) error {
	var (
		next atomic.Int64
		all  sync.WaitGroup
		errs [64]error
	)
	for i := range errs {
		all.Go(func() {
			for n := int(next.Add(1)) - 1; n < count && errs[i] == nil; n = int(next.Add(1)) - 1 {
				errs[i] = do(n)
			}
		})
	}
	all.Wait()
	return errors.Join(errs[:]...)
}
