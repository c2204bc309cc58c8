package rollcall

import (
	"strings"
	"time"
)

// sandboxPrefix begins the identifiers of sandboxes; that of the dealer follows.
const sandboxPrefix = "sandbox_"

// Sandbox returns the identifier of the dealer's sandbox, the tenant in which its test keys work. The sandbox has a row among the
// dealers, made with the first test key. A sandbox has no sandbox.
func (d DealerID) Sandbox() DealerID { return sandboxPrefix + d }

// IsSandbox reports whether d is the sandbox of a dealer.
func (d DealerID) IsSandbox() bool { return strings.HasPrefix(string(d), sandboxPrefix) }

// Live returns the dealer whose sandbox d is, and d itself if it is no sandbox.
func (d DealerID) Live() DealerID { return DealerID(strings.TrimPrefix(string(d), sandboxPrefix)) }

// Reaction is what a recipient in a sandbox does by themselves.
type Reaction string

// The reactions. With the last two the provider refuses the message, for good and for now.
const (
	ReactionConfirm     Reaction = "confirm"
	ReactionDecline     Reaction = "decline"
	ReactionStop        Reaction = "stop" // opts out
	ReactionSlow        Reaction = "slow" // gets the message late, and does nothing
	ReactionUnreachable Reaction = "fail" // can't be reached
	ReactionDown        Reaction = "down" // has a provider that is down
	reactionAfter                = time.Second
	slowAfter                    = 10 * time.Second
)

// ReactionOf returns the reaction of a recipient, by their number in E.164 or their address, and how long after the message it
// comes; empty for a recipient who does nothing, and for one of a dealer that is no sandbox.
func ReactionOf(dealer DealerID, to string) (Reaction, time.Duration) {
	if !dealer.IsSandbox() {
		return "", 0
	}
	reaction := Reaction("")
	switch strings.ToLower(to) {
	case "+12025550101", "confirm@example.org":
		reaction = ReactionConfirm
	case "+12025550102", "decline@example.org":
		reaction = ReactionDecline
	case "+12025550103", "stop@example.org":
		reaction = ReactionStop
	case "+12025550104", "fail@example.org":
		return ReactionUnreachable, 0
	case "+12025550105", "slow@example.org":
		return ReactionSlow, slowAfter
	case "+12025550106", "down@example.org":
		return ReactionDown, 0
	default:
		return "", 0
	}
	return reaction, reactionAfter
}
