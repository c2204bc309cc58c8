package rollcall

import (
	"slices"
	"strings"
	"time"
)

// RollCallStatus is the status of a roll call.
type RollCallStatus string

// The statuses of a roll call. RollCallFinished is never stored: a running or paused roll call is finished exactly when none of its
// items is open.
const (
	RollCallScheduled RollCallStatus = "scheduled" // its targets are not fixed yet
	RollCallRunning   RollCallStatus = "running"
	RollCallPaused    RollCallStatus = "paused"
	RollCallFinished  RollCallStatus = "finished"
	RollCallCanceled  RollCallStatus = "canceled"
)

// RollCall asks many contact points, at a pace, whether the people can be reached there. Times are UTC, and zero for what has not
// happened yet.
type RollCall struct {
	Dealer   DealerID
	ID       RollCallID
	Status   RollCallStatus
	Filter   RollCallFilter
	Methods  []Method // in the order in which they are tried
	Text     string   // the caller's own text; empty: the default text
	PerHour  int      // messages
	Repeated bool     // started by the setting that repeats roll calls
	Created  time.Time
	Starts   time.Time // when its targets are to be fixed
	Started  time.Time // when they were
	Finished time.Time // when the server noticed that no item was open
	Next     time.Time // when the next message may be sent; zero: none waits
	Run      int       // counts the jobs that worked on it; only the newest one continues
	// Site and Seq are the contact up to which targets were found.
	Site SiteID
	Seq  int64
}

// StatusWith returns the status that a caller sees, with the number of open items.
func (r *RollCall) StatusWith(open int) RollCallStatus {
	if !r.Started.IsZero() && open == 0 && r.Status != RollCallCanceled {
		return RollCallFinished
	}
	return r.Status
}

// RollCallFilter selects contact points. Conditions that are empty select any.
type RollCallFilter struct {
	All        bool     // every contact point; no condition is set
	Sites      []SiteID // a site is among Sites or References
	References []string // account reference ids
	Readiness  []ReadinessStatus
	Statuses   []PointStatus
	OlderThan  int // days since the contact point was confirmed; never confirmed is older than any; 0: any
	// NotAsked leaves out contact points that a roll call has asked within OlderThan days.
	NotAsked bool
}

// Selects reports whether the filter selects a contact point of one of its sites.
func (f *RollCallFilter) Selects(p *Point, now time.Time) bool {
	if len(f.Statuses) > 0 && !slices.Contains(f.Statuses, p.State.Status) {
		return false
	}
	return f.OlderThan == 0 || p.State.Confirmed.Before(now.AddDate(0, 0, -f.OlderThan))
}

// ItemStatus is the status of an item of a roll call.
type ItemStatus string

// The statuses of an item.
const (
	ItemOpen          ItemStatus = "open" // waits for its message or for the answer
	ItemConfirmed     ItemStatus = "confirmed"
	ItemDeclined      ItemStatus = "declined"
	ItemUndeliverable ItemStatus = "undeliverable"
	ItemOptedOut      ItemStatus = "opted_out"
	ItemExpired       ItemStatus = "expired"
	ItemFailed        ItemStatus = "failed"
	ItemSkipped       ItemStatus = "skipped"
	ItemCanceled      ItemStatus = "canceled"
)

// ItemStatuses returns every status of an item, in the order of the contract.
func ItemStatuses() []ItemStatus {
	return []ItemStatus{
		ItemConfirmed, ItemDeclined, ItemUndeliverable, ItemOptedOut, ItemExpired, ItemFailed, ItemSkipped, ItemCanceled, ItemOpen,
	}
}

// ItemReason is why an item was skipped, failed or was canceled; empty: its status says it.
type ItemReason string

// The reasons.
const (
	ItemWasDeclined   ItemReason = "declined" // before the roll call
	ItemWasOptedOut   ItemReason = "opted_out"
	ItemDeleted       ItemReason = "deleted"
	ItemChanged       ItemReason = "changed"
	ItemNotDialable   ItemReason = "not_dialable"
	ItemPremiumRate   ItemReason = "premium_rate"
	ItemNoMethod      ItemReason = "no_method"
	ItemSiteSuspended ItemReason = "site_suspended"
	ItemTooLong       ItemReason = "message_too_long"
	ItemEnded         ItemReason = "validation_canceled"
	ItemWithdrawn     ItemReason = "roll_call_canceled"
)

// ItemReasons returns every reason, and what it means.
func ItemReasons() map[ItemReason]string {
	return map[ItemReason]string{
		ItemWasDeclined:   "the person answered earlier that this is not theirs",
		ItemWasOptedOut:   "the person wants no messages there",
		ItemDeleted:       "the contact or the contact point was deleted",
		ItemChanged:       "the phone or e-mail was changed",
		ItemNotDialable:   "the phone can't be dialled",
		ItemPremiumRate:   "the phone is a premium-rate number",
		ItemNoMethod:      "none of the methods reaches this contact point",
		ItemSiteSuspended: "the site is suspended",
		ItemTooLong:       "the message is too long for a text message",
		ItemEnded:         "its validation was canceled",
		ItemWithdrawn:     "the roll call was canceled",
	}
}

