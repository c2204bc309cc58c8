package delivery_test

import (
	"context"
	"errors"
	"testing"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// ending is a provider that ends every attempt with err.
type ending struct{ err error }

func (ending) Name() string    { return "ending" }
func (ending) AnyNumber() bool { return true }
func (e ending) Send(context.Context, rollcall.Message) (string, error) {
	return "", e.err
}

func TestObserve(t *testing.T) {
	later := &rollcall.DeliveryError{Outcome: rollcall.OutcomeRetry, Code: "busy"}
	for _, tt := range []struct {
		name, method string
		err          error
		want         string
	}{
		{"taken", "sms", nil, "ending sent"},
		{"for now", "sms", later, "ending later"},
		{"for good", "sms", &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable}, "ending never"},
		{"this message", "sms", &rollcall.DeliveryError{Outcome: rollcall.OutcomeRejected}, "ending rejected"},
		{"the settings", "sms", &rollcall.DeliveryError{Outcome: rollcall.OutcomeMisconfigured}, "ending refused"},
		{"unknown", "sms", errors.New("cut off"), "ending unknown"},
		{"no provider", "email", nil, "none refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			outbox := delivery.NewOutbox(nil, map[rollcall.Method]delivery.Sender{rollcall.SMS: ending{tt.err}})
			d := delivery.Observe(outbox, func(provider, outcome string) { got = append(got, provider+" "+outcome) })
			_, err := d.Send(t.Context(), rollcall.Message{Method: rollcall.Method(tt.method)})
			if tt.err != nil && !errors.Is(err, tt.err) {
				t.Errorf("Send() = %v, want the error of the next delivery", err)
			}
			if len(got) != 1 || got[0] != tt.want {
				t.Errorf("told of %q, want %q", got, tt.want)
			}
		})
	}
}
