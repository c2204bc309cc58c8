package console

import (
	"strings"

	"example.org/rollcall/internal/rollcall"
)

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

// siteFields returns the fields of the form for a site. Their names are those of the API.
func (v *visit) siteFields(s *rollcall.Site) []field {
	t := &v.t.Sites
	text := func(name, label, stored, hint string) field {
		return v.field(name, label, field{Type: "text", Autocomplete: "off", Value: v.value(name, stored), Hint: hint})
	}
	name := text("name", t.Name, s.Name, "")
	name.Required = true
	phone := text("premises_phone", t.PremisesPhone, s.PremisesPhone.Value, t.PremisesHint)
	phone.Type = "tel"
	return []field{
		name,
		text("account_reference_id", t.Reference, s.Reference, t.ReferenceHint),
		text("account_number", t.AccountNumber, s.AccountNumber, ""),
		text("address.street", t.Street, s.Address.Street, ""),
		text("address.city", t.City, s.Address.City, ""),
		text("address.state", t.State, s.Address.State, ""),
		text("address.zip", t.Zip, s.Address.Zip, ""),
		text("address.country", t.Country, s.Address.Country, t.CountryHint),
		text("timezone", t.Timezone, s.Timezone, t.TimezoneHint),
		text("language", t.Language, s.Language, t.LanguageHint),
		phone,
	}
}

// siteInput returns what was typed into the fields of siteFields.
func (v *visit) siteInput() rollcall.SiteInput {
	return rollcall.SiteInput{
		Name: rollcall.Given(v.form.Get("name")), Reference: v.optional("account_reference_id"), AccountNumber: v.optional("account_number"),
		Timezone: v.optional("timezone"), Language: v.optional("language"), PremisesPhone: v.optional("premises_phone"),
		Address: rollcall.Given(rollcall.AddressInput{
			Street: v.optional("address.street"), City: v.optional("address.city"), State: v.optional("address.state"),
			Zip: v.optional("address.zip"), Country: v.optional("address.country"),
		}),
	}
}

// optional returns what was typed into a field, null if nothing was, and absent if the form has no such field.
func (v *visit) optional(name string) rollcall.Field[string] {
	if !v.form.Has(name) {
		return rollcall.Field[string]{}
	}
	if text := strings.TrimSpace(v.form.Get(name)); text != "" {
		return rollcall.Given(text)
	}
	return rollcall.Null[string]()
}
