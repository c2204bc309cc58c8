package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// fullRollCall is a roll call of the dealer d with a value in every field.
func fullRollCall(id rollcall.RollCallID) rollcall.RollCall {
	return rollcall.RollCall{
		Dealer: "d", ID: id, Status: rollcall.RollCallRunning,
		Filter: rollcall.RollCallFilter{
			Sites: []rollcall.SiteID{"s"}, References: []string{"R"}, Readiness: []rollcall.ReadinessStatus{rollcall.AtRisk},
			Statuses: []rollcall.PointStatus{rollcall.PointStale}, OlderThan: 90, NotAsked: true,
		},
		Methods: []rollcall.Method{rollcall.SMS, rollcall.Email}, Text: "Hello\n🔔", PerHour: 100, Repeated: true, Created: noon(),
		Starts: noon().Add(time.Minute), Started: noon().Add(2 * time.Minute), Next: noon().Add(3 * time.Minute), Run: 2, Site: "s", Seq: 7,
	}
}

// waitingItem is an item of the roll call r that waits.
func waitingItem(contact rollcall.ContactID, seq int64) rollcall.RollCallItem {
	return rollcall.RollCallItem{
		Dealer: "d", RollCall: "r", Site: "s", ContactSeq: seq, Contact: contact, Point: rollcall.PointID("phone-" + contact), Kind: rollcall.PhonePoint,
		Status: rollcall.ItemOpen, Since: noon(), PointHash: rollcall.Hash{1}, ShareHash: rollcall.Hash{2},
	}
}

// rollCall adds the roll call r with items.
func (f *fixture) rollCall(items ...rollcall.RollCallItem) rollcall.RollCall {
	f.Helper()
	r := fullRollCall("r")
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.InsertRollCall(ctx, r))
		return tx.InsertRollCallItems(ctx, items)
	})
	return r
}

// items returns the items of the roll call r with a status, or any.
func (f *fixture) items(status rollcall.ItemStatus) []rollcall.RollCallItem {
	f.Helper()
	items, err := f.RollCallItems(f.Context(), "d", "r", service.ItemFilter{Status: status, Limit: 100})
	f.must(err)
	return items
}

func rollCallTests() []test {
	return []test{
		{"are returned as stored, the newest first", rollCallsAreStored},
		{"count their items by status, and their messages", rollCallItemsAreCounted},
		{"find the next item and the items that share its message", nextItems},
		{"find items by what they follow", itemsFollow},
		{"withdraw what waits, and retry what expired or failed", itemsAreRetried},
		{"are found by the sweep", rollCallsAreDue},
		{"find the newest validation of a contact point", latestValidations},
	}
}

func rollCallsAreStored(f *fixture) {
	f.home()
	r := f.rollCall()
	found, err := f.RollCall(f.Context(), "d", "r")
	f.must(err)
	equal(f, "the roll call", found, r)
	_, err = f.RollCall(f.Context(), "stranger", "r")
	f.kind(err, rollcall.RollCallNotFound)
	older := fullRollCall("q")
	older.Status, older.Filter, older.Repeated = rollcall.RollCallScheduled, rollcall.RollCallFilter{All: true}, false
	older.Started, older.Next = time.Time{}, time.Time{}
	r.Status, r.Finished, r.Next, r.Run, r.Site, r.Seq = rollcall.RollCallPaused, noon().Add(time.Hour), time.Time{}, 3, "t", 8
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.InsertRollCall(ctx, older))
		f.must(tx.UpdateRollCall(ctx, r))
		locked, err := tx.LockRollCall(ctx, "d", "r")
		equal(f, "the locked roll call", locked, r)
		f.must(err)
		n, err := tx.CountUnfinishedRollCalls(ctx, "d")
		equal(f, "unfinished", n, 1)
		return err
	})
	list, err := f.RollCalls(f.Context(), "d", "", 10)
	f.must(err)
	equal(f, "the list", list, []rollcall.RollCall{r, older})
	list, err = f.RollCalls(f.Context(), "d", "r", 10)
	f.must(err)
	equal(f, "the list before r", list, []rollcall.RollCall{older})
	f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error {
		r.Dealer = "none"
		return tx.InsertRollCall(ctx, r)
	})
	f.refused(rollcall.RollCallNotFound, func(ctx context.Context, tx service.Tx) error { return tx.UpdateRollCall(ctx, r) })
}

