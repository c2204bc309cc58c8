package rollcall

const reasonMax = 200 // characters

// CheckReason returns why somebody wants to see hidden numbers, trimmed, and what is wrong with it; nil: nothing.
func CheckReason(reason string) (trimmed string, e *FieldError) {
	return checkLine(reason, 1, reasonMax)
}
