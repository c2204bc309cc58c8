package systemtest_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/testkit"
)

// TestARollCallInTheDemo plans a roll call from the link that the demo prints, starts it, and sees an answer arrive. Its pictures are
// those of docs/console.md.
func TestARollCallInTheDemo(t *testing.T) {
	b := testkit.NewBrowser(t)
	p, w := inTheDemo(t, b)
	w.clicks("//nav", "Roll calls")
	w.sees("There are no roll calls yet.")
	w.clicks("//main", "Plan a roll call")
	w.fills("per_hour", "1000")
	w.clicks("//form", "See who would be asked")
	w.sees("Nothing was sent yet.")
	w.picture("roll-call-plan", "")
	w.clicks("//form", "Start the roll call")
	w.sees("The roll call is set up.")
	confirms(t, b, p)
	w.do(chromedp.WaitVisible(`//div[@id="live"]//ul//*[contains(., "Confirmed")]`))
	w.picture("roll-call", "")
	t.Logf("figure: starting a roll call took %d clicks and fields", w.actions)
}
