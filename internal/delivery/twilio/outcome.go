package twilio

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// accepted reads the answer to a message or a call: its SID where Twilio took it.
func accepted(a delivery.Answer) (ref string, err error) {
	if a.Status/100 != 2 {
		return "", refused(a)
	}
	var made struct {
		SID       string `json:"sid"`
		Status    string `json:"status"`
		ErrorCode *int   `json:"error_code"`
	}
	if err := json.Unmarshal(a.Body, &made); err != nil || made.SID == "" {
		return "", errors.New("the answer of Twilio cannot be read")
	}
	if made.Status == "failed" && made.ErrorCode != nil && *made.ErrorCode != 0 {
		return "", byCode(*made.ErrorCode, 0)
	}
	return made.SID, nil
}

// refused says what an answer that is no success means: by Twilio's own code where there is one that is known, else by
// the status.
func refused(a delivery.Answer) error {
	var problem struct {
		Code int `json:"code"`
	}
	if a.Status/100 == 4 && json.Unmarshal(a.Body, &problem) == nil && problem.Code > 0 {
		if _, known := meanings[problem.Code]; known {
			return byCode(problem.Code, a.RetryAfter)
		}
		if a.Status == 400 {
			return byCode(problem.Code, a.RetryAfter)
		}
	}
	return a.Refused("Twilio")
}

// meaning is what one of Twilio's codes comes to, by https://www.twilio.com/docs/api/errors.
type meaning struct {
	outcome      rollcall.Outcome
	code, reason string
}

// wrong is the meaning of the codes about a number that nobody can be reached at.
var wrong = meaning{rollcall.Never, "unknown_number", "Twilio says that nobody can be reached at this number"}

var (
	noMobile = meaning{rollcall.Never, "not_mobile", "this number takes no text messages; try a call"}
	optedOut = meaning{rollcall.Never, "opted_out", "this person has opted out of messages from this sender"}
	blocked  = meaning{rollcall.Never, "blocked", "the phone or its network blocks messages from this sender"}
	trial    = meaning{rollcall.SetupRefuse, "trial_account",
		"a trial account of Twilio reaches only numbers that were verified there; upgrade it, or verify this one"}
	badFrom = meaning{rollcall.SetupRefuse, "bad_sender",
		"Twilio does not let this account send from the number or the messaging service that is set; choose one of the account's own"}
	noCountry = meaning{rollcall.SetupRefuse, "no_geo_permission",
		"Twilio does not send to this country for this account; allow the country under geographic permissions in Twilio's console"}
	badLogin = meaning{rollcall.SetupRefuse, "login_refused",
		"Twilio does not accept the account SID and the auth token that are set; copy both from its console"}
	suspended = meaning{rollcall.SetupRefuse, "account_suspended", "Twilio has suspended this account; its console says why"}
	unproven  = meaning{rollcall.SetupRefuse, "sender_not_registered",
		"networks refuse messages from this number until it is registered (A2P 10DLC or toll-free); register it in Twilio's console"}
	busy      = meaning{rollcall.Later, "too_many", "Twilio wants fewer messages at once"}
	away      = meaning{rollcall.Later, "unreachable", "the phone was switched off or out of reach"}
	unclear   = meaning{rollcall.Later, "not_delivered", "the message was not delivered, and the network does not say why"}
	filtered  = meaning{rollcall.SetupRefuse, "filtered", "the network took the message for unwanted; Twilio's console says more"}
	nonsense  = meaning{rollcall.SetupRefuse, "message_refused", "Twilio does not accept the text of the message"}
	notCalled = meaning{rollcall.SetupRefuse, "no_route", "Twilio cannot reach this number from the sender that is set; choose a sender that can"}
)

var meanings = map[int]meaning{
	21211: wrong, 21214: wrong, 21217: wrong, 21401: wrong, 21407: wrong, 13224: wrong, 30005: wrong,
	21614: noMobile, 30006: noMobile,
	21610: optedOut,
	30004: blocked, 30019: blocked,
	21219: trial, 21608: trial,
	21210: badFrom, 21212: badFrom, 21213: badFrom, 21601: badFrom, 21603: badFrom, 21606: badFrom, 21659: badFrom, 21660: badFrom,
	21661: badFrom, 21701: badFrom, 21703: badFrom, 21704: badFrom, 21705: badFrom,
	21408: noCountry, 21215: noCountry, 13227: noCountry,
	20003: badLogin, 20008: badLogin,
	20005: suspended, 30002: suspended, 10001: suspended,
	30034: unproven, 30032: unproven, 21662: unproven,
	20429: busy, 21611: busy, 14107: busy, 30001: busy, 30022: busy,
	30003: away, 30008: unclear,
	30007: filtered,
	21602: nonsense, 21605: nonsense, 21617: nonsense, 30036: nonsense,
	21612: notCalled,
}

// byCode says what one of Twilio's codes means; one that is not known counts as a set-up that is refused, since a
// recipient must not be given up for it.
func byCode(code int, wait time.Duration) *rollcall.Undelivered {
	m, known := meanings[code]
	if !known {
		m = meaning{rollcall.SetupRefuse, "request_refused", "Twilio refuses the message; its console says more"}
	}
	return &rollcall.Undelivered{Outcome: m.outcome, Code: m.code, RetryAfter: wait, Reason: fmt.Sprintf("%s (%d)", m.reason, code)}
}

func never(code, reason string) *rollcall.Undelivered {
	return &rollcall.Undelivered{Outcome: rollcall.Never, Code: code, Reason: reason}
}

func setup(code, reason string) *rollcall.Undelivered {
	return &rollcall.Undelivered{Outcome: rollcall.SetupRefuse, Code: code, Reason: reason}
}
