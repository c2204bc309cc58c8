package message

import (
	"reflect"
	"strings"
	"testing"
)

func TestSegments(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       int
	}{
		{"nothing", "", 1},
		{"160 letters", strings.Repeat("a", 160), 1},
		{"161 letters", strings.Repeat("a", 161), 2},
		{"two full segments", strings.Repeat("a", 306), 2},
		{"one letter more", strings.Repeat("a", 307), 3},
		{"letters of the basic alphabet", strings.Repeat("èéùìòÇØøÅåΔΦÆßÉ¡ÄÖÑÜ§¿äöñüà@£$¥¤_\n", 4) + "Γ", 1},
		{"80 characters of the extension", strings.Repeat("€", 80), 1},
		{"81 characters of the extension", strings.Repeat("{", 81), 2},
		{"the extension is not split", strings.Repeat("a", 152) + strings.Repeat("[", 77), 3},
		{"70 letters in UCS-2", strings.Repeat("á", 70), 1},
		{"71 letters in UCS-2", strings.Repeat("a", 70) + "á", 2},
		{"a lower-case ç is not in the alphabet", strings.Repeat("ç", 71), 2},
		{"a typographic apostrophe", strings.Repeat("a", 134) + "’", 3},
		{"35 emoji", strings.Repeat("🔔", 35), 1},
		{"36 emoji", strings.Repeat("🔔", 36), 2},
		{"1000 emoji", strings.Repeat("🔔", 1000), 31},
	} {
		if got := Segments(tt.text); got != tt.want {
			t.Errorf("Segments(%s) = %d, want %d", tt.name, got, tt.want)
		}
	}
}

// link is one with a host of 30 characters.
const link = "https://rollcall-answers.example.org:8/c/AbCdEfGhIjKlMnOp"

func TestShortMessages(t *testing.T) {
	if host := strings.TrimSuffix(strings.TrimPrefix(link, "https://"), "/c/AbCdEfGhIjKlMnOp"); len(host) != 30 {
		t.Fatalf("the host has %d characters, want 30", len(host))
	}
	for _, tt := range []struct {
		language, dealer, site string
		want                   int
	}{
		{"en", "Harbor Alarm", "Pier 9 Depot", 1},
		{"en", "Harbour Alarm & Sons", "Harbour Street warehouses", 2},
		{"es", "Harbour Alarm & Sons", "Harbour Street warehouses", 2},
		{"fr", "Harbour Alarm & Sons", "Harbour Street warehouses", 2},
	} {
		text := In(tt.language).SMS(Ask{Dealer: tt.dealer, Site: tt.site, Link: link, Code: "123456"})
		if got := Segments(text); got > tt.want {
			t.Errorf("%s: %d segments, want at most %d: %q", tt.language, got, tt.want, text)
		}
	}
}

func TestTextMessagesAreGSM(t *testing.T) {
	for _, texts := range all() {
		for _, text := range []string{
			texts.SMS(Ask{Dealer: "D", Site: "S", Link: link, Code: "123456"}), texts.Confirmed("D", "S"),
			texts.SMS(Ask{Dealer: "D", Site: "S", Link: link, Code: "123456", Point: texts.Point("+12025550147", "", "mobile")}),
			texts.SMS(Ask{Dealer: "D", Site: "S", Link: link, Code: "123456", Point: texts.Point("+12025550147", "", "home")}),
			texts.SMS(Ask{Dealer: "D", Site: "S", Link: link, Code: "123456", Point: texts.Point("+12025550147", "", "work")}),
			texts.ReplyAskCode, texts.ReplyWrongCode, texts.ReplyStopped, texts.ReplyStarted, texts.ReplyHelp,
		} {
			if !isGSM(text) || Segments(text) > 1 && !strings.Contains(text, link) {
				t.Errorf("%s: not one segment in the GSM alphabet: %q", texts.Language, text)
			}
		}
	}
}

