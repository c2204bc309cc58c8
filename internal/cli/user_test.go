package cli

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

// userOf creates a user and returns the id.
func userOf(t *testing.T, data, dealer string, flags ...string) (id string, made map[string]any) {
	t.Helper()
	made = succeedJSON(t, append([]string{"user", "create", "--dealer", dealer, "--data", data}, flags...)...)
	return made["user_id"].(string), made
}

func TestUsers(t *testing.T) {
	data, dealer, _ := dealerWithKey(t)
	ann, made := userOf(t, data, dealer, "--email", "ann@example.org", "--name", "Ann Lee", "--role", "owner")
	same(t, made, `{"user_id": "any", "dealer_id": "any", "email": "ann@example.org", "name": "Ann Lee", "role": "owner", "status": "invited",
		"second_factor": null, "created_at": "time", "disabled_at": null, "sent": false, "expires_at": "time"}`)
	link := made["link"].(string)
	if !strings.HasPrefix(link, "http://127.0.0.1:8080/console/link/") || len(link) < len("http://127.0.0.1:8080/console/link/")+32 {
		t.Errorf("link = %q, want one to a server on this machine, with a long token", link)
	}
	matches(t, succeed(t, "user", "list", "--dealer", dealer, "--data", data),
		`USER +NAME +E-MAIL +ROLE +STATUS +SECOND FACTOR +CREATED\nuser_\w+ +Ann Lee +ann@example.org +owner +invited +- +\S+\n`)
	matches(t, succeed(t, "user", "reset", ann, "--dealer", dealer, "--data", data, "--public-url", "https://rollcall.example.org/"),
		`No provider sends e-mail here, so give them this link yourself\. It works once, until \S+:\n\n  https://rollcall\.example\.org/console/link/\S{32}\n\nWhoever has it can set the password\.\n`)
	matches(t, succeed(t, "user", "disable", ann, "--dealer", dealer, "--data", data), `User user_\w+ is disabled: they are signed out and can't sign in\.\n`)
	same(t, succeedJSON(t, "user", "list", "--dealer", dealer, "--data", data), `{"users": [{"status": "disabled", "disabled_at": "time"}]}`)
	if r := run(t, "user", "reset", ann, "--dealer", dealer, "--data", data); r.status != exitFailed || !strings.Contains(r.err, "this user is disabled; enable them first") {
		t.Errorf("reset of a disabled user: status %d, want 1\n%s", r.status, r.err)
	}
	same(t, succeedJSON(t, "user", "disable", ann, "--lift", "--dealer", dealer, "--data", data), `{"disabled": false}`)
}

func TestUserErrors(t *testing.T) {
	data, dealer, _ := dealerWithKey(t)
	userOf(t, data, dealer, "--email", "ann@example.org", "--name", "Ann", "--role", "viewer")
	for _, test := range []struct {
		name, want string
		args       []string
	}{
		{"an address that is taken", "rollcall: --email is taken by another user of this server\n",
			[]string{"create", "--dealer", dealer, "--email", "ANN@Example.org", "--name", "Ann", "--role", "owner"}},
		{"wrong values", "rollcall: 3 values are wrong\n  --email must be one address such as name@example.org\n  --name must not be blank\n  --role must be one of viewer, manager, owner\n",
			[]string{"create", "--dealer", dealer, "--email", "ann", "--name", "", "--role", "boss"}},
		{"no such dealer", "rollcall: dealer dealer_none not found; `rollcall dealer list --data " + data + "` lists the dealers\n",
			[]string{"create", "--dealer", "dealer_none", "--email", "bo@example.org", "--name", "Bo", "--role", "owner"}},
		{"no such user", "rollcall: no such user of this dealer; `rollcall user list --dealer " + dealer + " --data " + data + "` lists them\n",
			[]string{"reset", "user_none", "--dealer", dealer}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if r := run(t, append(append([]string{"user"}, test.args...), "--data", data)...); r.status != exitFailed || r.err != test.want {
				t.Errorf("status %d: %swant 1: %s", r.status, r.err, test.want)
			}
		})
	}
}

func TestUserIsInvitedByMail(t *testing.T) {
	data, dealer, _ := dealerWithKey(t)
	server := testkit.NewMailServer(t, false)
	flags := []string{"--smtp-url", server.URL(), "--mail-from", "alarms@example.org", "--public-url", "https://rollcall.example.org"}
	ann, made := userOf(t, data, dealer, append(flags, "--email", "ann@example.org", "--name", "Ann Lee", "--role", "owner")...)
	same(t, made, `{"sent": true, "link": null}`)
	if out := succeed(t, append([]string{"user", "reset", ann, "--dealer", dealer, "--data", data}, flags...)...); !strings.HasPrefix(out, "The link was sent by e-mail.") {
		t.Errorf("reset printed %q, want that the link was sent", out)
	}
	var subjects []string
	for _, mail := range server.Mails() {
		subjects = append(subjects, regexp.MustCompile(`(?m)^Subject: (.*?)\r?$`).FindStringSubmatch(mail.Text)[1])
		if mail.To != "ann@example.org" || !strings.Contains(mail.Text, "https://rollcall.example.org/console/link/") {
			t.Errorf("mail to %s has no link:\n%s", mail.To, mail.Text)
		}
	}
	if want := []string{"Harbour Alarm: your account", "Harbour Alarm: your account"}; !slices.Equal(subjects, want) {
		t.Errorf("subjects = %q, want %q: an invitation until there is a password", subjects, want)
	}
}
