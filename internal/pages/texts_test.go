package pages

import (
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/language"
)

// TestTexts checks that every language has every text, with the same placeholders, and none in English by mistake.
func TestTexts(t *testing.T) {
	if len(allTexts) != len(tags) {
		t.Fatalf("%d languages, want %d, one for each tag", len(allTexts), len(tags))
	}
	english := reflect.ValueOf(*allTexts[0])
	for i, l := range allTexts {
		if l.Language != tags[i].String() {
			t.Errorf("%s is in the place of %s", l.Language, tags[i])
		}
		texts := reflect.ValueOf(*l)
		for f := range texts.NumField() {
			name := texts.Type().Field(f).Name
			said, original := paragraphs(texts.Field(f)), paragraphs(english.Field(f))
			if len(said) != len(original) {
				t.Errorf("%s: %s has %d paragraphs, want %d", l.Language, name, len(said), len(original))
				continue
			}
			for p := range said {
				switch {
				case strings.TrimSpace(said[p]) == "":
					t.Errorf("%s: %s is empty", l.Language, name)
				case i > 0 && said[p] == original[p] && name != "ChooseEmail":
					t.Errorf("%s: %s is in English: %q", l.Language, name, said[p])
				}
				for _, placeholder := range []string{"{dealer}", "{site}", "{first}", "{point}"} {
					if strings.Count(said[p], placeholder) != strings.Count(original[p], placeholder) {
						t.Errorf("%s: %s has %s more or less often than in English", l.Language, name, placeholder)
					}
				}
			}
		}
	}
}

func paragraphs(v reflect.Value) []string {
	if v.Kind() == reflect.Slice {
		return v.Interface().([]string)
	}
	return []string{v.String()}
}

func TestLanguages(t *testing.T) {
	s := newLanguageMatcher()
	for _, tt := range []struct{ accepted, site, want string }{
		{"", "", "en"},
		{"", "es", "es"},
		{"", "fr-CA", "fr"},
		{"", "de", "en"},
		{"", "not a language", "en"},
		{"fr", "es", "fr"},
		{"fr-CA,fr;q=0.9,en;q=0.8", "es", "fr"},
		{"es-419", "en", "es"},
		{"en;q=0.2, es;q=0.9", "fr", "es"},
		{"de, fr;q=0.5", "en", "fr"},
		{"de", "es", "es"},
		{"ja, zh;q=0.5", "fr", "fr"},
		{"*", "es", "es"},
		{"es;q=0, fr;q=0.1", "en", "fr"},
		{";;;q=x", "es", "es"},
		{strings.Repeat("-", 5000), "es", "es"},
		{strings.Repeat("en,", 2000), "es", "en"},
	} {
		if got := s.texts(tt.accepted, tt.site).Language; got != tt.want {
			t.Errorf("texts(%.40q, %q) = %s, want %s", tt.accepted, tt.site, got, tt.want)
		}
	}
	if english.Language != language.English.String() {
		t.Error("the default language is not English")
	}
}