func rollCallItemsAreCounted(f *fixture) {
	f.home()
	skipped := waitingItem("b", 2)
	skipped.End(rollcall.ItemSkipped, rollcall.ItemNoMethod, noon().Add(time.Second))
	alone := waitingItem("e", 4)
	alone.ShareHash = rollcall.Hash{3}
	items := []rollcall.RollCallItem{waitingItem("c", 1), skipped, waitingItem("d", 3), alone}
	f.rollCall(items...)
	equal(f, "the items", f.items(""), items)
	equal(f, "skipped items", f.items(rollcall.ItemSkipped), items[1:2])
	page, err := f.RollCallItems(f.Context(), "d", "r", service.ItemFilter{After: items[1], Limit: 1})
	f.must(err)
	equal(f, "the next page", page, items[2:3])
	counts, err := f.CountRollCallItems(f.Context(), "d", []rollcall.RollCallID{"r", "none"})
	f.must(err)
	equal(f, "counts", counts, map[rollcall.RollCallID]rollcall.RollCallCounts{
		"r":    {Items: map[rollcall.ItemStatus]int{rollcall.ItemOpen: 3, rollcall.ItemSkipped: 1}, Messages: 2},
		"none": {Items: map[rollcall.ItemStatus]int{}},
	})
	counts, err = f.CountRollCallItems(f.Context(), "stranger", []rollcall.RollCallID{"r"})
	f.must(err)
	equal(f, "counts of a stranger", counts["r"].Items, map[rollcall.ItemStatus]int{})
	f.refused(rollcall.RollCallNotFound, func(ctx context.Context, tx service.Tx) error {
		other := waitingItem("x", 9)
		other.RollCall = "none"
		return tx.InsertRollCallItems(ctx, []rollcall.RollCallItem{other})
	})
}

func nextItems(f *fixture) {
	f.home()
	later, now := waitingItem("b", 2), waitingItem("c", 3)
	later.NotBefore = noon().Add(time.Hour)
	f.rollCall(later, now)
	next := func(want rollcall.RollCallItem, found bool) {
		f.Helper()
		f.change(func(ctx context.Context, tx service.Tx) error {
			got, ok, err := tx.NextRollCallItem(ctx, "d", "r")
			equal(f, "the next item", got, want)
			equal(f, "found", ok, found)
			return err
		})
	}
	next(now, true)
	f.change(func(ctx context.Context, tx service.Tx) error {
		sharing, err := tx.SharingItems(ctx, now)
		equal(f, "items of one message", sharing, []rollcall.RollCallItem{later, now})
		now.End(rollcall.ItemConfirmed, "", noon())
		f.must(tx.UpdateRollCallItem(ctx, now))
		return err
	})
	next(later, true)
	f.change(func(ctx context.Context, tx service.Tx) error {
		later.End(rollcall.ItemFailed, rollcall.ItemTooLong, noon())
		return tx.UpdateRollCallItem(ctx, later)
	})
	next(rollcall.RollCallItem{}, false)
}

func itemsFollow(f *fixture) {
	f.home()
	asked := waitingItem("c", 1)
	asked.Validation, asked.Asked = "v", noon().Add(time.Minute)
	f.rollCall(asked, waitingItem("b", 2))
	following, err := f.ItemsFollowing(f.Context(), "d", "v")
	f.must(err)
	equal(f, "items that follow v", following, []rollcall.RollCallItem{asked})
	names, total, err := f.RollCallSites(f.Context(), "d", "v", 3)
	f.must(err)
	equal(f, "names of sites", names, []string{"Site s"})
	equal(f, "sites", total, 1)
	f.change(func(ctx context.Context, tx service.Tx) error {
		open, err := tx.OpenItemsOf(ctx, "d", "s", "c")
		equal(f, "open items of the contact", open, []rollcall.RollCallItem{asked})
		return err
	})
	for _, c := range []struct {
		first, last service.ContactPlace
		since       time.Time
		want        map[rollcall.PointID]bool
	}{
		{service.ContactPlace{Site: "s", Seq: 1}, service.ContactPlace{Site: "s", Seq: 2}, noon(), map[rollcall.PointID]bool{"phone-c": true, "phone-b": true}},
		{service.ContactPlace{Site: "s", Seq: 2}, service.ContactPlace{Site: "t", Seq: 1}, noon(), map[rollcall.PointID]bool{"phone-b": true}},
		{service.ContactPlace{Site: "s", Seq: 1}, service.ContactPlace{Site: "s", Seq: 2}, noon().Add(time.Second), map[rollcall.PointID]bool{}},
	} {
		got, err := f.AskedPoints(f.Context(), "d", c.first, c.last, c.since)
		f.must(err)
		equal(f, "asked points", got, c.want)
	}
}

