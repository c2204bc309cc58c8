package console_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// TestContactInBrowser looks at the pages of a contact and of messages as people do.
func TestContactInBrowser(t *testing.T) {
	b := testkit.NewBrowser(t)
	for _, screen := range []testkit.Screen{
		{Width: 360, Height: 740, Language: "en", NoScript: true}, {Width: 1440, Height: 900, Language: "en", Dark: true, NoScript: true},
	} {
		t.Run("answer and restore", func(t *testing.T) { answerInBrowser(t, b, screen) })
	}
	t.Run("changes appear", func(t *testing.T) { contactLiveInBrowser(t, b) })
	t.Run("accessible", func(t *testing.T) { contactAccessibleInBrowser(t, b) })
}

// answerInBrowser opens a captured message, answers as the contact would, and sees that on the page of the contact, whose deletion
// it then undoes.
func answerInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d := newDeskOfJohn(t)
	d.ask("email")
	x := d.tab(b, screen)
	x.enters("olivia@example.org")
	x.follow("Messages")
	x.heading("Messages")
	x.picture("messages")
	link, err := url.Parse(ask[string](x, `[...document.links].find(a => a.textContent === "Open the link, as the contact would").href`))
	d.must(err)
	x.do(chromedp.Navigate(x.URL + link.Path)) // the public URL is not that of the test
	x.do(chromedp.Click(`//button[contains(., "Yes")]`))
	x.heading("Thank you.")
	x.open(messagesPage, "Messages")
	x.follow("John Do")
	x.heading("John Do")
	x.says("The contact confirmed by the link.")
	x.picture("contact")
	d.must(d.Service().DeleteContact(t.Context(), callerOf(d, ""), john()))
	x.open(johnPage, "John Do")
	x.says("This contact was deleted on")
	x.picture("contact-deleted")
	x.press("Undo the deletion")
	x.says("The deletion is undone.")
}

// contactLiveInBrowser checks that a page shows what happens to the contact without being loaded again.
func contactLiveInBrowser(t *testing.T, b *testkit.Browser) {
	d := newDeskOfJohn(t)
	x := d.tab(b, testkit.Screen{Width: 1440, Height: 900, Language: "en"})
	x.enters("olivia@example.org")
	x.open(johnPage, "John Do")
	ask[bool](x, `window.stayed = true`)
	d.ask("email")
	x.says("The operator of this server asked for it.")
	d.must(d.Service().DeleteContact(t.Context(), callerOf(d, ""), john()))
	x.says("This contact was deleted on")
	if !ask[bool](x, `window.stayed === true`) {
		t.Error("the page was loaded again, want its live part replaced")
	}
}

func contactAccessibleInBrowser(t *testing.T, b *testkit.Browser) {
	script := testkit.Axe(t)
	d := newDeskOfJohn(t)
	x := d.tab(b, testkit.Screen{Language: "en"})
	x.enters("olivia@example.org")
	d.ask("email", "call")
	d.must(d.Service().Unsubscribe(t.Context(), d.unsubscribe()))
	_, err := d.Service().UpdateContact(t.Context(), callerOf(d, ""), john(), rollcall.ContactInput{LastName: rollcall.Given(strings.Repeat("W", 100))})
	d.must(err)
	x.accessible(script, johnPage, johnPage+"?done=contact_restored", messagesPage)
	d.must(d.Service().DeleteContact(t.Context(), callerOf(d, ""), john()))
	x.accessible(script, johnPage, messagesPage)
	x.press("Sign out")
	x.says("You are signed out.")
	x.enters("ann@example.org")
	x.accessible(script, johnPage, messagesPage)
}
