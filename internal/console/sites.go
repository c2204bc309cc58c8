package console

import (
	"net/url"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// sitesPerPage is how many sites a page shows. Each is a few hundred bytes.
const sitesPerPage = 50

// sitesPage is the data of sites.html.
type sitesPage struct {
	shell
	Search, Readiness, Reason, Sort field
	Sites                           []siteRow
	Next                            string // path of the next page; empty: this is the last
	All                             string // path without filters; empty: there are none
	AddSite                         string // path; empty: the user may not
}

// siteRow is one site in the list.
type siteRow struct {
	Path, Name, Reference string
	Badge                 badge
	Reasons, Since        string
}

func (v *visit) sites() error {
	given := v.r.URL.Query()
	q := service.ReadinessQuery{
		Status: chosen(given, "readiness"), Reason: chosen(given, "reason"), Search: given.Get("search"), Limit: rollcall.Given(sitesPerPage),
	}
	if sort := given.Get("sort"); sort != "" {
		q.Sort = rollcall.Given(sort)
	}
	if after := given.Get("after"); after != "" {
		q.After = rollcall.Given(after)
	}
	list, err := v.service.ListReadiness(v.r.Context(), v.caller(), q)
	if err != nil {
		return err
	}
	p := sitesPage{shell: v.shell(v.t.Sites.Title)}
	if v.mayChange() {
		p.TabsOf, p.Tabs = v.t.Import.Tabs, v.listTabs()
	}
	v.sitesFilter(&p, given)
	for i := range list.Sites {
		p.Sites = append(p.Sites, v.siteRow(&list.Sites[i]))
	}
	if list.NextAfter != "" {
		given.Set("after", list.NextAfter)
		p.Next = sitesPath + "?" + given.Encode()
	}
	if v.mayChange() {
		p.AddSite = addSitePath
	}
	return v.show("sites", p)
}

// chosen returns the choice of a select whose first option, the empty one, stands for any.
func chosen(given url.Values, name string) rollcall.Field[[]string] {
	if value := given.Get(name); value != "" {
		return rollcall.Given([]string{value})
	}
	return rollcall.Field[[]string]{}
}

// sitesFilter fills the form above the list.
func (v *visit) sitesFilter(p *sitesPage, given url.Values) {
	t := &v.t.Sites
	p.Search = v.field("search", t.Search, field{Type: "search", Autocomplete: "off", Value: given.Get("search")})
	p.Readiness = v.field("readiness", t.Readiness, field{Options: options(rollcall.ReadinessStatuses(), v.t.Words.Readiness, given.Get("readiness"), t.Any)})
	p.Reason = v.field("reason", t.Reason, field{Options: options(rollcall.ReasonCodes(), v.t.Words.Reasons, given.Get("reason"), t.Any)})
	p.Sort = v.field("sort", t.Sort, field{Options: []option{
		{"name", t.ByName, given.Get("sort") != "since"}, {"since", t.BySince, given.Get("sort") == "since"},
	}})
	for _, name := range []string{"search", "readiness", "reason", "after"} {
		if given.Get(name) != "" {
			p.All = sitesPath
		}
	}
}

func (v *visit) siteRow(s *service.SiteReadiness) siteRow {
	row := siteRow{
		Path: sitePath(s.Site), Name: s.Name, Reference: s.Reference, Badge: v.t.readinessBadge(s.Status), Since: v.t.moment(s.Since, time.UTC),
	}
	var reasons []string
	for _, code := range s.Reasons {
		reasons = append(reasons, v.t.Words.Reasons[code])
	}
	row.Reasons = strings.Join(reasons, "; ")
	return row
}

// options returns the choices of a select. The first, with the text none, stands for no choice; it is left out if none is empty.
func options[T ~string](values []T, labels map[T]string, selected, none string) []option {
	var all []option
	if none != "" {
		all = append(all, option{"", none, selected == ""})
	}
	for _, value := range values {
		all = append(all, option{string(value), labels[value], selected == string(value)})
	}
	return all
}
