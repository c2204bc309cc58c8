package storetest

import (
	"context"
	"fmt"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func fullRecord() service.IdempotencyRecord {
	return service.IdempotencyRecord{
		Dealer: "d", Operation: "createContact", Key: "a key ~!", Fingerprint: rollcall.Hash{1, 0, 255},
		Response: service.Response{Status: 201, ETag: "1-2-3", Location: "/ext/v1/sites/s", Body: []byte("{\"name\":\"Zoë \U0001F514\"}\n")},
		Site:     "s", Contact: "c", Validation: "v", Suppression: "sup", Value: rollcall.Hash{7}, At: noon(),
	}
}

// putRecord stores a record.
func (f *fixture) putRecord(a service.IdempotencyRecord) {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.PutIdempotencyRecord(ctx, a) })
}

// record returns the record of a request, and asserts whether there is one.
func (f *fixture) record(dealer rollcall.DealerID, operation, key string, found bool) service.IdempotencyRecord {
	f.Helper()
	var stored service.IdempotencyRecord
	f.change(func(ctx context.Context, tx service.Tx) error {
		a, ok, err := tx.LockIdempotencyRecord(ctx, dealer, operation, key)
		equal(f, "found "+operation+" "+key, ok, found)
		stored = a
		return err
	})
	return stored
}

func idempotencyTests() []test {
	return []test{
		{"are returned as stored", func(f *fixture) {
			f.dealer("d")
			want := fullRecord()
			f.record("d", want.Operation, want.Key, false)
			f.putRecord(want)
			equal(f, "record", f.record("d", want.Operation, want.Key, true), want)
			empty := service.IdempotencyRecord{Dealer: "d", Operation: "deleteContact", Key: want.Key, At: noon()}
			empty.Response.Status = 204
			f.putRecord(empty)
			equal(f, "empty record", f.record("d", "deleteContact", want.Key, true), empty)
			equal(f, "record", f.record("d", want.Operation, want.Key, true), want)
			f.record("d", want.Operation, "A KEY ~!", false)
		}},
		{"replace an older one", func(f *fixture) {
			f.dealer("d")
			a := fullRecord()
			f.putRecord(a)
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.EraseIdempotencyRecords(ctx, "d", "s", "c") })
			a.Fingerprint, a.Response, a.At = rollcall.Hash{2}, service.Response{Status: 200}, noon().Add(24*time.Hour)
			a.Site, a.Contact, a.Validation, a.Suppression, a.Value = "", "", "", "", rollcall.Hash{}
			f.putRecord(a)
			equal(f, "record", f.record("d", a.Operation, a.Key, true), a)
		}},
		{"are not stored by a change that fails", func(f *fixture) {
			f.dealer("d")
			f.refused(rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
				f.must(tx.PutIdempotencyRecord(ctx, fullRecord()))
				_, _, err := tx.LockSite(ctx, "d", siteRef("none"))
				return err
			})
			f.record("d", fullRecord().Operation, fullRecord().Key, false)
		}},
		{"need a dealer", func(f *fixture) {
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error { return tx.PutIdempotencyRecord(ctx, fullRecord()) })
		}},
		{"hold no response once they are erased", recordsErased},
		{"hold no response once their suppressed value is erased", recordsErasedByValue},
		{"are deleted after their time", recordsDeleted},
		{"are stored once by concurrent requests", recordsAtOnce},
	}
}

