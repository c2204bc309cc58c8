package rollcall

const onBehalfOfMax = 100 // characters

// CheckOnBehalfOf returns the name of a person on whose request a change is made, trimmed, and what is wrong with it; nil: nothing.
func CheckOnBehalfOf(name string) (trimmed string, e *FieldError) {
	return checkLine(name, 1, onBehalfOfMax)
}
