package service

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/message"
	"example.org/rollcall/internal/rollcall/phone"
)

// inboundWriter changes the replies to inbound messages in a transaction.
type inboundWriter interface {
	// LockInboundReply returns the reply to an inbound message that was handled before, and whether there is one. Nobody else
	// handles a message with this hash before the transaction ends.
	LockInboundReply(ctx context.Context, ref rollcall.Hash, at time.Time) (reply string, handled bool, err error)
	// PutInboundReply stores the reply to an inbound message.
	PutInboundReply(ctx context.Context, ref rollcall.Hash, reply string, at time.Time) error
}

// ReceiveMessage handles a text message of a person and returns the reply, empty for none. STOP opts the number out for every
// dealer; START, or YES after a STOP, opts it in. Otherwise YES confirms if exactly one dealer asks, and a code always does. A
// reply that is not understood goes on the timeline if exactly one dealer asks. A second copy (same Ref, sender and text) changes
// nothing and gets the same reply. Ref alone is not enough: a gateway may restart its numbers, and a STOP must not be lost.
func (s *Service) ReceiveMessage(ctx context.Context, m rollcall.InboundMessage) (reply string, err error) {
	number := m.From
	if read, _, _ := phone.Read(string(m.From), ""); read != "" {
		number = read
	}
	want, language, code := rollcall.ReadIntent(m.Text)
	want = m.Keyword.Intent(want)
	right := func() {}
	if want == rollcall.IntentCode {
		if right, err = s.attempts.start(phone.LimitKey(string(number)), s.now()); err != nil {
			return "", nil // too many wrong codes get no reply
		}
	}
	var answer inbound
	err = s.serverUpdate(ctx, func(ch *change) (err error) {
		answer = inbound{change: ch, number: number, language: language, providerReplies: m.AnswersStop}
		reply, err = answer.replyOnce(m, want, code)
		return err
	})
	if err != nil || !answer.wrong {
		right()
	}
	if err != nil {
		return "", err
	}
	if answer.unclear && s.opts.OnUnclearReply != nil {
		s.opts.OnUnclearReply(answer.kept)
	}
	return reply, nil
}

// inbound is a message from a person that is being handled.
type inbound struct {
	*change
	number          rollcall.PhoneNumber
	language        string // of its words
	providerReplies bool   // the provider replies to STOP, START and HELP
	wrong           bool   // it had a wrong code
	unclear         bool   // it is not understood
	kept            bool   // it is on a timeline
	codeExpected    bool   // an open validation still accepts a code
}

// replyOnce returns the stored reply of an earlier copy of the message, else it handles the message and stores the reply.
func (in *inbound) replyOnce(m rollcall.InboundMessage, want rollcall.Intent, code string) (string, error) {
	var refs []rollcall.Hash
	if m.Ref != "" {
		refs = in.keyedHashes("inbound", m.Provider, m.Ref, string(m.From), m.Text)
	}
	for _, ref := range refs {
		reply, handled, err := in.tx.LockInboundReply(in.ctx, ref, in.now())
		if err != nil || handled {
			return reply, err
		}
	}
	reply, err := in.reply(want, code)
	if err != nil {
		return "", err
	}
	if want == rollcall.IntentUnknown || in.wrong && !onlyCode(m.Text) {
		if err := in.keep(m.Text); err != nil {
			return "", err
		}
	}
	if len(refs) > 0 {
		err = in.tx.PutInboundReply(in.ctx, refs[0], reply, in.now())
	}
	return reply, err
}

// reply does what the person wants, and returns the reply.
func (in *inbound) reply(want rollcall.Intent, code string) (string, error) {
	if want == rollcall.IntentUnknown {
		return "", nil
	}
	stopped, err := in.isStopped()
	if err != nil {
		return "", err
	}
	of, texts, err := in.dealerAndTexts()
	if err != nil {
		return "", err
	}
	switch {
	case want == rollcall.IntentHelp:
		return in.unlessProviderReplies(strings.TrimSpace(texts.ReplyHelp + " " + of)), nil
	case want == rollcall.IntentStop:
		fresh, err := in.optOut("", rollcall.PhonePoint, string(in.number))
		if err != nil || !fresh {
			return "", err // only the first STOP gets a reply
		}
		return in.unlessProviderReplies(texts.ReplyStopped), nil
	case want == rollcall.IntentStart, want == rollcall.IntentConfirm && stopped:
		_, err := in.optIn(rollcall.PhonePoint, string(in.number))
		return in.unlessProviderReplies(texts.ReplyStarted), err
	case stopped:
		return "", nil
	case want == rollcall.IntentConfirm:
		return in.yes(texts)
	}
	return in.code(code, texts)
}

const (
	replyTextMax = 500 // characters of a reply on a timeline
	repliesMax   = 10  // replies on the timeline of one validation
)

