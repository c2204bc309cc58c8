package cli

import (
	"context"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type messageCommand struct {
	List messageList `cmd:"" help:"List captured messages."`
}

type messageList struct {
	folderFlags
	formatFlags
	tenantFlags
	Limit int `help:"Maximum number of messages, the newest." default:"50" placeholder:"N"`
}

// Help is shown by --help.
func (messageList) Help() string {
	return `The provider capture, which the demo and sandboxes use, stores messages instead of sending them: the last 1,000 of each dealer. Newest last.

Example:

    rollcall message list --dealer DEALER_ID --limit 5 --data DIR
    rollcall message list --dealer DEALER_ID --sandbox --data DIR
`
}

// Run lists the messages.
func (c *messageList) Run(ctx context.Context, t *terminal) error {
	if c.Limit < 1 {
		return wrongUsage("--limit must be a whole number from 1")
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		messages, err := s.CapturedMessages(ctx, c.id(), c.Limit)
		if err != nil {
			return c.explain(err, c.id())
		}
		found := each(messages, func(m rollcall.CapturedMessage) record {
			return record{"validation_id", m.Validation, "method", m.Method, "to", m.To, "extension", m.Extension, "text", m.Text, "test", m.Dealer.IsSandbox(), "captured_at", m.At}
		})
		return c.print(t, record{"messages", found}, func() error {
			if len(messages) == 0 {
				return t.printf("The dealer has no captured messages.\n")
			}
			return t.table("CAPTURED|METHOD|TO|TEXT", each(messages, func(m rollcall.CapturedMessage) []string {
				return []string{stamp(m.At), string(m.Method), recipientText(m.Message), strings.Join(strings.Fields(m.Text), " ")}
			}))
		})
	})
}

// recipientText returns where a message goes, for people.
func recipientText(m rollcall.Message) string {
	if m.Extension == "" {
		return m.To
	}
	return m.To + " x" + m.Extension
}
