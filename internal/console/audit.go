package console

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

// auditPage is the data of audit.html.
type auditPage struct {
	shell
	Filter  []field
	Sites   []siteChoice // that match what was typed, if several do
	NoSite  bool         // none matches
	Lines   []changeRow
	Older   string // path of the next page; empty: this is the last
	All     string // path without filters; empty: there are none
	Zone    string // of the times
	Nothing string // instead of lines

	Evidence string // path of the form, for the site of the filter
}

// siteChoice is a site that somebody may have meant.
type siteChoice struct{ Path, Name, Reference string }

// auditKind is a kind of changes to choose from, with its actions.
type auditKind struct {
	name    string
	ofNone  bool // they are of no site
	actions []string
}

var auditKinds = []auditKind{
	{"contacts", false, []string{
		audit.ContactCreated, audit.ContactUpdated, audit.ContactDeleted, audit.ContactRestored, audit.ContactPhoneReread,
		audit.ContactErasureBegun, audit.ContactErased, audit.MentionsErased, "contact.removed", audit.CallListReordered, audit.CallListReviewed,
	}},
	{"sites", false, []string{audit.SiteCreated, audit.SiteUpdated, audit.SiteDeleted, audit.ReadinessChanged}},
	{"reveals", false, []string{audit.NumbersRevealed}},
	{"validations", false, []string{
		"validation.requested", audit.ValidationSent, "validation.delivered", "validation.confirmed", "validation.declined", "validation.failed",
		"validation.expired", audit.ValidationCanceled, audit.ValidationAttested, audit.ValidationStale,
	}},
	{"opt_outs", false, []string{audit.ContactOptedOut, audit.ContactOptedIn, "suppression.created", "suppression.deleted"}},
	{"evidence", false, []string{audit.EvidenceCreated}},
	{"access", true, []string{
		"user.created", "user.role_changed", "user.disabled", "user.enabled", "user.reset", "user.password_changed", "user.second_factor_on",
		"user.second_factor_off", "key.created", "key.revoked",
	}},
	{"settings", true, []string{
		"settings.updated", "branding.updated", "dealer.created", "dealer.updated", "dealer.suspended", "dealer.resumed",
		"webhook.created", "webhook.updated", "webhook.rotated", "webhook.disabled", "webhook.deleted",
	}},
	{"batches", true, []string{
		"roll_call.created", "roll_call.started", "roll_call.paused", "roll_call.resumed", "roll_call.canceled", "roll_call.retried",
		"roll_call.finished", "import.finished",
	}},
}

// audit shows what was changed, the newest first.
func (v *visit) audit() error {
	given, t := v.r.URL.Query(), &v.t.Audit
	p := auditPage{shell: v.shell(t.Title)}
	site, err := v.auditSite(&p, given.Get("site"))
	if err != nil {
		return err
	}
	contacts, err := v.auditContacts(site)
	if err != nil {
		return err
	}
	place := time.UTC
	if site != nil {
		place = placeOf(site)
	}
	p.Zone = place.String()
	v.auditFilter(&p, given, contacts)
	p.Evidence = evidenceFormPath(site)
	if given.Get("site") != "" && site == nil {
		return v.show("audit", p)
	}
	q, err := auditQuery(given, site, contacts, place)
	if err != nil {
		return err
	}
	page, err := v.service.RecentAudit(v.r.Context(), v.caller(), q)
	if err != nil {
		return err
	}
	if p.Lines, err = v.auditRows(&page, place); err != nil {
		return err
	}
	if page.Older != "" {
		given.Set("before", page.Older)
		p.Older = auditPath + "?" + given.Encode()
	}
	if len(p.Lines) == 0 {
		p.Nothing = t.None
		if p.Older != "" {
			p.Nothing = t.NoneHere
		}
	}
	return v.show("audit", p)
}

// auditSite returns the site that was typed into the filter, by its identifier or as a search for sites finds it, and nil if none or
// several match; p then says so.
func (v *visit) auditSite(p *auditPage, typed string) (*rollcall.Site, error) {
	if typed == "" {
		return nil, nil //nolint:nilnil // any site
	}
	found, err := v.sitesTyped(typed)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 1:
		return &found[0], nil
	}
	for i := range found {
		p.Sites = append(p.Sites, siteChoice{auditPath + "?site=" + url.QueryEscape(string(found[i].ID)), found[i].Name, found[i].Reference})
	}
	p.NoSite = len(found) == 0
	return nil, nil //nolint:nilnil // p says it
}

