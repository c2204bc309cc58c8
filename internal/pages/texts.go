package pages

import (
	"html/template"
	"strings"

	"golang.org/x/text/language"
)

// texts are the texts of the pages in one language. {dealer}, {site} and {first} are replaced by names, {point} by part of a
// phone or e-mail and its label.
type texts struct {
	Language  string // for the lang attribute
	Languages string // label of the language links

	AskHeading  string
	AskWho      string // who asks whom, at what phone or e-mail, for which site
	Mobile      string // after a phone or e-mail, where it is
	Home        string // the same
	Work        string // the same
	Yes         string // button
	No          string // button
	NoWhat      string // what the button No does
	Choices     string // legend of the checkboxes
	ChooseEmail string // checkbox
	ChooseSMS   string // checkbox

	ConfirmedHeading string
	Confirmed        string
	Wrong            string // beside the button No, after a yes
	Save             string // button
	Saved            string

	DeclinedHeading string
	Declined        string
	Undo            string // beside the button Yes, after a no

	ExpiredHeading string
	Expired        []string

	ReplacedHeading string
	Replaced        []string

	UnknownHeading string
	Unknown        []string

	StopHeading    string
	Stop           string
	StopButton     string // button
	StoppedHeading string
	Stopped        string

	Unsure  string // before the dealer's phone, for a person who fears a fraud
	Ask     string // before the dealer's phone, for a person with questions
	Renew   string // before the dealer's phone, for a person who needs another link
	NoPhone string // instead of the dealer's phone

	Preview     string // above the page, for staff
	PreviewBack string // link

	BadHeading  string
	Bad         string
	Back        string // link
	BusyHeading string
	Busy        string
	FailHeading string
	Fail        string
	FailNumber  string // before the request id
}

// allTexts has the order of tags.
var allTexts = []*texts{&english, &spanish, &french}

// languageNames are the languages' own names, in the order of tags.
var languageNames = []string{"English", "Español", "Français"}

var tags = []language.Tag{language.English, language.Spanish, language.French}

// languageMatcher chooses the language of a page.
type languageMatcher struct{ matcher language.Matcher }

func newLanguageMatcher() languageMatcher { return languageMatcher{language.NewMatcher(tags)} }

// texts returns the texts in a language that Accept-Language asks for, otherwise in that of the site, otherwise in English.
func (m languageMatcher) texts(accepted, site string) *texts {
	if wanted, _, err := language.ParseAcceptLanguage(accepted); err == nil && len(wanted) > 0 {
		if _, i, sure := m.matcher.Match(wanted...); sure > language.No {
			return allTexts[i]
		}
	}
	_, i := language.MatchStrings(m.matcher, site)
	return allTexts[i]
}

// names replace the placeholders of a text.
type names struct{ Dealer, Site, First, Point, Label string }

// fill replaces the placeholders of a text. Each name is isolated, so that its writing direction doesn't affect the words
// around it.
func (n names) fill(text string) template.HTML {
	name := func(s string) string { return "<b><bdi>" + template.HTMLEscapeString(s) + "</bdi></b>" }
	point := name(n.Point)
	if !strings.Contains(n.Point, "@") { // a phone stays on one line
		point = strings.Replace(point, "<b>", `<b class="number">`, 1)
	}
	filled := strings.NewReplacer("{dealer}", name(n.Dealer), "{site}", name(n.Site), "{first}", name(n.First), "{point}", point+template.HTMLEscapeString(n.Label)).Replace(template.HTMLEscapeString(text))
	return template.HTML(filled)
}
