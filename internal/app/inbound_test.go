package app_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// texted is the real thing, and a person whose text messages it gets.
type texted struct {
	*limited
	refs int
}

// text sends a text message from Ada's phone and returns the reply, as far as the colon.
func (p *texted) text(words string) string {
	p.Helper()
	p.refs++
	return p.receive(rollcall.InboundMessage{Ref: fmt.Sprint("SM", p.refs), Text: words})
}

func (p *texted) receive(m rollcall.InboundMessage) string {
	p.Helper()
	m.Provider, m.From = "twilio", "+12025550147"
	reply, err := p.Service().ReceiveMessage(p.Context(), m)
	p.must(err)
	return reply
}

func (p *texted) wantReply(words, reply string) {
	p.Helper()
	if got := p.text(words); !strings.Contains(got, reply) || reply == "" && got != "" {
		p.Errorf("the reply to %q is %q, want %q in it", words, got, reply)
	}
}

func (p *texted) wantState(caller service.Caller, ref rollcall.ContactRef, want rollcall.PointStatus) {
	p.Helper()
	c, err := p.Service().Contact(p.Context(), caller, ref)
	p.must(err)
	if c.State(rollcall.PhonePoint).Status != want {
		p.Errorf("the phone is %s, want %s", c.State(rollcall.PhonePoint).Status, want)
	}
}

func newTexted(t *testing.T) *texted {
	t.Helper()
	return &texted{limited: &limited{asked: newAsked(t)}}
}

// TestStop checks that STOP counts for every dealer, also for contacts that come later, and that START ends it.
func TestStop(t *testing.T) {
	p := newTexted(t)
	hill := p.another()
	ada, adaAtHill := p.person(p.caller, "site_123abc", mobile), p.person(hill, "hill", "202-555-0147")
	p.want(p.caller, ada, "", 0)
	p.wantReply("Stop.", "no more messages")
	p.wantReply("STOP", "")
	p.wantState(p.caller, ada, rollcall.PointOptedOut)
	p.wantState(hill, adaAtHill, rollcall.PointOptedOut)
	p.want(hill, adaAtHill, string(rollcall.OptedOut), 0)
	valley := p.another2()
	later := p.person(valley, "valley", mobile)
	p.wantState(valley, later, rollcall.PointOptedOut)
	for _, caller := range []service.Caller{p.caller, hill, valley} {
		found, total, err := p.Service().Suppressions(t.Context(), caller, service.SuppressionQuery{})
		p.must(err)
		if total != 1 || found[0].Reason != rollcall.ReasonStop || found[0].Value != "+12025550147" {
			t.Fatalf("suppressions %+v, want the one of the STOP", found)
		}
		err = p.Service().DeleteSuppression(t.Context(), caller, found[0].ID)
		if rollcall.KindOf(err) != rollcall.SuppressionKept {
			t.Errorf("DeleteSuppression() = %v, want suppression_kept", err)
		}
	}
	p.must(p.Service().DeleteContact(t.Context(), p.caller, ada))
	_, err := p.Service().EraseContact(t.Context(), p.caller, rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: ada.ID})
	p.must(err)
	ada = p.person(p.caller, "site_123abc", mobile)
	p.wantState(p.caller, ada, rollcall.PointOptedOut)
	p.wantReply("YES", "again")
	for ref, caller := range map[rollcall.ContactRef]service.Caller{ada: p.caller, adaAtHill: hill, later: valley} {
		p.wantState(caller, ref, rollcall.PointUnconfirmed)
		if _, total, err := p.Service().Suppressions(t.Context(), caller, service.SuppressionQuery{}); err != nil || total != 0 {
			t.Errorf("%d suppressions, %v, want none", total, err)
		}
	}
	p.want(hill, adaAtHill, "", 0)
	counts := p.actions()
	if counts["contact.opted_out by contact"] != 1 || counts["contact.opted_in by contact"] != 1 {
		t.Errorf("audit actions = %v, want opted_out and opted_in once", counts)
	}
	report, err := p.Service().VerifyAudit(t.Context(), nil)
	if err != nil || len(report.Faults) > 0 {
		t.Errorf("VerifyAudit() = %v, %v, want no faults", report.Faults, err)
	}
}

