package app

import (
	"fmt"
	"net/url"
)

// checkPublicURL returns an error if links cannot begin with s. It may be empty.
func checkPublicURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("--public-url must be an address such as https://rollcall.example.org, without ? or #, not %q", s)
	}
	return nil
}
