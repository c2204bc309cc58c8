package pages

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
)

// answerPage returns the page behind the link of a message, for each state of the link.
func (v visit) answerPage(view rollcall.LinkView) page {
	p := v.dealerPage(view)
	t, n := p.T, namesOf(view)
	n.Label = t.label(view.Label)
	p.Call = t.Renew
	switch view.State {
	case rollcall.LinkOpen:
		p.Heading = t.AskHeading
		p.add(n, t.AskWho)
		p.Welcome = view.Welcome
		p.Yes = t.Yes
		p.Other = &otherForm{Value: "no", Label: t.No, When: n.fill(t.NoWhat)}
		p.Call = t.Unsure
	case rollcall.LinkConfirmed:
		p.Heading, p.Done = t.ConfirmedHeading, true
		p.add(n, t.Confirmed)
		p.Saved = v.r.URL.Query().Has(savedQuery)
		p.Preferences = t.preferences(view)
		p.Other = &otherForm{Value: "no", Label: t.No, When: n.fill(t.Wrong), Small: true}
		p.Call = t.Unsure
	case rollcall.LinkDeclined:
		p.Heading, p.Done = t.DeclinedHeading, true
		p.add(n, t.Declined)
		p.Other = &otherForm{Value: "yes", Label: t.Yes, When: n.fill(t.Undo), Small: true}
		p.Call = t.Ask
	case rollcall.LinkReplaced:
		p.Status, p.Heading = http.StatusGone, t.ReplacedHeading
		p.add(n, t.Replaced...)
	default:
		p.Status, p.Heading = http.StatusGone, t.ExpiredHeading
		p.add(n, t.Expired...)
	}
	return p
}

// savedQuery is the query parameter that makes the page say that the preferences were saved.
const savedQuery = "saved"

func namesOf(view rollcall.LinkView) names {
	return names{Dealer: view.Dealer, Site: view.Site, First: view.FirstName, Point: view.Address}
}

// label returns what is said after a contact point with the label; empty: nothing.
func (t *texts) label(label rollcall.PointLabel) string {
	return map[rollcall.PointLabel]string{"mobile": t.Mobile, "home": t.Home, "work": t.Work}[label]
}

// preferences returns the checkboxes for the methods by which the person can get messages.
func (t *texts) preferences(view rollcall.LinkView) []preference {
	var all []preference
	for _, channel := range view.Channels {
		switch channel {
		case rollcall.SMS:
			all = append(all, preference{"sms", t.ChooseSMS, view.Preferences.SMS})
		case rollcall.Email:
			all = append(all, preference{"email", t.ChooseEmail, view.Preferences.Email})
		}
	}
	return all
}

// add appends paragraphs below the heading.
func (p *page) add(n names, texts ...string) {
	for _, text := range texts {
		p.Texts = append(p.Texts, n.fill(text))
	}
}

// unsubscribePage returns the page behind the link that stops e-mails, before and after it did. It doesn't tell whether
// e-mails were stopped earlier; stopping them again does no harm.
func (v visit) unsubscribePage(view rollcall.LinkView, stopped bool) page {
	p := v.dealerPage(view)
	t, n := p.T, namesOf(view)
	if stopped {
		p.Heading, p.Done, p.Call = t.StoppedHeading, true, t.Ask
		p.add(n, t.Stopped)
		return p
	}
	p.Heading, p.Unsubscribe, p.Call = t.StopHeading, true, t.Unsure
	p.add(n, t.Stop)
	return p
}

// plainPage returns a page that names no dealer.
func plainPage(t *texts, status int, heading string, paragraphs ...string) page {
	p := page{Status: status, T: t, Heading: heading}
	p.add(names{}, paragraphs...)
	return p
}
