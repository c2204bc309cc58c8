package httpapi

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// route is one operation of openapi.yaml.
type route struct {
	method, path string
	operation    string
	scope        rollcall.Scope // that the key needs; empty: none
	handle       func(*call) (answer, error)
	query        []string // parameters
}

// routes lists every operation.
func (s *server) routes() []route {
	const (
		site        = "/ext/v1/sites/{site_id}"
		contact     = site + "/contacts/{contact_id}"
		validation  = contact + "/validations/{validation_id}"
		ref         = "/ref/v1/sites/{account_reference_id}"
		refContact  = ref + "/contacts/{external_contact_id}"
		suppression = "/ext/v1/suppressions"
	)
	return []route{
		{"GET", "/ext/v1/sites", "listSites", rollcall.ScopeSitesRead, s.listSites, siteQuery},
		{"POST", "/ext/v1/sites", "createSite", rollcall.ScopeSitesWrite, s.createSite, nil},
		{"GET", site, "getSite", rollcall.ScopeSitesRead, s.getSite, nil},
		{"PUT", site, "updateSite", rollcall.ScopeSitesWrite, s.updateSite, nil},
		{"PATCH", site, "patchSite", rollcall.ScopeSitesWrite, s.updateSite, nil},
		{"DELETE", site, "deleteSite", rollcall.ScopeSitesWrite, s.deleteSite, cascadeQuery},

		{"GET", site + "/contacts", "listContacts", rollcall.ScopeContactsRead, s.listContacts, contactQuery},
		{"POST", site + "/contacts", "createContact", rollcall.ScopeContactsWrite, s.createContact, nil},
		{"GET", contact, "getContact", rollcall.ScopeContactsRead, s.getContact, nil},
		{"PUT", contact, "updateContact", rollcall.ScopeContactsWrite, s.updateContact, nil},
		{"PATCH", contact, "patchContact", rollcall.ScopeContactsWrite, s.updateContact, nil},
		{"DELETE", contact, "deleteContact", rollcall.ScopeContactsWrite, s.deleteContact, nil},
		{"POST", contact + "/restore", "restoreContact", rollcall.ScopeContactsWrite, s.restoreContact, nil},
		{"POST", contact + "/erase", "eraseContact", rollcall.ScopePrivacyWrite, s.eraseContact, nil},
		{"GET", contact + "/export", "exportContact", rollcall.ScopePrivacyWrite, s.exportContact, nil},

		{"POST", contact + "/validation", "sendValidation", rollcall.ScopeValidationsWrite, s.sendValidation, nil},
		{"GET", contact + "/validations", "listValidations", rollcall.ScopeValidationsRead, s.listValidations, pageQuery},
		{"GET", validation, "getValidation", rollcall.ScopeValidationsRead, s.getValidation, nil},
		{"POST", validation + "/cancel", "cancelValidation", rollcall.ScopeValidationsWrite, s.cancelValidation, nil},
		{"POST", validation + "/check", "checkValidation", rollcall.ScopeValidationsWrite, s.checkValidation, nil},
		{"POST", contact + "/attestation", "attestContact", rollcall.ScopeValidationsWrite, s.attestContact, nil},

		{"GET", ref, "getSiteByReference", rollcall.ScopeSitesRead, s.getSite, nil},
		{"PUT", ref, "putSiteByReference", rollcall.ScopeSitesWrite, s.putSite, nil},
		{"PATCH", ref, "patchSiteByReference", rollcall.ScopeSitesWrite, s.updateSite, nil},
		{"DELETE", ref, "deleteSiteByReference", rollcall.ScopeSitesWrite, s.deleteSite, cascadeQuery},
		{"GET", ref + "/contacts", "listContactsByReference", rollcall.ScopeContactsRead, s.listContacts, contactQuery},
		{"POST", ref + "/contacts", "createContactByReference", rollcall.ScopeContactsWrite, s.createContact, nil},
		{"GET", refContact, "getContactByReference", rollcall.ScopeContactsRead, s.getContact, nil},
		{"PUT", refContact, "putContactByReference", rollcall.ScopeContactsWrite, s.putContact, nil},
		{"PATCH", refContact, "patchContactByReference", rollcall.ScopeContactsWrite, s.updateContact, nil},
		{"DELETE", refContact, "deleteContactByReference", rollcall.ScopeContactsWrite, s.deleteContact, nil},
		{"POST", refContact + "/validation", "sendValidationByReference", rollcall.ScopeValidationsWrite, s.sendValidation, nil},

		{"GET", "/ext/v1/audit", "listAudit", rollcall.ScopeAuditRead, s.listAudit, auditQuery},
		{"GET", suppression, "listSuppressions", rollcall.ScopePrivacyWrite, s.listSuppressions, pageQuery},
		{"POST", suppression, "createSuppression", rollcall.ScopePrivacyWrite, s.createSuppression, nil},
		{"DELETE", suppression + "/{suppression_id}", "deleteSuppression", rollcall.ScopePrivacyWrite, s.deleteSuppression, nil},
		{"GET", "/ext/v1/key", "getKey", "", s.getKey, nil},
		{"GET", "/ext/v1/settings", "getSettings", rollcall.ScopeSettingsWrite, s.getSettings, nil},
		{"PATCH", "/ext/v1/settings", "patchSettings", rollcall.ScopeSettingsWrite, s.updateSettings, nil},
		{"GET", "/ext/v1/branding", "getBranding", rollcall.ScopeSettingsWrite, s.getBranding, nil},
		{"PUT", "/ext/v1/branding", "putBranding", rollcall.ScopeSettingsWrite, s.updateBranding, nil},
	}
}

// newMux returns the mux of all routes. Each path is registered once, without a method, so that this package writes the
// responses 404 and 405, and the header Allow.
func (s *server) newMux(routes []route) *http.ServeMux {
	paths := map[string]map[string]*route{}
	for i := range routes {
		r := &routes[i]
		if paths[r.path] == nil {
			paths[r.path] = map[string]*route{}
		}
		paths[r.path][r.method] = r
	}
	mux := http.NewServeMux()
	for path, methods := range paths {
		allow := allowed(methods)
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if route := methods[r.Method]; route != nil {
				s.serve(route, w, r)
				return
			}
			s.failUnrouted(w, r, web.MethodNotAllowed(w, allow))
		})
	}
	mux.HandleFunc("/", s.notFound)
	return mux
}

// allowed returns the value of the Allow header.
func allowed(methods map[string]*route) string {
	names := slices.Collect(maps.Keys(methods))
	if methods[http.MethodGet] != nil {
		names = append(names, http.MethodHead) // web.Wrap passes it on as GET
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// clean reports whether ServeMux serves the path instead of redirecting to another one.
func clean(escapedPath string) bool {
	if !strings.HasPrefix(escapedPath, "/") {
		return false
	}
	parts := strings.Split(escapedPath[1:], "/")
	for i, part := range parts {
		if part == "." || part == ".." || part == "" && i < len(parts)-1 {
			return false
		}
	}
	return true
}
