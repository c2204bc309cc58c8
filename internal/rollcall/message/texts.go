package message

import "strings"

// Texts are the texts in one language. The unexported ones have placeholders: {dealer} and {site} for the names, {text} for
// the question, {link} and {code}.
type Texts struct {
	Language string

	// The default questions.
	askSMS, askMail, askCall string

	who string // begins text messages and e-mails

	smsLink, smsCode string

	mailSubject, mailWhy, mailLink, mailButton, mailCode, mailLife, mailNoLink string

	voiceWho, voiceCode, voiceAgain, voiceKeys string

	replyConfirmed string

	// Replies to text messages.
	ReplyAskCode, ReplyWrongCode, ReplyStopped, ReplyStarted, ReplyHelp string

	// What a person hears after pressing a key in a call.
	CallYes, CallNo, CallNever, CallAgain, CallOver string

	users *userTexts
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

func all() []*Texts { return []*Texts{&english, &spanish, &french} }

// Confirmed returns the reply to a text message that confirmed.
func (t *Texts) Confirmed(dealer, site string) string {
	return fitNames(dealer, site, func(dealer, site string) string {
		return Ask{Dealer: dealer, Site: site}.fill(t.who, t.replyConfirmed)
	})
}
