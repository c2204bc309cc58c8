package message

import (
	"strings"
	"unicode/utf16"
)

// Ask is a question to a person: who asks, and how to answer.
type Ask struct {
	Dealer, Site string // their names
	Text         string // the caller's own words; empty: the usual question
	Link         string // where the person answers; empty: there is no page
	Code         string // six digits
}

// Mail is an e-mail.
type Mail struct {
	Subject, Text string
	Button        string // what a button that leads to the link says
}

// fill puts what the question is made of into a text. text stands for what is asked.
func (a Ask) fill(template, text string) string {
	return strings.NewReplacer("{dealer}", a.Dealer, "{site}", a.Site, "{text}", text, "{link}", a.Link, "{code}", a.Code).
		Replace(template)
}

// text returns what is asked: the caller's words, else the usual ones.
func (a Ask) text(usual string) string {
	if a.Text == "" {
		return usual
	}
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(a.Text))
}

// SegmentsMax is how many segments a text message may take.
const SegmentsMax = 4

// SMS returns a text message, which begins with the names of the dealer and the site. They are shortened where the message
// would take more than SegmentsMax segments; only the caller's own words, or a very long link, can make it longer still.
func (t *Texts) SMS(a Ask) string {
	return fitNames(a.Dealer, a.Site, func(dealer, site string) string {
		a.Dealer, a.Site = dealer, site
		lines := []string{a.fill(t.who, a.text(t.askSMS))}
		if a.Link != "" {
			lines = append(lines, a.fill(t.smsLink, ""))
		}
		return strings.Join(append(lines, a.fill(t.smsCode, "")), "\n")
	})
}

// Mail returns an e-mail: who asks and why, then the link, then the code.
func (t *Texts) Mail(a Ask) Mail {
	parts := []string{a.fill(t.who, a.text(t.askMail)), a.fill(t.mailWhy, "")}
	if a.Link != "" {
		parts = append(parts, a.fill(t.mailLink, ""), a.fill(t.mailCode, ""), a.fill(t.mailLife, ""))
	} else {
		parts = append(parts, a.fill(t.mailCode, ""), a.fill(t.mailNoLink, ""))
	}
	return Mail{Subject: a.fill(t.mailSubject, ""), Text: strings.Join(parts, "\n\n"), Button: t.mailButton}
}

// Call returns what is spoken in a call: who asks, what, the code twice, and which keys to press.
func (t *Texts) Call(a Ask) string {
	a.Code = strings.Join(strings.Split(a.Code, ""), ", ")
	return strings.Join([]string{
		a.fill(t.voiceWho, ""), a.text(t.askCall), a.fill(t.voiceCode, ""), a.fill(t.voiceAgain, ""), t.voiceKeys,
	}, "\n")
}

// fitNames returns what compose makes of the names: whole, or as long as fits into SegmentsMax.
func fitNames(dealer, site string, compose func(dealer, site string) string) string {
	text := compose(dealer, site)
	for _, most := range []int{60, 40, 30, 20, 12} {
		if Segments(text) <= SegmentsMax {
			break
		}
		text = compose(shorten(dealer, most), shorten(site, most))
	}
	return text
}

// shorten cuts a name to so many UTF-16 units.
func shorten(name string, most int) string {
	const dots = "..."
	units, end := 0, 0
	for i, r := range name {
		if units <= most-len(dots) {
			end = i
		}
		units += max(1, utf16.RuneLen(r))
	}
	if units <= most {
		return name
	}
	return strings.TrimSpace(name[:end]) + dots
}
