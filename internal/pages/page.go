package pages

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the template and the style
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

//go:embed page.html
var pageHTML string

//go:embed style.css
var styleCSS string

const robots = "noindex, nofollow"

// look is how pages are made.
type look struct {
	template *template.Template
	style    template.CSS
	policy   string // the Content-Security-Policy
}

func newLook() look {
	hash := sha256.Sum256([]byte(styleCSS))
	return look{
		template: template.Must(template.New("page").Parse(pageHTML)),
		style:    template.CSS(styleCSS),
		policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; " +
			"img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	}
}

// page is what page.html shows. What is empty is left out.
type page struct {
	Status  int
	T       *texts
	Heading string
	Done    bool // shows a tick
	Texts   []template.HTML
	Welcome string
	Saved   bool

	Yes     string   // the button; empty: there is none
	Choices []choice // with a button that keeps them
	Other   *otherForm
	Stop    bool   // shows the button that stops e-mails
	Back    string // where the question is
	// Number names the request where something failed.
	Number string

	Languages []languageLink // to the same page

	Dealer string
	Logo   string
	Phone  *phone
	Ask    template.HTML // instead of the dealer's phone, where it is not known
	Call   string        // before the dealer's phone, at the end of the page

	Style template.CSS
}

// Language is for the lang attribute.
func (p page) Language() string { return p.T.Language }

// otherForm is the form whose button says the opposite.
type otherForm struct {
	Value string
	Label string
	What  template.HTML // what pressing it does, or when to press it
	Small bool          // the question is answered, and this is for those who change their mind
}

// languageLink leads to the page in a language.
type languageLink struct {
	Language, Name, URL string
	Current             bool
}

// choice is a kind of messages that the person may want.
type choice struct {
	Name  string
	Label string
	On    bool
}

// phone is the dealer's.
type phone struct {
	Text string
	URL  template.URL // empty where Text is no plain number
}

// phoneOf reads a dealer's phone as it was given, and returns nil where there is none.
func phoneOf(text string) *phone {
	if text == "" {
		return nil
	}
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()/\u00a0\u202f", r) {
			return -1
		}
		return r
	}, text)
	for i := range len(digits) {
		if (digits[i] < '0' || digits[i] > '9') && (digits[i] != '+' || i > 0) {
			return &phone{Text: text}
		}
	}
	return &phone{Text: text, URL: template.URL("tel:" + digits)}
}

// about begins a page that speaks of a dealer.
func (v visit) about(view rollcall.LinkView) page {
	p := page{Status: http.StatusOK, T: v.texts(view.Language), Dealer: view.Dealer, Phone: phoneOf(view.DealerPhone)}
	p.Ask = namesOf(view).fill(p.T.NoPhone)
	for i, t := range languages {
		p.Languages = append(p.Languages, languageLink{t.Language, languageNames[i], v.self() + "?lang=" + t.Language, t == p.T})
	}
	if view.HasLogo {
		p.Logo = v.self() + "/logo"
	}
	return p
}

// self leads from any page to the one of the link, wherever a proxy has put them.
func (v visit) self() string { return "./" + url.PathEscape(v.token) }

// show writes a page.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, p page) {
	p.Style = h.look.style
	var body bytes.Buffer
	if err := h.look.template.Execute(&body, p); err != nil {
		panic(err) // the template does not fit page
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(body.Len()))
	header.Set("Content-Security-Policy", h.look.policy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Robots-Tag", robots)
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Language", p.T.Language)
	w.WriteHeader(p.Status)
	_, _ = body.WriteTo(w)
}
