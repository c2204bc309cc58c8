package pages_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.org/rollcall/internal/pages"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// must runs steps in a tab.
func must(t *testing.T, tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t *testing.T, tab context.Context, what chromedp.Action[T]) T {
	t.Helper()
	value, err := chromedp.Run(tab, what)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// heading waits for a page with the text in its heading.
func heading(t *testing.T, tab context.Context, text string) {
	t.Helper()
	must(t, tab, chromedp.WaitVisible(`//h1[contains(., "`+text+`")]`))
}

// visit opens a page in a new tab, and waits for its heading.
func visit(t *testing.T, b *testkit.Browser, on testkit.Screen, url, text string) context.Context {
	t.Helper()
	tab := b.Tab(t, on)
	must(t, tab, chromedp.Navigate(url))
	heading(t, tab, text)
	return tab
}

// TestInBrowser uses the pages as a person does.
func TestInBrowser(t *testing.T) {
	b := testkit.NewBrowser(t)
	for name, act := range map[string]func(*testing.T, *testkit.Browser, *server){
		"confirm, and change the choices":     confirm,
		"decline":                             decline,
		"expired":                             expired,
		"stop e-mails":                        stop,
		"without scripts and without a mouse": confirmByKeys,
		"accessible on every screen":          looks,
		"visible focus with the keyboard":     focus,
		"buttons in view on a small phone":    yesInView,
		"with the whole program":              confirmReal,
	} {
		t.Run(name, func(t *testing.T) { act(t, b, serve(t)) })
	}
}

func confirm(t *testing.T, b *testkit.Browser, s *server) {
	t.Helper()
	yes, no := rollcall.Given(true), rollcall.Given(false)
	chosen := rollcall.LinkAnswer{Confirm: true}
	tab := visit(t, b, testkit.Screen{Language: "en"}, s.URL+"/c/open", "Can you be reached here?")
	press(t, tab, "Yes, I can be reached here")
	heading(t, tab, "Thank you. You can be reached here.")
	must(t, tab, chromedp.Reload())
	heading(t, tab, "Thank you. You can be reached here.")
	if answers := s.recorded(); !reflect.DeepEqual(answers, []rollcall.LinkAnswer{chosen}) {
		t.Fatalf("recorded %+v, want %+v once", answers, chosen)
	}
	must(t, tab, chromedp.Click(chromedp.CSS(`input[value=email]:not([type=hidden])`)))
	press(t, tab, "Save my choices")
	must(t, tab, chromedp.WaitVisible(chromedp.CSS(`[role=status]`)))
	chosen.Preferences = rollcall.PreferencesInput{Email: no, SMS: yes}
	if answers := s.recorded(); len(answers) != 2 || answers[1] != chosen {
		t.Errorf("recorded %+v, want %+v as the second", answers, chosen)
	}
	if at := ask(t, tab, chromedp.Location()); at != s.URL+"/c/open?saved" {
		t.Errorf("location = %s, want /c/open?saved", at)
	}
	for _, origin := range s.origins {
		if origin != "null" {
			t.Errorf("this browser sends Origin: %s, want null, which the pages must work with", origin)
		}
	}
}

func decline(t *testing.T, b *testkit.Browser, s *server) {
	t.Helper()
	tab := visit(t, b, testkit.Screen{Language: "fr"}, s.URL+"/c/open", "Can you be reached here?")
	must(t, tab, chromedp.Click(chromedp.CSS(`a[hreflang=fr]`)))
	heading(t, tab, "Peut-on vous joindre ici")
	press(t, tab, "Ce n’est pas moi")
	heading(t, tab, "Merci de nous l’avoir dit")
	if answers := s.recorded(); !reflect.DeepEqual(answers, []rollcall.LinkAnswer{{}}) {
		t.Errorf("recorded %+v, want no", answers)
	}
}

func expired(t *testing.T, b *testkit.Browser, s *server) {
	t.Helper()
	tab := visit(t, b, testkit.Screen{Language: "es"}, s.URL+"/c/expired?lang=es", "Este enlace ha caducado")
	if forms := ask(t, tab, chromedp.Evaluate[int](`document.forms.length`)); forms != 0 {
		t.Errorf("the page of an expired link has %d forms, want none", forms)
	}
}

func stop(t *testing.T, b *testkit.Browser, s *server) {
	t.Helper()
	tab := visit(t, b, testkit.Screen{Language: "en"}, s.URL+"/c/stop", "Stop these e-mails?")
	press(t, tab, "Stop these e-mails")
	heading(t, tab, "These e-mails have stopped")
	if s.state("stop") != rollcall.LinkDeclined {
		t.Error("state of the link is not declined, want e-mails stopped")
	}
}

func confirmByKeys(t *testing.T, b *testkit.Browser, s *server) {
	t.Helper()
	tab := visit(t, b, testkit.Screen{Language: "en", NoScript: true}, s.URL+"/c/open", "Can you be reached here?")
	must(t, tab, chromedp.KeyEvent(kb.Tab)) // to "yes"
	must(t, tab, chromedp.KeyEvent(kb.Enter))
	heading(t, tab, "Thank you. You can be reached here.")
	if s.state("open") != rollcall.LinkConfirmed {
		t.Error("state of the link is not confirmed, want it confirmed")
	}
}

// press presses the button with the text.
func press(t *testing.T, tab context.Context, text string) {
	t.Helper()
	must(t, tab, chromedp.Click(`//button[normalize-space()="`+text+`"]`))
}

// looks checks every page in every language for accessibility: on a narrow and a wide screen, in light and dark.
func looks(t *testing.T, b *testkit.Browser, s *server) {
	t.Helper()
	long, right := harbour(rollcall.LinkOpen), harbour(rollcall.LinkConfirmed)
	long.Dealer = strings.Repeat("Sicherheitsgesellschaft", 9)[:200]
	long.Site, long.Welcome = long.Dealer, long.Dealer
	long.DealerPhone = strings.Repeat("+1 202 555 0100 or ", 4)
	right.Dealer, right.Site, right.Welcome = "حراسة الميناء (2)", "מחסן הנמל 7", "شكرا لكم!"
	s.links["long"], s.links["right"] = long, right
	s.logos["long"], s.logos["right"] = s.logos["open"], s.logos["open"]
	screens := []testkit.Screen{
		{Width: 320, Language: "en"}, {Width: 320, Language: "es", Dark: true}, {Width: 320, Language: "fr"}, {Width: 1280, Language: "en", Dark: true},
	}
	tab := b.Tab(t, screens[0])
	for _, screen := range screens {
		must(t, tab, screen.Show())
		for _, path := range append([]string{"long", "right"}, shown...) {
			s.Clock.Advance(time.Minute)
			must(t, tab, chromedp.Navigate(s.URL+pages.Path+in(path, screen.Language)))
			for _, problem := range ask(t, tab, chromedp.Evaluate[[]string](audit)) {
				t.Errorf("%s, %d wide, %s, dark %t: %s", path, screen.Width, screen.Language, screen.Dark, problem)
			}
		}
	}
}

// focus checks that the focus is visible to a person who uses the keyboard.
func focus(t *testing.T, b *testkit.Browser, s *server) {
	t.Helper()
	tab := b.Tab(t, testkit.Screen{Language: "en"})
	must(t, tab, chromedp.Navigate(s.URL+"/c/open"))
	var order []string
	for range 6 {
		must(t, tab, chromedp.KeyEvent(kb.Tab))
		order = append(order, ask(t, tab, chromedp.Evaluate[string](focused)))
	}
	want := []string{"yes", "no", "a", "a", "a", "a"}
	if !reflect.DeepEqual(order, want) {
		t.Errorf("the keyboard goes through %q, want %q, each visible", order, want)
	}
}

// yesInView checks that a person with a small phone can answer without scrolling.
func yesInView(t *testing.T, b *testkit.Browser, s *server) {
	t.Helper()
	for _, language := range languages {
		s.links["open"] = harbour(rollcall.LinkOpen)
		tab := b.Tab(t, testkit.Screen{Width: 360, Height: 640})
		must(t, tab, chromedp.Navigate(s.URL+pages.Path+in("open", language)))
		const bottom = `document.querySelector("button[value=%s]").getBoundingClientRect().bottom`
		yes := ask(t, tab, chromedp.Evaluate[float64](fmt.Sprintf(bottom, "yes")))
		no := ask(t, tab, chromedp.Evaluate[float64](fmt.Sprintf(bottom, "no")))
		if yes > 640 || no > 640 || no < yes {
			t.Errorf("%s: yes ends at %v and no at %v pixels, want both above 640, yes first", language, yes, no)
		}
		press(t, tab, map[string]string{"en": "Yes, I can be reached here", "es": "Sí, aquí pueden localizarme", "fr": "Oui, on peut me joindre ici"}[language])
		must(t, tab, chromedp.WaitVisible(chromedp.CSS(`svg.done`)))
		large := ask(t, tab, chromedp.Evaluate[int](`[...document.querySelectorAll("button")].filter(b => b.getBoundingClientRect().height > 48).length`))
		if at := ask(t, tab, chromedp.Evaluate[string](`document.documentElement.lang`)); large != 0 || at != language {
			t.Errorf("%s: after the answer %d large buttons in %s, want none, and the same language", language, large, at)
		}
	}
}

func confirmReal(t *testing.T, b *testkit.Browser, _ *server) {
	t.Helper()
	r := startReal(t)
	path, _ := r.validate(t, "sms")
	tab := visit(t, b, testkit.Screen{Language: "en", NoScript: true}, r.URL+path, asks)
	press(t, tab, "Yes, I can be reached here")
	heading(t, tab, thanks)
	if status := r.status(t, "phone"); status != "confirmed" {
		t.Errorf("status of the phone = %s, want confirmed", status)
	}
}
