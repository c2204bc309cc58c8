package service

import (
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// way is a method and the contact point that it is to reach.
type way struct {
	method rollcall.Method
	point  *rollcall.Point
}

// chooseWay returns the first way of the input that can be taken, and its route: ValidationFailed, PremiumRate,
// DeliveryNotConfigured.
func (s *Service) chooseWay(c *rollcall.Contact, in rollcall.ValidationInput) (way, rollcall.Route, error) {
	all, err := waysOf(c, in)
	if err != nil {
		return way{}, rollcall.Route{}, err
	}
	var first error
	for _, w := range all {
		route, err := s.route(c.Dealer, w.method)
		if err == nil {
			err = s.checkWay(c, w, route)
		}
		if err == nil {
			return w, route, nil
		}
		if first == nil {
			first = err
		}
	}
	return way{}, rollcall.Route{}, first
}

// waysOf returns the ways of the input, at least one, the best first: ValidationFailed. Only a method that is asked for by name is
// not held back by preferences.
func waysOf(c *rollcall.Contact, in rollcall.ValidationInput) ([]way, error) {
	method := rollcall.Method(in.Method.Value)
	switch {
	case in.PointID.Set:
		return waysTo(c, rollcall.PointID(in.PointID.Value), method)
	case in.Method.Set:
		return waysBy(c, method)
	}
	var all []way
	switch p := c.First(rollcall.PhonePoint); {
	case p == nil:
	case p.Extension != "":
		all = append(all, way{rollcall.Call, p})
	case c.Preferences.SMS:
		all = append(all, way{rollcall.SMS, p})
	}
	if p := c.First(rollcall.EmailPoint); p != nil {
		all = append(all, way{rollcall.Email, p})
	}
	if len(all) == 0 {
		return nil, badMethod("the contact has no e-mail and wants no SMS; set method to sms or call, or add an e-mail")
	}
	return all, nil
}

// waysTo returns the ways to a contact point by a method, which may be empty.
func waysTo(c *rollcall.Contact, id rollcall.PointID, method rollcall.Method) ([]way, error) {
	p := c.PointByID(id)
	switch {
	case p == nil:
		return nil, unknownPoint()
	case method != "" && method.Kind() != p.Kind:
		return nil, badMethod("does not reach the point_id, which is " + aKind(p.Kind) + "; leave one of them out")
	case method != "":
		return []way{{method, p}}, nil
	case p.Kind == rollcall.EmailPoint:
		return []way{{rollcall.Email, p}}, nil
	case p.Extension != "" || !c.Preferences.SMS:
		return []way{{rollcall.Call, p}}, nil
	}
	return []way{{rollcall.SMS, p}, {rollcall.Call, p}}, nil
}

// waysBy returns the ways by a method to each contact point of its kind.
func waysBy(c *rollcall.Contact, method rollcall.Method) ([]way, error) {
	var all []way
	for i := range c.Points {
		if p := &c.Points[i]; p.Kind == method.Kind() {
			all = append(all, way{method, p})
		}
	}
	if len(all) == 0 {
		return nil, badMethod("the contact has no " + string(method.Kind()) + "; add one first")
	}
	return all, nil
}

func unknownPoint() error {
	return rollcall.InvalidField("point_id", rollcall.CodeInvalid, "must be that of a phone or e-mail of this contact")
}

// aKind returns the kind of a contact point for a sentence.
func aKind(kind rollcall.PointKind) string {
	if kind == rollcall.EmailPoint {
		return "an e-mail"
	}
	return "a phone"
}

func badMethod(message string) error {
	return rollcall.InvalidField("method", rollcall.CodeInvalid, message)
}

// Sends reports whether this server has a provider for a method.
func (s *Service) Sends(m rollcall.Method) bool {
	_, ok := s.delivery.Route("", m)
	return ok
}

func (s *Service) route(dealer rollcall.DealerID, m rollcall.Method) (rollcall.Route, error) {
	if route, ok := s.delivery.Route(dealer, m); ok {
		return route, nil
	}
	return rollcall.Route{}, &rollcall.Error{
		Kind:    rollcall.DeliveryNotConfigured,
		Message: "this server cannot send by " + string(m) + "; its operator can choose a provider with --delivery (ROLLCALL_DELIVERY)",
	}
}

// checkWay returns why a message cannot go this way: ValidationFailed for a text message to an extension and for a phone that the
// provider can't dial, PremiumRate for a premium-rate number.
func (s *Service) checkWay(c *rollcall.Contact, w way, route rollcall.Route) error {
	p := w.point
	switch {
	case p.Kind == rollcall.EmailPoint:
		return nil
	case w.method == rollcall.SMS && p.Extension != "":
		return badMethod("does not reach a phone with an extension, which can be called and not texted; set it to call")
	case !s.opts.AllowPremiumRate && p.Cause == phone.PremiumRate:
		field := c.FieldOf(p)
		return &rollcall.Error{Kind: rollcall.PremiumRate, Field: field, Message: field + ": " + rollcall.PhoneAdvice(phone.PremiumRate)}
	case p.E164 != "", route.AnyNumber:
		return nil
	}
	return rollcall.InvalidField(c.FieldOf(p), rollcall.CodeNotDialable, rollcall.PhoneAdvice(p.Cause))
}
