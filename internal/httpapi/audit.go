package httpapi

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

// auditQuery are the parameters of listAudit.
var auditQuery = []string{"site_id", "contact_id", "action", "after", "limit"}

func (s *server) listAudit(c *call) (answer, error) {
	p := c.params()
	q := service.AuditQuery{
		Site: p.text("site_id"), Contact: p.text("contact_id").Value, Action: p.text("action").Value, After: p.text("after").Value,
		Limit: p.count("limit"),
	}
	if p.err != nil {
		return answer{}, p.err
	}
	lines, next, err := s.service.Audit(c.context(), c.caller, q)
	if err != nil {
		return answer{}, err
	}
	out, err := auditOut(lines)
	return answer{status: http.StatusOK, data: &auditList{Lines: out, NextAfter: next}}, err
}

type auditList struct {
	Lines     []auditLine `json:"lines"`
	NextAfter string      `json:"next_after"`
	warned
}

type auditLine struct {
	At         timestamp           `json:"at"`
	Actor      string              `json:"actor"`
	OnBehalfOf *string             `json:"on_behalf_of"`
	RequestID  *string             `json:"request_id"`
	Action     string              `json:"action"`
	SiteID     *rollcall.SiteID    `json:"site_id"`
	ContactID  *rollcall.ContactID `json:"contact_id"`
	Subject    string              `json:"subject"`
	Seq        int64               `json:"seq"`
	Hash       string              `json:"hash"`
	Erased     bool                `json:"erased"`
	Changes    []fieldChange       `json:"changes"`
}

type fieldChange struct {
	Field string  `json:"field"`
	Old   *string `json:"old"`
	New   *string `json:"new"`
}

func auditOut(lines []audit.Line) ([]auditLine, error) {
	out := make([]auditLine, len(lines))
	for i := range lines {
		l := &lines[i]
		changed, err := l.Changes()
		if err != nil {
			return nil, err
		}
		out[i] = auditLine{
			At:         timestamp(l.At),
			Actor:      l.Actor,
			OnBehalfOf: orNull(l.Mentioned().OnBehalfOf),
			RequestID:  orNull(l.RequestID),
			Action:     l.Action,
			SiteID:     orNull(l.Site),
			ContactID:  orNull(l.Contact),
			Subject:    l.Subject,
			Seq:        l.Seq,
			Hash:       l.Hash.String(),
			Erased:     l.Erased() || l.MentionsErased(),
			Changes:    make([]fieldChange, len(changed)),
		}
		for j, c := range changed {
			out[i].Changes[j] = fieldChange(c)
		}
	}
	return out, nil
}
