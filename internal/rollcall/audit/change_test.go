package audit

import (
	"bytes"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

// What is kept of changes is what encoding/json makes of them, so that its reader reads them back.
func TestEncodeChanges(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]*`), rapid.Just("\"\\/<>&\u2028\x00\x7f\xff"), rapid.Just(""))
	field := rapid.Custom(func(t *rapid.T) Change {
		c := Change{Field: text.Draw(t, "field")}
		if rapid.Bool().Draw(t, "has old") {
			c.Old = new(text.Draw(t, "old"))
		}
		if rapid.Bool().Draw(t, "has new") {
			c.New = new(text.Draw(t, "new"))
		}
		return c
	})
	rapid.Check(t, func(t *rapid.T) {
		changes := rapid.SliceOf(field).Draw(t, "changes")
		fields := make([][]*string, len(changes))
		for i, c := range changes {
			fields[i] = []*string{&c.Field, c.Old, c.New}
			if c.Old == nil {
				fields[i] = []*string{&c.Field, c.New}
			}
		}
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(fields); err != nil {
			t.Fatal(err)
		}
		if got := EncodeChanges(changes); string(got)+"\n" != want.String() {
			t.Errorf("got %s, want %s", got, want.String())
		}
	})
}
