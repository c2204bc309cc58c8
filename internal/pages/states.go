package pages

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
)

// answerPage is the page behind the link that asks, in each of its states.
func (v visit) answerPage(view rollcall.LinkView) page {
	p := v.about(view)
	t, n := p.T, namesOf(view)
	p.Call = t.Renew
	switch view.State {
	case rollcall.LinkOpen:
		p.Heading = t.AskHeading
		p.says(n, t.AskWho)
		p.Welcome = view.Welcome
		p.Yes = t.Yes
		p.Other = &otherForm{Value: "no", Label: t.No, What: n.fill(t.NoWhat)}
		p.Call = t.Unsure
	case rollcall.LinkConfirmed:
		p.Heading, p.Done = t.ConfirmedHeading, true
		p.says(n, t.Confirmed)
		p.Saved = v.r.URL.Query().Has(savedQuery)
		p.Choices = t.choices(view)
		p.Other = &otherForm{Value: "no", Label: t.No, What: n.fill(t.Wrong), Small: true}
		p.Call = t.Unsure
	case rollcall.LinkDeclined:
		p.Heading, p.Done = t.DeclinedHeading, true
		p.says(n, t.Declined)
		p.Other = &otherForm{Value: "yes", Label: t.Yes, What: n.fill(t.Undo), Small: true}
		p.Call = t.Ask
	case rollcall.LinkReplaced:
		p.Status, p.Heading = http.StatusGone, t.ReplacedHeading
		p.says(n, t.Replaced...)
	default:
		p.Status, p.Heading = http.StatusGone, t.ExpiredHeading
		p.says(n, t.Expired...)
	}
	return p
}

// savedQuery, after the path, makes the page say that the choices were kept.
const savedQuery = "saved"

func namesOf(view rollcall.LinkView) names {
	return names{Dealer: view.Dealer, Site: view.Site, First: view.FirstName, Point: view.Address}
}

// choices returns the messages that the person can get, which are those of a phone or an e-mail that is known.
func (t *texts) choices(view rollcall.LinkView) []choice {
	var all []choice
	for _, channel := range view.Channels {
		switch channel {
		case rollcall.SMS:
			all = append(all, choice{"sms", t.ChooseSMS, view.Preferences.SMS})
		case rollcall.Email:
			all = append(all, choice{"email", t.ChooseEmail, view.Preferences.Email})
		}
	}
	return all
}

// says adds what stands below the heading.
func (p *page) says(n names, texts ...string) {
	for _, text := range texts {
		p.Texts = append(p.Texts, n.fill(text))
	}
}

// stopPage is the page behind the link that stops e-mails, before and after it did. Nothing
// tells whether it did before, and to press again does no harm.
func (v visit) stopPage(view rollcall.LinkView, stopped bool) page {
	p := v.about(view)
	t, n := p.T, namesOf(view)
	if stopped {
		p.Heading, p.Done, p.Call = t.StoppedHeading, true, t.Ask
		p.says(n, t.Stopped)
		return p
	}
	p.Heading, p.Stop, p.Call = t.StopHeading, true, t.Unsure
	p.says(n, t.Stop)
	return p
}

// plain is a page that speaks of no dealer.
func plain(t *texts, status int, heading string, paragraphs ...string) page {
	p := page{Status: status, T: t, Heading: heading}
	p.says(names{}, paragraphs...)
	return p
}
