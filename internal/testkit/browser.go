package testkit

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browsers are the names under which Chromium is installed.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Browser is a real Chromium without a window, with a profile of its own, until the test ends.
type Browser struct {
	ctx context.Context
}

// NewBrowser starts a Chromium. Where there is none the test is skipped, and fails where ROLLCALL_TEST_REQUIRE names
// "chromium". With -short it is skipped, too.
func NewBrowser(t *testing.T) *Browser {
	t.Helper()
	if testing.Short() {
		t.Skip("the browser is left out with -short")
	}
	var path string
	for _, name := range browsers {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		Missing(t, "chromium")
	}
	options := slices.Clone(chromedp.DefaultExecAllocatorOptions[:])
	options = append(options, chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closed := chromedp.NewContext(ctx)
	t.Cleanup(closed)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("%s does not start: %v", path, err)
	}
	return &Browser{ctx: ctx}
}

// Screen is what a page is seen on.
type Screen struct {
	Width    int64  // in CSS pixels; 0: 390, that of a common phone
	Height   int64  // 0: 844
	Language string // for Accept-Language; empty: the browser's own
	Dark     bool   // the person prefers dark colours
	NoScript bool   // scripts do not run
}

// Tab opens an empty page, which shares neither cookies nor settings with others, until the test ends. It is cut off
// after three minutes. A page that asks another host for anything, that has an error in a script, or that breaks its
// Content-Security-Policy fails the test.
func (b *Browser) Tab(t *testing.T, on Screen) context.Context {
	t.Helper()
	ctx, closed := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(closed)
	if err := chromedp.Do(ctx, on.Show()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	watchFaults(t, ctx)
	return ctx
}

// watchFaults fails the test for each fault of the pages in a tab.
func watchFaults(t *testing.T, tab context.Context) {
	t.Helper()
	var mu sync.Mutex
	var faults []string
	fault := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		faults = append(faults, text)
	}
	err := chromedp.Listen(tab, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if at, err := url.Parse(e.Request.URL); err != nil || at.Scheme != "data" && at.Hostname() != "127.0.0.1" {
				fault("a request to " + e.Request.URL)
			}
		case *runtime.EventExceptionThrown:
			fault("an error in a script: " + e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork { // a page may be refused
				fault(e.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, text := range faults {
			t.Errorf("the browser reports %s", text)
		}
	})
}

// Show brings a tab to the screen, for the pages that it loads from now on.
func (s Screen) Show() chromedp.Action[chromedp.Void] {
	return chromedp.Steps(chromedp.EmulateViewport(cmp.Or(s.Width, 390), cmp.Or(s.Height, 844)), chromedp.Func(s.prefer))
}

// prefer gives a tab what no ready-made action of chromedp does.
func (s Screen) prefer(ctx context.Context, tab *chromedp.Target) error {
	colours := "light"
	if s.Dark {
		colours = "dark"
	}
	_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}},
	})
	if err != nil {
		return err
	}
	headers := network.Headers{}
	if s.Language != "" {
		headers["Accept-Language"] = s.Language
	}
	_, err = cdp.Call(ctx, tab, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: headers})
	if err != nil {
		return err
	}
	_, err = cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{
		Value: s.NoScript,
	})
	return err
}

// Missing skips a test for want of something, and fails it where ROLLCALL_TEST_REQUIRE names that.
func Missing(t testing.TB, name string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("ROLLCALL_TEST_REQUIRE"), ","), name) {
		t.Fatalf("%s is required and is not here", name)
	}
	t.Skipf("%s is not here", name)
}

// PicturesVariable names the environment variable with the folder for pictures of pages; without it none are taken.
const PicturesVariable = "ROLLCALL_TEST_PICTURES"

// Picture stores a picture of the whole page in a tab, as a PNG of this name, in the folder of PicturesVariable.
func Picture(t *testing.T, tab context.Context, name string) {
	t.Helper()
	const lossless = 100 // a PNG
	picture(t, tab, name, chromedp.FullScreenshot(lossless))
}

// View is Picture of what fits on the screen.
func View(t *testing.T, tab context.Context, name string) {
	t.Helper()
	picture(t, tab, name, chromedp.CaptureScreenshot())
}

func picture(t *testing.T, tab context.Context, name string, take chromedp.Action[[]byte]) {
	t.Helper()
	folder := os.Getenv(PicturesVariable)
	if folder == "" {
		return
	}
	var png []byte
	err := context.DeadlineExceeded
	for tries := 0; errors.Is(err, context.DeadlineExceeded) && tries < 3; tries++ {
		// Of a page that is just left for another, Chromium never takes the picture.
		attempt, cancel := context.WithTimeout(tab, 20*time.Second)
		png, err = chromedp.Run(attempt, take)
		cancel()
	}
	if err == nil {
		err = errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
}
