package httpapi

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// readinessQuery are the parameters of listReadiness.
var readinessQuery = []string{"status", "reason", "search", "sort", "after", "limit"}

func (s *server) getReadiness(c *call) (answer, error) {
	found, err := s.service.Readiness(c.context(), c.caller, c.siteRef())
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: readinessOut(&found)}, nil
}

func (s *server) listReadiness(c *call) (answer, error) {
	p := c.params()
	q := service.ReadinessQuery{
		Status: p.choices("status"), Reason: p.choices("reason"), Search: p.text("search").Value, Sort: p.text("sort"),
		After: p.text("after"), Limit: p.count("limit"),
	}
	if p.err != nil {
		return answer{}, p.err
	}
	found, err := s.service.ListReadiness(c.context(), c.caller, q)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: readinessListOut(&found)}, nil
}

type readiness struct {
	SiteID   rollcall.SiteID          `json:"site_id"`
	Status   rollcall.ReadinessStatus `json:"status"`
	Reasons  []readinessReason        `json:"reasons"`
	Proven   readinessCount           `json:"proven"`
	Callable readinessCount           `json:"callable"`
	Required requirement              `json:"required"`
	Since    timestamp                `json:"since"`
	warned
}

type readinessReason struct {
	Code      rollcall.ReasonCode `json:"code"`
	Message   string              `json:"message"`
	ContactID *rollcall.ContactID `json:"contact_id"`
	PointID   *rollcall.PointID   `json:"point_id"`
}

type readinessCount struct {
	People  int `json:"people"`
	Numbers int `json:"numbers"`
}

type requirement struct {
	People        int  `json:"people"`
	Numbers       int  `json:"numbers"`
	PremisesPhone bool `json:"premises_phone"`
}

func readinessOut(r *service.CurrentReadiness) *readiness {
	return &readiness{
		SiteID: r.Site.ID,
		Status: r.Status,
		Reasons: mapped(r.Reasons, func(reason *rollcall.Reason) readinessReason {
			out := readinessReason{Code: reason.Code, Message: reason.Message}
			if reason.Point != nil {
				out.ContactID, out.PointID = &reason.Contact.ID, &reason.Point.ID
			}
			return out
		}),
		Proven:   readinessCount(r.Proven),
		Callable: readinessCount(r.Callable),
		Required: requirement{r.Required.MinPeople, r.Required.MinNumbers, r.Required.PremisesPhone},
		Since:    timestamp(r.Since),
	}
}

type readinessList struct {
	ComputedAt   timestamp                        `json:"computed_at"`
	Counts       map[rollcall.ReadinessStatus]int `json:"counts"`
	ReasonCounts map[rollcall.ReasonCode]int      `json:"reason_counts"`
	Sites        []siteReadiness                  `json:"sites"`
	NextAfter    *string                          `json:"next_after"`
	warned
}

type siteReadiness struct {
	SiteID             rollcall.SiteID          `json:"site_id"`
	AccountReferenceID *string                  `json:"account_reference_id"`
	Name               string                   `json:"name"`
	Status             rollcall.ReadinessStatus `json:"status"`
	Reasons            []rollcall.ReasonCode    `json:"reasons"`
	Since              timestamp                `json:"since"`
}

func readinessListOut(found *service.ReadinessList) *readinessList {
	statuses, reasons := found.Totals()
	return &readinessList{
		ComputedAt:   timestamp(found.ComputedAt),
		Counts:       statuses,
		ReasonCounts: reasons,
		NextAfter:    orNull(found.NextAfter),
		Sites: mapped(found.Sites, func(s *service.SiteReadiness) siteReadiness {
			return siteReadiness{
				SiteID: s.Site, AccountReferenceID: orNull(s.Reference), Name: s.Name, Status: s.Status,
				Reasons: append([]rollcall.ReasonCode{}, s.Reasons...), Since: timestamp(s.Since),
			}
		}),
	}
}
