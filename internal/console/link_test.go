package console_test

import (
	"net/netip"
	"net/url"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// callerOf returns a user as a caller, or a command for an empty id.
func callerOf(d *desk, id rollcall.UserID) service.Caller {
	c := service.Caller{Dealer: d.Dealer, User: id}
	if id != "" {
		c.Role = rollcall.RoleOwner
	}
	return c
}

// trustLoopback makes requests come from the address in X-Forwarded-For, through a proxy with TLS.
func trustLoopback(o *app.Options) {
	o.PublicURL, o.TrustedProxies = "https://rollcall.example.org", []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

func TestInvitation(t *testing.T) {
	d := newDesk(t)
	_, err := d.Service().InviteUser(t.Context(), callerOf(d, ""), rollcall.UserInput{
		Email: rollcall.Given("ann@example.org"), Name: rollcall.Given("Ann"), Role: rollcall.Given("viewer"),
	})
	d.must(err)
	link, b := d.link(), d.browser()
	for range 2 { // opening it uses nothing up
		b.send(link, nil).want(t, 200, "<h1>Welcome to Rollcall</h1>").want(t, 200, "ann@example.org")
	}
	b.send(link, url.Values{"password": {"short"}}).want(t, 422, "Use at least 12 characters.")
	b.send(link, url.Values{"password": {"aaaaaaaaaaaaaaaa"}}).want(t, 422, "too easy to guess")
	b.send(link, url.Values{"password": {goodPassword}}).wantRedirect(t, "/console/sign-in?done=password_set")
	b.send(link, nil).want(t, 404, "This link does not work")
	b.send(link, url.Values{"password": {goodPassword}}).want(t, 404, "This link does not work")
	b.send("/console/sign-in", signInForm("ann", goodPassword)).wantRedirect(t, "/console")
}

func TestForgotPassword(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	b := d.browser()
	b.send("/console/forgot", nil).want(t, 200, "Send the link")
	known := b.send("/console/forgot", url.Values{"email": {"ann@example.org"}}).want(t, 200, "an e-mail is on its way")
	unknown := b.send("/console/forgot", url.Values{"email": {"nobody@example.org"}})
	if known.body != unknown.body {
		t.Error("the page tells who has an account, want it the same for everybody")
	}
	link := d.link()
	b.send(link, nil).want(t, 200, "Choose another password for this account")
	b.send(link, url.Values{"password": {"another quiet harbour lamp"}}).wantRedirect(t, "/console/sign-in?done=password_set")
	b.send("/console/sign-in", signInForm("ann", goodPassword)).want(t, 422, "do not belong together")
	b.send("/console/sign-in", signInForm("ann", "another quiet harbour lamp")).wantRedirect(t, "/console")
}

// TestSignInLink checks that a link without a password works once, and only on the server's own machine.
func TestSignInLink(t *testing.T) {
	for _, test := range []struct {
		name    string
		headers []string
		works   bool
	}{
		{"on this machine", nil, true},
		{"through a proxy", []string{"X-Forwarded-For", "192.0.2.1"}, false},
		{"by another name", []string{"Host", "rollcall.example.org"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t, func(o *app.Options) {
				if !test.works {
					o.PublicURL = "https://rollcall.example.org"
				}
			})
			u := d.user("ann", rollcall.RoleOwner)
			link, err := d.Service().NewSignInLink(t.Context(), d.Dealer, u.ID)
			d.must(err)
			b := d.browser()
			if !test.works {
				b.send(link, nil, test.headers...).want(t, 404, "This link does not work")
				b.send(link, url.Values{}, test.headers...).want(t, 404, "This link does not work")
				return
			}
			b.send(link, nil).want(t, 200, "This link signs you in once")
			b.send(link, url.Values{}).wantRedirect(t, "/console")
			b.send("/console/account", nil).want(t, 200, "Your account")
			d.browser().send(link, url.Values{}).want(t, 404, "This link does not work")
		})
	}
}

func TestWrongLinksAreLimited(t *testing.T) {
	d := newDesk(t)
	b := d.browser()
	for range 60 {
		b.send("/console/link/wrong", nil).want(t, 404, "This link does not work")
	}
	if got := b.send("/console/link/wrong", nil).want(t, 429, "Too many attempts"); got.Header.Get("Retry-After") == "" {
		t.Error("Retry-After is missing, want it set")
	}
}

func TestAccount(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	first, second := d.as("ann"), d.as("ann")
	first.send("/console/account/sessions", nil).want(t, 200, "This browser.").want(t, 200, "Sign out everywhere else")
	first.send("/console/account", url.Values{"current": {"wrong"}, "password": {"another quiet harbour lamp"}}).want(t, 422, "This is not your password.")
	first.send("/console/account", url.Values{"current": {goodPassword}, "password": {"short"}}).want(t, 422, "Use at least 12 characters.")
	second.send("/console/account", nil).want(t, 200, "Your account")

	other := d.as("ann")
	page := first.send("/console/account/sessions", nil)
	hash := hashes(page.body)[0]
	first.send("/console/account/sessions", url.Values{"session": {"00"}}).wantRedirect(t, "/console/account/sessions?done=session_ended")
	first.send("/console/account/sessions", url.Values{"session": {hash}}).wantRedirect(t, "/console/account/sessions?done=session_ended")
	ended := 0
	for _, b := range []*browser{first, second, other} {
		if b.send("/console/account", nil).StatusCode != 200 {
			ended++
		}
	}
	if ended != 1 || first.send("/console/account", nil).StatusCode != 200 {
		t.Errorf("%d sessions ended, want one, and not this one", ended)
	}
	first.send("/console/account/sessions", url.Values{}).wantRedirect(t, "/console/account/sessions?done=sessions_ended")
	second.send("/console/account", nil).wantRedirect(t, "/console/sign-in?to=%2Fconsole%2Faccount")
	other.send("/console/account", nil).wantRedirect(t, "/console/sign-in?to=%2Fconsole%2Faccount")
	if found := hashes(first.send("/console/account/sessions?done=sessions_ended", nil).want(t, 200, "All other browsers are signed out.").body); len(found) != 0 {
		t.Errorf("%d other sessions are listed, want none", len(found))
	}
}

// TestSessionsOfOthers checks that nobody ends the session of another user.
func TestSessionsOfOthers(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	d.user("bo", rollcall.RoleOwner)
	ann, bo := d.as("ann"), d.as("bo")
	d.as("ann")
	for _, hash := range hashes(ann.send("/console/account/sessions", nil).body) {
		bo.send("/console/account/sessions", url.Values{"session": {hash}})
	}
	if found := hashes(ann.send("/console/account/sessions", nil).body); len(found) != 1 {
		t.Errorf("%d other sessions, want the one", len(found))
	}
}
