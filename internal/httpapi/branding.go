package httpapi

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// maxBrandingBody is the largest body, in bytes: a logo of 100 KiB in base64, and texts.
const maxBrandingBody = 192 << 10

func (s *server) getBranding(c *call) (answer, error) {
	b, err := s.service.Branding(c.context(), c.caller)
	return brandingAnswer(b), err
}

func (s *server) updateBranding(c *call) (answer, error) {
	var in rollcall.BrandingInput
	err := c.readUpTo(maxBrandingBody, append(readOnly("updated_at", "warnings"),
		text("display_name", &in.DisplayName),
		text("welcome", &in.Welcome),
		object("logo", &in.Logo, func(l *rollcall.LogoInput) fields {
			return fields{text("media_type", &l.MediaType), text("data", &l.Data)}
		}),
	))
	if err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (rollcall.Branding, error) {
		return s.service.UpdateBranding(c.context(), caller, in)
	}, brandingAnswer)
}

type branding struct {
	DisplayName *string   `json:"display_name"`
	Welcome     *string   `json:"welcome"`
	Logo        *logo     `json:"logo"`
	UpdatedAt   timestamp `json:"updated_at"`
	warned
}

type logo struct {
	MediaType string `json:"media_type"`
	Data      []byte `json:"data"` // base64
}

func brandingAnswer(b rollcall.Branding) answer {
	out := branding{DisplayName: orNull(b.DisplayName), Welcome: orNull(b.Welcome), UpdatedAt: timestamp(b.Updated)}
	if len(b.Logo.Data) > 0 {
		out.Logo = &logo{MediaType: b.Logo.MediaType, Data: b.Logo.Data}
	}
	return answer{status: http.StatusOK, tag: b.ETag(), data: &out}
}
