package httpapi

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
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
		contact     = "/contacts/{contact_id}"
		ref         = "/ref/v1/sites/{account_reference_id}"
		refContact  = "/contacts/{external_contact_id}"
		suppression = "/ext/v1/suppressions"
		imports     = "/ext/v1/imports"
		rollCalls   = "/ext/v1/roll-calls"
		rollCall    = rollCalls + "/{roll_call_id}"
	)
	return slices.Concat([]route{
		{"GET", "/ext/v1/sites", "listSites", rollcall.ScopeSitesRead, s.listSites, siteQuery},
		{"POST", "/ext/v1/sites", "createSite", rollcall.ScopeSitesWrite, s.createSite, nil},
	}, s.siteRoutes(site, contact, ""), []route{
		{"PUT", site, "updateSite", rollcall.ScopeSitesWrite, s.updateSite, nil},
		{"PUT", site + contact, "updateContact", rollcall.ScopeContactsWrite, s.updateContact, nil},
	}, s.siteRoutes(ref, refContact, "ByReference"), []route{
		{"PUT", ref, "putSiteByReference", rollcall.ScopeSitesWrite, s.putSite, nil},
		{"PUT", ref + refContact, "putContactByReference", rollcall.ScopeContactsWrite, s.putContact, nil},

		{"GET", "/ext/v1/readiness", "listReadiness", rollcall.ScopeSitesRead, s.listReadiness, readinessQuery},
		{"GET", "/ext/v1/contacts", "listAllContacts", rollcall.ScopeContactsRead, s.listAllContacts, allContactsQuery},
		{"GET", "/ext/v1/contacts/export", "exportContacts", rollcall.ScopeContactsRead, s.exportContacts, exportQuery},
		{"GET", "/ext/v1/events", "listEvents", rollcall.ScopeEventsRead, s.listEvents, eventQuery},
		{"POST", imports, "createImport", rollcall.ScopeContactsWrite, s.createImport, nil},
		{"GET", imports + "/{import_id}", "getImport", rollcall.ScopeContactsRead, s.getImport, nil},
		{"GET", imports + "/{import_id}/rows", "listImportRows", rollcall.ScopeContactsRead, s.listImportRows, importRowsQuery},
		{"GET", imports + "/{import_id}/refused.csv", "getRefusedRows", rollcall.ScopeContactsRead, s.getRefusedRows, nil},
		{"GET", "/ext/v1/audit", "listAudit", rollcall.ScopeAuditRead, s.listAudit, auditQuery},
		{"GET", "/ext/v1/messages", "listMessages", rollcall.ScopeValidationsRead, s.listMessages, messageQuery},
		{"GET", rollCalls, "listRollCalls", rollcall.ScopeValidationsRead, s.listRollCalls, rollCallQuery},
		{"POST", rollCalls, "createRollCall", rollcall.ScopeValidationsWrite, s.createRollCall, nil},
		{"GET", rollCall, "getRollCall", rollcall.ScopeValidationsRead, s.getRollCall, nil},
		{"GET", rollCall + "/items", "listRollCallItems", rollcall.ScopeValidationsRead, s.listRollCallItems, itemQuery},
		{"POST", rollCall + "/pause", "pauseRollCall", rollcall.ScopeValidationsWrite, s.stepRollCall(service.RollCallPause), nil},
		{"POST", rollCall + "/resume", "resumeRollCall", rollcall.ScopeValidationsWrite, s.stepRollCall(service.RollCallResume), nil},
		{"POST", rollCall + "/cancel", "cancelRollCall", rollcall.ScopeValidationsWrite, s.stepRollCall(service.RollCallCancel), nil},
		{"POST", rollCall + "/retry", "retryRollCall", rollcall.ScopeValidationsWrite, s.stepRollCall(service.RollCallRetry), nil},
		{"GET", suppression, "listSuppressions", rollcall.ScopePrivacyWrite, s.listSuppressions, pageQuery},
		{"POST", suppression, "createSuppression", rollcall.ScopePrivacyWrite, s.createSuppression, nil},
		{"DELETE", suppression + "/{suppression_id}", "deleteSuppression", rollcall.ScopePrivacyWrite, s.deleteSuppression, nil},
		{"GET", "/ext/v1/key", "getKey", "", s.getKey, nil},
		{"GET", "/ext/v1/settings", "getSettings", rollcall.ScopeSettingsWrite, s.getSettings, nil},
		{"PATCH", "/ext/v1/settings", "patchSettings", rollcall.ScopeSettingsWrite, s.updateSettings, nil},
		{"GET", "/ext/v1/branding", "getBranding", rollcall.ScopeSettingsWrite, s.getBranding, nil},
		{"PUT", "/ext/v1/branding", "putBranding", rollcall.ScopeSettingsWrite, s.updateBranding, nil},
	}, s.webhookRoutes("/ext/v1/webhooks"))
}

