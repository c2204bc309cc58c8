package systemtest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// oneLine fails unless the process ended with status 1 and said one line, which has the pattern in it.
func oneLine(t *testing.T, p *process, pattern string) {
	t.Helper()
	status, said := p.Wait(t), p.Errs.String()
	if status != 1 || strings.Count(said, "\n") != 1 || !regexp.MustCompile(`^rollcall: .*`+pattern).MatchString(said) {
		t.Errorf("status %d, want 1 and one line with %s:\n%s", status, pattern, said)
	}
}

// TestOneServerAFolder starts servers on one folder: at once on an empty one, beside one that runs, and after one that
// was killed, whose lock is gone with it.
func TestOneServerAFolder(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "new")
	var both [2]*process
	for i := range both {
		both[i] = start(t, serveArgs(folder)...)
	}
	var winner, loser *process
	select {
	case <-both[0].Exited:
		loser, winner = both[0], both[1]
	case <-both[1].Exited:
		loser, winner = both[1], both[0]
	case <-time.After(patience):
		t.Fatalf("two servers run on one folder:\n%s\n%s", both[0].Errs, both[1].Errs)
	}
	const refusal = `another server runs on .*; stop it first`
	if said := regexp.MustCompile(`(?m)^rollcall: .*$`).FindAllString(loser.Errs.String(), -1); loser.Wait(t) != 1 ||
		len(said) != 1 || !regexp.MustCompile(refusal).MatchString(said[0]) || strings.Contains(loser.Errs.String(), "msg=ready") {
		t.Errorf("status %d, want 1 and a line with %s:\n%s", loser.Status(), refusal, loser.Errs)
	}
	winner.Errs.Await(t, readyLine)
	oneLine(t, start(t, serveArgs(folder)...), refusal)
	winner.Kill(t)
	serve(t, folder)
}

// TestManyAtOnceOnAnEmptyFolder runs commands at once on a folder that is not there yet: each finds it whole.
func TestManyAtOnceOnAnEmptyFolder(t *testing.T) {
	t.Parallel()
	for round := range 2 {
		folder := filepath.Join(t.TempDir(), fmt.Sprint(round))
		var all [4]*process
		for i := range all {
			all[i] = start(t, "dealer", "create", "--name", fmt.Sprintf("Dealer %d", i), "--data", folder)
		}
		for _, p := range all {
			if status := p.Wait(t); status != 0 || p.Errs.String() != "" {
				t.Errorf("status %d:\n%s", status, p.Errs)
			}
		}
		if dealers := runJSON(t, "dealer", "list", "--data", folder)["dealers"].([]any); len(dealers) != len(all) {
			t.Errorf("there are %d dealers, want %d", len(dealers), len(all))
		}
		checkWhole(t, folder)
	}
}

// TestKilledWhileItStarts kills the program again and again while it makes its folder; in the end it is whole.
func TestKilledWhileItStarts(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "new")
	p := start(t, serveArgs(folder)...)
	began := time.Now()
	p.Errs.Await(t, readyLine)
	took := time.Since(began)
	p.Kill(t)

	const kills = 12
	folder = filepath.Join(t.TempDir(), "new")
	for i := range kills {
		p := start(t, serveArgs(folder)...)
		select {
		case <-time.After(took * time.Duration(i) / kills): // here or there in its start
		case <-p.Exited:
			t.Fatalf("status %d:\n%s", p.Status(), p.Errs)
		}
		p.Kill(t)
	}
	serve(t, folder)
	run(t, "dealer", "create", "--name", "Harbour Alarm", "--data", folder)
	checkWhole(t, folder)
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	_, url := serve(t, t.TempDir())
	address := strings.TrimPrefix(url, "http://")
	second := start(t, "serve", "--data", t.TempDir(), "--listen", address)
	oneLine(t, second, regexp.QuoteMeta(address)+` is in use; .*--listen`)
}

// TestSIGTERMFinishesWhatRuns tells a server to stop while it waits for the rest of a request, and for the outcome of a
// validation.
func TestSIGTERMFinishesWhatRuns(t *testing.T) {
	t.Parallel()
	folder, _, key := newPier(t, 1)
	server, url := serve(t, folder)
	address := strings.TrimPrefix(url, "http://")
	body := `{"contact_id": "slow", "first_name": "Ada", "last_name": "Park", "phone": "+12025550142", "type": "primary"}`
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		contactsOf(pier), address, key, len(body))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err)
	}
	c := newClient(t, url, key)
	var validated sync.WaitGroup
	validated.Go(func() {
		status, answer, err := c.call(t.Context(), "POST", contactOf(pier, "c0")+"/validation", `{"method": "sms"}`)
		if data, _ := answer["data"].(object); err != nil || status != 200 || data["status"] != "sent" {
			t.Errorf("the validation: %d %v %v", status, answer, err)
		}
	})
	awaitRows(t, database(t, folder), "1", `SELECT COUNT(*) FROM validations`)

	server.Signal(t, syscall.SIGTERM)
	awaitRefused(t, address)
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	if line, err := answers.ReadString('\n'); err != nil || line != "\r\n" { // the end of 100 Continue
		t.Fatalf("%q, %v", line, err)
	}
	resp, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatalf("the request was not finished: %v\n%s", err, server.Errs)
	}
	if resp.StatusCode != 201 {
		t.Errorf("status %d, want 201", resp.StatusCode)
	}
	validated.Wait()
	if status := server.Wait(t); status != 0 {
		t.Errorf("exit status %d, want 0:\n%s", status, server.Errs)
	}
	_, url = serve(t, folder)
	newClient(t, url, key).must(t, 200, "GET", contactOf(pier, "slow"), "")
}

// awaitRefused waits until nothing listens on the address.
func awaitRefused(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		conn.Close()
		if time.Now().After(deadline) {
			t.Fatal("the server still accepts")
		}
	}
}
