package rollcall

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Role is what a user may do. Each role includes the roles before it.
type Role string

// The roles.
const (
	RoleViewer  Role = "viewer"  // reads, with numbers and addresses masked
	RoleManager Role = "manager" // changes sites and contacts, and sends validations
	RoleOwner   Role = "owner"   // manages users, keys and settings
)

// Roles returns every role, each before the roles that include it.
func Roles() []Role { return []Role{RoleViewer, RoleManager, RoleOwner} }

// Includes reports whether a user with the role r may do what one with the other role may. An unknown role includes nothing.
func (r Role) Includes(other Role) bool {
	all := Roles()
	return slices.Contains(all, r) && slices.Contains(all, other) && slices.Index(all, r) >= slices.Index(all, other)
}

// User is a person who works for a dealer and signs in to the console. Times are UTC to the microsecond.
type User struct {
	Dealer   DealerID
	ID       UserID
	Email    EmailAddress // no other user of the server has one with the same key
	Name     string
	Role     Role
	Password string // of password.Hash; empty: not set yet
	Link     UserLink
	TOTP     TOTP
	Created  time.Time
	Disabled time.Time // zero: not disabled

	DealerSuspended time.Time // when the dealer was suspended; zero: not suspended
}

// MaySignIn reports whether the user and the dealer are neither disabled nor suspended.
func (u *User) MaySignIn() bool { return u.Disabled.IsZero() && u.DealerSuspended.IsZero() }

// UserStatus says whether a user can sign in.
type UserStatus string

// The statuses of a user.
const (
	UserActive     UserStatus = "active"
	UserDisabled   UserStatus = "disabled"
	UserInvited    UserStatus = "invited"     // they have a link to set their first password
	UserNoPassword UserStatus = "no password" // and no invitation that works, either
)

// Status returns the status of the user at a time.
func (u *User) Status(now time.Time) UserStatus {
	switch {
	case !u.Disabled.IsZero():
		return UserDisabled
	case u.Password != "":
		return UserActive
	case u.Link.Purpose == LinkInvite && now.Before(u.Link.Expires):
		return UserInvited
	}
	return UserNoPassword
}

// LinkPurpose is what the link of a user is for.
type LinkPurpose string

// The purposes of links.
const (
	LinkInvite LinkPurpose = "invite"  // to set the first password
	LinkReset  LinkPurpose = "reset"   // to set another password
	LinkSignIn LinkPurpose = "sign_in" // to sign in without a password; only for a browser on the server's own machine
)

// UserLink is the newest link of a user, which works once. The zero UserLink is none.
type UserLink struct {
	Purpose LinkPurpose
	Hash    Hash // SHA-256 of its token
	Expires time.Time
}

// TOTP is the second factor of a user: one-time codes by time (RFC 6238). The zero TOTP is off.
type TOTP struct {
	Secret   []byte // encrypted with the server secret; nil: off
	Step     int64  // the time step of the last accepted code: each code is accepted once
	Recovery []Hash // SHA-256 of the recovery codes that are left
}

// On reports whether the user needs a code to sign in.
func (t *TOTP) On() bool { return len(t.Secret) > 0 }

// Session is a browser in which a user is signed in.
type Session struct {
	Dealer  DealerID
	User    UserID
	Hash    Hash   // of its token
	Data    []byte // what the console keeps with it; no personal data
	Created time.Time
	Seen    time.Time // when it was last used, to the minute
	Expires time.Time // unless it is used before
}

// UserInput describes a new user.
type UserInput struct {
	Email Field[string]
	Name  Field[string]
	Role  Field[string]
}

// Apply checks the input and sets it on u: ValidationFailed. All fields are required.
func (in *UserInput) Apply(u *User) error {
	var bad fieldErrors
	u.Email = EmailAddress(bad.text("email", in.Email, "", true, emailRule))
	u.Name = bad.text("name", in.Name, "", true, textLine(1, nameMax))
	u.Role = Role(bad.text("role", in.Role, "", true, oneOf(Roles())))
	return bad.err()
}

// ParseRole returns a role by its name: ValidationFailed for the field role.
func ParseRole(s string) (Role, error) {
	if e := CheckOneOf(s, Roles()); e != nil {
		return "", InvalidField("role", e.Code, e.Message)
	}
	return Role(s), nil
}

// Limits on passwords. A long one has to be hashed, so there is an upper limit, too.
const (
	PasswordMin      = 12  // characters
	PasswordMax      = 200 // characters
	passwordDistinct = 5   // different characters
)

// NormalizePassword returns a password in the form in which it is hashed, whatever the keyboard that it was typed on.
func NormalizePassword(s string) string { return norm.NFKC.String(s) }

// CheckPassword checks a new password of a user: ValidationFailed for the field password. It asks for length and not for
// kinds of characters, which make passwords no harder to guess.
func CheckPassword(s string, u *User) error {
	s = NormalizePassword(s)
	n := utf8.RuneCountInString(s)
	distinct := map[rune]bool{}
	for _, r := range s {
		distinct[r] = true
	}
	bad := func(code, message string) error { return InvalidField("password", code, message) }
	switch {
	case !utf8.ValidString(s):
		return bad(CodeInvalid, "must be valid UTF-8")
	case n < PasswordMin:
		return bad(CodeTooShort, "must have at least 12 characters; several words are fine")
	case n > PasswordMax:
		return bad(CodeTooLong, "must have at most 200 characters")
	case len(distinct) < passwordDistinct, strings.EqualFold(s, string(u.Email)), strings.EqualFold(s, u.Name):
		return bad(CodeEasy, "is too easy to guess; choose several words that only you would put together")
	}
	return nil
}
