package console_test

import (
	"bufio"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const livePath = "/console/sites/site_123abc/live"

// watch opens a stream, which ends with the test.
func (b *browser) watch(path string) *http.Response {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, b.URL+path, nil)
	b.must(err)
	resp, err := b.client.Do(r)
	b.must(err)
	b.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

// next returns the next event of a stream, and an empty text at its end.
func next(lines *bufio.Scanner) string {
	for lines.Scan() {
		if event, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			return event
		}
	}
	return ""
}

// rename changes a contact, as another process would.
func (d *desk) rename(name string) {
	d.Helper()
	_, err := d.Service().UpdateContact(d.Context(), service.Caller{Dealer: d.Dealer},
		rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: "contact_789ghi"},
		rollcall.ContactInput{FirstName: rollcall.Given(name)})
	d.must(err)
}

// TestChangesBeforeTheStream makes a change after a page was read and before its stream begins.
func TestChangesBeforeTheStream(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	b := d.as("ann")
	for _, page := range []string{"/console/sites/site_123abc", "/console/sites/site_123abc/contacts/contact_789ghi"} {
		live := regexp.MustCompile(`data-live="([^"]*)"`).FindStringSubmatch(b.send(page, nil).body)
		if live == nil {
			t.Fatalf("%s has no stream", page)
		}
		d.rename("Joan " + page[len(page)-3:])
		if got := next(bufio.NewScanner(b.watch(live[1]).Body)); got != "changed" {
			t.Errorf("the first event of %s is %q, want changed", page, got)
		}
	}
}

// TestPagesAreToldOfChanges checks that a stream tells of changes of its site without their content, and ends with the session,
// which it doesn't prolong.
func TestPagesAreToldOfChanges(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	for name, end := range map[string]func(b *browser){
		"signed out": func(b *browser) { b.send("/console/sign-out", url.Values{}) },
		"idle":       func(*browser) { d.clock.Advance(12 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			b := d.as("ann")
			resp := b.watch(livePath)
			if got := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || got != "text/event-stream; charset=utf-8" {
				t.Fatalf("status %d with Content-Type %q, want 200 with a stream of events", resp.StatusCode, got)
			}
			lines := bufio.NewScanner(resp.Body)
			for _, first := range []string{"Joan", "Jo", name} {
				d.rename(first)
				if got := next(lines); got != "changed" {
					t.Fatalf("the event is %q, want changed", got)
				}
				if strings.Contains(lines.Text(), first) {
					t.Error("an event has a name, want no content")
				}
			}
			d.clock.Advance(11 * time.Hour)
			end(b)
			if got := next(lines); got != "" || lines.Err() != nil {
				t.Errorf("after the session the event %q and the error %v, want the end of the stream", got, lines.Err())
			}
		})
	}
}

func TestStreamsAreRefused(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	d.browser().send(livePath, nil).want(t, http.StatusNoContent, "")
	b := d.as("ann")
	b.send("/console/sites/none/live", nil).want(t, 404, "There is no such page")
	b.send(livePath, url.Values{}).want(t, 405, "Nothing was changed")
	for range 4 {
		if resp := b.watch(livePath); resp.StatusCode != 200 {
			t.Fatalf("status %d, want 200", resp.StatusCode)
		}
	}
	b.send(livePath, nil).want(t, 503, "Try again in a moment")
	if resp := d.as("ann").watch(livePath); resp.StatusCode != 200 {
		t.Errorf("status %d in another session, want 200", resp.StatusCode)
	}
	d.clock.Advance(12 * time.Hour)
	b.send(livePath, nil).want(t, http.StatusNoContent, "")
}

// TestStreamsTakeNoRoom checks that more streams than requests may run at once leave room for pages. The server also stops at the
// end of the test although streams are open, or else NewApp fails it.
func TestStreamsTakeNoRoom(t *testing.T) {
	d := newDesk(t, func(o *app.Options) { o.MaxRequests = 4 })
	d.user("ann", rollcall.RoleViewer)
	b := d.as("ann")
	for range 3 {
		if resp := b.watch(livePath); resp.StatusCode != 200 {
			t.Fatalf("status %d, want 200", resp.StatusCode)
		}
	}
	b.send("/console/account", nil).want(t, 200, "Your account")
}
