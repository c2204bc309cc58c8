package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func updateTests() []test {
	return []test{
		{"that fails leaves nothing, and returns the error", updateFails},
		{"that panics leaves nothing, and panics again", updatePanics},
		{"may continue after an error", func(f *fixture) {
			f.home()
			f.change(func(ctx context.Context, tx service.Tx) error {
				_, err := tx.LockContact(ctx, "d", contactRef("s", "none"))
				f.kind(err, rollcall.ContactNotFound)
				return softDelete(ctx, tx, "c")
			})
			f.contacts(listCase{want: []string{}}, siteRef("s"), service.ContactFilter{})
		}},
		{"with a canceled context changes nothing", func(f *fixture) {
			f.home()
			ctx, cancel := context.WithCancel(f.Context())
			cancel()
			err := f.Update(ctx, func(ctx context.Context, tx service.Tx) error {
				return softDelete(ctx, tx, "c")
			})
			f.kind(err, rollcall.Unavailable)
			if !errors.Is(err, context.Canceled) {
				f.Fatalf("error %v does not say that the context ended", err)
			}
			f.contacts(listCase{want: []string{"c"}, total: 1}, siteRef("s"), service.ContactFilter{})
		}},
		{"continues if its context ends after it began", updateGoesOn},
		{"sees its own changes, which others see only after it", updateSees},
		{"and reads with a canceled context are refused", func(f *fixture) {
			f.home()
			ctx, cancel := context.WithCancel(f.Context())
			cancel()
			_, err := f.Contact(ctx, "d", contactRef("s", "c"))
			f.kind(err, rollcall.Unavailable)
			_, _, err = f.Contacts(ctx, "d", siteRef("s"), service.ContactFilter{})
			f.kind(err, rollcall.Unavailable)
		}},
	}
}

func updateSees(f *fixture) {
	f.home()
	f.change(func(ctx context.Context, tx service.Tx) error {
		c := plainContact("d", "s", "c2")
		f.must(insert(ctx, tx, &c))
		_, total, err := tx.Contacts(ctx, "d", siteRef("s"), service.ContactFilter{Page: service.Page{Limit: 1}})
		equal(f, "contacts inside", total, 2)
		_, outside, outsideErr := f.Contacts(f.Context(), "d", siteRef("s"), service.ContactFilter{})
		f.must(outsideErr)
		equal(f, "contacts outside", outside, 1)
		return err
	})
	f.contacts(listCase{want: []string{"c", "c2"}, total: 2}, siteRef("s"), service.ContactFilter{})
}

func updateGoesOn(f *fixture) {
	f.home()
	outer, cancel := context.WithCancel(f.Context())
	f.must(f.Update(outer, func(ctx context.Context, tx service.Tx) error {
		cancel()
		f.must(softDelete(ctx, tx, "c"))
		list, _, err := tx.Contacts(ctx, "d", siteRef("s"), service.ContactFilter{Page: service.Page{Limit: 1}})
		equal(f, "contacts", len(list), 0)
		return err
	}))
	f.contacts(listCase{want: []string{}}, siteRef("s"), service.ContactFilter{})
}

func updatePanics(f *fixture) {
	f.home()
	func() {
		defer func() { equal(f, "panic", recover(), any("on purpose")) }()
		err := f.Update(f.Context(), func(ctx context.Context, tx service.Tx) error {
			f.must(softDelete(ctx, tx, "c"))
			panic("on purpose")
		})
		f.Fatalf("update returned: %v", err)
	}()
	f.contacts(listCase{want: []string{"c"}, total: 1}, siteRef("s"), service.ContactFilter{})
	f.contact(plainContact("d", "s", "c2"))
}

func updateFails(f *fixture) {
	f.home()
	failure := errors.New("on purpose")
	err := f.Update(f.Context(), func(ctx context.Context, tx service.Tx) error {
		c := plainContact("d", "s", "c2")
		f.must(insert(ctx, tx, &c))
		f.must(softDelete(ctx, tx, "c"))
		f.must(tx.UpdateDealer(ctx, rollcall.Dealer{ID: "d", Name: "Changed"}))
		return fmt.Errorf("wrapped: %w", failure)
	})
	if !errors.Is(err, failure) {
		f.Fatalf("error %v, want the one that was returned", err)
	}
	f.contacts(listCase{want: []string{"c"}, total: 1}, siteRef("s"), service.ContactFilter{})
	d, err := f.Dealer(f.Context(), "d")
	f.must(err)
	equal(f, "dealer", d.Name, "Dealer d")
	c := f.contact(plainContact("d", "s", "c3"))
	equal(f, "place", c.Seq, 2)
}

