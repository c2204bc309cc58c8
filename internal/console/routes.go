package console

import "example.org/rollcall/internal/rollcall"

// route is one page. A form is posted to the path of its page, so that it can be shown there again.
type route struct {
	path string        // with at most one parameter, at the end
	role rollcall.Role // that the user needs; empty: nobody needs to be signed in
	get  func(*visit) error
	post func(*visit) error // nil: the page has no form
}

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
)

// allRoutes lists every page.
func (h *Handler) allRoutes() []route {
	return []route{
		{Path, rollcall.RoleViewer, (*visit).home, nil},
		{signInPath, "", (*visit).signIn, (*visit).postSignIn},
		{codePath, "", (*visit).code, (*visit).postCode},
		{forgotPath, "", (*visit).forgot, (*visit).postForgot},
		{linkPath + "{token}", "", (*visit).link, (*visit).postLink},
		{signOutPath, "", (*visit).home, (*visit).postSignOut},

		{accountPath, rollcall.RoleViewer, (*visit).account, (*visit).postAccount},
		{sessionsPath, rollcall.RoleViewer, (*visit).sessionList, (*visit).postSessions},
		{totpPath, rollcall.RoleViewer, (*visit).totp, (*visit).postTOTP},

		{peoplePath, rollcall.RoleOwner, (*visit).people, (*visit).postPeople},
		{peoplePath + "/{user_id}", rollcall.RoleOwner, (*visit).person, (*visit).postPerson},
	}
}
