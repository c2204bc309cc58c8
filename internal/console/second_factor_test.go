package console_test

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
)

// codeNow returns the code that an authenticator app shows.
func (d *desk) codeNow(secret string) string {
	d.Helper()
	code, err := totp.GenerateCode(secret, d.clock.Now())
	d.must(err)
	return code
}

// enableTOTP turns the second factor of a browser's user on.
func (b *browser) enableTOTP() (secret string, recovery []string) {
	b.Helper()
	page := b.send("/console/account/second-factor", nil).want(b.T, 200, `src="data:image/png;base64,`)
	secret = page.hidden(b.T, "secret")
	done := b.send("/console/account/second-factor", url.Values{"secret": {secret}, "code": {b.codeNow(secret)}}).want(b.T, 200, "Your recovery codes")
	recovery = regexp.MustCompile(`\b\w{4}-\w{4}-\w{4}-\w{4}\b`).FindAllString(done.body, -1)
	if len(recovery) != 10 {
		b.Fatalf("%d recovery codes, want 10", len(recovery))
	}
	return secret, recovery
}

// password gives the right password, and returns the form for the code.
func (b *browser) password(name string) url.Values {
	b.Helper()
	page := b.send("/console/sign-in", signInForm(name, goodPassword)).want(b.T, 200, "One more step")
	return url.Values{"pending": {page.hidden(b.T, "pending")}}
}

func TestSecondFactor(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	ann, other := d.as("ann"), d.as("ann")
	page := ann.send("/console/account/second-factor", nil)
	secret := page.hidden(t, "secret")
	same := ann.send("/console/account/second-factor", url.Values{"secret": {secret}, "code": {"000000"}}).want(t, 422, "This code is wrong")
	if same.hidden(t, "secret") != secret {
		t.Error("the key changes after a wrong code, want the one that was scanned")
	}
	secret, recovery := ann.enableTOTP()
	other.send("/console/account", nil).wantRedirect(t, "/console/sign-in?to=%2Fconsole%2Faccount")
	ann.send("/console/account", nil).want(t, 200, "On: signing in needs a code")

	b := d.browser()
	form := b.password("ann")
	b.send("/console/account", nil).wantRedirect(t, "/console/sign-in?to=%2Fconsole%2Faccount")
	form.Set("code", d.codeNow(secret)) // used to turn it on
	b.send("/console/code", form).want(t, 422, "was used before")
	d.clock.Advance(30 * time.Second)
	form.Set("code", d.codeNow(secret)[:3]+" "+d.codeNow(secret)[3:])
	b.send("/console/code", form).wantRedirect(t, "/console")
	b.send("/console/account", nil).want(t, 200, "Your account")
	d.browser().send("/console/code", form).want(t, 422, "was used before")

	for _, code := range []string{strings.ToUpper(recovery[3]), strings.ReplaceAll(recovery[4], "-", "")} {
		again := d.browser()
		form := again.password("ann")
		form.Set("code", code)
		again.send("/console/code", form).wantRedirect(t, "/console")
		d.browser().send("/console/code", form).want(t, 422, "was used before")
	}
	d.clock.Advance(time.Minute)
	ann.send("/console/account/second-factor", url.Values{"current": {"wrong"}}).want(t, 422, "This is not your password.")
	ann.send("/console/account/second-factor", url.Values{"current": {goodPassword}}).wantRedirect(t, "/console/account?done=totp_off")
	d.as("ann")
}

// TestSecondFactorIsBound checks that the right password is good for a code for five minutes, of this user, and until it changes.
func TestSecondFactorIsBound(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	ann := d.as("ann")
	secret, _ := ann.enableTOTP()
	d.clock.Advance(time.Minute)
	b := d.browser()
	form := b.password("ann")
	d.clock.Advance(5 * time.Minute)
	form.Set("code", d.codeNow(secret))
	b.send("/console/code", form).want(t, 401, "That took longer than five minutes.")
	for _, pending := range []string{"", "forged", form.Get("pending")[:20]} {
		b.send("/console/code", url.Values{"pending": {pending}, "code": {d.codeNow(secret)}}).want(t, 401, "Please sign in again.")
	}
	form = b.password("ann")
	ann.send("/console/account", url.Values{"current": {goodPassword}, "password": {"another quiet harbour lamp"}}).wantRedirect(t, "/console/account?done=password_changed")
	form.Set("code", d.codeNow(secret))
	b.send("/console/code", form).wantRedirect(t, "/console/sign-in")
	b.send("/console/account", nil).wantRedirect(t, "/console/sign-in?to=%2Fconsole%2Faccount")
}

