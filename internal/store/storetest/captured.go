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
			Dealer: "d", Validation: id, Method: rollcall.Call, To: "+15550123", Extension: "12,#", Text: "Hello 🔔 " + string(id), Test: true,
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

// captured asserts which validations have messages.
func (f *fixture) captured(limit int, want ...string) {
	f.Helper()
	messages, err := f.CapturedMessages(f.Context(), "d", limit)
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
		{"are returned as stored, the newest last", func(f *fixture) {
			f.home()
			f.captured(10)
			for _, id := range []rollcall.ValidationID{"v2", "v1", "v3"} {
				f.closed(id)
				f.capture(captured(id), 10)
			}
			f.captured(10, "v2", "v1", "v3")
			f.captured(2, "v1", "v3")
			messages, err := f.CapturedMessages(f.Context(), "d", 1)
			f.must(err)
			equal(f, "message", messages, []rollcall.CapturedMessage{captured("v3")})
		}},
		{"are stored once for each validation", func(f *fixture) {
			f.home()
			f.closed("v1")
			f.closed("v2")
			f.capture(captured("v1"), 2)
			for range 3 {
				f.capture(captured("v2"), 2)
			}
			f.captured(10, "v1", "v2")
		}},
		{"are deleted except the newest", func(f *fixture) {
			f.home()
			for _, id := range []rollcall.ValidationID{"v1", "v2", "v3", "v4"} {
				f.closed(id)
				f.capture(captured(id), 2)
			}
			f.captured(10, "v3", "v4")
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
