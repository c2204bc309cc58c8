package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const (
	jobLost     = 3 * time.Minute // after which a roll call whose job should have run gets a new one
	repeatEvery = day             // between two roll calls that the setting starts
)

// rescueRollCalls gives roll calls whose job was lost, for example with a restored database, a new one.
func (s *Service) rescueRollCalls(ctx context.Context) (more bool, err error) {
	before := s.now().Add(-jobLost)
	return s.forEachRollCall(ctx, func() ([]RollCallJob, error) { return s.store.OverdueRollCalls(ctx, before, sweepBatch) },
		func(ch *change, r *rollcall.RollCall) error {
			if r.Next.IsZero() || !r.Next.Before(before) || r.Status != rollcall.RollCallScheduled && r.Status != rollcall.RollCallRunning {
				return nil
			}
			return ch.wakeRollCall(r)
		})
}

// finishRollCalls notes which roll calls have no open item any more.
func (s *Service) finishRollCalls(ctx context.Context) (more bool, err error) {
	return s.forEachRollCall(ctx, func() ([]RollCallJob, error) { return s.store.EndedRollCalls(ctx, sweepBatch) },
		func(ch *change, r *rollcall.RollCall) error {
			counts, err := ch.tx.CountRollCallItems(ch.ctx, r.Dealer, []rollcall.RollCallID{r.ID})
			if err != nil || counts[r.ID].Items[rollcall.ItemOpen] > 0 || !r.Finished.IsZero() || r.Status == rollcall.RollCallCanceled {
				return err
			}
			r.Finished, r.Next = ch.now(), time.Time{}
			return ch.storeStep("roll_call.finished", r)
		})
}

// forEachRollCall calls handle with each roll call that find returns, locked, in a transaction of its own.
func (s *Service) forEachRollCall(ctx context.Context, find func() ([]RollCallJob, error), handle func(ch *change, r *rollcall.RollCall) error) (more bool, err error) {
	found, err := find()
	if err != nil {
		return false, err
	}
	for _, job := range found {
		err := s.serverUpdate(ctx, func(ch *change) error {
			r, err := ch.tx.LockRollCall(ch.ctx, job.Dealer, job.RollCall)
			if err != nil {
				return err
			}
			return handle(ch.as(server(job.Dealer)), &r)
		})
		if err != nil && rollcall.KindOf(err) != rollcall.RollCallNotFound {
			return false, err
		}
	}
	return len(found) == sweepBatch, nil
}

// repeatRollCalls starts a roll call, once a day, for each dealer whose settings say so.
func (s *Service) repeatRollCalls(ctx context.Context) (more bool, err error) {
	dealers, err := s.store.RepeatingDealers(ctx, s.now().Add(-repeatEvery))
	if err != nil {
		return false, err
	}
	for _, dealer := range dealers {
		if err := s.repeatRollCall(ctx, dealer); err != nil {
			return false, err
		}
	}
	return false, nil
}

// repeatRollCall starts a roll call of the contact points that were neither confirmed nor asked for as many days as the settings
// say.
func (s *Service) repeatRollCall(ctx context.Context, dealer rollcall.DealerID) error {
	set, err := s.store.Settings(ctx, dealer)
	if err != nil || set.RepeatAfterDays == 0 {
		return err
	}
	r := rollcall.RollCall{
		Dealer: dealer, ID: rollcall.NewRollCallID(), Status: rollcall.RollCallScheduled, Repeated: true, Created: s.now(), Starts: s.now(), Run: 1,
		Methods: []rollcall.Method{rollcall.SMS, rollcall.Email}, PerHour: min(rollcall.RollCallPace, set.RollCalls.Pace()),
		Filter: rollcall.RollCallFilter{OlderThan: set.RepeatAfterDays, NotAsked: true},
	}
	if s.canSend(&r) != nil { // the server has no provider
		return nil
	}
	if any, err := s.hasTargets(ctx, r); err != nil || !any {
		return err
	}
	err = s.serverUpdate(ctx, func(ch *change) error {
		_, err := ch.as(server(dealer)).addRollCall(r)
		return err
	})
	if rollcall.KindOf(err) == rollcall.QuotaReached { // when one is finished
		return nil
	}
	return err
}

// hasTargets reports whether a roll call would ask anybody now.
func (s *Service) hasTargets(ctx context.Context, r rollcall.RollCall) (bool, error) {
	for last := false; !last; {
		items, end, err := s.targets(ctx, &r, nil, nil)
		if err != nil {
			return false, err
		}
		for i := range items {
			if items[i].Waits() {
				return true, nil
			}
		}
		last = end
	}
	return false, nil
}
