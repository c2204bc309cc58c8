package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/rollcall/message"
)

// ViewLink returns what the page behind a link shows, and changes nothing: LinkNotFound for a token of another server, or if the
// contact was deleted.
func (s *Service) ViewLink(ctx context.Context, token string) (rollcall.LinkView, error) {
	return s.viewOf(ctx, purposePage, token)
}

// viewOf returns what the page behind a link with this purpose shows: LinkNotFound.
func (s *Service) viewOf(ctx context.Context, p purpose, token string) (rollcall.LinkView, error) {
	v, err := s.openToken(ctx, p, token)
	if err != nil {
		return rollcall.LinkView{}, err
	}
	c, err := s.store.Contact(ctx, v.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: v.Site}, ID: v.Contact})
	if err == nil && c.Seq != v.ContactSeq {
		err = validationNotFound()
	}
	if err != nil {
		return rollcall.LinkView{}, asLinkNotFound(err)
	}
	return s.view(ctx, s.store, &c, &v)
}

// AnswerLink records an answer on the page behind a link, and returns what the page then shows: LinkNotFound, and
// ValidationFailed for a preference that is null. An expired or replaced link, or a repeated answer, changes nothing. The latest
// answer counts: a no can follow a yes, and a yes a no. Preferences change only with a yes; absent ones stay.
func (s *Service) AnswerLink(ctx context.Context, token string, answer rollcall.LinkAnswer) (rollcall.LinkView, error) {
	found, err := s.openToken(ctx, purposePage, token)
	if err != nil {
		return rollcall.LinkView{}, err
	}
	var view rollcall.LinkView
	err = s.update(ctx, server(found.Dealer), func(ch *change) error {
		c, v, err := ch.lockValidationByID(found.Dealer, found.ID)
		if err != nil {
			return err
		}
		if v, err = ch.answerLink(&c, v, answer); err != nil {
			return err
		}
		view, err = s.view(ch.ctx, ch.tx, &c, &v)
		return err
	})
	return view, asLinkNotFound(err)
}

func (ch *change) answerLink(c *rollcall.Contact, v rollcall.Validation, answer rollcall.LinkAnswer) (_ rollcall.Validation, err error) {
	caller := person(v.Dealer)
	state := v.LinkState(c, ch.now())
	if state == rollcall.LinkExpired || state == rollcall.LinkReplaced {
		return v, nil
	}
	if answer.Confirm {
		if err := ch.resubscribe(c, &v); err != nil {
			return v, err
		}
		state = v.LinkState(c, ch.now())
	}
	if !answer.Confirm {
		if state != rollcall.LinkDeclined {
			v, err = ch.as(caller).decline(c, v, rollcall.ByLink)
		}
		return v, err
	}
	if err := ch.as(caller).choosePreferences(c, answer.Preferences); err != nil {
		return v, err
	}
	if state != rollcall.LinkConfirmed {
		v, err = ch.as(caller).confirm(c, v, rollcall.ByLink)
	}
	return v, err
}

// choosePreferences changes which messages a contact wants: ValidationFailed.
func (ch *change) choosePreferences(c *rollcall.Contact, in rollcall.PreferencesInput) error {
	before := c.Clone()
	if err := in.Apply(&c.Preferences); err != nil || c.Equal(&before) {
		return err
	}
	if before.Preferences.SMS && !c.Preferences.SMS {
		if err := ch.cancelQueuedSMS(c); err != nil {
			return err
		}
	}
	c.Updated = ch.now()
	c.Version++
	if err := ch.tx.UpdateContact(ch.ctx, before, *c); err != nil {
		return err
	}
	return ch.recordContact(audit.ContactUpdated, &before, c)
}

// view returns what the page of a validation shows.
func (s *Service) view(ctx context.Context, r Reader, c *rollcall.Contact, v *rollcall.Validation) (rollcall.LinkView, error) {
	site, dealer, err := siteAndDealer(ctx, r, v)
	if err != nil {
		return rollcall.LinkView{}, asLinkNotFound(err)
	}
	view := rollcall.LinkView{
		State: v.LinkState(c, s.now()), Dealer: dealer.Name, DealerPhone: dealer.Phone, Site: site.Name,
		Language: textsFor(c, &site, &dealer).Language, Method: v.Method, Point: v.Kind, Preferences: c.Preferences,
	}
	if view.State == rollcall.LinkOpen || view.State == rollcall.LinkConfirmed {
		view.FirstName, view.Address, view.Label = c.FirstName, message.Mask(v.To), c.PointOf(v).Label
	}
	if c.First(rollcall.PhonePoint) != nil {
		view.Channels = append(view.Channels, rollcall.SMS)
	}
	if c.First(rollcall.EmailPoint) != nil {
		view.Channels = append(view.Channels, rollcall.Email)
	}
	b, err := r.Branding(ctx, dealer.ID)
	view.Welcome, view.HasLogo = b.Welcome, len(b.Logo.Data) > 0
	return view, err
}

// siteAndDealer returns the site and the dealer of a validation, the dealer with its display name.
func siteAndDealer(ctx context.Context, r Reader, v *rollcall.Validation) (rollcall.Site, rollcall.Dealer, error) {
	site, err := r.Site(ctx, v.Dealer, rollcall.SiteRef{ID: v.Site})
	if err != nil {
		return rollcall.Site{}, rollcall.Dealer{}, err
	}
	dealer, err := displayedDealer(ctx, r, v.Dealer)
	return site, dealer, err
}

// DealerOf returns the caller's dealer with the name that people see: DealerNotFound.
func (s *Service) DealerOf(ctx context.Context, caller Caller) (rollcall.Dealer, error) {
	return displayedDealer(ctx, s.store, caller.Dealer)
}

// displayedDealer returns a dealer with its display name: DealerNotFound.
func displayedDealer(ctx context.Context, r Reader, id rollcall.DealerID) (rollcall.Dealer, error) {
	dealer, err := r.Dealer(ctx, id)
	if err != nil {
		return rollcall.Dealer{}, err
	}
	shown, err := r.DisplayName(ctx, id)
	if shown != "" {
		dealer.Name = shown
	}
	return dealer, err
}

// asLinkNotFound returns LinkNotFound if a record of the link was deleted, else err.
func asLinkNotFound(err error) error {
	if err == nil {
		return nil
	}
	switch rollcall.KindOf(err) {
	case rollcall.ValidationNotFound, rollcall.ContactNotFound, rollcall.SiteNotFound, rollcall.DealerNotFound:
		return linkNotFound()
	}
	return err
}
