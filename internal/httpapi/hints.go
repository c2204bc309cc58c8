package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// notFound writes the error for an unknown path. It names the path that was probably meant.
func (s *server) notFound(w http.ResponseWriter, r *http.Request) {
	e := *unknownPath
	if meant := s.similarPath(r.URL.EscapedPath()); meant != "" {
		e.Message = "no such path; probably " + meant + " was meant"
	}
	s.failUnrouted(w, r, &e)
}

// similarPath returns the pattern of a path that differs in slashes, case or prefix; empty: none does.
func (s *server) similarPath(escaped string) string {
	cleaned := path.Clean("/" + escaped)
	beginnings := strings.NewReplacer("/EXT/V1/", "/ext/v1/", "/REF/V1/", "/ref/v1/")
	swapped := strings.NewReplacer("/ext/v1/", "/ref/v1/", "/ref/v1/", "/ext/v1/")
	lower := strings.ToLower(cleaned)
	for _, candidate := range []string{
		cleaned, lower, beginnings.Replace(cleaned), swapped.Replace(lower), "/ext/v1" + lower, "/ext" + lower, strings.TrimPrefix(lower, "/api"),
	} {
		target, err := url.ParseRequestURI(candidate)
		if err != nil {
			continue
		}
		if _, pattern := s.mux.Handler(&http.Request{Method: http.MethodGet, URL: target}); pattern != "/" && clean(candidate) {
			return pattern
		}
	}
	return ""
}

// prefixes are those of generated identifiers.
var prefixes = map[string]string{
	"site_": "a site", "contact_": "a contact", "val_": "a validation", "dealer_": "a dealer", "key_": "a key", "sup_": "a suppression",
	"req_": "a request",
}

// withHint adds to a record that wasn't found what the identifier in the path probably is.
func (s *server) withHint(c *call, err error) error {
	var e *rollcall.Error
	if !errors.As(err, &e) {
		return err
	}
	hint := ""
	switch e.Kind {
	case rollcall.SiteNotFound:
		hint = s.siteHint(c.context(), c.caller, c.siteRef())
	case rollcall.ContactNotFound:
		hint = s.contactHint(c.context(), c.caller, c.contactRef())
	}
	if hint == "" {
		return err
	}
	hinted := *e
	hinted.Message += "; " + hint
	return &hinted
}

func (s *server) siteHint(ctx context.Context, caller service.Caller, ref rollcall.SiteRef) string {
	if ref.ID == "" {
		if _, err := s.service.Site(ctx, caller, rollcall.SiteRef{ID: rollcall.SiteID(ref.Reference)}); err == nil {
			return "this is a site_id: use /ext/v1/sites/{site_id}"
		}
		return ""
	}
	if _, err := s.service.Site(ctx, caller, rollcall.SiteRef{Reference: string(ref.ID)}); err == nil {
		return "this is an account_reference_id: use /ref/v1/sites/{account_reference_id}"
	}
	return kindOfID(string(ref.ID), "site_")
}

func (s *server) contactHint(ctx context.Context, caller service.Caller, ref rollcall.ContactRef) string {
	if ref.ID == "" {
		other := rollcall.ContactRef{Site: ref.Site, ID: rollcall.ContactID(ref.ExternalID)}
		if found, err := s.service.Contact(ctx, caller, other); err == nil && found.ExternalID != ref.ExternalID && ref.ExternalID != "" {
			return "this is a contact_id: use /ext/v1/sites/{site_id}/contacts/{contact_id}"
		}
		return ""
	}
	if found, err := s.service.Contact(ctx, caller, rollcall.ContactRef{Site: ref.Site, ExternalID: string(ref.ID)}); err == nil && found.ID != ref.ID {
		return "this is an external_contact_id: use /ref/v1/sites/{account_reference_id}/contacts/{external_contact_id}"
	}
	return kindOfID(string(ref.ID), "contact_")
}

// kindOfID returns what an identifier looks like, if it has the prefix of another kind than its own.
func kindOfID(id, own string) string {
	for prefix, what := range prefixes {
		if prefix != own && strings.HasPrefix(id, prefix) {
			return "this looks like the identifier of " + what
		}
	}
	return ""
}
