package httpapi

import (
	"context"
	"encoding/base64"
	"net/http"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

// maxBrandingBody bounds the body with a logo of 100 KiB in base64, and texts.
const maxBrandingBody = 192 << 10

// bodyLimit returns the bound of the body of an operation.
func bodyLimit(operation api.OperationName) int64 {
	if operation == api.PutBrandingOperation {
		return maxBrandingBody
	}
	return maxBody
}

// GetBranding implements getBranding.
func (s *server) GetBranding(ctx context.Context, p api.GetBrandingParams) (api.GetBrandingRes, error) {
	b, err := s.service.Branding(ctx, reader(ctx))
	switch {
	case err != nil:
		return nil, err
	case unchanged(p.IfNoneMatch, b.ETag()):
		return notModified(b.ETag()), nil
	}
	return brandingAnswer(b, nil)
}

// PutBranding implements putBranding.
func (s *server) PutBranding(ctx context.Context, req *api.BrandingUpdate, _ api.PutBrandingParams) (api.PutBrandingRes, error) {
	logo := req.Logo
	return brandingAnswer(s.service.UpdateBranding(ctx, caller(ctx, http.StatusOK), rollcall.BrandingInput{
		DisplayName: nullable(req.DisplayName),
		Welcome:     nullable(req.Welcome),
		Logo: rollcall.Field[rollcall.LogoInput]{Set: logo.Set, Null: logo.Null, Value: rollcall.LogoInput{
			MediaType: optional(logo.Value.MediaType.Get()), Data: optional(logo.Value.Data.Get()),
		}},
	}))
}

func brandingAnswer(b rollcall.Branding, err error) (*api.BrandingAnswerHeaders, error) {
	if err != nil {
		return nil, err
	}
	return &api.BrandingAnswerHeaders{
		ETag: api.NewOptString(quoted(b.ETag())), Response: api.BrandingAnswer{Data: brandingOut(&b)},
	}, nil
}

func brandingOut(b *rollcall.Branding) api.Branding {
	out := api.Branding{
		DisplayName: orNull(b.DisplayName), Welcome: orNull(b.Welcome), UpdatedAt: timeOrNull(b.Updated),
	}
	if out.Logo.Null = len(b.Logo.Data) == 0; !out.Logo.Null {
		out.Logo.Value = api.LogoOrNull{MediaType: b.Logo.MediaType, Data: base64.StdEncoding.EncodeToString(b.Logo.Data)}
	}
	return out
}
