package httpapi

import (
	"bufio"
	"bytes"
	"errors"
	"net/http"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

func (s *server) eraseContact(c *call) (answer, error) {
	return change(c, func(caller service.Caller) (service.Erasure, error) {
		return s.service.EraseContact(c.context(), caller, c.contactRef())
	}, func(done service.Erasure) answer {
		return answer{status: http.StatusOK, data: &erasure{ContactID: done.Contact, ErasedAt: timestamp(done.At)}}
	})
}

// exportContact writes the response itself, since the audit lines may not fit in memory.
func (s *server) exportContact(c *call) (answer, error) {
	e, err := s.service.ExportContact(c.context(), c.caller, c.contactRef())
	if err != nil {
		return answer{}, err
	}
	out := export{Suppressions: mapped(e.Suppressions, suppressionOut), Validations: exportedOut(&e), FormerPoints: mapped(e.Former, formerOut)}
	if found := e.Contact; found != nil {
		person := contactOut(found)
		out.Contact, out.DeletedAt = &person, timestamp(found.Deleted)
		if p := found.First(rollcall.PhonePoint); p != nil {
			out.PhoneE164 = orNull(p.E164)
		}
	}
	out.warn(c.warnings)
	head, err := encodeJSON(out)
	if err != nil {
		return answer{}, err
	}
	c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w := bufio.NewWriter(c.w)
	_, _ = w.WriteString(`{"data":`) // Flush returns the error
	_, _ = w.Write(bytes.TrimSuffix(head, []byte("}\n")))
	_, _ = w.WriteString(`,"audit":[`)
	if err := s.writeLines(c, &e, w); err != nil {
		panic(http.ErrAbortHandler) // so that an incomplete response doesn't look complete
	}
	_, _ = w.WriteString("]}}\n")
	_ = w.Flush() // the caller may have hung up
	return answer{written: true}, nil
}

// writeLines writes the audit lines of an exported contact, separated by commas.
func (s *server) writeLines(c *call, e *service.Export, w *bufio.Writer) error {
	first := true
	return s.service.ExportAuditLines(c.context(), c.caller, e.Site, e.ID, func(lines []audit.Line) error {
		out, err := auditOut(lines)
		for i := 0; i < len(out) && err == nil; i++ {
			if !first {
				_ = w.WriteByte(',')
			}
			first = false
			var line []byte
			line, err = encodeJSON(out[i])
			_, _ = w.Write(bytes.TrimSuffix(line, []byte("\n")))
		}
		return errors.Join(err, w.Flush())
	})
}

type erasure struct {
	ContactID rollcall.ContactID `json:"contact_id"`
	ErasedAt  timestamp          `json:"erased_at"`
	warned
}

// export is the answer without its last field, audit.
type export struct {
	Contact      *contact              `json:"contact,omitempty"`
	PhoneE164    *rollcall.PhoneNumber `json:"phone_e164"`
	DeletedAt    timestamp             `json:"deleted_at"`
	Validations  []exportedValidation  `json:"validations"`
	Suppressions []suppression         `json:"suppressions"`
	FormerPoints []formerPoint         `json:"former_points"`
	warned
}

// formerPoint is the last state of a value that the contact no longer has. Only a keyed hash of the value is stored.
type formerPoint struct {
	Point rollcall.PointKind `json:"point"`
	pointState
}

func formerOut(f *rollcall.FormerPoint) formerPoint { return formerPoint{f.Point, stateOut(&f.State)} }

type exportedValidation struct {
	ValidationID rollcall.ValidationID     `json:"validation_id"`
	Method       rollcall.Method           `json:"method"`
	Point        rollcall.PointKind        `json:"point"`
	PointID      rollcall.PointID          `json:"point_id"`
	To           string                    `json:"to"`
	Extension    *string                   `json:"extension"`
	Message      string                    `json:"message"`
	Status       rollcall.ValidationStatus `json:"status"`
	CreatedAt    timestamp                 `json:"created_at"`
	SentAt       timestamp                 `json:"sent_at"`
	CapturedAt   timestamp                 `json:"captured_at"`
	DeliveredAt  timestamp                 `json:"delivered_at"`
	AnsweredAt   timestamp                 `json:"answered_at"`
	Timeline     []validationEvent         `json:"timeline"`
}

func exportedOut(e *service.Export) []exportedValidation {
	captured := make(map[rollcall.ValidationID]time.Time, len(e.Captured))
	for _, m := range e.Captured {
		captured[m.Validation] = m.At
	}
	events := make(map[rollcall.ValidationID][]rollcall.ValidationEvent, len(e.Validations))
	for _, event := range e.Events {
		events[event.Validation] = append(events[event.Validation], event)
	}
	return mapped(e.Validations, func(v *rollcall.Validation) exportedValidation {
		return exportedValidation{
			ValidationID: v.ID,
			Method:       v.Method,
			Point:        v.Kind,
			PointID:      v.Point,
			To:           v.To,
			Extension:    orNull(v.Extension),
			Message:      v.Text,
			Status:       v.Status,
			CreatedAt:    timestamp(v.Created),
			SentAt:       timestamp(v.Sent),
			CapturedAt:   timestamp(captured[v.ID]),
			DeliveredAt:  timestamp(v.Delivered),
			AnsweredAt:   timestamp(v.Answered),
			Timeline:     mapped(events[v.ID], eventOut),
		}
	})
}
