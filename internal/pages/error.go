package pages

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// fail shows the page of an error.
func (v visit) fail(err error) {
	if rollcall.KindOf(err) == rollcall.LinkNotFound {
		v.notFound()
		return
	}
	v.Error(v.w, v.r, err)
}

// notFound shows the page of a link that isn't known, or of too many such links from one network.
func (v visit) notFound() {
	request := web.FromContext(v.r.Context())
	if level := v.wrongLinks.Take(request.Network(), v.wrongLinkLimit); !level.OK {
		request.Limit = web.WrongLinkLimit
		v.Error(v.w, v.r, &rollcall.Error{Kind: rollcall.RateLimited, RetryAfter: level.Retry})
		return
	}
	t := v.texts("")
	v.show(v.w, plainPage(t, http.StatusNotFound, t.UnknownHeading, t.Unknown...))
}

// refuse shows the page of a request that no form of ours sends, in the language of the message if that is known. It links to
// back, unless that is empty.
func (v visit) refuse(status int, ofMessage, back string) {
	t := v.texts(ofMessage)
	p := plainPage(t, status, t.BadHeading, t.Bad)
	p.Back = back
	v.show(v.w, p)
}

// Error shows the page of an error for a request below Path. It logs the cause of an error that is the server's fault. It
// is a web.ErrorFunc.
func (h *Handler) Error(w http.ResponseWriter, r *http.Request, err error) {
	e := web.ErrorOf(err)
	t := h.languages.texts(r.Header.Get("Accept-Language"), "")
	var p page
	switch e.Kind {
	case rollcall.RateLimited:
		p = plainPage(t, http.StatusTooManyRequests, t.BusyHeading, t.Busy)
		web.SetRetryAfter(w, e.RetryAfter)
	case rollcall.InvalidRequest, rollcall.ValidationFailed:
		p = plainPage(t, http.StatusBadRequest, t.BadHeading, t.Bad)
	case rollcall.Unavailable:
		p = plainPage(t, http.StatusServiceUnavailable, t.FailHeading, t.Fail)
		web.SetRetryAfter(w, e.RetryAfter)
	default:
		p = plainPage(t, http.StatusInternalServerError, t.FailHeading, t.Fail)
	}
	if p.Status >= http.StatusInternalServerError {
		p.RequestID = web.FromContext(r.Context()).RequestID
		web.LogCause(h.log, r, e)
	}
	h.show(w, p)
}
