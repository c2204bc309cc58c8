package console

import (
	"reflect"
	"testing"

	"go.uber.org/goleak"

	"example.org/rollcall/internal/rollcall"
)

// TestEveryTextIsTranslated checks that no text is missing in a language.
func TestEveryTextIsTranslated(t *testing.T) {
	for _, language := range []*texts{&english, &spanish} {
		sameTexts(t, language.Language, reflect.ValueOf(*language), reflect.ValueOf(english))
	}
	for name, wanted := range map[string]struct{ got, want int }{
		"Roles": {len(english.Roles), len(rollcall.Roles())}, "RoleChoices": {len(english.RoleChoices), len(rollcall.Roles())},
		"States":       {len(english.States), 3}, // why a user can't sign in
		"Readiness":    {len(english.Words.Readiness), len(rollcall.ReadinessStatuses())},
		"Reasons":      {len(english.Words.Reasons), len(rollcall.ReasonCodes())},
		"PointStates":  {len(english.Words.PointStates), len(rollcall.PointStatuses())},
		"Kinds":        {len(english.Words.Kinds), len(rollcall.PointKinds())},
		"Labels":       {len(english.Words.Labels), len(rollcall.PointLabels())},
		"Methods":      {len(english.Words.Methods), len(rollcall.Methods())},
		"Types":        {len(english.Words.Types), len(rollcall.ContactTypes())},
		"ContactRoles": {len(english.Words.ContactRoles), len(rollcall.ContactRoles())},
		"SiteStatuses": {len(english.Words.SiteStatuses), len(rollcall.SiteStatuses())},
		"AuditKinds":   {len(english.Audit.Kinds), len(auditKinds)},
		"Scopes":       {len(english.Keys.Scopes), len(rollcall.KnownScopes())},
		"Months":       {len(english.Words.Months), 12},
		"Phases":       {len(english.Contact.Phases), len(rollcall.Dispatches())},
		"Ways":         {len(english.Contact.Ways), len(rollcall.Methods()) + 1},  // an attestation
		"Asked":        {len(english.Contact.Asked), len(rollcall.Methods()) + 1}, // the same
		"Statuses":     {len(english.Contact.Statuses), 8},
		"Events":       {len(english.Contact.Events) + len(english.Contact.Answers) + 1, 10}, // and queued, which is Requested
		"AnswerWays":   {len(english.Contact.AnswerWays), 5},
		"OptOuts":      {len(english.Contact.OptOuts), 3},
	} {
		if wanted.got != wanted.want {
			t.Errorf("%s has %d texts, want %d", name, wanted.got, wanted.want)
		}
	}
}

// sameTexts checks that a value has a text wherever the English one has one.
func sameTexts(t *testing.T, name string, value, inEnglish reflect.Value) {
	t.Helper()
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			sameTexts(t, name+"."+value.Type().Field(i).Name, value.Field(i), inEnglish.Field(i))
		}
	case reflect.String:
		if value.String() == "" {
			t.Errorf("%s is empty", name)
		}
	case reflect.Slice:
		if value.Len() == 0 || value.Len() != inEnglish.Len() {
			t.Errorf("%s has %d texts, want %d, as in English", name, value.Len(), inEnglish.Len())
		}
		for i := range value.Len() {
			sameTexts(t, name, value.Index(i), value.Index(i))
		}
	case reflect.Map:
		if value.Len() == 0 || value.Len() != inEnglish.Len() {
			t.Errorf("%s has %d texts, want %d, as in English", name, value.Len(), inEnglish.Len())
		}
		for _, key := range inEnglish.MapKeys() {
			if text := value.MapIndex(key); !text.IsValid() || text.String() == "" {
				t.Errorf("%s has no text for %s", name, key)
			}
		}
	default:
		t.Errorf("%s has a type that this test does not know", name)
	}
}

// TestNewStartsNothing checks that the console has no goroutine of its own, which nobody would stop.
func TestNewStartsNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	New(nil, Options{})
}

// TestEveryActionIsASentence checks that each action of the filter of the audit has a sentence, and each sentence a kind.
func TestEveryActionIsASentence(t *testing.T) {
	actions := 0
	for _, kind := range auditKinds {
		for _, action := range kind.actions {
			actions++
			if english.Audit.Actions[action] == "" {
				t.Errorf("%s has no sentence", action)
			}
		}
	}
	if got := len(english.Audit.Actions); got != actions {
		t.Errorf("%d actions have a sentence, want the %d of the filter", got, actions)
	}
}
