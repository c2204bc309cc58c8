package httpapi

import (
	"context"
	"net/http"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

// ListSuppressions implements listSuppressions.
func (s *server) ListSuppressions(ctx context.Context, p api.ListSuppressionsParams) (api.ListSuppressionsRes, error) {
	found, total, err := s.service.Suppressions(ctx, reader(ctx), rollcall.SuppressionQuery{
		Page: optional(p.Page.Get()), PerPage: perPage(p.PerPage, p.Limit),
	})
	if err != nil {
		return nil, err
	}
	return &api.SuppressionListAnswer{Data: api.SuppressionList{Suppressions: suppressionsOut(found), TotalCount: total}}, nil
}

// CreateSuppression implements createSuppression.
func (s *server) CreateSuppression(ctx context.Context, req *api.SuppressionCreate, _ api.CreateSuppressionParams) (api.CreateSuppressionRes, error) {
	result, err := s.service.CreateSuppression(ctx, caller(ctx, http.StatusOK), rollcall.SuppressionInput{
		Point: rollcall.Given(string(req.Point)), Value: rollcall.Given(req.Value),
	})
	if err != nil {
		return nil, err
	}
	answer := api.SuppressionAnswer{Data: suppressionOut(&result.Suppression)}
	if result.Created {
		return (*api.CreateSuppressionCreated)(&answer), nil
	}
	return (*api.CreateSuppressionOK)(&answer), nil
}

// DeleteSuppression implements deleteSuppression.
func (s *server) DeleteSuppression(ctx context.Context, p api.DeleteSuppressionParams) (api.DeleteSuppressionRes, error) {
	err := s.service.DeleteSuppression(ctx, caller(ctx, http.StatusNoContent), rollcall.SuppressionID(p.SuppressionID))
	return &api.DeleteSuppressionNoContent{}, err
}

func suppressionsOut(found []rollcall.Suppression) []api.Suppression {
	out := make([]api.Suppression, len(found))
	for i := range found {
		out[i] = suppressionOut(&found[i])
	}
	return out
}

func suppressionOut(p *rollcall.Suppression) api.Suppression {
	return api.Suppression{
		SuppressionID: string(p.ID), Point: api.ContactPoint(p.Point), Value: orNull(p.Value),
		Reason: api.SuppressionReason(p.Reason), CreatedAt: p.Created,
	}
}
