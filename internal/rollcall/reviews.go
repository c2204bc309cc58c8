package rollcall

import "strings"

// ReviewInput says with whom the whole call list of a site was read through.
type ReviewInput struct {
	With Field[string]
	Note Field[string] // null or empty: none
}

// Apply returns the name and the note: ValidationFailed.
func (in *ReviewInput) Apply() (with, note string, err error) {
	var bad fieldErrors
	with = bad.text("with", in.With, "", true, CheckOnBehalfOf)
	note = bad.optional("note", in.Note, "", checkReviewNote)
	return with, note, bad.err()
}

// checkReviewNote trims a note of any number of lines. Only spaces are no note.
func checkReviewNote(s string) (string, *FieldError) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	return s, checkNote(s)
}