// another2 makes a third dealer, with a site.
func (p *texted) another2() service.Caller {
	p.Helper()
	d, err := p.Service().CreateDealer(p.Context(), rollcall.DealerInput{Name: rollcall.Given("Valley Alarm")})
	p.must(err)
	caller := service.Caller{Dealer: d.ID, Key: "key_3"}
	_, err = p.Service().CreateSite(p.Context(), caller, rollcall.SiteInput{SiteID: rollcall.Given("valley"), Name: rollcall.Given("The valley")})
	p.must(err)
	return caller
}

// TestYesAndCode checks that a yes confirms where one dealer alone asks, and that a code always does.
func TestYesAndCode(t *testing.T) {
	p := newTexted(t)
	hill := p.another()
	ada, adaAtHill := p.person(p.caller, "site_123abc", mobile), p.person(hill, "hill", mobile)
	p.wantReply("yes", "")
	p.want(p.caller, ada, "", 0)
	p.wantReply("maybe", "")
	p.wantReply(" yes! ", "Harbour Alarm, Harbour Street warehouse: thank you.")
	p.wantState(p.caller, ada, rollcall.PointConfirmed)
	p.wantReply("yes", "")
	p.want(p.caller, ada, "", 0)
	mine := p.Newest()
	p.want(hill, adaAtHill, "", 0)
	p.wantReply("Sí", "Varias empresas")
	p.wantState(hill, adaAtHill, rollcall.PointPending)
	wrong := "000000"
	if mine.Code == wrong {
		wrong = "000001"
	}
	p.wantReply(wrong, "not right")
	p.wantReply("my code is "+mine.Code+".", "Harbour Alarm, Harbour Street warehouse: thank you.")
	p.wantState(hill, adaAtHill, rollcall.PointPending)
	p.wantReply("OUI", "Hill Alarm, The mill : merci.")
	p.wantState(hill, adaAtHill, rollcall.PointConfirmed)
	p.wantReply("help", "Alarm companies")
	stop := rollcall.InboundMessage{Ref: fmt.Sprint("SM", p.refs), Text: "stop"} // from a gateway that counts anew
	for range 2 {
		if reply := p.receive(stop); !strings.Contains(reply, "no more messages") {
			t.Errorf("a stop under the id of another message, and a second copy, are answered %q", reply)
		}
	}
	p.wantState(hill, adaAtHill, rollcall.PointOptedOut)
	reply, err := p.Service().ReceiveMessage(t.Context(), rollcall.InboundMessage{
		Provider: "twilio", Ref: stop.Ref, From: "+12025550148", Text: stop.Text,
	})
	if err != nil || !strings.Contains(reply, "no more messages") {
		t.Errorf("a stop of another person under the same id is answered %q, %v", reply, err)
	}
}

// TestProviderAnswersStop checks that Rollcall doesn't answer if the provider does, and that nothing confirms after a STOP.
func TestProviderAnswersStop(t *testing.T) {
	p := newTexted(t)
	ada := p.person(p.caller, "site_123abc", mobile)
	p.want(p.caller, ada, "", 0)
	code := p.Newest().Code
	for i, words := range []string{"ARRÊT", code, "HELP", "yes"} {
		m := rollcall.InboundMessage{Ref: fmt.Sprint("x", i), Text: words, AnswersStop: true}
		if reply := p.receive(m); reply != "" {
			t.Errorf("the reply to %q is %q, want none", words, reply)
		}
		want := rollcall.PointOptedOut
		if words == "yes" {
			want = rollcall.PointUnconfirmed
		}
		p.wantState(p.caller, ada, want)
	}
}