const writers = 64

// together runs fn in writers goroutines, and fails the test if one fails.
func together(f *fixture, fn func(n int) error) {
	f.Helper()
	errs := make([]error, writers)
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() { errs[n] = fn(n) })
	}
	all.Wait()
	f.must(errors.Join(errs...))
}

func concurrentTests() []test {
	return []test{
		{"no update of a contact is lost", func(f *fixture) {
			f.home()
			together(f, func(n int) error {
				return f.Update(f.Context(), func(ctx context.Context, tx service.Tx) error {
					c, err := tx.LockContact(ctx, "d", contactRef("s", "c"))
					if err != nil {
						return err
					}
					before := c.Clone()
					c.LastName += fmt.Sprintf(",%d", n)
					return tx.UpdateContact(ctx, before, c)
				})
			})
			c, err := f.Contact(f.Context(), "d", contactRef("s", "c"))
			f.must(err)
			seen := make(map[string]bool)
			for _, n := range strings.Split(c.LastName, ",")[1:] {
				seen[n] = true
			}
			equal(f, "updates stored", len(seen), writers)
		}},
		{"every contact gets a place of its own, and the count stays right", createsAtOnce},
		{"of those that want one identifier, one gets it", func(f *fixture) {
			f.home()
			var mu sync.Mutex
			won := 0
			together(f, func(n int) error {
				c := plainContact("d", "s", rollcall.ContactID(fmt.Sprint("c", n)))
				c.ExternalID = "wanted"
				err := f.Update(f.Context(), func(ctx context.Context, tx service.Tx) error { return insert(ctx, tx, &c) })
				if rollcall.KindOf(err) == rollcall.ExternalContactIDTaken {
					return nil
				}
				mu.Lock()
				won++
				mu.Unlock()
				return err
			})
			equal(f, "winners", won, 1)
			f.change(func(ctx context.Context, tx service.Tx) error {
				_, contacts, err := tx.LockSite(ctx, "d", siteRef("s"))
				equal(f, "contacts", contacts, 2)
				return err
			})
		}},
	}
}

// createsAtOnce has each writer add two contacts and delete the first, and one in four fail in between.
func createsAtOnce(f *fixture) {
	f.dealer("d")
	f.site(plainSite("d", "s"))
	failure := errors.New("on purpose")
	together(f, func(n int) error {
		first := plainContact("d", "s", rollcall.ContactID(fmt.Sprint("first", n)))
		if err := f.Update(f.Context(), func(ctx context.Context, tx service.Tx) error { return insert(ctx, tx, &first) }); err != nil {
			return err
		}
		err := f.Update(f.Context(), func(ctx context.Context, tx service.Tx) error {
			second := plainContact("d", "s", rollcall.ContactID(fmt.Sprint("second", n)))
			if err := insert(ctx, tx, &second); err != nil {
				return err
			}
			if n%4 == 0 {
				return failure
			}
			return softDelete(ctx, tx, first.ID)
		})
		if errors.Is(err, failure) {
			return nil
		}
		return err
	})
	list, total, err := f.Contacts(f.Context(), "d", siteRef("s"), service.ContactFilter{})
	f.must(err)
	equal(f, "contacts", total, writers)
	seen := make(map[int64]bool)
	for i, c := range list {
		if i > 0 && c.Seq <= list[i-1].Seq {
			f.Fatalf("place %d after %d", c.Seq, list[i-1].Seq)
		}
		seen[c.Seq] = true
	}
	equal(f, "places", len(seen), writers)
	f.change(func(ctx context.Context, tx service.Tx) error {
		_, contacts, err := tx.LockSite(ctx, "d", siteRef("s"))
		equal(f, "count of the site", contacts, writers)
		slot, reserveErr := tx.ReserveContact(ctx, "d", siteRef("s"))
		f.must(reserveErr)
		equal(f, "next place", slot.Seq, int64(2*writers-writers/4+1))
		return err
	})
}
