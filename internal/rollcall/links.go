package rollcall

// LinkState is what a link finds.
type LinkState string

// The states of a link.
const (
	LinkOpen      LinkState = "open"      // the person may answer
	LinkConfirmed LinkState = "confirmed" // the person has said yes, and may still change the preferences, or say no
	LinkDeclined  LinkState = "declined"  // the person has said no
	LinkExpired   LinkState = "expired"   // its time is over
	LinkReplaced  LinkState = "replaced"  // the contact, or its phone or e-mail, is another by now
)

// LinkView is what the page behind a link shows. It holds no more on the person than the person needs to see.
type LinkView struct {
	State       LinkState
	Dealer      string // the dealer's name
	DealerPhone string // as given; empty: none
	Welcome     string // the dealer's own text; empty: none
	HasLogo     bool
	Site        string // the site's name
	Language    string // of the site, else of the dealer: en, es or fr, as in the message
	Method      Method
	Point       Point
	// FirstName and Address say who is asked, and where, while the link can be answered: the last digits of a number, or the
	// first letter and the domain of an address, so that a stranger learns no more. Empty where nobody is asked.
	FirstName, Address string
	// Channels are the methods by which the person can choose to get messages.
	Channels    []Method
	Preferences Preferences
}

// LinkAnswer is what a person says on the page behind a link.
type LinkAnswer struct {
	Confirm     bool // false: "this is not me"
	Preferences PreferencesInput
}

// Logo is a picture of a dealer.
type Logo struct {
	MediaType string // image/png or image/jpeg
	Data      []byte
}
