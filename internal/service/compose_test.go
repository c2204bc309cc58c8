package service

import (
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
)

func composed(m rollcall.Method, language, publicURL string) rollcall.Message {
	return composedFor(m, "", language, "", publicURL)
}

// composedFor is composed in the languages of the contact, the site and the dealer.
func composedFor(m rollcall.Method, contact, site, dealer, publicURL string) rollcall.Message {
	s := New(nil, nil, Options{Secrets: [][]byte{[]byte("secret")}, PublicURL: publicURL})
	v := rollcall.Validation{
		Dealer: someDealer, ID: someValidation, Method: m, To: "there", Text: "Are {site} and {link} all right?",
		Attempted: time.Unix(1, 0),
	}
	s.setLinks(&v)
	return s.compose(&v, &rollcall.Contact{Language: contact}, &rollcall.Site{Name: "Pier 9", Language: site},
		&rollcall.Dealer{Name: "Harbour Alarm", Language: dealer})
}

// TestLanguageOfAMessage composes messages of a dealer whose language is French.
func TestLanguageOfAMessage(t *testing.T) {
	for _, tt := range []struct{ contact, site, want string }{
		{"", "", "fr"},
		{"", "en", "en"},
		{"es", "", "es"},
		{"es", "en", "es"},
		{"ES-419", "en", "es"},
		{"fr-CA", "es", "fr"},
		{"de", "es", "es"},
		{"ja", "de", "fr"},
	} {
		if got := composedFor(rollcall.SMS, tt.contact, tt.site, "fr", "").Language; got != tt.want {
			t.Errorf("the language for a contact with %q at a site with %q = %q, want %q", tt.contact, tt.site, got, tt.want)
		}
	}
}

func TestCompose(t *testing.T) {
	const base = "https://rollcall.example.org"
	sms := composed(rollcall.SMS, "en-US", base)
	digits := code([]byte("secret"), &rollcall.Validation{Dealer: someDealer, ID: someValidation})
	want := "Harbour Alarm, Pier 9: Are {site} and {link} all right?\n" + sms.Link + "\nCode " + digits + ". Reply STOP to opt out."
	if sms.Text != want || sms.Subject != "" || sms.Unsubscribe != "" || !strings.HasPrefix(sms.Link, base+"/c/") {
		t.Errorf("SMS %+v, want the text %q", sms, want)
	}
	if sms.From != "Harbour Alarm" || sms.Language != "en" || sms.To != "there" || !sms.Before.Equal(time.Unix(1, 0)) {
		t.Errorf("SMS %+v", sms)
	}
	mail := composed(rollcall.Email, "fr", base)
	if mail.Subject != "Harbour Alarm : pouvons-nous vous joindre ici ?" || mail.Button != "Répondre" || mail.Language != "fr" ||
		!strings.HasPrefix(mail.Text, "Harbour Alarm, Pier 9 : Are {site}") || !strings.Contains(mail.Text, "\n"+mail.Link+"\n") ||
		!strings.HasPrefix(mail.Unsubscribe, base+"/c/") || mail.Unsubscribe == mail.Link {
		t.Errorf("e-mail %+v", mail)
	}
	call := composed(rollcall.Call, "", base)
	spoken := strings.Join(strings.Split(digits, ""), ", ")
	if call.Link != "" || strings.Contains(call.Text, "http") || strings.Count(call.Text, spoken) != 2 {
		t.Errorf("call %+v, want the code spoken twice and no link", call)
	}
	for _, without := range []rollcall.Message{composed(rollcall.SMS, "", ""), composed(rollcall.Email, "", "")} {
		if strings.Contains(without.Text, "http") || without.Link != "" || without.Unsubscribe != "" || !strings.Contains(without.Text, digits) {
			t.Errorf("without an address: %+v", without)
		}
	}
}
