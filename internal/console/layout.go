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
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

//go:embed templates
var templates embed.FS

//go:embed style.css
var style []byte

// policy is the Content-Security-Policy of every page: nothing runs, nothing comes from other hosts, and forms go to this one.
// Pictures may be in the page itself, as the QR code of a second factor is.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// layout is what every page has in common.
type layout struct {
	pages     map[string]*template.Template // by name
	stylePath string                        // with a part of its hash, so that browsers may keep it
}

func newLayout() layout {
	sum := sha256.Sum256(style)
	l := layout{pages: map[string]*template.Template{}, stylePath: Path + "/style-" + hex.EncodeToString(sum[:6]) + ".css"}
	names, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		panic(err) // the pattern is malformed
	}
	for _, name := range names {
		page := strings.TrimSuffix(path.Base(name), ".html")
		l.pages[page] = template.Must(template.ParseFS(templates, "templates/layout.html", name))
	}
	return l
}

func (l *layout) serveStyle(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(style)
}

// shell is the data of layout.html, a part of every page.
type shell struct {
	T       *texts
	Heading string
	Notice  string // what just happened
	Style   string
	User    string // the name of who is signed in; empty: nobody
	Nav     []navEntry
	SignOut string // the path
}

// navEntry is one entry of the navigation.
type navEntry struct {
	Path, Label string
	Current     bool
}

// shell returns the part of a page that all have.
func (v *visit) shell(heading string) shell {
	s := shell{T: v.t, Heading: heading, Notice: v.notice, Style: v.layout.stylePath}
	if !v.signedIn() {
		return s
	}
	s.User, s.SignOut = v.user.Name, signOutPath
	for _, e := range []struct {
		path, label string
		role        rollcall.Role
	}{
		{peoplePath, v.t.People, rollcall.RoleOwner},
		{accountPath, v.t.Account, rollcall.RoleViewer},
	} {
		if v.user.Role.Includes(e.role) {
			s.Nav = append(s.Nav, navEntry{e.path, e.label, v.r.URL.Path == e.path || strings.HasPrefix(v.r.URL.Path, e.path+"/")})
		}
	}
	return s
}

// field is the data of an input with its label, hint and problem.
type field struct {
	Name, Label, Type, Value, Autocomplete, Hint, Problem string
	Required                                              bool
	Options                                               []option // of a select; empty: an input
}

// option is one choice of a select.
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
