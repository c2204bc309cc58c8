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
		Method:       api.ValidationMethod(v.Method),
		SentAt:       timeOrNull(v.Sent),
	}
	if v.Status == rollcall.ValidationQueued && !v.NotBefore.IsZero() {
		out.NotBefore = api.NewOptDateTime(v.NotBefore)
	}
	if v.Failure != (rollcall.Failure{}) {
		out.Failure = api.NewOptFailure(api.Failure{Code: v.Failure.Code, Message: v.Failure.Message})
	}
	return api.ValidationAnswer{Data: out}
}