// TestCodesAreLimited checks that codes are limited for a user, wherever they come from.
func TestCodesAreLimited(t *testing.T) {
	d := newDesk(t, trustLoopback)
	d.user("ann", rollcall.RoleOwner)
	b := d.browser()
	signedIn := b.send("/console/sign-in", signInForm("ann", goodPassword)).Header.Get("Set-Cookie")
	cookie, _, _ := strings.Cut(signedIn, ";")
	page := b.send("/console/account/second-factor", nil, "Cookie", cookie)
	secret := page.hidden(t, "secret")
	b.send("/console/account/second-factor", url.Values{"secret": {secret}, "code": {d.codeNow(secret)}}, "Cookie", cookie).want(t, 200, "recovery")
	form := b.password("ann")
	form.Set("code", "000000")
	var got []int
	for i := range 12 {
		got = append(got, b.send("/console/code", form, "X-Forwarded-For", "192.0.2."+string(rune('1'+i%9))).StatusCode)
	}
	if want := append(slices.Repeat([]int{422}, 10), 429, 429); !slices.Equal(got, want) {
		t.Errorf("statuses of wrong codes = %v, want %v", got, want)
	}
}

// TestLostSecondFactor checks that an owner turns off the second factor of a user who has lost it, and that a form is kept
// through the second step.
func TestLostSecondFactor(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	ann := d.user("ann", rollcall.RoleOwner)
	secret, _ := d.as("ann").enableTOTP()
	d.clock.Advance(time.Minute)

	b := d.browser()
	held := b.send("/console/people", invitation("Bo", "viewer")).want(t, 401, "what you typed is kept").hidden(t, "held")
	form := signInForm("ann", goodPassword)
	form.Set("held", held)
	page := b.send("/console/sign-in", form).want(t, 200, "One more step")
	b.send("/console/code", url.Values{"pending": {page.hidden(t, "pending")}, "held": {page.hidden(t, "held")}, "code": {d.codeNow(secret)}}).
		want(t, 200, `value="bo@example.org"`)

	owner, path := d.as("olivia"), "/console/people/"+string(ann.ID)
	owner.send(path, nil).want(t, 200, "Also turn off their second factor")
	owner.send(path, url.Values{"action": {"reset"}, "without_codes": {"yes"}}).wantRedirect(t, path+"?done=link_sent")
	d.browser().send(d.link(), url.Values{"password": {goodPassword}}).wantRedirect(t, "/console/sign-in?done=password_set")
	d.as("ann")
}

// TestSecondFactorSurvivesAnotherSecret checks that a code stores its key with the newest server secret, so that an older one can
// go once everybody has signed in.
func TestSecondFactorSurvivesAnotherSecret(t *testing.T) {
	old, fresh := strings.Repeat("11", 32), strings.Repeat("22", 32)
	var o app.Options
	d := newDesk(t, func(given *app.Options) {
		given.Secret = cmp.Or(given.Secret, old)
		o = *given
	})
	ann := d.user("ann", rollcall.RoleViewer)
	secret, _ := d.as("ann").enableTOTP()
	for _, secrets := range []string{fresh + "," + o.Secret, fresh} {
		o.Secret = secrets
		a, err := app.Open(t.Context(), o)
		d.must(err)
		d.clock.Advance(time.Minute)
		if _, err := a.Service().CheckSecondFactor(t.Context(), d.Dealer, ann.ID, d.codeNow(secret)); err != nil {
			t.Errorf("with the secrets %.4s…: %v, want the code accepted", secrets, err)
		}
		d.must(a.Close())
	}
}
