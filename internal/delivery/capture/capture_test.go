package capture_test

import (
	"context"
	"errors"
	"testing"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/delivery/capture"
	"example.org/rollcall/internal/rollcall"
)

var _ delivery.Sender = (*capture.Sender)(nil)

func TestSendStoresAndShows(t *testing.T) {
	var kept, seen []rollcall.Message
	sender := &capture.Sender{
		Keep: func(_ context.Context, m rollcall.Message) error { kept = append(kept, m); return nil },
		Seen: func(m rollcall.Message) { seen = append(seen, m) },
	}
	m := rollcall.Message{Validation: "val_1", Method: rollcall.SMS, To: "+12025550123", Text: "Please answer."}
	if _, err := sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if len(kept) != 1 || kept[0] != m || len(seen) != 1 || seen[0] != m {
		t.Errorf("kept %v, seen %v; want the message once each", kept, seen)
	}
}

func TestSendFailsForNowIfTheMessageIsNotStored(t *testing.T) {
	sender := &capture.Sender{
		Keep: func(context.Context, rollcall.Message) error {
			return &rollcall.Error{Kind: rollcall.Unavailable, Message: "full", Cause: errors.New("disk")}
		},
		Seen: func(rollcall.Message) { t.Error("a message that was not kept was shown") },
	}
	_, err := sender.Send(t.Context(), rollcall.Message{})
	var u *rollcall.DeliveryError
	if !errors.As(err, &u) || u.Outcome != rollcall.OutcomeRetry {
		t.Errorf("Send = %v, want a DeliveryError with OutcomeRetry", err)
	}
}
