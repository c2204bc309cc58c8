package rollcall

import (
	"context"
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall/message"
	"example.org/rollcall/internal/rollcall/phone"
)

// intent is what a person wants by a text message.
type intent int

const (
	wantsNothing intent = iota // that is known here
	wantsStop
	wantsStart
	wantsHelp
	saysYes
	sendsCode
)

// intents are the words that mean something, folded, without signs around them, each with the language that it tells.
var intents = map[string]struct {
	intent
	language string
}{
	"stop": {wantsStop, ""}, "end": {wantsStop, ""}, "cancel": {wantsStop, ""}, "unsubscribe": {wantsStop, ""},
	"quit": {wantsStop, ""}, "stopall": {wantsStop, ""}, "stop all": {wantsStop, ""}, "revoke": {wantsStop, ""},
	"opt out": {wantsStop, ""}, "optout": {wantsStop, ""}, "opt-out": {wantsStop, ""}, "please stop": {wantsStop, ""},
	"stop please": {wantsStop, ""}, "arret": {wantsStop, "fr"},
	"start": {wantsStart, ""}, "unstop": {wantsStart, ""},
	"help": {wantsHelp, ""}, "info": {wantsHelp, ""},
	"yes": {saysYes, ""}, "si": {saysYes, "es"}, "oui": {saysYes, "fr"},
}

// readIntent returns what a text message wants, with the language that it tells, empty where it tells none, and the code that
// is in it.
func readIntent(text string) (want intent, language, code string) {
	folded := strings.Join(strings.Fields(Fold(text)), " ")
	word := strings.Trim(folded, " .!?,;:¡¿\"'()«»“”‘’")
	if found, ok := intents[word]; ok {
		return found.intent, found.language, ""
	}
	if code, bad := readCode(Given(word)); len(bad) == 0 {
		return sendsCode, "", code
	}
	for part := range strings.FieldsSeq(word) {
		part = strings.Trim(part, ".,;:!?()\"'")
		if len(part) != codeDigits || phone.Digits(part) != part {
			continue
		}
		if code != "" && code != part {
			return wantsNothing, "", "" // which of them?
		}
		code = part
	}
	if code != "" {
		return sendsCode, "", code
	}
	return wantsNothing, "", ""
}

// ReceiveMessage does what a person wants by a text message, and returns what to answer, empty for nothing. STOP and its like
// keep every dealer from sending to the number, START lifts that, and so does YES, which otherwise confirms where one dealer
// alone asks; a code always does. A second copy of a message, by its Ref, changes nothing and is answered in the same way.
func (s *Service) ReceiveMessage(ctx context.Context, m InboundMessage) (reply string, err error) {
	number := m.From
	if parsed, ok := phone.Read(string(m.From), ""); ok {
		number = parsed
	}
	want, language, code := readIntent(m.Text)
	right := func() {}
	if want == sendsCode {
		if right, err = s.guesses.take(string(number), s.now()); err != nil {
			return "", nil // whoever guesses gets no answer
		}
	}
	var refs []Hash
	if m.Ref != "" {
		refs = s.keyedHashes("inbound", m.Provider, m.Ref)
	}
	found := true
	err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		for _, ref := range refs {
			before, handled, err := tx.LockInbound(ctx, ref)
			if err != nil || handled {
				reply = before
				return err
			}
		}
		answer := inbound{Service: s, tx: tx, number: number, said: language, quiet: m.AnswersStop}
		if reply, err = answer.to(ctx, want, code); err != nil {
			return err
		}
		found = !answer.wrong
		if len(refs) == 0 {
			return nil
		}
		return tx.PutInbound(ctx, refs[0], reply, s.now())
	})
	if err != nil || found {
		right()
	}
	if err != nil {
		return "", err
	}
	return reply, nil
}

// inbound is one message from a person that is being answered.
type inbound struct {
	*Service
	tx     Tx
	number PhoneNumber
	said   string // the language that its words tell
	quiet  bool   // the provider answers what is about opting out
	wrong  bool   // it had a code that is not right
	asked  bool   // a question is open whose code may still be tried
}

// to does what the person wants, and returns the reply.
func (in *inbound) to(ctx context.Context, want intent, code string) (string, error) {
	if want == wantsNothing {
		return "", nil
	}
	stopped, err := in.holdsStop(ctx)
	if err != nil {
		return "", err
	}
	of, texts, err := in.about(ctx)
	if err != nil {
		return "", err
	}
	switch {
	case want == wantsHelp:
		return in.unlessQuiet(strings.TrimSpace(texts.ReplyHelp + " " + of)), nil
	case want == wantsStop:
		fresh, err := in.optOut(ctx, in.tx, PhonePoint, string(in.number))
		if err != nil || !fresh {
			return "", err // one confirmation is enough
		}
		return in.unlessQuiet(texts.ReplyStopped), nil
	case want == wantsStart, want == saysYes && stopped:
		_, err := in.optIn(ctx, in.tx, PhonePoint, string(in.number))
		return in.unlessQuiet(texts.ReplyStarted), err
	case stopped:
		return "", nil
	case want == saysYes:
		return in.yes(ctx, texts)
	}
	return in.code(ctx, code, texts)
}

func (in *inbound) unlessQuiet(reply string) string {
	if in.quiet {
		return ""
	}
	return reply
}

// holdsStop reports whether a STOP of the number holds.
func (in *inbound) holdsStop(ctx context.Context) (bool, error) {
	blocks, err := in.tx.Blocked(ctx, "", in.reachHashes(PhonePoint, string(in.number)))
	return len(blocks) > 0, err
}

// about returns the words in the language of the person, and the dealer who asks, with its phone, where it is one alone.
func (in *inbound) about(ctx context.Context) (dealer string, texts *message.Texts, err error) {
	live, err := in.tx.LiveValidationsTo(ctx, string(in.number), in.now(), replyLooks)
	if err != nil || len(live) == 0 {
		return "", message.In(in.said), err
	}
	in.asked = slices.ContainsFunc(live, func(v Validation) bool { return v.Status.Open() && v.WrongCodes < codeTries })
	site, of, err := whereAsked(ctx, in.tx, &live[len(live)-1])
	if err != nil {
		return "", nil, err
	}
	texts = message.In(in.said, site.Language, of.Language)
	for i := range live {
		if live[i].Dealer != of.ID || of.Phone == "" {
			return "", texts, nil
		}
	}
	return of.Name + ": " + of.Phone, texts, nil
}

func (in *inbound) yes(ctx context.Context, texts *message.Texts) (string, error) {
	confirmed, dealers, err := in.confirmByNumber(ctx, in.tx, in.number)
	switch {
	case err != nil:
		return "", err
	case dealers > 1:
		return texts.ReplyAskCode, nil
	case len(confirmed) == 0: // nobody asks
		return "", nil
	}
	return in.thanks(ctx, &confirmed[0], texts)
}

func (in *inbound) code(ctx context.Context, code string, texts *message.Texts) (string, error) {
	confirmed, found, err := in.confirmByCode(ctx, in.tx, in.number, code)
	if err != nil {
		return "", err
	}
	if !found {
		in.wrong = true
		if !in.asked { // it may be a machine that answers whatever it gets
			return "", nil
		}
		return texts.ReplyWrongCode, nil
	}
	return in.thanks(ctx, &confirmed, texts)
}

func (in *inbound) thanks(ctx context.Context, v *Validation, texts *message.Texts) (string, error) {
	site, of, err := whereAsked(ctx, in.tx, v)
	return texts.Confirmed(of.Name, site.Name), err
}