// sitesTyped returns the site with the identifier or reference that was typed, otherwise the first that a search for sites finds.
func (v *visit) sitesTyped(typed string) ([]rollcall.Site, error) {
	ctx, caller := v.r.Context(), v.caller()
	for _, ref := range []rollcall.SiteRef{{ID: rollcall.SiteID(typed)}, {Reference: typed}} {
		site, err := v.service.Site(ctx, caller, ref)
		if err == nil || rollcall.KindOf(err) != rollcall.SiteNotFound {
			return []rollcall.Site{site}, err
		}
	}
	const most = 10
	found, _, err := v.service.Sites(ctx, caller, service.SiteQuery{Search: typed, PerPage: rollcall.Given(most)})
	return found, err
}

// severalSites lists sites that were found for what was typed, each with what tells it from the others.
func severalSites(found []rollcall.Site) string {
	names := make([]string, len(found))
	for i := range found {
		names[i] = isolated(found[i].Name) + " (" + isolated(cmp.Or(found[i].Reference, string(found[i].ID))) + ")"
	}
	return strings.Join(names, ", ")
}

// auditContacts returns the contacts of the site of the filter.
func (v *visit) auditContacts(site *rollcall.Site) ([]rollcall.Contact, error) {
	if site == nil {
		return nil, nil
	}
	const most = 200
	contacts, _, err := v.service.Contacts(v.r.Context(), v.caller(), rollcall.SiteRef{ID: site.ID}, service.ContactQuery{PerPage: rollcall.Given(most)})
	return contacts, err
}

// auditFilter fills the form above the lines.
func (v *visit) auditFilter(p *auditPage, given url.Values, contacts []rollcall.Contact) {
	t := &v.t.Audit
	kinds := []option{{"", v.t.Sites.Any, given.Get("kind") == ""}}
	for _, kind := range auditKinds {
		kinds = append(kinds, option{kind.name, t.Kinds[kind.name], given.Get("kind") == kind.name})
	}
	p.Filter = []field{v.field("site", t.Site, field{Type: "search", Autocomplete: "off", Value: given.Get("site")})}
	if len(contacts) > 0 {
		people := []option{{"", v.t.Sites.Any, false}}
		for i := range contacts {
			c := &contacts[i]
			people = append(people, option{string(c.ID), c.Name(), given.Get("contact") == string(c.ID)})
		}
		p.Filter = append(p.Filter, v.field("contact", t.Contact, field{Options: people}))
	}
	p.Filter = append(p.Filter,
		v.field("kind", t.Kind, field{Options: kinds}),
		v.field("from", t.From, field{Type: "date", Value: given.Get("from")}),
		v.field("to", t.To, field{Type: "date", Value: given.Get("to")}),
	)
	for _, name := range []string{"site", "contact", "kind", "from", "to", "before"} {
		if given.Get(name) != "" {
			p.All = auditPath
		}
	}
}

// auditQuery returns what the filter selects: InvalidRequest. Days are those of a time zone.
func auditQuery(given url.Values, site *rollcall.Site, contacts []rollcall.Contact, place *time.Location) (service.RecentAuditQuery, error) {
	var q service.RecentAuditQuery
	if site != nil {
		q.Site = rollcall.Given(site.ID)
	}
	for i := range contacts {
		if string(contacts[i].ID) == given.Get("contact") {
			q.Contact = contacts[i].ID
		}
	}
	if kind := given.Get("kind"); kind != "" {
		i := slices.IndexFunc(auditKinds, func(k auditKind) bool { return k.name == kind })
		if i < 0 {
			return q, &rollcall.Error{Kind: rollcall.InvalidRequest}
		}
		q.Actions = auditKinds[i].actions
		if auditKinds[i].ofNone && site == nil {
			q.Site = rollcall.Given[rollcall.SiteID]("")
		}
	}
	for _, day := range []struct {
		name  string
		at    *time.Time
		later int
	}{{"from", &q.From, 0}, {"to", &q.To, 1}} {
		if given.Get(day.name) == "" {
			continue
		}
		midnight, err := time.ParseInLocation(time.DateOnly, given.Get(day.name), place)
		if err != nil {
			return q, &rollcall.Error{Kind: rollcall.InvalidRequest}
		}
		*day.at = midnight.AddDate(0, 0, day.later)
	}
	if before := given.Get("before"); before != "" {
		q.Before = rollcall.Given(before)
	}
	return q, nil
}
