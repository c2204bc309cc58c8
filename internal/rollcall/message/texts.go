package message

import "strings"

// Texts are the words of one language. In the unexported ones {dealer} and {site} stand for their names, {text} for what
// is asked, {link} for the link and {code} for the code.
type Texts struct {
	Language string

	// What is asked where the caller gave no words.
	askSMS, askMail, askCall string

	who string // begins text messages and e-mails

	smsLink, smsCode string

	mailSubject, mailWhy, mailLink, mailButton, mailCode, mailLife, mailNoLink string

	voiceWho, voiceCode, voiceAgain, voiceKeys string

	replyConfirmed string

	// Answers to text messages.
	ReplyAskCode, ReplyWrongCode, ReplyStopped, ReplyStarted, ReplyHelp string

	// What a person hears who pressed a key in a call.
	CallYes, CallNo, CallNever, CallAgain, CallOver string
}

// In returns the words in the first of the languages (BCP 47) that is known, else in English.
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

// Confirmed returns the answer to a text message that confirmed.
func (t *Texts) Confirmed(dealer, site string) string {
	return fitNames(dealer, site, func(dealer, site string) string {
		return Ask{Dealer: dealer, Site: site}.fill(t.who, t.replyConfirmed)
	})
}
