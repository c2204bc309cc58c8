package service

import (
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

func BenchmarkAuditLine(b *testing.B) {
	c := rollcall.Contact{
		Dealer: "dealer", Site: "site", ID: rollcall.NewContactID(), ExternalID: "contact_1", FirstName: "Jane", LastName: "Smith",
		Type: "primary", Role: "owner",
		Points: []rollcall.Point{
			{ID: rollcall.NewPointID(), Kind: "phone", Value: "+1 202 555 0123", E164: "+12025550123", State: rollcall.PointState{Status: rollcall.PointUnconfirmed}},
			{ID: rollcall.NewPointID(), Kind: "email", Value: "jane.smith@example.com", State: rollcall.PointState{Status: rollcall.PointUnconfirmed}},
		},
	}
	secret := make([]byte, 32)
	head := audit.Head{Dealer: c.Dealer, Site: c.Site}
	for b.Loop() {
		line := audit.Line{Dealer: c.Dealer, Site: c.Site, At: time.Unix(1, 0), Action: audit.ContactCreated, Contact: c.ID, Subject: string(c.ID)}
		line.Values = audit.EncodeChanges(audit.ContactChanges(nil, &c))
		head = line.Seal(head, secret)
	}
}
