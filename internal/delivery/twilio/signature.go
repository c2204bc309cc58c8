package twilio

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// signed reports whether Twilio signed a request to the address with this form. Twilio signs some addresses with the
// default port and some without, so both are tried.
func signed(token, address string, form url.Values, signature string) bool {
	got, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return false
	}
	good := false
	for _, a := range spellings(address) {
		if hmac.Equal(sign(token, a, form), got) {
			good = true
		}
	}
	return good
}

// wellFormed reports whether a text has the form of a signature.
func wellFormed(signature string) bool {
	got, err := base64.StdEncoding.DecodeString(signature)
	return err == nil && len(got) == sha1.Size
}

// sign returns the signature by https://www.twilio.com/docs/usage/security: HMAC-SHA1 over the address and the sorted names
// and values of the form.
func sign(token, address string, form url.Values) []byte {
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(address))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		values := slices.Clone(form[name])
		slices.Sort(values)
		for _, value := range slices.Compact(values) {
			mac.Write([]byte(name + value))
		}
	}
	return mac.Sum(nil)
}

// spellings returns the address with and without the default port of its scheme.
func spellings(address string) []string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return []string{address}
	}
	port := map[string]string{"https": ":443", "http": ":80"}[scheme]
	host, path, _ := strings.Cut(rest, "/")
	switch {
	case strings.HasSuffix(host, port):
		host = strings.TrimSuffix(host, port)
	case !strings.Contains(host[strings.LastIndexByte(host, ']')+1:], ":"):
		host += port
	default:
		return []string{address}
	}
	return []string{address, scheme + "://" + host + "/" + path}
}
