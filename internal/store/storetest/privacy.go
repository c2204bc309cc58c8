package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

func privacyTests() []test {
	return []test{
		{"read a contact with many lines in parts", manyLinesRead},
		{"erase a contact with many lines in parts, and continue after an interruption", manyLinesErased},
		{"store the response to a change of the branding without its logo", brandingResponseStored},
		{"erase a dealer in parts, and continue after an interruption", dealerErasedInParts},
	}
}

// manyLines adds a contact with audit lines for several parts: 2,500, or 112,000 with ROLLCALL_SOAK=1.
func (f *fixture) manyLines() (n int) {
	f.Helper()
	f.home()
	n = 2_500
	if os.Getenv("ROLLCALL_SOAK") != "" {
		n = 112_000
	}
	for done := 0; done < n; done += 500 {
		f.change(func(ctx context.Context, tx service.Tx) error {
			for i := range 500 {
				head, err := tx.LockAuditHead(ctx, "d", "s")
				if err != nil {
					return err
				}
				l := fullLine()
				l.Seq, l.Action = head.Count+1, "contact.updated"
				l.Hash = rollcall.Hash{byte(l.Seq), byte(l.Seq >> 8), byte(l.Seq >> 16), 1}
				l.Values = fmt.Appendf(nil, `[["last_name","%d","%d"]]`, done+i, done+i+1)
				if err := tx.AppendAudit(ctx, head, headOf(l), l); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return n
}

// withValues returns the number of lines about contact c that have values, and of all.
func (f *fixture) withValues() (held, all int) {
	f.Helper()
	f.must(f.service().ExportAuditLines(f.Context(), service.Caller{Dealer: "d"}, "s", "c", func(lines []audit.Line) error {
		for _, l := range lines {
			all++
			if l.Values != nil {
				held++
			}
		}
		return nil
	}))
	return held, all
}

func manyLinesRead(f *fixture) {
	n := f.manyLines()
	begun := time.Now()
	held, all := f.withValues()
	f.Logf("figure: %d lines exported in %v", n, time.Since(begun).Round(time.Millisecond))
	equal(f, "lines with values, and all", []int{held, all}, []int{n, n})
	e, err := f.service().ExportContact(f.Context(), service.Caller{Dealer: "d"}, contactRef("s", "c"))
	f.must(err)
	equal(f, "contact", e.Contact.ID, "c")
	_, err = f.service().ExportContact(f.Context(), service.Caller{Dealer: "d"}, contactRef("s", "none"))
	f.kind(err, rollcall.ContactNotFound)
	_, err = f.service().ExportContact(f.Context(), service.Caller{Dealer: "d"}, contactRef("none", "c"))
	f.kind(err, rollcall.SiteNotFound)
}

// cutShort is a store that fails every change after the first few.
type cutShort struct {
	service.Store
	left int
}

var errCutShort = errors.New("cut short")

func (c *cutShort) Update(ctx context.Context, fn func(ctx context.Context, tx service.Tx) error) error {
	if c.left == 0 {
		return errCutShort
	}
	c.left--
	return c.Store.Update(ctx, fn)
}

func manyLinesErased(f *fixture) {
	n := f.manyLines()
	caller := service.Caller{Dealer: "d", Key: "k"}
	store := f.Store
	f.Store = &cutShort{Store: store, left: 1}
	_, err := f.service().EraseContact(f.Context(), caller, contactRef("s", "c"))
	equal(f, "error", err, errCutShort)
	f.Store = store
	held, all := f.withValues()
	equal(f, "lines with values, and all, once one part is erased", []int{held, all}, []int{n - 1000, n + 1})
	begun := time.Now()
	c, err := f.Contact(f.Context(), "d", contactRef("s", "c"))
	f.must(err)
	_, err = f.service().EraseContact(f.Context(), caller, rollcall.ContactRef{Site: siteRef("s"), ExternalID: c.ExternalID})
	f.must(err)
	f.Logf("figure: a contact with %d lines erased in %v", n, time.Since(begun).Round(time.Millisecond))
	held, all = f.withValues()
	equal(f, "lines with values, and all, once all are erased", []int{held, all}, []int{0, n + 3})
	_, err = f.Contact(f.Context(), "d", rollcall.ContactRef{Site: siteRef("s"), ID: "c"})
	f.kind(err, rollcall.ContactNotFound)
	unclean, err := f.ScrubRequests(f.Context())
	f.must(err)
	equal(f, "removals that may be in the log", unclean, 0)
}

func dealerErasedInParts(f *fixture) {
	f.manyLines()
	f.dealer("d2")
	store := f.Store
	f.Store = &cutShort{Store: store, left: 3}
	equal(f, "error", f.service().EraseDealer(f.Context(), "d"), errCutShort)
	f.Store = store
	d, err := f.Dealer(f.Context(), "d")
	f.must(err)
	equal(f, "suspended", !d.Suspended.IsZero(), true)
	begun := time.Now()
	f.must(f.service().EraseDealer(f.Context(), "d"))
	f.Logf("figure: its dealer erased in %v", time.Since(begun).Round(time.Millisecond))
	f.kind(f.service().EraseDealer(f.Context(), "d"), rollcall.DealerNotFound)
	dealers, err := f.Dealers(f.Context())
	f.must(err)
	equal(f, "dealers", ids(dealers, func(d rollcall.Dealer) rollcall.DealerID { return d.ID }), []string{"d2"})
	held, all := f.withValues()
	equal(f, "lines with values, and all", []int{held, all}, []int{0, 0})
}

func brandingResponseStored(f *fixture) {
	f.dealer("d")
	large := make([]byte, 100<<10)
	caller := service.Caller{Dealer: "d", Key: "k", IdempotencyKey: &service.IdempotencyKey{
		Key: "once", Operation: "putBranding", Respond: func(any) (service.Response, error) {
			return service.Response{Status: 200, ETag: "tag", Body: large}, nil
		},
	}}
	_, err := f.service().UpdateBranding(f.Context(), caller, rollcall.BrandingInput{Welcome: rollcall.Given("Hello")})
	f.must(err)
	f.change(func(ctx context.Context, tx service.Tx) error {
		record, found, err := tx.LockIdempotencyRecord(ctx, "d", "putBranding", "once")
		equal(f, "found, status, size", []any{found, record.Response.Status, len(record.Response.Body)}, []any{true, 200, 0})
		return err
	})
}
