package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// event returns an event with every field set.
func event(id rollcall.ValidationID, what rollcall.EventKind) rollcall.ValidationEvent {
	e := rollcall.ValidationEvent{
		Dealer: "d", Validation: id, At: noon(), What: what, Actor: "key_1", Code: "code", Reason: "Zoë 🔔\nsays", Note: "%s", From: "c2",
	}
	if what == rollcall.EventConfirmed || what == rollcall.EventDeclined {
		e.Way = rollcall.ByAttestation
	}
	return e
}

func timelineTests() []test {
	return []test{
		{"are returned as stored, in order", eventsComeBack},
		{"are refused if impossible", func(f *fixture) {
			f.home()
			f.validation(plainValidation("v"))
			f.refused(rollcall.ValidationNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.InsertEvent(ctx, event("none", rollcall.EventSent))
			})
			for _, e := range []rollcall.ValidationEvent{
				{What: "unheard of"}, {What: rollcall.EventSent, Way: rollcall.ByLink}, {What: rollcall.EventConfirmed},
			} {
				e.Dealer, e.Validation, e.At = "d", "v", noon()
				f.refused(rollcall.Internal, func(ctx context.Context, tx service.Tx) error { return tx.InsertEvent(ctx, e) })
			}
			got, err := f.Timeline(f.Context(), "d", "v")
			f.must(err)
			equal(f, "events", len(got), 0)
		}},
		{"are removed with their contact, and belong to no other", eventsGo},
	}
}

func eventsComeBack(f *fixture) {
	f.home()
	f.validation(plainValidation("v"))
	kinds := []rollcall.EventKind{
		rollcall.EventQueued, rollcall.EventAttemptFailed, rollcall.EventSent, rollcall.EventDelivered, rollcall.EventConfirmed, rollcall.EventReplyNotUnderstood,
		rollcall.EventDeclined, rollcall.EventExpired, rollcall.EventCanceled, rollcall.EventFailed,
	}
	var want []rollcall.ValidationEvent
	for i, kind := range kinds {
		e := event("v", kind)
		e.At = noon().Add(time.Duration(-i) * time.Minute) // clocks may go back
		f.change(func(ctx context.Context, tx service.Tx) error { return tx.InsertEvent(ctx, e) })
		e.Seq = i + 1
		want = append(want, e)
	}
	got, err := f.Timeline(f.Context(), "d", "v")
	f.must(err)
	equal(f, "timeline", got, want)
	f.change(func(ctx context.Context, tx service.Tx) error {
		got, err := tx.TimelinesOf(ctx, f.c())
		equal(f, "events of the contact", got, want)
		return err
	})
}

func eventsGo(f *fixture) {
	c := f.home()
	f.validation(plainValidation("v"))
	f.validation(validationOf(f.contact(plainContact("d", "s", "c2")), "v2"))
	for _, id := range []rollcall.ValidationID{"v", "v2"} {
		f.change(func(ctx context.Context, tx service.Tx) error {
			return tx.InsertEvent(ctx, event(id, rollcall.EventQueued))
		})
	}
	stranger, err := f.Timeline(f.Context(), "stranger", "v")
	f.must(err)
	equal(f, "of another dealer", len(stranger), 0)
	f.softDelete("c", noon())
	f.change(func(ctx context.Context, tx service.Tx) error {
		theirs := c
		theirs.Dealer = "stranger"
		found, err := tx.TimelinesOf(ctx, theirs)
		f.must(err)
		equal(f, "of another dealer's contact", len(found), 0)
		found, err = tx.TimelinesOf(ctx, c)
		f.must(err)
		equal(f, "of a deleted contact", len(found), 1)
		return tx.RemoveContact(ctx, c)
	})
	for id, want := range map[rollcall.ValidationID]int{"v": 0, "v2": 1} {
		got, err := f.Timeline(f.Context(), "d", id)
		f.must(err)
		equal(f, "events of "+string(id), len(got), want)
	}
}