func recordsErased(f *fixture) {
	f.dealer("d")
	f.dealer("d2")
	var stored []service.IdempotencyRecord
	for _, whose := range []struct {
		dealer  rollcall.DealerID
		site    rollcall.SiteID
		contact rollcall.ContactID
	}{{"d", "s", "c"}, {"d", "s", "c"}, {"d", "s", "c2"}, {"d", "s2", "c"}, {"d2", "s", "c"}, {"d", "s", ""}} {
		a := fullRecord()
		a.Dealer, a.Site, a.Contact, a.Key = whose.dealer, whose.site, whose.contact, fmt.Sprint("key", len(stored))
		f.putRecord(a)
		stored = append(stored, a)
	}
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.EraseIdempotencyRecords(ctx, "d", "s", "c") })
	for n, a := range stored {
		got := f.record(a.Dealer, a.Operation, a.Key, true)
		if n < 2 {
			equal(f, "body", got.Response.Body, nil)
			equal(f, "erased", got.Erased, true)
			equal(f, "fingerprint", got.Fingerprint, a.Fingerprint)
			continue
		}
		equal(f, "record", got, a)
	}
}

func recordsErasedByValue(f *fixture) {
	f.dealer("d")
	f.dealer("d2")
	var stored []service.IdempotencyRecord
	for _, whose := range []struct {
		dealer rollcall.DealerID
		value  rollcall.Hash
	}{{"d", rollcall.Hash{1}}, {"d", rollcall.Hash{2}}, {"d", rollcall.Hash{3}}, {"d", rollcall.Hash{}}, {"d2", rollcall.Hash{1}}} {
		a := fullRecord()
		a.Dealer, a.Value, a.Key = whose.dealer, whose.value, fmt.Sprint("key", len(stored))
		f.putRecord(a)
		stored = append(stored, a)
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.EraseIdempotencyRecordsWith(ctx, "d", nil))
		return tx.EraseIdempotencyRecordsWith(ctx, "d", []rollcall.Hash{{1}, {2}, {9}})
	})
	for n, a := range stored {
		if n < 2 {
			a.Response.Body, a.Response.ETag, a.Erased = nil, "", true
		}
		equal(f, "record", f.record(a.Dealer, a.Operation, a.Key, true), a)
	}
}

func recordsDeleted(f *fixture) {
	f.dealer("d")
	f.dealer("d2")
	for n := range 5 {
		a := fullRecord()
		a.Key, a.At = fmt.Sprint("key", n), noon().Add(time.Duration(n)*time.Second)
		f.putRecord(a)
	}
	other := fullRecord()
	other.Dealer, other.At = "d2", noon().Add(4*time.Second)
	f.putRecord(other)
	deleted := func(before time.Time, limit, want int) {
		f.Helper()
		f.change(func(ctx context.Context, tx service.Tx) error {
			n, err := tx.DeleteIdempotencyRecords(ctx, before, limit)
			equal(f, "deleted", n, want)
			return err
		})
	}
	deleted(noon(), 10, 0)
	deleted(noon().Add(4*time.Second), 3, 3)
	f.record("d", other.Operation, "key2", false)
	f.record("d", other.Operation, "key3", true)
	deleted(noon().Add(4*time.Second), 3, 1)
	deleted(noon().Add(4*time.Second), 3, 0)
	f.record("d", other.Operation, "key4", true)
	f.record("d2", other.Operation, other.Key, true)
	deleted(noon().Add(5*time.Second), 3, 2)
	f.record("d2", other.Operation, other.Key, false)
}

// recordsAtOnce has each writer look for the record, and store one if there is none.
func recordsAtOnce(f *fixture) {
	f.dealer("d")
	stored := make([]bool, writers)
	together(f, func(n int) error {
		err := f.Update(f.Context(), func(ctx context.Context, tx service.Tx) error {
			a := fullRecord()
			_, found, err := tx.LockIdempotencyRecord(ctx, "d", a.Operation, a.Key)
			if err != nil || found {
				return err
			}
			a.Response.Body = fmt.Append(nil, n)
			stored[n] = true
			return tx.PutIdempotencyRecord(ctx, a)
		})
		if rollcall.KindOf(err) == rollcall.IdempotencyInProgress {
			return nil
		}
		return err
	})
	got := f.record("d", fullRecord().Operation, fullRecord().Key, true)
	for n, did := range stored {
		equal(f, fmt.Sprint("stored by ", n), did, string(got.Response.Body) == fmt.Sprint(n))
	}
}
