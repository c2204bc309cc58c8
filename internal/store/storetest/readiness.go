package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func readinessTests() []test {
	return []test{
		{"is that of a site without contacts at first", func(f *fixture) {
			f.dealer("d")
			s := f.site(plainSite("d", "s"))
			got, err := f.Readiness(f.Context(), "d", "s")
			f.must(err)
			want := service.StoredReadiness{
				Status: rollcall.NotReady, Reasons: []rollcall.ReasonCode{rollcall.ReasonNoContacts}, Since: s.Created,
			}
			equal(f, "readiness", got, want)
		}},
		{"is returned as stored", func(f *fixture) {
			f.dealer("d")
			f.site(plainSite("d", "s"))
			for _, want := range []service.StoredReadiness{
				{Status: rollcall.AtRisk, Reasons: []rollcall.ReasonCode{rollcall.ReasonStale, rollcall.ReasonUnconfirmed}, Since: noon(), Due: noon().Add(time.Hour)},
				{Status: rollcall.Ready, Since: noon().Add(time.Microsecond)},
			} {
				f.readiness("s", want)
				got, err := f.Readiness(f.Context(), "d", "s")
				f.must(err)
				equal(f, "readiness", got, want)
			}
		}},
		{"needs a site", func(f *fixture) {
			f.dealer("d")
			_, err := f.Readiness(f.Context(), "d", "s")
			f.kind(err, rollcall.SiteNotFound)
			f.refused(rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.UpdateReadiness(ctx, "d", "s", service.StoredReadiness{Status: rollcall.Ready})
			})
		}},
		{"is due in the order of time, dealer and site", readinessDue},
		{"becomes due for all sites of a dealer", readinessMadeDue},
		{"depends on contacts by position, with what a call to their phones needs", readinessContacts},
		{"is listed by name, and by since", readinessLists},
		{"is counted over all sites of the dealer", readinessCounts},
		{"is exact until the first site is due", func(f *fixture) {
			f.dealer("d")
			f.site(plainSite("d", "s"))
			f.readiness("s", service.StoredReadiness{Status: rollcall.Ready, Since: noon(), Due: noon()})
			for now, want := range map[time.Time]time.Time{
				noon().Add(-time.Second): noon().Add(-time.Second), noon(): noon().Add(-time.Microsecond), noon().Add(time.Hour): noon().Add(-time.Microsecond),
			} {
				list, err := f.ReadinessList(f.Context(), "d", service.ReadinessFilter{Limit: 1}, now)
				f.must(err)
				equal(f, "computed at", list.ComputedAt, want)
			}
		}},
	}
}

// readiness stores the readiness of a site of the dealer d.
func (f *fixture) readiness(site rollcall.SiteID, r service.StoredReadiness) {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateReadiness(ctx, "d", site, r) })
}

func readinessDue(f *fixture) {
	f.dealer("d")
	f.dealer("e")
	for _, s := range []rollcall.Site{plainSite("d", "b"), plainSite("d", "a"), plainSite("d", "later"), plainSite("d", "never"), plainSite("e", "c")} {
		f.site(s)
	}
	for _, s := range []struct {
		dealer rollcall.DealerID
		site   rollcall.SiteID
		due    time.Time
	}{{"d", "a", noon()}, {"d", "b", noon().Add(-1)}, {"d", "later", noon().Add(time.Second)}, {"e", "c", noon()}} {
		f.change(func(ctx context.Context, tx service.Tx) error {
			return tx.UpdateReadiness(ctx, s.dealer, s.site, service.StoredReadiness{Status: rollcall.Ready, Since: noon(), Due: s.due.Truncate(time.Microsecond)})
		})
	}
	var after service.Due
	for _, want := range [][]string{{"b", "a"}, {"c"}, {}} {
		due, err := f.DueReadiness(f.Context(), noon(), after, 2)
		f.must(err)
		equal(f, "due sites", ids(due, func(d service.Due) rollcall.SiteID { return d.Site }), want)
		if len(due) > 0 {
			after = due[len(due)-1]
		}
	}
}

func readinessMadeDue(f *fixture) {
	f.dealer("d")
	f.dealer("e")
	for _, s := range []rollcall.Site{plainSite("d", "never"), plainSite("d", "later"), plainSite("d", "earlier"), plainSite("e", "other")} {
		f.site(s)
	}
	f.readiness("later", service.StoredReadiness{Status: rollcall.Ready, Since: noon(), Due: noon().Add(time.Hour)})
	f.readiness("earlier", service.StoredReadiness{Status: rollcall.Ready, Since: noon(), Due: noon().Add(-time.Hour)})
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.MakeReadinessDue(ctx, "d", noon()) })
	due, err := f.DueReadiness(f.Context(), noon().Add(24*time.Hour), service.Due{}, 10)
	f.must(err)
	got := map[rollcall.SiteID]time.Time{}
	for _, d := range due {
		got[d.Site] = d.At
	}
	equal(f, "due sites", got, map[rollcall.SiteID]time.Time{"never": noon(), "later": noon(), "earlier": noon().Add(-time.Hour)})
}

