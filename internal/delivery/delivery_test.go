package delivery_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// recorder is a provider that notes what it was given.
type recorder struct {
	name string
	got  []rollcall.Message
	err  error
}

func (r *recorder) Name() string    { return r.name }
func (r *recorder) AnyNumber() bool { return r.name == "test" }
func (r *recorder) Send(_ context.Context, m rollcall.Message) (string, error) {
	r.got = append(r.got, m)
	return "", r.err
}

func TestOutboxChoosesTheProvider(t *testing.T) {
	for _, tt := range []struct {
		name      string
		method    rollcall.Method
		dealer    rollcall.DealerID
		provider  string // empty: none can carry it
		anyNumber bool
	}{
		{"live by its method", rollcall.SMS, "d", "live", false},
		{"no provider for the method", rollcall.Email, "d", "", false},
		{"a sandbox never reaches the live provider", rollcall.SMS, "sandbox_d", "test", true},
		{"a sandbox needs no live provider", rollcall.Email, "sandbox_d", "test", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			live, test := &recorder{name: "live"}, &recorder{name: "test"}
			outbox := delivery.NewOutbox(test, map[rollcall.Method]delivery.Sender{rollcall.SMS: live})
			route, ok := outbox.Route(tt.dealer, tt.method)
			if want := (rollcall.Route{Provider: tt.provider, AnyNumber: tt.anyNumber}); route != want || ok != (tt.provider != "") {
				t.Errorf("Route = %+v, %v; want %+v", route, ok, want)
			}
			receipt, err := outbox.Send(t.Context(), rollcall.Message{Dealer: tt.dealer, Method: tt.method})
			var u *rollcall.DeliveryError
			if tt.provider == "" {
				if !errors.As(err, &u) || u.Outcome != rollcall.OutcomeMisconfigured {
					t.Errorf("Send without a provider = %v, want a DeliveryError with OutcomeMisconfigured", err)
				}
			} else if err != nil || receipt.Provider != tt.provider {
				t.Errorf("Send = %+v, %v; want the receipt of %s", receipt, err, tt.provider)
			}
			sent := map[string]int{"live": len(live.got), "test": len(test.got)}
			for provider, n := range sent {
				if want := provider == tt.provider; (n == 1) != want {
					t.Errorf("%s got %d messages, want one only for the provider of the method", provider, n)
				}
			}
		})
	}
}

func TestOutboxHandsOnRefusals(t *testing.T) {
	refused := &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: "unknown_number", Reason: "nobody has this number"}
	outbox := delivery.NewOutbox(&recorder{name: "test", err: refused}, nil)
	if _, err := outbox.Send(t.Context(), rollcall.Message{Dealer: "sandbox_d"}); !errors.Is(err, refused) {
		t.Errorf("Send = %v, want the provider's own error", err)
	}
}

func TestBackoffGrowsWithinBounds(t *testing.T) {
	for _, tt := range []struct {
		attempts int
		mean     time.Duration
	}{
		{0, 2 * time.Second},
		{1, 2 * time.Second},
		{2, 4 * time.Second},
		{5, 32 * time.Second},
		{10, 1024 * time.Second},
		{11, 30 * time.Minute},
		{1000, 30 * time.Minute},
	} {
		for range 100 {
			if got := delivery.Backoff(tt.attempts); got < tt.mean*3/4 || got > tt.mean*5/4 {
				t.Fatalf("Backoff(%d) = %v, want within a quarter of %v", tt.attempts, got, tt.mean)
			}
		}
	}
	if got := delivery.Backoff(1); got > 5*time.Second {
		t.Errorf("the first retry comes after %v, want within 5 s", got)
	}
}
