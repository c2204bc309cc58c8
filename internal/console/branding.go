package console

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// maxLogo is how much of a file is kept, in bytes. It is more than a logo may have, so that the rule for logos tells.
const maxLogo = 128 << 10

// brandingPage is the data of branding.html.
type brandingPage struct {
	shell
	Version       string // of what the form was filled with
	Name, Welcome field
	Logo          string // path; empty: there is none
	Remove        checks
	File          field
	Preview       string // path; empty: there is none
}

func (v *visit) branding() error {
	ctx, caller, t := v.r.Context(), v.caller(), &v.t.Branding
	b, err := v.service.Branding(ctx, caller)
	if err != nil {
		return err
	}
	p := brandingPage{shell: v.shell(t.Title), Version: b.ETag()}
	p.Tabs = v.settingsTabs()
	p.Name = v.storedField("display_name", t.Name, "text", t.NameHint, b.DisplayName)
	p.Welcome = v.storedField("welcome", t.Welcome, "", t.WelcomeHint, b.Welcome)
	p.Welcome.Lines = 4
	if len(b.Logo.Data) > 0 {
		p.Logo = previewPath + "/logo?" + b.ETag() // another address for another logo
		p.Remove = v.checks("remove_logo", t.RemoveLegend, "", []option{{Value: "yes", Label: t.Remove}})
	}
	p.File = v.field("logo", t.File, field{Type: "file", Hint: t.FileHint})
	p.File.Problem = v.problems["logo.data"]
	if p.File.Problem == "" && v.file != nil {
		p.File.Problem = t.FileAgain
	}
	if v.preview != nil {
		p.Preview = previewPath
	}
	return v.show("branding", p)
}

// postBranding changes the branding.
func (v *visit) postBranding() error {
	in := rollcall.BrandingInput{DisplayName: v.optional("display_name"), Welcome: v.optional("welcome")}
	in.Welcome.Value = strings.ReplaceAll(in.Welcome.Value, "\r\n", "\n")
	switch {
	case v.file != nil:
		in.Logo = rollcall.Given(rollcall.LogoInput{Data: rollcall.Given(base64.StdEncoding.EncodeToString(v.file))})
	case v.form.Get("remove_logo") != "":
		in.Logo = rollcall.Null[rollcall.LogoInput]()
	}
	caller := v.caller()
	caller.IfMatch = service.Match{Tags: []string{v.form.Get("version")}, Set: true}
	if _, err := v.service.UpdateBranding(v.r.Context(), caller, in); err != nil {
		v.conflict = rollcall.KindOf(err) == rollcall.PreconditionFailed
		return v.again(err, (*visit).branding)
	}
	return v.done(brandingPath, "branding_saved")
}

// brandingPreview shows the page behind a link as a contact of an invented site sees it.
func (v *visit) brandingPreview() error {
	ctx, caller, t := v.r.Context(), v.caller(), &v.t.Branding
	if v.preview == nil {
		return &rollcall.Error{Kind: rollcall.NotFound}
	}
	b, err := v.service.Branding(ctx, caller)
	if err != nil {
		return err
	}
	dealer, err := v.service.DealerOf(ctx, caller)
	if err != nil {
		return err
	}
	v.preview(v.w, v.r, rollcall.LinkView{
		State: rollcall.LinkOpen, Dealer: dealer.Name, DealerPhone: dealer.Phone, Welcome: b.Welcome, HasLogo: len(b.Logo.Data) > 0,
		Site: t.SampleSite, FirstName: t.SampleName, Address: t.SamplePhone, Label: "mobile", Language: v.t.Language,
		Method: rollcall.SMS, Point: rollcall.PhonePoint,
	}, brandingPath)
	return nil
}

// brandingLogo sends the logo. Its policy keeps it from loading or running anything, if it is opened by itself.
func (v *visit) brandingLogo() error {
	b, err := v.service.Branding(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	if len(b.Logo.Data) == 0 {
		return &rollcall.Error{Kind: rollcall.NotFound}
	}
	header := v.w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	header.Set("Content-Type", b.Logo.MediaType)
	header.Set("Content-Length", strconv.Itoa(len(b.Logo.Data)))
	v.w.WriteHeader(http.StatusOK)
	_, _ = v.w.Write(b.Logo.Data)
	return nil
}
