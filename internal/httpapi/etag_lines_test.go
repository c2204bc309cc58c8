package httpapi

import (
	"net/http"
	"reflect"
	"testing"

	"example.org/rollcall/internal/service"
)

func TestReadTags(t *testing.T) {
	for _, tt := range []struct {
		lines  []string
		strong bool
		want   service.Match
		bad    bool
	}{
		{lines: nil},
		{lines: []string{""}},
		{lines: nil, strong: true},
		{lines: []string{""}, strong: true, bad: true},
		{lines: []string{" , "}, strong: true, bad: true},
		{lines: []string{"*"}, want: service.Match{Set: true, Any: true}},
		{lines: []string{`"a"`}, want: service.Match{Set: true, Tags: []string{"a"}}},
		{lines: []string{`"a", W/"b","c,d"`}, want: service.Match{Set: true, Tags: []string{"a", "b", "c,d"}}},
		{lines: []string{`"a"`, `W/"b"`}, want: service.Match{Set: true, Tags: []string{"a", "b"}}},
		{lines: []string{`W/"a"`, `"b"`}, strong: true, want: service.Match{Set: true, Tags: []string{"b"}}},
		{lines: []string{`W/"a"`}, strong: true, want: service.Match{Set: true}},
		{lines: []string{`, "a" ,, "b",`}, want: service.Match{Set: true, Tags: []string{"a", "b"}}},
		{lines: []string{`""`}, want: service.Match{Set: true, Tags: []string{""}}},
		{lines: []string{"a"}, bad: true},
		{lines: []string{`"a`}, bad: true},
		{lines: []string{`"a" "b"`}, bad: true},
		{lines: []string{`w/"a"`}, bad: true},
		{lines: []string{`*, "a"`}, bad: true},
		{lines: []string{`"a"`, "*"}, bad: true},
	} {
		got, err := readTags(http.Header{"If-Match": tt.lines}, "If-Match", tt.strong)
		if (err != nil) != tt.bad || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("readTags(%q, strong %v) = %+v, %v, want %+v, an error: %v", tt.lines, tt.strong, got, err, tt.want, tt.bad)
		}
	}
}
