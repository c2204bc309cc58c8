package console

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image/png"
)

// qrSize is the width and height of the QR code, in pixels.
const qrSize = 200

// totpPage is the data of second_factor.html.
type totpPage struct {
	shell
	On          bool
	HasPassword bool
	Current     field        // to turn it off
	QR          template.URL // of a picture within the page
	Secret      string
	Code        field
}

// totp shows the page that turns the user's second factor on, or off.
func (v *visit) totp() error {
	p := totpPage{shell: v.shell(v.t.TOTP), On: v.user.TOTP.On(), HasPassword: v.user.Password != ""}
	if p.On {
		p.Current = v.field("current", v.t.Password, field{Type: "password", Autocomplete: "current-password", Required: true})
		return v.show("second_factor", p)
	}
	key, err := v.service.NewTOTP(v.r.Context(), v.caller(), v.form.Get("secret"))
	if err != nil {
		return err
	}
	picture, err := key.Image(qrSize, qrSize)
	if err != nil {
		return err
	}
	var code bytes.Buffer
	if err := png.Encode(&code, picture); err != nil {
		return err
	}
	p.QR, p.Secret = template.URL("data:image/png;base64,"+base64.StdEncoding.EncodeToString(code.Bytes())), key.Secret()
	p.Code = v.field("code", v.t.TOTPCode, field{Type: "text", Autocomplete: "one-time-code", Required: true})
	return v.show("second_factor", p)
}

// recoveryPage is the data of recovery.html.
type recoveryPage struct {
	shell
	Codes   []string
	Account string // path
}

// postTOTP turns the second factor off if it is on, and otherwise on.
func (v *visit) postTOTP() error {
	ctx := v.r.Context()
	if v.user.TOTP.On() {
		if err := v.service.DisableTOTP(ctx, v.caller(), v.form.Get("current")); err != nil {
			return v.again(err, (*visit).totp)
		}
		return v.done(accountPath, "totp_off")
	}
	codes, err := v.service.EnableTOTP(ctx, v.caller(), v.form.Get("secret"), v.form.Get("code"), v.session())
	if err != nil {
		return v.again(err, (*visit).totp)
	}
	return v.show("recovery", recoveryPage{shell: v.shell(v.t.Recovery), Codes: codes, Account: accountPath})
}
