package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/evidence"
	"example.org/rollcall/internal/service"
)

// evidenceForm is the data of evidence.html. Its first button finds sites, and the other makes evidence of the sites that are ticked.
type evidenceForm struct {
	shell
	Search        field
	Chosen, Found checks
	NoSite, More  bool // nothing was found, or more than the page shows
	At, Zone      field
	OnBehalfOf    field
	Key           string // of the form
}

// evidenceFormPath returns the path of the form, on which a site is chosen unless it is nil.
func evidenceFormPath(s *rollcall.Site) string {
	if s == nil {
		return evidencePath
	}
	return evidencePath + "?site=" + url.QueryEscape(string(s.ID))
}

// evidenceFound is how many sites a search shows.
const evidenceFound = 20

// evidenceForm asks for the sites and the moment of the evidence. Sites that were chosen before are in the query.
func (v *visit) evidenceForm() error {
	given, t := v.filled, &v.t.Evidence
	if given == nil {
		given = v.r.URL.Query()
	}
	p := evidenceForm{shell: v.shell(t.Title), Key: newFormKey()}
	chosen, err := v.evidenceSites(&p, given)
	if err != nil {
		return err
	}
	var ticked []option
	zones := []option{}
	for i := range chosen {
		s := &chosen[i]
		ticked = append(ticked, option{string(s.ID), v.siteLabel(s), true})
		if s.Timezone != "" && !slices.ContainsFunc(zones, func(o option) bool { return o.Value == s.Timezone }) {
			zones = append(zones, option{s.Timezone, s.Timezone, given.Get("zone") == s.Timezone})
		}
	}
	zones = append(zones, option{"UTC", "UTC", given.Get("zone") == "UTC"})
	p.Chosen = checks{Name: "site", Legend: t.Chosen, Problem: v.problems["site"], Options: ticked}
	p.Search = v.field("search", v.t.Audit.Site, field{Type: "search", Autocomplete: "off", Value: p.Search.Value, Hint: t.SearchHint})
	p.At = v.field("at", v.t.Site.At, field{Type: "datetime-local", Value: given.Get("at"), Hint: t.AtHint})
	p.Zone = v.field("zone", v.t.Sites.Timezone, field{Options: zones})
	p.OnBehalfOf = v.onBehalfOf(given.Get(onBehalfOfField))
	p.OnBehalfOf.Hint = t.AskedHint
	return v.show("evidence", p)
}

// evidenceSites returns the sites that were chosen, and fills in what a search finds. Sites are also chosen by typing their identifiers.
func (v *visit) evidenceSites(p *evidenceForm, given url.Values) (chosen []rollcall.Site, err error) {
	typed := given.Get("search")
	ids := slices.Clone(given["site"])
	if typed != "" {
		byID, err := v.typedSites(typed)
		if err != nil {
			return nil, err
		}
		p.Search.Value = typed
		if len(byID) > 0 {
			p.Search.Value, ids = "", append(ids, byID...)
		} else if err := v.findSites(p, typed, ids); err != nil {
			return nil, err
		}
	}
	for _, id := range slices.Compact(ids[:min(len(ids), 2*evidence.SitesMax)]) {
		s, err := v.service.Site(v.r.Context(), v.caller(), rollcall.SiteRef{ID: rollcall.SiteID(id)})
		switch {
		case rollcall.KindOf(err) == rollcall.SiteNotFound:
			s = rollcall.Site{ID: rollcall.SiteID(id)} // it may have been deleted
		case err != nil:
			return nil, err
		}
		if !slices.ContainsFunc(chosen, func(c rollcall.Site) bool { return c.ID == s.ID }) {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}

// findSites fills in the sites that a search finds and that were not chosen before.
func (v *visit) findSites(p *evidenceForm, typed string, chosen []string) error {
	q := service.SiteQuery{Search: typed, PerPage: rollcall.Given(evidenceFound)}
	found, total, err := v.service.Sites(v.r.Context(), v.caller(), q)
	if err != nil {
		return err
	}
	p.NoSite, p.More = total == 0, total > len(found)
	p.Found = checks{Name: "site", Legend: v.t.Evidence.Found}
	for i := range found {
		if !slices.Contains(chosen, string(found[i].ID)) {
			p.Found.Options = append(p.Found.Options, option{Value: string(found[i].ID), Label: v.siteLabel(&found[i])})
		}
	}
	return nil
}

// typedSites returns the identifiers that were typed, separated by spaces or commas, and none if one of the words is not the
// identifier of a site, deleted or not.
func (v *visit) typedSites(typed string) ([]string, error) {
	words := strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ' ' })
	for _, ids := range [][]string{{strings.TrimSpace(typed)}, words} {
		known := len(ids) > 0 && len(ids) <= evidence.SitesMax
		for i := 0; known && i < len(ids); i++ {
			var err error
			if known, err = v.service.HasAudit(v.r.Context(), v.caller(), rollcall.SiteID(ids[i])); err != nil {
				return nil, err
			}
		}
		if known {
			return ids, nil
		}
	}
	return nil, nil
}

