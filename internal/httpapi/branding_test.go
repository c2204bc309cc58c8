package httpapi_test

import (
	"encoding/base64"
	"image"
	"image/png"
	"reflect"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

const brandingPath = "/ext/v1/branding"

// plainPNG is a picture in the encoding of the server.
var plainPNG = func() string {
	var b strings.Builder
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		panic(err)
	}
	return b.String()
}()

func encoded(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func logo(data string) string {
	return `{"media_type": "image/png", "data": "` + encoded(data) + `"}`
}

// largest returns a logo of 100 KiB. In base64 it is larger than the body of other operations may be.
func largest() string { return plainPNG + strings.Repeat(" ", 100<<10-len(plainPNG)) }

var brandingScenarios = []testkit.Scenario{
	{
		Name: "branding that was never set is empty", As: "settings:write", Method: "GET", Path: brandingPath, Status: 200, SaveTag: "fresh",
		Want: `{"data": {"display_name": null, "welcome": null, "logo": null, "updated_at": null}}`,
	},
	{
		Name: "PUT sets every field", As: "all", Method: "PUT", Path: brandingPath, Header: header{"If-Match": "${fresh}"}, Status: 200, SaveTag: "set",
		Body: `{"display_name": " Harbour Alarm ", "welcome": "Hello,\nplease answer.", "logo": {"data": "` + encoded(plainPNG) + `"}}`,
		Want: `{"data": {"display_name": "Harbour Alarm", "welcome": "Hello,\nplease answer.", "logo": ` + logo(plainPNG) + `, "updated_at": "<time>"}}`,
	},
	{
		Name: "GET with the current ETag answers 304", As: "all", Method: "GET", Path: brandingPath, Header: header{"If-None-Match": "${set}"}, Status: 304,
		WantHeader: header{"ETag": "${set}"},
	},
	{
		Name: "PUT with an old ETag answers 412", As: "all", Method: "PUT", Path: brandingPath, Header: header{"If-Match": "${fresh}"}, Body: `{"welcome": "Hi"}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "a logo of 100 KiB is accepted", As: "all", Method: "PUT", Path: brandingPath, Body: `{"logo": ` + logo(largest()) + `}`, Status: 200,
		Want: `{"data": {"display_name": "Harbour Alarm", "logo": ` + logo(plainPNG) + `, "...": true}}`,
	},
	{
		Name: "a logo over 100 KiB answers 422", As: "all", Method: "PUT", Path: brandingPath, Body: `{"logo": ` + logo(largest()+" ") + `}`, Status: 422,
		Want: invalid("logo.data too_long"),
	},
	{
		Name: "a logo of an unsupported type answers 422", As: "all", Method: "PUT", Path: brandingPath, Status: 422, Want: invalid("logo.data invalid"),
		Body: `{"logo": ` + logo(`<svg xmlns="http://www.w3.org/2000/svg"/>`) + `}`,
	},
	{
		Name: "every invalid field is named", As: "all", Method: "PUT", Path: brandingPath, Status: 422,
		Body: `{"display_name": "a\nb", "welcome": " ", "logo": {"media_type": "image/gif"}}`,
		Want: invalid("display_name invalid", "welcome invalid", "logo.media_type invalid", "logo.data required"),
	},
	{Name: "a string as a logo answers 400", As: "all", Method: "PUT", Path: brandingPath, Body: `{"logo": "x"}`, Status: 400, Want: failure("invalid_request", "logo")},
	{
		Name: "empty and null values clear every field", As: "all", Method: "PUT", Path: brandingPath, Body: `{"display_name": "", "welcome": null, "logo": null}`, Status: 200,
		Want: `{"data": {"display_name": null, "welcome": null, "logo": null, "updated_at": "<time>"}}`,
	},
}

func TestBranding(t *testing.T) { testkit.Run(t, brandingScenarios) }

// TestReplayOfBrandingIsCurrent checks that a replay has the logo, of which no copy is stored.
func TestReplayOfBrandingIsCurrent(t *testing.T) {
	a := testkit.NewApp(t)
	put := func(key, body, want string) map[string]any {
		t.Helper()
		status, answer := a.DoOnce("all", "PUT", brandingPath, body, key)
		data, _ := answer["data"].(map[string]any)
		if status != 200 || data["welcome"] != want {
			t.Fatalf("PUT %.40s with key %s = %d with welcome %v, want 200 with %s", body, key, status, data["welcome"], want)
		}
		return data
	}
	first := `{"welcome": "one", "logo": ` + logo(plainPNG) + `}`
	made, replayed := put("k1", first, "one"), put("k1", first, "one")
	if !reflect.DeepEqual(made, replayed) || made["logo"] == nil {
		t.Errorf("replay = %v, want %v", replayed, made)
	}
	put("k2", `{"welcome": "two"}`, "two")
	put("k1", first, "two")
	if status, _ := a.DoOnce("all", "PUT", brandingPath, `{}`, "k1"); status != 409 {
		t.Errorf("another request with the key = %d, want 409", status)
	}
}
