package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type rollCallCommands struct {
	Start  rollCallStart  `cmd:"" help:"Ask many people at a pace, or tell what that would do."`
	List   rollCallList   `cmd:"" help:"List the roll calls of a dealer."`
	Show   rollCallShow   `cmd:"" help:"Show a roll call, or follow it."`
	Pause  rollCallPause  `cmd:"" help:"Pause a roll call."`
	Resume rollCallResume `cmd:"" help:"Resume a paused roll call."`
	Cancel rollCallCancel `cmd:"" help:"Cancel what was not sent of a roll call."`
	Retry  rollCallRetry  `cmd:"" help:"Ask again where a validation expired or failed."`
}

type rollCallStart struct {
	folderFlags
	formatFlags
	tenantFlags
	changeFlags
	All       bool     `help:"Every phone and e-mail, without other conditions."`
	Site      []string `help:"Only these sites." placeholder:"SITE_ID"`
	Readiness []string `help:"Only sites with one of these statuses: ready, at_risk, not_ready or exempt." placeholder:"STATUS"`
	Status    []string `help:"Only phones and e-mails with one of these statuses." placeholder:"STATUS"`
	OlderThan *int     `help:"Only phones and e-mails that were last confirmed more than this many days ago, or never." placeholder:"DAYS"`
	Methods   []string `help:"sms, email and call, in the order in which to try them; sms and email unless set." placeholder:"METHOD"`
	Message   *string  `help:"Text of the messages; without it, the usual question." placeholder:"TEXT"`
	PerHour   *int     `help:"Messages in an hour, 100 unless set." placeholder:"N"`
	StartsAt  *string  `help:"When it starts, in RFC 3339; now unless set." placeholder:"TIME"`
	DryRun    bool     `help:"Tell what would be asked, and change nothing."`
}

// Help is shown by --help.
func (rollCallStart) Help() string {
	return `Asks contact points whether the people can be reached there. A running server sends the messages. Give at least one condition, or --all; conditions narrow each other down. docs/roll-calls.md has the details.

Examples:

    rollcall roll-call start --status unconfirmed,stale --dry-run --dealer DEALER_ID --data DIR
    rollcall roll-call start --older-than 180 --per-hour 50 --dealer DEALER_ID --data DIR
`
}

// Run starts the roll call.
func (c *rollCallStart) Run(ctx context.Context, t *terminal) error {
	list := func(words []string) rollcall.Field[[]string] {
		return rollcall.Field[[]string]{Value: words, Set: len(words) > 0}
	}
	in := rollcall.RollCallInput{
		All: rollcall.Given(c.All), SiteIDs: list(c.Site), Readiness: list(c.Readiness), Statuses: list(c.Status), OlderThan: given(c.OlderThan),
		Methods: list(c.Methods), Message: given(c.Message), PerHour: given(c.PerHour), Starts: given(c.StartsAt), DryRun: rollcall.Given(c.DryRun),
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		made, err := s.CreateRollCall(ctx, c.by(c.id()), in)
		if err != nil {
			return c.explain(err, c.id())
		}
		return c.print(t, app.Data(&made), func() error {
			if made.Preview != nil {
				return t.preview(&made)
			}
			return t.printf("Roll call %s starts at %s. Follow it:\n\n  rollcall roll-call show %s --follow --dealer %s%s\n",
				made.ID, stamp(made.Starts), made.ID, c.id(), c.where())
		})
	})
}

// preview prints what a dry run tells.
func (t *terminal) preview(r *service.RollCallReport) error {
	p := r.Preview
	text := fmt.Sprintf("%s of %s at %s, in %s; at %d an hour the last one leaves after %s. Nothing was sent; run it again without --dry-run.\n",
		count(int64(r.Counts.Items[rollcall.ItemOpen]), "contact point"), people(p.People), count(int64(p.Sites), "site"),
		count(int64(p.Messages), "message"), r.PerHour, p.Takes.Round(time.Second))
	for _, reason := range p.SkippedReasons() {
		text += fmt.Sprintf("  %d skipped: %s\n", p.Skipped[reason], rollcall.ItemReasons()[reason])
	}
	if p.Country > 0 {
		text += fmt.Sprintf("  %d would wait, because the country of the phone is not allowed\n", p.Country)
	}
	return t.printf("%s", text)
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprint(n, " people")
}

type rollCallList struct {
	folderFlags
	formatFlags
	tenantFlags
	Limit int `help:"Maximum number of roll calls, the newest." default:"50" placeholder:"N"`
}

// Help is shown by --help.
func (rollCallList) Help() string {
	return `The newest come first. With --format json the output is what the API answers.

Example:

    rollcall roll-call list --dealer DEALER_ID --data DIR
`
}

// Run lists the roll calls.
func (c *rollCallList) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		found, _, err := s.RollCalls(ctx, service.Caller{Dealer: dealer.ID}, service.RollCallQuery{Limit: rollcall.Given(c.Limit)})
		if err != nil {
			return err
		}
		return c.print(t, app.Data(found), func() error {
			if len(found) == 0 {
				return t.printf("The dealer has no roll calls.\n")
			}
			return t.table("ROLL CALL|CREATED|STATUS|TARGETED|CONFIRMED|OPEN", each(found, func(r service.RollCallReport) []string {
				return []string{
					string(r.ID), stamp(r.Created), string(r.Shown()), fmt.Sprint(r.Counts.Targeted()), fmt.Sprint(r.Counts.Items[rollcall.ItemConfirmed]),
					fmt.Sprint(r.Counts.Items[rollcall.ItemOpen]),
				}
			}))
		})
	})
}

