package httpapi

import (
	"context"
	"net/http"
	"time"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

// CreateSite implements createSite.
func (s *server) CreateSite(ctx context.Context, req *api.SiteCreate, _ api.CreateSiteParams) (api.CreateSiteRes, error) {
	return siteAnswer(s.service.CreateSite(ctx, caller(ctx, http.StatusCreated), rollcall.SiteInput{
		SiteID:        optional(req.SiteID.Get()),
		Reference:     nullable(req.AccountReferenceID),
		AccountNumber: nullable(req.AccountNumber),
		Name:          rollcall.Given(req.Name),
		Address:       addressInput(req.Address),
		Timezone:      nullable(req.Timezone),
		Language:      nullable(req.Language),
		Status:        optionalText(req.Status.Get()),
	}))
}

// ListSites implements listSites.
func (s *server) ListSites(ctx context.Context, p api.ListSitesParams) (api.ListSitesRes, error) {
	sites, total, err := s.service.Sites(ctx, reader(ctx), rollcall.SiteQuery{
		Status:  optionalText(p.Status.Get()),
		Search:  p.Search.Value,
		Page:    optional(p.Page.Get()),
		PerPage: perPage(p.PerPage, p.Limit),
	})
	if err != nil {
		return nil, err
	}
	list := make([]api.Site, len(sites))
	for i := range sites {
		list[i] = siteOut(&sites[i])
	}
	tag := listTag(len(sites), total, func(i int) (string, string) { return string(sites[i].ID), sites[i].ETag() })
	if unchanged(p.IfNoneMatch, tag) {
		return notModified(tag), nil
	}
	return &api.SiteListAnswerHeaders{
		ETag: api.NewOptString(quoted(tag)), // the time of the answer is no part of it
		Response: api.SiteListAnswer{
			Data: api.SiteList{Sites: list, TotalCount: total},
			Meta: api.Meta{Timestamp: s.now().UTC().Truncate(time.Second)},
		},
	}, nil
}

// GetSite implements getSite.
func (s *server) GetSite(ctx context.Context, p api.GetSiteParams) (api.GetSiteRes, error) {
	found, err := s.service.Site(ctx, reader(ctx), site(p.SiteID))
	switch {
	case err != nil:
		return nil, err
	case unchanged(p.IfNoneMatch, found.ETag()):
		return notModified(found.ETag()), nil
	}
	return siteAnswer(found, nil)
}

// UpdateSite implements updateSite.
func (s *server) UpdateSite(ctx context.Context, req *api.SiteUpdate, p api.UpdateSiteParams) (api.UpdateSiteRes, error) {
	return s.updateSite(ctx, req, p.SiteID)
}

// PatchSite implements patchSite.
func (s *server) PatchSite(ctx context.Context, req api.PatchSiteReq, p api.PatchSiteParams) (api.PatchSiteRes, error) {
	var update *api.SiteUpdate
	switch req := req.(type) {
	case *api.PatchSiteApplicationJSON:
		update = (*api.SiteUpdate)(req)
	case *api.PatchSiteApplicationMergePatchJSON:
		update = (*api.SiteUpdate)(req)
	}
	return s.updateSite(ctx, update, p.SiteID)
}

func (s *server) updateSite(ctx context.Context, req *api.SiteUpdate, id string) (*api.SiteAnswerHeaders, error) {
	return siteAnswer(s.service.UpdateSite(ctx, caller(ctx, http.StatusOK), site(id), rollcall.SiteInput{
		Reference:     nullable(req.AccountReferenceID),
		AccountNumber: nullable(req.AccountNumber),
		Name:          optional(req.Name.Get()),
		Address:       addressInput(req.Address),
		Timezone:      nullable(req.Timezone),
		Language:      nullable(req.Language),
		Status:        optionalText(req.Status.Get()),
	}))
}

// DeleteSite implements deleteSite.
func (s *server) DeleteSite(ctx context.Context, p api.DeleteSiteParams) (api.DeleteSiteRes, error) {
	err := s.service.DeleteSite(ctx, caller(ctx, http.StatusNoContent), site(p.SiteID), p.Cascade.Or(false))
	return &api.DeleteSiteNoContent{}, err
}

func site(id string) rollcall.SiteRef {
	return rollcall.SiteRef{ID: rollcall.SiteID(id)}
}

func siteByReference(reference string) rollcall.SiteRef {
	return rollcall.SiteRef{Reference: reference}
}

func addressInput(a api.OptNilAddressInput) rollcall.Field[rollcall.AddressInput] {
	return rollcall.Field[rollcall.AddressInput]{Set: a.Set, Null: a.Null, Value: rollcall.AddressInput{
		Street:  nullable(a.Value.Street),
		City:    nullable(a.Value.City),
		State:   nullable(a.Value.State),
		Zip:     nullable(a.Value.Zip),
		Country: nullable(a.Value.Country),
	}}
}

func siteAnswer(site rollcall.Site, err error) (*api.SiteAnswerHeaders, error) {
	if err != nil {
		return nil, err
	}
	return &api.SiteAnswerHeaders{
		ETag:     api.NewOptString(quoted(site.ETag())),
		Response: api.SiteAnswer{Data: siteOut(&site)},
	}, nil
}

func siteOut(s *rollcall.Site) api.Site {
	return api.Site{
		SiteID:             string(s.ID),
		AccountReferenceID: orNull(s.Reference),
		AccountNumber:      orNull(s.AccountNumber),
		Name:               s.Name,
		Address: api.Address{
			Street:  orNull(s.Address.Street),
			City:    orNull(s.Address.City),
			State:   orNull(s.Address.State),
			Zip:     orNull(s.Address.Zip),
			Country: orNull(s.Address.Country),
		},
		Timezone:  orNull(s.Timezone),
		Language:  orNull(s.Language),
		Status:    api.SiteStatus(s.Status),
		CreatedAt: s.Created,
		UpdatedAt: s.Updated,
	}
}
