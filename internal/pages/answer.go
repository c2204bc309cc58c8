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

// formMost is the longest form that is read, in bytes; ours are far shorter.
const formMost = 8 << 10

// post takes the answer of a page's form. A form without an answer stops e-mails where the link is for that, whatever it
// holds, since programs for mail send one of their own; otherwise it changes nothing.
func (v visit) post() {
	if err := v.known(); err != nil {
		v.fail(err) // without reading the body, which a stranger may send byte by byte
		return
	}
	form, err := v.form()
	if err != nil {
		web.FromContext(v.r.Context()).Limit = web.BodyLimit
		v.w.Header().Set("Connection", "close")
		v.refuse(http.StatusRequestEntityTooLarge, v.self())
		return
	}
	if answer, ok := answerOf(form); ok {
		v.answer(answer, form.Get("answer") == "save")
		return
	}
	v.stop()
}

// known returns LinkNotFound for a link that leads nowhere.
func (v visit) known() error {
	_, err := v.core.ViewLink(v.r.Context(), v.token)
	if rollcall.KindOf(err) == rollcall.LinkNotFound {
		_, err = v.core.UnsubscribeView(v.r.Context(), v.token)
	}
	return err
}

// form reads the form in the body, and returns nil where there is none or it is broken. It fails where it is too long.
func (v visit) form() (url.Values, error) {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, formMost)
	err := v.r.ParseForm()
	if err == nil {
		if err = v.r.ParseMultipartForm(formMost); errors.Is(err, http.ErrNotMultipart) {
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

// answerOf returns what a form says, and false where it says nothing that can be understood. Browsers do not send a box
// that is not ticked, so a form names the choices that it offered beside those that are wanted; others stay as they are.
func answerOf(form url.Values) (rollcall.LinkAnswer, bool) {
	said := form["answer"]
	if len(said) != 1 || !slices.Contains([]string{"yes", "save", "no"}, said[0]) {
		return rollcall.LinkAnswer{}, false
	}
	if said[0] == "no" {
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

// answer records what the person says, and leads to the page that tells what holds now, which may be loaded again.
func (v visit) answer(answer rollcall.LinkAnswer, save bool) {
	view, err := v.core.AnswerLink(v.r.Context(), v.token, answer)
	if err != nil {
		v.fail(err)
		return
	}
	var query []string
	if chosen := v.chosen(); chosen != "" {
		query = append(query, "lang="+chosen)
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

// stop stops e-mails. The answer is no redirection, which programs for mail need not follow.
func (v visit) stop() {
	ctx := v.r.Context()
	view, err := v.core.UnsubscribeView(ctx, v.token)
	if err == nil {
		err = v.core.Unsubscribe(ctx, v.token)
	}
	if err == nil {
		v.show(v.w, v.r, v.stopPage(view, true))
		return
	}
	if rollcall.KindOf(err) == rollcall.LinkNotFound {
		if _, err = v.core.ViewLink(ctx, v.token); err == nil {
			v.refuse(http.StatusBadRequest, v.self())
			return
		}
	}
	v.fail(err)
}
