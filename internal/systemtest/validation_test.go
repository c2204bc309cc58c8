package systemtest_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const pier = "pier"

// newPier makes a folder with a site and so many contacts there, called c0, c1 and so on.
func newPier(t *testing.T, contacts int) (folder string, dealer rollcall.DealerID, key string) {
	t.Helper()
	folder = t.TempDir()
	dealer, key = prepare(t, folder, pier)
	svc := open(t, folder).Service()
	for i := range contacts {
		if _, err := svc.CreateContact(t.Context(), service.Caller{Dealer: dealer}, rollcall.SiteRef{ID: pier}, rollcall.ContactInput{
			ContactID: rollcall.Given(fmt.Sprintf("c%d", i)), FirstName: rollcall.Given("Ada"), LastName: rollcall.Given("Park"),
			Phone: rollcall.Given(fmt.Sprintf("+120255501%02d", i)), Type: rollcall.Given("primary"),
		}); err != nil {
			t.Fatal(err)
		}
	}
	return folder, dealer, key
}

// awaitRows polls until the query gives what is wanted.
func awaitRows(t *testing.T, db *sql.DB, want, query string) {
	t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	deadline := time.After(patience)
	for {
		got := ask(t, db, query)
		if got == want {
			return
		}
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("%s: %q, want %q", query, got, want)
		}
	}
}

// sendValidation asks for a validation, and does not care for the answer.
func sendValidation(ctx context.Context, c *client, contact string) {
	_, _, _ = c.call(ctx, "POST", contactOf(pier, contact)+"/validation", `{"method": "sms", "message": "Hello"}`)
}

// TestValidationSurvivesACrash kills the server when it has taken a validation and before it has sent it.
func TestValidationSurvivesACrash(t *testing.T) {
	t.Parallel()
	const tries = 10
	folder, dealer, key := newPier(t, tries)
	db := database(t, folder)
	caught := 0
	for i := range tries {
		server, url := serve(t, folder)
		c := newClient(t, url, key)
		ctx, cancel := context.WithCancel(t.Context())
		asked := make(chan struct{})
		go func() {
			defer close(asked)
			sendValidation(ctx, c, fmt.Sprintf("c%d", i))
		}()
		awaitRows(t, db, fmt.Sprint(i+1), `SELECT COUNT(*) FROM validations`)
		hold, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := hold.ExecContext(t.Context(), `BEGIN IMMEDIATE`); err != nil { // now the job can neither begin nor end
			t.Fatal(err)
		}
		var state string
		err = hold.QueryRowContext(t.Context(), `SELECT state FROM river_job WHERE kind = 'deliver_validation' ORDER BY id DESC LIMIT 1`).Scan(&state)
		if err != nil {
			t.Fatal(err)
		}
		server.Kill(t)
		cancel()
		<-asked
		if _, err := hold.ExecContext(t.Context(), `ROLLBACK`); err != nil {
			t.Fatal(err)
		}
		hold.Close()
		if state == "available" {
			caught++
		}
		if caught == 3 {
			break
		}
	}
	if caught == 0 {
		t.Fatal("the server was never killed before it began to send")
	}
	checkDelivered(t, folder, dealer, key)
}

// checkDelivered starts a server again, and fails unless each validation is then sent, once.
func checkDelivered(t *testing.T, folder string, dealer rollcall.DealerID, key string) {
	t.Helper()
	db := database(t, folder)
	_, url := serve(t, folder)
	awaitRows(t, db, "0", `SELECT COUNT(*) FROM validations WHERE status <> 'sent'`)
	want := ask(t, db, `SELECT validation_id FROM validations ORDER BY validation_id`)
	var got []string
	messages := runJSON(t, "message", "list", "--dealer", string(dealer), "--data", folder)["messages"].([]any)
	for _, m := range messages {
		got = append(got, m.(object)["validation_id"].(string))
	}
	slices.Sort(got)
	if fmt.Sprint(got) != fmt.Sprint(splitList(want)) {
		t.Errorf("delivered %v, want %v, each once", got, want)
	}
	c := newClient(t, url, key)
	for _, id := range splitList(ask(t, db, `SELECT DISTINCT contact_id FROM validations`)) {
		contact := c.must(t, 200, "GET", contactOf(pier, id), "")
		phone := contact["validation"].(object)["phone"].(object)
		if phone["status"] != "pending" || phone["method"] != "sms" {
			t.Errorf("%s: %v, want it pending by sms", id, phone)
		}
	}
	checkWhole(t, folder)
}

// TestValidationSurvivesACrashWhileSending kills the server when it has handed a message over and before it could write
// that down. The queue notices a job whose process died when a new leader looks for such jobs, which takes a while.
func TestValidationSurvivesACrashWhileSending(t *testing.T) {
	t.Parallel()
	folder, dealer, key := newPier(t, 2)
	server := startAs(t, theSlowServer, folder)
	c := newClient(t, server.Out.Await(t, `ready (\S+)\n`), key)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go sendValidation(ctx, c, "c0")
	go sendValidation(ctx, c, "c1")
	server.Out.Await(t, `(handed over\n)(?s:.*)(handed over\n)`)
	server.Kill(t)
	db := database(t, folder)
	if got := ask(t, db, `SELECT status FROM validations`); got != "queued,queued" {
		t.Fatalf("the validations are %s, want them queued", got)
	}
	if got := ask(t, db, `SELECT COUNT(*) FROM captured_messages`); got != "2" {
		t.Fatalf("%s messages were captured, want 2", got)
	}
	checkDelivered(t, folder, dealer, key)
}

// serveAndNeverFinishDelivering is a server on the folder of the first argument whose provider takes messages and then
// does not come back.
func serveAndNeverFinishDelivering() int {
	ctx := context.Background()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		var a *app.App
		a, err = app.Open(ctx, app.Options{
			Data: os.Args[1], Delivery: app.Capture, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
			OnCaptured: func(rollcall.Message) {
				fmt.Println("handed over")
				select {}
			},
		})
		if err == nil {
			fmt.Printf("ready http://%s\n", ln.Addr())
			err = a.Run(ctx, ln)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}