// threeSites adds three sites of the dealer d, whose names sort otherwise than their ids, and one of another dealer.
func (f *fixture) threeSites() {
	f.dealer("d")
	f.dealer("e")
	for id, name := range map[rollcall.SiteID]string{"1": "école", "2": "Zoo", "3": "abbey"} {
		s := plainSite("d", id)
		s.Name, s.Reference = name, "ref-"+string(id)
		f.site(s)
	}
	f.site(plainSite("e", "4"))
	f.readiness("1", service.StoredReadiness{Status: rollcall.AtRisk, Reasons: []rollcall.ReasonCode{rollcall.ReasonStale, rollcall.ReasonUnconfirmed}, Since: noon()})
	f.readiness("2", service.StoredReadiness{Status: rollcall.AtRisk, Reasons: []rollcall.ReasonCode{rollcall.ReasonUnconfirmed}, Since: noon()})
	f.readiness("3", service.StoredReadiness{Status: rollcall.Ready, Since: noon().Add(time.Hour)})
}

func readinessLists(f *fixture) {
	f.threeSites()
	stale, unconfirmed := rollcall.ReasonStale, rollcall.ReasonUnconfirmed
	for _, c := range []struct {
		name   string
		filter service.ReadinessFilter
		want   []string
	}{
		{"all", service.ReadinessFilter{}, []string{"3", "1", "2"}},
		{"by since", service.ReadinessFilter{BySince: true}, []string{"3", "2", "1"}},
		{"a limit", service.ReadinessFilter{Limit: 2}, []string{"3", "1"}},
		{"after a site", service.ReadinessFilter{After: service.SiteReadiness{Site: "1", SortName: "ecole"}}, []string{"2"}},
		{"after a site, by since", service.ReadinessFilter{BySince: true, After: service.SiteReadiness{Site: "2", StoredReadiness: service.StoredReadiness{Since: noon()}}}, []string{"1"}},
		{"a status", service.ReadinessFilter{Statuses: []rollcall.ReadinessStatus{rollcall.Ready}}, []string{"3"}},
		{"two statuses", service.ReadinessFilter{Statuses: []rollcall.ReadinessStatus{rollcall.Ready, rollcall.AtRisk}}, []string{"3", "1", "2"}},
		{"a reason", service.ReadinessFilter{Reasons: []rollcall.ReasonCode{stale}}, []string{"1"}},
		{"two reasons", service.ReadinessFilter{Reasons: []rollcall.ReasonCode{stale, unconfirmed}}, []string{"1", "2"}},
		{"a reason of none", service.ReadinessFilter{Reasons: []rollcall.ReasonCode{rollcall.ReasonExempt}}, []string{}},
		{"a word", service.ReadinessFilter{Terms: []string{"zoo"}}, []string{"2"}},
	} {
		if c.filter.Limit == 0 {
			c.filter.Limit = 10
		}
		list, err := f.ReadinessList(f.Context(), "d", c.filter, noon())
		f.must(err)
		equal(f, c.name, ids(list.Sites, func(s service.SiteReadiness) rollcall.SiteID { return s.Site }), c.want)
	}
	list, err := f.ReadinessList(f.Context(), "d", service.ReadinessFilter{Limit: 1}, noon())
	f.must(err)
	want := service.SiteReadiness{Site: "3", Reference: "ref-3", Name: "abbey", SortName: "abbey", StoredReadiness: service.StoredReadiness{Status: rollcall.Ready, Since: noon().Add(time.Hour)}}
	equal(f, "site", list.Sites, []service.SiteReadiness{want})
}

func readinessCounts(f *fixture) {
	f.threeSites()
	list, err := f.ReadinessList(f.Context(), "d", service.ReadinessFilter{Limit: 1, Terms: []string{"zoo"}}, noon())
	f.must(err)
	got := map[rollcall.ReadinessStatus]int{}
	reasons := map[rollcall.ReasonCode]int{}
	for _, count := range list.Counts {
		got[count.Status] += count.Sites
		for _, code := range count.Reasons {
			reasons[code] += count.Sites
		}
	}
	equal(f, "counts", got, map[rollcall.ReadinessStatus]int{rollcall.AtRisk: 2, rollcall.Ready: 1})
	equal(f, "counts of reasons", reasons, map[rollcall.ReasonCode]int{rollcall.ReasonStale: 1, rollcall.ReasonUnconfirmed: 2})
}

func readinessContacts(f *fixture) {
	c := f.home()
	second := plainContact("d", "s", "second")
	second.Points = nil
	f.contact(second)
	third := plainContact("d", "s", "third")
	third.Dispatch, third.Effective, third.Expires = rollcall.DispatchAfter, noon(), noon().Add(time.Hour)
	third.Absences = []rollcall.Absence{{From: noon(), To: noon().Add(time.Minute), Note: "away"}}
	third.Points = []rollcall.Point{{
		ID: "point_1", Kind: rollcall.PhonePoint, Value: "(202) 555-0101 x7", E164: "+12025550101", Extension: "7",
		State: rollcall.PointState{Status: rollcall.PointOptedOut, Before: rollcall.PointStale, Confirmed: noon(), NotInService: true},
	}}
	f.contact(third)
	f.softDelete("second", noon())
	got, err := f.ReadinessContacts(f.Context(), "d", "s")
	f.must(err)
	equal(f, "contacts", ids(got, func(c rollcall.Contact) rollcall.ContactID { return c.ID }), []string{"c", "third"})
	equal(f, "points", len(got[0].Points), 1) // without the e-mail
	equal(f, "point", got[0].Points[0].ID, c.First(rollcall.PhonePoint).ID)
	want := third.Calling
	want.Position = 0
	equal(f, "calling", got[1].Calling, want)
	wantPoint := third.Points[0]
	wantPoint.Value, wantPoint.State.Confirmed = "", time.Time{}
	equal(f, "phone", got[1].Points[0], wantPoint)
}
