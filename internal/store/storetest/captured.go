package storetest

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// captured is a message of a validation of the dealer d.
func captured(id rollcall.ValidationID) rollcall.CapturedMessage {
	return rollcall.CapturedMessage{
		Message: rollcall.Message{
			Dealer: "d", Validation: id, Method: rollcall.Call, To: "+15550123", Extension: "12,#", Text: "Hello 🔔 " + string(id), Code: "402917",
		},
		At: noon(),
	}
}

// capture stores a message, and deletes all except the newest.
func (f *fixture) capture(m rollcall.CapturedMessage, most int) {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error {
		return tx.InsertCapturedMessage(ctx, m, most)
	})
}

// captured asserts which validations have messages, the newest first.
func (f *fixture) captured(limit int, want ...string) {
	f.Helper()
	f.capturedBy(service.CapturedFilter{Limit: limit}, want...)
}

// capturedBy asserts which validations have messages that match.
func (f *fixture) capturedBy(filter service.CapturedFilter, want ...string) {
	f.Helper()
	messages, err := f.CapturedMessages(f.Context(), "d", filter)
	f.must(err)
	got := ids(messages, func(m rollcall.CapturedMessage) rollcall.ValidationID { return m.Validation })
	equal(f, "captured", got, append([]string{}, want...))
}

// closed adds a validation of the contact c that is not open.
func (f *fixture) closed(id rollcall.ValidationID) {
	f.Helper()
	v := plainValidation(id)
	v.Status = rollcall.ValidationCanceled
	f.validation(v)
}

func capturedTests() []test {
	return []test{
		{"are returned as stored, the newest first", func(f *fixture) {
			f.home()
			f.captured(10)
			mail := captured("v1")
			mail.Method, mail.Extension, mail.To = rollcall.Email, "", "jane@example.org"
			mail.Subject, mail.Link = "Can we reach you?", "https://rollcall.example.org/c/x"
			for _, m := range []rollcall.CapturedMessage{captured("v2"), mail, captured("v3")} {
				f.closed(m.Validation)
				f.capture(m, 10)
			}
			f.captured(10, "v3", "v1", "v2")
			f.captured(2, "v3", "v1")
			messages, err := f.CapturedMessages(f.Context(), "d", service.CapturedFilter{Before: 3, Limit: 2})
			f.must(err)
			call := captured("v2")
			call.Seq, mail.Seq = 1, 2
			equal(f, "messages", messages, []rollcall.CapturedMessage{mail, call})
			f.capturedBy(service.CapturedFilter{Before: 1, Limit: 10})
		}},
		{"are stored once for each validation", func(f *fixture) {
			f.home()
			f.closed("v1")
			f.closed("v2")
			f.capture(captured("v1"), 2)
			for range 3 {
				f.capture(captured("v2"), 2)
			}
			f.captured(10, "v2", "v1")
		}},
		{"are deleted except the newest", func(f *fixture) {
			f.home()
			for _, id := range []rollcall.ValidationID{"v1", "v2", "v3", "v4"} {
				f.closed(id)
				f.capture(captured(id), 2)
			}
			f.captured(10, "v4", "v3")
		}},
		{"are removed with their validation, and not stored after it", func(f *fixture) {
			f.home()
			f.closed("v1")
			f.capture(captured("v1"), 10)
			f.change(func(ctx context.Context, tx service.Tx) error {
				f.must(softDelete(ctx, tx, "c"))
				return tx.RemoveContact(ctx, f.c())
			})
			f.captured(10)
			f.capture(captured("v1"), 10)
			f.captured(10)
		}},
	}
}
