package console

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// Limits of one press of the button that asks everybody. A send waits for its provider, for 5 seconds at most, and all of them have
// to be done before the server stops to wait for its own response.
const (
	askedAtOnce = 10
	askedMost   = 60
)

// unasked reports whether a contact point is not proven, and no message waits for an answer.
func unasked(status rollcall.PointStatus) bool {
	return status == rollcall.PointUnconfirmed || status == rollcall.PointStale
}

// send asks a person at one contact point, unless they were asked and have not answered yet. chosen is a method and the point.
func (s *siteVisit) send(chosen string) error {
	c, p, method, err := s.chosenPoint(chosen)
	if err != nil {
		return err
	}
	open, err := s.isOpen(c, p)
	if err != nil {
		return err
	}
	if open {
		return s.finish(outcome{What: alreadyAsked, Contact: c.ID, Name: contactName(c)}, c.Position)
	}
	return s.askOne(c, p, method)
}

// sendAgain asks a person who has not answered yet.
func (s *siteVisit) sendAgain(chosen string) error {
	c, p, method, err := s.chosenPoint(chosen)
	if err != nil {
		return err
	}
	return s.askOne(c, p, method)
}

// chosenPoint returns what a button to send stands for: InvalidRequest, ContactNotFound.
func (s *siteVisit) chosenPoint(chosen string) (*rollcall.Contact, *rollcall.Point, rollcall.Method, error) {
	method, id, _ := strings.Cut(chosen, " ")
	if rollcall.CheckOneOf(method, rollcall.Methods()) != nil {
		return nil, nil, "", &rollcall.Error{Kind: rollcall.InvalidRequest}
	}
	for i := range s.contacts {
		if p := s.contacts[i].PointByID(rollcall.PointID(id)); p != nil && id != "" {
			return &s.contacts[i], p, rollcall.Method(method), nil
		}
	}
	return nil, nil, "", &rollcall.Error{Kind: rollcall.ContactNotFound}
}

// isOpen reports whether the person was asked at the contact point and has not answered yet.
func (s *siteVisit) isOpen(c *rollcall.Contact, p *rollcall.Point) (bool, error) {
	if p.State.Status == rollcall.PointPending {
		return true, nil
	}
	if !p.State.Status.Proven() {
		return false, nil
	}
	// A confirmation stays while the person is asked again, so the validations tell. The newest is the last one.
	ref := s.contactRef(string(c.ID))
	_, total, err := s.service.Validations(s.r.Context(), s.caller(), ref, service.ValidationQuery{PerPage: rollcall.Given(1)})
	if err != nil || total == 0 {
		return false, err
	}
	q := service.ValidationQuery{PerPage: rollcall.Given(lookedAt), Page: rollcall.Given((total + lookedAt - 1) / lookedAt)}
	newest, _, err := s.service.Validations(s.r.Context(), s.caller(), ref, q)
	return slices.ContainsFunc(newest, func(v rollcall.Validation) bool { return v.Point == p.ID && v.Status.Open() }), err
}

// lookedAt is how many of the newest validations of a contact are searched for an open one.
const lookedAt = 100

func (s *siteVisit) askOne(c *rollcall.Contact, p *rollcall.Point, method rollcall.Method) error {
	done := outcome{What: oneAsked, Contact: c.ID, Name: contactName(c)}
	s.ask(&done, c, p, method)
	if done.Refused["pending"] > 0 {
		done = outcome{What: alreadyAsked, Contact: c.ID, Name: done.Name}
	}
	return s.finish(done, c.Position)
}

// askAll asks everybody at each contact point that is not proven.
func (s *siteVisit) askAll(string) error {
	done := outcome{What: allAsked, Refused: map[string]int{}}
	var all []target
	for i := range s.contacts {
		c := &s.contacts[i]
		for j := range c.Points {
			p := &c.Points[j]
			switch status := p.State.Status; {
			case unasked(status) && len(all) < askedMost:
				all = append(all, target{c, p})
			case unasked(status):
				done.Refused["too_many"]++
			case !status.Proven(): // it can't be asked, or not now
				done.Refused[string(status)]++
			}
		}
	}
	var mu sync.Mutex
	var running sync.WaitGroup
	slots := make(chan struct{}, askedAtOnce)
	for _, to := range all {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			var one outcome
			s.ask(&one, to.contact, to.point, "")
			mu.Lock()
			defer mu.Unlock()
			done.add(&one)
		})
	}
	running.Wait()
	return s.finish(done, 0)
}

// target is a contact point that is asked.
type target struct {
	contact *rollcall.Contact
	point   *rollcall.Point
}

// add adds what happened to other messages.
func (o *outcome) add(other *outcome) {
	o.Sent += other.Sent
	o.Later += other.Later
	if other.At.After(o.At) {
		o.At = other.At
	}
	for code, n := range other.Refused {
		o.Refused[code] += n
	}
}

// ask sends a validation by a method, by the one that suits best if it is empty, and counts what happened.
func (s *siteVisit) ask(done *outcome, c *rollcall.Contact, p *rollcall.Point, method rollcall.Method) {
	in := rollcall.ValidationInput{PointID: rollcall.Given(string(p.ID))}
	if method != "" {
		in.Method = rollcall.Given(string(method))
	}
	sent, err := s.service.SendValidation(s.r.Context(), s.once("send", string(p.ID)), s.contactRef(string(c.ID)), in)
	switch {
	case err != nil:
		done.Refused = map[string]int{s.refusedBecause(err): 1}
	case sent.Status == rollcall.ValidationFailing:
		done.Refused = map[string]int{failedBecause + sent.Failure.Code: 1}
	case sent.Status == rollcall.ValidationCanceled: // by the worker, since the site is suspended
		done.Refused = map[string]int{string(rollcall.SiteSuspended): 1}
	case sent.Status == rollcall.ValidationQueued && !sent.NotBefore.IsZero():
		done.Later, done.At = 1, sent.NotBefore
	default:
		done.Sent = 1
	}
}

// failedBecause comes before the code of a provider that refused a message.
const failedBecause = "failed "

// refusedBecause returns a code of siteFormTexts.Refused for the error of a validation that was not sent.
func (s *siteVisit) refusedBecause(err error) string {
	var e *rollcall.Error
	switch {
	case doneBefore(err):
		return "pending"
	case !errors.As(err, &e):
		web.LogCause(s.log, s.r, web.ErrorOf(err))
		return "other"
	}
	switch e.Kind {
	case rollcall.OptedOut, rollcall.Declined, rollcall.DeliveryNotConfigured, rollcall.PremiumRate:
		return string(e.Kind)
	case rollcall.ContactNotFound, rollcall.SiteNotFound:
		return "gone"
	case rollcall.RateLimited:
		limit, _, _ := strings.Cut(e.Message, ":")
		if _, ok := s.t.SiteForm.Refused[limit]; ok {
			return limit
		}
		return "paused"
	case rollcall.ValidationFailed:
		switch code := e.Details[0].Code; {
		case code == "country_not_allowed", code == rollcall.CodeNotDialable:
			return code
		case e.Field == "point_id":
			return "gone"
		case e.Field == "method":
			return "extension"
		}
	}
	web.LogCause(s.log, s.r, web.ErrorOf(err))
	return "other"
}
