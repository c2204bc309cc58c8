package httpapi

import (
	"net/http"
	"net/url"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// siteQuery are the parameters of listSites.
var siteQuery = []string{"search", "status", "account_reference_id", "page", "per_page", "limit"}

var cascadeQuery = []string{"cascade"}

// siteRef returns the site in the path: its id, or its account reference.
func (c *call) siteRef() rollcall.SiteRef {
	return rollcall.SiteRef{ID: rollcall.SiteID(c.r.PathValue("site_id")), Reference: c.r.PathValue("account_reference_id")}
}

func (s *server) listSites(c *call) (answer, error) {
	p := c.params()
	q := service.SiteQuery{
		Status: p.text("status"), Reference: p.text("account_reference_id").Value, Search: p.text("search").Value, Page: p.count("page"), PerPage: p.perPage(),
	}
	if p.err != nil {
		return answer{}, p.err
	}
	sites, total, err := s.service.Sites(c.context(), c.caller, q)
	if err != nil {
		return answer{}, err
	}
	return answer{
		status: http.StatusOK,
		tag:    listTag(len(sites), total, func(i int) (string, string) { return string(sites[i].ID), sites[i].ETag() }),
		data:   &siteList{Sites: mapped(sites, siteOut), TotalCount: total},
		meta:   &meta{timestamp(s.now())}, // not covered by the tag
	}, nil
}

func (s *server) createSite(c *call) (answer, error) {
	var in rollcall.SiteInput
	if err := c.read(append(siteFields(&in), text("site_id", &in.SiteID))); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (rollcall.Site, error) {
		return s.service.CreateSite(c.context(), caller, in)
	}, func(made rollcall.Site) answer {
		a := siteAnswer(http.StatusCreated, made)
		a.location = "/ext/v1/sites/" + url.PathEscape(string(made.ID))
		return a
	})
}

func (s *server) getSite(c *call) (answer, error) {
	found, err := s.service.Site(c.context(), c.caller, c.siteRef())
	return siteAnswer(http.StatusOK, found), err
}

func (s *server) updateSite(c *call) (answer, error) {
	var in rollcall.SiteInput
	id := c.fromPath("site_id")
	if c.siteRef().ID == "" {
		id = readOnly("site_id")[0]
	}
	if err := c.read(append(siteFields(&in), id)); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (rollcall.Site, error) {
		return s.service.UpdateSite(c.context(), caller, c.siteRef(), in)
	}, func(site rollcall.Site) answer { return siteAnswer(http.StatusOK, site) })
}

// putSite creates or updates the site with the reference.
func (s *server) putSite(c *call) (answer, error) {
	var in rollcall.SiteInput
	if err := c.read(append(siteFields(&in), readOnly("site_id")...)); err != nil {
		return answer{}, err
	}
	reference := c.siteRef().Reference
	return change(c, func(caller service.Caller) (service.PutSiteResult, error) {
		return s.service.PutSite(c.context(), caller, reference, in)
	}, func(put service.PutSiteResult) answer {
		a := siteAnswer(http.StatusOK, put.Site)
		if put.Created {
			a.status, a.location = http.StatusCreated, "/ref/v1/sites/"+url.PathEscape(reference)
		}
		return a
	})
}

func (s *server) deleteSite(c *call) (answer, error) {
	p := c.params()
	cascade := p.boolean("cascade")
	if p.err != nil {
		return answer{}, p.err
	}
	return change(c, func(caller service.Caller) (struct{}, error) {
		return struct{}{}, s.service.DeleteSite(c.context(), caller, c.siteRef(), cascade)
	}, noContent)
}

// noContent returns the answer to a deletion.
func noContent(struct{}) answer { return answer{status: http.StatusNoContent} }