func TestSMS(t *testing.T) {
	for _, tt := range []struct {
		name, language string
		ask            Ask
		want           string
	}{
		{"the usual question", "en", Ask{"Harbour Alarm", "Pier 9", "", link, "123456", ""},
			"Harbour Alarm, Pier 9: can we reach you here in an alarm?\n" + link + "\nCode 123456. Reply STOP to opt out."},
		{"the caller's words", "en", Ask{"Harbour Alarm", "Pier 9", " Please verify\r\nyour {site} number {link}. ", link, "123456", ""},
			"Harbour Alarm, Pier 9: Please verify\nyour {site} number {link}.\n" + link + "\nCode 123456. Reply STOP to opt out."},
		{"without a link", "es", Ask{"Alarma Sur", "Nave 4", "", "", "123456", ""},
			"Alarma Sur, Nave 4: ¿podemos encontrarle en este teléfono si hay una alarma?\nClave: 123456. Responda STOP para darse de baja."},
		{"one of several phones", "en", Ask{"Harbour Alarm", "Pier 9", "", link, "123456", "your mobile ending in 47"},
			"Harbour Alarm, Pier 9: can we reach you on your mobile ending in 47 in an alarm?\n" + link + "\nCode 123456. Reply STOP to opt out."},
		{"the caller's words to one of several phones", "en", Ask{"Harbour Alarm", "Pier 9", "Please verify.", link, "123456", "your mobile ending in 47"},
			"Harbour Alarm, Pier 9: Please verify.\n" + link + "\nCode 123456. Reply STOP to opt out."},
		{"names with placeholders", "fr", Ask{"{site}", "{code}", "", link, "123456", ""},
			"{site}, {code} : pouvons-nous vous joindre ici en cas d'alarme ?\nRépondez sur " + link +
				"\nCode : 123456. Répondez STOP pour ne plus rien recevoir."},
	} {
		if got := In(tt.language).SMS(tt.ask); got != tt.want {
			t.Errorf("%s: SMS = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestLongNames holds that names alone never make a message too long, in whatever script.
func TestLongNames(t *testing.T) {
	for _, name := range []string{strings.Repeat("a", 200), strings.Repeat("ж", 200), strings.Repeat("🔔", 200), strings.Repeat("wörter ", 28)} {
		for _, texts := range all() {
			ask := Ask{Dealer: name, Site: name, Link: link, Code: "123456"}
			for _, text := range []string{texts.SMS(ask), texts.Confirmed(name, name)} {
				if n := Segments(text); n > SegmentsMax || !strings.Contains(text, "...") && n == SegmentsMax && len(text) < 400 {
					t.Errorf("%s: %d segments, want fewer: %q", texts.Language, n, text)
				}
			}
		}
	}
	whole := In("en").SMS(Ask{Dealer: strings.Repeat("a", 100), Site: strings.Repeat("b", 100), Link: link, Code: "123456"})
	if !strings.HasPrefix(whole, strings.Repeat("a", 100)+", "+strings.Repeat("b", 100)+":") {
		t.Errorf("SMS shortened names that fit: %q", whole)
	}
}

func TestShorten(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"Pier 9", "Pier 9"}, {"Harbour 1234", "Harbour 1234"}, {"Harbour 12345", "Harbour 1..."}, {"Harbour  Street", "Harbour..."},
		{"🔔🔔🔔🔔🔔🔔", "🔔🔔🔔🔔🔔🔔"}, {"🔔🔔🔔🔔🔔🔔🔔", "🔔🔔🔔🔔..."},
	} {
		if got := shorten(tt.name, 12); got != tt.want {
			t.Errorf("shorten(%q, 12) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestMail(t *testing.T) {
	got := In("en").Mail(Ask{"Harbour Alarm", "Pier 9", "", link, "123456", ""})
	want := Mail{
		Subject: "Harbour Alarm: can we reach you here?",
		Button:  "Answer",
		Text: `Harbour Alarm, Pier 9: can we reach you at this address if there is an alarm?

Harbour Alarm has you on the list of people to reach when there is an alarm at Pier 9, and would like to know that this e-mail arrives.

Please answer on this page:
` + link + `

Your code is 123456. You need it only if somebody at Harbour Alarm asks you for it.

The page is open for 72 hours. If this is not for you, please say so there, and we will not write to you about it again.`,
	}
	if got != want {
		t.Errorf("Mail = %q, want %q", got, want)
	}
	own := In("es").Mail(Ask{"Alarma Sur", "Nave 4", "Por favor, confirme.", "", "123456", ""})
	if !strings.HasPrefix(own.Text, "Alarma Sur, Nave 4: Por favor, confirme.\n\n") || strings.Contains(own.Text, "página") {
		t.Errorf("Mail with the caller's own text and no link = %q", own.Text)
	}
}

func TestCall(t *testing.T) {
	want := "Hello. This is an automatic call from Harbour Alarm, about Pier 9.\nCan we reach you at this number if there is an alarm?\n" +
		"Your code is: 1, 2, 3, 4, 5, 6.\nOnce more, your code is: 1, 2, 3, 4, 5, 6.\n" +
		"If we can reach you at this number, press 1. If this is not for you, press 2. To get no more of these calls, press 9."
	if got := In("en").Call(Ask{"Harbour Alarm", "Pier 9", "", "", "123456", ""}); got != want {
		t.Errorf("Call = %q, want %q", got, want)
	}
}

func TestEveryLanguageIsComplete(t *testing.T) {
	for _, texts := range all() {
		complete(t, texts.Language, reflect.ValueOf(*texts), reflect.ValueOf(english))
		complete(t, texts.Language, reflect.ValueOf(*texts.users), reflect.ValueOf(englishUsers))
		complete(t, texts.Language, reflect.ValueOf(*texts.notices), reflect.ValueOf(englishNotices))
	}
}

// complete checks that no text is empty, and that each has the placeholders of the English one.
func complete(t *testing.T, language string, fields, english reflect.Value) {
	t.Helper()
	for i := range fields.NumField() {
		name, text := fields.Type().Field(i).Name, fields.Field(i).String()
		if text == "" {
			t.Errorf("%s: %s is empty", language, name)
		}
		for _, hole := range []string{"{dealer}", "{site}", "{link}", "{code}", "{text}", "{name}", "{point}", "{end}", "{extension}", "{webhook}", "{host}"} {
			if strings.Contains(text, hole) != strings.Contains(english.Field(i).String(), hole) {
				t.Errorf("%s: %s does not use %s as the English text does", language, name, hole)
			}
		}
	}
}

func TestUserMail(t *testing.T) {
	link := UserLink{Dealer: "Harbour Alarm", Name: "Ann {link}", URL: "https://rollcall.example.org/console/link/x"}
	for _, test := range []struct {
		invite        bool
		subject, text string
	}{
		{true, "Harbour Alarm: su cuenta", "Hola, Ann {link}:\n\nHarbour Alarm le invita a cuidar de sus listas de llamada en Rollcall. Elija una contraseña " +
			"en esta página:\n\n" + link.URL + "\n\nEl enlace funciona una vez, durante 7 días.\n\nSi no esperaba este correo, no tiene que hacer nada."},
		{false, "Harbour Alarm: elija otra contraseña", "Hola, Ann {link}:\n\nAlguien ha pedido otra contraseña para su cuenta en Rollcall. Elíjala " +
			"en esta página:\n\n" + link.URL + "\n\nEl enlace funciona una vez, durante una hora. Al usarlo se cierran todas sus sesiones.\n\n" +
			"Si no esperaba este correo, no tiene que hacer nada."},
	} {
		if got := In("es").UserMail(test.invite, link); got.Subject != test.subject || got.Text != test.text {
			t.Errorf("UserMail(%v) = %q, %q, want %q, %q", test.invite, got.Subject, got.Text, test.subject, test.text)
		}
	}
}

func TestIn(t *testing.T) {
	for _, tt := range []struct{ site, dealer, want string }{
		{"", "", "en"}, {"es", "fr", "es"}, {"", "fr-CA", "fr"}, {"de", "es-MX", "es"}, {"ES", "", "es"}, {"de", "ja", "en"},
	} {
		if got := In(tt.site, tt.dealer).Language; got != tt.want {
			t.Errorf("In(%q, %q) = %s, want %s", tt.site, tt.dealer, got, tt.want)
		}
	}
}

func TestPoint(t *testing.T) {
	for _, tt := range []struct{ language, value, extension, label, want string }{
		{"en", "+12025550147", "", "mobile", "your mobile ending in 47"},
		{"en", "+12025550147", "", "home", "your home phone ending in 47"},
		{"en", "+12025550147", "12", "work", "your work phone ending in 47, extension 12"},
		{"en", "+12025550147", "", "other", "your phone ending in 47"},
		{"en", "7", "", "", "your phone ending in 7"},
		{"en", "john@example.org", "", "work", "your work address j•••@example.org"},
		{"en", "john@example.org", "", "mobile", "your address j•••@example.org"},
		{"es", "+12025550147", "", "mobile", "su celular que termina en 47"},
		{"es", "john@example.org", "", "home", "su dirección personal j•••@example.org"},
		{"fr", "+12025550147", "9#", "", "votre téléphone se terminant par 47, poste 9#"},
		{"fr", "john@example.org", "", "", "votre adresse j•••@example.org"},
	} {
		if got := In(tt.language).Point(tt.value, tt.extension, tt.label); got != tt.want {
			t.Errorf("%s: Point(%q, %q, %q) = %q, want %q", tt.language, tt.value, tt.extension, tt.label, got, tt.want)
		}
	}
}

func TestCallsAndMailsNameOneOfSeveralPoints(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"call", In("en").Call(Ask{Dealer: "D", Site: "S", Code: "123456", Point: "your work phone ending in 47, extension 12"}),
			"Can we reach you on your work phone ending in 47, extension 12 if there is an alarm?"},
		{"mail", In("es").Mail(Ask{Dealer: "D", Site: "S", Code: "123456", Point: "su dirección j•••@example.org"}).Text,
			"D, S: ¿podemos localizarle en su dirección j•••@example.org si hay una alarma?"},
	} {
		if !strings.Contains(tt.text, tt.want) {
			t.Errorf("%s = %q, want it to contain %q", tt.name, tt.text, tt.want)
		}
	}
}

func TestMask(t *testing.T) {
	for _, tt := range []struct{ address, want string }{
		{"+12025550199", "•••• 0199"},
		{"+1-555-0123", "•••• 0123"},
		{"555-0123", "•••• 23"},
		{"7", "•••• 7"},
		{"john@example.org", "j•••@example.org"},
		{"j@example.org", "j•••@example.org"},
		{"élodie@example.org", "é•••@example.org"},
		{`"a@b"@example.org`, `"•••@example.org`},
		{"@example.org", "•••@example.org"},
	} {
		if got := Mask(tt.address); got != tt.want {
			t.Errorf("Mask(%q) = %q, want %q", tt.address, got, tt.want)
		}
	}
}
