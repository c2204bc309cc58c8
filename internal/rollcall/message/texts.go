package message

import (
	"strconv"
	"strings"
)

// Texts are the texts in one language. The unexported ones have placeholders: {dealer} and {site} for the names, {text} for
// the question, {link} and {code}.
type Texts struct {
	Language string

	// The default questions, without and with the contact point, {point}.
	askSMS, askMail, askCall       string
	askSMSAt, askMailAt, askCallAt string

	// Names of contact points for their owners. {end} is the last digits of a phone, or an address without most of its beginning.
	mobile, homePhone, workPhone, phone, extension string
	homeAddress, workAddress, address              string

	and, moreSites string // end a list of names of sites; {sites} is a number

	who string // begins text messages and e-mails

	smsLink, smsCode string

	mailSubject, mailWhy, mailLink, mailButton, mailCode, mailLife, mailNoLink string

	voiceWho, voiceCode, voiceAgain, voiceKeys string

	replyConfirmed string

	// Replies to text messages.
	ReplyAskCode, ReplyWrongCode, ReplyStopped, ReplyStarted, ReplyHelp string

	// What a person hears after pressing a key in a call.
	CallYes, CallNo, CallNever, CallAgain, CallOver string

	users   *userTexts
	notices *noticeTexts
}

// In returns the texts in the first of the languages (BCP 47) that is supported, else in English.
func In(languages ...string) *Texts {
	for _, language := range languages {
		primary, _, _ := strings.Cut(strings.ToLower(language), "-")
		for _, t := range all() {
			if t.Language == primary {
				return t
			}
		}
	}
	return &english
}

// Languages returns the languages that have texts.
func Languages() []string {
	var languages []string
	for _, t := range all() {
		languages = append(languages, t.Language)
	}
	return languages
}

func all() []*Texts { return []*Texts{&english, &spanish, &french} }

// Point names a contact point for its owner, with its label if it has one: "your mobile ending in 47".
func (t *Texts) Point(value, extension, label string) string {
	if strings.Contains(value, "@") {
		name := t.address
		switch label {
		case "home":
			name = t.homeAddress
		case "work":
			name = t.workAddress
		}
		return strings.ReplaceAll(name, "{end}", Mask(value))
	}
	name := t.phone
	switch label {
	case "mobile":
		name = t.mobile
	case "home":
		name = t.homePhone
	case "work":
		name = t.workPhone
	}
	if extension != "" {
		name += strings.ReplaceAll(t.extension, "{extension}", extension)
	}
	return strings.ReplaceAll(name, "{end}", lastDigits(value, endDigits))
}

// Sites names sites for a person who is on the lists of total of them.
func (t *Texts) Sites(names []string, total int) string {
	last := len(names) - 1
	if total > len(names) || last < 1 {
		return strings.Join(names, ", ") + strings.ReplaceAll(t.moreSites, "{sites}", strconv.Itoa(total-len(names)))
	}
	return strings.Join(names[:last], ", ") + t.and + names[last]
}

// endDigits is how many digits of a number its name has: enough to tell the phones of one person apart.
const endDigits = 2

// Confirmed returns the reply to a text message that confirmed.
func (t *Texts) Confirmed(dealer, site string) string {
	return fitNames(dealer, site, func(dealer, site string) string {
		return Ask{Dealer: dealer, Site: site}.fill(t.who, t.replyConfirmed)
	})
}
