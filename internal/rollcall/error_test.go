package rollcall

// codeOf returns the code of e, and "" if e is nil.
func codeOf(e *FieldError) string {
	if e == nil {
		return ""
	}
	return e.Code
}

// messageOf returns the message of e, and "" if e is nil.
func messageOf(e *FieldError) string {
	if e == nil {
		return ""
	}
	return e.Message
}
