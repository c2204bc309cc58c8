package rollcall

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func composed(m Method, language, publicURL string) Message {
	s := New(nil, nil, Options{Secrets: [][]byte{[]byte("secret")}, PublicURL: publicURL})
	v := Validation{
		Dealer: someDealer, ID: someValidation, Method: m, To: "there", Text: "Are {site} and {link} all right?",
		Attempted: time.Unix(1, 0),
	}
	return s.compose(&v, &Site{Name: "Pier 9", Language: language}, &Dealer{Name: "Harbour Alarm"})
}

func TestCompose(t *testing.T) {
	const base = "https://rollcall.example.org"
	sms := composed(SMS, "en-US", base)
	digits := code([]byte("secret"), &Validation{Dealer: someDealer, ID: someValidation})
	want := "Are {site} and {link} all right?\nPlease answer: " + sms.Link + "\nCode: " + digits + ". Reply STOP to opt out."
	if sms.Text != want || sms.Subject != "" || sms.Unsubscribe != "" || !strings.HasPrefix(sms.Link, base+"/c/") {
		t.Errorf("SMS %+v, want the text %q", sms, want)
	}
	if sms.From != "Harbour Alarm" || sms.Language != "en" || sms.To != "there" || !sms.Before.Equal(time.Unix(1, 0)) {
		t.Errorf("SMS %+v", sms)
	}
	mail := composed(Email, "", base)
	first := strings.Index(mail.Text, "http")
	if mail.Subject != "Harbour Alarm: can you be reached here?" || first != strings.Index(mail.Text, mail.Link) ||
		first > strings.Index(mail.Text, "Are {site}") || !strings.HasPrefix(mail.Unsubscribe, base+"/c/") || mail.Unsubscribe == mail.Link {
		t.Errorf("e-mail %+v", mail)
	}
	call := composed(Call, "", base)
	spoken := strings.Join(strings.Split(digits, ""), ", ")
	if call.Link != "" || strings.Contains(call.Text, "http") || strings.Count(call.Text, spoken) != 2 {
		t.Errorf("call %+v, want the code spoken twice and no link", call)
	}
	for _, without := range []Message{composed(SMS, "", ""), composed(Email, "", "")} {
		if strings.Contains(without.Text, "http") || without.Link != "" || without.Unsubscribe != "" || !strings.Contains(without.Text, digits) {
			t.Errorf("without an address: %+v", without)
		}
	}
}

func TestMessagesInEveryLanguage(t *testing.T) {
	for language, marks := range map[string][]string{
		"en": {"Reply STOP", "Please answer", "press 9"},
		"es": {"Responda STOP", "Responda aquí", "pulse 9"},
		"fr": {"Répondez STOP", "Répondez ici", "appuyez sur 9"},
	} {
		text := composed(SMS, language, "https://rollcall.example.org").Text
		call := composed(Call, language, "").Text
		for _, mark := range marks[:2] {
			if !strings.Contains(text, mark) {
				t.Errorf("%s: %q is not in %q", language, mark, text)
			}
		}
		if !strings.Contains(call, marks[2]) {
			t.Errorf("%s: %q is not in %q", language, marks[2], call)
		}
	}
	for _, texts := range []*messageTexts{&english, &spanish, &french} {
		fields := reflect.ValueOf(*texts)
		for i := range fields.NumField() {
			name, text := fields.Type().Field(i).Name, fields.Field(i).String()
			if text == "" {
				t.Errorf("%s: %s is empty", texts.language, name)
			}
			same := reflect.ValueOf(english).Field(i).String()
			for _, hole := range []string{"{dealer}", "{site}", "{link}", "{code}", "{text}"} {
				if strings.Contains(text, hole) != strings.Contains(same, hole) {
					t.Errorf("%s: %s has %s otherwise than in English", texts.language, name, hole)
				}
			}
		}
	}
}

func TestTextsOf(t *testing.T) {
	for _, tt := range []struct{ site, dealer, want string }{
		{"", "", "en"}, {"es", "fr", "es"}, {"", "fr-CA", "fr"}, {"de", "es-MX", "es"}, {"ES", "", "es"}, {"de", "ja", "en"},
	} {
		if got := textsOf(tt.site, tt.dealer).language; got != tt.want {
			t.Errorf("%q, %q: %s, want %s", tt.site, tt.dealer, got, tt.want)
		}
	}
}
