package console_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const goodPassword = "four quiet harbour lamps"

// desk is the application with the users of a dealer.
type desk struct {
	*testing.T
	*testkit.App
	clock *testkit.Clock

	mu    sync.Mutex
	mails []rollcall.Message
}

func newDesk(t *testing.T, changes ...func(*app.Options)) *desk {
	t.Helper()
	d := &desk{T: t, clock: testkit.NewClock()}
	first := func(o *app.Options) {
		o.Now, o.PublicURL = d.clock.Now, "http://127.0.0.1:8080"
		o.OnCaptured = func(m rollcall.Message) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.mails = append(d.mails, m)
		}
	}
	d.App = testkit.NewApp(t, append([]func(*app.Options){first}, changes...)...)
	return d
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// link returns the path of the link in the newest e-mail to a user.
func (d *desk) link() string {
	d.Helper()
	d.Service().Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.mails) == 0 {
		d.Fatal("no e-mail was sent to a user")
	}
	link, err := url.Parse(d.mails[len(d.mails)-1].Link)
	d.must(err)
	return link.Path
}

// user adds a user with goodPassword, whose address is their name at example.org.
func (d *desk) user(name string, role rollcall.Role) rollcall.User {
	d.Helper()
	link, err := d.Service().InviteUser(d.Context(), service.Caller{Dealer: d.Dealer}, rollcall.UserInput{
		Email: rollcall.Given(name + "@example.org"), Name: rollcall.Given(name), Role: rollcall.Given(string(role)),
	})
	d.must(err)
	path := link.URL
	if link.Sent {
		path = d.link()
	}
	_, err = d.Service().UsePasswordLink(d.Context(), path[strings.LastIndexByte(path, '/')+1:], goodPassword)
	d.must(err)
	return link.User
}

// browser is a client with cookies, which follows no redirects.
type browser struct {
	*desk
	client   *http.Client
	language string
}

