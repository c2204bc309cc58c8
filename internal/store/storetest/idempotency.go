package storetest

import (
	"context"
	"fmt"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func fullAnswer() service.IdempotencyRecord {
	return service.IdempotencyRecord{
		Dealer: "d", Operation: "createContact", Key: "a key ~!", Fingerprint: rollcall.Hash{1, 0, 255},
		Response: service.Response{Status: 201, ETag: "1-2-3", Location: "/ext/v1/sites/s", Body: []byte("{\"name\":\"Zoë \U0001F514\"}\n")},
		Site:     "s", Contact: "c", Validation: "v", Suppression: "sup", Value: rollcall.Hash{7}, At: noon(),
	}
}

// putIdempotencyRecord keeps an answer.
func (f *fixture) putIdempotencyRecord(a service.IdempotencyRecord) {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.PutIdempotencyRecord(ctx, a) })
}

// answer returns what is kept of a request; found says whether anything should be.
func (f *fixture) answer(dealer rollcall.DealerID, operation, key string, found bool) service.IdempotencyRecord {
	f.Helper()
	var kept service.IdempotencyRecord
	f.change(func(ctx context.Context, tx service.Tx) error {
		a, ok, err := tx.LockIdempotencyRecord(ctx, dealer, operation, key)
		equal(f, "kept "+operation+" "+key, ok, found)
		kept = a
		return err
	})
	return kept
}

func answerTests() []test {
	return []test{
		{"come back as they were kept", func(f *fixture) {
			f.dealer("d")
			want := fullAnswer()
			f.answer("d", want.Operation, want.Key, false)
			f.putIdempotencyRecord(want)
			equal(f, "answer", f.answer("d", want.Operation, want.Key, true), want)
			empty := service.IdempotencyRecord{Dealer: "d", Operation: "deleteContact", Key: want.Key, At: noon()}
			empty.Response.Status = 204
			f.putIdempotencyRecord(empty)
			equal(f, "empty answer", f.answer("d", "deleteContact", want.Key, true), empty)
			equal(f, "answer", f.answer("d", want.Operation, want.Key, true), want)
			f.answer("d", want.Operation, "A KEY ~!", false)
		}},
		{"take the place of an older one", func(f *fixture) {
			f.dealer("d")
			a := fullAnswer()
			f.putIdempotencyRecord(a)
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.EraseIdempotencyRecords(ctx, "d", "s", "c") })
			a.Fingerprint, a.Response, a.At = rollcall.Hash{2}, service.Response{Status: 200}, noon().Add(24*time.Hour)
			a.Site, a.Contact, a.Validation, a.Suppression, a.Value = "", "", "", "", rollcall.Hash{}
			f.putIdempotencyRecord(a)
			equal(f, "answer", f.answer("d", a.Operation, a.Key, true), a)
		}},
		{"are not kept by a change that fails", func(f *fixture) {
			f.dealer("d")
			f.refused(rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
				f.must(tx.PutIdempotencyRecord(ctx, fullAnswer()))
				_, _, err := tx.LockSite(ctx, "d", siteRef("none"))
				return err
			})
			f.answer("d", fullAnswer().Operation, fullAnswer().Key, false)
		}},
		{"need a dealer", func(f *fixture) {
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error { return tx.PutIdempotencyRecord(ctx, fullAnswer()) })
		}},
		{"say nothing once they are erased", eraseIdempotencyRecords},
		{"say nothing once the suppressed value in them is erased", eraseAnswersWithValue},
		{"are deleted when their time is up", deleteIdempotencyRecords},
		{"are kept once where many ask at once", answersAtOnce},
	}
}

