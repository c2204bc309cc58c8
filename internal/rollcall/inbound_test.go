package rollcall

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestReadIntent(t *testing.T) {
	t.Parallel()
	for want, texts := range map[intent][]string{
		wantsStop: {
			"STOP", "stop", " Stop! ", "“stop”", "STOP 🛑", "🛑 STOP", "*STOP*", "_stop_", "stop。", "STOP STOP", "ＳＴＯＰ", "\u200fSTOP\u200f",
			"S\u200bTOP", "STOP\n-- \nAnn Lee\nHill Street 5", "\n\nSTOP\r\nSent from my phone", "STOP\u2028Ann", "STOPALL", "Stop all", "stop, please", "Please stop",
			"please stop calling me", "stop texting me", "STOP these messages", "stop it now", "UNSUBSCRIBE", "unsubscribe me", "OPT OUT", "opt  out",
			"opt-out", "optout", "Opt out please", "END", "end please", "Quit", "QUIT ALL", "Cancel.", "cancel, thanks", "cancel thank you", "REVOKE", "revoke all",
			"ARRET", "Arrêt", "arre\u0302t", "ARRÊT SVP", "Arrêtez", "désabonner", "Me désabonner s'il vous plaît", "DESABONNER", "désinscription", "annuler", "annuler merci",
			"ALTO", "¡Alto!", "alto por favor", "BAJA", "Darme de baja", "dar de baja por favor", "desuscribir", "cancelar", "Cancelar, gracias", "fin",
		},
		wantsStart: {"start", "UNSTOP", "START!", "*start*", "Start please", "ＳＴＡＲＴ"},
		wantsHelp:  {"help", "Info", "help?", "HELP ❗", "ayuda", "Aide"},
		saysYes:    {"Yes", "YES!!", "Yes 👍", "👍 yes", "*Yes*", "yes yes", "Yes please", "yes, thank you", "ＹＥＳ", "\u200eyes", "yes\nAnn", "si", "Sí", "¡Sí!", "SÍ, gracias", "oui", "Oui.", "oui merci"},
		sendsCode: {
			"123456", "123 456", "123-456.", "*123456*", "123456 👍", "My code is 123456", "my code is 123-456", "123456 123456", "１２３４５６", "١٢٣٤٥٦",
			"1\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e36\ufe0f\u20e3", "Here it is:\n123456", "\u202a123456\u202c", "yes 123456",
		},
		wantsNothing: {
			"", " ", "🛑", "👍", "no", "don't stop", "don’t stop calling me", "I cannot stop by tomorrow", "stop by at 5 tomorrow", "end alarm now", "cancel the alarm",
			"quit the job", "revoke his key", "please do not end", "the end", "no stop", "yes but who are you", "yes stop", "who is this", "leave me alone", "12345", "1234567",
			"call 2025550123", "call 202 555 0123", "123456 or 654321", "annuler l'alarme", "cancelar la alarma", "fin de semana", "ne pas arrêter", "help me please cancel",
			"Ann\nstop", "stopped", "nonstop", "yesterday",
		},
	} {
		for _, text := range texts {
			if got, _, code := readIntent(text); got != want || (code == "123456") != (want == sendsCode) {
				t.Errorf("readIntent(%q) = %d with the code %q, want %d", text, got, code, want)
			}
		}
	}
}

func TestKeywordDecides(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		keyword Keyword
		text    string
		want    intent
	}{
		{KeywordStop, "ALTO YA MISMO POR FAVOR AMIGO", wantsStop}, {KeywordStop, "yes", wantsStop}, {KeywordStop, "123456", wantsStop}, {KeywordStop, "", wantsStop},
		{KeywordStart, "ALTA", wantsStart}, {KeywordStart, "stop", wantsStart}, {KeywordStart, "YES", saysYes}, {KeywordHelp, "stop", wantsHelp},
		{"", "stop", wantsStop}, {"", "ALTA", wantsNothing}, {"OTHER", "yes", saysYes}, {"OTHER", "stop", wantsStop},
	} {
		read, _, _ := readIntent(tt.text)
		if got := tt.keyword.decided(read); got != tt.want {
			t.Errorf("%s with %q = %d, want %d", tt.keyword, tt.text, got, tt.want)
		}
	}
}

func TestKeptReply(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", " \n ": "", "Who is this?\n": "Who is this?", "a\x00b\x07c": "abc", "a\u202eb": "ab", "\xff": "\ufffd", "zoë 🙂": "zoë 🙂",
		strings.Repeat("é", 600): strings.Repeat("é", 500),
	} {
		if got := keptReply(text); got != want {
			t.Errorf("keptReply(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestReachKey(t *testing.T) {
	t.Parallel()
	for _, same := range []struct {
		p Point
		a string
		b string
	}{
		{PhonePoint, "+12025550147", "12025550147"},
		{PhonePoint, "+1-555-0123", "+1 (555) 0123"},
		{EmailPoint, "John.Doe@Example.com", "john.doe@example.COM"},
		{EmailPoint, "john@bücher.example", "john@xn--bcher-kva.example"},
		{EmailPoint, `"a@b"@example.com`, `"A@B"@example.com`},
		{EmailPoint, "ana@bücher.example", "ana@bu\u0308cher.example"},
		{EmailPoint, "victim@example.com", `"v\ictim"@example.com`},
	} {
		if a, b := reachKey(same.p, same.a), reachKey(same.p, same.b); a != b {
			t.Errorf("%s and %s are not the same: %q, %q", same.a, same.b, a, b)
		}
	}
	if a, b := reachKey(EmailPoint, "a.b@example.com"), reachKey(EmailPoint, "ab@example.com"); a == b {
		t.Error("two addresses are the same")
	}
}

// TestGuessesAreLookedThroughOnceAMinute holds that a try is quick although many others are told apart.
func TestGuessesAreLookedThroughOnceAMinute(t *testing.T) {
	t.Parallel()
	var g guesses
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	for n := range guessersMax + 2 {
		if _, err := g.take(strconv.Itoa(n), now); err != nil {
			t.Fatal(err)
		}
	}
	looked := g.cleaned
	now = now.Add(guessesFor - 1)
	if _, err := g.take("late", now); err != nil || g.cleaned != looked || len(g.made) != guessersMax+1 {
		t.Errorf("take: %v, looked through at %v with %d entries; want not again since %v", err, g.cleaned, len(g.made), looked)
	}
	now = now.Add(1)
	if _, err := g.take("later", now); err != nil || len(g.made) != 1 {
		t.Errorf("take: %v with %d entries, want 1", err, len(g.made))
	}
}

func TestGuesses(t *testing.T) {
	t.Parallel()
	var g guesses
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	take := func(from string, want bool) func() {
		t.Helper()
		right, err := g.take(from, now)
		if (err == nil) != want {
			t.Fatalf("a try from %s: %v", from, err)
		}
		return right
	}
	take("a", true)() // which is right, and counts not
	for range 10 {
		take("a", true)
	}
	take("a", false)
	take("b", true)
	for range 11 {
		take("", true)
	}
	now = now.Add(time.Minute - time.Nanosecond)
	take("a", false)
	now = now.Add(time.Nanosecond)
	take("a", true)
}
