package app_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const goodPassword = "four quiet harbour lamps"

// staff is an application whose users get their e-mails captured.
type staff struct {
	*testing.T
	*testkit.App
	clock *testkit.Clock

	mu    sync.Mutex
	mails []rollcall.Message
}

func newStaff(t *testing.T) *staff {
	t.Helper()
	x := &staff{T: t, clock: testkit.NewClock()}
	x.App = testkit.NewApp(t, func(o *app.Options) {
		o.Now = x.clock.Now
		o.OnCaptured = func(m rollcall.Message) {
			x.mu.Lock()
			defer x.mu.Unlock()
			x.mails = append(x.mails, m)
		}
	})
	return x
}

func (x *staff) must(err error) {
	x.Helper()
	if err != nil {
		x.Fatal(err)
	}
}

func (x *staff) kind(err error, want rollcall.Kind) {
	x.Helper()
	if err == nil || rollcall.KindOf(err) != want {
		x.Errorf("error %v, want %s", err, want)
	}
}

// token returns the token in the newest e-mail to a user.
func (x *staff) token() string {
	x.Helper()
	x.Service().Wait()
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.mails) == 0 {
		x.Fatal("no e-mail was sent to a user")
	}
	return x.mails[len(x.mails)-1].Link[strings.LastIndexByte(x.mails[len(x.mails)-1].Link, '/')+1:]
}

func (x *staff) invite(caller service.Caller, email string, role rollcall.Role) rollcall.User {
	x.Helper()
	link, err := x.Service().InviteUser(x.Context(), caller, rollcall.UserInput{
		Email: rollcall.Given(email), Name: rollcall.Given("Ann Lee"), Role: rollcall.Given(string(role)),
	})
	x.must(err)
	if !link.Sent || link.URL != "" {
		x.Fatalf("link = %+v, want it sent and not returned", link)
	}
	return link.User
}

// user adds a user with goodPassword, and returns them as a caller.
func (x *staff) user(email string, role rollcall.Role) service.Caller {
	x.Helper()
	u := x.invite(service.Caller{Dealer: x.Dealer}, email, role)
	_, err := x.Service().UsePasswordLink(x.Context(), x.token(), goodPassword)
	x.must(err)
	return service.Caller{Dealer: x.Dealer, User: u.ID, Role: role}
}

func (x *staff) signsIn(email, password string) bool {
	x.Helper()
	_, err := x.Service().CheckPassword(x.Context(), email, password)
	if err != nil && rollcall.KindOf(err) != rollcall.ValidationFailed {
		x.Fatal(err)
	}
	return err == nil
}

func (x *staff) session(caller service.Caller, n byte) {
	x.Helper()
	x.must(x.Service().SaveSession(x.Context(), rollcall.Session{Dealer: caller.Dealer, User: caller.User, Hash: rollcall.Hash{n}}))
}

// open returns which of the sessions 1 to 5 are open.
func (x *staff) open() (open []byte) {
	x.Helper()
	for n := byte(1); n <= 5; n++ {
		_, _, found, err := x.Service().Session(x.Context(), rollcall.Hash{n})
		x.must(err)
		if found {
			open = append(open, n)
		}
	}
	return open
}

func (x *staff) wantOpen(when string, want ...byte) {
	x.Helper()
	if got := x.open(); string(got) != string(want) {
		x.Errorf("open sessions %s: %v, want %v", when, got, want)
	}
}

func TestLinkOfAUserWorksOnce(t *testing.T) {
	x := newStaff(t)
	u := x.invite(service.Caller{Dealer: x.Dealer}, "ann@example.org", rollcall.RoleViewer)
	if x.signsIn("ann@example.org", "") {
		t.Error("an invited user signs in without a password, want it refused")
	}
	token := x.token()
	found, err := x.Service().UserOfLink(t.Context(), token)
	x.must(err)
	if found.ID != u.ID || found.Link.Purpose != rollcall.LinkInvite {
		t.Errorf("UserOfLink = %+v, want the invited user", found)
	}
	_, err = x.Service().UsePasswordLink(t.Context(), token, "short")
	x.kind(err, rollcall.ValidationFailed)
	_, err = x.Service().UsePasswordLink(t.Context(), token, goodPassword)
	x.must(err)
	_, err = x.Service().UsePasswordLink(t.Context(), token, "another quiet harbour lamp")
	x.kind(err, rollcall.LinkNotFound)
	if !x.signsIn("ANN@EXAMPLE.ORG", goodPassword) || x.signsIn("ann@example.org", goodPassword+"!") {
		t.Error("the user doesn't sign in with their password alone, want that")
	}
}

