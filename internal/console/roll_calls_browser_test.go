package console_test

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// TestRollCallInBrowser plans a roll call, starts it, sees its result and asks again, without scripts, on a phone in the dark and on
// a desk in the light.
func TestRollCallInBrowser(t *testing.T) {
	b := testkit.NewBrowser(t)
	for _, screen := range []testkit.Screen{
		{Width: 360, Height: 740, Language: "en", Dark: true, NoScript: true},
		{Width: 1440, Height: 900, Language: "en", NoScript: true},
	} {
		t.Run(pictureOf("roll call", screen), func(t *testing.T) {
			d := newCalling(t)
			x := d.tab(b, screen)
			var cancel context.CancelFunc
			x.ctx, cancel = context.WithTimeout(x.ctx, time.Minute)
			defer cancel()
			rollCallInBrowser(t, x, screen)
		})
	}
	t.Run("by keyboard", func(t *testing.T) { rollCallByKeyboard(t, b) })
	t.Run("accessible", func(t *testing.T) { accessibleRollCalls(t, b) })
	t.Run("follows what happens", func(t *testing.T) { liveRollCall(t, b) })
}

// chooses chooses an option of a select by the beginning of its text.
func (x tab) chooses(field, value string) {
	x.Helper()
	x.do(chromedp.SetValue(chromedp.CSS("#"+field), value))
}

// answer answers the newest message as its person would.
func (x tab) answer(a rollcall.LinkAnswer) {
	x.Helper()
	_, err := x.Service().AnswerLink(x.Context(), x.Newest().Token, a)
	x.must(err)
}

func rollCallInBrowser(t *testing.T, x tab, screen testkit.Screen) {
	x.enters("mia@example.org")
	x.follow("Roll calls")
	x.sees("There are no roll calls yet.")
	x.follow("Plan a roll call")
	x.heading("Plan a roll call")
	x.chooses("where", "chosen")
	x.types("sites", "Pier 9 offices")
	x.retypes("per_hour", "1000")
	x.picture(pictureOf("plan-roll-call", screen))
	x.press("See who would be asked")
	x.heading("Before it starts")
	x.sees("Who is not confirmed: never, or too long ago")
	x.picture(pictureOf("roll-call-preview", screen))
	x.press("Change the plan")
	x.heading("Plan a roll call")
	x.press("See who would be asked")
	x.heading("Before it starts")
	x.addPerson("eve", "Eve", "Novak", "eve@example.org")
	x.press("Start the roll call")
	x.sees("has changed since you looked")
	x.press("Start the roll call")
	x.sees("The roll call is set up.")
	x.asked(4)
	x.answer(rollcall.LinkAnswer{Confirm: true})
	x.follow("Look again")
	x.sees("1 of 4 are settled.")
	x.picture(pictureOf("roll-call", screen))
	x.clock.Advance(11 * time.Hour)
	x.follow("Look again") // so that the session goes on
	x.sees("1 of 4 are settled.")
	x.press("Pause")
	x.sees("The roll call is paused.")
	x.press("Go on")
	x.sees("The roll call goes on.")
	x.lapse()
	x.enters("mia@example.org")
	x.follow("Roll calls")
	x.sees("Did not answer")
	x.do(chromedp.Click(`//main//ul//a`))
	x.sees("Did not answer in time, or the message failed: 3.")
	x.press("Ask again those who failed")
	x.sees("Those who failed are asked again.")
	x.asked(7)
	x.answer(rollcall.LinkAnswer{})
	x.follow("Look again")
	x.sees("Wrong person")
	x.picture(pictureOf("roll-call-retried", screen))
	x.do(chromedp.Click("#confirm-yes"))
	x.press("Cancel the roll call")
	x.sees("The roll call is canceled.")
	if got := x.rollCalls()[0].Counts.Items; got[rollcall.ItemConfirmed] != 1 || got[rollcall.ItemDeclined] != 1 || got[rollcall.ItemOpen] != 2 {
		t.Errorf("the items are %v, want one confirmed, one declined, two open", got)
	}
}

// lapse lets the messages of a roll call expire.
func (x tab) lapse() {
	x.Helper()
	x.clock.Advance(73 * time.Hour)
	x.must(x.Service().Sweep(x.Context()))
}

// rollCallByKeyboard goes from signing in to a started roll call with the keyboard alone.
func rollCallByKeyboard(t *testing.T, b *testkit.Browser) {
	d := newCalling(t)
	x := d.tab(b, testkit.Screen{Language: "en", NoScript: true})
	x.enters("mia@example.org")
	x.tabTo("Roll calls")
	x.heading("Roll calls")
	x.tabTo("Plan a roll call")
	x.heading("Plan a roll call")
	x.tabTo("See who would be asked")
	x.heading("Before it starts")
	x.tabTo("Start the roll call")
	x.sees("The roll call is set up.")
	if n := len(d.rollCalls()); n != 1 {
		t.Errorf("%d roll calls, want 1", n)
	}
}

// accessibleRollCalls checks the pages of roll calls by the rules of axe-core.
func accessibleRollCalls(t *testing.T, b *testkit.Browser) {
	script := testkit.Axe(t)
	d := newCalling(t)
	d.addPerson("long", "Sicherheitsbeauftragter der Hafenverwaltung", "\u05e9\u05dc\u05d5\u05dd", "+1-555-0123")
	x := d.tab(b, testkit.Screen{Language: "en"})
	x.enters("mia@example.org")
	x.accessible(script, rollCallsPath, planPath)
	path := d.as("mia").starts("message", "Is this still your number?", "where", "all", "whom", "everybody")
	d.asked(5)
	x.answer(rollcall.LinkAnswer{Confirm: true})
	x.accessible(script, rollCallsPath, path, path+"?status=skipped", path+"?status=declined")
	for _, screen := range []testkit.Screen{{Width: 320, Language: "en"}, {Width: 1440, Language: "en", Dark: true}} {
		x.do(screen.Show())
		x.open(planPath, "Plan a roll call")
		x.chooses("where", "chosen")
		x.press("See who would be asked")
		x.sees("Give at least one site.")
		x.look(script, "a refused plan", screen)
		x.types("sites", "Pier 9 offices")
		x.chooses("whom", "everybody")
		x.press("See who would be asked")
		x.heading("Before it starts")
		x.look(script, "a preview", screen)
		x.picture(pictureOf("roll-call-preview-skipped", screen))
	}
}

// liveRollCall checks that the page follows what happens.
func liveRollCall(t *testing.T, b *testkit.Browser) {
	d := newCalling(t)
	x := d.tab(b, testkit.Screen{Width: 1440, Height: 900, Language: "en"})
	x.enters("mia@example.org")
	path := d.as("mia").starts("methods", "sms")
	x.open(path, "Roll call")
	x.sees("Who")
	d.asked(2)
	x.do(chromedp.Click("#confirm-yes"))
	x.answer(rollcall.LinkAnswer{Confirm: true})
	x.sees("2 of 3 are settled.")
	if ticked := ask[bool](x, `document.querySelector("#confirm-yes").checked`); !ticked {
		t.Error("what was ticked is lost")
	}
}
