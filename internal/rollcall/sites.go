package rollcall

import (
	"time"
)

// SiteStatus says whether a site is monitored.
type SiteStatus string

// The statuses of a site. A new site is active unless the caller gives another status.
const (
	SiteActive    SiteStatus = "active"
	siteInactive  SiteStatus = "inactive"
	SiteSuspended SiteStatus = "suspended" // no messages are sent to its contacts
)

// SiteStatuses returns every status, in the order of the contract.
func SiteStatuses() []SiteStatus { return []SiteStatus{SiteActive, siteInactive, SiteSuspended} }

// Address is the address of a site. Unknown parts are empty.
type Address struct {
	Street, City, State, Zip string
	Country                  string // ISO 3166-1 alpha-2, upper case
}

// Site is a place that a dealer monitors. Times are UTC to the microsecond.
type Site struct {
	Dealer         DealerID
	ID             SiteID
	Seq            int64  // position in the dealer's list
	Reference      string // the dealer's own identifier (account_reference_id); empty: none
	AccountNumber  string // number at the monitoring station; empty: none
	Name           string
	Address        Address
	Timezone       string // IANA name; empty: unknown
	Language       string // BCP 47; empty: the language of the dealer
	Status         SiteStatus
	PremisesPhone  PremisesPhone
	ReadinessRules SiteReadinessRules
	Created        time.Time
	Updated        time.Time
	Reviewed       time.Time // when its call list was last read through with somebody; zero: never

	Version int64 // number of changes
}

// Warnings returns what the dealer's staff should correct, and nil if there is nothing.
func (s *Site) Warnings() []Warning {
	p := &s.PremisesPhone
	switch {
	case p.Cause == "":
		return nil
	case p.E164 == "":
		return []Warning{{Field: "premises_phone", Code: CodeNotDialable, Message: PhoneAdvice(p.Cause)}}
	}
	return []Warning{{Field: "premises_phone", Code: string(p.Cause), Message: PhoneAdvice(p.Cause)}}
}

// SearchText returns the folded text in which searches look.
func (s *Site) SearchText() string {
	a := s.Address
	return Fold(s.Name + "\n" + s.AccountNumber + "\n" + s.Reference + "\n" + string(s.ID) + "\n" +
		a.Street + "\n" + a.City + "\n" + a.State + "\n" + a.Zip + "\n" + a.Country)
}

// SiteRef refers to a site by ID, or by Reference (account_reference_id) if ID is empty.
type SiteRef struct {
	ID        SiteID
	Reference string
}

// SiteInput describes a new site, or a change of one. Changes ignore SiteID.
type SiteInput struct {
	SiteID         Field[string]
	Reference      Field[string]
	AccountNumber  Field[string]
	Name           Field[string]
	Address        Field[AddressInput]
	Timezone       Field[string]
	Language       Field[string]
	Status         Field[string]
	PremisesPhone  Field[string]
	ReadinessRules Field[SiteReadinessRulesInput]
}

// AddressInput is a change of an address.
type AddressInput struct {
	Street, City, State, Zip, Country Field[string]
}

const (
	siteNameMax      = 200 // characters
	accountNumberMax = 64  // characters
	addressPartMax   = 200 // characters
)

// Apply sets the input on s, a new site if create is true: ValidationFailed. An absent field of an existing site stays as it
// is. Apply does not read the number of the premises; see PremisesPhone.Read.
func (in *SiteInput) Apply(s *Site, create bool) error {
	var bad fieldErrors
	if create {
		s.ID = SiteID(bad.text("site_id", in.SiteID, string(s.ID), false, unchanged(checkID)))
		s.Status = SiteActive
	}
	s.Reference = bad.optional("account_reference_id", in.Reference, s.Reference, unchanged(checkID))
	s.AccountNumber = bad.optional("account_number", in.AccountNumber, s.AccountNumber, textLine(0, accountNumberMax))
	s.Name = bad.text("name", in.Name, s.Name, create, textLine(1, siteNameMax))
	in.applyAddress(&s.Address, &bad)
	s.Timezone = bad.optional("timezone", in.Timezone, s.Timezone, unchanged(checkTimezone))
	s.Language = bad.optional("language", in.Language, s.Language, unchanged(checkLanguage))
	s.Status = SiteStatus(bad.text("status", in.Status, string(s.Status), false, oneOf(SiteStatuses())))
	s.PremisesPhone.Value = bad.optional("premises_phone", in.PremisesPhone, s.PremisesPhone.Value, unchanged(checkPhone))
	if in.ReadinessRules.Null {
		s.ReadinessRules = SiteReadinessRules{}
	} else {
		in.ReadinessRules.Value.apply(&s.ReadinessRules, &bad)
	}
	return bad.err()
}

func (in *SiteInput) applyAddress(a *Address, bad *fieldErrors) {
	if in.Address.Null {
		*a = Address{}
	}
	given, part := in.Address.Value, textLine(0, addressPartMax)
	a.Street = bad.optional("address.street", given.Street, a.Street, part)
	a.City = bad.optional("address.city", given.City, a.City, part)
	a.State = bad.optional("address.state", given.State, a.State, part)
	a.Zip = bad.optional("address.zip", given.Zip, a.Zip, part)
	a.Country = bad.optional("address.country", given.Country, a.Country, checkCountry)
}
