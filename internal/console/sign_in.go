package console

import (
	"net/http"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// signInPage is the data of sign_in.html.
type signInPage struct {
	shell
	Email, Password field
	To, Held        string
	Lost            bool // a session ended while somebody typed
}

func (v *visit) signIn() error {
	if v.signedIn() {
		return v.redirect(Path)
	}
	return v.showSignIn(signInPage{To: v.localPath(v.r.URL.Query().Get("to"))})
}

// signInAgain shows the page after a form that was refused, and goes on to the same page after it.
func (v *visit) signInAgain() error {
	return v.showSignIn(signInPage{To: v.form.Get("to"), Held: v.form.Get("held")})
}

func (v *visit) showSignIn(p signInPage) error {
	p.shell = v.shell(v.t.SignIn)
	p.Email = v.field("email", v.t.Email, field{Type: "email", Autocomplete: "username", Required: true, Value: v.value("email", "")})
	p.Password = v.field("password", v.t.Password, field{Type: "password", Autocomplete: "current-password", Required: true})
	return v.show("sign_in", p)
}

// postSignIn checks an address and a password.
func (v *visit) postSignIn() error {
	email := strings.TrimSpace(v.form.Get("email"))
	if err := v.limitAccount(email); err != nil {
		v.status, v.problems = http.StatusTooManyRequests, map[string]string{"password": v.t.TooManyText}
		v.filled = withoutSecrets(v.form)
		web.SetRetryAfter(v.w, web.ErrorOf(err).RetryAfter)
		return v.signInAgain()
	}
	u, err := v.service.CheckPassword(v.r.Context(), email, v.form.Get("password"))
	switch {
	case err != nil && rollcall.KindOf(err) == rollcall.ValidationFailed:
		return v.again(err, (*visit).signInAgain)
	case err != nil:
		return err
	case u.TOTP.On():
		return v.askCode(u)
	}
	return v.enter(u)
}

// limitAccount counts an attempt to sign in: RateLimited.
func (v *visit) limitAccount(email string) error {
	request := web.FromContext(v.r.Context())
	network := request.Network()
	level := v.networks.Take(network, rollcall.NewRateLimit(networkPerMinute, networkBurst))
	if level.OK {
		key := account{hashOf(rollcall.EmailAddress(email).Key()), network}
		level = v.accounts.Take(key, rollcall.NewRateLimit(accountPerMinute, accountBurst))
	}
	if !level.OK {
		request.Limit = web.SignInLimit
		return &rollcall.Error{Kind: rollcall.RateLimited, RetryAfter: level.Retry}
	}
	return nil
}

// enter begins a session of a user, with a new token and without the values of an earlier user, and goes on to where they wanted to go.
func (v *visit) enter(u rollcall.User) error {
	ctx := v.r.Context()
	if err := v.sessions.Clear(ctx); err != nil {
		return err
	}
	if err := v.sessions.RenewToken(ctx); err != nil {
		return err
	}
	v.sessions.Put(ctx, dealerValue, string(u.Dealer))
	v.sessions.Put(ctx, userValue, string(u.ID))
	v.user = u
	web.FromContext(ctx).Dealer = string(u.Dealer)
	return v.resume(v.form.Get("held"), v.form.Get("to"))
}

// codePage is the data of code.html.
type codePage struct {
	shell
	Code              field
	Pending, To, Held string
}

// askCode shows the page that asks for a code of the second factor.
func (v *visit) askCode(u rollcall.User) error {
	pending, err := v.seal(sealPending, pendingSignIn{u.Dealer, u.ID, hashOf(u.Password), v.now().Add(pendingLife)})
	if err != nil {
		return err
	}
	return v.showCode(pending)
}

func (v *visit) showCode(pending string) error {
	p := codePage{shell: v.shell(v.t.SecondFactor), Pending: pending, To: v.form.Get("to"), Held: v.form.Get("held")}
	p.Code = v.field("code", v.t.Code, field{Type: "text", Autocomplete: "one-time-code", Required: true, Hint: v.t.CodeHint})
	return v.show("code", p)
}

func (v *visit) code() error { return v.redirect(signInPath) }

// postCode checks a code.
func (v *visit) postCode() error {
	var p pendingSignIn
	if !v.unseal(sealPending, v.form.Get("pending"), &p) || !v.now().Before(p.Expires) {
		v.status, v.notice = http.StatusUnauthorized, v.t.TooLate
		return v.signInAgain()
	}
	if level := v.codes.Take(p.User, rollcall.NewRateLimit(codesPerMinute, codesBurst)); !level.OK {
		web.FromContext(v.r.Context()).Limit = web.SignInLimit
		return &rollcall.Error{Kind: rollcall.RateLimited, RetryAfter: level.Retry}
	}
	u, err := v.service.CheckSecondFactor(v.r.Context(), p.Dealer, p.User, v.form.Get("code"))
	if err == nil && hashOf(u.Password) != p.Password || err != nil && rollcall.KindOf(err) == rollcall.UserNotFound {
		return v.redirect(signInPath)
	}
	if err != nil {
		return v.again(err, func(v *visit) error { return v.showCode(v.form.Get("pending")) })
	}
	return v.enter(u)
}

// postSignOut ends the session.
func (v *visit) postSignOut() error {
	if err := v.sessions.Destroy(v.r.Context()); err != nil {
		return err
	}
	return v.done(signInPath, "signed_out")
}
