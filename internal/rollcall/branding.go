package rollcall

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
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

func (in *BrandingInput) applyTo(b *Branding) problems {
	var bad problems
	b.DisplayName = bad.clearable("display_name", in.DisplayName, b.DisplayName, brand(displayNameMax))
	b.Welcome = bad.clearable("welcome", in.Welcome, b.Welcome, asGiven(checkMessage))
	switch {
	case in.Logo.Null:
		b.Logo = Logo{}
	case in.Logo.Set:
		in.Logo.Value.applyTo(&b.Logo, &bad)
	}
	return bad
}

func (in *LogoInput) applyTo(logo *Logo, bad *problems) {
	given := bad.text("logo.media_type", in.MediaType, "", false, oneOf(logoTypes()))
	text := bad.text("logo.data", in.Data, "", true, asGiven(func(string) problem { return problem{} }))
	if len(*bad) > 0 {
		return
	}
	data, err := decodeBase64(text)
	if err != nil {
		bad.add("logo.data", problem{codeInvalid, "must be base64"})
		return
	}
	read, p := readLogo(data)
	if !p.bad() && given != "" && given != read.MediaType {
		p = problem{codeInvalid, "must be what logo.media_type says; it is " + read.MediaType}
	}
	if p.bad() {
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

// Branding returns the branding of a dealer.
func (s *Service) Branding(ctx context.Context, who Caller) (Branding, error) {
	return s.store.Branding(ctx, who.Dealer)
}

// UpdateBranding changes the branding of a dealer: DealerNotFound, ValidationFailed, PreconditionFailed.
func (s *Service) UpdateBranding(ctx context.Context, who Caller, in BrandingInput) (Branding, error) {
	var fresh Branding
	if err := in.applyTo(&fresh).err(); err != nil { // reading a picture is slow: not while others wait
		return Branding{}, err
	}
	var b Branding
	err := s.change(ctx, who, func(ctx context.Context, tx Tx) (_ any, err error) {
		if _, err = tx.LockDealer(ctx, who.Dealer); err != nil {
			return nil, err
		}
		if b, err = tx.Branding(ctx, who.Dealer); err != nil {
			return nil, err
		}
		if err := who.mayChange(b.ETag()); err != nil {
			return nil, err
		}
		before := b
		in.put(&b, &fresh)
		changed := changes(before.auditFields(), b.auditFields())
		if len(changed) == 0 {
			return b, nil
		}
		b.Updated = s.now()
		b.Version++
		if err := tx.PutBranding(ctx, b); err != nil {
			return nil, err
		}
		line := AuditLine{Action: "branding.updated", Subject: string(who.Dealer), At: b.Updated}
		return b, s.record(ctx, tx, who, line, changed)
	})
	return b, err
}

// put puts what the input gives, and fresh has as it is to be kept, over b.
func (in *BrandingInput) put(b, fresh *Branding) {
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

func (b *Branding) auditFields() []auditField {
	logo := ""
	if len(b.Logo.Data) > 0 {
		sum := sha256.Sum256(b.Logo.Data)
		logo = b.Logo.MediaType + ", " + strconv.Itoa(len(b.Logo.Data)) + " bytes, SHA-256 " + hex.EncodeToString(sum[:])
	}
	return []auditField{{"display_name", b.DisplayName}, {"welcome", b.Welcome}, {"logo", logo}}
}

// LinkLogo returns the logo of the dealer behind a link, that of the page or that of the end of e-mails: LinkNotFound, also
// where there is none.
func (s *Service) LinkLogo(ctx context.Context, token string) (Logo, error) {
	v, err := s.openToken(ctx, purposePage, token)
	if KindOf(err) == LinkNotFound && err != nil {
		v, err = s.openToken(ctx, purposeUnsubscribe, token)
	}
	if err != nil {
		return Logo{}, err
	}
	b, err := s.store.Branding(ctx, v.Dealer)
	if err == nil && len(b.Logo.Data) == 0 {
		err = linkNotFound()
	}
	return b.Logo, err
}