// onlyCode reports whether a text with a code has no words.
func onlyCode(text string) bool {
	return !strings.ContainsFunc(rollcall.Fold(text), unicode.IsLetter)
}

// keep adds a reply that is not understood to the timeline of the open validations to the number, if one dealer has all of them.
// It may be a refusal: only people can tell.
func (in *inbound) keep(text string) error {
	text = keptReply(text)
	if text == "" {
		return nil
	}
	in.unclear = true
	found, err := in.tx.OpenValidationsTo(in.ctx, string(in.number), replyValidationsMax)
	if err != nil {
		return err
	}
	open := slices.DeleteFunc(found, func(v rollcall.Validation) bool { return !in.now().Before(v.Expires) })
	if len(open) == 0 || slices.ContainsFunc(open, func(v rollcall.Validation) bool { return v.Dealer != open[0].Dealer }) {
		return nil
	}
	for i := range open {
		if err := in.keepOn(&open[i], text); err != nil {
			return err
		}
	}
	return nil
}

// keepOn adds the text to the timeline of a validation, unless it has enough of them or has ended.
func (in *inbound) keepOn(found *rollcall.Validation, text string) error {
	_, v, err := in.lockValidationByID(found.Dealer, found.ID)
	if rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	events, err := in.tx.Timeline(in.ctx, v.Dealer, v.ID)
	if err != nil {
		return err
	}
	kept := 0
	for _, e := range events {
		if e.What == rollcall.EventReplyNotUnderstood {
			kept++
		}
	}
	if kept >= repliesMax || !v.Status.Open() {
		return nil
	}
	in.kept = true
	return in.as(person(v.Dealer)).addEvent(&v, rollcall.ValidationEvent{What: rollcall.EventReplyNotUnderstood, Note: text})
}

// keptReply returns the beginning of a reply, without control characters and characters that change the direction of text.
func keptReply(text string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	runes := []rune(strings.TrimSpace(clean))
	return string(runes[:min(len(runes), replyTextMax)])
}

func (in *inbound) unlessProviderReplies(reply string) string {
	if in.providerReplies {
		return ""
	}
	return reply
}

// isStopped reports whether the number is opted out for every dealer.
func (in *inbound) isStopped() (bool, error) {
	blocks, err := in.tx.Blocked(in.ctx, "", in.recipientHashes(rollcall.PhonePoint, string(in.number)))
	return len(blocks) > 0, err
}

// dealerAndTexts returns the name and phone of the dealer who asks, if exactly one does, and the texts in the person's language.
func (in *inbound) dealerAndTexts() (dealer string, texts *message.Texts, err error) {
	live, err := in.tx.UnexpiredValidationsTo(in.ctx, string(in.number), in.now(), replyValidationsMax)
	if err != nil || len(live) == 0 {
		return "", message.In(in.language), err
	}
	in.codeExpected = slices.ContainsFunc(live, func(v rollcall.Validation) bool { return v.Status.Open() && v.WrongCodes < maxWrongCodes })
	newest := &live[len(live)-1]
	site, of, err := siteAndDealer(in.ctx, in.tx, newest)
	if err != nil {
		return "", nil, err
	}
	language, err := in.contactLanguage(newest)
	if err != nil {
		return "", nil, err
	}
	texts = message.In(in.language, language, site.Language, of.Language)
	for i := range live {
		if live[i].Dealer != of.ID || of.Phone == "" {
			return "", texts, nil
		}
	}
	return of.Name + ": " + of.Phone, texts, nil
}

// contactLanguage returns the language of the contact of a validation, empty if it has none or the contact was deleted.
func (in *inbound) contactLanguage(v *rollcall.Validation) (string, error) {
	c, err := in.tx.Contact(in.ctx, v.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: v.Site}, ID: v.Contact})
	switch {
	case rollcall.KindOf(err) == rollcall.ContactNotFound, err == nil && c.Seq != v.ContactSeq:
		return "", nil
	}
	return c.Language, err
}

func (in *inbound) yes(texts *message.Texts) (string, error) {
	confirmed, dealers, err := in.confirmByNumber(in.number)
	switch {
	case err != nil:
		return "", err
	case dealers > 1:
		return texts.ReplyAskCode, nil
	case len(confirmed) == 0: // nothing to confirm
		return "", nil
	}
	return in.thanks(&confirmed[0], texts)
}

func (in *inbound) code(code string, texts *message.Texts) (string, error) {
	confirmed, found, err := in.confirmByCode(in.number, code)
	if err != nil {
		return "", err
	}
	if !found {
		in.wrong = true
		if !in.codeExpected { // it may be a machine that replies to everything
			return "", nil
		}
		return texts.ReplyWrongCode, nil
	}
	return in.thanks(&confirmed, texts)
}

func (in *inbound) thanks(v *rollcall.Validation, texts *message.Texts) (string, error) {
	site, of, err := siteAndDealer(in.ctx, in.tx, v)
	return texts.Confirmed(of.Name, site.Name), err
}
