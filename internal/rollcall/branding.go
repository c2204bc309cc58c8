package rollcall

import (
	"encoding/base64"
	"time"
)

// Branding is how a dealer shows itself to the people whom it asks.
type Branding struct {
	Dealer      DealerID
	DisplayName string // empty: the dealer's name
	Welcome     string // what the page behind a link says first; empty: nothing
	Logo        Logo   // without data: none
	Updated     time.Time
	Version     int64 // how often it changed
}

const (
	displayNameMax = 100 // characters
	welcomeMax     = 1000
	// LogoMax bounds a logo, in bytes.
	LogoMax = 100 << 10
)

// ETag returns what tells this state of the branding from every other.
func (b *Branding) ETag() string { return rowTag(b.Updated, b.Version) }

// BrandingInput is what a caller wants branding to be. What is absent stays, and null clears it.
type BrandingInput struct {
	DisplayName Field[string]
	Welcome     Field[string]
	Logo        Field[LogoInput]
}

// LogoInput is a logo as it is given. MediaType may be left out, since the data tells; Data is base64 (RFC 4648, standard
// alphabet, with padding or without).
type LogoInput struct {
	MediaType Field[string]
	Data      Field[string]
}

// Apply sets the given fields on b and returns every field that breaks its rule.
func (in *BrandingInput) Apply(b *Branding) error {
	var bad fieldErrors
	b.DisplayName = bad.optional("display_name", in.DisplayName, b.DisplayName, brand(displayNameMax))
	b.Welcome = bad.optional("welcome", in.Welcome, b.Welcome, unchanged(checkMessage))
	switch {
	case in.Logo.Null:
		b.Logo = Logo{}
	case in.Logo.Set:
		in.Logo.Value.applyTo(&b.Logo, &bad)
	}
	return bad.err()
}

func (in *LogoInput) applyTo(logo *Logo, bad *fieldErrors) {
	given := bad.text("logo.media_type", in.MediaType, "", false, oneOf(logoTypes()))
	text := bad.text("logo.data", in.Data, "", true, unchanged(func(string) *FieldError { return nil }))
	if len(*bad) > 0 {
		return
	}
	data, err := decodeBase64(text)
	if err != nil {
		bad.add("logo.data", invalid("must be base64"))
		return
	}
	read, p := readLogo(data)
	if p == nil && given != "" && given != read.MediaType {
		p = invalid("must be what logo.media_type says; it is " + read.MediaType)
	}
	if p != nil {
		bad.add("logo.data", p)
		return
	}
	*logo = read
}

func decodeBase64(text string) ([]byte, error) {
	if data, err := base64.StdEncoding.DecodeString(text); err == nil {
		return data, nil
	}
	return base64.RawStdEncoding.DecodeString(text)
}

// Merge copies from fresh to b the fields that the input gives. fresh is what Apply made of the input; reading a logo takes
// a while, so that a caller does it before it locks b.
func (in *BrandingInput) Merge(b, fresh *Branding) {
	if in.DisplayName.Set {
		b.DisplayName = fresh.DisplayName
	}
	if in.Welcome.Set {
		b.Welcome = fresh.Welcome
	}
	if in.Logo.Set {
		b.Logo = fresh.Logo
	}
}
