package rollcall

import "context"

// ActorContact is the person whom a contact is.
const ActorContact = "contact"

// PointOptedOut means that the person wants no more messages there.
const PointOptedOut PointStatus = "opted_out"

func person(dealer DealerID) Caller { return Caller{Dealer: dealer} }

type because struct{ code, reason string }

var becauseOptedOut = because{"opted_out", "the person wants no more messages"}

func (s *Service) cancelOpen(ctx context.Context, tx Tx, who Caller, c *Contact, p Point, why because) error {
	return tx.CancelValidations(ctx, c.Dealer, c.ID, p)
}

func (c *Contact) value(p Point) string {
	switch {
	case p == EmailPoint:
		return string(c.Email)
	case c.PhoneE164 != "":
		return string(c.PhoneE164)
	}
	return c.Phone
}

// Points lists the contact points.
func Points() []Point { return []Point{PhonePoint, EmailPoint} }
