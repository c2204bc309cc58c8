package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/mail"
)

type deliveryCommands struct {
	Test deliveryTest `cmd:"" help:"Send a test message to check a provider's settings."`
}

type deliveryTest struct {
	To       string `required:"" help:"Recipient: an e-mail address, or a number with its country code, such as +12025550123." placeholder:"ADDRESS"`
	Method   string `help:"sms, email or call. By default email for an address and sms for a number." enum:",sms,email,call" default:"" placeholder:"METHOD"`
	FromName string `help:"Name of the sender, instead of a dealer's." default:"Rollcall" placeholder:"NAME"`
	formatFlags
	deliveryFlags `group:"delivery"`
}

// Help is shown by --help.
func (deliveryTest) Help() string {
	return `Sends a message that says it is a test, with the providers' flags and variables of serve. Needs no folder and no running server, and stores nothing. If the provider refuses the message, the command says why and what to do, and exits with status 1.

Examples:

    rollcall delivery test --to you@example.org --delivery smtp --smtp-url-file FILE --mail-from alarms@example.org
    rollcall delivery test --to +12025550123 --method call
`
}

// Run sends the message.
func (c *deliveryTest) Run(ctx context.Context, t *terminal) error {
	m := rollcall.Message{
		Dealer: "test", Validation: rollcall.NewValidationID(), Language: "en", From: c.FromName,
		Subject: "A test message from Rollcall",
		Text:    "This is a test message from Rollcall. Messages from it reach you. You need not answer.",
	}
	var err error
	if m.Method, m.To, err = c.recipient(); err != nil {
		return err
	}
	if m.Method == rollcall.Call {
		m.Text = "This is a test call from Rollcall. Calls from it reach you. You can hang up."
	}
	options := app.Options{Now: t.now}
	if err := c.delivery(&options); err != nil {
		return err
	}
	receipt, err := app.SendTest(ctx, options, m)
	if err != nil {
		return explainTest(err)
	}
	return c.print(t, record{"provider", receipt.Provider, "method", m.Method, "reference", receipt.Ref}, func() error {
		return t.printf("%s accepted the message; check that it arrives.\n", receipt.Provider)
	})
}

func (c *deliveryTest) recipient() (m rollcall.Method, to string, err error) {
	m = rollcall.Method(c.Method)
	address := strings.Contains(c.To, "@")
	switch {
	case m == "" && address:
		m = rollcall.Email
	case m == "":
		m = rollcall.SMS
	case address != (m == rollcall.Email):
		return m, "", wrongUsage("--to must be an e-mail address for --method email, and a number for sms and call")
	}
	if address {
		to = strings.TrimSpace(c.To)
		if err := mail.Check(to); err != nil {
			return m, "", wrongUsage("--to %v", err)
		}
		return m, to, nil
	}
	to = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "").Replace(c.To)
	digits, plus := strings.CutPrefix(to, "+")
	if !plus || len(digits) < 6 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return m, "", wrongUsage("--to must be an e-mail address, or a number with its country code, such as +12025550123")
	}
	return m, to, nil
}

// explainTest returns a failure as an operator should read it: whether the settings or the recipient are wrong.
func explainTest(err error) error {
	var u *rollcall.DeliveryError
	if !errors.As(err, &u) {
		return err
	}
	switch u.Outcome {
	case rollcall.OutcomeUnreachable:
		return fmt.Errorf("the settings work, but this recipient cannot be reached: %s [%s]", u.Reason, u.Code)
	case rollcall.OutcomeRejected:
		return fmt.Errorf("the settings work, but this message is refused: %s [%s]", u.Reason, u.Code)
	case rollcall.OutcomeMisconfigured:
		return fmt.Errorf("the settings do not work: %s [%s]", u.Reason, u.Code)
	}
	again := "try again in a moment"
	if u.RetryAfter > 0 {
		again = fmt.Sprintf("try again in %v", u.RetryAfter)
	}
	return fmt.Errorf("not sent: %s [%s]; %s", u.Reason, u.Code, again)
}
