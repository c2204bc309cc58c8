package rollcall

import "time"

// LinkState says what a person can do with a link.
type LinkState string

// The states of a link.
const (
	LinkOpen      LinkState = "open"      // the person may answer
	LinkConfirmed LinkState = "confirmed" // the person has confirmed, and may still change preferences or decline
	LinkDeclined  LinkState = "declined"  // the person has declined
	LinkExpired   LinkState = "expired"   // the validation has expired
	LinkReplaced  LinkState = "replaced"  // the contact no longer has the phone or e-mail
)

// LinkView is the content of the page behind a link. It contains only what the person needs to see.
type LinkView struct {
	State       LinkState
	Dealer      string // the dealer's name
	DealerPhone string // as given; empty: none
	Welcome     string // the dealer's own text; empty: none
	HasLogo     bool
	Site        string // the site's name
	Language    string // en, es or fr: of the contact, else of the site, else of the dealer
	Method      Method
	Point       PointKind
	// FirstName, Address and Label say who is asked and where. Address has only the last digits of a number, or the first letter
	// and the domain of an e-mail address. All are empty if the link cannot be answered.
	FirstName, Address string
	Label              PointLabel
	// Channels are the methods that the person can turn on and off.
	Channels    []Method
	Preferences Preferences
}

// LinkAnswer is a person's answer on the page behind a link.
type LinkAnswer struct {
	Confirm     bool // false: "this is not me"
	Preferences PreferencesInput
}

// LinkState returns the state of the link of the validation, which was sent to c.
func (v *Validation) LinkState(c *Contact, now time.Time) LinkState {
	p := c.PointOf(v)
	switch {
	case !now.Before(v.Expires):
		return LinkExpired
	case p == nil:
		return LinkReplaced
	}
	status := p.State.Status
	switch {
	case v.Status.Open():
		return LinkOpen
	case status == PointDeclined:
		return LinkDeclined
	case status.Proven(), status == PointOptedOut && v.Status == ValidationConfirmed:
		return LinkConfirmed
	case status == PointOptedOut && v.Status == ValidationDeclined:
		return LinkDeclined
	}
	return LinkOpen
}
