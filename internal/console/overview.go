package console

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
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
	Import    string // path
	Sites     string // path
	Computed  string
	Statuses  []countRow
	Reasons   []countRow
	UnderWay  []string // in sentences; empty: nobody is being asked
	Trouble   string   // empty: none
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
		shell: v.shell(v.t.Overview.Title), Total: total, MayChange: v.mayChange(), AddSite: addSitePath, Import: importPath, Sites: sitesPath,
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
	if err := v.underWay(&p); err != nil {
		return err
	}
	return v.show("overview", p)
}

// underWay says who is being asked, and what keeps messages from leaving.
func (v *visit) underWay(p *overviewPage) error {
	t := &v.t.Overview
	u, err := v.service.UnderWay(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	for _, count := range []struct {
		n     int
		texts []string
	}{{u.Open, t.Open}, {u.Postponed, t.Postponed}, {u.Refused, t.Refused}} {
		if count.n > 0 {
			p.UnderWay = append(p.UnderWay, strconv.Itoa(count.n)+" "+count.texts[min(count.n, 2)-1])
		}
	}
	var missing []string
	for _, m := range v.service.CannotSend() {
		missing = append(missing, v.t.Words.Methods[m])
	}
	if missing != nil {
		p.Trouble = fmt.Sprintf(t.CannotSend, strings.Join(missing, ", "))
	}
	return nil
}
