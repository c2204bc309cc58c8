package console

import (
	"cmp"
	"net/http"

	"example.org/rollcall/internal/rollcall"
)

// route is one page. A form is posted to the path of its page, so that it can be shown there again.
type route struct {
	path string        // a segment in braces is a parameter
	role rollcall.Role // that a user needs to see the page; empty: nobody needs to be signed in
	get  func(*visit) error
	post func(*visit) error // nil: the page has no form
	// change is the role that a user needs to post the form, if it is more than role.
	change rollcall.Role
	// maxFile is the longest file, in bytes, that the form may have; 0: it is a form without files.
	maxFile int64
	// upload says that post reads the form itself, a part at a time, since it has a large file.
	upload bool
	// stream serves a response that lasts, instead of a page. It checks the session itself, and doesn't prolong it.
	stream func(h *Handler, w http.ResponseWriter, r *http.Request, params map[string]string) error
}

// postRole returns the role that a user needs to post the form.
func (r *route) postRole() rollcall.Role { return cmp.Or(r.change, r.role) }

// The paths of pages.
const (
	signInPath   = Path + "/sign-in"
	codePath     = Path + "/code"
	forgotPath   = Path + "/forgot"
	linkPath     = Path + "/link/" // and a token; the service makes links that begin so
	signOutPath  = Path + "/sign-out"
	accountPath  = Path + "/account"
	sessionsPath = Path + "/account/sessions"
	totpPath     = Path + "/account/second-factor"
	peoplePath   = Path + "/people"
	sitesPath    = Path + "/sites"
	addSitePath  = Path + "/add-site" // not below sitesPath, where it could be the id of a site
	auditPath    = Path + "/audit"
	evidencePath = Path + "/evidence"
	settingsPath = Path + "/settings"
	brandingPath = Path + "/branding"
	previewPath  = brandingPath + "/preview"
	keysPath     = Path + "/keys"
	addKeyPath   = Path + "/add-key"

	rollCallsPath  = Path + "/roll-calls"
	planPath       = Path + "/plan-roll-call" // not below rollCallsPath, as addSitePath
	webhooksPath   = Path + "/webhooks"
	addWebhookPath = Path + "/add-webhook"
	importPath     = Path + "/import"
	exportPath     = Path + "/export"
)

// allRoutes lists every page.
func (h *Handler) allRoutes() []route {
	return []route{
		{path: Path, role: rollcall.RoleViewer, get: (*visit).overview},
		{path: signInPath, get: (*visit).signIn, post: (*visit).postSignIn},
		{path: codePath, get: (*visit).code, post: (*visit).postCode},
		{path: forgotPath, get: (*visit).forgot, post: (*visit).postForgot},
		{path: linkPath + "{token}", get: (*visit).link, post: (*visit).postLink},
		{path: signOutPath, get: (*visit).start, post: (*visit).postSignOut},

		{path: accountPath, role: rollcall.RoleViewer, get: (*visit).account, post: (*visit).postAccount},
		{path: sessionsPath, role: rollcall.RoleViewer, get: (*visit).sessionList, post: (*visit).postSessions},
		{path: totpPath, role: rollcall.RoleViewer, get: (*visit).totp, post: (*visit).postTOTP},

		{path: sitesPath, role: rollcall.RoleViewer, get: (*visit).sites},
		{path: addSitePath, role: rollcall.RoleManager, get: (*visit).addSite, post: (*visit).postAddSite},
		{path: sitesPath + "/{site_id}/edit", role: rollcall.RoleManager, get: (*visit).editSite, post: (*visit).postEditSite},
		{path: sitesPath + "/{site_id}", role: rollcall.RoleViewer, get: (*visit).siteOf, post: (*visit).postSite, change: rollcall.RoleManager},
		{path: sitesPath + "/{site_id}/live", stream: (*Handler).live},

		{
			path: sitesPath + "/{site_id}/contacts/{contact_id}", role: rollcall.RoleViewer, get: (*visit).contact,
			post: (*visit).postContact, change: rollcall.RoleManager,
		},
		{path: importPath, role: rollcall.RoleManager, get: (*visit).imports, post: (*visit).postImport, upload: true},
		{path: importPath + "/{import_id}", role: rollcall.RoleManager, get: (*visit).importOf, post: (*visit).postImportOf},
		{path: importPath + "/{import_id}/refused.csv", role: rollcall.RoleManager, get: (*visit).refusedRows},
		{path: exportPath, role: rollcall.RoleManager, get: (*visit).export, post: (*visit).postExport},
		{path: exportPath + "/contacts", role: rollcall.RoleManager, get: (*visit).exportContacts},
		{path: messagesPath, role: rollcall.RoleViewer, get: (*visit).messages},

		{path: rollCallsPath, role: rollcall.RoleViewer, get: (*visit).rollCalls},
		{path: planPath, role: rollcall.RoleManager, get: (*visit).planRollCall, post: (*visit).postPlanRollCall},
		{
			path: rollCallsPath + "/{roll_call_id}", role: rollcall.RoleViewer, get: (*visit).rollCall,
			post: (*visit).postRollCall, change: rollcall.RoleManager,
		},
		{path: rollCallsPath + "/{roll_call_id}/live", stream: (*Handler).liveRollCall},

		{path: peoplePath, role: rollcall.RoleOwner, get: (*visit).people, post: (*visit).postPeople},
		{path: peoplePath + "/{user_id}", role: rollcall.RoleOwner, get: (*visit).person, post: (*visit).postPerson},

		{path: auditPath, role: rollcall.RoleManager, get: (*visit).audit},
		{path: evidencePath, role: rollcall.RoleManager, get: (*visit).evidenceForm, post: (*visit).postEvidence},
		{path: evidencePath + "/{evidence_id}", role: rollcall.RoleManager, get: (*visit).evidence, post: (*visit).postEvidenceMade},
		{path: evidencePath + "/{evidence_id}/file", role: rollcall.RoleManager, get: (*visit).evidenceFile},
		{path: settingsPath, role: rollcall.RoleOwner, get: (*visit).settings, post: (*visit).postSettings},
		{path: brandingPath, role: rollcall.RoleOwner, get: (*visit).branding, post: (*visit).postBranding, maxFile: maxLogo},
		{path: previewPath, role: rollcall.RoleOwner, get: (*visit).brandingPreview},
		{path: previewPath + "/logo", role: rollcall.RoleOwner, get: (*visit).brandingLogo},
		{path: keysPath, role: rollcall.RoleOwner, get: (*visit).keys},
		{path: keysPath + "/{key_id}", role: rollcall.RoleOwner, get: (*visit).key, post: (*visit).postKey},
		{path: addKeyPath, role: rollcall.RoleOwner, get: (*visit).addKey, post: (*visit).postAddKey},
		{path: webhooksPath, role: rollcall.RoleOwner, get: (*visit).webhooks},
		{path: webhooksPath + "/{webhook_id}", role: rollcall.RoleOwner, get: (*visit).webhook, post: (*visit).postWebhook},
		{path: addWebhookPath, role: rollcall.RoleOwner, get: (*visit).addWebhook, post: (*visit).postAddWebhook},
	}
}
