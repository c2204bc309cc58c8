package console_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
)

func invitation(name, role string) url.Values {
	return url.Values{"email": {strings.ToLower(name) + "@example.org"}, "name": {name}, "role": {role}}
}

func TestPeople(t *testing.T) {
	d := newDesk(t)
	owner := d.user("olivia", rollcall.RoleOwner)
	b := d.as("olivia")
	b.send("/console/people", nil).want(t, 200, "olivia@example.org</bdi> · owner").want(t, 200, "(you)")
	b.send("/console/people", invitation("Bo", "manager")).wantRedirect(t, "/console/people?done=invited")
	page := b.send("/console/people?done=invited", nil).want(t, 200, "invited, no password yet").want(t, 200, "The invitation is on its way")
	d.browser().send(d.link(), url.Values{"password": {goodPassword}}).wantRedirect(t, "/console/sign-in?done=password_set")
	again := b.send("/console/people", invitation("Bo", "manager")).want(t, 422, "already has an account").want(t, 422, `value="bo@example.org"`)
	again.want(t, 422, `<option value="manager" selected>`)
	b.send("/console/people", url.Values{"role": {"boss"}}).want(t, 422, "Give one address").want(t, 422, "Give a name.").want(t, 422, "Choose one of the roles.")

	bo := personPath(t, page.body, "Bo")
	b.send(bo, url.Values{"action": {"role"}, "role": {"viewer"}}).wantRedirect(t, bo+"?done=role_saved")
	d.as("bo").send("/console/account", nil).want(t, 200, "viewer at")
	b.send(bo, url.Values{"action": {"reset"}}).wantRedirect(t, bo+"?done=link_sent")
	d.browser().send(d.link(), nil).want(t, 200, "Choose another password")
	worker := d.as("bo")
	b.send(bo, url.Values{"action": {"disable"}}).wantRedirect(t, bo+"?done=disabled")
	worker.send("/console/account", nil).wantRedirect(t, "/console/sign-in?to=%2Fconsole%2Faccount")
	d.browser().send("/console/sign-in", signInForm("bo", goodPassword)).want(t, 422, "do not belong together")
	b.send(bo, url.Values{"action": {"enable"}}).wantRedirect(t, bo+"?done=enabled")
	d.as("bo")
	b.send(bo, url.Values{"action": {"other"}}).want(t, 400, "Nothing was changed")

	self := "/console/people/" + string(owner.ID)
	for _, form := range []url.Values{{"action": {"disable"}}, {"action": {"role"}, "role": {"viewer"}}} {
		b.send(self, form).want(t, 422, "This is the last owner who can sign in.")
	}
	b.send("/console/people/user_none", nil).want(t, 404, "There is no such page")
	b.send("/console/people/user_none", url.Values{"action": {"disable"}}).want(t, 404, "There is no such page")
}

// personPath returns the path of the page of a person in the list.
func personPath(t *testing.T, body, name string) string {
	t.Helper()
	before, _, found := strings.Cut(body, `"><bdi>`+name+`</bdi>`)
	if !found {
		t.Fatalf("%s is not in the list:\n%s", name, body)
	}
	return before[strings.LastIndex(before, `"`)+1:]
}

// TestPeopleOfAnotherDealer checks that an owner sees and changes nobody of another dealer.
func TestPeopleOfAnotherDealer(t *testing.T) {
	d := newDesk(t)
	mine := d.user("ann", rollcall.RoleOwner)
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	home := d.Dealer
	d.Dealer = other.ID
	d.user("stranger", rollcall.RoleOwner)
	b := d.as("stranger")
	if page := b.send("/console/people", nil); strings.Contains(page.body, "ann@") {
		t.Error("the list has a user of another dealer")
	}
	for _, action := range []string{"role", "reset", "disable", "enable"} {
		b.send("/console/people/"+string(mine.ID), url.Values{"action": {action}, "role": {"viewer"}}).want(t, 404, "There is no such page")
	}
	after, err := d.Service().User(t.Context(), home, mine.ID)
	d.must(err)
	if !after.MaySignIn() || after.Role != rollcall.RoleOwner || after.Link.Purpose != "" {
		t.Errorf("the user of the other dealer is %+v, want nothing changed", after)
	}
}

