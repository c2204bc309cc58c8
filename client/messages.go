package client

import (
	"context"
	"iter"
	"time"
)

// Message is a message that was captured instead of sent. Extension, Subject and Link are empty if it has none.
type Message struct {
	ValidationID string    `json:"validation_id"`
	Method       string    `json:"method"` // sms, email or call
	To           string    `json:"to"`
	Extension    string    `json:"extension"`
	Subject      string    `json:"subject"`
	Text         string    `json:"text"`
	Link         string    `json:"link"`
	Code         string    `json:"code"`
	At           time.Time `json:"at"`
}

// MessageList is a page of captured messages. NextAfter continues it; it is empty on the last page.
type MessageList struct {
	Messages  []Message `json:"messages"`
	NextAfter string    `json:"next_after"`
	Warnings  []Warning `json:"warnings"`
}

// Messages has the calls for captured messages.
type Messages struct{ c *Client }

// List returns a page of captured messages, newest first: after is NextAfter of the page before, or empty. Zero for limit returns
// at most 100.
func (s Messages) List(ctx context.Context, after string, limit int) (list MessageList, err error) {
	_, err = s.c.call(ctx, "GET", "/ext/v1/messages", values("after", after, "limit", limit), nil, &list)
	return list, err
}

// All returns all captured messages, newest first. It ends at the first error.
func (s Messages) All(ctx context.Context) iter.Seq2[Message, error] {
	return cursorPages("", func(after string) ([]Message, string, error) {
		list, err := s.List(ctx, after, 500)
		return list.Messages, list.NextAfter, err
	})
}
