package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

func reviewTests() []test {
	return []test{
		{"are on their site alone, and stay after an update", func(f *fixture) {
			f.dealer("d")
			s := f.site(fullSite())
			other := f.site(plainSite("d", "other"))
			s.Reviewed = noon().Add(time.Hour)
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.SetReviewed(ctx, s) })
			s.Name = "N"
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateSite(ctx, s) })
			for _, want := range []rollcall.Site{s, other} {
				got, err := f.Site(f.Context(), "d", rollcall.SiteRef{ID: want.ID})
				f.must(err)
				equal(f, "site", got, want)
			}
			s.Dealer = "stranger"
			f.refused(rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error { return tx.SetReviewed(ctx, s) })
		}},
		{"have the last line with mentions", func(f *fixture) {
			f.dealer("d")
			last := func(want ...audit.Line) {
				f.Helper()
				got, err := f.LastReview(f.Context(), "d", "s")
				f.must(err)
				equal(f, "last review", got, append([]audit.Line(nil), want...))
			}
			last()
			review := fullLine()
			review.Action = audit.CallListReviewed
			first := f.line(review)
			elsewhere := review
			elsewhere.Site = "s2"
			f.line(elsewhere)
			second := f.line(review)
			f.line(fullLine())
			last(second)
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.EraseMentions(ctx, "d", "s", second.Seq) })
			last(first)
		}},
	}
}
