package console

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// overviewPage is the data of overview.html.
type overviewPage struct {
	shell
	Total     int
	MayChange bool
	AddSite   string // path
	Sites     string // path
	Computed  string
	Statuses  []countRow
	Reasons   []countRow
}

// countRow is how many sites have a status or a reason, with a link to them.
type countRow struct {
	Badge badge
	Path  string
	Text  string
	Sites int
}

func (v *visit) overview() error {
	list, err := v.service.ListReadiness(v.r.Context(), v.caller(), service.ReadinessQuery{Limit: rollcall.Given(1)})
	if err != nil {
		return err
	}
	statuses, reasons := list.Totals()
	total := 0
	for _, sites := range statuses {
		total += sites
	}
	p := overviewPage{
		shell: v.shell(v.t.Overview.Title), Total: total, MayChange: v.mayChange(), AddSite: addSitePath, Sites: sitesPath,
		Computed: v.t.moment(list.ComputedAt, time.UTC),
	}
	for _, status := range rollcall.ReadinessStatuses() {
		p.Statuses = append(p.Statuses, countRow{
			Badge: v.t.readinessBadge(status), Path: sitesPath + "?readiness=" + url.QueryEscape(string(status)), Sites: statuses[status],
		})
	}
	for _, code := range rollcall.ReasonCodes() {
		if reasons[code] > 0 {
			p.Reasons = append(p.Reasons, countRow{
				Path: sitesPath + "?reason=" + url.QueryEscape(string(code)), Text: v.t.Words.Reasons[code], Sites: reasons[code],
			})
		}
	}
	slices.SortStableFunc(p.Reasons, func(a, b countRow) int { return cmp.Compare(b.Sites, a.Sites) })
	return v.show("overview", p)
}
