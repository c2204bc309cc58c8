package console

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// noticePage is the data of notice.html: a page without a form.
type noticePage struct {
	shell
	Texts          []string
	Link, LinkText string // empty: none
	RequestID      string // of a request that failed
}

// Error shows the page of an error for a request below Path. It logs the cause of an error that is the server's fault. It is a
// web.ErrorFunc.
func (h *Handler) Error(w http.ResponseWriter, r *http.Request, err error) {
	e := web.ErrorOf(err)
	v := &visit{Handler: h, w: w, r: r, t: h.textsFor(r)}
	t := v.t
	p := noticePage{Link: Path, LinkText: t.Home}
	heading := t.Failed
	switch e.Kind {
	case rollcall.NotFound, rollcall.UserNotFound, rollcall.KeyNotFound, rollcall.SiteNotFound, rollcall.ContactNotFound, rollcall.ValidationNotFound,
		rollcall.RollCallNotFound, rollcall.WebhookNotFound, rollcall.ImportNotFound:
		v.status, heading, p.Texts = http.StatusNotFound, t.NotFound, []string{t.NotFoundText}
	case rollcall.PermissionDenied:
		v.status, heading, p.Texts = http.StatusForbidden, t.Denied, []string{t.DeniedText}
	case rollcall.MethodNotAllowed:
		v.status, heading, p.Texts = http.StatusMethodNotAllowed, t.BadForm, []string{t.BadFormText}
	case rollcall.InvalidRequest, rollcall.ValidationFailed:
		v.status, heading, p.Texts = http.StatusBadRequest, t.BadForm, []string{t.BadFormText}
	case rollcall.PayloadTooLarge:
		v.status, heading, p.Texts = http.StatusRequestEntityTooLarge, t.BadForm, []string{t.BadFormText}
	case rollcall.RateLimited:
		v.status, heading, p.Texts = http.StatusTooManyRequests, t.TooMany, []string{t.TooManyText}
		web.SetRetryAfter(w, e.RetryAfter)
	case rollcall.Unavailable:
		v.status, p.Texts = http.StatusServiceUnavailable, []string{t.FailedText}
		web.SetRetryAfter(w, e.RetryAfter)
	default:
		v.status, p.Texts = http.StatusInternalServerError, []string{t.FailedText}
	}
	if v.status >= http.StatusInternalServerError {
		p.RequestID = web.FromContext(r.Context()).RequestID
		web.LogCause(h.log, r, e)
	}
	w.Header().Set("Content-Security-Policy", policy)
	p.shell = v.shell(heading)
	_ = v.show("notice", p) // writes the page; there is nobody else to tell
}

// otherSite refuses a form that another site sent.
func (h *Handler) otherSite(w http.ResponseWriter, r *http.Request) {
	v := &visit{Handler: h, w: w, r: r, t: h.textsFor(r), status: http.StatusForbidden}
	_ = v.show("notice", noticePage{shell: v.shell(v.t.BadForm), Texts: []string{v.t.BadFormText}, Link: Path, LinkText: v.t.Home})
}

// insecure shows why nobody can sign in without TLS.
func (h *Handler) insecure(w http.ResponseWriter, r *http.Request) {
	v := &visit{Handler: h, w: w, r: r, t: h.textsFor(r), status: http.StatusForbidden}
	_ = v.show("notice", noticePage{shell: v.shell(v.t.Insecure), Texts: v.t.InsecureTexts})
}
