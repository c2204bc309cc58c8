package rollcall

import (
	"testing"
)

func TestReadIntent(t *testing.T) {
	t.Parallel()
	for want, texts := range map[Intent][]string{
		IntentStop: {
			"STOP", "stop", " Stop! ", "“stop”", "STOP 🛑", "🛑 STOP", "*STOP*", "_stop_", "stop。", "STOP STOP", "ＳＴＯＰ", "\u200fSTOP\u200f",
			"S\u200bTOP", "STOP\n-- \nAnn Lee\nHill Street 5", "\n\nSTOP\r\nSent from my phone", "STOP\u2028Ann", "STOPALL", "Stop all", "stop, please", "Please stop",
			"please stop calling me", "stop texting me", "STOP these messages", "stop it now", "UNSUBSCRIBE", "unsubscribe me", "OPT OUT", "opt  out",
			"opt-out", "optout", "Opt out please", "END", "end please", "Quit", "QUIT ALL", "Cancel.", "cancel, thanks", "cancel thank you", "REVOKE", "revoke all",
			"ARRET", "Arrêt", "arre\u0302t", "ARRÊT SVP", "Arrêtez", "désabonner", "Me désabonner s'il vous plaît", "DESABONNER", "désinscription", "annuler", "annuler merci",
			"ALTO", "¡Alto!", "alto por favor", "BAJA", "Darme de baja", "dar de baja por favor", "desuscribir", "cancelar", "Cancelar, gracias", "fin",
		},
		IntentStart:   {"start", "UNSTOP", "START!", "*start*", "Start please", "ＳＴＡＲＴ"},
		IntentHelp:    {"help", "Info", "help?", "HELP ❗", "ayuda", "Aide"},
		IntentConfirm: {"Yes", "YES!!", "Yes 👍", "👍 yes", "*Yes*", "yes yes", "Yes please", "yes, thank you", "ＹＥＳ", "\u200eyes", "yes\nAnn", "si", "Sí", "¡Sí!", "SÍ, gracias", "oui", "Oui.", "oui merci"},
		IntentCode: {
			"123456", "123 456", "123-456.", "*123456*", "123456 👍", "My code is 123456", "my code is 123-456", "123456 123456", "１２３４５６", "١٢٣٤٥٦",
			"1\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e36\ufe0f\u20e3", "Here it is:\n123456", "\u202a123456\u202c", "yes 123456",
		},
		IntentUnknown: {
			"", " ", "🛑", "👍", "no", "don't stop", "don’t stop calling me", "I cannot stop by tomorrow", "stop by at 5 tomorrow", "end alarm now", "cancel the alarm",
			"quit the job", "revoke his key", "please do not end", "the end", "no stop", "yes but who are you", "yes stop", "who is this", "leave me alone", "12345", "1234567",
			"call 2025550123", "call 202 555 0123", "123456 or 654321", "annuler l'alarme", "cancelar la alarma", "fin de semana", "ne pas arrêter", "help me please cancel",
			"Ann\nstop", "stopped", "nonstop", "yesterday",
		},
	} {
		for _, text := range texts {
			if got, _, code := ReadIntent(text); got != want || (code == "123456") != (want == IntentCode) {
				t.Errorf("ReadIntent(%q) = %d with the code %q, want %d", text, got, code, want)
			}
		}
	}
}

func TestKeywordIntent(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		keyword Keyword
		text    string
		want    Intent
	}{
		{KeywordStop, "ALTO YA MISMO POR FAVOR AMIGO", IntentStop}, {KeywordStop, "yes", IntentStop}, {KeywordStop, "123456", IntentStop}, {KeywordStop, "", IntentStop},
		{KeywordStart, "ALTA", IntentStart}, {KeywordStart, "stop", IntentStart}, {KeywordStart, "YES", IntentConfirm}, {KeywordHelp, "stop", IntentHelp},
		{"", "stop", IntentStop}, {"", "ALTA", IntentUnknown}, {"OTHER", "yes", IntentConfirm}, {"OTHER", "stop", IntentStop},
	} {
		read, _, _ := ReadIntent(tt.text)
		if got := tt.keyword.Intent(read); got != tt.want {
			t.Errorf("Keyword(%s).Intent of %q = %d, want %d", tt.keyword, tt.text, got, tt.want)
		}
	}
}
