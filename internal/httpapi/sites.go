package httpapi

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
)

// siteQuery are the parameters of a list of sites.
var siteQuery = []string{"search", "status", "page", "per_page", "limit"}

var cascadeQuery = []string{"cascade"}

// siteRef names the site of the path: by its id, or by the dealer's own reference.
func (c *call) siteRef() rollcall.SiteRef {
	return rollcall.SiteRef{ID: rollcall.SiteID(c.r.PathValue("site_id")), Reference: c.r.PathValue("account_reference_id")}
}

func (s *server) listSites(c *call) (answer, error) {
	p := c.params()
	q := rollcall.SiteQuery{
		Status: p.text("status"), Search: p.text("search").Value, Page: p.count("page"), PerPage: p.perPage(),
	}
	if p.err != nil {
		return answer{}, p.err
	}
	sites, total, err := s.service.Sites(c.context(), c.caller, q)
	if err != nil {
		return answer{}, err
	}
	out := siteList{Sites: make([]site, len(sites)), TotalCount: total}
	for i := range sites {
		out.Sites[i] = siteOut(&sites[i])
	}
	return answer{
		status: http.StatusOK,
		tag:    listTag(len(sites), total, func(i int) (string, string) { return string(sites[i].ID), sites[i].ETag() }),
		data:   out,
		meta:   &meta{timestamp(s.now())}, // no part of the tag
	}, nil
}

func (s *server) createSite(c *call) (answer, error) {
	var in rollcall.SiteInput
	if err := c.read(append(siteFields(&in), text("site_id", &in.SiteID))); err != nil {
		return answer{}, err
	}
	return change(c, func(who rollcall.Caller) (rollcall.Site, error) {
		return s.service.CreateSite(c.context(), who, in)
	}, func(made rollcall.Site) answer { return siteAnswer(http.StatusCreated, made) })
}

func (s *server) getSite(c *call) (answer, error) {
	found, err := s.service.Site(c.context(), c.caller, c.siteRef())
	return siteAnswer(http.StatusOK, found), err
}

func (s *server) updateSite(c *call) (answer, error) {
	var in rollcall.SiteInput
	if err := c.read(siteFields(&in)); err != nil {
		return answer{}, err
	}
	return change(c, func(who rollcall.Caller) (rollcall.Site, error) {
		return s.service.UpdateSite(c.context(), who, c.siteRef(), in)
	}, func(site rollcall.Site) answer { return siteAnswer(http.StatusOK, site) })
}

func (s *server) deleteSite(c *call) (answer, error) {
	p := c.params()
	cascade := p.boolean("cascade")
	if p.err != nil {
		return answer{}, p.err
	}
	return change(c, func(who rollcall.Caller) (struct{}, error) {
		return struct{}{}, s.service.DeleteSite(c.context(), who, c.siteRef(), cascade)
	}, noContent)
}

// noContent is the answer to a deletion.
func noContent(struct{}) answer { return answer{status: http.StatusNoContent} }

// siteFields are those that a site has in a body, but for its id.
func siteFields(in *rollcall.SiteInput) fields {
	return fields{
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
	}
}

type siteList struct {
	Sites      []site `json:"sites"`
	TotalCount int    `json:"total_count"`
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
	CreatedAt          timestamp           `json:"created_at"`
	UpdatedAt          timestamp           `json:"updated_at"`
}

type address struct {
	Street  *string `json:"street"`
	City    *string `json:"city"`
	State   *string `json:"state"`
	Zip     *string `json:"zip"`
	Country *string `json:"country"`
}

func siteAnswer(status int, s rollcall.Site) answer {
	return answer{status: status, tag: s.ETag(), data: siteOut(&s)}
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
		Timezone:  orNull(s.Timezone),
		Language:  orNull(s.Language),
		Status:    s.Status,
		CreatedAt: timestamp(s.Created),
		UpdatedAt: timestamp(s.Updated),
	}
}
