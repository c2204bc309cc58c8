package delivery

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Core is the part of service.Service that hooks call.
type Core interface {
	// RecordReport records a delivery report. A late one, or one of an unknown message, changes nothing.
	RecordReport(context.Context, rollcall.DealerID, rollcall.ValidationID, rollcall.DeliveryReport) error
	// ReceiveMessage handles a text message from a person, and returns the reply; empty: none.
	ReceiveMessage(context.Context, rollcall.InboundMessage) (reply string, err error)
	// AnswerCall handles a key that a person pressed, and returns what to say.
	AnswerCall(ctx context.Context, dealer rollcall.DealerID, validation rollcall.ValidationID, key string) (rollcall.CallReply, error)
}

// Live returns the core for hooks of providers, for which the validations of sandboxes don't exist: no provider carries their
// messages.
func Live(core Core) Core { return live{core} }

type live struct{ Core }

// RecordReport implements Core.
func (l live) RecordReport(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID, report rollcall.DeliveryReport) error {
	if dealer.IsSandbox() {
		return errSandbox()
	}
	return l.Core.RecordReport(ctx, dealer, id, report)
}

// AnswerCall implements Core.
func (l live) AnswerCall(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID, key string) (rollcall.CallReply, error) {
	if dealer.IsSandbox() {
		return rollcall.CallReply{}, errSandbox()
	}
	return l.Core.AnswerCall(ctx, dealer, id, key)
}

func errSandbox() error {
	return &rollcall.Error{Kind: rollcall.ValidationNotFound, Message: "no provider carries messages of a sandbox"}
}

// Hooks is the common part of the hooks of providers.
type Hooks struct {
	Core Core
	Log  *slog.Logger     // logs refused and failed requests; nil: none
	Now  func() time.Time // nil: time.Now
}

// HookBodyMax is the size limit of a hook's body, in bytes.
const HookBodyMax = 64 << 10

// Time returns the current time.
func (h Hooks) Time() time.Time {
	if h.Now == nil {
		return time.Now()
	}
	return h.Now()
}

// Warn logs a warning about a request.
func (h Hooks) Warn(r *http.Request, message string, attr slog.Attr) {
	if h.Log != nil {
		h.Log.LogAttrs(r.Context(), slog.LevelWarn, message, attr)
	}
}

// Fail answers a request after an error of Core: with 404 for an unknown validation, and otherwise with 503.
func (h Hooks) Fail(w http.ResponseWriter, r *http.Request, err error) {
	switch kind := rollcall.KindOf(err); kind {
	case rollcall.LinkNotFound, rollcall.ValidationNotFound, rollcall.DealerNotFound:
		Refuse(w, http.StatusNotFound, "validation not found")
	default:
		h.Warn(r, "report from a provider failed", slog.String("kind", string(kind)))
		w.Header().Set("Retry-After", "5")
		Refuse(w, http.StatusServiceUnavailable, "the request failed for now; retry it")
	}
}

// Refuse answers a request with a status and a line of text.
func Refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}
