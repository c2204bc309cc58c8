package console

import (
	"net/http"
	"regexp"

	"golang.org/x/text/language"

	"example.org/rollcall/internal/rollcall"
)

// texts are the texts of the console in one language.
type texts struct {
	Language string // for the lang attribute

	Product, Skip, Menu, Home, SignOut, RequestNumber string

	SignIn, Lost, Email, Password, SignInButton, ForgotLink string
	SecondFactor, Code, CodeHint, CodeButton, TooLate       string

	Forgot, ForgotIntro, ForgotButton string
	ForgotAsked                       []string

	Welcome, WelcomeIntro, ResetIntro, NewPassword, PasswordHint, SetPassword string
	OnceIntro, WrongLink                                                      string
	WrongLinkTexts                                                            []string

	Account, SignedInAs, At, ChangePassword, CurrentPassword, NoPassword  string
	Sessions, SessionsIntro, ThisBrowser, Since, LastUsed, End, EndOthers string
	SessionsLink, BackToAccount                                           string
	Roles                                                                 map[rollcall.Role]string // one word each
	Resumed                                                               string
	Done                                                                  map[string]string // what just happened, by the value of the parameter done

	TOTP, TOTPOn, TOTPOff, TOTPEnable, TOTPDisable, TOTPScan, TOTPKey, TOTPCode, TOTPSave string
	TOTPDisableIntro, Recovery, RecoveryIntro, RecoveryDone, WithoutCodes                 string

	People, PeopleIntro, Invite, InviteButton, Name, Role, You                                       string
	Reset, ResetText, ResetButton, InviteAgain, SaveRole, Disable, DisableText, Enable, BackToPeople string
	States                                                                                           map[rollcall.UserStatus]string // why a user can't sign in
	RoleChoices                                                                                      map[rollcall.Role]string       // with what each may do

	NotFound, NotFoundText, Denied, DeniedText, BadForm, BadFormText string
	TooMany, TooManyText, Failed, FailedText, ReadOnly, Insecure     string
	InsecureTexts                                                    []string

	Problems map[string]string        // by field and code, with N for the number of an item, or by code alone
	Refusals map[rollcall.Kind]string // why a form was refused as a whole

	// The texts of one page or of several, each in a file of its own with every language.
	Words    words
	Overview overviewTexts
	Sites    sitesTexts
	Audit    auditTexts
	Evidence evidenceTexts
	Settings settingsTexts
	Branding brandingTexts
	Keys     keysTexts
	Contact  contactTexts
	Messages messagesTexts
	Site     siteTexts
	SiteForm siteFormTexts

	OnBehalfOf onBehalfOfTexts
	RollCalls  rollCallTexts
	Webhooks   webhookTexts
	Review     reviewTexts
	Import     importTexts
	Export     exportTexts
	Reveal     revealTexts
}

// problem says what is wrong with a field.
func (t *texts) problem(e rollcall.FieldError) string {
	anyItem := itemNumber.ReplaceAllString(e.Field, ".N.")
	for _, key := range []string{e.Field + " " + e.Code, anyItem + " " + e.Code, e.Code} {
		if text, ok := t.Problems[key]; ok {
			return text
		}
	}
	return e.Message
}

// itemNumber is the number of an item in the name of a field, such as that of points.1.value.
var itemNumber = regexp.MustCompile(`\.\d+\.`)

// newLanguages returns the matcher that chooses the language of a page.
func newLanguages() language.Matcher {
	return language.NewMatcher([]language.Tag{language.English, language.Spanish})
}

// textsFor returns the texts in the language of the browser, otherwise in English.
func (h *Handler) textsFor(r *http.Request) *texts {
	if _, i := language.MatchStrings(h.languages, r.Header.Get("Accept-Language")); i == 1 {
		return &spanish
	}
	return &english
}
