package console_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// TestImportInBrowser brings a list in as people do: without scripts on a phone and on a desk, with scripts, and by keyboard.
func TestImportInBrowser(t *testing.T) {
	b := testkit.NewBrowser(t)
	for name, screen := range map[string]testkit.Screen{
		"on a phone":          {Width: 360, Height: 740, Language: "en", NoScript: true},
		"on a desk, dark":     {Width: 1440, Height: 900, Language: "en", Dark: true, NoScript: true},
		"with scripts":        {Width: 900, Height: 1060, Language: "en"},
		"by keyboard, at 390": {Language: "en", NoScript: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newPier(t)
			x := d.tab(b, screen)
			var cancel context.CancelFunc
			x.ctx, cancel = context.WithTimeout(x.ctx, 4*time.Minute)
			defer cancel()
			x.enters("mia@example.org")
			if screen.Width == 0 {
				importByKeyboard(x)
				return
			}
			importInBrowser(x, screen)
		})
	}
	t.Run("accessible", func(t *testing.T) { accessibleImport(t, b) })
}

// choosesFile chooses a file with a list.
func (x tab) choosesFile(name, text string) {
	x.Helper()
	file := filepath.Join(x.TempDir(), name)
	x.must(os.WriteFile(file, []byte(text), 0o600))
	x.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
}

// untilIt waits for a text at the end of an import, by loading the page again where there are no scripts.
func (x tab) untilIt(says string, screen testkit.Screen) {
	x.Helper()
	for end := time.Now().Add(30 * time.Second); screen.NoScript && time.Now().Before(end); {
		text := ask[string](x, `(document.querySelector("main") || {}).innerText || ""`)
		if strings.Contains(text, says) {
			break
		}
		if strings.Contains(text, "Look again") {
			x.do(chromedp.Reload())
		}
	}
	x.sees(says)
}

// checks uploads a list and checks it as it is read, with missing sites.
func (x tab) checks(name, text string, screen testkit.Screen) {
	x.Helper()
	x.open("/console/sites", "Sites")
	x.follow("Bring a list in")
	x.choosesFile(name, text)
	x.picture(pictureOf("import", screen))
	x.press("Upload the file")
	x.heading(name)
	x.do(chromedp.Click(`//label[contains(., "Add sites")]`))
	x.picture(pictureOf("import-columns", screen))
	x.press("Check the list")
	x.untilIt("Nothing is changed yet. If", screen)
}

// importInBrowser brings a list of a stranger's shape in, mends its refused row, and brings it in again.
func importInBrowser(x tab, screen testkit.Screen) {
	x.checks("people.csv", strangersList, screen)
	x.sees("Row 3")
	x.sees("Cell: a spreadsheet shortened this number")
	x.picture(pictureOf("import-checked", screen))
	if !screen.NoScript {
		testkit.View(x.T, x.ctx, "import-shown") // docs/console.md has it
	}
	x.do(chromedp.Click(`//a[contains(., "all rows")]`))
	x.sees("Eve Ray")
	x.picture(pictureOf("import-rows", screen))
	x.press("Bring the list in")
	x.untilIt("The list is in.", screen)
	x.picture(pictureOf("import-done", screen))
	refused := ask[string](x, `[...document.links].find(a => a.textContent === "Download the refused rows").getAttribute("href")`)
	x.follow("See the sites that are not ready now")
	x.sees("ACCT-12")

	mended := strings.Replace(x.as("mia").send(refused, nil).body, "2.02556E+9", "+1 202 555 0149", 1)
	x.checks("refused.csv", mended, screen)
	x.sees("Adds 1 and changes 0.")
	x.press("Bring the list in")
	x.untilIt("The list is in.", screen)
	x.checks("people.csv", strings.Replace(strangersList, "2.02556E+9", "+1 202 555 0149", 1), screen)
	x.sees("Nobody would be added or changed.")
	x.picture(pictureOf("import-same", screen))
	x.follow("Bring a list in")
	x.sees("1 new, 1 changed, 1 refused")
	x.picture(pictureOf("import-list", screen))
	if got := strings.Fields(x.order()); len(got) != 3 || got[0] != "ann" {
		x.Errorf("the call list of the pier has %v, want ann first, one new person, and bob", got)
	}
}

// importByKeyboard goes from the list of sites to an imported list with the keyboard alone, but for choosing the file.
func importByKeyboard(x tab) {
	x.open("/console/sites", "Sites")
	x.tabTo("Bring a list in")
	x.heading("Bring a list in")
	x.choosesFile("people.csv", strangersList)
	x.tabTo("Upload the file")
	x.heading("people.csv")
	x.tabTo("Check the list")
	x.untilIt("Nothing is changed yet. If", testkit.Screen{NoScript: true})
	x.tabTo("Bring the list in")
	x.untilIt("The list is in.", testkit.Screen{NoScript: true})
}

// accessibleImport checks the pages in each of their states by the rules of axe-core.
func accessibleImport(t *testing.T, b *testkit.Browser) {
	script := testkit.Axe(t)
	d := newPier(t)
	mia := d.as("mia")
	file := mia.brought(strangersList)
	tried, _ := mia.try(file, "create_sites", "yes")
	wide := mia.bring(strings.Repeat("W", 90)+".csv", "Account,Name,"+strings.Repeat("Column ", 12)+",Phone\nACCT-9,"+strings.Repeat("Sicherheit", 9)+",<b>,none\n")
	broken, _ := mia.try(wide.to(importPage + "/import_"))
	other := mia.brought(strangersList)
	otherTried, _ := mia.try(other)
	run := mia.send(otherTried, map[string][]string{"do": {"run"}}).to(importPage + "/import_")
	mia.ended(run)
	x := d.tab(b, testkit.Screen{Language: "en"})
	x.enters("mia@example.org")
	x.accessible(script, importPage, importPage+"?done=import_removed", file, file+"?from="+strings.TrimPrefix(tried, importPage+"/"),
		wide.Header.Get("Location"), tried, tried+"?result=", tried+"?result=unchanged", broken, run, otherTried,
		"/console/export", "/console/export/contacts?older_than_days=x", "/console/sites")
	for _, screen := range []testkit.Screen{{Width: 320, Language: "en"}, {Width: 1440, Language: "en", Dark: true}} {
		x.do(screen.Show())
		x.open(importPage, "Bring a list in")
		x.choosesFile("people.csv", "%PDF-1.7")
		x.press("Upload the file")
		x.sees("This is not a list that can be read.")
		x.look(script, "a refused file", screen)
		x.picture(pictureOf("import-refused", screen))
		x.open(file, "people.csv")
		x.do(chromedp.SendKeys(chromedp.CSS(`[name="site"]`), "nowhere"))
		x.press("Check the list")
		x.sees("No site matches.")
		x.look(script, "a refused form", screen)
	}
	d.must(d.Service().DeleteUploaded(t.Context(), d.operator(), rollcall.ImportID(strings.TrimPrefix(file, importPage+"/"))))
	x.accessible(script, tried)
}
