package console

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Purposes of what a browser holds for the console, sealed so that it can't read or change it.
const (
	sealForm    = "rollcall console form"
	sealPending = "rollcall console second factor"
	sealKey     = "rollcall console new key"
	sealPlan    = "rollcall console roll call"
)

const (
	heldLife    = 30 * time.Minute
	pendingLife = 5 * time.Minute
)

// heldForm is a form that was posted without a session. The sign-in page has it in a hidden field, so that what was typed is not
// lost, and nothing about a person is in a URL or in the database.
type heldForm struct {
	Path    string
	Values  url.Values
	Expires time.Time
}

// hold shows the sign-in page with the posted form.
func (v *visit) hold() error {
	held, err := v.seal(sealForm, heldForm{v.r.URL.EscapedPath(), withoutSecrets(v.form), v.now().Add(heldLife)})
	if err != nil {
		return err
	}
	v.status = http.StatusUnauthorized
	return v.showSignIn(signInPage{Held: held, To: Path, Lost: true})
}

// resume shows the page of a held form with what was typed, or sends the browser on if there is none. The user is signed in.
func (v *visit) resume(held, to string) error {
	var form heldForm
	if !v.unseal(sealForm, held, &form) || !v.now().Before(form.Expires) {
		return v.redirect(v.localPath(to))
	}
	rt, params := v.match(form.Path)
	if rt == nil || rt.get == nil || !v.user.Role.Includes(rt.role) {
		return v.redirect(Path)
	}
	page, err := url.Parse(form.Path)
	if err != nil {
		return err
	}
	v.r = v.r.Clone(v.r.Context())
	v.r.URL = page
	v.params, v.filled, v.status, v.notice = params, form.Values, 0, v.t.Resumed
	return rt.get(v)
}

// pendingSignIn is a user who gave the right password and still needs a code.
type pendingSignIn struct {
	Dealer   rollcall.DealerID
	User     rollcall.UserID
	Password rollcall.Hash // of the stored one: another password makes this worthless
	Expires  time.Time
}

// seal returns a value for a hidden field.
func (v *visit) seal(purpose string, value any) (string, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	sealed, err := v.service.Seal(purpose, data)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// unseal reads what seal returned into value, and reports whether it was that.
func (v *visit) unseal(purpose, field string, value any) bool {
	sealed, err := base64.RawURLEncoding.DecodeString(field)
	if err != nil {
		return false
	}
	data, ok := v.service.Unseal(purpose, sealed)
	return ok && json.Unmarshal(data, value) == nil
}