// TestInvitationsWithoutMail checks that the page says so, and shows no link by which an owner could act as somebody else.
func TestInvitationsWithoutMail(t *testing.T) {
	d := newDesk(t, func(o *app.Options) { o.Delivery = "" })
	d.user("olivia", rollcall.RoleOwner)
	b := d.as("olivia")
	b.send("/console/people", invitation("Bo", "viewer")).wantRedirect(t, "/console/people?done=not_sent")
	if page := b.send("/console/people?done=not_sent", nil).want(t, 200, "rollcall user reset"); strings.Contains(page.body, "/console/link/") {
		t.Error("the page shows the link of somebody else")
	}
}

// TestFormsAreKept checks that a form of a session that ended is filled in again after signing in, without secrets, also with a
// second try, and that it is kept only for half an hour.
func TestFormsAreKept(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	hold := func() (*browser, reply) {
		t.Helper()
		b := d.as("olivia")
		d.clock.Advance(12 * time.Hour)
		form := invitation(`Zoë "<b>`, "manager")
		form.Set("password", "typed by mistake")
		return b, b.send("/console/people", form).want(t, http.StatusUnauthorized, "what you typed is kept")
	}
	b, page := hold()
	if strings.Contains(page.body, "Zoë") || strings.Contains(page.body, "mistake") || page.Header.Get("Location") != "" {
		t.Errorf("the sign-in page shows what was typed, want it sealed:\n%s", page.body)
	}
	form := signInForm("olivia", "wrong")
	form.Set("held", page.hidden(t, "held"))
	page = b.send("/console/sign-in", form).want(t, 422, "do not belong together")
	form = signInForm("olivia", goodPassword)
	form.Set("held", page.hidden(t, "held"))
	back := b.send("/console/sign-in", form).want(t, 200, "what you typed is here").want(t, 200, `value="Zoë &#34;&lt;b&gt;"`)
	back.want(t, 200, `<option value="manager" selected>`).want(t, 200, `action="/console/people"`)
	if strings.Contains(back.body, "mistake") {
		t.Error("a password was kept, want it left out")
	}
	b.send("/console/people", nil).want(t, 200, "Invite somebody")

	b, page = hold()
	d.clock.Advance(30 * time.Minute)
	form.Set("held", page.hidden(t, "held"))
	b.send("/console/sign-in", form).wantRedirect(t, "/console")
	form.Set("held", "forged")
	d.browser().send("/console/sign-in", form).wantRedirect(t, "/console")

	d.user("ann", rollcall.RoleViewer) // who may not see that page
	_, page = hold()
	form = signInForm("ann", goodPassword)
	form.Set("held", page.hidden(t, "held"))
	d.browser().send("/console/sign-in", form).wantRedirect(t, "/console")
}

// TestNamesAreText checks that names are shown as text, whatever they are.
func TestNamesAreText(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	b := d.as("olivia")
	const hostile = `</title><script>alert(1)</script>" onload="x`
	b.send("/console/people", url.Values{"email": {"x@example.org"}, "name": {hostile}, "role": {"viewer"}}).wantRedirect(t, "/console/people?done=invited")
	page := b.send("/console/people", nil).want(t, 200, `&lt;script&gt;alert(1)&lt;/script&gt;`)
	if strings.Contains(page.body, "<script>") || strings.Contains(page.body, `" onload`) {
		t.Errorf("a name is markup:\n%s", page.body)
	}
}

// TestFormsNameTheirPage checks that each form says where it is posted to: after somebody has signed in again, the browser shows
// the page of a held form at the address of the sign-in page.
func TestFormsNameTheirPage(t *testing.T) {
	files, err := filepath.Glob("templates/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("the templates are %v, %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range regexp.MustCompile(`<form[^>]*method="post"[^>]*>`).FindAllString(string(content), -1) {
			if !strings.Contains(form, " action=") {
				t.Errorf("%s has %s, want an action", file, form)
			}
		}
	}
	d := newDesk(t)
	bo := d.user("bo", rollcall.RoleViewer)
	d.user("olivia", rollcall.RoleOwner)
	b := d.as("olivia")
	d.clock.Advance(12 * time.Hour)
	page := "/console/people/" + string(bo.ID)
	form := signInForm("olivia", goodPassword)
	form.Set("held", b.send(page, url.Values{"action": {"role"}, "role": {"manager"}}).hidden(t, "held"))
	b.send("/console/sign-in", form).want(t, 200, `<form method="post" action="`+page+`">`).want(t, 200, `<a href="/console/people" aria-current="page">`)
}