// TestGuessedCodesByText checks that whoever guesses gets no answer after a while, and that the right code counts no more.
func TestGuessedCodesByText(t *testing.T) {
	p := newTexted(t)
	ada := p.person(p.caller, "site_123abc", mobile)
	p.want(p.caller, ada, "", 0)
	right := p.Newest().Code
	answered := 0
	for n := range 12 {
		if guess := fmt.Sprintf("%06d", n); guess != right && p.text(guess) != "" {
			answered++
		}
	}
	if answered != 5 {
		t.Errorf("%d guesses were answered, want 5", answered)
	}
	p.wantReply(right, "")
	p.wantState(p.caller, ada, rollcall.PointPending)
}

// TestUnsubscribe checks that the end of e-mails counts for the dealer alone, and that a yes on the page ends it.
func TestUnsubscribe(t *testing.T) {
	seen := make(chan rollcall.Message, 1)
	p := &texted{limited: &limited{asked: newAsked(t, func(o *app.Options) {
		o.OnCaptured = func(m rollcall.Message) { seen <- m }
	})}}
	_, m := p.ask(rollcall.Email)
	link := (<-seen).Unsubscribe
	token := link[strings.LastIndexByte(link, '/')+1:]
	for range 2 {
		p.must(p.Service().Unsubscribe(t.Context(), token))
	}
	found, total, err := p.Service().Suppressions(t.Context(), p.caller, service.SuppressionQuery{})
	p.must(err)
	if total != 1 || found[0].Reason != rollcall.ReasonUnsubscribe || found[0].Point != rollcall.EmailPoint {
		t.Fatalf("suppressions %+v, want that of the e-mail", found)
	}
	if err := p.Service().DeleteSuppression(t.Context(), p.caller, found[0].ID); rollcall.KindOf(err) != rollcall.SuppressionKept {
		t.Errorf("DeleteSuppression() = %v, want suppression_kept", err)
	}
	_, err = p.Service().SendValidation(t.Context(), p.caller, john(), rollcall.ValidationInput{Method: rollcall.Given("email")})
	if rollcall.KindOf(err) != rollcall.OptedOut {
		t.Errorf("second e-mail: %v, want opted_out", err)
	}
	view, err := p.Service().AnswerLink(t.Context(), m.Token, rollcall.LinkAnswer{Confirm: true})
	p.must(err)
	c, err := p.Service().Contact(t.Context(), p.caller, john())
	p.must(err)
	if view.State != rollcall.LinkConfirmed || c.State(rollcall.EmailPoint).Status != rollcall.PointConfirmed {
		t.Errorf("after a yes the link is %s and the e-mail %s", view.State, c.State(rollcall.EmailPoint).Status)
	}
	if err := p.Service().Unsubscribe(t.Context(), m.Token); rollcall.KindOf(err) != rollcall.LinkNotFound {
		t.Errorf("with the token of the page: %v", err)
	}
}

// TestReplyInOtherWords checks that replies which are not understood are stored if only one dealer asks, at most ten, until the
// person is erased.
func TestReplyInOtherWords(t *testing.T) {
	p := newTexted(t)
	hill := p.another()
	ada, adaAtHill := p.person(p.caller, "site_123abc", mobile), p.person(hill, "hill", mobile)
	p.wantReply("Who is this?", "")
	v, err := p.Service().SendValidation(t.Context(), p.caller, ada, rollcall.ValidationInput{})
	p.must(err)
	replies := func() (texts []string) {
		t.Helper()
		_, events, err := p.Service().Timeline(t.Context(), p.caller, ada, v.ID)
		p.must(err)
		for _, e := range events {
			if e.What == rollcall.EventReplyNotUnderstood {
				texts = append(texts, e.Note)
			}
		}
		return texts
	}
	p.wantReply("Leave me alone, please", "")
	p.receive(rollcall.InboundMessage{Ref: fmt.Sprint("SM", p.refs), Text: "Leave me alone, please"}) // a second copy
	if got := replies(); len(got) != 1 || got[0] != "Leave me alone, please" {
		t.Fatalf("stored %q, want the one reply", got)
	}
	export, err := p.Service().ExportContact(t.Context(), p.caller, rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: ada.ID})
	p.must(err)
	if last := export.Events[len(export.Events)-1]; last.What != rollcall.EventReplyNotUnderstood || last.Note != "Leave me alone, please" {
		t.Errorf("the export ends with %+v, want the reply", last)
	}
	p.wantReply("wrong, 000000, I said no", "not right")
	for n := range 20 {
		p.wantReply(fmt.Sprint("no, number ", n), "")
	}
	if got := replies(); len(got) != 10 {
		t.Errorf("%d replies are stored, want 10", len(got))
	}
	p.wantState(p.caller, ada, rollcall.PointPending)
	v2, err := p.Service().SendValidation(t.Context(), hill, adaAtHill, rollcall.ValidationInput{})
	p.must(err)
	p.wantReply("Which company?", "")
	if _, events, err := p.Service().Timeline(t.Context(), hill, adaAtHill, v2.ID); err != nil || events[len(events)-1].What == rollcall.EventReplyNotUnderstood {
		t.Errorf("two dealers ask, and the timeline of one ends with %+v, %v", events[len(events)-1], err)
	}
}

