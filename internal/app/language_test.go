package app_test

import (
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
)

// speak gives John and his site languages; empty: none.
func (a *asked) speak(contact, site string) {
	a.Helper()
	_, err := a.Service().UpdateContact(a.Context(), a.caller, john(), rollcall.ContactInput{Language: rollcall.Given(contact)})
	a.must(err)
	_, err = a.Service().UpdateSite(a.Context(), a.caller, john().Site, rollcall.SiteInput{Language: rollcall.Given(site)})
	a.must(err)
}

// TestMessagesAreInTheContactsLanguage checks messages, pages and calls. The dealer's language is English.
func TestMessagesAreInTheContactsLanguage(t *testing.T) {
	words := map[string]struct{ sms, mail, call, pressed string }{
		"en": {"Reply STOP to opt out.", "Please answer on this page", "press 1", "We can reach you here"},
		"es": {"Responda STOP", "Responda en esta página", "pulse 1", "Podemos localizarle aquí"},
		"fr": {"STOP", "Répondez sur cette page", "appuyez sur 1", "Merci"},
	}
	for _, tt := range []struct{ contact, site, want string }{
		{"es", "en", "es"},
		{"es-MX", "", "es"},
		{"fr", "es", "fr"},
		{"en", "es", "en"},
		{"", "es", "es"},
		{"de", "es", "es"},
		{"de", "", "en"},
		{"", "", "en"},
	} {
		t.Run("contact "+tt.contact+" site "+tt.site, func(t *testing.T) {
			a, want := newAsked(t), words[tt.want]
			a.speak(tt.contact, tt.site)
			_, sms := a.ask(rollcall.SMS)
			view, err := a.Service().ViewLink(t.Context(), sms.Token)
			a.must(err)
			if !strings.Contains(sms.Text, want.sms) || view.Language != tt.want {
				t.Errorf("the text message is %q and its page in %q, want %q and a page in %q", sms.Text, view.Language, want.sms, tt.want)
			}
			if _, mail := a.ask(rollcall.Email); !strings.Contains(mail.Text, want.mail) {
				t.Errorf("the e-mail is %q, want %q in it", mail.Text, want.mail)
			}
			v, call := a.ask(rollcall.Call)
			reply, err := a.Service().AnswerCall(t.Context(), v.Dealer, v.ID, "1")
			a.must(err)
			if !strings.Contains(call.Text, want.call) || reply.Language != tt.want || !strings.Contains(reply.Text, want.pressed) {
				t.Errorf("the call is %q and the answer to a key %+v, want %q and %q", call.Text, reply, want.call, want.pressed)
			}
		})
	}
}

// TestRepliesAreInTheContactsLanguage checks replies at an English site. The language of the person's own word comes first.
func TestRepliesAreInTheContactsLanguage(t *testing.T) {
	for _, tt := range []struct{ contact, text, want string }{
		{"", "YES", "thank you"},
		{"es", "YES", "gracias"},
		{"es", "OUI", "merci"},
		{"de", "YES", "thank you"},
		{"es", "000000", "La clave no es correcta"},
		{"es", "HELP", "Las empresas de alarmas"},
		{"es", "STOP", "Ya no le mandaremos mensajes"},
	} {
		t.Run(tt.contact+" "+tt.text, func(t *testing.T) {
			p := newTexted(t)
			ada := p.person(p.caller, "site_123abc", mobile)
			_, err := p.Service().UpdateContact(t.Context(), p.caller, ada, rollcall.ContactInput{Language: rollcall.Given(tt.contact)})
			p.must(err)
			p.want(p.caller, ada, "", 0)
			p.wantReply(tt.text, tt.want)
		})
	}
}

// TestAReplyToADeletedContactIsInTheSitesLanguage checks a reply after the contact was deleted, while another is still asked.
func TestAReplyToADeletedContactIsInTheSitesLanguage(t *testing.T) {
	p := newTexted(t)
	ada := p.person(p.caller, "site_123abc", mobile)
	_, err := p.Service().UpdateContact(t.Context(), p.caller, ada, rollcall.ContactInput{Language: rollcall.Given("es")})
	p.must(err)
	p.want(p.caller, ada, "", 0)
	p.must(p.Service().DeleteContact(t.Context(), p.caller, ada))
	p.wantReply("HELP", "Alarm companies")
}

// TestTheLengthOfAMessageDependsOnTheContactsLanguage checks a text that fits into four segments in English, and not in Spanish.
func TestTheLengthOfAMessageDependsOnTheContactsLanguage(t *testing.T) {
	a := newAsked(t)
	in := rollcall.ValidationInput{Method: rollcall.Given("sms"), Message: rollcall.Given(strings.Repeat("a", 495))}
	_, err := a.Service().SendValidation(t.Context(), a.caller, john(), in)
	a.must(err)
	a.speak("es", "en")
	_, err = a.Service().SendValidation(t.Context(), a.caller, john(), in)
	if rollcall.KindOf(err) != rollcall.ValidationFailed || !strings.Contains(err.Error(), "message") {
		t.Errorf("SendValidation() = %v, want validation_failed for message", err)
	}
}
