package twilio

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// accepted returns the SID in the response to a message or a call.
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
		return "", errors.New("Twilio's response cannot be read")
	}
	if made.Status == "failed" && made.ErrorCode != nil && *made.ErrorCode != 0 {
		return "", byCode(*made.ErrorCode, 0)
	}
	return made.SID, nil
}

// refused returns the error for a response without success: by Twilio's code if it is known, otherwise by the status.
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

// meaning is the outcome of one of Twilio's codes, see https://www.twilio.com/docs/api/errors.
type meaning struct {
	outcome      rollcall.Outcome
	code, reason string
	suspect      rollcall.Suspicion
}

// final reports whether the message is not retried.
func (m meaning) final() bool {
	return m.outcome == rollcall.OutcomeUnreachable || m.outcome == rollcall.OutcomeRejected
}

// undelivered returns the error for a code, with the time to wait.
func (m meaning) undelivered(code int, wait time.Duration) *rollcall.DeliveryError {
	u := &rollcall.DeliveryError{Outcome: m.outcome, Code: m.code, Reason: m.reason, RetryAfter: wait, Suspect: m.suspect}
	if code != 0 {
		u.Reason = fmt.Sprintf("%s (%d)", m.reason, code)
	}
	return u
}

func suspected(m meaning, by rollcall.Suspicion) meaning {
	m.suspect = by
	return m
}

// Refusals of a recipient.
var (
	wrong    = meaning{outcome: rollcall.OutcomeUnreachable, code: "unknown_number", reason: "Twilio says that this number cannot be reached"}
	noCalls  = meaning{outcome: rollcall.OutcomeUnreachable, code: "unknown_number", reason: "the number could not be called"}
	dead     = meaning{outcome: rollcall.OutcomeUnreachable, code: rollcall.CodeNotInService, reason: "the number is not in service"}
	premium  = meaning{outcome: rollcall.OutcomeUnreachable, code: "premium_rate", reason: "Twilio does not send to premium-rate numbers, and does not call them"}
	noPerson = meaning{outcome: rollcall.OutcomeUnreachable, code: "bad_number", reason: "this is a short code, or the sender's own number"}
	optedOut = meaning{outcome: rollcall.OutcomeUnreachable, code: "opted_out", reason: "this person has opted out of messages from this sender"}
	blocked  = meaning{outcome: rollcall.OutcomeUnreachable, code: "blocked", reason: "the phone or its network blocks messages from this sender"}
	noMobile = meaning{outcome: rollcall.OutcomeRejected, code: "not_mobile", reason: "this number can't receive text messages; use call"}
	notCall  = meaning{outcome: rollcall.OutcomeRejected, code: "call_refused", suspect: rollcall.SuspectOverRecipients,
		reason: "Twilio does not call this number; use sms. If it calls no number at all, complete the account's customer profile in Twilio's console"}
	noCall = meaning{outcome: rollcall.OutcomeRejected, code: "call_failed", reason: "Twilio can't call this number, or its network was out of order; try again, or use sms"}
	away   = meaning{outcome: rollcall.OutcomeRetry, code: "unreachable", reason: "the phone was switched off or out of reach"}
)

// Refusals of a text or of the settings, and temporary ones.
var (
	filtered = meaning{outcome: rollcall.OutcomeRejected, code: "filtered", suspect: rollcall.SuspectOverTexts,
		reason: "the network filtered the message as unwanted; change the text. If it happens to every text, see Twilio's console"}
	nonsense = meaning{outcome: rollcall.OutcomeRejected, code: "message_refused", suspect: rollcall.SuspectOverTexts,
		reason: "Twilio does not accept the text of the message; shorten it"}
	trial = meaning{outcome: rollcall.OutcomeMisconfigured, code: "trial_account", suspect: rollcall.SuspectOverRecipients,
		reason: "a Twilio trial account only sends to numbers verified in its console; upgrade it, or verify this number"}
	badFrom = meaning{outcome: rollcall.OutcomeMisconfigured, code: "bad_sender",
		reason: "Twilio does not let this account send from this number or messaging service; choose one of the account's own"}
	noCountry = meaning{outcome: rollcall.OutcomeMisconfigured, code: "no_geo_permission", suspect: rollcall.SuspectOverRecipients,
		reason: "Twilio does not send to this country for this account; allow the country under geographic permissions in Twilio's console"}
	badLogin = meaning{outcome: rollcall.OutcomeMisconfigured, code: "login_refused",
		reason: "Twilio does not accept the account SID and the auth token; copy both from its console"}
	suspended = meaning{outcome: rollcall.OutcomeMisconfigured, code: "account_suspended", reason: "Twilio has suspended this account; its console says why"}
	unproven  = meaning{outcome: rollcall.OutcomeMisconfigured, code: "sender_not_registered", suspect: rollcall.SuspectOverRecipients,
		reason: "networks refuse messages from this number until it is registered (A2P 10DLC or toll-free); register it in Twilio's console"}
	noRoute = meaning{outcome: rollcall.OutcomeMisconfigured, code: "no_route", suspect: rollcall.SuspectOverRecipients,
		reason: "Twilio cannot reach this number from this sender; choose another sender"}
	unknown = meaning{outcome: rollcall.OutcomeMisconfigured, code: "request_refused", suspect: rollcall.SuspectOverRecipients,
		reason: "Twilio refuses the message; see its console"}
	busy    = meaning{outcome: rollcall.OutcomeRetry, code: "too_many", reason: "Twilio asked to send more slowly"}
	unclear = meaning{outcome: rollcall.OutcomeRetry, code: "not_delivered", reason: "the message was not delivered, and the network does not say why"}
)

var meanings = map[int]meaning{
	21211: wrong, 21214: wrong, 21217: wrong, 30005: wrong,
	21202: premium, 21268: premium,
	21265: noPerson, 21266: noPerson,
	21614: noMobile, 21635: noMobile, 30006: noMobile,
	21216: notCall, 13224: noCall,
	21610: optedOut,
	30004: blocked,
	21219: trial, 21608: trial,
	21210: badFrom, 21212: badFrom, 21213: badFrom, 21401: badFrom, 21601: badFrom, 21603: badFrom, 21660: badFrom,
	21661: badFrom, 21701: badFrom, 21703: badFrom, 21704: badFrom, 21705: badFrom,
	// These may depend on the country of the recipient.
	21606: suspected(badFrom, rollcall.SuspectOverRecipients), 21659: suspected(badFrom, rollcall.SuspectOverRecipients),
	21408: noCountry, 21215: noCountry, 13227: noCountry,
	20003: badLogin, 20008: badLogin,
	20005: suspended, 30002: suspended, 10001: suspended,
	30034: unproven, 30032: unproven, 21662: unproven,
	20429: busy, 21611: busy, 14107: busy, 30001: busy, 30022: busy,
	30003: away, 30008: unclear, 30036: unclear,
	30007: filtered,
	21602: nonsense, 21605: nonsense, 21617: nonsense, 21658: nonsense, 30019: nonsense,
	21612: noRoute,
}

// byCode returns the error for one of Twilio's codes. An unknown code does not make a recipient unreachable.
func byCode(code int, wait time.Duration) *rollcall.DeliveryError {
	m, known := meanings[code]
	if !known {
		m = unknown
	}
	return m.undelivered(code, wait)
}
