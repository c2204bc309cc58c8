package httpapi

import (
	"net/http"
	"net/url"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func (s *server) listSuppressions(c *call) (answer, error) {
	p := c.params()
	q := service.SuppressionQuery{Page: p.count("page"), PerPage: p.perPage()}
	if p.err != nil {
		return answer{}, p.err
	}
	found, total, err := s.service.Suppressions(c.context(), c.caller, q)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: &suppressionList{Suppressions: mapped(found, suppressionOut), TotalCount: total}}, nil
}

func (s *server) createSuppression(c *call) (answer, error) {
	var in rollcall.SuppressionInput
	f := append(readOnly("suppression_id", "reason", "created_at", "warnings"), text("point", &in.Point), text("value", &in.Value))
	if err := c.read(f); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (service.CreateSuppressionResult, error) {
		return s.service.CreateSuppression(c.context(), caller, in)
	}, func(made service.CreateSuppressionResult) answer {
		data := suppressionOut(&made.Suppression)
		a := answer{status: http.StatusOK, data: &data}
		if made.Created {
			a.status, a.location = http.StatusCreated, c.r.URL.Path+"/"+url.PathEscape(string(data.SuppressionID))
		}
		return a
	})
}

func (s *server) deleteSuppression(c *call) (answer, error) {
	return change(c, func(caller service.Caller) (struct{}, error) {
		return struct{}{}, s.service.DeleteSuppression(c.context(), caller, rollcall.SuppressionID(c.r.PathValue("suppression_id")))
	}, noContent)
}

type suppressionList struct {
	Suppressions []suppression `json:"suppressions"`
	TotalCount   int           `json:"total_count"`
	warned
}

type suppression struct {
	SuppressionID rollcall.SuppressionID     `json:"suppression_id"`
	Point         rollcall.PointKind         `json:"point"`
	Value         *string                    `json:"value"`
	Reason        rollcall.SuppressionReason `json:"reason"`
	CreatedAt     timestamp                  `json:"created_at"`
	warned
}

func suppressionOut(p *rollcall.Suppression) suppression {
	return suppression{SuppressionID: p.ID, Point: p.Point, Value: orNull(p.Value), Reason: p.Reason, CreatedAt: timestamp(p.Created)}
}
