package httpapi

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// messageQuery are the parameters of listMessages.
var messageQuery = []string{"after", "limit"}

func (s *server) listMessages(c *call) (answer, error) {
	p := c.params()
	q := service.MessageQuery{After: p.text("after"), Limit: p.count("limit")}
	if p.err != nil {
		return answer{}, p.err
	}
	found, next, err := s.service.Messages(c.context(), c.caller, q)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: &messageList{Messages: mapped(found, messageOut), NextAfter: orNull(next)}}, nil
}

type messageList struct {
	Messages  []capturedMessage `json:"messages"`
	NextAfter *string           `json:"next_after"`
	warned
}

type capturedMessage struct {
	ValidationID rollcall.ValidationID `json:"validation_id"`
	Method       rollcall.Method       `json:"method"`
	To           string                `json:"to"`
	Extension    *string               `json:"extension"`
	Subject      *string               `json:"subject"`
	Text         string                `json:"text"`
	Link         *string               `json:"link"`
	Code         string                `json:"code"`
	At           timestamp             `json:"at"`
}

func messageOut(m *rollcall.CapturedMessage) capturedMessage {
	return capturedMessage{
		ValidationID: m.Validation, Method: m.Method, To: m.To, Extension: orNull(m.Extension), Subject: orNull(m.Subject), Text: m.Text,
		Link: orNull(m.Link), Code: m.Code, At: timestamp(m.At),
	}
}
