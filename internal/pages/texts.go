package pages

import (
	"html/template"
	"strings"

	"golang.org/x/text/language"
)

// texts are all that the pages say in one language. {dealer}, {site} and {first} stand for
// names, {point} for a part of a number or address.
type texts struct {
	Language  string // for the lang attribute
	Languages string // names the choice of languages

	AskHeading  string
	AskWho      string // who asks, whom, where, and what for
	Yes         string // the button
	No          string // the button
	NoWhat      string // what pressing "no" does
	Choices     string // what the choices are about
	ChooseEmail string
	ChooseSMS   string

	ConfirmedHeading string
	Confirmed        string
	Wrong            string // beside the button that says no after all
	Save             string // the button
	Saved            string

	DeclinedHeading string
	Declined        string
	Undo            string // beside the button that says yes after all

	ExpiredHeading string
	Expired        []string

	ReplacedHeading string
	Replaced        []string

	UnknownHeading string
	Unknown        []string

	StopHeading    string
	Stop           string
	StopButton     string
	StoppedHeading string
	Stopped        string

	Unsure  string // before the dealer's phone, where the person may take the page for a fraud
	Ask     string // the same, where the person may have questions
	Renew   string // the same, where the person needs another link
	NoPhone string // instead, where the phone is not known

	BadHeading  string
	Bad         string
	Back        string // the link
	BusyHeading string
	Busy        string
	FailHeading string
	Fail        string
	FailNumber  string // before the number of the request
}

// languages are in the order of tags.
var languages = []*texts{&english, &spanish, &french}

// languageNames are what languages are called in themselves, in the order of tags.
var languageNames = []string{"English", "Español", "Français"}

var tags = []language.Tag{language.English, language.Spanish, language.French}

// speaker chooses the language of a page.
type speaker struct{ matcher language.Matcher }

func newSpeaker() speaker { return speaker{language.NewMatcher(tags)} }

// texts returns those in a language that the header Accept-Language asks for, else in that of the site, else in English.
func (s speaker) texts(accepted, site string) *texts {
	if wanted, _, err := language.ParseAcceptLanguage(accepted); err == nil && len(wanted) > 0 {
		if _, i, sure := s.matcher.Match(wanted...); sure > language.No {
			return languages[i]
		}
	}
	_, i := language.MatchStrings(s.matcher, site)
	return languages[i]
}

// names are what stands for the placeholders of a text.
type names struct{ Dealer, Site, First, Point string }

// fill puts the names into a text: each so that its own direction of writing does not reach the words around it.
func (n names) fill(text string) template.HTML {
	name := func(s string) string { return "<b><bdi>" + template.HTMLEscapeString(s) + "</bdi></b>" }
	point := name(n.Point)
	if !strings.Contains(n.Point, "@") { // a number stays on one line
		point = strings.Replace(point, "<b>", `<b class="number">`, 1)
	}
	filled := strings.NewReplacer("{dealer}", name(n.Dealer), "{site}", name(n.Site), "{first}", name(n.First), "{point}", point).Replace(template.HTMLEscapeString(text))
	return template.HTML(filled)
}
