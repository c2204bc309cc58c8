package storetest

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func suppressionTests() []test {
	return []test{
		{"are returned as stored", func(f *fixture) {
			f.dealer("d")
			first, second := fullSuppression("p1", 1), fullSuppression("p2", 2)
			second.Point, second.Value, second.Reason = rollcall.EmailPoint, "a@example.org", rollcall.ReasonUnsubscribe
			f.suppress(second, first)
			f.suppressions(service.Page{}, 2, first, second)
			f.suppressions(service.Page{Limit: 1, Offset: 1}, 2, second)
			got, err := f.Suppression(f.Context(), "d", "p2")
			f.must(err)
			equal(f, "suppression", got, second)
			_, err = f.Suppression(f.Context(), "d", "none")
			f.kind(err, rollcall.SuppressionNotFound)
			f.refused(rollcall.SuppressionNotFound, func(ctx context.Context, tx service.Tx) error {
				_, err := tx.LockSuppression(ctx, "d", "none")
				return err
			})
		}},
		{"a second one is not stored", func(f *fixture) {
			f.dealer("d")
			first, again, other := fullSuppression("p1", 1), fullSuppression("p2", 1), fullSuppression("p3", 1)
			other.Reason = rollcall.ReasonStop
			f.suppress(first, again, other)
			f.suppressions(service.Page{}, 2, first, other)
		}},
		{"of no dealer", func(f *fixture) {
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.InsertSuppression(ctx, fullSuppression("p1", 1))
			})
		}},
		{"block", blocks},
		{"are removed by reason", suppressionsRemoved},
		{"lose their values", func(f *fixture) {
			f.dealer("d")
			f.dealer("other")
			first, second, theirs := fullSuppression("p1", 1), fullSuppression("p2", 2), fullSuppression("p3", 1)
			theirs.Dealer = "other"
			f.suppress(first, second, theirs)
			f.change(func(ctx context.Context, tx service.Tx) error {
				return tx.EraseSuppressionValues(ctx, "d", []rollcall.Hash{{1}, {3}})
			})
			first.Value = ""
			f.suppressions(service.Page{}, 2, first, second)
			got, err := f.Suppression(f.Context(), "other", "p3")
			f.must(err)
			equal(f, "suppression of another", got, theirs)
		}},
		{"contacts at a number or an address", contactsAt},
	}
}

func (f *fixture) suppress(all ...rollcall.Suppression) {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error {
		for _, p := range all {
			if err := tx.InsertSuppression(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// suppressions asserts what a page of the dealer d has.
func (f *fixture) suppressions(page service.Page, total int, want ...rollcall.Suppression) {
	f.Helper()
	got, n, err := f.Suppressions(f.Context(), "d", page)
	f.must(err)
	equal(f, "suppressions", got, want)
	equal(f, "total", n, total)
}

func blocks(f *fixture) {
	f.dealer("d")
	f.dealer("stranger")
	f.suppress(fullSuppression("p1", 1))
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.PutOptOut(ctx, rollcall.Hash{2}, noon()))
		return tx.PutOptOut(ctx, rollcall.Hash{2}, noon())
	})
	found := func(dealer rollcall.DealerID, asked []rollcall.Hash, want ...rollcall.Block) {
		f.Helper()
		f.change(func(ctx context.Context, tx service.Tx) error {
			got, err := tx.Blocked(ctx, dealer, asked)
			equal(f, "blocks", got, want)
			return err
		})
	}
	all := []rollcall.Hash{{1}, {2}, {3}}
	found("d", all, rollcall.Block{Hash: rollcall.Hash{2}, OptOut: true}, rollcall.Block{Hash: rollcall.Hash{1}, Own: true})
	found("stranger", all, rollcall.Block{Hash: rollcall.Hash{2}, OptOut: true})
	found("sandbox_d", all)
	found("", all[:1])
	found("d", nil)
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteOptOuts(ctx, all) })
	found("", all)
}

