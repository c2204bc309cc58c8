package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// maxForm is the longest form that is read, in bytes. The forms of the pages are far shorter.
const maxForm = 8 << 10

// post handles the form of a page. The link is looked up before the body is read, since a stranger may send it slowly. A
// form without an answer stops e-mails if the link is for that, whatever else it holds: mail programs send one of their
// own. For any other link it changes nothing.
func (v visit) post() {
	view, unsubscribe, err := v.find()
	if err != nil {
		v.fail(err)
		return
	}
	form, err := v.readForm()
	if err != nil {
		web.FromContext(v.r.Context()).Limit = web.BodyLimit
		v.w.Header().Set("Connection", "close")
		v.refuse(http.StatusRequestEntityTooLarge, view.Language, v.self())
		return
	}
	answer, ok := parseAnswer(form)
	switch {
	case ok:
		v.answer(answer, form.Get("answer") == "save")
	case unsubscribe:
		v.unsubscribe(view)
	default:
		v.refuse(http.StatusBadRequest, view.Language, v.self())
	}
}

// readForm reads the form in the body. It returns nil if there is none or it is malformed, and fails if it is too long.
func (v visit) readForm() (url.Values, error) {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	err := v.r.ParseForm()
	if err == nil {
		if err = v.r.ParseMultipartForm(maxForm); errors.Is(err, http.ErrNotMultipart) {
			err = nil
		}
	}
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return nil, err
	case err != nil:
		return nil, nil
	}
	return v.r.PostForm, nil
}

// parseAnswer returns the answer in a form, and false if it has none or an unknown one. Browsers don't send a checkbox that
// isn't ticked, so a form lists the offered choices beside the ticked ones; other choices stay as they are.
func parseAnswer(form url.Values) (rollcall.LinkAnswer, bool) {
	answers := form["answer"]
	if len(answers) != 1 || !slices.Contains([]string{"yes", "save", "no"}, answers[0]) {
		return rollcall.LinkAnswer{}, false
	}
	if answers[0] == "no" {
		return rollcall.LinkAnswer{}, true
	}
	choice := func(name string) rollcall.Field[bool] {
		if !slices.Contains(form["offered"], name) {
			return rollcall.Field[bool]{}
		}
		return rollcall.Given(slices.Contains(form["wanted"], name))
	}
	return rollcall.LinkAnswer{
		Confirm:     true,
		Preferences: rollcall.PreferencesInput{Email: choice("email"), SMS: choice("sms"), Push: choice("push")},
	}, true
}

// answer records the answer and redirects to the page of the link, which can be reloaded.
func (v visit) answer(answer rollcall.LinkAnswer, save bool) {
	view, err := v.core.AnswerLink(v.r.Context(), v.token, answer)
	if err != nil {
		v.fail(err)
		return
	}
	var query []string
	if language := v.chosenLanguage(); language != "" {
		query = append(query, "lang="+language)
	}
	if save && view.State == rollcall.LinkConfirmed {
		query = append(query, savedQuery)
	}
	to := v.self()
	if len(query) > 0 {
		to += "?" + strings.Join(query, "&")
	}
	v.w.Header().Set("Location", to)
	v.w.Header().Set("X-Robots-Tag", robots)
	v.w.WriteHeader(http.StatusSeeOther)
}

// unsubscribe stops e-mails and shows the page that says so. It doesn't redirect, since mail programs need not follow.
func (v visit) unsubscribe(view rollcall.LinkView) {
	if err := v.core.Unsubscribe(v.r.Context(), v.token); err != nil {
		v.fail(err)
		return
	}
	v.show(v.w, v.unsubscribePage(view, true))
}
