package console

import "example.org/rollcall/internal/rollcall"

var english = texts{
	Language: "en",

	Product: "Rollcall", Skip: "Skip to the page", Menu: "Menu", Home: "Go to the start", SignOut: "Sign out",
	RequestNumber: "If you ask for help, give this number:",

	SignIn:       "Sign in",
	Lost:         "You were signed out meanwhile. Sign in again: what you typed is kept for half an hour.",
	Email:        "E-mail address",
	Password:     "Password",
	SignInButton: "Sign in",
	ForgotLink:   "Forgot your password?",

	SecondFactor: "One more step",
	Code:         "Code",
	CodeHint:     "Six digits from your authenticator app, or one of your recovery codes.",
	CodeButton:   "Go on",
	TooLate:      "That took longer than five minutes. Please sign in again.",

	Forgot:       "Forgot your password?",
	ForgotIntro:  "Give the address that you sign in with. You get an e-mail with a link to choose another password.",
	ForgotButton: "Send the link",
	ForgotAsked: []string{
		"If there is an account with this address, an e-mail is on its way. Its link works for an hour.",
		"No e-mail after a few minutes? Look into your spam folder, or ask an owner at your company to reset your password.",
	},

	Welcome:      "Welcome to Rollcall",
	WelcomeIntro: "Choose a password. You will sign in with it and this address:",
	ResetIntro:   "Choose another password for this account. You are then signed out everywhere else:",
	NewPassword:  "New password",
	PasswordHint: "At least 12 characters. Several words are easy to remember and hard to guess.",
	SetPassword:  "Save the password",
	OnceIntro:    "This link signs you in once:",
	WrongLink:    "This link does not work",
	WrongLinkTexts: []string{
		"It may have expired, been used before, or been replaced by a newer one. Look for a newer e-mail.",
		"To get another link, give your address on the next page, or ask an owner at your company.",
	},

	Account:         "Your account",
	SignedInAs:      "You are signed in as",
	At:              "at",
	ChangePassword:  "Change the password",
	CurrentPassword: "Current password",
	NoPassword:      "You have no password yet. Choose one, so that you can sign in again.",
	Sessions:        "Where you are signed in",
	SessionsIntro:   "Each is a browser. End those that you do not know, and change your password.",
	ThisBrowser:     "This browser",
	Since:           "Signed in",
	LastUsed:        "last used",
	End:             "Sign out there",
	EndOthers:       "Sign out everywhere else",
	SessionsLink:    "See where you are signed in",
	BackToAccount:   "Back to your account",
	Roles:           map[rollcall.Role]string{rollcall.RoleViewer: "viewer", rollcall.RoleManager: "manager", rollcall.RoleOwner: "owner"},
	Resumed:         "You are signed in again, and what you typed is here. Nothing is saved yet: look at it, and press the button again.",
	Done: map[string]string{
		"signed_out":       "You are signed out.",
		"password_set":     "The password is saved. Sign in with it.",
		"password_changed": "The password is changed. Other browsers are signed out.",
		"session_ended":    "That browser is signed out.",
		"sessions_ended":   "All other browsers are signed out.",
	},

	NotFound:     "There is no such page",
	NotFoundText: "It may have been removed, or the address is wrong.",
	Denied:       "You may not do this",
	DeniedText:   "Your role does not allow it. Ask an owner at your company.",
	BadForm:      "This did not work",
	BadFormText:  "Nothing was changed. Go back to the page, load it again, and try once more.",
	TooMany:      "Too many attempts",
	TooManyText:  "Too many attempts. Wait a minute, then try again.",
	Failed:       "Something went wrong on our side",
	FailedText:   "Try again in a moment. Nothing was changed, or all of it.",
	Insecure:     "Signing in needs a secure connection",
	InsecureTexts: []string{
		"This server is reached without TLS, so that others on the way could read your password. Nobody can sign in like this.",
		"For the operator: give the server a certificate with --tls-cert and --tls-key, or put a proxy with TLS before it and set --public-url to its https:// address. On the machine of the server itself, http://127.0.0.1 and http://localhost work.",
	},

	Problems: map[string]string{
		"password wrong":         "The e-mail address and the password do not belong together. Try again, or ask for another password.",
		"password too_short":     "Use at least 12 characters.",
		"password too_long":      "Use at most 200 characters.",
		"password easy_to_guess": "This is too easy to guess. Choose several words that only you would put together.",
		"current wrong":          "This is not your password. Try again.",
		"code wrong":             "This code is wrong or was used before. Wait for the next one and try again.",
	},
}
