package console

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// maxForm is the longest form that is read, in bytes.
const maxForm = 64 << 10

// visit is one request for a page.
type visit struct {
	*Handler
	w      http.ResponseWriter
	r      *http.Request
	t      *texts
	params map[string]string // of the path, by name
	user   rollcall.User     // zero unless somebody is signed in
	form   url.Values        // that was posted
	at     rollcall.SiteID   // the site whose numbers the page, or the row that is being made, shows; empty: none
	asked  string            // who asked for the change; empty: not known
	file   []byte            // that was posted, to a route with maxFile; nil: none

	status      int               // of the page; 0: 200
	filled      url.Values        // what the forms of the page show, instead of what is stored
	problems    map[string]string // by the name of the field
	notice      string            // what just happened
	alert       string            // why what the user asked for was not done
	maskNumbers bool              // the dealer hides numbers from everybody

	conflict bool // somebody else saved what the form was filled with
}

// serve serves a request for a page.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, rt *route, params map[string]string) {
	v := &visit{Handler: h, w: w, r: r, t: h.textsFor(r), params: params}
	if err := v.serve(rt); err != nil {
		h.Error(w, r, err)
	}
}

func (v *visit) serve(rt *route) error {
	if err := v.loadUser(); err != nil {
		return err
	}
	role := rt.role
	switch {
	case v.r.Method == http.MethodGet && rt.get != nil:
		if !v.signedIn() && rt.role != "" {
			return v.redirect(signInPath + "?to=" + url.QueryEscape(v.r.URL.EscapedPath()))
		}
	case v.r.Method == http.MethodPost && rt.post != nil:
		if !rt.upload {
			if err := v.readForm(rt); err != nil {
				return err
			}
		}
		role = rt.postRole()
		if !v.signedIn() && role != "" {
			return v.hold()
		}
	case rt.post != nil:
		return web.MethodNotAllowed(v.w, "GET, HEAD, POST")
	default:
		return web.MethodNotAllowed(v.w, "GET, HEAD")
	}
	if role != "" && !v.user.Role.Includes(role) {
		return &rollcall.Error{Kind: rollcall.PermissionDenied}
	}
	if err := v.loadMask(); err != nil {
		return err
	}
	if v.r.Method == http.MethodPost {
		return rt.post(v)
	}
	v.notice = v.t.Done[v.r.URL.Query().Get("done")]
	return rt.get(v)
}

// loadUser finds out who is signed in.
func (v *visit) loadUser() error {
	ctx := v.r.Context()
	dealer, id := v.sessions.GetString(ctx, dealerValue), v.sessions.GetString(ctx, userValue)
	if id == "" {
		return nil
	}
	u, err := v.service.User(ctx, rollcall.DealerID(dealer), rollcall.UserID(id))
	switch {
	case err == nil && u.MaySignIn():
		v.user = u
		web.FromContext(ctx).Dealer = dealer
		return nil
	case err == nil, rollcall.KindOf(err) == rollcall.UserNotFound:
		return nil
	}
	return err
}

func (v *visit) signedIn() bool { return v.user.ID != "" }

// caller returns the signed-in user as the caller of a use case.
func (v *visit) caller() service.Caller {
	return service.Caller{
		Dealer: v.user.Dealer, User: v.user.ID, Role: v.user.Role, RequestID: web.FromContext(v.r.Context()).RequestID,
		OnBehalfOf: v.asked,
	}
}

// once returns the caller of a change that happens once for each page with a form, however often it is sent. key is that of the page;
// one that is empty or too long is none. parts are what the change is about.
func (v *visit) once(key, operation string, parts ...string) service.Caller {
	caller := v.caller()
	if key == "" || len(key) > 100 {
		return caller
	}
	sum := sha256.New()
	for _, part := range append([]string{key, string(v.user.ID), operation}, parts...) {
		sum.Write([]byte(part))
		sum.Write([]byte{0})
	}
	caller.IdempotencyKey = &service.IdempotencyKey{
		Key: hex.EncodeToString(sum.Sum(nil)), Operation: "console " + operation,
		Respond: func(any) (service.Response, error) { return service.Response{Status: http.StatusSeeOther}, nil },
	}
	return caller
}

// onceAt is once for a change that makes something with a page of its own, to which its stored response leads. pathOf returns the path of
// what the change responds with.
func (v *visit) onceAt(pathOf func(made any) string, key, operation string, parts ...string) service.Caller {
	caller := v.once(key, operation, parts...)
	if caller.IdempotencyKey != nil {
		caller.IdempotencyKey.Respond = func(made any) (service.Response, error) {
			return service.Response{Status: http.StatusSeeOther, Location: pathOf(made)}, nil
		}
	}
	return caller
}

