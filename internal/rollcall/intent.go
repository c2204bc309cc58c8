package rollcall

import (
	"slices"
	"strings"
	"unicode"

	"example.org/rollcall/internal/rollcall/phone"
)

// Intent is what a person wants by a text message.
type Intent int

const (
	IntentUnknown Intent = iota // nothing that is understood
	IntentStop                  // no more messages
	IntentStart                 // messages again, after a stop
	IntentHelp                  // an explanation
	IntentConfirm               // confirms the site that was asked about
	IntentCode                  // holds the code of a validation
)

type meaning struct {
	Intent
	language string // that the word tells; empty: none
}

// stopWords are the phrases that stop messages when a message of at most stopWordsMax words begins with them.
var stopWords = map[string]string{
	"stop": "", "stopall": "", "unsubscribe": "", "optout": "", "opt out": "",
	"alto": "es", "baja": "es", "dar de baja": "es", "darme de baja": "es", "dame de baja": "es",
	"desuscribir": "es", "desuscribirme": "es", "desinscribir": "es", "desinscribirme": "es",
	"arret": "fr", "arrets": "fr", "arretez": "fr", "desabonner": "fr", "desabonnement": "fr", "desabonnez": "fr", "me desabonner": "fr",
	"desinscrire": "fr", "desinscription": "fr", "me desinscrire": "fr",
}

const (
	stopWordsMax = 3 // words of a message that begins with one of stopWords
	phraseMax    = 3 // words of the longest of stopWords
)

// intents are the words that mean something alone, or with nothing but courtesies beside them.
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

// courtesies change nothing about what a message means.
var courtesies = map[string]bool{
	"please": true, "pls": true, "plz": true, "thanks": true, "thank": true, "you": true, "thx": true, "all": true,
	"por": true, "favor": true, "gracias": true, "todo": true, "todos": true,
	"sil": true, "vous": true, "te": true, "plait": true, "svp": true, "stp": true, "merci": true, "tout": true, "tous": true,
}

// ReadIntent returns what a text message wants, with the language that it tells, empty where it tells none, and the code
// that is in it. The first line that has words counts, since a mail signature may follow; a code may stand on any line.
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
			return IntentUnknown, "", "" // which of them?
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

// wordsOf returns the words of a line, folded, of letters and ASCII digits alone. Apostrophes, and marks that are not seen,
// part no words; every other sign does.
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

// intentOf returns what words mean, wantsNothing for those that are no answer.
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

// stopPhrase reports whether words begin with one of stopWords, and returns the language that it tells.
func stopPhrase(words []string) (language string, ok bool) {
	for n := range min(len(words), phraseMax) {
		if language, ok := stopWords[strings.Join(words[:n+1], " ")]; ok {
			return language, true
		}
	}
	return "", false
}

// codeIn returns the code among words, which may be written in parts, and empty where there is none. ok is false where
// there are several.
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
			continue // a number of something else
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

// Intent returns what the message wants where the provider has said it. A provider counts a yes among the words that
// start messages again, and here it confirms too.
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
