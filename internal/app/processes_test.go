package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// newProcesses starts two servers on one database on PostgreSQL; each has its own memory, as two processes do.
func newProcesses(t *testing.T, changes ...func(*app.Options)) (one, two *testkit.App) {
	t.Helper()
	url := testkit.Migrated(t)
	changes = append(changes, func(o *app.Options) { o.DatabaseURL, o.Secret = url, testkit.Secret })
	one = testkit.NewApp(t, changes...)
	two = testkit.Start(t, t.TempDir(), changes...)
	two.Dealer = one.Dealer
	return one, two
}

// answer is a status and a code of an error.
func answer(t *testing.T, a *testkit.App, url, key, method, path, body, once string) (status int, code string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	if once != "" {
		req.Header.Set("Idempotency-Key", once)
	}
	resp, err := a.Client.Do(req)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Idempotent-Replayed")
}

func TestProcessesShareRevocationsAndSettings(t *testing.T) {
	t.Parallel()
	one, two := newProcesses(t)
	made, key, err := one.Service().CreateKey(t.Context(), service.Caller{Dealer: one.Dealer}, rollcall.KeyInput{Scopes: "*"})
	if err != nil {
		t.Fatal(err)
	}
	const path = "/ext/v1/sites/site_123abc/contacts"
	if status, _ := answer(t, two, two.URL, key, "GET", path, "", ""); status != http.StatusOK {
		t.Fatalf("a key of the other process: %d", status)
	}
	if status, _ := answer(t, one, one.URL, key, "PATCH", "/ext/v1/settings", `{"limits":{"per_number_day":3}}`, ""); status != http.StatusOK {
		t.Fatalf("the settings cannot be changed: %d", status)
	}
	settings, err := two.Service().Settings(t.Context(), service.Caller{Dealer: one.Dealer})
	if err != nil || settings.Limits().NumberDay != 3 {
		t.Errorf("settings in the other process = %+v, %v, want per_number_day 3", settings, err)
	}
	if err := one.Service().RevokeKey(t.Context(), service.Caller{Dealer: one.Dealer}, made.ID); err != nil {
		t.Fatal(err)
	}
	if status, _ := answer(t, two, two.URL, key, "GET", path, "", ""); status != http.StatusUnauthorized {
		t.Errorf("a key that the other process revoked: %d", status)
	}
}

// TestProcessesDoOnce sends each of many requests to both at once under one Idempotency-Key.
func TestProcessesDoOnce(t *testing.T) {
	t.Parallel()
	one, two := newProcesses(t)
	key := one.Key("all")
	const count, path = 40, "/ext/v1/sites/site_123abc/contacts"
	var replayed, conflicts int
	var mu sync.Mutex
	for n := range count {
		var both sync.WaitGroup
		for _, a := range []*testkit.App{one, two} {
			both.Go(func() {
				body := `{"first_name":"Sam","last_name":"Reed","phone":"+1 202 555 0150","type":"billing"}`
				status, again := answer(t, a, a.URL, key, "POST", path, body, fmt.Sprint("order-", n))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case status == http.StatusCreated && again != "":
					replayed++
				case status == http.StatusConflict:
					conflicts++
				case status != http.StatusCreated:
					t.Errorf("create answered %d, want 201 or 409", status)
				}
			})
		}
		both.Wait()
	}
	if replayed+conflicts != count {
		t.Errorf("%d replayed and %d in progress, want %d in all", replayed, conflicts, count)
	}
	_, total, err := two.Service().Contacts(t.Context(), service.Caller{Dealer: one.Dealer}, rollcall.SiteRef{ID: "site_123abc"}, service.ContactQuery{})
	if err != nil || total != count+2 {
		t.Errorf("%d contacts, %v; want %d", total, err, count+2)
	}
}

// TestProcessesShareLimits asks many times at once, at both, for a message to one number.
func TestProcessesShareLimits(t *testing.T) {
	t.Parallel()
	one, two := newProcesses(t, func(o *app.Options) { o.AbuseMode = string(service.Enforce) })
	key := one.Key("all")
	if status, _ := answer(t, one, one.URL, key, "PATCH", "/ext/v1/sites/site_123abc/contacts/contact_789ghi", `{"phone":"+1 202 555 0199"}`, ""); status != http.StatusOK {
		t.Fatalf("the phone cannot be changed: %d", status)
	}
	var all sync.WaitGroup
	statuses := make(chan int, 16)
	for n := range cap(statuses) {
		a := []*testkit.App{one, two}[n%2]
		all.Go(func() {
			status, _ := answer(t, a, a.URL, key, "POST", "/ext/v1/sites/site_123abc/contacts/contact_789ghi/validation", `{"method":"sms"}`, "")
			statuses <- status
		})
	}
	all.Wait()
	close(statuses)
	got := map[int]int{}
	for status := range statuses {
		got[status]++
	}
	messages, err := one.Service().CapturedMessages(t.Context(), one.Dealer, 100)
	if err != nil || len(messages) != 1 {
		t.Errorf("%d messages left, %v; want 1 (statuses %v)", len(messages), err, got)
	}
}

// TestAnotherProcessDelivers asks a process that runs no jobs, whose request is answered by what another has sent.
func TestAnotherProcessDelivers(t *testing.T) {
	t.Parallel()
	one, _ := newProcesses(t)
	idle, err := app.Open(context.Background(), app.Options{
		DatabaseURL: testkit.URLOf(one.Folder), Data: t.TempDir(), Secret: testkit.Secret, Delivery: app.Capture, Now: time.Now, AbuseMode: string(service.Observe),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(idle.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := idle.Close(); err != nil {
			t.Error(err)
		}
	})
	status, _ := answer(t, one, server.URL, one.Key("all"), "POST", "/ext/v1/sites/site_123abc/contacts/contact_789ghi/validation", "", "")
	if status != http.StatusOK {
		t.Errorf("status %d, want 200 with what the other process sent", status)
	}
}