// madeAt returns the path of what the form of onceAt made before, and otherwise while another request is making it.
func madeAt(err error, otherwise string) string {
	var replayed *service.Replayed
	if errors.As(err, &replayed) {
		return cmp.Or(replayed.Response.Location, otherwise)
	}
	return otherwise
}

// session returns the hash of the token of the session.
func (v *visit) session() rollcall.Hash { return hashOf(v.sessions.Token(v.r.Context())) }

func (v *visit) readForm(rt *route) error {
	var err error
	if rt.maxFile > 0 && strings.HasPrefix(v.r.Header.Get("Content-Type"), "multipart/form-data") {
		err = v.readParts(rt.maxFile)
	} else {
		v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
		err = v.r.ParseForm()
		v.form = v.r.PostForm
	}
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		web.FromContext(v.r.Context()).Limit = web.BodyLimit
		return &rollcall.Error{Kind: rollcall.PayloadTooLarge}
	case err != nil:
		return &rollcall.Error{Kind: rollcall.InvalidRequest}
	}
	return nil
}

// maxParts is the longest form with a file that is read, in bytes, so that somebody who chose a far too large picture is told so by
// the page.
const maxParts = 16 << 20

// readParts reads a form with a file, of which it keeps one byte more than most, if it is longer.
func (v *visit) readParts(most int64) error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxParts)
	parts, err := v.r.MultipartReader()
	if err != nil {
		return err
	}
	v.form = url.Values{}
	for left := int64(maxForm); ; {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case part.FileName() != "":
			if v.file, err = io.ReadAll(io.LimitReader(part, most+1)); err != nil {
				return err
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, left+1))
		if err != nil {
			return err
		}
		if left -= int64(len(value) + len(part.FormName())); left < 0 {
			return &http.MaxBytesError{Limit: maxForm}
		}
		v.form.Add(part.FormName(), string(value))
	}
}

// redirect sends the browser to a path, which it gets.
func (v *visit) redirect(to string) error {
	v.w.Header().Set("Location", to)
	v.w.WriteHeader(http.StatusSeeOther)
	return nil
}

// start sends the browser to the first page.
func (v *visit) start() error { return v.redirect(Path) }

// done sends the browser back to a page, which says what happened.
func (v *visit) done(page, what string) error { return v.redirect(page + "?done=" + what) }

// again shows a page whose form was refused, with what was typed and what is wrong. It returns other errors as they are.
func (v *visit) again(err error, page func(*visit) error) error {
	var e *rollcall.Error
	if !errors.As(err, &e) {
		return err
	}
	v.problems = map[string]string{}
	if refusal, ok := v.t.Refusals[e.Kind]; ok {
		v.status, v.alert = http.StatusConflict, refusal
	} else if e.Kind == rollcall.ValidationFailed {
		v.status = http.StatusUnprocessableEntity
		for _, d := range e.Details {
			v.problems[d.Field] = v.t.problem(d)
		}
	} else {
		return err
	}
	v.filled = withoutSecrets(v.form)
	return page(v)
}

// secretFields are never shown again, nor held while somebody signs in.
var secretFields = []string{"password", "current", "code", "secret", "held", "pending"}

func withoutSecrets(form url.Values) url.Values {
	rest := url.Values{}
	for name, values := range form {
		rest[name] = values
	}
	for _, name := range secretFields {
		rest.Del(name)
	}
	return rest
}

// stored adds what is stored to a field, after a conflict with somebody who saved another value than was typed.
func (v *visit) stored(stored string, f field) field {
	if v.conflict && strings.TrimSpace(f.Value) != stored {
		f.Stored = fmt.Sprintf(v.t.Words.StoredNow, cmp.Or(stored, v.t.Words.NothingChosen))
	}
	return f
}

// choice returns a select, with what is stored after a conflict.
func (v *visit) choice(name, label, stored string, choices []option) field {
	f := v.field(name, label, field{Options: choices})
	if v.conflict && v.value(name, stored) != stored {
		for _, o := range choices {
			if o.Value == stored {
				f.Stored = fmt.Sprintf(v.t.Words.StoredNow, o.Label)
			}
		}
	}
	return f
}

// value returns what a field shows: what was typed, otherwise what is stored.
func (v *visit) value(name, stored string) string {
	if v.filled.Has(name) {
		return v.filled.Get(name)
	}
	return stored
}

// localPath returns a path of the console that the browser sent, and Path for anything else.
func (v *visit) localPath(given string) string {
	if found, _ := v.match(given); found == nil || !strings.HasPrefix(given, Path) {
		return Path
	}
	return given
}
