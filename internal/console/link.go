package console

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// forgotPage is the data of forgot.html.
type forgotPage struct {
	shell
	Email field
	Asked bool
}

func (v *visit) forgot() error { return v.showForgot(false) }

func (v *visit) showForgot(asked bool) error {
	p := forgotPage{shell: v.shell(v.t.Forgot), Asked: asked}
	p.Email = v.field("email", v.t.Email, field{Type: "email", Autocomplete: "username", Required: true})
	return v.show("forgot", p)
}

// postForgot sends a link to set another password. Its answer doesn't tell whether there is an account.
func (v *visit) postForgot() error {
	email := v.form.Get("email")
	if err := v.limitAccount(email); err != nil {
		return err
	}
	if err := v.service.ForgotPassword(v.r.Context(), email); err != nil {
		return err
	}
	return v.showForgot(true)
}

// linkPage is the data of link.html.
type linkPage struct {
	shell
	Purpose  rollcall.LinkPurpose
	Email    string
	Password field
}

// link shows the page of a link in an e-mail, or of one that the demo printed. It uses nothing up, since programs follow links,
// too.
func (v *visit) link() error {
	u, err := v.userOfLink()
	if err != nil {
		return v.wrongLink(err)
	}
	p := linkPage{Purpose: u.Link.Purpose, Email: string(u.Email)}
	p.shell = v.shell(map[rollcall.LinkPurpose]string{
		rollcall.LinkInvite: v.t.Welcome, rollcall.LinkReset: v.t.NewPassword, rollcall.LinkSignIn: v.t.SignIn,
	}[p.Purpose])
	p.Password = v.field("password", v.t.NewPassword, field{Type: "password", Autocomplete: "new-password", Required: true, Hint: v.t.PasswordHint})
	return v.show("link", p)
}

// userOfLink returns the user of the link: LinkNotFound, also for a link that signs in from another machine.
func (v *visit) userOfLink() (rollcall.User, error) {
	u, err := v.service.UserOfLink(v.r.Context(), v.params["token"])
	if err == nil && u.Link.Purpose == rollcall.LinkSignIn && !onLoopback(v.r) {
		err = &rollcall.Error{Kind: rollcall.LinkNotFound}
	}
	return u, err
}

// postLink sets the password of the user of a link, who is then asked to sign in with it, or signs them in.
func (v *visit) postLink() error {
	u, err := v.userOfLink()
	if err != nil {
		return v.wrongLink(err)
	}
	if u.Link.Purpose == rollcall.LinkSignIn {
		if u, err = v.service.UseSignInLink(v.r.Context(), v.params["token"]); err != nil {
			return v.wrongLink(err)
		}
		return v.enter(u)
	}
	_, err = v.service.UsePasswordLink(v.r.Context(), v.params["token"], v.form.Get("password"))
	switch {
	case err == nil:
		return v.done(signInPath, "password_set")
	case rollcall.KindOf(err) == rollcall.LinkNotFound:
		return v.wrongLink(err)
	}
	return v.again(err, (*visit).link)
}

// wrongLink shows the page of a link that does not work.
func (v *visit) wrongLink(err error) error {
	if rollcall.KindOf(err) != rollcall.LinkNotFound {
		return err
	}
	request := web.FromContext(v.r.Context())
	if level := v.networks.Take(request.Network(), rollcall.NewRateLimit(networkPerMinute, networkBurst)); !level.OK {
		request.Limit = web.WrongLinkLimit
		return &rollcall.Error{Kind: rollcall.RateLimited, RetryAfter: level.Retry}
	}
	v.status = http.StatusNotFound
	return v.show("notice", noticePage{shell: v.shell(v.t.WrongLink), Texts: v.t.WrongLinkTexts, Link: forgotPath, LinkText: v.t.Forgot})
}
