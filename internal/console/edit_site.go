package console

import (
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// editSitePage is the data of edit_site.html.
type editSitePage struct {
	shell
	Version       string // of what the form was filled with
	Fields, Rules []field
	OnBehalfOf    field
	Contacts      int
	Site          string // path
}

// siteRef returns the site in the path.
func (v *visit) siteRef() rollcall.SiteRef {
	return rollcall.SiteRef{ID: rollcall.SiteID(v.params["site_id"])}
}

func (v *visit) editSite() error {
	ctx, caller, ref := v.r.Context(), v.caller(), v.siteRef()
	site, err := v.service.Site(ctx, caller, ref)
	if err != nil {
		return err
	}
	v.at = site.ID
	_, contacts, err := v.service.Contacts(ctx, caller, ref, service.ContactQuery{PerPage: rollcall.Given(1)})
	if err != nil {
		return err
	}
	return v.show("edit_site", editSitePage{
		shell: v.shell(site.Name), Version: site.ETag(), Fields: v.siteFields(&site), Rules: v.ruleFields(&site),
		OnBehalfOf: v.onBehalfOf(v.value(onBehalfOfField, "")),
		Contacts:   contacts, Site: sitePath(site.ID),
	})
}

// postEditSite changes or deletes a site.
func (v *visit) postEditSite() error {
	err := v.readOnBehalfOf()
	if err == nil {
		err = v.refuseMasks()
	}
	if err != nil {
		return v.again(err, (*visit).editSite)
	}
	v.dropKept()
	ctx, caller, ref := v.r.Context(), v.caller(), v.siteRef()
	if v.form.Get("action") == "delete" {
		err := v.service.DeleteSite(ctx, caller, ref, v.form.Get("cascade") != "")
		if err != nil {
			return v.again(err, (*visit).editSite)
		}
		return v.done(sitesPath, "site_deleted")
	}
	caller.IfMatch = service.Match{Tags: []string{v.form.Get("version")}, Set: true}
	in := v.siteInput()
	err = v.rulesInput(&in)
	if err == nil {
		_, err = v.service.UpdateSite(ctx, caller, ref, in)
	}
	if err != nil {
		v.conflict = rollcall.KindOf(err) == rollcall.PreconditionFailed
		return v.again(err, (*visit).editSite)
	}
	return v.done(sitePath(ref.ID), "site_saved")
}
