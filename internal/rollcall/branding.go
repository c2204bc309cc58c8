package rollcall

import (
	"encoding/base64"
	"time"
)

// Branding is what contacts see of a dealer.
type Branding struct {
	Dealer      DealerID
	DisplayName string // empty: the dealer's name
	Welcome     string // first text of the page behind a link; empty: none
	Logo        Logo   // no Data: no logo
	Updated     time.Time
	Version     int64 // number of changes
}

const (
	displayNameMax = 100 // characters
	welcomeMax     = 1000
	// logoMax is the maximum size of a logo in bytes.
	logoMax = 100 << 10
)

// ETag returns a tag that is different for every state of the branding.
func (b *Branding) ETag() string { return rowTag(b.Updated, b.Version) }

// BrandingInput is a change of branding. An absent field stays as it is, and null clears it.
type BrandingInput struct {
	DisplayName Field[string]
	Welcome     Field[string]
	Logo        Field[LogoInput]
}

// LogoInput is a new logo. MediaType may be absent, since Data shows it. Data is base64 (RFC 4648, standard alphabet, with or
// without padding).
type LogoInput struct {
	MediaType Field[string]
	Data      Field[string]
}

// Apply sets the given fields on b: ValidationFailed. Reading a logo may take some milliseconds.
func (in *BrandingInput) Apply(b *Branding) error {
	var bad fieldErrors
	b.DisplayName = bad.optional("display_name", in.DisplayName, b.DisplayName, senderName(displayNameMax))
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
		p = invalid("must match logo.media_type; it is " + read.MediaType)
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

// Merge copies the fields that the input gives from applied, on which Apply has set them, to b. It is fast, so that a caller
// can read a logo before it locks b.
func (in *BrandingInput) Merge(b, applied *Branding) {
	if in.DisplayName.Set {
		b.DisplayName = applied.DisplayName
	}
	if in.Welcome.Set {
		b.Welcome = applied.Welcome
	}
	if in.Logo.Set {
		b.Logo = applied.Logo
	}
}
