package console

import "example.org/rollcall/internal/rollcall"

// addSitePage is the data of add_site.html.
type addSitePage struct {
	shell
	Fields []field
	Sites  string // path
}

func (v *visit) addSite() error {
	p := addSitePage{shell: v.shell(v.t.Sites.Add), Sites: sitesPath, Fields: v.siteFields(&rollcall.Site{})}
	return v.show("add_site", p)
}

func (v *visit) postAddSite() error {
	site, err := v.service.CreateSite(v.r.Context(), v.caller(), v.siteInput())
	if err != nil {
		return v.again(err, (*visit).addSite)
	}
	return v.done(sitePath(site.ID), "site_added")
}
