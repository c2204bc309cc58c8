package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const addKeyPath = "/console/add-key"

// keyForm is the form for a key as the page has it, with changes: names and values in turn.
func keyForm(t *testing.T, page reply, changes ...string) url.Values {
	t.Helper()
	form := url.Values{"once": {page.hidden(t, "once")}, "name": {"Sync"}, "scopes": {"contacts:read", "sites:read"}, "expires": {"90"}}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

var secretKey = regexp.MustCompile(`rk_(live|test)_[0-9A-Za-z]{36}`)

// allKeys returns the keys of the dealer.
func (d *desk) allKeys() []rollcall.Key {
	d.Helper()
	keys, err := d.Service().Keys(d.Context(), d.Dealer)
	d.must(err)
	return keys
}

// someKey adds a key with a long name, and returns its id.
func (d *desk) someKey() string {
	d.Helper()
	key, _, err := d.Service().CreateKey(d.Context(), service.Caller{Dealer: d.Dealer}, rollcall.KeyInput{Name: strings.Repeat("Überwachung", 9), Scopes: "*"})
	d.must(err)
	return string(key.ID)
}

// lines returns the lines of the audit with an action.
func (d *desk) lines(action string) []audit.Line {
	d.Helper()
	lines, _, err := d.Service().Audit(d.Context(), service.Caller{Dealer: d.Dealer}, service.AuditQuery{Action: action})
	d.must(err)
	return lines
}

func TestKeys(t *testing.T) {
	d := newDesk(t)
	owner := d.user("olivia", rollcall.RoleOwner)
	b := d.as("olivia")
	b.send("/console/keys", nil).want(t, 200, "There are no keys yet.").want(t, 200, `href="/console/add-key"`)
	form := b.send(addKeyPath, nil).want(t, 200, "The key is shown once")
	made := b.send(addKeyPath, keyForm(t, form)).want(t, 200, "<h1>Your new key</h1>")
	secret := secretKey.FindString(made.body)
	caller, err := d.Service().Authenticate(t.Context(), secret)
	d.must(err)
	keys := d.allKeys()
	if len(keys) != 1 || keys[0].ID != caller.Key || keys[0].Scopes.String() != "sites:read,contacts:read" || keys[0].Test ||
		!keys[0].Expires.Equal(d.clock.Now().Add(90*24*time.Hour)) {
		t.Fatalf("the keys are %+v, want one as typed, which the page showed", keys)
	}
	if lines := d.lines("key.created"); len(lines) != 1 || lines[0].Actor != string(owner.ID) || lines[0].RequestID == "" {
		t.Errorf("the audit has %+v, want one line of the user and their request", lines)
	}
	list := b.send("/console/keys", nil).want(t, 200, `<bdi class="name">Sync</bdi>`).want(t, 200, "Works").want(t, 200, "live key")
	list.want(t, 200, "<code>sites:read</code>, <code>contacts:read</code>")
	path := "/console/keys/" + string(keys[0].ID)
	page := b.send(path, nil).want(t, 200, "Read contacts and call lists").want(t, 200, "Programs with this key are refused at once.")
	for _, shown := range []reply{list, page} {
		if strings.Contains(shown.body, secret) {
			t.Errorf("%s shows the key again", shown.Request.URL.Path)
		}
	}
	b.send(path, url.Values{}).want(t, 422, "Tick this first.")
	b.send(path, url.Values{"confirm": {"yes"}}).wantRedirect(t, path+"?done=key_revoked")
	b.send(path, url.Values{"confirm": {"yes"}}).wantRedirect(t, path+"?done=key_revoked")
	b.send(path+"?done=key_revoked", nil).want(t, 200, "The key is revoked.").want(t, 200, "Revoked")
	if _, err := d.Service().Authenticate(t.Context(), secret); rollcall.KindOf(err) != rollcall.InvalidAPIKey {
		t.Errorf("the revoked key: %v, want it refused", err)
	}
	if lines := d.lines("key.revoked"); len(lines) != 1 || lines[0].Actor != string(owner.ID) {
		t.Errorf("the audit has %+v, want one line of the user, although the button was pressed twice", lines)
	}
	b.send("/console/keys/none", nil).want(t, 404, "There is no such page")
	b.send("/console/keys/none", url.Values{"confirm": {"yes"}}).want(t, 404, "There is no such page")
	if strings.Contains(d.Log.String(), secret) {
		t.Error("the log has the key")
	}
}

// TestAFormMakesOneKey checks that a form makes one key however often it is sent, and that a form of somebody else makes none.
func TestAFormMakesOneKey(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	b := d.as("olivia")
	form := keyForm(t, b.send(addKeyPath, nil))
	first := secretKey.FindString(b.send(addKeyPath, form).want(t, 200, "Your new key").body)
	form.Set("name", "Another")
	again := b.send(addKeyPath, form).want(t, 409, "This key was made before").want(t, 409, `href="/console/keys/`+string(d.allKeys()[0].ID))
	if secretKey.MatchString(again.body) || len(d.allKeys()) != 1 {
		t.Errorf("the second time makes %d keys, want one which is not shown:\n%s", len(d.allKeys()), again.body)
	}
	if _, err := d.Service().Authenticate(t.Context(), first); err != nil {
		t.Errorf("the first key: %v, want it to work", err)
	}
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	d.Dealer = other.ID
	d.user("stranger", rollcall.RoleOwner)
	stranger := d.as("stranger")
	for _, once := range []string{form.Get("once"), "", "forged"} {
		form.Set("once", once)
		page := stranger.send(addKeyPath, form).want(t, 409, "This form is too old.").want(t, 409, `value="Another"`)
		page.want(t, 409, `value="contacts:read" checked`)
		if page.hidden(t, "once") == once || len(d.allKeys()) != 0 {
			t.Errorf("the form with %q is shown again or made a key", once)
		}
	}
}

var badKeys = []struct {
	field, value string
	status       int
	text         string
}{
	{"name", strings.Repeat("a", 201), 422, "This name is too long."},
	{"name", "a\u202eb", 422, "This name has characters that cannot be shown."},
	{"scopes", "", 422, "Tick at least one."},
	{"scopes", "everything", 422, "Tick at least one."},
	{"expires", "12", 400, "Nothing was changed"},
	{"expires", "-30", 400, "Nothing was changed"},
	{"expires", "", 400, "Nothing was changed"},
}

func TestRefusedKeys(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	b := d.as("olivia")
	form := b.send(addKeyPath, nil)
	for _, tt := range badKeys {
		page := b.send(addKeyPath, keyForm(t, form, "test", "yes", tt.field, tt.value)).want(t, tt.status, tt.text)
		if tt.status == 422 {
			page.want(t, 422, `value="yes" checked`).want(t, 422, `<option value="90" selected>`).want(t, 422, form.hidden(t, "once"))
		}
	}
	if keys := d.allKeys(); len(keys) != 0 {
		t.Errorf("refused forms made %d keys", len(keys))
	}
	_, err := d.Service().UpdateSettings(t.Context(), service.Caller{Dealer: d.Dealer}, rollcall.SettingsInput{MaxKeys: rollcall.Given(1)})
	d.must(err)
	const hostile = `</title><script>alert(1)</script>`
	b.send(addKeyPath, keyForm(t, form, "name", hostile, "test", "yes", "scopes", "*", "expires", "0")).want(t, 200, "rk_test_")
	b.send(addKeyPath, keyForm(t, b.send(addKeyPath, nil))).want(t, 409, "Your company has as many records as this server allows.")
	for _, path := range []string{"/console/keys", "/console/keys/" + string(d.allKeys()[0].ID)} {
		if page := b.send(path, nil).want(t, 200, "&lt;script&gt;"); strings.Contains(page.body, "<script>") {
			t.Errorf("a name is markup:\n%s", page.body)
		}
	}
	b.language = "es"
	b.send("/console/keys", nil).want(t, 200, "clave de prueba").want(t, 200, "Caduca nunca")
}

// TestKeysOfOthers checks that nobody but an owner sees or changes keys, and an owner only those of their own dealer.
func TestKeysOfOthers(t *testing.T) {
	d := newDesk(t)
	d.user("mia", rollcall.RoleManager)
	key, secret, err := d.Service().CreateKey(t.Context(), service.Caller{Dealer: d.Dealer}, rollcall.KeyInput{Name: "Sync", Scopes: "*"})
	d.must(err)
	path := "/console/keys/" + string(key.ID)
	manager := d.as("mia")
	manager.send("/console/keys", nil).want(t, 403, "You may not do this")
	manager.send(path, url.Values{"confirm": {"yes"}}).want(t, 403, "You may not do this")
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	d.Dealer = other.ID
	d.user("stranger", rollcall.RoleOwner)
	b := d.as("stranger")
	b.send("/console/keys", nil).want(t, 200, "There are no keys yet.")
	b.send(path, nil).want(t, 404, "There is no such page")
	b.send(path, url.Values{"confirm": {"yes"}}).want(t, 404, "There is no such page")
	if _, err := d.Service().Authenticate(t.Context(), secret); err != nil {
		t.Errorf("the key of the other dealer: %v, want it to work", err)
	}
	for name, change := range map[string]func(service.Caller) error{
		"create": func(c service.Caller) error {
			_, _, err := d.Service().CreateKey(t.Context(), c, rollcall.KeyInput{Scopes: "*"})
			return err
		},
		"revoke": func(c service.Caller) error { return d.Service().RevokeKey(t.Context(), c, key.ID) },
	} {
		for _, c := range []service.Caller{{Dealer: key.Dealer, User: "user_x", Role: rollcall.RoleManager}, {Dealer: key.Dealer, Key: key.ID, Scopes: key.Scopes}} {
			if err := change(c); rollcall.KindOf(err) != rollcall.PermissionDenied {
				t.Errorf("%s as %+v: %v, want permission_denied", name, c, err)
			}
		}
	}
}

// TestPagesOfKeys checks that following the link shows each key once, the newest first.
func TestPagesOfKeys(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	for range 51 {
		d.clock.Advance(time.Second)
		_, _, err := d.Service().CreateKey(t.Context(), service.Caller{Dealer: d.Dealer}, rollcall.KeyInput{Scopes: "sites:read"})
		d.must(err)
	}
	b, keys := d.as("olivia"), d.allKeys()
	first := b.send("/console/keys", nil).want(t, 200, string(keys[50].ID)).want(t, 200, "/console/keys?after="+string(keys[1].ID))
	second := b.send("/console/keys?after="+string(keys[1].ID), nil).want(t, 200, string(keys[0].ID))
	if got := []int{strings.Count(first.body, "Key without a name"), strings.Count(second.body, "Key without a name")}; got[0] != 50 || got[1] != 1 {
		t.Errorf("the pages have %d keys, want 50 and 1", got)
	}
}

// keyInBrowser makes a key, loads its page again, and revokes it.
func keyInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	x := d.tab(b, screen)
	x.enters("olivia@example.org")
	x.follow("Settings")
	x.heading("Settings")
	x.follow("Keys")
	x.heading("Keys")
	x.follow("Make a key")
	x.heading("Make a key")
	x.types("name", "Monitoring software")
	x.do(chromedp.Click(`//label[.="Read contacts and call lists"]`))
	x.picture(pictureOf("add-key", screen))
	x.press("Make the key")
	x.heading("Your new key")
	x.picture(pictureOf("key-made", screen))
	if secret := ask[string](x, `document.querySelector(".secret").textContent.trim()`); !secretKey.MatchString(secret) || strings.Contains(ask[string](x, `location.href`), secret) {
		t.Errorf("the page shows %d characters, or the key is in its URL", len(secret))
	}
	x.do(chromedp.Reload())
	x.heading("This key was made before")
	if keys := d.allKeys(); len(keys) != 1 {
		t.Errorf("loading the page again made %d keys, want 1", len(keys))
	}
	x.follow("See the key and revoke it")
	x.heading("Monitoring software")
	x.picture(pictureOf("key", screen))
	x.do(chromedp.Click("#confirm-yes"))
	x.press("Revoke the key")
	x.says("The key is revoked.")
	x.follow("All keys")
	x.heading("Keys")
	x.says("Revoked")
	x.picture(pictureOf("keys", screen))
}

// pictureOf returns the name of a picture of a page on a screen.
func pictureOf(page string, screen testkit.Screen) string {
	if screen.Dark {
		return page + "-dark"
	}
	return page + "-light"
}
