package rollcall

import (
	"time"

	"example.org/rollcall/internal/rollcall/phone"
)

// Dealer is an alarm company, and the tenant to which everything else belongs.
type Dealer struct {
	ID       DealerID
	Name     string
	Country  string // ISO 3166-1 alpha-2: where phones without a country code are read unless the site says otherwise
	Language string // BCP 47: of messages, unless the site says otherwise
	Phone    string // as given; empty: none
	Created  time.Time
	Updated  time.Time

	Suspended time.Time // since when its keys are refused; zero: they are not
}

// DealerInput is what an operator wants a dealer to be.
type DealerInput struct {
	Name, Country, Language, Phone Field[string]
}

const (
	dealerNameMax   = 200 // characters
	defaultCountry  = "US"
	defaultLanguage = "en"
)

// Apply puts the input over d, which is the dealer as it is, or an empty one where create is true, and returns every
// field that breaks a rule.
func (in *DealerInput) Apply(d *Dealer, create bool) error {
	var bad fieldErrors
	if create {
		d.Country, d.Language = defaultCountry, defaultLanguage
	}
	d.Name = bad.text("name", in.Name, d.Name, create, brand(dealerNameMax))
	d.Country = bad.text("country", in.Country, d.Country, false, checkCountry)
	d.Language = bad.text("language", in.Language, d.Language, false, unchanged(checkLanguage))
	country := d.Country
	d.Phone = bad.optional("phone", in.Phone, d.Phone, unchanged(func(s string) *FieldError { return checkDealerPhone(s, country) }))
	return bad.err()
}

// checkDealerPhone checks the phone that people call to reach the dealer. It may have an extension.
func checkDealerPhone(s, country string) *FieldError {
	if p := checkPublicPhone(s); p != nil {
		return p
	}
	switch _, cause := phone.Read(s, country); cause {
	case "", phone.Extension, phone.UnknownPrefix, phone.PremiumRate:
		return nil
	default:
		return invalid(PhoneAdvice(cause))
	}
}
