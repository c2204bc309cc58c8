package app_test

import (
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// TestStopFromTheOtherNumberOfAPhone checks that a STOP applies whether or not the network shows the number with the digit of
// mobile phones.
func TestStopFromTheOtherNumberOfAPhone(t *testing.T) {
	p := newTexted(t)
	for _, tt := range []struct {
		site        rollcall.SiteID
		phone, from string
	}{
		{"ar1", "+54 9 11 2345 6789", "+541123456789"},
		{"ar2", "+54 11 2345 6780", "+5491123456780"},
		{"mx1", "+52 1 55 1234 5678", "+525512345678"},
		{"mx2", "+52 55 1234 5670", "+5215512345670"},
	} {
		_, err := p.Service().CreateSite(t.Context(), p.caller, rollcall.SiteInput{SiteID: rollcall.Given(string(tt.site)), Name: rollcall.Given("Mill")})
		p.must(err)
		ref := p.person(p.caller, tt.site, tt.phone)
		_, err = p.Service().ReceiveMessage(t.Context(), rollcall.InboundMessage{
			Provider: "twilio", Ref: tt.from, From: rollcall.PhoneNumber(tt.from), Text: "STOP",
		})
		p.must(err)
		p.wantState(p.caller, ref, rollcall.PointOptedOut)
		p.want(p.caller, ref, string(rollcall.OptedOut), 0)
	}
}

// TestWhichCountriesANumberMayBelongTo checks that a number that countries share goes out where any of them is allowed,
// and one whose prefix is not known no further than its country code.
func TestWhichCountriesANumberMayBelongTo(t *testing.T) {
	p := newLimited(t)
	site := rollcall.SiteID("site_123abc")
	tollFree, unknown := p.person(p.caller, site, "+1 888 555 0123"), p.person(p.caller, site, "+1 457 555 0123")
	for _, tt := range []struct {
		country string
		want    string
	}{
		{"CA", ""},
		{"DE", string(rollcall.ValidationFailed)},
	} {
		_, err := p.Service().UpdateSettings(t.Context(), service.Caller{Dealer: p.caller.Dealer}, rollcall.SettingsInput{Countries: rollcall.Given([]string{tt.country})})
		p.must(err)
		p.want(p.caller, tollFree, tt.want, 0)
		p.want(p.caller, unknown, tt.want, 0)
	}
}
