package rollcall

import (
	"slices"
	"strings"
	"unicode"

	"example.org/rollcall/internal/rollcall/phone"
)

// Intent is what a person wants with a text message.
type Intent int

// What people want.
const (
	IntentUnknown Intent = iota // not understood
	IntentStop                  // no more messages
	IntentStart                 // messages again, after STOP
	IntentHelp                  // an explanation
	IntentConfirm               // confirms that they can be reached
	IntentCode                  // contains the code of a validation
)

type meaning struct {
	Intent
	language string // of the word; empty: any
}

// stopWords maps phrases to their language. A text of at most stopWordsMax words that begins with one stops messages.
var stopWords = map[string]string{
	"stop": "", "stopall": "", "unsubscribe": "", "optout": "", "opt out": "",
	"alto": "es", "baja": "es", "dar de baja": "es", "darme de baja": "es", "dame de baja": "es",
	"desuscribir": "es", "desuscribirme": "es", "desinscribir": "es", "desinscribirme": "es",
	"arret": "fr", "arrets": "fr", "arretez": "fr", "desabonner": "fr", "desabonnement": "fr", "desabonnez": "fr", "me desabonner": "fr",
	"desinscrire": "fr", "desinscription": "fr", "me desinscrire": "fr",
}

const (
	stopWordsMax = 3 // words
	phraseMax    = 3 // words of the longest phrase in stopWords
)

// intents maps words to their meaning, which they have alone or together with courtesies.
var intents = map[string]meaning{
	"end": {IntentStop, ""}, "quit": {IntentStop, ""}, "cancel": {IntentStop, ""}, "revoke": {IntentStop, ""},
	"fin": {IntentStop, ""}, "cancelar": {IntentStop, "es"}, "cancela": {IntentStop, "es"}, "parar": {IntentStop, "es"}, "pare": {IntentStop, "es"},
	"salir": {IntentStop, "es"}, "revocar": {IntentStop, "es"}, "terminar": {IntentStop, "es"},
	"annuler": {IntentStop, "fr"}, "arreter": {IntentStop, "fr"}, "quitter": {IntentStop, "fr"}, "revoquer": {IntentStop, "fr"},
	"resilier": {IntentStop, "fr"},
	"start":    {IntentStart, ""}, "unstop": {IntentStart, ""},
	"help": {IntentHelp, ""}, "info": {IntentHelp, ""}, "ayuda": {IntentHelp, "es"}, "aide": {IntentHelp, "fr"},
	"yes": {IntentConfirm, ""}, "si": {IntentConfirm, "es"}, "oui": {IntentConfirm, "fr"},
}

// courtesies are words that do not change the meaning of a text.
var courtesies = map[string]bool{
	"please": true, "pls": true, "plz": true, "thanks": true, "thank": true, "you": true, "thx": true, "all": true,
	"por": true, "favor": true, "gracias": true, "todo": true, "todos": true,
	"sil": true, "vous": true, "te": true, "plait": true, "svp": true, "stp": true, "merci": true, "tout": true, "tous": true,
}

// ReadIntent returns the intent of a text message, the language of its word ("" if unknown), and the code of an IntentCode.
// Words count on the first line that has any, because a signature may follow. A code counts on any line.
func ReadIntent(text string) (want Intent, language, code string) {
	var first []string
	for line := range strings.FieldsFuncSeq(text, endsLine) {
		words := wordsOf(line)
		if len(first) == 0 {
			first = words
			if found := intentOf(words); found.Intent != IntentUnknown {
				return found.Intent, found.language, ""
			}
		}
		found, ok := codeIn(words)
		if !ok || code != "" && found != "" && code != found {
			return IntentUnknown, "", "" // two different codes
		}
		if found != "" {
			code = found
		}
	}
	if code != "" {
		return IntentCode, "", code
	}
	return IntentUnknown, "", ""
}

func endsLine(r rune) bool {
	return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// wordsOf returns the folded words of a line, which consist of letters and ASCII digits. Apostrophes, marks and invisible
// characters are removed; all others separate words.
func wordsOf(line string) []string {
	return strings.Fields(strings.Map(func(r rune) rune {
		if digit, ok := phone.Digit(r); ok {
			return digit
		}
		switch {
		case unicode.IsLetter(r):
			return r
		case r == '\'', r == '’', r == '‘', r == 'ʼ', unicode.Is(unicode.Cf, r), unicode.Is(unicode.M, r):
			return -1
		}
		return ' '
	}, Fold(line)))
}

// intentOf returns the meaning of the words of a line.
func intentOf(words []string) meaning {
	for len(words) > 0 && courtesies[words[0]] {
		words = words[1:]
	}
	for len(words) > 0 && courtesies[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	if language, ok := stopPhrase(words); ok && len(words) <= stopWordsMax {
		return meaning{IntentStop, language}
	}
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return courtesies[w] })
	words = slices.Compact(words) // "yes yes"
	if len(words) != 1 {
		return meaning{}
	}
	return intents[words[0]]
}

// stopPhrase reports whether words begin with one of stopWords, and returns its language.
func stopPhrase(words []string) (language string, ok bool) {
	for n := range min(len(words), phraseMax) {
		if language, ok := stopWords[strings.Join(words[:n+1], " ")]; ok {
			return language, true
		}
	}
	return "", false
}

// codeIn returns the code among words, which may be split into several words, and "" if there is none. ok is false if there
// are different codes.
func codeIn(words []string) (code string, ok bool) {
	for i := 0; i < len(words); {
		end := i
		for end < len(words) && phone.Digits(words[end]) == words[end] {
			end++
		}
		run := words[i:end]
		i = max(end, i+1)
		if joined := strings.Join(run, ""); len(joined) == CodeDigits {
			run = []string{joined}
		}
		if len(run) == 0 || slices.ContainsFunc(run, func(w string) bool { return len(w) != CodeDigits }) {
			continue // not a code
		}
		for _, w := range run {
			if code != "" && code != w {
				return "", false
			}
			code = w
		}
	}
	return code, true
}

// Intent returns the intent of a text message with this keyword, where read is the result of ReadIntent. Providers take YES
// for a word that starts messages again; here it also confirms.
func (k Keyword) Intent(read Intent) Intent {
	switch {
	case k == KeywordStop:
		return IntentStop
	case k == KeywordStart && read == IntentConfirm:
		return IntentConfirm
	case k == KeywordStart:
		return IntentStart
	case k == KeywordHelp:
		return IntentHelp
	}
	return read
}
