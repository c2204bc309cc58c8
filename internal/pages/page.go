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

// layout is what every page has in common.
type layout struct {
	template *template.Template
	style    template.CSS
	policy   string // the Content-Security-Policy
}

func newLayout() layout {
	hash := sha256.Sum256([]byte(styleCSS))
	return layout{
		template: template.Must(template.New("page").Parse(pageHTML)),
		style:    template.CSS(styleCSS),
		policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; " +
			"img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	}
}

// page is the data of page.html. Empty fields are left out.
type page struct {
	Status  int
	T       *texts
	Heading string
	Done    bool            // shows a tick
	Texts   []template.HTML // paragraphs below the heading
	Welcome string
	Saved   bool

	Yes         string       // label of the button
	Preferences []preference // with a button that saves them
	Other       *otherForm
	Unsubscribe bool   // shows the button that stops e-mails
	Back        string // link to the page of the link
	Preview     bool   // for staff; the buttons do nothing
	RequestID   string // of a request that failed

	Languages []languageLink // to the same page

	Dealer  string
	Logo    string
	Phone   *phone
	NoPhone template.HTML // instead of the dealer's phone, if there is none
	Call    string        // before the dealer's phone, at the end of the page

	Style template.CSS
}

// Language returns the value of the lang attribute.
func (p page) Language() string { return p.T.Language }

// otherForm is the form with the button of the other answer.
type otherForm struct {
	Value string
	Label string
	When  template.HTML // what the button does, or when to press it
	Small bool          // the question is answered; the button is for a person who changes their mind
}

// languageLink links to the page in a language.
type languageLink struct {
	Language, Name, URL string
	Current             bool
}

// preference is a checkbox: a method by which the person may want messages.
type preference struct {
	Name  string
	Label string
	On    bool
}

// phone is the phone of a dealer.
type phone struct {
	Text string
	URL  template.URL // empty unless Text is a plain number
}

// newPhone returns the phone of a dealer as it was given; nil: none.
func newPhone(text string) *phone {
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

// dealerPage returns a page with the parts that name the dealer.
func (v visit) dealerPage(view rollcall.LinkView) page {
	p := page{Status: http.StatusOK, T: v.texts(view.Language), Dealer: view.Dealer, Phone: newPhone(view.DealerPhone)}
	p.NoPhone = namesOf(view).fill(p.T.NoPhone)
	for i, t := range allTexts {
		p.Languages = append(p.Languages, languageLink{t.Language, languageNames[i], v.self() + "?lang=" + t.Language, t == p.T})
	}
	if view.HasLogo {
		p.Logo = v.self() + "/logo"
	}
	return p
}

// self returns the relative URL of the page of the link, which works behind a proxy that adds a path.
func (v visit) self() string { return "./" + url.PathEscape(v.token) }

// show writes a page.
func (h *Handler) show(w http.ResponseWriter, p page) {
	p.Style = h.layout.style
	var body bytes.Buffer
	if err := h.layout.template.Execute(&body, p); err != nil {
		panic(err) // the template doesn't match page
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(body.Len()))
	header.Set("Content-Security-Policy", h.layout.policy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Robots-Tag", robots)
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Language", p.T.Language)
	w.WriteHeader(p.Status)
	_, _ = body.WriteTo(w)
}