// TestProviderNamesTheKeyword checks that what the provider says of a message decides.
func TestProviderNamesTheKeyword(t *testing.T) {
	p := newTexted(t)
	ada := p.person(p.caller, "site_123abc", mobile)
	p.want(p.caller, ada, "", 0)
	for i, tt := range []struct {
		text    string
		keyword rollcall.Keyword
		want    rollcall.PointStatus
	}{
		{"YES", rollcall.KeywordStart, rollcall.PointConfirmed},
		{"BASTA YA", rollcall.KeywordStop, rollcall.PointOptedOut},
		{"VAMOS", rollcall.KeywordStart, rollcall.PointUnconfirmed},
	} {
		p.receive(rollcall.InboundMessage{Ref: fmt.Sprint("k", i), Text: tt.text, Keyword: tt.keyword, AnswersStop: true})
		p.wantState(p.caller, ada, tt.want)
	}
}

// TestCopiesAtOnce checks that copies of a message which come together are one message, and none fails.
func TestCopiesAtOnce(t *testing.T) {
	p := newTexted(t)
	ada := p.person(p.caller, "site_123abc", mobile)
	p.want(p.caller, ada, "", 0)
	const copies = 8
	replies, errs := make([]string, copies), make([]error, copies)
	var done sync.WaitGroup
	for i := range copies {
		done.Go(func() {
			m := rollcall.InboundMessage{Provider: "twilio", Ref: "SM1", From: "+12025550147", Text: "STOP"}
			replies[i], errs[i] = p.Service().ReceiveMessage(t.Context(), m)
		})
	}
	done.Wait()
	for i := range copies {
		if errs[i] != nil || !strings.Contains(replies[i], "no more messages") {
			t.Errorf("copy answered %q, %v, want the reply to STOP", replies[i], errs[i])
		}
	}
	p.wantState(p.caller, ada, rollcall.PointOptedOut)
}

// TestProviderSaysOptedOut checks that a provider's word counts like a STOP that came here.
func TestProviderSaysOptedOut(t *testing.T) {
	p := newTexted(t)
	hill := p.another()
	ada, adaAtHill := p.person(p.caller, "site_123abc", mobile), p.person(hill, "hill", mobile)
	v, err := p.Service().SendValidation(t.Context(), p.caller, ada, rollcall.ValidationInput{})
	p.must(err)
	told := &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: "opted_out", Reason: "this person has opted out"}
	p.must(p.Service().RecordReport(t.Context(), v.Dealer, v.ID, rollcall.DeliveryReport{Provider: "twilio", Failure: told}))
	p.wantState(p.caller, ada, rollcall.PointOptedOut)
	p.wantState(hill, adaAtHill, rollcall.PointOptedOut)
	v, err = p.Service().Validation(t.Context(), p.caller, v.ID)
	p.must(err)
	if v.Status != rollcall.ValidationFailing || v.Failure.Code != "opted_out" {
		t.Errorf("validation is %s, %+v, want failed with opted_out", v.Status, v.Failure)
	}
	p.wantReply("START", "again")
	p.wantState(p.caller, ada, rollcall.PointUnconfirmed)
}

