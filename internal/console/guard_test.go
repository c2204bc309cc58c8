package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"testing"
	"time"

	"example.org/rollcall/internal/console"
	"example.org/rollcall/internal/rollcall"
)

// paths returns a path for each route, whose parameters stand for nothing.
func paths() map[string]console.RouteInfo {
	all := map[string]console.RouteInfo{}
	for _, r := range console.Routes() {
		all[parameter.ReplaceAllString(r.Path, "none")] = r
	}
	return all
}

var parameter = regexp.MustCompile(`\{\w+\}`)

// TestEveryPageNeedsItsRole tries each page and each form with each role, and without a session.
func TestEveryPageNeedsItsRole(t *testing.T) {
	d := newDesk(t)
	roles := append([]rollcall.Role{""}, rollcall.Roles()...)
	for _, role := range roles {
		b := d.browser()
		if role != "" {
			d.user(string(role), role)
			b = d.as(string(role))
		}
		for path, route := range paths() {
			for _, form := range []url.Values{nil, {}} {
				if form != nil && !route.Posts || path == "/console/sign-out" {
					continue
				}
				got := b.send(path, form).StatusCode
				needed := route.Role
				if form != nil {
					needed = route.PostRole
				}
				allowed := needed == "" || role.Includes(needed)
				switch {
				case !allowed && role != "" && got != http.StatusForbidden,
					!allowed && role == "" && form == nil && got != http.StatusSeeOther,
					!allowed && role == "" && form != nil && got != http.StatusUnauthorized,
					allowed && (got == http.StatusForbidden || got == http.StatusUnauthorized && path != "/console/code" || got >= 500):
					t.Errorf("role %q, %s, form %v: status %d, allowed is %v", role, path, form != nil, got, allowed)
				}
			}
			if !route.Posts {
				b.send(path, url.Values{}).want(t, http.StatusMethodNotAllowed, "<h1>")
			}
		}
	}
}

// TestFormsOfOtherSitesAreRefused sends each form as a browser does from another site.
func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleOwner)
	b := d.as("ann")
	for path, route := range paths() {
		if !route.Posts {
			continue
		}
		form := signInForm("ann", goodPassword)
		b.send(path, form, "Sec-Fetch-Site", "cross-site").want(t, http.StatusForbidden, "Nothing was changed")
		b.send(path, form, "Sec-Fetch-Site", "same-site").want(t, http.StatusForbidden, "Nothing was changed")
		b.send(path, form, "Sec-Fetch-Site", "", "Origin", "https://example.com").want(t, http.StatusForbidden, "Nothing was changed")
		b.send(path, form, "Sec-Fetch-Site", "", "Origin", "null").want(t, http.StatusForbidden, "Nothing was changed")
	}
	b.send("/console/account", nil).want(t, 200, "Your account")
	b.send("/console/account", nil, "Sec-Fetch-Site", "cross-site").want(t, 200, "Your account") // a link
}

// TestEndedSessions checks that forms of a session that ended, in any way, change nothing.
func TestEndedSessions(t *testing.T) {
	for name, end := range map[string]func(d *desk, b *browser, u rollcall.User){
		"after 12 hours":           func(d *desk, _ *browser, _ rollcall.User) { d.clock.Advance(12 * time.Hour) },
		"of a user who signed out": func(_ *desk, b *browser, _ rollcall.User) { b.send("/console/sign-out", url.Values{}) },
		"of a disabled user": func(d *desk, _ *browser, u rollcall.User) {
			_, err := d.Service().DisableUser(d.Context(), callerOf(d, ""), u.ID, true)
			d.must(err)
		},
		"of a suspended dealer": func(d *desk, _ *browser, _ rollcall.User) {
			d.must(d.Service().SuspendDealer(d.Context(), d.Dealer, true))
		},
		"of a changed password": func(d *desk, _ *browser, _ rollcall.User) {
			d.as("ann").send("/console/account", url.Values{"current": {goodPassword}, "password": {"another quiet harbour lamp"}}).
				wantRedirect(d.T, "/console/account?done=password_changed")
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			u := d.user("ann", rollcall.RoleOwner)
			b := d.as("ann")
			at, err := url.Parse(b.URL)
			d.must(err)
			cookie := b.client.Jar.Cookies(at)[0].String()
			end(d, b, u)
			stored, err := d.Service().User(t.Context(), d.Dealer, u.ID)
			d.must(err)
			old := d.browser()
			for path, route := range paths() {
				if route.Posts && route.Role != "" {
					form := url.Values{"current": {goodPassword}, "password": {"a third quiet harbour lamp"}, "role": {"viewer"}}
					old.send(path, form, "Cookie", cookie).want(t, http.StatusUnauthorized, "You were signed out meanwhile")
				}
			}
			after, err := d.Service().User(t.Context(), d.Dealer, u.ID)
			d.must(err)
			if after.Password != stored.Password || after.Role != stored.Role {
				t.Errorf("the user is %+v, want %+v as before", after, stored)
			}
		})
	}
}

// TestAttemptsAreLimited checks that guessing is limited for an account and for an address, and that a user at another address
// still signs in.
func TestAttemptsAreLimited(t *testing.T) {
	d := newDesk(t, trustLoopback)
	d.user("ann", rollcall.RoleViewer)
	b := d.browser()
	from := func(address, name, password string) int {
		t.Helper()
		return b.send("/console/sign-in", signInForm(name, password), "X-Forwarded-For", address).StatusCode
	}
	var got []int
	for range 12 {
		got = append(got, from("192.0.2.1", "ann", "wrong"))
	}
	want := append(slices.Repeat([]int{422}, 10), 429, 429)
	if !slices.Equal(got, want) {
		t.Errorf("statuses of wrong passwords = %v, want %v", got, want)
	}
	if got := from("192.0.2.1", "ann", goodPassword); got != 429 {
		t.Errorf("status of the right password from the same address = %d, want 429", got)
	}
	if got := from("192.0.2.2", "ann", goodPassword); got != 303 {
		t.Errorf("status of the right password from another address = %d, want 303", got)
	}
	for i := range 60 {
		from("192.0.2.3", "nobody"+string(rune('a'+i%26)), "wrong")
	}
	if got := from("192.0.2.3", "ann", goodPassword); got != 429 {
		t.Errorf("status after 60 attempts from an address = %d, want 429", got)
	}
	d.clock.Advance(time.Minute)
	if got := from("192.0.2.1", "ann", goodPassword); got != 303 {
		t.Errorf("status a minute later = %d, want 303", got)
	}
}
