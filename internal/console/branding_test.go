package console_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const brandingPath = "/console/branding"

// picture returns a PNG of this width.
func picture(t *testing.T, width int) []byte {
	t.Helper()
	drawn := image.NewRGBA(image.Rect(0, 0, width, 40))
	for x := range width {
		for y := range 40 {
			drawn.Set(x, y, color.RGBA{R: 11, G: 93, B: uint8(x), A: 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, drawn); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// upload posts the form of the branding as a browser does: values by name in turn, and a file unless it is nil.
func (b *browser) upload(file []byte, values ...string) reply {
	b.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(values); i += 2 {
		b.must(form.WriteField(values[i], values[i+1]))
	}
	name := ""
	if file != nil {
		name = "logo.png"
	}
	part, err := form.CreateFormFile("logo", name)
	b.must(err)
	_, err = part.Write(file)
	b.must(err)
	b.must(form.Close())
	return b.post(brandingPath, &body, "Content-Type", form.FormDataContentType())
}

func (d *desk) branding() rollcall.Branding {
	d.Helper()
	b, err := d.Service().Branding(d.Context(), service.Caller{Dealer: d.Dealer})
	d.must(err)
	return b
}

func TestBranding(t *testing.T) {
	d := newDesk(t)
	owner := d.user("olivia", rollcall.RoleOwner)
	b := d.as("olivia")
	first := b.send(brandingPath, nil).want(t, 200, "<h1>Branding</h1>").want(t, 200, `href="/console/branding/preview"`)
	b.send(brandingPath+"/preview/logo", nil).want(t, 404, "There is no such page")
	b.upload(picture(t, 90), "version", first.hidden(t, "version"), "display_name", "Harbour & Sons", "welcome", "We watch over your site.\r\nCall us.").
		wantRedirect(t, brandingPath+"?done=branding_saved")
	got := d.branding()
	if got.DisplayName != "Harbour & Sons" || got.Welcome != "We watch over your site.\nCall us." || got.Logo.MediaType != "image/png" {
		t.Errorf("the branding is %q, %q, %s, want what was typed", got.DisplayName, got.Welcome, got.Logo.MediaType)
	}
	if lines := d.lines("branding.updated"); len(lines) != 1 || lines[0].Actor != string(owner.ID) {
		t.Errorf("the audit has %+v, want one line of the user", lines)
	}
	logo := b.send(brandingPath+"/preview/logo", nil).want(t, 200, "PNG")
	if logo.Header.Get("Content-Type") != "image/png" || logo.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox; frame-ancestors 'none'" {
		t.Errorf("the headers of the logo are %v", logo.Header)
	}
	shown := b.send(brandingPath+"/preview", nil).want(t, 200, "Harbour &amp; Sons").want(t, 200, "We watch over your site.").want(t, 200, "A preview:")
	shown.want(t, 200, `src="./preview/logo"`).want(t, 200, `value="yes" disabled`).want(t, 200, `href="/console/branding"`)
	b.send(brandingPath+"/preview?lang=fr", nil).want(t, 200, "Un aperçu")

	page := b.send(brandingPath, nil).want(t, 200, `<img class="logo"`)
	b.upload(nil, "version", page.hidden(t, "version"), "display_name", "", "welcome", "Hello").wantRedirect(t, brandingPath+"?done=branding_saved")
	if got := d.branding(); got.DisplayName != "" || len(got.Logo.Data) == 0 {
		t.Errorf("without a file the logo is %d bytes and the name %q, want the logo kept", len(got.Logo.Data), got.DisplayName)
	}
	// Somebody else still has the first version on the screen.
	second := b.upload(picture(t, 30), "version", first.hidden(t, "version"), "display_name", "Other", "welcome", "").want(t, 409, "Somebody else saved this meanwhile.")
	second.want(t, 409, `value="Other"`).want(t, 409, "Stored now: Hello").want(t, 409, "Choose the file again: it is not kept.")
	b.upload(nil, "version", second.hidden(t, "version"), "remove_logo", "yes", "display_name", "Other", "welcome", "").
		wantRedirect(t, brandingPath+"?done=branding_saved")
	if got := d.branding(); len(got.Logo.Data) != 0 || got.DisplayName != "Other" || got.Welcome != "" {
		t.Errorf("the branding is %+v, want the name alone", got)
	}
}

func TestRefusedBranding(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	d.user("mia", rollcall.RoleManager)
	b := d.as("olivia")
	version := b.send(brandingPath, nil).hidden(t, "version")
	var wide bytes.Buffer
	d.must(jpeg.Encode(&wide, image.NewGray(image.Rect(0, 0, 1025, 1)), nil))
	for _, tt := range []struct {
		file          []byte
		field, value  string
		status        int
		text          string
		keepsWhatElse bool
	}{
		{[]byte("<svg/>"), "welcome", "Hello", 422, "Choose a PNG or JPEG", true},
		{[]byte{}, "welcome", "Hello", 422, "This is needed.", true},
		{wide.Bytes(), "welcome", "Hello", 422, "Choose a PNG or JPEG", true},
		{picture(t, 90)[:100], "welcome", "Hello", 422, "Choose a PNG or JPEG", true},
		{bytes.Repeat([]byte("a"), 5<<20), "welcome", "Hello", 422, "This file is too large.", true},
		{bytes.Repeat([]byte("a"), 17<<20), "welcome", "Hello", 413, "Nothing was changed", false},
		{nil, "welcome", strings.Repeat("a", 70<<10), 413, "Nothing was changed", false},
		{picture(t, 90), "display_name", strings.Repeat("a", 101), 422, "Choose the file again", true},
		{nil, "welcome", strings.Repeat("a", 1001), 422, "This is too long.", true},
		{nil, "display_name", "a\u202eb", 422, "Give only the name", true},
		{nil, "display_name", "Harbour ops@example.org", 422, "Give only the name", true},
	} {
		page := b.upload(tt.file, "version", version, "other", "x", tt.field, tt.value).want(t, tt.status, tt.text)
		if tt.keepsWhatElse {
			page.want(t, tt.status, tt.value)
		}
	}
	b.post(brandingPath, strings.NewReader("--x\r\nbroken"), "Content-Type", "multipart/form-data; boundary=x").want(t, 400, "Nothing was changed")
	d.as("mia").upload(picture(t, 9), "version", version, "display_name", "Mine").want(t, 403, "You may not do this")
	if got := d.branding(); got.Version != 0 {
		t.Errorf("refused forms made version %d of the branding, want none", got.Version)
	}
	const hostile = `</textarea><script>alert(1)</script>`
	b.upload(nil, "version", version, "display_name", `" onload="x`, "welcome", hostile).wantRedirect(t, brandingPath+"?done=branding_saved")
	for _, path := range []string{brandingPath, brandingPath + "/preview"} {
		if page := b.send(path, nil).want(t, 200, "&lt;script&gt;"); strings.Contains(page.body, "<script>") || strings.Contains(page.body, `" onload`) {
			t.Errorf("%s has markup:\n%s", path, page.body)
		}
	}
}

// TestBrandingOfAnEndedSession checks that what was typed is kept, without the file, and that another dealer's logo is not shown.
func TestBrandingOfAnEndedSession(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	b := d.browser()
	held := b.upload(picture(t, 90), "version", "0-0", "display_name", "Typed").want(t, http.StatusUnauthorized, "what you typed is kept")
	form := signInForm("olivia", goodPassword)
	form.Set("held", held.hidden(t, "held"))
	back := b.send("/console/sign-in", form).want(t, 200, `value="Typed"`)
	b.upload(picture(t, 90), "version", back.hidden(t, "version"), "display_name", "Typed").wantRedirect(t, brandingPath+"?done=branding_saved")
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	d.Dealer = other.ID
	d.user("stranger", rollcall.RoleOwner)
	stranger := d.as("stranger")
	stranger.send(brandingPath+"/preview/logo", nil).want(t, 404, "There is no such page")
	stranger.send(brandingPath+"/preview", nil).want(t, 200, "Hill Alarm")
}

// brandingInBrowser chooses a logo and looks at the page of contacts.
func brandingInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	file := filepath.Join(t.TempDir(), "logo.png")
	d.must(os.WriteFile(file, picture(t, 200), 0o600))
	x := d.tab(b, screen)
	x.enters("olivia@example.org")
	x.follow("Settings")
	x.heading("Settings")
	x.follow("Branding")
	x.heading("Branding")
	x.types("display_name", "Harbour Alarm and Sons")
	x.types("welcome", "We have watched over your site since 1987.")
	x.do(chromedp.SetUploadFiles(chromedp.CSS("#logo"), []string{file}))
	x.press("Save")
	x.says("The branding is saved.")
	if width := ask[int](x, `document.querySelector("img.logo").naturalWidth`); width != 200 {
		t.Errorf("the logo is %d pixels wide, want 200", width)
	}
	x.picture(pictureOf("branding", screen))
	x.follow("See the page as a contact sees it")
	x.heading("Can you be reached here?")
	if width := ask[int](x, `document.querySelector("header img").naturalWidth`); width != 200 {
		t.Errorf("the logo of the preview is %d pixels wide, want 200", width)
	}
	x.picture(pictureOf("branding-preview", screen))
	x.follow("Back to the branding")
	x.heading("Branding")
}