func TestLinkOfAUserExpires(t *testing.T) {
	x := newStaff(t)
	x.invite(service.Caller{Dealer: x.Dealer}, "ann@example.org", rollcall.RoleViewer)
	invitation := x.token()
	x.clock.Advance(7*24*time.Hour - time.Second)
	_, err := x.Service().UserOfLink(t.Context(), invitation)
	x.must(err)
	x.clock.Advance(time.Second)
	_, err = x.Service().UsePasswordLink(t.Context(), invitation, goodPassword)
	x.kind(err, rollcall.LinkNotFound)

	x.user("bo@example.org", rollcall.RoleViewer)
	x.must(x.Service().ForgotPassword(t.Context(), "Bo@example.org"))
	reset := x.token()
	x.clock.Advance(time.Hour - time.Second)
	_, err = x.Service().UserOfLink(t.Context(), reset)
	x.must(err)
	x.clock.Advance(time.Second)
	_, err = x.Service().UserOfLink(t.Context(), reset)
	x.kind(err, rollcall.LinkNotFound)
}

// TestForgottenPassword checks that asking is answered alike for everybody, that the newest link alone works, and that using it
// ends all sessions.
func TestForgottenPassword(t *testing.T) {
	x := newStaff(t)
	ann := x.user("ann@example.org", rollcall.RoleViewer)
	gone := x.user("gone@example.org", rollcall.RoleViewer)
	_, err := x.Service().DisableUser(t.Context(), service.Caller{Dealer: x.Dealer}, gone.User, true)
	x.must(err)
	sent := len(x.mails)
	for _, email := range []string{"nobody@example.org", "", "not an address", "gone@example.org"} {
		x.must(x.Service().ForgotPassword(t.Context(), email))
	}
	x.Service().Wait()
	if len(x.mails) != sent {
		t.Errorf("%d e-mails to people without an account, want none", len(x.mails)-sent)
	}
	x.session(ann, 1)
	x.session(ann, 2)
	x.must(x.Service().ForgotPassword(t.Context(), "ann@example.org"))
	first := x.token()
	sent = len(x.mails)
	x.must(x.Service().ForgotPassword(t.Context(), "ann@example.org"))
	if x.Service().Wait(); len(x.mails) != sent {
		t.Error("a second e-mail was sent at once, want one in five minutes")
	}
	x.clock.Advance(5 * time.Minute)
	x.must(x.Service().ForgotPassword(t.Context(), "ann@example.org"))
	second := x.token()
	if !x.signsIn("ann@example.org", goodPassword) {
		t.Error("the old password doesn't work before the link is used, want it to")
	}
	x.wantOpen("before the link is used", 1, 2)
	_, err = x.Service().UsePasswordLink(t.Context(), first, "another quiet harbour lamp")
	x.kind(err, rollcall.LinkNotFound)
	_, err = x.Service().UsePasswordLink(t.Context(), second, "another quiet harbour lamp")
	x.must(err)
	x.wantOpen("after a reset")
	if x.signsIn("ann@example.org", goodPassword) || !x.signsIn("ann@example.org", "another quiet harbour lamp") {
		t.Error("the old password works after the link was used, want the new one to")
	}
}

