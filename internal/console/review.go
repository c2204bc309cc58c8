package console

import (
	"fmt"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// reviewView says when the call list was last read through with somebody. Fields are those of the form; empty: the user may not change
// the site, or another form is open.
type reviewView struct {
	Last   sentence
	Fields []field
	Open   bool
}

func (s *siteVisit) review() (view reviewView, err error) {
	t := &s.t.Review
	with, err := s.service.ReviewedWith(s.r.Context(), &s.site)
	if err != nil {
		return view, err
	}
	at := s.t.day(s.site.Reviewed, s.place)
	switch {
	case at == "":
		view.Last = about(t.Never, "")
	case with == "":
		view.Last = about(t.LastNobody, "", "day", at)
	default:
		view.Last = about(t.Last, s.freeText(with), "day", at)
	}
	if !s.mayChange() || !s.open.none() {
		return view, nil
	}
	name := s.field("with", t.With, field{Type: "text", Autocomplete: "off", Required: true, Value: s.value("with", "")})
	note := s.field("note", t.Note+" "+s.t.Words.Optional, field{Lines: 2, Value: s.value("note", "")})
	view.Fields, view.Open = []field{name, note}, name.Problem+note.Problem != ""
	return view, nil
}

// saveReview records that the call list was read through.
func (s *siteVisit) saveReview(string) error {
	_, err := s.service.Review(s.r.Context(), s.once("review", s.form.Encode()), s.ref(), rollcall.ReviewInput{
		With: rollcall.Given(s.form.Get("with")), Note: s.optional("note"),
	})
	if err != nil && !doneBefore(err) {
		return s.again(err, (*visit).siteOf)
	}
	return s.done(sitePath(s.site.ID), "reviewed")
}

// noted adds to a sentence about a review its note.
func (v *visit) noted(text string, l *audit.Line) string {
	note := l.Mentioned().Note
	if note == "" {
		return text
	}
	return text + " " + fmt.Sprintf(v.t.Review.Quote, isolated(v.freeText(note)))
}