// siteFields returns the fields of a site without its id.
func siteFields(in *rollcall.SiteInput) fields {
	return append(readOnly("created_at", "updated_at", "reviewed_at", "warnings"),
		text("account_reference_id", &in.Reference),
		text("account_number", &in.AccountNumber),
		text("name", &in.Name),
		object("address", &in.Address, func(a *rollcall.AddressInput) fields {
			return fields{
				text("street", &a.Street), text("city", &a.City), text("state", &a.State), text("zip", &a.Zip), text("country", &a.Country),
			}
		}),
		text("timezone", &in.Timezone),
		text("language", &in.Language),
		text("status", &in.Status),
		text("premises_phone", &in.PremisesPhone),
		object("readiness_rules", &in.ReadinessRules, func(r *rollcall.SiteReadinessRulesInput) fields {
			return fields{
				integer("min_people", &r.MinPeople), integer("min_numbers", &r.MinNumbers), boolean("premises_phone", &r.PremisesPhone),
				text("exempt_reason", &r.ExemptReason),
			}
		}),
	)
}

type siteList struct {
	Sites      []site `json:"sites"`
	TotalCount int    `json:"total_count"`
	warned
}

type site struct {
	SiteID             rollcall.SiteID     `json:"site_id"`
	AccountReferenceID *string             `json:"account_reference_id"`
	AccountNumber      *string             `json:"account_number"`
	Name               string              `json:"name"`
	Address            address             `json:"address"`
	Timezone           *string             `json:"timezone"`
	Language           *string             `json:"language"`
	Status             rollcall.SiteStatus `json:"status"`
	PremisesPhone      *string             `json:"premises_phone"`
	ReadinessRules     siteReadinessRules  `json:"readiness_rules"`
	CreatedAt          timestamp           `json:"created_at"`
	UpdatedAt          timestamp           `json:"updated_at"`
	ReviewedAt         timestamp           `json:"reviewed_at"`
	warned
}

// siteReadinessRules are rules of a site; nil: that of the dealer.
type siteReadinessRules struct {
	MinPeople     *int    `json:"min_people"`
	MinNumbers    *int    `json:"min_numbers"`
	PremisesPhone *bool   `json:"premises_phone"`
	ExemptReason  *string `json:"exempt_reason"`
}

func rulesOut(r *rollcall.SiteReadinessRules) siteReadinessRules {
	return siteReadinessRules{
		MinPeople: overrideOut(r.MinPeople), MinNumbers: overrideOut(r.MinNumbers), PremisesPhone: overrideOut(r.PremisesPhone),
		ExemptReason: orNull(r.ExemptReason),
	}
}

func overrideOut[T comparable](o rollcall.Override[T]) *T {
	if !o.Set {
		return nil
	}
	return &o.Value
}

type address struct {
	Street  *string `json:"street"`
	City    *string `json:"city"`
	State   *string `json:"state"`
	Zip     *string `json:"zip"`
	Country *string `json:"country"`
}

func siteAnswer(status int, s rollcall.Site) answer {
	data := siteOut(&s)
	return answer{status: status, tag: s.ETag(), data: &data}
}

func siteOut(s *rollcall.Site) site {
	a := &s.Address
	return site{
		SiteID:             s.ID,
		AccountReferenceID: orNull(s.Reference),
		AccountNumber:      orNull(s.AccountNumber),
		Name:               s.Name,
		Address: address{
			Street: orNull(a.Street), City: orNull(a.City), State: orNull(a.State), Zip: orNull(a.Zip), Country: orNull(a.Country),
		},
		PremisesPhone:  orNull(s.PremisesPhone.Value),
		ReadinessRules: rulesOut(&s.ReadinessRules),
		warned:         warningsOut(s.Warnings()),
		Timezone:       orNull(s.Timezone),
		Language:       orNull(s.Language),
		Status:         s.Status,
		CreatedAt:      timestamp(s.Created),
		UpdatedAt:      timestamp(s.Updated),
		ReviewedAt:     timestamp(s.Reviewed),
	}
}