// RollCallItem is a contact point that a roll call targets. It holds no personal data.
type RollCallItem struct {
	Dealer     DealerID
	RollCall   RollCallID
	Site       SiteID
	ContactSeq int64
	Point      PointID
	Contact    ContactID
	Kind       PointKind
	Status     ItemStatus
	Reason     ItemReason
	Since      time.Time    // when it was targeted; answers and validations from then on decide it
	NotBefore  time.Time    // its message waits until then; zero: no wait
	Validation ValidationID // that it follows, which may be another contact's; empty: its message was not sent yet
	Asked      time.Time    // since when it follows Validation
	Ended      time.Time    // when it was no longer open
	// PointHash is the keyed hash of the contact point, and ShareHash that of the contact point with the person's folded name.
	PointHash, ShareHash Hash
}

// Waits reports whether the item waits for its message.
func (i *RollCallItem) Waits() bool { return i.Status == ItemOpen && i.Validation == "" }

// End ends the item.
func (i *RollCallItem) End(status ItemStatus, reason ItemReason, at time.Time) {
	i.Status, i.Reason, i.Ended, i.NotBefore = status, reason, at, time.Time{}
}

// SharedMessage returns what the contact points share that get one message: the kind, key and extension of the contact point, and
// the folded name of the person. It holds personal data.
func SharedMessage(c *Contact, p *Point) string {
	return p.Identity() + "\n" + c.FoldedName()
}

// FoldedName returns the first and last name as searches compare them, with single spaces.
func (c *Contact) FoldedName() string {
	return strings.Join(strings.Fields(Fold(c.FirstName+" "+c.LastName)), " ")
}

// RollCallMethod returns the first of the methods that reaches a contact point, or why none does. A text message goes only to people
// who want any, and not to a phone with an extension.
func RollCallMethod(methods []Method, c *Contact, p *Point) (Method, ItemReason) {
	for _, m := range methods {
		if m.Kind() == p.Kind && (m != SMS || p.Extension == "" && c.Preferences.SMS) {
			return m, ""
		}
	}
	return "", ItemNoMethod
}

// SkipPoint returns why a roll call skips a contact point of a site, or "".
func (r *RollCall) SkipPoint(site SiteStatus, c *Contact, p *Point) ItemReason {
	switch {
	case p.State.Status == PointDeclined:
		return ItemWasDeclined
	case p.State.Status == PointOptedOut:
		return ItemWasOptedOut
	case site == SiteSuspended:
		return ItemSiteSuspended
	}
	_, reason := RollCallMethod(r.Methods, c, p)
	return reason
}

// Follow sets the status of an open item by its contact point and the newest validations that may decide it: own is that of its
// contact point since the item was targeted, and followed the one that it follows. Both may be nil. undeliverable says that the
// contact point of followed is undeliverable. Follow reports whether the item changed.
func (i *RollCallItem) Follow(p *Point, own, followed *Validation, undeliverable bool, now time.Time) bool {
	before := *i
	v := followed
	if own != nil && (v == nil || !own.Created.Before(v.Created)) {
		v, undeliverable = own, p.State.Status == PointUndeliverable
	}
	switch {
	case p.State.Status == PointDeclined:
		i.End(ItemDeclined, "", now)
	case p.State.Status == PointOptedOut:
		i.End(ItemOptedOut, "", now)
	case p.State.Status == PointConfirmed && !p.State.Confirmed.Before(i.Since):
		i.End(ItemConfirmed, "", now)
	case v == nil:
	case v.Status.Open():
		if i.Validation != v.ID {
			i.Validation, i.Asked = v.ID, now
		}
	default:
		status, reason := outcome(v.Status, undeliverable)
		i.End(status, reason, now)
	}
	return *i != before
}

// outcome returns the status of an item after the end of the validation that decides it.
func outcome(status ValidationStatus, undeliverable bool) (ItemStatus, ItemReason) {
	switch {
	case status == ValidationConfirmed:
		return ItemConfirmed, ""
	case status == ValidationDeclined:
		return ItemDeclined, ""
	case status == ValidationExpired:
		return ItemExpired, ""
	case status == ValidationFailing && undeliverable:
		return ItemUndeliverable, ""
	case status == ValidationFailing:
		return ItemFailed, ""
	}
	return ItemCanceled, ItemEnded
}

// maxLate is how much of the time that a roll call could not send in is made up for at once.
const maxLate = 2 * time.Second

// interval returns the time between two messages.
func (r *RollCall) interval() time.Duration { return time.Hour / time.Duration(max(r.PerHour, 1)) }

// Due reports whether a message may be sent now. If so, it sets Next to the time of the next one. A time without messages, such as a
// pause, is not made up for.
func (r *RollCall) Due(now time.Time) bool {
	if now.Before(r.Next) {
		return false
	}
	if now.Sub(r.Next) > maxLate {
		r.Next = now
	}
	r.Next = r.Next.Add(r.interval())
	return true
}

// Takes returns how long it takes to send messages at the pace of the roll call.
func (r *RollCall) Takes(messages int) time.Duration {
	return time.Duration(max(messages-1, 0)) * r.interval()
}

// RollCallCounts counts the items of a roll call by status.
type RollCallCounts struct {
	Items    map[ItemStatus]int
	Messages int // that are still to be sent
}

// Targeted returns the number of all items.
func (c *RollCallCounts) Targeted() int {
	n := 0
	for _, items := range c.Items {
		n += items
	}
	return n
}

// EndsAbout returns when the last message will have been sent, at this pace and without waits; zero if none is left to send.
func (r *RollCall) EndsAbout(messages int, now time.Time) time.Time {
	if messages == 0 || r.Status == RollCallCanceled {
		return time.Time{}
	}
	begin := now
	for _, t := range []time.Time{r.Starts, r.Next} {
		if t.After(begin) {
			begin = t
		}
	}
	return begin.Add(r.Takes(messages))
}
