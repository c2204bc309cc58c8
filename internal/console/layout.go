package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

//go:embed templates
var templates embed.FS

//go:embed style.css
var style []byte

//go:embed script.js
var script []byte

// policy is the Content-Security-Policy of every page: only the console's own script runs, nothing comes from or goes to other
// hosts. Pictures may be in the page itself, as the QR code of a second factor is.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// layout is what every page has in common.
type layout struct {
	pages         map[string]*template.Template // by name
	style, script asset
}

// asset is a file that pages load. Its path has a part of its hash, so that browsers may keep it.
type asset struct {
	path, route, contentType string
	content                  []byte
}

func newAsset(name, extension, contentType string, content []byte) asset {
	sum := sha256.Sum256(content)
	return asset{
		path: Path + "/" + name + "-" + hex.EncodeToString(sum[:6]) + extension, route: Path + "/" + name + extension,
		contentType: contentType, content: content,
	}
}

func newLayout() layout {
	l := layout{
		pages:  map[string]*template.Template{},
		style:  newAsset("style", ".css", "text/css; charset=utf-8", style),
		script: newAsset("script", ".js", "text/javascript; charset=utf-8", script),
	}
	names, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		panic(err) // the pattern is malformed
	}
	for _, name := range names {
		page := strings.TrimSuffix(path.Base(name), ".html")
		l.pages[page] = template.Must(template.ParseFS(templates, "templates/layout.html", "templates/parts.html", name))
	}
	return l
}

// serveFile serves an asset, and reports whether the request is for one.
func (l *layout) serveFile(w http.ResponseWriter, r *http.Request) bool {
	for _, a := range []asset{l.style, l.script} {
		if r.URL.Path == a.path {
			web.FromContext(r.Context()).Route = a.route
			w.Header().Set("Content-Type", a.contentType)
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			_, _ = w.Write(a.content)
			return true
		}
	}
	return false
}

// shell is the data of layout.html, a part of every page.
type shell struct {
	T       *texts
	Heading string
	Here    string // the path of the page, to which its forms are posted: after signing in again, the browser shows another one
	Notice  string // what just happened
	Alert   string // why nothing happened
	Stale   string // that nothing can be saved now; empty: it can
	Style   string // paths
	Script  string
	User    string // the name of who is signed in; empty: nobody
	Nav     []navEntry
	Tabs    []navEntry // links to pages that belong together
	TabsOf  string     // what these pages are; empty: settings
	SignOut string     // the path
}

// navEntry is one entry of the navigation.
type navEntry struct {
	Path, Label string
	Current     bool
}

// shell returns the part of a page that all have.
func (v *visit) shell(heading string) shell {
	s := shell{T: v.t, Heading: heading, Here: v.r.URL.EscapedPath(), Notice: v.notice, Alert: v.alert, Style: v.layout.style.path, Script: v.layout.script.path}
	if v.readOnly {
		s.Stale = v.t.ReadOnly
	}
	if !v.signedIn() {
		return s
	}
	s.User, s.SignOut = v.user.Name, signOutPath
	for _, e := range []struct {
		path, label string
		role        rollcall.Role
	}{
		{Path, v.t.Overview.Title, rollcall.RoleViewer},
		{sitesPath, v.t.Sites.Title, rollcall.RoleViewer},
		{rollCallsPath, v.t.RollCalls.Title, rollcall.RoleViewer},
		{messagesPath, v.t.Messages.Title, rollcall.RoleViewer},
		{auditPath, v.t.Audit.Title, rollcall.RoleManager},
		{peoplePath, v.t.People, rollcall.RoleOwner},
		{settingsPath, v.t.Settings.Title, rollcall.RoleOwner},
		{accountPath, v.t.Account, rollcall.RoleViewer},
	} {
		if v.user.Role.Includes(e.role) && (e.path != messagesPath || v.service.CapturesMessages(v.caller())) {
			s.Nav = append(s.Nav, navEntry{e.path, e.label, e.path == current(v.r.URL.Path)})
		}
	}
	return s
}

// current returns the path of the entry of the navigation to which a page belongs.
func current(page string) string {
	rest, _ := strings.CutPrefix(page, Path+"/")
	first, _, _ := strings.Cut(rest, "/")
	switch {
	case page == Path:
		return Path
	case page == addSitePath, first == "import", first == "export":
		return sitesPath
	case first == "evidence":
		return auditPath
	case page == planPath:
		return rollCallsPath
	case first == "keys", first == "branding", first == "webhooks", page == addKeyPath, page == addWebhookPath:
		return settingsPath
	}
	return Path + "/" + first
}

// field is the data of an input with its label, hint and problem.
type field struct {
	Name, Label, Type, Value, Autocomplete, Hint, Problem string
	Required                                              bool
	Stored                                                string   // after a conflict: a sentence with what somebody else saved; empty: the same
	Options                                               []option // of a select; empty: an input
	Form                                                  string   // the id of the form of an input outside of it
	Keep, KeepValue                                       string   // the name and value of a hidden field beside it; see keepField
	Lines                                                 int      // of a text with several; 0: an input
}

// DescribedBy returns the ids of the elements that describe the input.
func (f field) DescribedBy() string { return describedBy(f.Name, f.Problem, f.Hint, f.Stored) }

func describedBy(name, problem, hint, stored string) string {
	var ids []string
	for _, part := range []struct{ name, text string }{{"problem", problem}, {"hint", hint}, {"stored", stored}} {
		if part.text != "" {
			ids = append(ids, name+"-"+part.name)
		}
	}
	return strings.Join(ids, " ")
}

// checks is the data of checkboxes that belong together.
type checks struct {
	Name, Legend, Hint, Problem string
	Options                     []option
}

// DescribedBy returns the ids of the elements that describe the checkboxes.
func (c checks) DescribedBy() string { return describedBy(c.Name, c.Problem, c.Hint, "") }

// checks completes checkboxes with what was ticked before the form was refused, and what is wrong with them.
func (v *visit) checks(name, legend, hint string, options []option) checks {
	for i := range options {
		if v.filled != nil {
			options[i].Selected = slices.Contains(v.filled[name], options[i].Value)
		}
	}
	return checks{name, legend, hint, v.problems[name], options}
}

// option is one choice of a select, or one checkbox.
type option struct {
	Value, Label string
	Selected     bool
}

// field completes a field with what is wrong with it.
func (v *visit) field(name, label string, f field) field {
	f.Name, f.Label, f.Problem = name, label, v.problems[name]
	return f
}

// show writes a page.
func (v *visit) show(page string, data any) error {
	var body bytes.Buffer
	if err := v.layout.pages[page].ExecuteTemplate(&body, "layout.html", data); err != nil {
		panic(err) // the template doesn't match its data
	}
	header := v.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(body.Len()))
	header.Set("Content-Language", v.t.Language)
	if v.status != 0 {
		v.w.WriteHeader(v.status)
	}
	_, _ = body.WriteTo(v.w)
	return nil
}