func TestChangedPasswordEndsOtherSessions(t *testing.T) {
	x := newStaff(t)
	ann, bo := x.user("ann@example.org", rollcall.RoleViewer), x.user("bo@example.org", rollcall.RoleViewer)
	x.session(ann, 1)
	x.session(ann, 2)
	x.session(bo, 3)
	x.kind(x.Service().ChangePassword(t.Context(), ann, "wrong", "another quiet harbour lamp", rollcall.Hash{2}), rollcall.ValidationFailed)
	x.kind(x.Service().ChangePassword(t.Context(), ann, goodPassword, "short", rollcall.Hash{2}), rollcall.ValidationFailed)
	x.wantOpen("after refused changes", 1, 2, 3)
	x.must(x.Service().ChangePassword(t.Context(), ann, goodPassword, "another quiet harbour lamp", rollcall.Hash{2}))
	x.wantOpen("after the change", 2, 3)
}

func TestSessionsExpire(t *testing.T) {
	x := newStaff(t)
	ann := x.user("ann@example.org", rollcall.RoleViewer)
	x.session(ann, 1)
	x.session(ann, 2)
	for range 13 { // 11 hours at a time, so that session 1 is never idle for long
		x.clock.Advance(11 * time.Hour)
		_, _, found, err := x.Service().Session(t.Context(), rollcall.Hash{1})
		x.must(err)
		if !found {
			t.Fatal("a session that is used ended, want it open for 7 days")
		}
	}
	x.wantOpen("after 143 hours", 1)
	x.clock.Advance(24 * time.Hour)
	x.session(ann, 3)
	x.wantOpen("after 167 hours, one of them unused for 24", 3)
	x.session(ann, 4)
	for range 15 {
		x.clock.Advance(11 * time.Hour)
		x.open()
	}
	x.clock.Advance(3*time.Hour - time.Second)
	x.wantOpen("before 7 days of use", 3, 4)
	x.clock.Advance(time.Second)
	x.wantOpen("after 7 days of use")
	x.must(x.Service().Sweep(context.WithoutCancel(t.Context())))
	sessions, err := x.Service().Sessions(t.Context(), ann)
	x.must(err)
	if len(sessions) != 0 {
		t.Errorf("%d sessions after the sweep, want none", len(sessions))
	}
}

func TestSessionsEndWithTheirUser(t *testing.T) {
	x := newStaff(t)
	operator := service.Caller{Dealer: x.Dealer}
	ann := x.user("ann@example.org", rollcall.RoleViewer)
	x.session(ann, 1)
	for _, suspend := range []bool{true, false} {
		x.must(x.Service().SuspendDealer(t.Context(), x.Dealer, suspend))
		if got := len(x.open()) == 1 && x.signsIn("ann@example.org", goodPassword); got == suspend {
			t.Errorf("signed in = %v with the dealer suspended = %v", got, suspend)
		}
	}
	_, err := x.Service().DisableUser(t.Context(), operator, ann.User, true)
	x.must(err)
	x.wantOpen("of a disabled user")
	if x.signsIn("ann@example.org", goodPassword) {
		t.Error("a disabled user signs in, want it refused")
	}
	_, err = x.Service().DisableUser(t.Context(), operator, ann.User, false)
	x.must(err)
	x.wantOpen("of a user who is enabled again")
	if !x.signsIn("ann@example.org", goodPassword) {
		t.Error("a user who is enabled again doesn't sign in, want them to")
	}
}

