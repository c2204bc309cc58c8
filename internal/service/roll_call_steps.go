package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// RollCallStep is something that a caller does to a roll call.
type RollCallStep string

// The steps. One that does not apply to the status of the roll call changes nothing.
const (
	RollCallPause  RollCallStep = "pause"  // sends nothing more, within a second
	RollCallResume RollCallStep = "resume" // continues
	RollCallCancel RollCallStep = "cancel" // cancels what was not sent, for good
	RollCallRetry  RollCallStep = "retry"  // asks the contact points again whose validation expired or failed
)

// StepRollCall takes a step, and returns the roll call after it: RollCallNotFound.
func (s *Service) StepRollCall(ctx context.Context, caller Caller, id rollcall.RollCallID, step RollCallStep) (RollCallReport, error) {
	var report RollCallReport
	err := s.change(ctx, caller, func(ch *change) error {
		r, err := ch.tx.LockRollCall(ch.ctx, caller.Dealer, id)
		if err != nil {
			return err
		}
		counts, err := ch.tx.CountRollCallItems(ch.ctx, r.Dealer, []rollcall.RollCallID{r.ID})
		if err != nil {
			return err
		}
		count := counts[r.ID]
		if err := ch.step(&r, r.StatusWith(count.Items[rollcall.ItemOpen]), step); err != nil {
			return err
		}
		if err := ch.settleItems(); err != nil { // as a response shows them
			return err
		}
		reports, err := ch.reportsOf(ch.ctx, ch.tx, r.Dealer, []rollcall.RollCall{r})
		if err != nil {
			return err
		}
		report = reports[0]
		return ch.respond(report)
	})
	return report, err
}

// step takes a step from a status.
func (ch *change) step(r *rollcall.RollCall, from rollcall.RollCallStatus, step RollCallStep) error {
	unsent := from == rollcall.RollCallScheduled || from == rollcall.RollCallRunning
	switch {
	case step == RollCallPause && unsent:
		r.Status = rollcall.RollCallPaused
		return ch.storeStep("roll_call.paused", r)
	case step == RollCallResume && from == rollcall.RollCallPaused:
		return ch.restart("roll_call.resumed", r)
	case step == RollCallCancel && (unsent || from == rollcall.RollCallPaused):
		return ch.cancelRollCall(r)
	case step == RollCallRetry && !r.Started.IsZero() && from != rollcall.RollCallCanceled:
		n, err := ch.tx.RetryItems(ch.ctx, r.Dealer, r.ID, ch.now())
		if err != nil || n == 0 {
			return err
		}
		r.Finished = time.Time{}
		if from == rollcall.RollCallPaused {
			return ch.storeStep("roll_call.retried", r)
		}
		return ch.restart("roll_call.retried", r)
	}
	return nil
}

func (ch *change) storeStep(action string, r *rollcall.RollCall) error {
	if err := ch.tx.UpdateRollCall(ch.ctx, *r); err != nil {
		return err
	}
	return ch.recordRollCall(action, r)
}

// restart makes a new job continue a roll call.
func (ch *change) restart(action string, r *rollcall.RollCall) error {
	r.Status = rollcall.RollCallRunning
	if r.Started.IsZero() {
		r.Status = rollcall.RollCallScheduled
	}
	if err := ch.wakeRollCall(r); err != nil {
		return err
	}
	return ch.recordRollCall(action, r)
}

// wakeRollCall gives a roll call, which is locked, a new job.
func (ch *change) wakeRollCall(r *rollcall.RollCall) error {
	r.Run++
	r.Next = ch.now()
	if r.Status == rollcall.RollCallScheduled && r.Starts.After(r.Next) {
		r.Next = r.Starts
	}
	if err := ch.tx.UpdateRollCall(ch.ctx, *r); err != nil {
		return err
	}
	return ch.tx.EnqueueRollCall(ch.ctx, RollCallJob{Dealer: r.Dealer, RollCall: r.ID, Run: r.Run, NotBefore: r.Next})
}

// cancelRollCall cancels the items whose message was not sent.
func (ch *change) cancelRollCall(r *rollcall.RollCall) error {
	if err := ch.tx.WithdrawItems(ch.ctx, r.Dealer, r.ID, ch.now()); err != nil {
		return err
	}
	for {
		queued, err := ch.tx.QueuedOfRollCall(ch.ctx, r.Dealer, r.ID, queuedAtOnce)
		if err != nil {
			return err
		}
		for _, id := range queued {
			if err := ch.cancelQueued(r.Dealer, id, canceledRollCall); err != nil {
				return err
			}
		}
		if len(queued) < queuedAtOnce {
			break
		}
	}
	r.Status, r.Next = rollcall.RollCallCanceled, time.Time{}
	return ch.storeStep("roll_call.canceled", r)
}
