package app_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// hooked is a server with webhooks on this machine.
type hooked struct {
	*asked
	clock *testkit.Clock
}

func newHooked(t *testing.T, changes ...func(*app.Options)) *hooked {
	t.Helper()
	h := &hooked{clock: testkit.NewClock()}
	h.asked = newAsked(t, append(changes, func(o *app.Options) {
		o.Now, o.WebhookAllow = h.clock.Now, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})...)
	return h
}

// received is a receiver of events that answers each request with a status of its own choice.
type received struct {
	mu     sync.Mutex
	url    string
	bodies map[string]string // by webhook-id, of the requests that it took
	calls  int
	last   http.Header
}

func (r *received) count() (calls, taken int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls, len(r.bodies)
}

// receiver starts a receiver. answer returns the status for the nth request, from 1.
func receiver(t *testing.T, answer func(n int) int) *received {
	t.Helper()
	r := &received{bodies: map[string]string{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		r.calls++
		status := answer(r.calls)
		r.last = req.Header
		if status < 300 {
			r.bodies[req.Header.Get("webhook-id")] = string(body)
		}
		r.mu.Unlock()
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func always(status int) func(int) int { return func(int) int { return status } }

func (h *hooked) create(url string, types ...string) service.NewWebhook {
	h.Helper()
	made, err := h.Service().CreateWebhook(h.Context(), h.caller, rollcall.WebhookInput{URL: rollcall.Given(url), Types: rollcall.Given(types)})
	h.must(err)
	return made
}

func (h *hooked) addSites(from, to int) {
	h.Helper()
	for n := from; n < to; n++ {
		in := rollcall.SiteInput{SiteID: rollcall.Given(fmt.Sprint("site-", n)), Name: rollcall.Given("Site")}
		_, err := h.Service().CreateSite(h.Context(), h.caller, in)
		h.must(err)
	}
}

// deliver does the job of a webhook as the queue would, and returns the webhook.
func (h *hooked) deliver(id rollcall.WebhookID) rollcall.Webhook {
	h.Helper()
	h.must(h.Service().DeliverWebhook(h.Context(), service.WebhookRef{Dealer: h.Dealer, ID: id}))
	w, err := h.Service().Webhook(h.Context(), h.caller, id)
	h.must(err)
	return w
}

// statuses counts the deliveries of a webhook by their status.
func (h *hooked) statuses(id rollcall.WebhookID) map[rollcall.DeliveryStatus]int {
	h.Helper()
	found, _, err := h.Service().Deliveries(h.Context(), h.caller, id, service.DeliveryQuery{Limit: rollcall.Given(500)})
	h.must(err)
	counts := map[rollcall.DeliveryStatus]int{}
	for _, d := range found {
		counts[d.Status]++
	}
	return counts
}

// TestWebhooksGetEventsByThemselves lets the queue of a running server deliver, and verifies as a receiver does.
func TestWebhooksGetEventsByThemselves(t *testing.T) {
	h := newHooked(t)
	r := receiver(t, always(http.StatusOK))
	made := h.create(r.url, "contact.updated")
	h.addSites(0, 3)
	_, err := h.Service().UpdateContact(t.Context(), h.caller, john(), rollcall.ContactInput{FirstName: rollcall.Given("Jack")})
	h.must(err)
	testkit.Eventually(t, "the event to arrive", func() bool { _, taken := r.count(); return taken == 1 })
	events, _, err := h.Service().Events(t.Context(), h.caller, service.EventQuery{Types: rollcall.Given([]string{"contact.updated"})})
	h.must(err)
	hook, err := standard.NewWebhook(made.Signing)
	h.must(err)
	body := r.bodies[string(events[0].ID)]
	h.must(hook.VerifyIgnoringTimestamp([]byte(body), r.last)) // the clock of the test stands still
	want := `{"event_id": "` + string(events[0].ID) + `", "type": "contact.updated", "created_at": "<time>", "site_id": "site_123abc",
		"contact_id": "contact_789ghi", "point_id": null, "validation_id": null, "import_id": null, "request_id": null, "fields": ["first_name"]}`
	if diff := testkit.Match([]byte(body), want); diff != "" {
		t.Errorf("the body: %s", diff)
	}
	testkit.Eventually(t, "it to be delivered", func() bool { return h.statuses(made.ID)[rollcall.DeliveryDelivered] == 1 })
}

// TestAReceiverThatFailsNowAndThenGetsAll has one that fails one in three requests, and a dead one beside it. With ROLLCALL_SOAK=1
// there are 10,000 events.
func TestAReceiverThatFailsNowAndThenGetsAll(t *testing.T) {
	sites := 200
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		sites = 10_000
	}
	h := newHooked(t)
	flaky := receiver(t, func(n int) int {
		if n%3 == 0 {
			return http.StatusInternalServerError
		}
		return http.StatusOK
	})
	dead := receiver(t, always(http.StatusServiceUnavailable))
	good, bad := h.create(flaky.url), h.create(dead.url)
	h.addSites(0, sites)
	for round := 0; round < 50+sites/50; round++ {
		if _, taken := flaky.count(); taken == sites {
			break
		}
		h.clock.Advance(6 * time.Minute)
		h.deliver(good.ID)
		h.deliver(bad.ID)
	}
	calls, taken := flaky.count()
	if taken != sites {
		t.Errorf("the receiver took %d events in %d requests, want %d", taken, calls, sites)
	}
	if calls, _ := dead.count(); calls > 60+sites/50 {
		t.Errorf("the dead receiver got %d requests, want few, since it has pauses", calls)
	}
	if got := h.statuses(bad.ID); got[rollcall.DeliveryPending] != min(sites, 500) { // of the newest 500
		t.Errorf("the deliveries to the dead receiver are %v, want all pending", got)
	}
	t.Logf("figure: %d events in %d requests", taken, calls)
}

// TestFailingWebhooksAreDisabled checks both reasons, that each is on record, and that one that is enabled again gets what it missed.
func TestFailingWebhooksAreDisabled(t *testing.T) {
	h := newHooked(t)
	status := http.StatusGone
	r := receiver(t, func(int) int { return status })
	made := h.create(r.url, "site.created")
	h.addSites(0, 1)
	if w := h.deliver(made.ID); w.Status != rollcall.WebhookDisabled || w.Reason != "gone" {
		t.Errorf("after 410 the webhook is %s, %s, want disabled, gone", w.Status, w.Reason)
	}
	status = http.StatusOK
	h.addSites(1, 3)
	if h.deliver(made.ID); h.statuses(made.ID)[rollcall.DeliveryDelivered] != 0 {
		t.Error("a disabled webhook got events, want none")
	}
	enable := rollcall.WebhookInput{Status: rollcall.Given("active")}
	_, err := h.Service().UpdateWebhook(t.Context(), h.caller, made.ID, enable)
	h.must(err)
	if h.deliver(made.ID); h.statuses(made.ID)[rollcall.DeliveryDelivered] != 2 {
		t.Errorf("the deliveries are %v, want the two that were missed", h.statuses(made.ID))
	}
	status = http.StatusBadGateway
	h.addSites(3, 4)
	var w rollcall.Webhook
	for hours := 0; hours < 6*24 && w.Status != rollcall.WebhookDisabled; hours++ {
		h.addSites(10+hours, 11+hours)
		w = h.deliver(made.ID)
		h.clock.Advance(time.Hour)
	}
	if failed := h.clock.Now().Sub(w.Failing); w.Reason != "failing" || failed < 5*24*time.Hour || failed > 122*time.Hour {
		t.Errorf("the webhook is %s, %s after %v, want disabled after five days", w.Status, w.Reason, failed)
	}
	if got := h.statuses(made.ID); got[rollcall.DeliveryFailed] == 0 {
		t.Errorf("the deliveries are %v, want the oldest failed after three days", got)
	}
	lines, _, err := h.Service().Audit(t.Context(), h.caller, service.AuditQuery{Action: "webhook.disabled"})
	if h.must(err); len(lines) != 2 || lines[1].Actor != "server" {
		t.Errorf("the audit has %+v, want two lines of the server", lines)
	}
}

// TestDisabledWebhookTellsTheDealer has real mail sent to the address of the settings, and none once the webhook is enabled again.
func TestDisabledWebhookTellsTheDealer(t *testing.T) {
	mail := testkit.NewMailServer(t, false)
	h := newHooked(t, byMail(mail.URL()))
	_, err := h.Service().UpdateSettings(t.Context(), h.caller, rollcall.SettingsInput{Notification: rollcall.Given("ops@example.org")})
	h.must(err)
	r := receiver(t, always(http.StatusGone))
	made := h.create(r.url+"/hooks?token=hidden", "site.created")
	h.addSites(0, 1)
	h.deliver(made.ID)
	testkit.Eventually(t, "a notice", func() bool { return len(mail.Mails()) > 0 })
	got := mail.Mails()[0]
	host := strings.TrimPrefix(r.url, "http://")
	for _, want := range []string{"Subject: Harbour Alarm: a webhook gets no events any more", host, string(made.ID), "(410)"} {
		if !strings.Contains(got.Text, want) {
			t.Errorf("the notice is\n%s\nwant %q in it", got.Text, want)
		}
	}
	if got.To != "ops@example.org" || strings.Contains(got.Text, "hidden") {
		t.Errorf("the notice went to %s:\n%s\nwant it sent to the settings' address, without the path of the receiver", got.To, got.Text)
	}
	_, err = h.Service().UpdateWebhook(t.Context(), h.caller, made.ID, rollcall.WebhookInput{Status: rollcall.Given("active")})
	h.must(err)
	h.must(h.Service().TellDisabled(t.Context(), service.WebhookRef{Dealer: h.Dealer, ID: made.ID}))
	h.must(h.Service().TellDisabled(t.Context(), service.WebhookRef{Dealer: h.Dealer, ID: "hook_none"}))
	if n := len(mail.Mails()); n != 1 {
		t.Errorf("%d notices were sent, want none for a webhook that is active or deleted", n-1)
	}
	if log := h.Log.String(); strings.Contains(log, "ops@") {
		t.Errorf("the log holds the address:\n%s", log)
	}
}

// TestSecretsOfWebhooks checks that a new secret signs beside the old one for a day, and that nothing stored can be read.
func TestSecretsOfWebhooks(t *testing.T) {
	h := newHooked(t)
	r := receiver(t, always(http.StatusOK))
	old := h.create(r.url)
	fresh, err := h.Service().RotateWebhook(t.Context(), h.caller, old.ID)
	h.must(err)
	verifies := func(secret string) bool {
		t.Helper()
		d, err := h.Service().TestWebhook(t.Context(), h.caller, old.ID)
		if h.must(err); d.Status != rollcall.DeliveryDelivered || d.Type != "webhook.test" {
			t.Fatalf("the test's delivery is %+v, want it delivered", d)
		}
		hook, err := standard.NewWebhook(secret)
		h.must(err)
		return hook.VerifyIgnoringTimestamp([]byte(r.bodies[string(d.Event)]), r.last) == nil
	}
	if !verifies(old.Signing) || !verifies(fresh.Signing) {
		t.Error("one of the secrets does not verify, want both for a day")
	}
	h.clock.Advance(25 * time.Hour)
	if verifies(old.Signing) || !verifies(fresh.Signing) {
		t.Error("the old secret verifies after a day, or the new one does not")
	}
	if old.Signing == fresh.Signing || len(fresh.Secret) <= 32 {
		t.Error("the secret was not replaced, or is not encrypted")
	}
}

// TestADeliveryIsSentAgain checks that a delivery that failed for good can be retried by hand.
func TestADeliveryIsSentAgain(t *testing.T) {
	h := newHooked(t)
	status := http.StatusInternalServerError
	r := receiver(t, func(int) int { return status })
	made := h.create(r.url, "site.created")
	h.addSites(0, 1)
	for range 20 {
		h.deliver(made.ID)
		pending, _, err := h.Service().Deliveries(t.Context(), h.caller, made.ID, service.DeliveryQuery{Status: rollcall.Given("pending")})
		if h.must(err); len(pending) == 0 {
			break
		}
		h.clock.Advance(pending[0].Due.Sub(h.clock.Now()) + 15*time.Minute) // the longest pause of a webhook
	}
	found, _, err := h.Service().Deliveries(t.Context(), h.caller, made.ID, service.DeliveryQuery{Status: rollcall.Given("failed")})
	if h.must(err); len(found) != 1 || found[0].ResponseStatus != 500 || found[0].Error != "status" || found[0].Attempts != 11 {
		t.Fatalf("failed deliveries %+v, want one with 500 after 11 attempts", found)
	}
	status = http.StatusOK
	_, err = h.Service().RetryDelivery(t.Context(), h.caller, made.ID, found[0].Event)
	h.must(err)
	if h.deliver(made.ID); h.statuses(made.ID)[rollcall.DeliveryDelivered] != 1 {
		t.Errorf("the deliveries are %v, want it delivered", h.statuses(made.ID))
	}
	h.clock.Advance(31 * 24 * time.Hour)
	sweep(t, h.App.App)
	if got := h.statuses(made.ID); len(got) != 0 {
		t.Errorf("after a month the deliveries are %v, want none", got)
	}
}
