package console

import (
	"net/url"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// peoplePage is the data of people.html.
type peoplePage struct {
	shell
	People            []personRow
	Email, Name, Role field // of an invitation
}

// personRow is one user in the list.
type personRow struct {
	Path, Name, Email, Role, State string
	Self                           bool
}

func (v *visit) people() error {
	users, err := v.service.Users(v.r.Context(), v.user.Dealer)
	if err != nil {
		return err
	}
	p := peoplePage{shell: v.shell(v.t.People)}
	for i := range users {
		u := &users[i]
		p.People = append(p.People, personRow{
			Path: peoplePath + "/" + url.PathEscape(string(u.ID)), Name: u.Name, Email: string(u.Email), Role: v.t.Roles[u.Role],
			State: v.t.States[u.Status(v.now())], Self: u.ID == v.user.ID,
		})
	}
	p.Email = v.field("email", v.t.Email, field{Type: "email", Autocomplete: "off", Required: true, Value: v.value("email", "")})
	p.Name = v.field("name", v.t.Name, field{Type: "text", Autocomplete: "off", Required: true, Value: v.value("name", "")})
	p.Role = v.field("role", v.t.Role, field{Options: v.roleOptions(v.value("role", string(rollcall.RoleViewer)))})
	return v.show("people", p)
}

// roleOptions returns the choices of roles that the user may give.
func (v *visit) roleOptions(selected string) []option {
	var all []option
	for _, role := range rollcall.Roles() {
		if v.user.Role.Includes(role) {
			all = append(all, option{string(role), v.t.RoleChoices[role], string(role) == selected})
		}
	}
	return all
}

// postPeople invites a user.
func (v *visit) postPeople() error {
	link, err := v.service.InviteUser(v.r.Context(), v.caller(), rollcall.UserInput{
		Email: rollcall.Given(v.form.Get("email")), Name: rollcall.Given(v.form.Get("name")), Role: rollcall.Given(v.form.Get("role")),
	})
	if err != nil {
		return v.again(err, (*visit).people)
	}
	return v.sent(peoplePath, link, "invited")
}

// sent goes back to a page that says whether a link was sent. A link that wasn't is not shown: it would let the user's colleague
// act as them.
func (v *visit) sent(page string, link service.SentLink, what string) error {
	if !link.Sent {
		what = "not_sent"
	}
	return v.done(page, what)
}

// personPage is the data of person.html.
type personPage struct {
	shell
	Email, State string
	Self         bool
	Disabled     bool
	HasPassword  bool
	TOTPOn       bool
	Role         field
	People       string // path
}

func (v *visit) person() error {
	u, err := v.service.User(v.r.Context(), v.user.Dealer, rollcall.UserID(v.params["user_id"]))
	if err != nil {
		return err
	}
	p := personPage{
		shell: v.shell(u.Name), Email: string(u.Email), State: v.t.States[u.Status(v.now())], Self: u.ID == v.user.ID,
		Disabled: !u.Disabled.IsZero(), HasPassword: u.Password != "", TOTPOn: u.TOTP.On(), People: peoplePath,
	}
	p.Role = v.field("role", v.t.Role, field{Options: v.roleOptions(v.value("role", string(u.Role)))})
	return v.show("person", p)
}

// postPerson changes the role of a user, sends them a link, or disables or enables them.
func (v *visit) postPerson() error {
	ctx, caller, id := v.r.Context(), v.caller(), rollcall.UserID(v.params["user_id"])
	page := peoplePath + "/" + url.PathEscape(v.params["user_id"])
	var err error
	what := ""
	switch v.form.Get("action") {
	case "role":
		what = "role_saved"
		_, err = v.service.ChangeRole(ctx, caller, id, v.form.Get("role"))
	case "reset":
		link, err := v.service.ResetUser(ctx, caller, id, v.form.Get("without_codes") != "")
		if err != nil {
			return err
		}
		return v.sent(page, link, "link_sent")
	case "disable":
		what = "disabled"
		_, err = v.service.DisableUser(ctx, caller, id, true)
	case "enable":
		what = "enabled"
		_, err = v.service.DisableUser(ctx, caller, id, false)
	default:
		return &rollcall.Error{Kind: rollcall.InvalidRequest}
	}
	if err != nil {
		return v.again(err, (*visit).person)
	}
	return v.done(page, what)
}
