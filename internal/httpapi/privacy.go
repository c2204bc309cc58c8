package httpapi

import (
	"context"
	"net/http"
	"time"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

// EraseContact implements eraseContact.
func (s *server) EraseContact(ctx context.Context, p api.EraseContactParams) (api.EraseContactRes, error) {
	done, err := s.service.EraseContact(ctx, caller(ctx, http.StatusOK), rollcall.SiteID(p.SiteID), rollcall.ContactID(p.ContactID))
	if err != nil {
		return nil, err
	}
	return erasureOut(done), nil
}

func erasureOut(e rollcall.Erasure) *api.ErasureAnswer {
	return &api.ErasureAnswer{Data: api.Erasure{ContactID: string(e.Contact), ErasedAt: e.At}}
}

// ExportContact implements exportContact.
func (s *server) ExportContact(ctx context.Context, p api.ExportContactParams) (api.ExportContactRes, error) {
	e, err := s.service.ExportContact(ctx, reader(ctx), rollcall.SiteID(p.SiteID), rollcall.ContactID(p.ContactID))
	if err != nil {
		return nil, err
	}
	lines, err := auditOut(e.Audit)
	if err != nil {
		return nil, err
	}
	captured := make(map[rollcall.ValidationID]time.Time, len(e.Captured))
	for _, m := range e.Captured {
		captured[m.Validation] = m.At
	}
	events := make(map[rollcall.ValidationID][]rollcall.ValidationEvent, len(e.Validations))
	for _, event := range e.Events {
		events[event.Validation] = append(events[event.Validation], event)
	}
	out := api.Export{
		PhoneE164:    orNull(""),
		DeletedAt:    timeOrNull(time.Time{}),
		Suppressions: suppressionsOut(e.Suppressions),
		Validations:  make([]api.ExportedValidation, len(e.Validations)),
		Audit:        lines,
	}
	if c := e.Contact; c != nil {
		out.Contact = api.NewOptContact(contactOut(c))
		out.PhoneE164, out.DeletedAt = orNull(string(c.PhoneE164)), timeOrNull(c.Deleted)
	}
	for i, v := range e.Validations {
		out.Validations[i] = api.ExportedValidation{
			ValidationID: string(v.ID),
			Method:       api.RecordedMethod(v.Method),
			To:           v.To,
			Message:      v.Text,
			Status:       api.ValidationStatus(v.Status),
			CreatedAt:    v.Created,
			SentAt:       timeOrNull(v.Sent),
			DeliveredAt:  timeOrNull(v.Delivered),
			AnsweredAt:   timeOrNull(v.Answered),
			CapturedAt:   timeOrNull(captured[v.ID]),
			Timeline:     timelineOut(events[v.ID]),
		}
	}
	return &api.ExportAnswer{Data: out}, nil
}