func suppressionsRemoved(f *fixture) {
	f.dealer("d")
	f.dealer("other")
	manual, stop, theirs := fullSuppression("p1", 1), fullSuppression("p2", 1), fullSuppression("p3", 1)
	stop.Reason, theirs.Reason, theirs.Dealer = rollcall.ReasonStop, rollcall.ReasonStop, "other"
	f.suppress(manual, stop, theirs)
	remove := func(dealer rollcall.DealerID, reason rollcall.SuppressionReason, hashes ...rollcall.Hash) {
		f.Helper()
		f.change(func(ctx context.Context, tx service.Tx) error {
			return tx.DeleteSuppressions(ctx, dealer, reason, hashes)
		})
	}
	remove("d", rollcall.ReasonStop, rollcall.Hash{2})
	remove("d", rollcall.ReasonStop)
	f.suppressions(service.Page{}, 2, manual, stop)
	remove("d", rollcall.ReasonStop, rollcall.Hash{1}, rollcall.Hash{2})
	f.suppressions(service.Page{}, 1, manual)
	f.change(func(ctx context.Context, tx service.Tx) error {
		under, err := tx.SuppressionsByHash(ctx, "other", []rollcall.Hash{{1}})
		equal(f, "under the hash", under, []rollcall.Suppression{theirs})
		return err
	})
	f.suppress(stop)
	remove("", rollcall.ReasonStop, rollcall.Hash{1})
	f.suppressions(service.Page{}, 1, manual)
	_, err := f.Suppression(f.Context(), "other", "p3")
	f.kind(err, rollcall.SuppressionNotFound)
}

func contactsAt(f *fixture) {
	f.home()
	f.dealer("other")
	f.site(plainSite("other", "s"))
	dialled := plainContact("d", "s", "c2")
	dialled.Points[0].E164, dialled.Points[1].Value = "+12025550147", "First.Last@Example.com"
	f.contact(dialled)
	theirs := plainContact("other", "s", "c")
	theirs.Points[0].E164, theirs.Points[0].Extension = "+12025550147", "5"
	f.contact(theirs)
	deleted := plainContact("d", "s", "deleted")
	deleted.Points[0].E164 = "+12025550147"
	f.contact(deleted)
	f.softDelete("deleted", noon())
	found := func(dealer rollcall.DealerID, p rollcall.PointKind, value string, want ...string) {
		f.Helper()
		f.change(func(ctx context.Context, tx service.Tx) error {
			got, err := tx.ContactsAt(ctx, dealer, p, value)
			equal(f, "contacts at "+value, ids(got, func(c rollcall.Contact) rollcall.ContactID {
				return rollcall.ContactID(c.Dealer) + "/" + c.ID
			}), append([]string{}, want...))
			return err
		})
	}
	found("", rollcall.PhonePoint, "+12025550147", "d/c2", "other/c")
	found("d", rollcall.PhonePoint, "+12025550147", "d/c2")
	found("other", rollcall.PhonePoint, "+12025550147", "other/c")
	found("d", rollcall.PhonePoint, "+1-555-0123", "d/c")
	found("d", rollcall.PhonePoint, "+1 (555) 0123", "d/c")
	found("", rollcall.PhonePoint, "")
	for id, number := range map[rollcall.ContactID]rollcall.PhoneNumber{"ar": "+5491123456789", "mx": "+525512345678"} {
		c := plainContact("d", "s", id)
		c.Points = c.Points[:1]
		c.Points[0].E164 = number
		f.contact(c)
	}
	found("", rollcall.PhonePoint, "+5491123456789", "d/ar")
	found("", rollcall.PhonePoint, "+541123456789", "d/ar")
	found("d", rollcall.PhonePoint, "+525512345678", "d/mx")
	found("d", rollcall.PhonePoint, "+5215512345678", "d/mx")
	found("d", rollcall.EmailPoint, "FIRST.last@example.com", "d/c", "d/c2")
	found("d", rollcall.EmailPoint, `"first.last"@ｅxample。com`, "d/c", "d/c2")
	found("", rollcall.EmailPoint, "first.last@example.com", "d/c", "d/c2", "other/c")
	found("", rollcall.EmailPoint, "unknown@example.com")
}
