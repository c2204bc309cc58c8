package httpapi

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func (s *server) createReview(c *call) (answer, error) {
	var in rollcall.ReviewInput
	if err := c.read(append(readOnly("reviewed_at", "warnings"), c.fromPath("site_id"), text("with", &in.With), text("note", &in.Note))); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (rollcall.Site, error) {
		return s.service.Review(c.context(), caller, c.siteRef(), in)
	}, func(reviewed rollcall.Site) answer {
		return answer{status: http.StatusOK, data: &review{SiteID: reviewed.ID, ReviewedAt: timestamp(reviewed.Reviewed)}}
	})
}

// review is the answer to a review. It repeats no name, so that a stored response has nothing to erase.
type review struct {
	SiteID     rollcall.SiteID `json:"site_id"`
	ReviewedAt timestamp       `json:"reviewed_at"`
	warned
}