// TestRejectedMessage checks that a message which failed for another reason than its recipient leaves the state of the phone.
func TestRejectedMessage(t *testing.T) {
	p := newTexted(t)
	ada := p.person(p.caller, "site_123abc", mobile)
	for _, state := range []rollcall.PointStatus{rollcall.PointUnconfirmed, rollcall.PointConfirmed} {
		if state == rollcall.PointConfirmed {
			_, err := p.Service().Attest(t.Context(), p.caller, ada, rollcall.AttestationInput{Point: rollcall.Given("phone"), Note: rollcall.Given("Called.")})
			p.must(err)
		}
		v, err := p.Service().SendValidation(t.Context(), p.caller, ada, rollcall.ValidationInput{})
		p.must(err)
		told := &rollcall.DeliveryError{Outcome: rollcall.OutcomeRejected, Code: "not_mobile", Reason: "use call"}
		p.must(p.Service().RecordReport(t.Context(), v.Dealer, v.ID, rollcall.DeliveryReport{Provider: "twilio", Failure: told}))
		p.wantState(p.caller, ada, state)
		v, err = p.Service().Validation(t.Context(), p.caller, v.ID)
		p.must(err)
		if v.Status != rollcall.ValidationFailing || v.Failure.Code != "not_mobile" {
			t.Errorf("the validation is %s, %+v, want failed and not_mobile", v.Status, v.Failure)
		}
	}
}

// TestPressing9OptsOut checks that a 9 in a call counts like a STOP.
func TestPressing9OptsOut(t *testing.T) {
	p := newTexted(t)
	ada := p.person(p.caller, "site_123abc", mobile)
	v, err := p.Service().SendValidation(t.Context(), p.caller, ada, rollcall.ValidationInput{Method: rollcall.Given("call")})
	p.must(err)
	if _, err := p.Service().AnswerCall(t.Context(), v.Dealer, v.ID, "9"); err != nil {
		t.Fatal(err)
	}
	p.wantState(p.caller, ada, rollcall.PointOptedOut)
	p.want(p.caller, ada, string(rollcall.OptedOut), 0)
	_, err = p.Service().AnswerCall(t.Context(), v.Dealer, v.ID, "1")
	p.must(err)
	p.wantState(p.caller, ada, rollcall.PointOptedOut)
}

// TestBrandingIsShown checks that people see what the dealer set.
func TestBrandingIsShown(t *testing.T) {
	p := newTexted(t)
	picture := testkit.PNG(t, 160, 40)
	_, err := p.Service().UpdateBranding(t.Context(), p.caller, rollcall.BrandingInput{
		DisplayName: rollcall.Given("Harbour"), Welcome: rollcall.Given("Hello."),
		Logo: rollcall.Given(rollcall.LogoInput{Data: rollcall.Given(base64.StdEncoding.EncodeToString(picture))}),
	})
	p.must(err)
	_, m := p.ask(rollcall.SMS)
	if !strings.HasPrefix(m.Text, "Harbour, Harbour Street warehouse: ") {
		t.Errorf("text = %q, want it to begin with the display name", m.Text)
	}
	view, err := p.Service().ViewLink(t.Context(), m.Token)
	p.must(err)
	if view.Dealer != "Harbour" || view.Welcome != "Hello." || !view.HasLogo {
		t.Errorf("page = %+v, want the branding", view)
	}
	logo, err := p.Service().LinkLogo(t.Context(), m.Token)
	p.must(err)
	if logo.MediaType != "image/png" || !bytes.Equal(logo.Data, picture) {
		t.Errorf("logo = %s, want the PNG that was set", logo.Data)
	}
	_, err = p.Service().UpdateBranding(t.Context(), p.caller, rollcall.BrandingInput{Logo: rollcall.Null[rollcall.LogoInput]()})
	p.must(err)
	for _, token := range []string{m.Token, m.Token[1:]} {
		if _, err := p.Service().LinkLogo(t.Context(), token); rollcall.KindOf(err) != rollcall.LinkNotFound {
			t.Errorf("LinkLogo() = %v, want link_not_found", err)
		}
	}
}
