package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// The paths of Hooks.
const (
	Path    = "/hooks/gateway/"
	inbound = Path + "inbound"
	status  = Path + "status"
	pressed = Path + "key"
)

// Hooks handles JSON reports of a gateway, or of a small program in front of it, below Path. It checks the secret first.
type Hooks struct {
	delivery.Hooks
	// Secret comes as "Authorization: Bearer SECRET", or is the key of "X-Rollcall-Signature: sha256=HEX", the
	// HMAC-SHA256 of the body.
	Secret string
	// AnswersStop says that the service itself replies to STOP, START and HELP.
	AnswersStop bool
}

// event is the body of a request; each path uses some fields.
type event struct {
	Dealer     rollcall.DealerID     `json:"dealer_id"`
	Validation rollcall.ValidationID `json:"validation_id"`
	ID         string                `json:"id"`
	From       string                `json:"from"`
	Text       string                `json:"text"`
	Keyword    string                `json:"keyword"`
	Status     string                `json:"status"`
	Code       string                `json:"code"`
	Key        string                `json:"key"`
}

var number = regexp.MustCompile(`^\+[1-9][0-9]{5,14}$`)

// ServeHTTP implements http.Handler.
func (h Hooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		delivery.Refuse(w, http.StatusMethodNotAllowed, "this path only supports POST")
		return
	}
	if !h.claims(r) {
		h.Warn(r, "request without the secret of the gateway's hooks", slog.Int("status", http.StatusForbidden))
		delivery.Refuse(w, http.StatusForbidden, "this request has no valid secret; send the one of --gateway-hook-secret")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, delivery.HookBodyMax))
	if err != nil {
		delivery.Refuse(w, http.StatusRequestEntityTooLarge, "the body is larger than 64 KiB, ended early or took too long")
		return
	}
	if !h.proven(r, body) {
		h.Warn(r, "request without the secret of the gateway's hooks", slog.Int("status", http.StatusForbidden))
		delivery.Refuse(w, http.StatusForbidden, "this request has no valid secret; send the one of --gateway-hook-secret")
		return
	}
	var t event
	if err := json.Unmarshal(body, &t); err != nil {
		delivery.Refuse(w, http.StatusBadRequest, "the body must be a JSON object")
		return
	}
	switch r.URL.Path {
	case inbound:
		h.message(w, r, t)
	case status:
		h.report(w, r, t)
	case pressed:
		h.key(w, r, t)
	default:
		delivery.Refuse(w, http.StatusNotFound, "no such path; see docs/delivery.md for the paths")
	}
}

// claims reports, before the body is read, whether a request has the secret, or a signature of the right form.
func (h Hooks) claims(r *http.Request) bool {
	if h.Secret == "" {
		return false
	}
	if given, signed := strings.CutPrefix(r.Header.Get("X-Rollcall-Signature"), "sha256="); signed {
		signature, err := hex.DecodeString(given)
		return err == nil && len(signature) == sha256.Size
	}
	return h.proven(r, nil)
}

func (h Hooks) proven(r *http.Request, body []byte) bool {
	if given, signed := strings.CutPrefix(r.Header.Get("X-Rollcall-Signature"), "sha256="); signed {
		got, err := hex.DecodeString(given)
		mac := hmac.New(sha256.New, []byte(h.Secret))
		mac.Write(body)
		return err == nil && hmac.Equal(mac.Sum(nil), got)
	}
	given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	got, want := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(h.Secret))
	return bearer && subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// failures has the outcome for each code of a report.
var failures = map[string]rollcall.DeliveryError{
	"unknown_number":          {Outcome: rollcall.OutcomeUnreachable, Reason: "this number cannot be reached"},
	rollcall.CodeNotInService: {Outcome: rollcall.OutcomeUnreachable, Reason: "the number is not in service"},
	"not_mobile":              {Outcome: rollcall.OutcomeRejected, Reason: "this number can't receive text messages; use call"},
	"opted_out":               {Outcome: rollcall.OutcomeUnreachable, Reason: "this person has opted out of messages from this sender"},
	"blocked":                 {Outcome: rollcall.OutcomeUnreachable, Reason: "the phone or its network blocks messages from this sender"},
	"filtered":                {Outcome: rollcall.OutcomeRejected, Suspect: rollcall.SuspectOverTexts, Reason: "the network filtered the text as unwanted; change the text"},
	"unreachable":             {Outcome: rollcall.OutcomeRetry, Reason: "the phone was switched off or out of reach"},
	"busy":                    {Outcome: rollcall.OutcomeRetry, Reason: "the line was busy"},
	"no_answer":               {Outcome: rollcall.OutcomeRetry, Reason: "nobody answered the call"},
	"not_delivered":           {Outcome: rollcall.OutcomeRetry, Reason: "the message was not delivered, and the gateway does not say why"},
}

func (h Hooks) report(w http.ResponseWriter, r *http.Request, t event) {
	if t.Dealer == "" || t.Validation == "" {
		delivery.Refuse(w, http.StatusBadRequest, "dealer_id and validation_id are required; send those of the message")
		return
	}
	report := rollcall.DeliveryReport{Provider: "gateway", Ref: t.ID, At: h.Time()}
	switch t.Status {
	case "delivered":
	case "failed":
		if _, known := failures[t.Code]; !known {
			t.Code = "not_delivered"
		}
		failure := failures[t.Code]
		failure.Code = t.Code
		report.Failure = &failure
	default:
		delivery.Refuse(w, http.StatusBadRequest, "status must be delivered or failed")
		return
	}
	if err := h.Core.RecordReport(r.Context(), t.Dealer, t.Validation, report); err != nil {
		h.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// spelled removes separators between the digits of a number.
var spelled = strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "")

func (h Hooks) message(w http.ResponseWriter, r *http.Request, t event) {
	from := spelled.Replace(strings.TrimPrefix(t.From, "tel:"))
	if !number.MatchString(from) {
		delivery.Refuse(w, http.StatusBadRequest, "from must be a number with its country code, such as +12025550123")
		return
	}
	reply, err := h.Core.ReceiveMessage(r.Context(), rollcall.InboundMessage{
		Provider: "gateway", Ref: t.ID, From: rollcall.PhoneNumber(from), Text: t.Text, AnswersStop: h.AnswersStop,
		Keyword: rollcall.Keyword(strings.ToUpper(strings.TrimSpace(t.Keyword))),
	})
	if err != nil {
		h.Fail(w, r, err)
		return
	}
	answer(w, map[string]any{"reply": reply})
}

func (h Hooks) key(w http.ResponseWriter, r *http.Request, t event) {
	if t.Dealer == "" || t.Validation == "" {
		delivery.Refuse(w, http.StatusBadRequest, "dealer_id and validation_id are required; send those of the call")
		return
	}
	reply, err := h.Core.AnswerCall(r.Context(), t.Dealer, t.Validation, t.Key)
	if err != nil {
		h.Fail(w, r, err)
		return
	}
	answer(w, map[string]any{"text": reply.Text, "language": reply.Language, "again": reply.Again})
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", jsonType)
	_ = json.NewEncoder(w).Encode(v)
}
