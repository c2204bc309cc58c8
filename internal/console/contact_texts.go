package console

import (
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// contactTexts are the texts of the page of a contact. %s stands for what the comment names.
type contactTexts struct {
	Edit, BackTo                                        string // before the name of the site
	Deleted, Until, Undo, AskManager                    string // the time, the time
	Facts, Type, Role, Phase, Position, Hours, Absences string
	From, To, Language, Wanted, Reference               string
	Created, Updated                                    string
	AnyTime                                             string
	Days                                                []string // words of rollcall.Hours, each before its translation
	Phases                                              map[rollcall.Dispatch]string
	Languages                                           map[string]string
	LikeTheSite                                         string // instead of a language
	TextMessages, Emails, NoMessages                    string
	Yes, No, And                                        string

	Points, NeverProven string
	Proven              string // the time, one of Ways
	Ways                map[rollcall.Method]string

	Validations, NoValidations, OlderValidations string
	Asked                                        map[rollcall.Method]string // where the message went
	Statuses                                     map[rollcall.ValidationStatus]string
	Requested, CodeEntered, Attested, TakenOver  string // who did it
	Events                                       map[rollcall.EventKind]string
	Answers                                      map[rollcall.EventKind]string // before one of AnswerWays
	AnswerWays                                   map[rollcall.AnswerWay]string
	Cancels, Failures                            map[string]string // by code

	OptedOut, NoOptOuts string
	OptOuts             map[rollcall.SuppressionReason]string // the number or address, the time

	Changes, NoChanges, OlderChanges, Newest string
	Operator, Person, Program, Somebody      string            // who did it
	Actions                                  map[string]string // who did it, or nothing
	OfPerson                                 map[string]string // instead of Actions, if the contact did it
	ChangedParts                             string            // who did it, Parts
	OtherAction                              string            // who did it
	Parts                                    map[string]string // by the field of the audit; phone and email for values
}

// language returns the name of a language, LikeTheSite for the empty one.
func (t *contactTexts) language(code string) string {
	switch {
	case code == "":
		return t.LikeTheSite
	case t.Languages[code] != "":
		return t.Languages[code]
	}
	return code
}

// list returns words as a list in a sentence.
func (t *contactTexts) list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + t.And + " " + words[last]
}