// rollCallFlags name a roll call.
type rollCallFlags struct {
	folderFlags
	formatFlags
	tenantFlags
	ID string `arg:"" name:"roll-call-id" help:"The roll call's id, from roll-call list."`
}

type rollCallShow struct {
	rollCallFlags
	Follow bool `help:"Show the progress until the roll call is finished, paused or canceled."`
}

// Help is shown by --help.
func (rollCallShow) Help() string {
	return `Prints how many contact points have each status. With --follow and a terminal, a bar shows how many are no longer open.

Example:

    rollcall roll-call show ROLL_CALL_ID --follow --dealer DEALER_ID --data DIR
`
}

const followEvery = time.Second

// Run shows the roll call.
func (c *rollCallShow) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		find := func() (service.RollCallReport, error) {
			return s.RollCall(ctx, service.Caller{Dealer: c.id()}, rollcall.RollCallID(c.ID))
		}
		found, err := find()
		progress := t.progress("decided")
		for err == nil && c.Follow && goesOn(&found) {
			progress.bar(int64(found.Counts.Targeted()-found.Counts.Items[rollcall.ItemOpen]), int64(found.Counts.Targeted()))
			select {
			case <-ctx.Done():
				progress.clear()
				return nil
			case <-time.After(followEvery):
			}
			found, err = find()
		}
		progress.clear()
		if err != nil {
			return err
		}
		return c.print(t, app.Data(&found), func() error { return t.rollCall(&found) })
	})
}

// goesOn reports whether the server still works on a roll call or waits for answers.
func goesOn(r *service.RollCallReport) bool {
	status := r.Shown()
	return status == rollcall.RollCallScheduled || status == rollcall.RollCallRunning
}

// rollCall prints the counts of a roll call.
func (t *terminal) rollCall(r *service.RollCallReport) error {
	text := fmt.Sprintf("Roll call %s is %s.\n", r.ID, r.Shown())
	if all := r.Counts.Targeted(); all > 0 {
		decided := all - r.Counts.Items[rollcall.ItemOpen]
		text += fmt.Sprintf("%s %d of %d decided\n", bar(int64(decided), int64(all)), decided, all)
	}
	for _, status := range rollcall.ItemStatuses() {
		if n := r.Counts.Items[status]; n > 0 {
			text += fmt.Sprintf("  %-14s %d\n", status, n)
		}
	}
	if !r.EndsAbout.IsZero() {
		text += fmt.Sprintf("%s to send, the last one at about %s.\n", count(int64(r.Counts.Messages), "message"), stamp(r.EndsAbout))
	}
	return t.printf("%s", text)
}

const barWidth = 30

// bar returns a bar of a fixed width.
func bar(done, all int64) string {
	full := int(barWidth * done / max(all, 1))
	return "[" + strings.Repeat("#", full) + strings.Repeat("-", barWidth-full) + "]"
}

type rollCallStep struct {
	rollCallFlags
	changeFlags
}

// step takes a step, and prints the roll call after it.
func (c *rollCallStep) step(ctx context.Context, t *terminal, step service.RollCallStep) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		after, err := s.StepRollCall(ctx, c.by(c.id()), rollcall.RollCallID(c.ID), step)
		if err != nil {
			return err
		}
		return c.print(t, app.Data(&after), func() error { return t.rollCall(&after) })
	})
}

type rollCallPause struct{ rollCallStep }

// Help is shown by --help.
func (rollCallPause) Help() string {
	return `Nothing more is sent, within a second, until roll-call resume. Answers still count.

Example:

    rollcall roll-call pause ROLL_CALL_ID --dealer DEALER_ID --data DIR
`
}

// Run pauses the roll call.
func (c *rollCallPause) Run(ctx context.Context, t *terminal) error {
	return c.step(ctx, t, service.RollCallPause)
}

type rollCallResume struct{ rollCallStep }

// Help is shown by --help.
func (rollCallResume) Help() string {
	return `Continues at the pace of the roll call; the pause is not made up for.

Example:

    rollcall roll-call resume ROLL_CALL_ID --dealer DEALER_ID --data DIR
`
}

// Run resumes the roll call.
func (c *rollCallResume) Run(ctx context.Context, t *terminal) error {
	return c.step(ctx, t, service.RollCallResume)
}

type rollCallCancel struct {
	rollCallStep
	Yes bool `help:"Cancel it. A canceled roll call can't be resumed."`
}

// Help is shown by --help.
func (rollCallCancel) Help() string {
	return `Contact points that were not asked are canceled for good; the others stay open until they are answered or expire.

Example:

    rollcall roll-call cancel ROLL_CALL_ID --yes --dealer DEALER_ID --data DIR
`
}

// Run cancels the roll call.
func (c *rollCallCancel) Run(ctx context.Context, t *terminal) error {
	if !c.Yes {
		return wrongUsage("roll-call cancel is final: add --yes, or use roll-call pause")
	}
	return c.step(ctx, t, service.RollCallCancel)
}

type rollCallRetry struct{ rollCallStep }

// Help is shown by --help.
func (rollCallRetry) Help() string {
	return `Asks only the contact points again whose validation expired or failed, and reopens a finished roll call.

Example:

    rollcall roll-call retry ROLL_CALL_ID --dealer DEALER_ID --data DIR
`
}

// Run asks again.
func (c *rollCallRetry) Run(ctx context.Context, t *terminal) error {
	return c.step(ctx, t, service.RollCallRetry)
}
