package rollcall

import (
	"time"

	"example.org/rollcall/internal/rollcall/phone"
)

// Dealer is an alarm company. It is the tenant to which all other records belong.
type Dealer struct {
	ID       DealerID
	Name     string
	Country  string // ISO 3166-1 alpha-2; for phones without a country code, unless the site has a country
	Language string // BCP 47; of messages, unless the site has a language
	Phone    string // as given; empty: none
	Created  time.Time
	Updated  time.Time

	Suspended time.Time // since when the keys of the dealer are refused; zero: not suspended
}

// DealerInput describes a new dealer, or a change of one.
type DealerInput struct {
	Name, Country, Language, Phone Field[string]
}

const (
	dealerNameMax   = 200 // characters
	defaultCountry  = "US"
	defaultLanguage = "en"
)

// Apply sets the input on d, a new dealer if create is true: ValidationFailed. An absent field of an existing dealer stays as
// it is.
func (in *DealerInput) Apply(d *Dealer, create bool) error {
	var bad fieldErrors
	if create {
		d.Country, d.Language = defaultCountry, defaultLanguage
	}
	d.Name = bad.text("name", in.Name, d.Name, create, senderName(dealerNameMax))
	d.Country = bad.text("country", in.Country, d.Country, false, checkCountry)
	d.Language = bad.text("language", in.Language, d.Language, false, unchanged(checkLanguage))
	country := d.Country
	d.Phone = bad.optional("phone", in.Phone, d.Phone, unchanged(func(s string) *FieldError { return checkDealerPhone(s, country) }))
	return bad.err()
}

// checkDealerPhone checks the phone on which people call the dealer. It may have an extension.
func checkDealerPhone(s, country string) *FieldError {
	if p := checkPublicPhone(s); p != nil {
		return p
	}
	switch _, _, cause := phone.Read(s, country); cause {
	case "", phone.Extension, phone.UnknownPrefix, phone.PremiumRate:
		return nil
	default:
		return invalid(PhoneAdvice(cause))
	}
}