// siteLabel returns the name of a site with its reference, and its identifier for one that was deleted.
func (v *visit) siteLabel(s *rollcall.Site) string {
	switch {
	case s.Name == "":
		return string(s.ID) + " (" + v.t.Evidence.NotThere + ")"
	case s.Reference != "":
		return s.Name + " (" + s.Reference + ")"
	}
	return s.Name
}

// postEvidence makes evidence.
func (v *visit) postEvidence() error {
	var in service.EvidenceInput
	for _, id := range v.form["site"] {
		in.Sites = append(in.Sites, rollcall.SiteID(id))
	}
	if text := v.form.Get("at"); text != "" {
		place, err := time.LoadLocation(v.form.Get("zone"))
		at, ok := time.Time{}, err == nil
		if ok {
			at, ok = localTime(text, place)
		}
		if !ok || at.IsZero() {
			return v.again(rollcall.InvalidField("at", rollcall.CodeInvalid, ""), (*visit).evidenceForm)
		}
		in.At = at
	}
	if err := v.readOnBehalfOf(); err != nil {
		return v.again(err, (*visit).evidenceForm)
	}
	caller := v.onceAt(func(made any) string {
		id, _ := made.(rollcall.EvidenceID)
		return evidenceAt(id, in.Sites[0], "")
	}, v.form.Get("key"), "evidence", slices.Concat(v.form["site"], []string{v.form.Get("at"), v.form.Get("zone")})...)
	e, err := v.service.CreateEvidence(v.r.Context(), caller, in)
	switch {
	case doneBefore(err):
		return v.redirect(madeAt(err, evidencePath))
	case err != nil:
		return v.again(err, (*visit).evidenceForm)
	}
	return v.redirect(evidenceOf(&e, ""))
}

// evidenceOf returns the path of the page of evidence, or of something below it.
func evidenceOf(e *evidence.Evidence, below string) string {
	return evidenceAt(e.ID, e.Sites[0].ID, below)
}

func evidenceAt(id rollcall.EvidenceID, first rollcall.SiteID, below string) string {
	return evidencePath + "/" + string(id) + below + "?site=" + url.QueryEscape(string(first))
}

// evidenceMade returns the evidence of the path: NotFound.
func (v *visit) evidenceMade() (evidence.Evidence, error) {
	id, site := rollcall.EvidenceID(v.params["evidence_id"]), rollcall.SiteID(v.r.URL.Query().Get("site"))
	return v.service.Evidence(v.r.Context(), v.caller(), id, site)
}

// postEvidenceMade reveals the numbers in evidence and other files.
func (v *visit) postEvidenceMade() error {
	e, err := v.evidenceMade()
	if err != nil {
		return err
	}
	if err := v.reveal("", ""); err != nil {
		return v.again(err, (*visit).evidence)
	}
	return v.redirect(evidenceOf(&e, ""))
}

// evidenceFile sends evidence as a file.
func (v *visit) evidenceFile() error {
	e, err := v.evidenceMade()
	if err != nil {
		return err
	}
	if !v.mayReadNumbers("") {
		return v.redirect(evidenceOf(&e, ""))
	}
	content, err := v.service.EvidenceFile(&e)
	if err != nil {
		return err
	}
	header := v.w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Disposition", `attachment; filename="`+string(e.ID)+`.json"`)
	header.Set("Content-Length", strconv.Itoa(len(content)))
	v.w.WriteHeader(http.StatusOK)
	_, _ = v.w.Write(content)
	return nil
}
