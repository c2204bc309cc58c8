package httpapi

import (
	"net/http"
	"net/url"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

const onBehalfOfHeader = "X-On-Behalf-Of"

// readOnBehalfOf returns the name in the header of a change, empty without one: InvalidRequest.
func readOnBehalfOf(h http.Header) (string, error) {
	given := h.Values(onBehalfOfHeader)
	if len(given) == 0 {
		return "", nil
	}
	if len(given) > 1 {
		return "", badOnBehalfOf("must be given once")
	}
	name, err := url.PathUnescape(given[0])
	if err != nil || strings.ContainsFunc(given[0], func(r rune) bool { return r < ' ' || r > '~' }) {
		return "", badOnBehalfOf("must be percent-encoded UTF-8, such as Ann%20L%C3%B3pez")
	}
	name, e := rollcall.CheckOnBehalfOf(name)
	if e != nil {
		return "", badOnBehalfOf(e.Message)
	}
	return name, nil
}

func badOnBehalfOf(message string) error {
	return &rollcall.Error{Kind: rollcall.InvalidRequest, Field: onBehalfOfHeader, Message: onBehalfOfHeader + ": " + message}
}
