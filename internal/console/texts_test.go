package console

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"example.org/rollcall/internal/rollcall"
)

// TestEveryTextIsTranslated checks that no text is missing in a language.
func TestEveryTextIsTranslated(t *testing.T) {
	for _, language := range []*texts{&english, &spanish} {
		fields, same := reflect.ValueOf(*language), reflect.ValueOf(english)
		for i := range fields.NumField() {
			name := fields.Type().Field(i).Name
			switch value := fields.Field(i).Interface().(type) {
			case string:
				if value == "" {
					t.Errorf("%s: %s is empty", language.Language, name)
				}
			case []string:
				if len(value) == 0 || len(value) != same.Field(i).Len() {
					t.Errorf("%s: %s has %d paragraphs, want %d", language.Language, name, len(value), same.Field(i).Len())
				}
			case map[string]string:
				sameKeys(t, language.Language+": "+name, value, same.Field(i).Interface().(map[string]string))
			case map[rollcall.Role]string:
				sameKeys(t, language.Language+": "+name, value, same.Field(i).Interface().(map[rollcall.Role]string))
				if len(value) != len(rollcall.Roles()) {
					t.Errorf("%s: %s has %d roles, want every one", language.Language, name, len(value))
				}
			case map[rollcall.UserStatus]string:
				sameKeys(t, language.Language+": "+name, value, map[rollcall.UserStatus]string{
					rollcall.UserDisabled: "", rollcall.UserInvited: "", rollcall.UserNoPassword: "",
				})
			default:
				t.Errorf("%s: %s has a type that this test does not know", language.Language, name)
			}
		}
	}
}

func sameKeys[K ~string](t *testing.T, name string, got, want map[K]string) {
	t.Helper()
	if keys, all := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(keys, all) {
		t.Errorf("%s has %v, want %v", name, keys, all)
	}
	for key, text := range got {
		if text == "" {
			t.Errorf("%s: %s is empty", name, key)
		}
	}
}

// TestNewStartsNothing checks that the console has no goroutine of its own, which nobody would stop.
func TestNewStartsNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	New(nil, Options{})
}
