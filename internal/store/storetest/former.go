package storetest

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func formerTests() []test {
	return []test{
		{"are stored, replaced and taken", formerTaken},
		{"are removed with their contact", formerRemoved},
		{"are refused if impossible", func(f *fixture) {
			c := f.home()
			for _, state := range []rollcall.PointState{
				{Status: rollcall.PointUnconfirmed},
				{Status: rollcall.PointOptedOut, NotInService: true},
				{Status: rollcall.PointDeclined, Confirmed: noon()},
				{Status: rollcall.PointConfirmed},
			} {
				f.refused(rollcall.Internal, func(ctx context.Context, tx service.Tx) error {
					return tx.PutFormerPoint(ctx, c, former(1, state))
				})
			}
		}},
	}
}

// former is a former phone.
func former(hash byte, state rollcall.PointState) rollcall.FormerPoint {
	return rollcall.FormerPoint{Point: rollcall.PhonePoint, Hash: rollcall.Hash{hash}, State: state}
}

func formerTaken(f *fixture) {
	c := f.home()
	other := f.contact(plainContact("d", "s", "c2"))
	confirmed := former(1, rollcall.PointState{Status: rollcall.PointConfirmed, Method: rollcall.SMS, Confirmed: noon()})
	declined := former(1, rollcall.PointState{Status: rollcall.PointDeclined, Method: rollcall.Call})
	second := former(2, rollcall.PointState{Status: rollcall.PointUndeliverable, NotInService: true})
	f.change(func(ctx context.Context, tx service.Tx) error {
		unproven := former(2, rollcall.PointState{Status: rollcall.PointUnconfirmed, NotInService: true})
		for _, point := range []rollcall.FormerPoint{confirmed, declined, unproven, second} {
			f.must(tx.PutFormerPoint(ctx, c, point))
		}
		all, err := tx.FormerPointsOf(ctx, c)
		f.must(err)
		equal(f, "former points", all, []rollcall.FormerPoint{declined, second})
		take := func(c rollcall.Contact, p rollcall.PointKind, found bool, want rollcall.FormerPoint, hashes ...rollcall.Hash) {
			f.Helper()
			got, ok, err := tx.TakeFormerPoint(ctx, c, p, hashes)
			f.must(err)
			equal(f, "found", ok, found)
			equal(f, "former point", got, want)
		}
		none := rollcall.FormerPoint{}
		take(other, rollcall.PhonePoint, false, none, rollcall.Hash{1})
		take(c, rollcall.EmailPoint, false, none, rollcall.Hash{1})
		take(c, rollcall.PhonePoint, false, none, rollcall.Hash{3})
		take(c, rollcall.PhonePoint, true, declined, rollcall.Hash{3}, rollcall.Hash{1})
		take(c, rollcall.PhonePoint, false, none, rollcall.Hash{1})
		return tx.PutFormerPoint(ctx, c, confirmed)
	})
	f.change(func(ctx context.Context, tx service.Tx) error {
		all, err := tx.FormerPointsOf(ctx, c)
		equal(f, "former points", all, []rollcall.FormerPoint{confirmed, second})
		return err
	})
}

func formerRemoved(f *fixture) {
	c := f.home()
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.PutFormerPoint(ctx, c, former(1, rollcall.PointState{Status: rollcall.PointDeclined})))
		f.must(softDelete(ctx, tx, "c"))
		all, err := tx.FormerPointsOf(ctx, c)
		equal(f, "former points of a deleted contact", len(all), 1)
		return err
	})
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.RemoveContact(ctx, c))
		all, err := tx.FormerPointsOf(ctx, c)
		equal(f, "former points of a removed contact", len(all), 0)
		return err
	})
}