func (d *desk) browser() *browser {
	d.Helper()
	jar, err := cookiejar.New(nil)
	d.must(err)
	return &browser{desk: d, language: "en", client: &http.Client{
		Jar: jar, Transport: d.Client.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// reply is a response whose body was read.
type reply struct {
	*http.Response
	body string
}

// send sends a request; nil is a GET. Headers are names and values in turn.
func (b *browser) send(path string, form url.Values, headers ...string) reply {
	b.Helper()
	if form == nil {
		return b.request(http.MethodGet, path, nil, headers...)
	}
	return b.post(path, strings.NewReader(form.Encode()), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

// post sends a body as a form of the same site.
func (b *browser) post(path string, body io.Reader, headers ...string) reply {
	b.Helper()
	return b.request(http.MethodPost, path, body, append([]string{"Sec-Fetch-Site", "same-origin"}, headers...)...)
}

func (b *browser) request(method, path string, body io.Reader, headers ...string) reply {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, b.URL+path, body)
	b.must(err)
	r.Header.Set("Accept-Language", b.language)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.client.Do(r)
	b.must(err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	b.must(err)
	return reply{resp, string(text)}
}

// want checks the status of a reply and that its body has a text.
func (r reply) want(t testing.TB, status int, text string) reply {
	t.Helper()
	if r.StatusCode != status || !strings.Contains(r.body, text) {
		t.Errorf("%s %s: status %d, want %d, and %q in the body:\n%s", r.Request.Method, r.Request.URL.Path, r.StatusCode, status, text, r.body)
	}
	return r
}

// wantRedirect checks where a reply leads.
func (r reply) wantRedirect(t testing.TB, to string) {
	t.Helper()
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != to {
		t.Errorf("%s %s: status %d to %q, want 303 to %q:\n%s", r.Request.Method, r.Request.URL.Path, r.StatusCode, got, to, r.body)
	}
}

// hidden returns the value of a hidden field of a page.
func (r reply) hidden(t testing.TB, name string) string {
	t.Helper()
	found := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)"`).FindStringSubmatch(r.body)
	if found == nil {
		t.Fatalf("the page has no hidden field %s:\n%s", name, r.body)
	}
	return found[1]
}

func signInForm(name, password string) url.Values {
	return url.Values{"email": {name + "@example.org"}, "password": {password}}
}

// as returns a browser in which a user is signed in.
func (d *desk) as(name string) *browser {
	d.Helper()
	b := d.browser()
	b.send("/console/sign-in", signInForm(name, goodPassword)).wantRedirect(d.T, "/console")
	return b
}

func TestRoot(t *testing.T) {
	d := newDesk(t)
	b := d.browser()
	b.send("/", nil, "Accept", "text/html,*/*").wantRedirect(t, "/console")
	program := b.send("/", nil, "Accept", "*/*")
	if diff := testkit.Match([]byte(program.body), `{"api": "/ext/v1", "by_reference": "/ref/v1", "docs": "/docs", "openapi": "/openapi.yaml",
		"console": "/console", "health": "/healthz"}`); diff != "" || program.StatusCode != 200 {
		t.Errorf("status %d: %s", program.StatusCode, diff)
	}
	b.send("/console", nil).wantRedirect(t, "/console/sign-in?to=%2Fconsole")
	for _, path := range []string{"/console/none", "/console/", "/console//account", "/console/sign-in/", "/console/link/a/b", "/console/link/"} {
		b.send(path, nil).want(t, 404, "There is no such page")
	}
	b.send("/console/account", nil, "Accept-Language", "es-MX").wantRedirect(t, "/console/sign-in?to=%2Fconsole%2Faccount")
	b.language = "es-MX"
	b.send("/console/sign-in", nil).want(t, 200, "<h1>Iniciar sesión</h1>")
}

func TestSignInAndOut(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	b := d.browser()
	page := b.send("/console/sign-in?to=/console/account/sessions", nil).want(t, 200, "<h1>Sign in</h1>")
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"Cache-Control":           "no-store", "Referrer-Policy": "same-origin", "Content-Language": "en", "X-Robots-Tag": "noindex, nofollow",
	} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	style := regexp.MustCompile(`href="(/console/style-\w+\.css)"`).FindStringSubmatch(page.body)[1]
	if css := b.send(style, nil).want(t, 200, ":root"); !strings.Contains(css.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("Cache-Control of the style = %q, want immutable", css.Header.Get("Cache-Control"))
	}
	for _, wrong := range []url.Values{signInForm("ann", "wrong"), signInForm("nobody", goodPassword), {}} {
		b.send("/console/sign-in", wrong).want(t, 422, "do not belong together")
	}
	form := signInForm("ann", goodPassword)
	form.Set("to", page.hidden(t, "to"))
	b.send("/console/sign-in", form).wantRedirect(t, "/console/account/sessions")
	b.send("/console", nil).want(t, 200, "Could somebody be reached tonight?")
	b.send("/console/sign-in", nil).wantRedirect(t, "/console")
	b.send("/console/account", nil).want(t, 200, "ann@example.org</bdi></b>, viewer at <bdi>Harbour Alarm</bdi>")
	b.send("/console/account", nil, "Accept-Language", "es").want(t, 200, "lector en")
	b.send("/console/sign-out", url.Values{}).wantRedirect(t, "/console/sign-in?done=signed_out")
	b.send("/console/sign-in?done=signed_out", nil).want(t, 200, "You are signed out.")
	b.send("/console/account", nil).wantRedirect(t, "/console/sign-in?to=%2Fconsole%2Faccount")
	if strings.Contains(d.Log.String(), "ann") {
		t.Errorf("the log names a user:\n%s", d.Log)
	}
}

// TestOnlyLocalTargets checks that signing in leads to pages of the console alone.
func TestOnlyLocalTargets(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	for _, to := range []string{"https://example.com/", "//example.com", "/console/../docs", "/docs", "/console/none", "\\\\example.com", "/console/account?x"} {
		form := signInForm("ann", goodPassword)
		form.Set("to", to)
		d.browser().send("/console/sign-in", form).wantRedirect(t, "/console")
	}
}

// TestTokensChange checks that signing in replaces the token of the session, so that nobody can plant one.
func TestTokensChange(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	b := d.as("ann")
	at, err := url.Parse(b.URL)
	d.must(err)
	before := b.client.Jar.Cookies(at)[0].Value
	b.send("/console/sign-in", signInForm("ann", goodPassword)).wantRedirect(t, "/console")
	if after := b.client.Jar.Cookies(at)[0].Value; after == before {
		t.Error("the token stays when somebody signs in, want another one")
	}
	old := d.browser()
	old.send("/console/account", nil, "Cookie", "rollcall_console="+before).wantRedirect(t, "/console/sign-in?to=%2Fconsole%2Faccount")
	old.send("/console/account", nil, "Cookie", "rollcall_console=planted").wantRedirect(t, "/console/sign-in?to=%2Fconsole%2Faccount")
}

// TestCookies checks the cookie and who may sign in, for each way to reach the server.
func TestCookies(t *testing.T) {
	const plain, secure = "rollcall_console=TOKEN; Path=/; HttpOnly; SameSite=Lax", "__Host-rollcall=TOKEN; Path=/; HttpOnly; Secure; SameSite=Lax"
	for _, test := range []struct {
		name, publicURL string
		headers         []string
		want            string // empty: refused
	}{
		{"on this machine", "", nil, plain},
		{"on this machine by its name", "", []string{"Host", "localhost:8080"}, plain},
		{"on this machine by IPv6", "", []string{"Host", "[::1]:8080"}, plain},
		{"by a public name", "", []string{"Host", "rollcall.example.org"}, ""},
		{"by a name that ends like this machine's", "", []string{"Host", "localhost.example.org"}, ""},
		{"through a proxy without TLS", "http://rollcall.example.org", []string{"X-Forwarded-For", "192.0.2.1"}, ""},
		{"through a proxy without TLS that says nothing", "http://rollcall.example.org", []string{"Host", "rollcall.example.org"}, ""},
		{"through a proxy with TLS", "https://rollcall.example.org", []string{"Host", "rollcall.example.org", "X-Forwarded-For", "192.0.2.1"}, secure},
		{"on this machine with TLS outside", "https://rollcall.example.org", nil, secure},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t, func(o *app.Options) { o.PublicURL = test.publicURL })
			d.user("ann", rollcall.RoleViewer)
			reply := d.browser().send("/console/sign-in", signInForm("ann", goodPassword), test.headers...)
			if test.want == "" {
				reply.want(t, 403, "Signing in needs a secure connection")
				if got := reply.Header.Get("Set-Cookie"); got != "" {
					t.Errorf("Set-Cookie = %q, want none", got)
				}
				d.browser().send("/console/sign-in", nil, test.headers...).want(t, 403, "--tls-cert")
				return
			}
			reply.wantRedirect(t, "/console")
			if got := regexp.MustCompile(`=[\w-]{43};`).ReplaceAllString(reply.Header.Get("Set-Cookie"), "=TOKEN;"); got != test.want {
				t.Errorf("Set-Cookie = %q, want %q", got, test.want)
			}
		})
	}
}

// hashes returns the identifiers of the other sessions in a list.
func hashes(body string) (found []string) {
	for _, m := range regexp.MustCompile(`name="session" value="(\w+)"`).FindAllStringSubmatch(body, -1) {
		found = append(found, m[1])
	}
	return found
}
