package twilio

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// The paths of Hooks. The ids of the dealer and the validation follow statusPath and voicePath.
const (
	Path       = "/hooks/twilio/"
	statusPath = Path + "status/"
	voicePath  = Path + "voice/"
	inbound    = Path + "sms"
)

// Hooks handles Twilio's requests below Path. It checks the signature first.
type Hooks struct {
	delivery.Hooks
	AuthToken string
	PublicURL string // the address of this server, as Twilio calls it
}

// ServeHTTP implements http.Handler.
func (h Hooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		delivery.Refuse(w, http.StatusMethodNotAllowed, "this path only supports POST")
		return
	}
	form, status := h.read(w, r)
	if status != http.StatusOK {
		h.Warn(r, "request not signed by Twilio", slog.Int("status", status))
		delivery.Refuse(w, status, "this request is not signed by Twilio for this server; check the auth token and --public-url")
		return
	}
	switch path := r.URL.Path; {
	case path == inbound:
		h.message(w, r, form)
	case strings.HasPrefix(path, statusPath):
		h.named(w, r, form, strings.TrimPrefix(path, statusPath), h.status)
	case strings.HasPrefix(path, voicePath):
		h.named(w, r, form, strings.TrimPrefix(path, voicePath), h.key)
	default:
		delivery.Refuse(w, http.StatusNotFound, "no such path; see docs/delivery.md for the paths")
	}
}

// read returns the form of a request with a valid signature.
func (h Hooks) read(w http.ResponseWriter, r *http.Request) (url.Values, int) {
	signature := r.Header.Get("X-Twilio-Signature")
	if h.AuthToken == "" || !wellFormed(signature) {
		return nil, http.StatusForbidden // without reading the body
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, delivery.HookBodyMax))
	if err != nil {
		return nil, http.StatusRequestEntityTooLarge
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || !signed(h.AuthToken, h.PublicURL+r.URL.RequestURI(), form, signature) {
		return nil, http.StatusForbidden
	}
	return form, http.StatusOK
}

type handler func(http.ResponseWriter, *http.Request, url.Values, rollcall.DealerID, rollcall.ValidationID)

// named calls next with the dealer and the validation of the path.
func (h Hooks) named(w http.ResponseWriter, r *http.Request, form url.Values, names string, next handler) {
	dealer, validation, ok := strings.Cut(names, "/")
	if !ok || dealer == "" || validation == "" || strings.Contains(validation, "/") {
		delivery.Refuse(w, http.StatusNotFound, "the path names no dealer and validation")
		return
	}
	next(w, r, form, rollcall.DealerID(dealer), rollcall.ValidationID(validation))
}

func (h Hooks) status(w http.ResponseWriter, r *http.Request, form url.Values, dealer rollcall.DealerID, id rollcall.ValidationID) {
	report, final := reportOf(form)
	if !final {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	report.Provider, report.At = "twilio", h.Time()
	if err := h.Core.RecordReport(r.Context(), dealer, id, report); err != nil {
		h.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// reportOf reads a status callback; false: the status is not final.
func reportOf(form url.Values) (report rollcall.DeliveryReport, final bool) {
	code, _ := strconv.Atoi(form.Get("ErrorCode"))
	fail := func(otherwise meaning) *rollcall.DeliveryError {
		if _, known := meanings[code]; known {
			return byCode(code, 0)
		}
		return otherwise.undelivered(0, 0)
	}
	if status := form.Get("CallStatus"); status != "" {
		report.Ref = form.Get("CallSid")
		switch status {
		case "completed":
			return report, !byMachine(form)
		case "busy":
			report.Failure = fail(meaning{outcome: rollcall.OutcomeRetry, code: "busy", reason: "the line was busy"})
		case "no-answer":
			report.Failure = fail(meaning{outcome: rollcall.OutcomeRetry, code: "no_answer", reason: "nobody answered the call"})
		case "canceled":
			report.Failure = fail(meaning{outcome: rollcall.OutcomeRetry, code: "canceled", reason: "the call was canceled before it was answered"})
		case "failed":
			report.Failure = fail(callFailure(form.Get("SipResponseCode")))
		}
		return report, report.Failure != nil
	}
	report.Ref = form.Get("MessageSid")
	switch form.Get("MessageStatus") {
	case "delivered", "read":
		return report, true
	case "failed", "undelivered":
		report.Failure = fail(unclear)
	}
	return report, report.Failure != nil
}

// callFailure returns the meaning of a failed call by the last status of SIP (RFC 3261): 404, 410 and 604 say that the network does
// not know the number.
func callFailure(status string) meaning {
	switch status {
	case "404", "410", "604":
		return dead
	}
	return noCalls
}

// byMachine reports whether an answering machine or a fax answered the call, if Twilio detects that.
func byMachine(form url.Values) bool {
	by := form.Get("AnsweredBy")
	return strings.HasPrefix(by, "machine") || by == "fax"
}

// key handles a pressed key. It ignores answering machines.
func (h Hooks) key(w http.ResponseWriter, r *http.Request, form url.Values, dealer rollcall.DealerID, id rollcall.ValidationID) {
	if byMachine(form) {
		answer(w, twiml{Hangup: &struct{}{}})
		return
	}
	reply, err := h.Core.AnswerCall(r.Context(), dealer, id, form.Get("Digits"))
	if err != nil {
		h.Fail(w, r, err)
		return
	}
	again := ""
	if reply.Again {
		again = h.PublicURL + r.URL.EscapedPath()
	}
	answer(w, speech(reply.Text, reply.Language, again))
}

// message handles a text message from a person. Twilio itself replies to STOP, START and HELP.
func (h Hooks) message(w http.ResponseWriter, r *http.Request, form url.Values) {
	from := form.Get("From")
	if !number.MatchString(from) {
		answer(w, twiml{}) // a name or a short code, not a person
		return
	}
	reply, err := h.Core.ReceiveMessage(r.Context(), rollcall.InboundMessage{
		Provider: "twilio", Ref: form.Get("MessageSid"), From: rollcall.PhoneNumber(from), Text: form.Get("Body"), AnswersStop: true,
		Keyword: rollcall.Keyword(strings.ToUpper(strings.TrimSpace(form.Get("OptOutType")))),
	})
	if err != nil {
		h.Fail(w, r, err)
		return
	}
	answer(w, twiml{Message: clean(reply)})
}

func answer(w http.ResponseWriter, t twiml) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = io.WriteString(w, t.String())
}