func eraseIdempotencyRecords(f *fixture) {
	f.dealer("d")
	f.dealer("d2")
	var kept []service.IdempotencyRecord
	for _, whose := range []struct {
		dealer  rollcall.DealerID
		site    rollcall.SiteID
		contact rollcall.ContactID
	}{{"d", "s", "c"}, {"d", "s", "c"}, {"d", "s", "c2"}, {"d", "s2", "c"}, {"d2", "s", "c"}, {"d", "s", ""}} {
		a := fullAnswer()
		a.Dealer, a.Site, a.Contact, a.Key = whose.dealer, whose.site, whose.contact, fmt.Sprint("key", len(kept))
		f.putIdempotencyRecord(a)
		kept = append(kept, a)
	}
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.EraseIdempotencyRecords(ctx, "d", "s", "c") })
	for n, a := range kept {
		got := f.answer(a.Dealer, a.Operation, a.Key, true)
		if n < 2 {
			equal(f, "body", got.Response.Body, nil)
			equal(f, "erased", got.Erased, true)
			equal(f, "fingerprint", got.Fingerprint, a.Fingerprint)
			continue
		}
		equal(f, "answer", got, a)
	}
}

func eraseAnswersWithValue(f *fixture) {
	f.dealer("d")
	f.dealer("d2")
	var kept []service.IdempotencyRecord
	for _, whose := range []struct {
		dealer rollcall.DealerID
		value  rollcall.Hash
	}{{"d", rollcall.Hash{1}}, {"d", rollcall.Hash{2}}, {"d", rollcall.Hash{3}}, {"d", rollcall.Hash{}}, {"d2", rollcall.Hash{1}}} {
		a := fullAnswer()
		a.Dealer, a.Value, a.Key = whose.dealer, whose.value, fmt.Sprint("key", len(kept))
		f.putIdempotencyRecord(a)
		kept = append(kept, a)
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.EraseIdempotencyRecordsWith(ctx, "d", nil))
		return tx.EraseIdempotencyRecordsWith(ctx, "d", []rollcall.Hash{{1}, {2}, {9}})
	})
	for n, a := range kept {
		if n < 2 {
			a.Response.Body, a.Response.ETag, a.Erased = nil, "", true
		}
		equal(f, "answer", f.answer(a.Dealer, a.Operation, a.Key, true), a)
	}
}

func deleteIdempotencyRecords(f *fixture) {
	f.dealer("d")
	f.dealer("d2")
	for n := range 5 {
		a := fullAnswer()
		a.Key, a.At = fmt.Sprint("key", n), noon().Add(time.Duration(n)*time.Second)
		f.putIdempotencyRecord(a)
	}
	other := fullAnswer()
	other.Dealer, other.At = "d2", noon().Add(4*time.Second)
	f.putIdempotencyRecord(other)
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
	f.answer("d", other.Operation, "key2", false)
	f.answer("d", other.Operation, "key3", true)
	deleted(noon().Add(4*time.Second), 3, 1)
	deleted(noon().Add(4*time.Second), 3, 0)
	f.answer("d", other.Operation, "key4", true)
	f.answer("d2", other.Operation, other.Key, true)
	deleted(noon().Add(5*time.Second), 3, 2)
	f.answer("d2", other.Operation, other.Key, false)
}

// answersAtOnce has each writer look whether the answer is kept, and keep one where it is not.
func answersAtOnce(f *fixture) {
	f.dealer("d")
	kept := make([]bool, writers)
	together(f, func(n int) error {
		err := f.Update(f.Context(), func(ctx context.Context, tx service.Tx) error {
			a := fullAnswer()
			_, found, err := tx.LockIdempotencyRecord(ctx, "d", a.Operation, a.Key)
			if err != nil || found {
				return err
			}
			a.Response.Body = fmt.Append(nil, n)
			kept[n] = true
			return tx.PutIdempotencyRecord(ctx, a)
		})
		if rollcall.KindOf(err) == rollcall.IdempotencyInProgress {
			return nil
		}
		return err
	})
	got := f.answer("d", fullAnswer().Operation, fullAnswer().Key, true)
	for n, did := range kept {
		equal(f, fmt.Sprint("kept by ", n), did, string(got.Response.Body) == fmt.Sprint(n))
	}
}
