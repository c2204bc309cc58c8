package systemtest_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

// mailFlags have serve send by the mail server, whose password it reads from a file.
func mailFlags(t *testing.T, server *testkit.MailServer) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "smtp-url")
	if err := os.WriteFile(file, []byte(server.URL()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{
		"--delivery", "smtp", "--smtp-url-file", file, "--mail-from", "alarms@example.org",
		"--public-url", "https://rollcall.example.org",
	}
}

var messageID = regexp.MustCompile(`(?m)^Message-ID: (<\S+>)\r$`)

// TestValidationByMailSurvivesACrash kills the server when the mail server has a message and before it could write that
// down: it goes out a second time, as the same message, and no third.
func TestValidationByMailSurvivesACrash(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, key := prepare(t, folder, pier)
	mails := testkit.NewMailServer(t, false)
	release := mails.Hold()
	t.Cleanup(release)
	flags := mailFlags(t, mails)
	server, url := serve(t, folder, flags...)
	c := newClient(t, url, key)
	contact := c.must(t, 201, "POST", "/ext/v1/sites/"+pier+"/contacts",
		`{"first_name": "Ada", "last_name": "Park", "email": "ada.park@example.com", "type": "primary"}`)
	validation := contactOf(pier, contact["contact_id"].(string)) + "/validation"
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		_, _, _ = c.call(ctx, "POST", validation, `{"method": "email"}`)
	}()
	<-mails.Arrived()
	server.Kill(t)
	cancel()
	<-asked
	release()

	db := database(t, folder)
	if got := ask(t, db, `SELECT status FROM validations`); got != "queued" {
		t.Fatalf("the validation is %s, want it queued", got)
	}
	again, _ := serve(t, folder, flags...)
	awaitRows(t, db, "sent", `SELECT status FROM validations`)
	got := mails.Mails()
	if len(got) != 2 {
		t.Fatalf("%d mails arrived, want two", len(got))
	}
	first, second := messageID.FindStringSubmatch(got[0].Text), messageID.FindStringSubmatch(got[1].Text)
	if first == nil || second == nil || first[1] != second[1] {
		t.Errorf("the copies are called %v and %v, want the same", first, second)
	}
	for _, secret := range []string{"ada.park", testkit.MailPassword} {
		if strings.Contains(server.Errs.String()+again.Errs.String(), secret) {
			t.Errorf("%s is in the log", secret)
		}
	}
	checkWhole(t, folder)
}
