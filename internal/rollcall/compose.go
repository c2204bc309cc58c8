package rollcall

import (
	"context"
	"strings"
)

// messageTexts are the words of one language. {dealer} and {site} stand for their names, {text} for the message itself,
// {link} and {code} for what they are called by.
type messageTexts struct {
	language string

	ask string // the message where the caller gave none

	smsLink, smsCode, smsStop string

	mailSubject, mailLink, mailCode, mailLife, mailFrom string

	voiceWho, voiceCode, voiceAgain, voiceKeys string

	replyConfirmed, replyAskCode, replyWrongCode, replyStopped, replyStarted, replyHelp string

	callYes, callNo, callNever, callAgain, callOver string
}

// textsOf returns the words in the first of the languages (BCP 47) that there are words in, else in English.
func textsOf(languages ...string) *messageTexts {
	all := []*messageTexts{&english, &spanish, &french}
	for _, language := range languages {
		primary, _, _ := strings.Cut(strings.ToLower(language), "-")
		for _, t := range all {
			if t.language == primary {
				return t
			}
		}
	}
	return &english
}

// defaultText returns the message of a validation whose caller gave none: in the language of the site, else of the dealer,
// else English.
func defaultText(ctx context.Context, tx Tx, v *Validation) (string, error) {
	site, dealer, err := whereAsked(ctx, tx, v)
	if err != nil {
		return "", err
	}
	return named(textsOf(site.Language, dealer.Language).ask, &site, &dealer), nil
}

func named(text string, site *Site, dealer *Dealer) string {
	return strings.NewReplacer("{dealer}", dealer.Name, "{site}", site.Name).Replace(text)
}

// compose returns the whole message of a validation, with the link, the code and how to opt out.
func (s *Service) compose(v *Validation, site *Site, dealer *Dealer) Message {
	texts := textsOf(site.Language, dealer.Language)
	m := Message{
		Dealer: v.Dealer, Validation: v.ID, Method: v.Method, To: v.To, Test: v.Test, Language: texts.language,
		From: dealer.Name, Before: v.Attempted, Words: v.Text,
	}
	if v.Method != Call {
		m.Link = s.link(purposePage, v)
	}
	digits := code(s.opts.Secrets[0], v)
	fill := func(text string) string {
		return strings.NewReplacer("{dealer}", dealer.Name, "{site}", site.Name, "{text}", v.Text, "{link}", m.Link, "{code}", digits).Replace(text)
	}
	var parts []string
	add := func(text string) { parts = append(parts, fill(text)) }
	switch v.Method {
	case SMS:
		add("{text}")
		if m.Link != "" {
			add(texts.smsLink)
		}
		add(texts.smsCode + " " + texts.smsStop)
		m.Text = strings.Join(parts, "\n")
	case Email:
		m.Subject, m.Unsubscribe = fill(texts.mailSubject), s.link(purposeUnsubscribe, v)
		if m.Link != "" {
			add(texts.mailLink)
		}
		add("{text}")
		add(texts.mailCode)
		if m.Link != "" {
			add(texts.mailLife)
		}
		add(texts.mailFrom)
		m.Text = strings.Join(parts, "\n\n")
	case Call:
		digits = strings.Join(strings.Split(digits, ""), ", ")
		add(texts.voiceWho)
		add("{text}")
		add(texts.voiceCode)
		add(texts.voiceAgain)
		add(texts.voiceKeys)
		m.Text = strings.Join(parts, "\n")
	}
	return m
}
