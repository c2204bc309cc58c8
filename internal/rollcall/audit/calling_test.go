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
