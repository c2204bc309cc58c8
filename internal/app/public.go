package app

import (
	"fmt"
	"net/url"
)

// checkPublicURL returns why links cannot begin with an address, nil where they can, and where there is none.
func checkPublicURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("the public address must be such as https://rollcall.example.org, with nothing behind a ? or #, not %q", s)
	}
	return nil
}
