package httpapi

import (
	"context"
	"net/http"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

// SendValidation implements sendValidation.
func (s *server) SendValidation(ctx context.Context, req api.OptValidationRequest, p api.SendValidationParams) (api.SendValidationRes, error) {
	answer, queued, err := s.sendValidation(ctx, req, contact(p.SiteID, p.ContactID))
	switch {
	case err != nil:
		return nil, err
	case queued:
		return (*api.SendValidationAccepted)(&answer), nil
	}
	return (*api.SendValidationOK)(&answer), nil
}

// SendValidationByReference implements sendValidationByReference.
func (s *server) SendValidationByReference(ctx context.Context, req api.OptValidationRequest, p api.SendValidationByReferenceParams) (api.SendValidationByReferenceRes, error) {
	answer, queued, err := s.sendValidation(ctx, req, contactByReference(p.AccountReferenceID, p.ExternalContactID))
	switch {
	case err != nil:
		return nil, err
	case queued:
		return (*api.SendValidationByReferenceAccepted)(&answer), nil
	}
	return (*api.SendValidationByReferenceOK)(&answer), nil
}

// sendValidation also says whether the message is still on its way.
func (s *server) sendValidation(ctx context.Context, req api.OptValidationRequest, ref rollcall.ContactRef) (answer api.ValidationAnswer, queued bool, err error) {
	v, err := s.service.SendValidation(ctx, caller(ctx, http.StatusOK), ref, rollcall.ValidationInput{
		Method:  optionalText(req.Value.Method.Get()),
		Message: optional(req.Value.Message.Get()),
	})
	if err != nil {
		return api.ValidationAnswer{}, false, err
	}
	return validationOut(&v), v.Status == rollcall.ValidationQueued, nil
}

func validationOut(v *rollcall.Validation) api.ValidationAnswer {
	out := api.Validation{
		ValidationID: string(v.ID),
		Status:       api.ValidationStatus(v.Status),
		Method:       api.RecordedMethod(v.Method),
		SentAt:       timeOrNull(v.Sent),
	}
	out.Failure, out.NotBefore = failureOut(v), waitingFor(v)
	return api.ValidationAnswer{Data: out}
}

// waitingFor returns when the quiet hours end that a validation waits for.
func waitingFor(v *rollcall.Validation) api.OptDateTime {
	if v.Status != rollcall.ValidationQueued || v.NotBefore.IsZero() {
		return api.OptDateTime{}
	}
	return api.NewOptDateTime(v.NotBefore)
}

func failureOut(v *rollcall.Validation) api.OptFailure {
	if v.Failure == (rollcall.Failure{}) {
		return api.OptFailure{}
	}
	return api.NewOptFailure(api.Failure{Code: v.Failure.Code, Message: v.Failure.Message})
}

// ListValidations implements listValidations.
func (s *server) ListValidations(ctx context.Context, p api.ListValidationsParams) (api.ListValidationsRes, error) {
	found, total, err := s.service.Validations(ctx, reader(ctx), contact(p.SiteID, p.ContactID), rollcall.ValidationQuery{
		Page:    optional(p.Page.Get()),
		PerPage: perPage(p.PerPage, p.Limit),
	})
	if err != nil {
		return nil, err
	}
	list := api.ValidationList{Validations: make([]api.ValidationRecord, len(found)), TotalCount: total}
	for i := range found {
		list.Validations[i] = recordOut(&found[i])
	}
	return &api.ValidationListAnswer{Data: list}, nil
}

// GetValidation implements getValidation.
func (s *server) GetValidation(ctx context.Context, p api.GetValidationParams) (api.GetValidationRes, error) {
	v, events, err := s.service.Timeline(ctx, reader(ctx), contact(p.SiteID, p.ContactID), rollcall.ValidationID(p.ValidationID))
	if err != nil {
		return nil, err
	}
	out := recordOut(&v)
	out.Timeline = timelineOut(events)
	return &api.ValidationRecordAnswer{Data: out}, nil
}

// CancelValidation implements cancelValidation.
func (s *server) CancelValidation(ctx context.Context, p api.CancelValidationParams) (api.CancelValidationRes, error) {
	who := caller(ctx, http.StatusOK)
	return validationAnswer(s.service.CancelValidation(ctx, who, contact(p.SiteID, p.ContactID), rollcall.ValidationID(p.ValidationID)))
}

// CheckValidation implements checkValidation.
func (s *server) CheckValidation(ctx context.Context, req *api.CodeCheck, p api.CheckValidationParams) (api.CheckValidationRes, error) {
	in := rollcall.CodeInput{Code: rollcall.Given(req.Code)}
	who := caller(ctx, http.StatusOK)
	return validationAnswer(s.service.CheckCode(ctx, who, contact(p.SiteID, p.ContactID), rollcall.ValidationID(p.ValidationID), in))
}

// AttestContact implements attestContact.
func (s *server) AttestContact(ctx context.Context, req *api.AttestationRequest, p api.AttestContactParams) (api.AttestContactRes, error) {
	in := rollcall.AttestationInput{
		Point: rollcall.Given(string(req.Point)),
		Note:  optional(req.Note.Get()),
		From:  optional(req.FromContactID.Get()),
	}
	return contactAnswer(s.service.Attest(ctx, caller(ctx, http.StatusOK), contact(p.SiteID, p.ContactID), in))
}

func validationAnswer(v rollcall.Validation, err error) (*api.ValidationAnswer, error) {
	if err != nil {
		return nil, err
	}
	out := validationOut(&v)
	return &out, nil
}

func recordOut(v *rollcall.Validation) api.ValidationRecord {
	return api.ValidationRecord{
		ValidationID: string(v.ID),
		Status:       api.ValidationStatus(v.Status),
		Method:       api.RecordedMethod(v.Method),
		Point:        api.ContactPoint(v.Point()),
		CreatedAt:    v.Created,
		SentAt:       timeOrNull(v.Sent),
		DeliveredAt:  timeOrNull(v.Delivered),
		AnsweredAt:   timeOrNull(v.Answered),
		AnsweredBy:   api.NilAnswerWayOrNull{Value: api.AnswerWayOrNull(v.AnsweredBy), Null: v.AnsweredBy == ""},
		ExpiresAt:    v.Expires,
		Test:         v.Test,
		Failure:      failureOut(v),
		NotBefore:    waitingFor(v),
	}
}

func timelineOut(events []rollcall.ValidationEvent) []api.ValidationEvent {
	out := make([]api.ValidationEvent, len(events))
	for i, e := range events {
		out[i] = api.ValidationEvent{
			At:            e.At,
			Event:         api.ValidationEventEvent(e.What),
			Actor:         e.Actor,
			AnsweredBy:    api.OptAnswerWay{Value: api.AnswerWay(e.Way), Set: e.Way != ""},
			Code:          orAbsent(e.Code),
			Message:       orAbsent(e.Reason),
			Note:          orAbsent(e.Note),
			FromContactID: orAbsent(string(e.From)),
		}
	}
	return out
}
