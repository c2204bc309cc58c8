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

// Core is what the pages need of the use cases. Every method returns LinkNotFound for a link that is not ours, is for
// another purpose, or whose record is gone.
type Core interface {
	// ViewLink returns what the page behind a link shows, and changes nothing.
	ViewLink(ctx context.Context, token string) (rollcall.LinkView, error)
	// AnswerLink records what the person says, as often as it is said, and returns what the page shows then. A link that
	// can no longer be answered comes back in its state, with nothing changed.
	AnswerLink(ctx context.Context, token string, answer rollcall.LinkAnswer) (rollcall.LinkView, error)
	// LinkLogo returns the logo of the dealer behind a link of either purpose; LinkNotFound also where there is none.
	LinkLogo(ctx context.Context, token string) (rollcall.Logo, error)
	// UnsubscribeView returns what the page behind a link that stops e-mails shows, and changes nothing. Its State is that
	// of the question, which may be answered or too old.
	UnsubscribeView(ctx context.Context, token string) (rollcall.LinkView, error)
	// Unsubscribe stops e-mails to the address that the link was sent to, as often as it is asked.
	Unsubscribe(ctx context.Context, token string) error
}

// Options says what the pages work with; the zero value means the defaults.
type Options struct {
	Log *slog.Logger     // nil: nothing is logged
	Now func() time.Time // nil: time.Now
	// WrongLinks is how many wrong links a minute are answered for one address; default 10; negative: any number. A good
	// link is answered all the same, since many phones share an address.
	WrongLinks int
}

const (
	defaultWrongLinks = 10     // a minute
	networksMost      = 10_000 // addresses that wrong links came from
	tokenMost         = 1_024  // bytes; ours are far shorter
)

// Handler answers everything below Path.
type Handler struct {
	core     Core
	log      *slog.Logger
	look     look
	speaker  speaker
	networks *web.Buckets[netip.Prefix]
	wrong    rollcall.RateLimit
}

// Path is what the paths of all pages begin with.
const Path = "/c/"

// New returns the pages over the use cases.
func New(core Core, o Options) *Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.WrongLinks == 0 {
		o.WrongLinks = defaultWrongLinks
	}
	return &Handler{
		core:     core,
		log:      o.Log,
		look:     newLook(),
		speaker:  newSpeaker(),
		networks: web.NewBuckets[netip.Prefix](networksMost, o.Now),
		wrong:    rollcall.NewRateLimit(o.WrongLinks, o.WrongLinks),
	}
}

// ServeHTTP answers {Path}{token}, which is a page, and {Path}{token}/logo.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, below, deeper := strings.Cut(strings.TrimPrefix(r.URL.Path, Path), "/")
	v := visit{Handler: h, w: w, r: r, token: linkOf(token)}
	logo := deeper && below == "logo"
	switch {
	case v.token == "" || len(v.token) > tokenMost || deeper && !logo:
		v.unknown()
	case r.Method == http.MethodGet && logo:
		v.logo()
	case logo:
		w.Header().Set("Allow", "GET, HEAD")
		v.refuse(http.StatusMethodNotAllowed, "")
	case r.Method == http.MethodGet:
		v.get()
	case r.Method == http.MethodPost:
		v.post()
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		v.refuse(http.StatusMethodNotAllowed, v.self())
	}
}

// linkOf drops what programs that make text clickable take for a part of a link at the end of a sentence.
func linkOf(segment string) string { return strings.TrimRight(segment, ".,;:!?)]>}'\"»”’") }

// visit is one request.
type visit struct {
	*Handler
	w     http.ResponseWriter
	r     *http.Request
	token string
}

// texts are those in the language that the person chose on a page. Without a choice a page about a message is in the
// message's language, and any other in the browser's.
func (v visit) texts(ofMessage string) *texts {
	wanted := v.chosen()
	if wanted == "" && ofMessage == "" {
		wanted = v.r.Header.Get("Accept-Language")
	}
	return v.speaker.texts(wanted, ofMessage)
}

// chosen returns the language that a link on a page stands for, empty for none.
func (v visit) chosen() string {
	chosen := v.r.URL.Query().Get("lang")
	for _, t := range languages {
		if t.Language == chosen {
			return chosen
		}
	}
	return ""
}

// get shows the page behind a link of either purpose.
func (v visit) get() {
	view, err := v.core.ViewLink(v.r.Context(), v.token)
	if err == nil {
		v.show(v.w, v.r, v.answerPage(view))
		return
	}
	if rollcall.KindOf(err) == rollcall.LinkNotFound {
		view, err = v.core.UnsubscribeView(v.r.Context(), v.token)
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.show(v.w, v.r, v.stopPage(view, false))
}

// logo sends the dealer's picture. Whoever opens it by itself runs no script that an SVG might hold.
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
