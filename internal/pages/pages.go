package pages

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// Core is the part of the service that the pages use. Every method fails with LinkNotFound if the token isn't of this server
// or is for another purpose, or if its record was deleted.
type Core interface {
	// ViewLink returns what the page behind a link shows.
	ViewLink(ctx context.Context, token string) (rollcall.LinkView, error)
	// AnswerLink records an answer, which may be given more than once, and returns what the page shows then. If the link has
	// expired or was replaced it changes nothing.
	AnswerLink(ctx context.Context, token string, answer rollcall.LinkAnswer) (rollcall.LinkView, error)
	// LinkLogo returns the dealer's logo for a link of either purpose. It also fails with LinkNotFound if there is no logo.
	LinkLogo(ctx context.Context, token string) (rollcall.Logo, error)
	// UnsubscribeView returns what the page behind a link that stops e-mails shows. Its State is that of the validation's
	// other link, which may be answered or expired.
	UnsubscribeView(ctx context.Context, token string) (rollcall.LinkView, error)
	// Unsubscribe stops e-mails to the address that the link was sent to. Doing it again changes nothing.
	Unsubscribe(ctx context.Context, token string) error
}

// Options configures the pages. The zero value is usable.
type Options struct {
	Log *slog.Logger     // nil: nothing is logged
	Now func() time.Time // nil: time.Now
}

const (
	wrongLinksPerMinute = 10     // from one network; a valid link always works, since many phones share an address
	maxNetworks         = 10_000 // with wrong links
	maxToken            = 1_024  // bytes; valid ones are far shorter
)

// Handler serves every path below Path.
type Handler struct {
	core           Core
	log            *slog.Logger
	layout         layout
	languages      languageMatcher
	wrongLinks     *web.Buckets[netip.Prefix]
	wrongLinkLimit rollcall.RateLimit
}

// Path is the start of the path of every page.
const Path = "/c/"

// New returns the handler of the pages.
func New(core Core, o Options) *Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Handler{
		core:           core,
		log:            o.Log,
		layout:         newLayout(),
		languages:      newLanguageMatcher(),
		wrongLinks:     web.NewBuckets[netip.Prefix](maxNetworks, o.Now),
		wrongLinkLimit: rollcall.NewRateLimit(wrongLinksPerMinute, wrongLinksPerMinute),
	}
}

// ServeHTTP serves the page at {Path}{token} and the logo at {Path}{token}/logo.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, below, deeper := strings.Cut(strings.TrimPrefix(r.URL.Path, Path), "/")
	v := visit{Handler: h, w: w, r: r, token: trimLink(token)}
	logo := deeper && below == "logo"
	switch {
	case v.token == "" || len(v.token) > maxToken || deeper && !logo:
		v.notFound()
	case r.Method == http.MethodGet && logo:
		v.logo()
	case logo:
		w.Header().Set("Allow", "GET, HEAD")
		v.refuse(http.StatusMethodNotAllowed, "", "")
	case r.Method == http.MethodGet:
		v.get()
	case r.Method == http.MethodPost:
		v.post()
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		v.refuse(http.StatusMethodNotAllowed, "", v.self())
	}
}

// trimLink removes punctuation after a link, which programs that make links clickable take for a part of it.
func trimLink(segment string) string { return strings.TrimRight(segment, ".,;:!?)]>}'\"»”’") }

// visit is one request for the page of a link.
type visit struct {
	*Handler
	w     http.ResponseWriter
	r     *http.Request
	token string
}

// texts returns the texts in the language that the person chose on a page, otherwise in the language of the message, otherwise
// in that of the browser.
func (v visit) texts(ofMessage string) *texts {
	wanted := v.chosenLanguage()
	if wanted == "" && ofMessage == "" {
		wanted = v.r.Header.Get("Accept-Language")
	}
	return v.languages.texts(wanted, ofMessage)
}

// chosenLanguage returns the language that the person chose on a page; empty: none.
func (v visit) chosenLanguage() string {
	chosen := v.r.URL.Query().Get("lang")
	for _, t := range allTexts {
		if t.Language == chosen {
			return chosen
		}
	}
	return ""
}

// find looks up the link, whatever its purpose: unsubscribe is true if it stops e-mails. It fails with LinkNotFound.
func (v visit) find() (view rollcall.LinkView, unsubscribe bool, err error) {
	view, err = v.core.ViewLink(v.r.Context(), v.token)
	if rollcall.KindOf(err) == rollcall.LinkNotFound {
		view, err = v.core.UnsubscribeView(v.r.Context(), v.token)
		unsubscribe = true
	}
	return view, unsubscribe, err
}

// get shows the page of the link.
func (v visit) get() {
	view, unsubscribe, err := v.find()
	switch {
	case err != nil:
		v.fail(err)
	case unsubscribe:
		v.show(v.w, v.unsubscribePage(view, false))
	default:
		v.show(v.w, v.answerPage(view))
	}
}

// logo sends the dealer's logo. The policy keeps a script in an SVG from running if the logo is opened by itself.
func (v visit) logo() {
	logo, err := v.core.LinkLogo(v.r.Context(), v.token)
	if err != nil {
		v.fail(err)
		return
	}
	header := v.w.Header()
	header.Set("Content-Type", logo.MediaType)
	header.Set("Content-Length", strconv.Itoa(len(logo.Data)))
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'")
	header.Set("X-Robots-Tag", robots)
	_, _ = v.w.Write(logo.Data)
}
