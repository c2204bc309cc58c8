package httpapi

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func (c *call) validationID() rollcall.ValidationID {
	return rollcall.ValidationID(c.r.PathValue("validation_id"))
}

func (s *server) sendValidation(c *call) (answer, error) {
	var in rollcall.ValidationInput
	if err := c.readOptional(fields{text("method", &in.Method), text("point_id", &in.PointID), text("message", &in.Message)}); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (rollcall.Validation, error) {
		return s.service.SendValidation(c.context(), caller, c.contactRef(), in)
	}, validationAnswer)
}

func (s *server) listValidations(c *call) (answer, error) {
	p := c.params()
	q := service.ValidationQuery{Page: p.count("page"), PerPage: p.perPage()}
	if p.err != nil {
		return answer{}, p.err
	}
	found, total, err := s.service.Validations(c.context(), c.caller, c.contactRef(), q)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: &validationList{Validations: mapped(found, recordOut), TotalCount: total}}, nil
}

func (s *server) getValidation(c *call) (answer, error) {
	v, events, err := s.service.Timeline(c.context(), c.caller, c.contactRef(), c.validationID())
	if err != nil {
		return answer{}, err
	}
	out := recordOut(&v)
	out.Timeline = mapped(events, eventOut)
	return answer{status: http.StatusOK, data: &out}, nil
}

func (s *server) cancelValidation(c *call) (answer, error) {
	return change(c, func(caller service.Caller) (rollcall.Validation, error) {
		return s.service.CancelValidation(c.context(), caller, c.contactRef(), c.validationID())
	}, validationAnswer)
}

func (s *server) checkValidation(c *call) (answer, error) {
	var in rollcall.CodeInput
	if err := c.read(fields{text("code", &in.Code)}); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (rollcall.Validation, error) {
		return s.service.CheckCode(c.context(), caller, c.contactRef(), c.validationID(), in)
	}, validationAnswer)
}

func (s *server) attestContact(c *call) (answer, error) {
	var in rollcall.AttestationInput
	f := fields{text("point", &in.Point), text("point_id", &in.PointID), text("note", &in.Note), text("from_contact_id", &in.From)}
	if err := c.read(f); err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (rollcall.Contact, error) {
		return s.service.Attest(c.context(), caller, c.contactRef(), in)
	}, okContact)
}

type validation struct {
	ValidationID rollcall.ValidationID     `json:"validation_id"`
	Status       rollcall.ValidationStatus `json:"status"`
	Method       rollcall.Method           `json:"method"`
	PointID      rollcall.PointID          `json:"point_id"`
	SentAt       timestamp                 `json:"sent_at"`
	NotBefore    timestamp                 `json:"not_before,omitzero"`
	Failure      *failure                  `json:"failure,omitempty"`
	warned
}

type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type validationList struct {
	Validations []validationRecord `json:"validations"`
	TotalCount  int                `json:"total_count"`
	warned
}

type validationRecord struct {
	ValidationID rollcall.ValidationID     `json:"validation_id"`
	Status       rollcall.ValidationStatus `json:"status"`
	Method       rollcall.Method           `json:"method"`
	Point        rollcall.PointKind        `json:"point"`
	PointID      rollcall.PointID          `json:"point_id"`
	CreatedAt    timestamp                 `json:"created_at"`
	SentAt       timestamp                 `json:"sent_at"`
	DeliveredAt  timestamp                 `json:"delivered_at"`
	AnsweredAt   timestamp                 `json:"answered_at"`
	AnsweredBy   *rollcall.AnswerWay       `json:"answered_by"`
	ExpiresAt    timestamp                 `json:"expires_at"`
	NotBefore    timestamp                 `json:"not_before,omitzero"`
	Test         bool                      `json:"test"`
	Failure      *failure                  `json:"failure,omitempty"`
	Timeline     []validationEvent         `json:"timeline,omitempty"`
	warned
}

type validationEvent struct {
	At            timestamp          `json:"at"`
	Event         rollcall.EventKind `json:"event"`
	Actor         string             `json:"actor"`
	AnsweredBy    rollcall.AnswerWay `json:"answered_by,omitempty"`
	Code          string             `json:"code,omitempty"`
	Message       string             `json:"message,omitempty"`
	Note          string             `json:"note,omitempty"`
	FromContactID rollcall.ContactID `json:"from_contact_id,omitempty"`
}

// validationAnswer returns status 202 while the message is queued.
func validationAnswer(v rollcall.Validation) answer {
	status := http.StatusOK
	if v.Status == rollcall.ValidationQueued {
		status = http.StatusAccepted
	}
	return answer{status: status, data: &validation{
		ValidationID: v.ID, Status: v.Status, Method: v.Method, PointID: v.Point, SentAt: timestamp(v.Sent), NotBefore: waitsUntil(&v), Failure: failureOut(&v),
	}}
}

// waitsUntil returns the end of the quiet hours that a queued validation waits for.
func waitsUntil(v *rollcall.Validation) timestamp {
	if v.Status != rollcall.ValidationQueued {
		return timestamp{}
	}
	return timestamp(v.NotBefore)
}

func failureOut(v *rollcall.Validation) *failure {
	if v.Failure == (rollcall.Failure{}) {
		return nil
	}
	return &failure{v.Failure.Code, v.Failure.Message}
}

func recordOut(v *rollcall.Validation) validationRecord {
	return validationRecord{
		ValidationID: v.ID,
		Status:       v.Status,
		Method:       v.Method,
		Point:        v.Kind,
		PointID:      v.Point,
		CreatedAt:    timestamp(v.Created),
		SentAt:       timestamp(v.Sent),
		DeliveredAt:  timestamp(v.Delivered),
		AnsweredAt:   timestamp(v.Answered),
		AnsweredBy:   orNull(v.AnsweredBy),
		ExpiresAt:    timestamp(v.Expires),
		NotBefore:    waitsUntil(v),
		Test:         v.Dealer.IsSandbox(),
		Failure:      failureOut(v),
	}
}

func eventOut(e *rollcall.ValidationEvent) validationEvent {
	return validationEvent{
		At: timestamp(e.At), Event: e.What, Actor: e.Actor, AnsweredBy: e.Way, Code: e.Code, Message: e.Reason, Note: e.Note, FromContactID: e.From,
	}
}
