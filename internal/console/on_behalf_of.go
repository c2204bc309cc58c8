package console

import (
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

const onBehalfOfField = "on_behalf_of"

// onBehalfOf returns the optional field for the name of the person who asked for a change.
func (v *visit) onBehalfOf(typed string) field {
	t := &v.t.OnBehalfOf
	return v.field(onBehalfOfField, t.Label+" "+v.t.Words.Optional, field{Type: "text", Autocomplete: "off", Value: typed, Hint: t.Hint})
}

// readOnBehalfOf reads the field from the posted form into the caller: ValidationFailed.
func (v *visit) readOnBehalfOf() error {
	if strings.TrimSpace(v.form.Get(onBehalfOfField)) == "" {
		return nil
	}
	name, e := rollcall.CheckOnBehalfOf(v.form.Get(onBehalfOfField))
	if e != nil {
		return rollcall.InvalidField(onBehalfOfField, e.Code, e.Message)
	}
	v.asked = name
	return nil
}

// atRequest adds to a sentence about a line of the audit who asked for the change.
func (v *visit) atRequest(text string, l *audit.Line) string {
	name := l.Mentioned().OnBehalfOf
	if name == "" {
		return text
	}
	return strings.TrimSuffix(text, ".") + strings.ReplaceAll(v.t.OnBehalfOf.AtRequest, "{name}", isolated(v.freeText(name)))
}
