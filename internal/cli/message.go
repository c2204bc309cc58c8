package cli

import (
	"context"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

type messageCommand struct {
	List messageList `cmd:"" help:"Show the messages that were captured."`
}

type messageList struct {
	folderFlags
	formatFlags
	dealerFlags
	Limit int `help:"How many of the newest to show." default:"50" placeholder:"N"`
}

type messageJSON struct {
	ValidationID string `json:"validation_id"`
	Method       string `json:"method"`
	To           string `json:"to"`
	Text         string `json:"text"`
	Test         bool   `json:"test"`
	CapturedAt   string `json:"captured_at"`
}

// Help is shown by --help.
func (messageList) Help() string {
	return `The capture provider, which the demo and test keys use, keeps messages instead of sending them: the last 1,000 of each dealer. The newest is shown last.

Example:

    rollcall message list --dealer DEALER_ID --limit 5 --data DIR
`
}

// Run shows the messages.
func (c *messageList) Run(ctx context.Context, t *terminal) error {
	if c.Limit < 1 {
		return wrongUsage("--limit must be a whole number from 1")
	}
	return c.withService(ctx, t, false, func(s *rollcall.Service) error {
		messages, err := s.Captured(ctx, c.id(), c.Limit)
		if err != nil {
			return c.explain(err, c.Dealer)
		}
		found := struct {
			Messages []messageJSON `json:"messages"`
		}{make([]messageJSON, len(messages))}
		rows := make([][]string, len(messages))
		for i, m := range messages {
			found.Messages[i] = messageJSON{
				ValidationID: string(m.Validation), Method: string(m.Method), To: m.To, Text: m.Text, Test: m.Test,
				CapturedAt: stamp(m.At),
			}
			rows[i] = []string{stamp(m.At), string(m.Method), m.To, strings.Join(strings.Fields(m.Text), " ")}
		}
		return c.print(t, found, func() error {
			if len(rows) == 0 {
				return t.printf("No message of this dealer was captured.\n")
			}
			return t.table("CAPTURED|METHOD|TO|TEXT", rows)
		})
	})
}
