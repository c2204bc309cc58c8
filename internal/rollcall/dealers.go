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

// ApplyTo puts the input over d, which is the dealer as it is, or an empty one where create is true, and returns every
// field that breaks a rule.
func (in *DealerInput) ApplyTo(d *Dealer, create bool) Problems {
	var bad Problems
	if create {
		d.Country, d.Language = defaultCountry, defaultLanguage
	}
	d.Name = bad.Text("name", in.Name, d.Name, create, brand(dealerNameMax))
	d.Country = bad.Text("country", in.Country, d.Country, false, checkCountry)
	d.Language = bad.Text("language", in.Language, d.Language, false, asGiven(checkLanguage))
	country := d.Country
	d.Phone = bad.clearable("phone", in.Phone, d.Phone, asGiven(func(s string) Problem { return checkDealerPhone(s, country) }))
	return bad
}

// checkDealerPhone checks the phone that people call to reach the dealer. It may have an extension.
func checkDealerPhone(s, country string) Problem {
	if p := checkPublicPhone(s); p.Bad() {
		return p
	}
	switch _, cause := phone.Read(s, country); cause {
	case "", phone.Extension, phone.UnknownPrefix, phone.PremiumRate:
		return Problem{}
	default:
		return Problem{CodeInvalid, Advice(cause)}
	}
}
