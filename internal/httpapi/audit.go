package httpapi

import (
	"context"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

// ListAudit implements listAudit.
func (s *server) ListAudit(ctx context.Context, p api.ListAuditParams) (api.ListAuditRes, error) {
	lines, next, err := s.service.Audit(ctx, reader(ctx), rollcall.AuditQuery{
		Site:    optional(p.SiteID.Get()),
		Contact: p.ContactID.Value,
		After:   p.After.Value,
		Limit:   optional(p.Limit.Get()),
	})
	if err != nil {
		return nil, err
	}
	out, err := auditOut(lines)
	if err != nil {
		return nil, err
	}
	return &api.AuditAnswer{Data: api.AuditList{Lines: out, NextAfter: orNull(next)}}, nil
}

func auditOut(lines []rollcall.AuditLine) ([]api.AuditLine, error) {
	out := make([]api.AuditLine, len(lines))
	for i := range lines {
		l := &lines[i]
		changed, err := l.Changes()
		if err != nil {
			return nil, err
		}
		out[i] = api.AuditLine{
			At:        l.At,
			Actor:     l.Actor,
			RequestID: orNull(l.RequestID),
			Action:    l.Action,
			SiteID:    orNull(string(l.Site)),
			ContactID: orNull(string(l.Contact)),
			Subject:   l.Subject,
			Seq:       int(l.Seq),
			Hash:      l.Hash.String(),
			Erased:    l.Erased(),
			Changes:   make([]api.Change, len(changed)),
		}
		for j, c := range changed {
			out[i].Changes[j] = api.Change{Field: c.Field, Old: textOrNull(c.Old), New: textOrNull(c.New)}
		}
	}
	return out, nil
}

func textOrNull(s *string) api.NilString {
	if s == nil {
		return api.NilString{Null: true}
	}
	return api.NewNilString(*s)
}
