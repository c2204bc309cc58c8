package delivery_test

import (
	"context"
	"testing"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// answered is a core that counts what hooks record.
type answered struct {
	delivery.Core
	n int
}

func (a *answered) RecordReport(context.Context, rollcall.DealerID, rollcall.ValidationID, rollcall.DeliveryReport) error {
	a.n++
	return nil
}

func (a *answered) AnswerCall(context.Context, rollcall.DealerID, rollcall.ValidationID, string) (rollcall.CallReply, error) {
	a.n++
	return rollcall.CallReply{}, nil
}

// TestHooksLeaveSandboxesAlone checks that a provider's report or key concerns live validations only.
func TestHooksLeaveSandboxesAlone(t *testing.T) {
	core := &answered{}
	live := delivery.Live(core)
	for dealer, want := range map[rollcall.DealerID]int{"sandbox_d": 0, "d": 2} {
		core.n = 0
		err := live.RecordReport(t.Context(), dealer, "v", rollcall.DeliveryReport{})
		_, callErr := live.AnswerCall(t.Context(), dealer, "v", "1")
		for _, err := range []error{err, callErr} {
			if found := err == nil; found != (want > 0) || !found && rollcall.KindOf(err) != rollcall.ValidationNotFound {
				t.Errorf("a hook of %s = %v, want %s of a sandbox only", dealer, err, rollcall.ValidationNotFound)
			}
		}
		if core.n != want {
			t.Errorf("%d records for %s, want %d", core.n, dealer, want)
		}
	}
}
