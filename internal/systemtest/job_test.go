package systemtest_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/testkit"
)

// maxJob is how many clicks and fields the job may take.
const maxJob = 12

// worker is somebody at a browser, whose clicks and fields are counted.
type worker struct {
	*testing.T
	tab     context.Context
	actions int
}

func (w *worker) do(steps ...chromedp.Action[chromedp.Void]) {
	w.Helper()
	if err := chromedp.Do(w.tab, steps...); err != nil {
		w.Fatal(err)
	}
}

// sees waits for a text on the page.
func (w *worker) sees(text string) {
	w.Helper()
	w.do(chromedp.WaitVisible(`//main//*[contains(., "` + text + `")]`))
}

// clicks clicks on the link or button with a text, the first in a part of the page.
func (w *worker) clicks(part, text string) {
	w.Helper()
	w.actions++
	w.do(chromedp.Click(`(` + part + `//*[self::a or self::button][contains(normalize-space(.), "` + text + `")])[1]`))
}

// fills replaces what a field holds.
func (w *worker) fills(field, text string) {
	w.Helper()
	w.actions++
	found := chromedp.CSS(`[name="` + field + `"]`)
	w.do(chromedp.Clear(found), chromedp.SendKeys(found, text))
}

// picture stores what is on the screen, from a part of the page on. README.md shows some of them.
func (w *worker) picture(name, part string) {
	w.Helper()
	if part != "" {
		w.do(chromedp.ScrollIntoView(part))
	}
	testkit.View(w.T, w.tab, "job-"+name)
}

// inTheDemo starts a demo, and opens the link that it prints.
func inTheDemo(t *testing.T, b *testkit.Browser) (*process, *worker) {
	t.Helper()
	p := start(t, "demo", "--data", filepath.Join(t.TempDir(), "demo"), "--listen", "127.0.0.1:0")
	link := p.Out.Await(t, `(http://127\.0\.0\.1:\d+/console/link/\S+)`)
	w := &worker{T: t, tab: b.Tab(t, testkit.Screen{Width: 900, Height: 700, Language: "en"})}
	w.do(chromedp.Navigate(link))
	w.clicks("//main", "Sign in")
	w.sees("Could somebody be reached tonight?")
	return p, w
}

// confirms opens the link of the message that the demo printed first, as the person does who got it, and says yes.
func confirms(t *testing.T, b *testkit.Browser, p *process) {
	t.Helper()
	person := &worker{T: t, tab: b.Tab(t, testkit.Screen{Language: "en", NoScript: true})}
	person.do(chromedp.Navigate(p.Out.Await(t, `(http://127\.0\.0\.1:\d+/c/\S+)`)))
	person.clicks("//main", "Yes")
}

// TestTheJob does what a dealer's staff come for, from the link that the demo prints: find a site that is not ready, correct a
// number, and send its validation. The person confirms, which the page shows without being loaded again.
func TestTheJob(t *testing.T) {
	b := testkit.NewBrowser(t)
	p, w := inTheDemo(t, b)
	w.picture("overview", "")
	w.clicks("//main", "Not ready")
	w.sees("Harbour Street warehouse")
	w.picture("sites", "")
	w.clicks("//main", "Harbour Street warehouse")
	w.sees("This number")
	w.picture("site", "")
	w.clicks(`//li[.//bdi[contains(., "John")]]`, "Change")
	w.sees("Change John Doe")
	w.fills("points.1.value", "+1 202 555 0123")
	w.clicks("//form", "Save")
	w.sees("John Doe was saved.")
	w.clicks(`//li[.//bdi[contains(., "John")]]`, "Send a text")
	w.sees("The message to John Doe is on its way.")
	if w.actions > maxJob {
		t.Errorf("the job took %d clicks and fields, want at most %d", w.actions, maxJob)
	}
	t.Logf("figure: the job took %d clicks and fields", w.actions)
	w.sees("Waiting for an answer")
	w.picture("sent", `//li[.//bdi[contains(., "Jane")]]`)
	confirms(t, b, p)
	w.do(chromedp.WaitVisible(`//div[@id="live"]//li[.//bdi[contains(., "John")]]//*[contains(., "Confirmed")]`))
	w.picture("confirmed", `//li[.//bdi[contains(., "Jane")]]`)
}
