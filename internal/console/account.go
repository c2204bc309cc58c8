package console

import (
	"encoding/hex"
	"time"
)

// accountPage is the data of account.html.
type accountPage struct {
	shell
	Email, Role, Dealer string
	HasPassword         bool
	Current, Password   field
	Sessions, TOTP      string // paths
	TOTPOn              bool
}

func (v *visit) account() error {
	dealer, err := v.service.DealerOf(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	p := accountPage{
		shell: v.shell(v.t.Account), Email: string(v.user.Email), Role: v.t.Roles[v.user.Role], Dealer: dealer.Name,
		HasPassword: v.user.Password != "", Sessions: sessionsPath, TOTP: totpPath, TOTPOn: v.user.TOTP.On(),
	}
	p.Current = v.field("current", v.t.CurrentPassword, field{Type: "password", Autocomplete: "current-password", Required: true})
	p.Password = v.field("password", v.t.NewPassword, field{Type: "password", Autocomplete: "new-password", Required: true, Hint: v.t.PasswordHint})
	return v.show("account", p)
}

// postAccount changes the password.
func (v *visit) postAccount() error {
	err := v.service.ChangePassword(v.r.Context(), v.caller(), v.form.Get("current"), v.form.Get("password"), v.session())
	if err != nil {
		return v.again(err, (*visit).account)
	}
	return v.done(accountPath, "password_changed")
}

// sessionsPage is the data of sessions.html.
type sessionsPage struct {
	shell
	Account  string // path
	Sessions []sessionRow
}

// sessionRow is one session in the list.
type sessionRow struct {
	Hash          string
	Current       bool
	Created, Seen string
}

func (v *visit) sessionList() error {
	sessions, err := v.service.Sessions(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	p := sessionsPage{shell: v.shell(v.t.Sessions), Account: accountPath}
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, sessionRow{hex.EncodeToString(s.Hash[:]), s.Hash == v.session(), v.t.moment(s.Created, time.UTC), v.t.moment(s.Seen, time.UTC)})
	}
	return v.show("sessions", p)
}

// postSessions ends one session of the user, or all but this one.
func (v *visit) postSessions() error {
	ctx, wanted := v.r.Context(), v.form.Get("session")
	if wanted == "" {
		if err := v.service.EndOtherSessions(ctx, v.caller(), v.session()); err != nil {
			return err
		}
		return v.done(sessionsPath, "sessions_ended")
	}
	sessions, err := v.service.Sessions(ctx, v.caller())
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if hex.EncodeToString(s.Hash[:]) != wanted {
			continue
		}
		if s.Hash == v.session() {
			return v.postSignOut()
		}
		if err := v.service.EndSession(ctx, s.Hash); err != nil {
			return err
		}
	}
	return v.done(sessionsPath, "session_ended")
}
