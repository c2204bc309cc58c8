package service

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/rollcall/phone"
)

// identity is how a person is recognized in mentions: by present and former names, phones and e-mails.
type identity struct {
	firsts, lasts []string
	values        recipientValues
}

func (who *identity) addName(c *rollcall.Contact) {
	who.firsts, who.lasts = append(who.firsts, c.FirstName), append(who.lasts, c.LastName)
}

// addLines adds the names and values in audit lines about the person.
func (who *identity) addLines(lines []audit.Line) error {
	for i := range lines {
		changed, err := lines[i].Changes()
		if err != nil {
			return err
		}
		for _, c := range changed {
			names := &who.firsts
			if c.Field == "last_name" {
				names = &who.lasts
			} else if c.Field != "first_name" {
				continue
			}
			for _, name := range []*string{c.Old, c.New} {
				if name != nil && !slices.Contains(*names, *name) {
					*names = append(*names, *name)
				}
			}
		}
	}
	return who.values.addLines(lines)
}

// identify returns the identity of a contact.
func (s *Service) identify(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) (identity, error) {
	rows, err := s.store.ContactsWithDeleted(ctx, dealer, site, id)
	if err != nil {
		return identity{}, err
	}
	who := identity{values: valuesOf(rows)}
	for i := range rows {
		who.addName(&rows[i])
	}
	return who, contactAudit{dealer, site, id}.each(ctx, s.store, 0, who.addLines)
}

// mentionDigits is how many digits of a phone recognize it in a text.
const mentionDigits = 7

// in reports whether a text mentions the person: it has all words of a name, or no word but those of one, or it has a phone or an
// e-mail.
func (who *identity) in(text string) bool {
	words := nameWords(text)
	if len(words) == 0 {
		return false
	}
	for _, first := range who.firsts {
		for _, last := range who.lasts {
			name := nameWords(first + " " + last)
			if len(name) > 0 && (containsAll(words, name) || containsAll(name, words)) {
				return true
			}
		}
	}
	folded, digits := rollcall.Fold(text), phone.Digits(text)
	for _, address := range who.values[rollcall.EmailPoint] {
		if strings.Contains(folded, rollcall.Fold(address)) {
			return true
		}
	}
	for _, number := range who.values[rollcall.PhonePoint] {
		for _, form := range []string{phone.Digits(number), phone.Digits(phone.Number(number).National())} {
			if len(form) >= mentionDigits && strings.Contains(digits, form) {
				return true
			}
		}
	}
	return false
}

// nameWords returns the folded words of a text.
func nameWords(text string) []string {
	return strings.FieldsFunc(rollcall.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
}

func containsAll(words, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(word string) bool { return !slices.Contains(words, word) })
}

// mentions is a place in each of the two chains in which an erasure looks for mentions: that of the site of the person, and that of
// no site.
type mentions struct {
	who     identity
	contact rollcall.ContactID
	chains  [2]chainPlace
}

// chainPlace is a place in the chain of a site, or of no site.
type chainPlace struct {
	site  rollcall.SiteID
	after int64
}

// eraseMentions erases the mentions of a person in lines about others, in batches, until less than one batch is left in each chain.
func (s *Service) eraseMentions(ctx context.Context, caller Caller, site rollcall.SiteID, id rollcall.ContactID, who identity) (mentions, error) {
	m := mentions{who: who, contact: id, chains: [2]chainPlace{{site: site}, {}}}
	for i := range m.chains {
		chain := &m.chains[i]
		for more := true; more; {
			lines, err := s.store.LinesWithMentions(ctx, caller.Dealer, chain.site, chain.after, auditBatch)
			if err != nil {
				return m, err
			}
			if more = len(lines) == auditBatch; !more {
				break
			}
			last := lines[len(lines)-1].Seq
			if lines = who.about(lines); len(lines) > 0 {
				err = s.serverUpdate(ctx, func(ch *change) error {
					ch = ch.as(caller)
					if err := ch.replay(); err != nil {
						return err
					}
					return ch.eraseMentionsIn(chain.site, lines, id)
				})
			}
			if err != nil {
				return m, err
			}
			chain.after = last
		}
	}
	return m, nil
}

// about returns the lines that mention the person.
func (who *identity) about(lines []audit.Line) []audit.Line {
	return slices.DeleteFunc(lines, func(l audit.Line) bool {
		said := l.Mentioned()
		return !who.in(said.OnBehalfOf) && !who.in(said.With) && !who.in(said.Note) && !who.in(said.Reason)
	})
}

// eraseMentionsIn erases the mentions in lines of a chain, if there are any, and records it.
func (ch *change) eraseMentionsIn(chain rollcall.SiteID, lines []audit.Line, id rollcall.ContactID) error {
	if len(lines) == 0 {
		return nil
	}
	for i := range lines {
		if err := ch.tx.EraseMentions(ch.ctx, lines[i].Dealer, chain, lines[i].Seq); err != nil {
			return err
		}
	}
	if err := ch.tx.RequestScrub(ch.ctx); err != nil {
		return err
	}
	return ch.record(audit.Line{Site: chain, Action: audit.MentionsErased, Subject: string(id)}, nil)
}

// eraseOtherMentions is eraseMentions for the rest of each chain, in the transaction of the erasure. It reports whether there were any.
func (ch *change) eraseOtherMentions(m mentions) (any bool, err error) {
	for _, chain := range m.chains {
		lines, err := ch.tx.LinesWithMentions(ch.ctx, ch.caller.Dealer, chain.site, chain.after, maxMentions)
		if err != nil {
			return any, err
		}
		lines = m.who.about(lines)
		any = any || len(lines) > 0
		if err := ch.eraseMentionsIn(chain.site, lines, m.contact); err != nil {
			return any, err
		}
	}
	return any, nil
}

// maxMentions is how many lines with mentions the last transaction of an erasure reads of a chain: what eraseMentions left, and what was
// written since.
const maxMentions = 10 * auditBatch