// TestRolesManageUsers checks that only owners manage users, that the last one stays, and that an operator may do anything.
func TestRolesManageUsers(t *testing.T) {
	x := newStaff(t)
	ctx, operator := t.Context(), service.Caller{Dealer: x.Dealer}
	owner, manager, viewer := x.user("owner@example.org", rollcall.RoleOwner), x.user("manager@example.org", rollcall.RoleManager), x.user("viewer@example.org", rollcall.RoleViewer)
	for _, caller := range []service.Caller{manager, viewer, {Dealer: x.Dealer, Key: "key_1"}} {
		for _, id := range []rollcall.UserID{owner.User, viewer.User} {
			_, err := x.Service().ChangeRole(ctx, caller, id, "viewer")
			x.kind(err, rollcall.PermissionDenied)
			_, err = x.Service().DisableUser(ctx, caller, id, true)
			x.kind(err, rollcall.PermissionDenied)
			_, err = x.Service().ResetUser(ctx, caller, id, true)
			x.kind(err, rollcall.PermissionDenied)
		}
		_, err := x.Service().InviteUser(ctx, caller, rollcall.UserInput{
			Email: rollcall.Given("new@example.org"), Name: rollcall.Given("New"), Role: rollcall.Given("viewer"),
		})
		x.kind(err, rollcall.PermissionDenied)
	}
	x.invite(owner, "invited@example.org", rollcall.RoleOwner) // who can't sign in yet
	_, err := x.Service().DisableUser(ctx, owner, owner.User, true)
	x.kind(err, rollcall.ValidationFailed)
	_, err = x.Service().ChangeRole(ctx, owner, owner.User, "manager")
	x.kind(err, rollcall.ValidationFailed)
	second, err := x.Service().ChangeRole(ctx, owner, manager.User, "owner")
	x.must(err)
	if second.Role != rollcall.RoleOwner {
		t.Errorf("role = %s, want owner", second.Role)
	}
	_, err = x.Service().DisableUser(ctx, owner, owner.User, true)
	x.must(err)
	_, err = x.Service().DisableUser(ctx, operator, manager.User, true)
	x.must(err)
	other, err := x.Service().CreateDealer(ctx, rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	x.must(err)
	_, err = x.Service().DisableUser(ctx, service.Caller{Dealer: other.ID, User: owner.User, Role: rollcall.RoleOwner}, viewer.User, true)
	x.kind(err, rollcall.UserNotFound)
}

// TestUnknownAddressesTakeAsLong checks that the time of an answer doesn't tell who has an account.
func TestUnknownAddressesTakeAsLong(t *testing.T) {
	x := newStaff(t)
	x.user("ann@example.org", rollcall.RoleViewer)
	x.invite(service.Caller{Dealer: x.Dealer}, "invited@example.org", rollcall.RoleViewer)
	x.signsIn("nobody@example.org", "") // the first hash for unknown users is made once
	const known = "ann@example.org"
	fastest := map[string]time.Duration{known: time.Hour, "nobody@example.org": time.Hour, "invited@example.org": time.Hour, "": time.Hour, "not an address": time.Hour}
	for range 6 { // in turns, so that all see the same load
		for email := range fastest {
			began := time.Now()
			x.signsIn(email, goodPassword)
			fastest[email] = min(fastest[email], time.Since(began))
		}
	}
	for email, took := range fastest {
		if took < fastest[known]/2 {
			t.Errorf("%q takes %v, and a known address %v, want the same", email, took, fastest[known])
		}
	}
}

// TestAuditOfUsers checks that every change of a user is in the audit, by whom, without the name and the address.
func TestAuditOfUsers(t *testing.T) {
	x := newStaff(t)
	owner := x.user("owner@example.org", rollcall.RoleOwner)
	ann := x.invite(owner, "ann@example.org", rollcall.RoleViewer)
	_, err := x.Service().ChangeRole(t.Context(), owner, ann.ID, "manager")
	x.must(err)
	_, err = x.Service().DisableUser(t.Context(), owner, ann.ID, true)
	x.must(err)
	lines, _, err := x.Service().Audit(t.Context(), service.Caller{Dealer: x.Dealer}, service.AuditQuery{})
	x.must(err)
	var got []string
	for _, l := range lines {
		if strings.HasPrefix(l.Action, "user.") {
			got = append(got, l.Actor+" "+l.Action+" "+l.Subject+" "+string(l.Values))
		}
	}
	o, a := string(owner.User), string(ann.ID)
	want := []string{
		"command user.created " + o + ` [["role","owner"]]`,
		o + " user.password_changed " + o + " ",
		o + " user.created " + a + ` [["role","viewer"]]`,
		o + " user.role_changed " + a + ` [["role","viewer","manager"]]`,
		o + " user.disabled " + a + ` [["disabled_at","` + x.clock.Now().UTC().Format(time.RFC3339) + `"]]`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("lines:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
