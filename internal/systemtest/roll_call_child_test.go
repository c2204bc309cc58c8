package systemtest_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
)

const (
	rollCallSpeed = 600 // how many times faster its clock is
	outageBegins  = 4 * time.Minute
	outageEnds    = 14 * time.Minute
)

// roller is a Rollcall without its API and queue, which works on a roll call by a fast clock, for a test to kill. Its arguments are the
// folder, the dealer, the roll call, the time at which its clock began, and the address of a database on PostgreSQL or nothing.
// Its provider is down for ten minutes, and every second person says yes at once.
type roller struct {
	began    time.Time
	letters  *os.File
	links    map[rollcall.ValidationID]string
	rollCall service.RollCallJob
	svc      *service.Service
	jobs     *sql.DB
}

func (r *roller) now() time.Time { return r.began.Add(rollCallSpeed * time.Since(r.began)) }

// Route implements service.Delivery.
func (*roller) Route(rollcall.DealerID, rollcall.Method) (rollcall.Route, bool) {
	return rollcall.Route{Provider: "letters"}, true
}

// Send implements service.Delivery: it writes each message that it takes to a file, as often as it gets it.
func (r *roller) Send(_ context.Context, m rollcall.Message) (rollcall.Receipt, error) {
	if age := r.now().Sub(r.began); age > outageBegins && age < outageEnds {
		return rollcall.Receipt{}, &rollcall.DeliveryError{Outcome: rollcall.OutcomeRetry, Code: "down", Reason: "the provider is down"}
	}
	_, token, _ := strings.Cut(m.Link, "/c/")
	r.links[m.Validation] = token
	_, err := fmt.Fprintf(r.letters, "%s %d\n", m.Validation, r.now().UnixMicro())
	return rollcall.Receipt{Provider: "letters", Ref: string(m.Validation)}, err
}

func rollOn() int {
	fmt.Fprintln(os.Stderr, new(roller).run(context.Background()))
	return 1
}

func (r *roller) run(ctx context.Context) error {
	folder := os.Args[1]
	nanos, err := strconv.ParseInt(os.Args[4], 10, 64)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(folder, "secret"))
	if err != nil {
		return err
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return err
	}
	r.began, r.links = time.Unix(0, nanos), map[rollcall.ValidationID]string{}
	if r.letters, err = os.OpenFile(filepath.Join(folder, "letters"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	options, engine := store.Options{Path: filepath.Join(folder, "rollcall.db"), URL: os.Args[5]}, jobs.SQLite
	if options.URL != "" {
		engine = jobs.PostgreSQL
	}
	enqueue, err := jobs.NewEnqueuer(engine, nil)
	if err != nil {
		return err
	}
	options.Queue = enqueue
	db, err := store.Open(ctx, options)
	if err != nil {
		return err
	}
	if r.jobs, err = db.Pool(); err != nil {
		return err
	}
	r.svc = service.New(db, r, service.Options{Now: r.now, Secrets: [][]byte{secret}, PublicURL: "https://rollcall.example.org"})
	r.rollCall = service.RollCallJob{Dealer: rollcall.DealerID(os.Args[2]), RollCall: rollcall.RollCallID(os.Args[3]), Run: 1}
	fmt.Println("rolling")
	for done := false; !done; {
		if done, err = r.step(ctx); err != nil {
			return err
		}
	}
	fmt.Println("nothing left")
	select {}
}

// step works on the roll call and delivers what is queued. It reports whether nothing is left.
func (r *roller) step(ctx context.Context) (done bool, err error) {
	err = r.svc.AdvanceRollCall(ctx, r.rollCall)
	if err != nil && !errors.As(err, new(*rollcall.PostponedError)) {
		return false, err
	}
	done = err == nil
	queued, err := r.queued(ctx)
	if err != nil {
		return false, err
	}
	for _, id := range queued {
		err := r.svc.DeliverValidation(ctx, service.DeliverJob{Dealer: r.rollCall.Dealer, Validation: id})
		if errors.As(err, new(*rollcall.PostponedError)) || errors.As(err, new(*rollcall.DeliveryError)) {
			done = false
			continue
		}
		if err != nil {
			return false, err
		}
		if token := r.links[id]; id[len(id)-1]%2 == 0 && token != "" {
			if _, err := r.svc.AnswerLink(ctx, token, rollcall.LinkAnswer{Confirm: true}); err != nil {
				return false, err
			}
		}
	}
	return done, nil
}

func (r *roller) queued(ctx context.Context) (ids []rollcall.ValidationID, err error) {
	rows, err := r.jobs.QueryContext(ctx, `SELECT validation_id FROM validations WHERE status = 'queued'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id rollcall.ValidationID
		if err := rows.Scan((*string)(&id)); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