func itemsAreRetried(f *fixture) {
	f.home()
	asked, expired := waitingItem("b", 2), waitingItem("e", 3)
	asked.Validation, asked.Asked = "v", noon()
	expired.Validation, expired.Asked = "w", noon()
	expired.End(rollcall.ItemExpired, "", noon())
	waiting := waitingItem("c", 1)
	f.rollCall(waiting, asked, expired)
	at := noon().Add(time.Hour)
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.WithdrawItems(ctx, "d", "r", at))
		n, err := tx.RetryItems(ctx, "d", "r", at)
		equal(f, "retried", n, 1)
		return err
	})
	waiting.End(rollcall.ItemCanceled, rollcall.ItemWithdrawn, at)
	again := waitingItem("e", 3)
	again.Since = at
	equal(f, "the items", f.items(""), []rollcall.RollCallItem{waiting, asked, again})
}

func rollCallsAreDue(f *fixture) {
	f.home()
	r := f.rollCall(waitingItem("c", 1))
	job := []service.RollCallJob{{Dealer: "d", RollCall: "r"}}
	overdue, err := f.OverdueRollCalls(f.Context(), r.Next.Add(time.Microsecond), 10)
	f.must(err)
	equal(f, "overdue", overdue, job)
	overdue, err = f.OverdueRollCalls(f.Context(), r.Next, 10)
	f.must(err)
	equal(f, "not overdue yet", len(overdue), 0)
	ended, err := f.EndedRollCalls(f.Context(), 10)
	f.must(err)
	equal(f, "ended with an open item", len(ended), 0)
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.WithdrawItems(ctx, "d", "r", noon()) })
	ended, err = f.EndedRollCalls(f.Context(), 10)
	f.must(err)
	equal(f, "ended", ended, job)
	repeating := func(after time.Time, want ...rollcall.DealerID) {
		f.Helper()
		dealers, err := f.RepeatingDealers(f.Context(), after)
		f.must(err)
		equal(f, "dealers whose roll calls repeat", dealers, want)
	}
	repeating(noon())
	set := rollcall.DefaultSettings("d")
	set.RepeatAfterDays, set.RollCalls, set.Updated, set.Version = 90, rollcall.RollCallLimits{Hour: 5, Day: 6}, noon(), 1
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.PutSettings(ctx, set) })
	stored, err := f.Settings(f.Context(), "d")
	f.must(err)
	equal(f, "the settings", stored, set)
	repeating(noon()) // one is unfinished
	r.Finished = noon().Add(time.Hour)
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateRollCall(ctx, r) })
	repeating(noon().Add(-time.Microsecond)) // one is too young
	repeating(noon(), "d")
}

func latestValidations(f *fixture) {
	f.home()
	place := service.PointPlace{Dealer: "d", Site: "s", ContactSeq: 1, Point: "phone-c"}
	first, second := plainValidation("v1"), plainValidation("v2")
	first.Point, second.Point = place.Point, place.Point
	first.Status, first.Created, second.Created = rollcall.ValidationCanceled, noon(), noon().Add(time.Minute)
	second.RollCall = "r"
	f.validation(first)
	f.validation(second)
	for _, c := range []struct {
		since time.Time
		want  rollcall.ValidationID
	}{{noon(), "v2"}, {noon().Add(time.Minute), "v2"}, {noon().Add(2 * time.Minute), ""}} {
		f.change(func(ctx context.Context, tx service.Tx) error {
			got, found, err := tx.LatestValidation(ctx, place, c.since)
			equal(f, "the latest validation", got.ID, c.want)
			equal(f, "found", found, c.want != "")
			return err
		})
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		queued, err := tx.QueuedOfRollCall(ctx, "d", "r", 10)
		equal(f, "queued of the roll call", queued, []rollcall.ValidationID{"v2"})
		return err
	})
}