// webhookRoutes lists the operations on webhooks.
func (s *server) webhookRoutes(webhooks string) []route {
	webhook := webhooks + "/{webhook_id}"
	return []route{
		{"GET", webhooks, "listWebhooks", rollcall.ScopeSettingsWrite, s.listWebhooks, nil},
		{"POST", webhooks, "createWebhook", rollcall.ScopeSettingsWrite, s.createWebhook, nil},
		{"GET", webhook, "getWebhook", rollcall.ScopeSettingsWrite, s.getWebhook, nil},
		{"PATCH", webhook, "patchWebhook", rollcall.ScopeSettingsWrite, s.updateWebhook, nil},
		{"DELETE", webhook, "deleteWebhook", rollcall.ScopeSettingsWrite, s.deleteWebhook, nil},
		{"POST", webhook + "/rotate", "rotateWebhook", rollcall.ScopeSettingsWrite, s.rotateWebhook, nil},
		{"POST", webhook + "/test", "testWebhook", rollcall.ScopeSettingsWrite, s.testWebhook, nil},
		{"GET", webhook + "/deliveries", "listDeliveries", rollcall.ScopeSettingsWrite, s.listDeliveries, deliveryQuery},
		{"POST", webhook + "/deliveries/{event_id}/retry", "retryDelivery", rollcall.ScopeSettingsWrite, s.retryDelivery, nil},
	}
}

// siteRoutes lists the operations on one site that are the same by id and by reference. suffix ends their names.
func (s *server) siteRoutes(site, contact, suffix string) []route {
	contacts := site + "/contacts"
	contact = site + contact
	validation := contact + "/validations/{validation_id}"
	return []route{
		{"GET", site, "getSite" + suffix, rollcall.ScopeSitesRead, s.getSite, nil},
		{"PATCH", site, "patchSite" + suffix, rollcall.ScopeSitesWrite, s.updateSite, nil},
		{"DELETE", site, "deleteSite" + suffix, rollcall.ScopeSitesWrite, s.deleteSite, cascadeQuery},

		{"PUT", site + "/call-list/order", "putCallOrder" + suffix, rollcall.ScopeContactsWrite, s.putCallOrder, nil},
		{"POST", site + "/reviews", "createReview" + suffix, rollcall.ScopeContactsWrite, s.createReview, nil},

		{"GET", contacts, "listContacts" + suffix, rollcall.ScopeContactsRead, s.listContacts, contactQuery},
		{"POST", contacts, "createContact" + suffix, rollcall.ScopeContactsWrite, s.createContact, nil},
		{"GET", contact, "getContact" + suffix, rollcall.ScopeContactsRead, s.getContact, nil},
		{"PATCH", contact, "patchContact" + suffix, rollcall.ScopeContactsWrite, s.updateContact, nil},
		{"DELETE", contact, "deleteContact" + suffix, rollcall.ScopeContactsWrite, s.deleteContact, nil},
		{"POST", contact + "/restore", "restoreContact" + suffix, rollcall.ScopeContactsWrite, s.restoreContact, nil},
		{"POST", contact + "/erase", "eraseContact" + suffix, rollcall.ScopePrivacyWrite, s.eraseContact, nil},
		{"GET", contact + "/export", "exportContact" + suffix, rollcall.ScopePrivacyWrite, s.exportContact, nil},

		{"POST", contact + "/validation", "sendValidation" + suffix, rollcall.ScopeValidationsWrite, s.sendValidation, nil},
		{"GET", contact + "/validations", "listValidations" + suffix, rollcall.ScopeValidationsRead, s.listValidations, pageQuery},
		{"GET", validation, "getValidation" + suffix, rollcall.ScopeValidationsRead, s.getValidation, nil},
		{"POST", validation + "/cancel", "cancelValidation" + suffix, rollcall.ScopeValidationsWrite, s.cancelValidation, nil},
		{"POST", validation + "/check", "checkValidation" + suffix, rollcall.ScopeValidationsWrite, s.checkValidation, nil},
		{"GET", site + "/call-list", "getCallList" + suffix, rollcall.ScopeContactsRead, s.getCallList, callListQuery},
		{"GET", site + "/readiness", "getReadiness" + suffix, rollcall.ScopeSitesRead, s.getReadiness, nil},

		{"POST", contact + "/attestation", "attestContact" + suffix, rollcall.ScopeValidationsWrite, s.attestContact, nil},
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
