package message

import (
	"strings"
	"unicode/utf16"
)

// Ask is a question to a person: who asks, what, and how to answer.
type Ask struct {
	Dealer, Site string // their names
	Text         string // the caller's own text; empty: the default text
	Link         string // the page on which the person answers; empty: no page
	Code         string // six digits
	Point        string // what Texts.Point returns, for a person with several contact points of the kind; empty: not named
}

// Mail is an e-mail.
type Mail struct {
	Subject, Text string
	Button        string // label of a button that opens the link
}

// fill replaces the placeholders of a template.
func (a Ask) fill(template, text string) string {
	return strings.NewReplacer("{dealer}", a.Dealer, "{site}", a.Site, "{text}", text, "{link}", a.Link, "{code}", a.Code).
		Replace(template)
}

// text returns the caller's own text. If there is none it returns usual, or named with the contact point if that has a name.
func (a Ask) text(usual, named string) string {
	switch {
	case a.Text == "" && a.Point == "":
		return usual
	case a.Text == "":
		return strings.ReplaceAll(named, "{point}", a.Point)
	}
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(a.Text))
}

// SegmentsMax is the maximum number of segments of a text message.
const SegmentsMax = 4

// SMS returns a text message, which begins with the names of the dealer and the site. The names are shortened if the message
// would have more than SegmentsMax segments. It can still have more if the caller's own text or the link is very long.
func (t *Texts) SMS(a Ask) string {
	return fitNames(a.Dealer, a.Site, func(dealer, site string) string {
		a.Dealer, a.Site = dealer, site
		lines := []string{a.fill(t.who, a.text(t.askSMS, t.askSMSAt))}
		if a.Link != "" {
			lines = append(lines, a.fill(t.smsLink, ""))
		}
		return strings.Join(append(lines, a.fill(t.smsCode, "")), "\n")
	})
}

// Mail returns an e-mail: who asks and why, then the link, then the code.
func (t *Texts) Mail(a Ask) Mail {
	parts := []string{a.fill(t.who, a.text(t.askMail, t.askMailAt)), a.fill(t.mailWhy, "")}
	if a.Link != "" {
		parts = append(parts, a.fill(t.mailLink, ""), a.fill(t.mailCode, ""), a.fill(t.mailLife, ""))
	} else {
		parts = append(parts, a.fill(t.mailCode, ""), a.fill(t.mailNoLink, ""))
	}
	return Mail{Subject: a.fill(t.mailSubject, ""), Text: strings.Join(parts, "\n\n"), Button: t.mailButton}
}

// Call returns the text of a call: who asks, what, the code twice, and which keys to press.
func (t *Texts) Call(a Ask) string {
	a.Code = strings.Join(strings.Split(a.Code, ""), ", ")
	return strings.Join([]string{
		a.fill(t.voiceWho, ""), a.text(t.askCall, t.askCallAt), a.fill(t.voiceCode, ""), a.fill(t.voiceAgain, ""), t.voiceKeys,
	}, "\n")
}

// fitNames returns the text that compose makes of the names, which it shortens until the text fits into SegmentsMax.
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

// shorten cuts a name to at most most UTF-16 units.
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
