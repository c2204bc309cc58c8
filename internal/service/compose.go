package service

import (
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/message"
)

// textsFor returns the texts in the language of the contact, else of the site, else of the dealer, else in English. A language
// without texts counts as none.
func textsFor(c *rollcall.Contact, site *rollcall.Site, dealer *rollcall.Dealer) *message.Texts {
	return message.In(c.Language, site.Language, dealer.Language)
}

// compose returns the whole message of a validation, with the link, the code and how to opt out.
func (s *Service) compose(v *rollcall.Validation, c *rollcall.Contact, site *rollcall.Site, dealer *rollcall.Dealer) rollcall.Message {
	texts := textsFor(c, site, dealer)
	m := rollcall.Message{
		Dealer: v.Dealer, Validation: v.ID, Method: v.Method, To: v.To, Extension: v.Extension, Language: texts.Language,
		From: dealer.Name, Link: s.link(purposePage, v), Code: code(s.opts.Secrets[0], v), Before: v.Attempted, Words: words(v),
	}
	ask := message.Ask{Dealer: dealer.Name, Site: site.Name, Text: v.Text, Link: m.Link, Code: m.Code}
	if p := c.PointOf(v); p != nil && hasSeveral(c, p.Kind) {
		ask.Point = texts.Point(v.To, v.Extension, string(p.Label))
	}
	switch v.Method {
	case rollcall.SMS:
		m.Text = texts.SMS(ask)
	case rollcall.Email:
		mail := texts.Mail(ask)
		m.Subject, m.Text, m.Button = mail.Subject, mail.Text, mail.Button
		m.Unsubscribe = s.link(purposeUnsubscribe, v)
	case rollcall.Call:
		m.Text = texts.Call(ask)
	}
	return m
}

// nameSites makes the message of v name the sites of all contact points that share it, at most namedSites of them.
func (ch *change) nameSites(v *rollcall.Validation, c *rollcall.Contact, site *rollcall.Site, dealer *rollcall.Dealer) error {
	if v.RollCall == "" {
		return nil
	}
	names, total, err := ch.tx.RollCallSites(ch.ctx, v.Dealer, v.ID, namedSites)
	if err == nil && total > 1 {
		site.Name = textsFor(c, site, dealer).Sites(names, total)
	}
	return err
}

// hasSeveral reports whether the contact has more than one contact point of the kind.
func hasSeveral(c *rollcall.Contact, kind rollcall.PointKind) bool {
	n := 0
	for i := range c.Points {
		if c.Points[i].Kind == kind {
			n++
		}
	}
	return n > 1
}

// checkLength returns ValidationFailed if the caller's text makes a text message too long.
func (ch *change) checkLength(v *rollcall.Validation, c *rollcall.Contact) error {
	if v.Method != rollcall.SMS || v.Text == "" {
		return nil
	}
	site, dealer, err := siteAndDealer(ch.ctx, ch.tx, v)
	if err != nil {
		return err
	}
	n := message.Segments(ch.compose(v, c, &site, &dealer).Text)
	if n <= message.SegmentsMax {
		return nil
	}
	return textTooLong(n)
}

// words identifies the text of a message apart from its link and code: the caller's text, or the site for the default text.
func words(v *rollcall.Validation) string {
	if v.Text == "" {
		return string(v.Dealer) + " " + string(v.Site)
	}
	return v.Text
}
