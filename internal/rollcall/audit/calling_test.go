package audit

import (
	"reflect"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
)

func TestChangesRebuildWhenAContactIsCalled(t *testing.T) {
	at := time.Date(2027, 3, 15, 15, 0, 0, 123456000, time.UTC)
	want := rollcall.Contact{ExternalID: "1784", Calling: rollcall.Calling{
		Dispatch: rollcall.DispatchNever,
		Availability: []rollcall.Hours{
			{Days: 1<<time.Sunday | 1<<time.Monday, From: 8 * 60, To: 17*60 + 30}, {Days: 1 << time.Saturday, From: 22 * 60, To: 0},
		},
		Absences:  []rollcall.Absence{{From: at, To: at.Add(time.Hour), Note: `"away" \ ü`}, {From: at.Add(time.Hour), To: at.AddDate(1, 0, 0)}},
		Effective: at, Expires: at.AddDate(2, 0, 0),
	}}
	got := rollcall.Contact{ExternalID: "1784"}
	ApplyChanges(&got, ContactChanges(&rollcall.Contact{}, &want))
	if !reflect.DeepEqual(got.Calling, want.Calling) {
		t.Errorf("rebuilt %+v, want %+v", got.Calling, want.Calling)
	}
	ApplyChanges(&got, ContactChanges(&want, &rollcall.Contact{}))
	if !reflect.DeepEqual(got.Calling, rollcall.Calling{}) {
		t.Errorf("cleared %+v, want the zero value", got.Calling)
	}
}

func TestChangesRebuildPoints(t *testing.T) {
	at := time.Date(2027, 3, 15, 15, 0, 0, 0, time.UTC)
	want := rollcall.Contact{Points: []rollcall.Point{
		{ID: "p1", Kind: "phone", Value: "+1 202 555 0147 x12", E164: "+12025550147", Extension: "12", Label: "work",
			State: rollcall.PointState{Status: rollcall.PointUndeliverable, Method: rollcall.Call, NotInService: true}},
		{ID: "p2", Kind: "email", Value: "ann@example.org", State: rollcall.PointState{Status: rollcall.PointConfirmed, Method: rollcall.Email, Confirmed: at}},
	}}
	var got rollcall.Contact
	ApplyChanges(&got, ContactChanges(&rollcall.Contact{}, &want))
	if !reflect.DeepEqual(got.Points, want.Points) {
		t.Errorf("rebuilt %+v, want %+v", got.Points, want.Points)
	}
	ApplyChanges(&got, ContactChanges(&want, &rollcall.Contact{}))
	if len(got.Points) > 0 {
		t.Errorf("cleared %+v, want no points", got.Points)
	}
}

func TestTheChainTellsTheOrderOfACallList(t *testing.T) {
	var order Order
	see := func(action string, id rollcall.ContactID, changed []Change) {
		l := Line{Action: action, Contact: id}
		if changed != nil {
			l.Values = EncodeChanges(changed)
		}
		if err := order.See(&l); err != nil {
			t.Fatal(err)
		}
	}
	want := func(ids ...rollcall.ContactID) {
		t.Helper()
		if !reflect.DeepEqual(order, Order(ids)) {
			t.Errorf("order %v, want %v", order, ids)
		}
	}
	for _, id := range []rollcall.ContactID{"a", "b", "c", "d"} {
		see(ContactCreated, id, nil)
	}
	want("a", "b", "c", "d")
	see(CallListReordered, "", OrderChanges(order, []rollcall.ContactID{"a", "d", "b", "c"}))
	want("a", "d", "b", "c")
	see("contact.updated", "d", nil)
	see(ContactDeleted, "d", nil)
	want("a", "b", "c")
	see(ContactRestored, "d", nil)
	want("a", "b", "c", "d")
	see(ContactErased, "a", nil)
	see(ContactErasureBegun, "b", nil)
	want("b", "c", "d")
	if changed := OrderChanges(order, order); changed != nil {
		t.Errorf("changes of the same order: %v, want none", changed)
	}
}
