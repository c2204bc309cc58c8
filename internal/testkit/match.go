package testkit

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// patterns are what a string in Match's want may stand for.
var patterns = map[string]*regexp.Regexp{
	"<any>":           regexp.MustCompile(`(?s)^.+$`),
	"<time>":          regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$`),
	"<contact_id>":    regexp.MustCompile(`^contact_[0-9a-hjkmnp-tv-z]{26}$`),
	"<site_id>":       regexp.MustCompile(`^site_[0-9a-hjkmnp-tv-z]{26}$`),
	"<validation_id>": regexp.MustCompile(`^val_[0-9a-hjkmnp-tv-z]{26}$`),
	"<hash>":          regexp.MustCompile(`^[0-9a-f]{64}$`),
	"<key_id>":        regexp.MustCompile(`^key_[0-9a-hjkmnp-tv-z]{26}$`),
	"<request_id>":    regexp.MustCompile(`^req_[0-9a-hjkmnp-tv-z]{26}$`),
}

// Match returns how a JSON body differs from what is wanted, and "" where it does not. A string in want may be <any>,
// <time> (RFC 3339, UTC, whole seconds), <contact_id>, <site_id>, <validation_id>, <key_id>,
// <request_id>, <hash>, or a prefix followed by
// "…". An object with a member "..." may have members that want does not name; every other must have exactly its own.
func Match(body []byte, want string) string {
	if want == "" {
		if len(body) > 0 {
			return "there is a body, want none"
		}
		return ""
	}
	var g, w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		return "what is wanted is not JSON: " + err.Error()
	}
	if err := json.Unmarshal(body, &g); err != nil {
		return "the body is not JSON: " + err.Error()
	}
	return strings.Join(differences("", g, w), "\n")
}

func differences(path string, got, want any) []string {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: is %v, want an object", path, got)}
		}
		return objectDifferences(path, object, want)
	case []any:
		array, ok := got.([]any)
		if !ok || len(array) != len(want) {
			return []string{fmt.Sprintf("%s: is %v, want %d elements", path, got, len(want))}
		}
		var all []string
		for i := range want {
			all = append(all, differences(fmt.Sprintf("%s[%d]", path, i), array[i], want[i])...)
		}
		return all
	case string:
		s, isString := got.(string)
		if pattern, ok := patterns[want]; ok && isString && pattern.MatchString(s) {
			return nil
		}
		if prefix, ok := strings.CutSuffix(want, "…"); ok && isString && strings.HasPrefix(s, prefix) {
			return nil
		}
	}
	if !reflect.DeepEqual(got, want) {
		return []string{fmt.Sprintf("%s: is %#v, want %#v", path, got, want)}
	}
	return nil
}

func objectDifferences(path string, got, want map[string]any) []string {
	var all []string
	_, open := want["..."]
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if name == "..." {
			continue
		}
		value, there := got[name]
		if !there {
			all = append(all, fmt.Sprintf("%s.%s: is missing", path, name))
			continue
		}
		all = append(all, differences(path+"."+name, value, want[name])...)
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, wanted := want[name]; !wanted && !open {
			all = append(all, fmt.Sprintf("%s.%s: is there, want it not", path, name))
		}
	}
	return all
}
