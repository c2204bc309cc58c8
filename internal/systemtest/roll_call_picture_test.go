package systemtest_test

import (
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/testkit"
)

// TestARollCallInTheDemo plans a roll call from the link that the demo prints, starts it, and sees an answer arrive. Its pictures are
// those of docs/console.md.
func TestARollCallInTheDemo(t *testing.T) {
	b := testkit.NewBrowser(t)
	p := start(t, "demo", "--data", filepath.Join(t.TempDir(), "demo"), "--listen", "127.0.0.1:0")
	link := p.Out.Await(t, `(http://127\.0\.0\.1:\d+/console/link/\S+)`)
	w := &worker{T: t, tab: b.Tab(t, testkit.Screen{Width: 900, Height: 700, Language: "en"})}
	w.do(chromedp.Navigate(link))
	w.clicks("//main", "Sign in")
	w.sees("Could somebody be reached tonight?")
	w.clicks("//nav", "Roll calls")
	w.sees("There are no roll calls yet.")
	w.clicks("//main", "Plan a roll call")
	w.fills("per_hour", "1000")
	w.clicks("//form", "See who would be asked")
	w.sees("Nothing was sent yet.")
	w.picture("roll-call-plan", "")
	w.clicks("//form", "Start the roll call")
	w.sees("The roll call is set up.")
	person := &worker{T: t, tab: b.Tab(t, testkit.Screen{Language: "en", NoScript: true})}
	person.do(chromedp.Navigate(p.Out.Await(t, `(http://127\.0\.0\.1:\d+/c/\S+)`)))
	person.clicks("//main", "Yes")
	w.do(chromedp.WaitVisible(`//div[@id="live"]//ul//*[contains(., "Confirmed")]`))
	w.picture("roll-call", "")
	t.Logf("figure: starting a roll call took %d clicks and fields", w.actions)
}
