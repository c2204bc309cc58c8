package service

import (
	"context"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// targetPage is how many contacts are read at once.
const targetPage = 200

// targets returns the items of the next page of contacts after the place of r, and moves that. last says that there are no more. It
// calls see, which may be nil, with each item and its contact point.
func (s *Service) targets(
	ctx context.Context, r *rollcall.RollCall, sites []rollcall.SiteID, see func(*rollcall.RollCallItem, *SiteContact, *rollcall.Point),
) (items []rollcall.RollCallItem, last bool, err error) {
	filter := AllContactsFilter{Sites: sites, Readiness: r.Filter.Readiness, After: ContactPlace{r.Site, r.Seq}, Limit: targetPage}
	contacts, err := s.store.AllContacts(ctx, r.Dealer, filter)
	if err != nil || len(contacts) == 0 {
		return nil, true, err
	}
	now := s.now()
	asked := map[rollcall.PointID]bool{}
	first, end := &contacts[0], &contacts[len(contacts)-1]
	if r.Filter.NotAsked {
		since := now.AddDate(0, 0, -r.Filter.OlderThan)
		if asked, err = s.store.AskedPoints(ctx, r.Dealer, ContactPlace{first.Site, first.Seq}, ContactPlace{end.Site, end.Seq}, since); err != nil {
			return nil, false, err
		}
	}
	for i := range contacts {
		c := &contacts[i]
		for j := range c.Points {
			if p := &c.Points[j]; r.Filter.Selects(p, now) && !asked[p.ID] {
				items = append(items, s.target(r, c, p, now))
				if see != nil {
					see(&items[len(items)-1], c, p)
				}
			}
		}
	}
	r.Site, r.Seq = end.Site, end.Seq
	return items, len(contacts) < targetPage, nil
}

// target returns the item of a contact point.
func (s *Service) target(r *rollcall.RollCall, c *SiteContact, p *rollcall.Point, now time.Time) rollcall.RollCallItem {
	item := rollcall.RollCallItem{
		Dealer: r.Dealer, RollCall: r.ID, Site: c.Site, ContactSeq: c.Seq, Contact: c.ID, Point: p.ID, Kind: p.Kind, Status: rollcall.ItemOpen, Since: now,
		PointHash: s.itemHashes(p)[0], ShareHash: s.keyedHashes("roll call share", rollcall.SharedMessage(&c.Contact, p))[0],
	}
	reason := r.SkipPoint(c.SiteStatus, &c.Contact, p)
	if reason == "" {
		_, reason = s.itemRoute(r, &c.Contact, p)
	}
	if reason != "" && reason != waitForProvider {
		item.End(rollcall.ItemSkipped, reason, now)
	}
	return item
}

// itemHashes returns the keyed hashes of a contact point, one for each server secret.
func (s *Service) itemHashes(p *rollcall.Point) []rollcall.Hash {
	return s.keyedHashes("roll call point", p.Identity())
}

// itemRoute is a method that reaches a contact point, with its route.
type itemRoute struct {
	method rollcall.Method
	rollcall.Route
}

// waitForProvider is the reason for a method without a provider, which the operator may add.
const waitForProvider rollcall.ItemReason = "delivery_not_configured"

// itemRoute returns how a message of a roll call reaches a contact point, or why it can't.
func (s *Service) itemRoute(r *rollcall.RollCall, c *rollcall.Contact, p *rollcall.Point) (itemRoute, rollcall.ItemReason) {
	methods := slices.DeleteFunc(slices.Clone(r.Methods), func(m rollcall.Method) bool {
		_, err := s.route(r.Dealer, m)
		return err != nil
	})
	method, reason := rollcall.RollCallMethod(methods, c, p)
	if reason != "" {
		method, reason = rollcall.RollCallMethod(r.Methods, c, p)
	}
	if reason != "" {
		return itemRoute{}, reason
	}
	route, missing := s.route(r.Dealer, method)
	switch err := s.checkWay(c, way{method, p}, route); {
	case rollcall.KindOf(err) == rollcall.PremiumRate:
		return itemRoute{}, rollcall.ItemPremiumRate
	case err != nil:
		return itemRoute{}, rollcall.ItemNotDialable
	case missing != nil:
		return itemRoute{}, waitForProvider
	}
	return itemRoute{method, route}, ""
}

// sitesOf returns the identifiers of the sites that the filter of a roll call names, nil for all sites. named is false if it names
// only sites that no longer exist.
func (s *Service) sitesOf(ctx context.Context, r *rollcall.RollCall) (sites []rollcall.SiteID, named bool, err error) {
	refs := rollCallSites(&r.Filter)
	for _, ref := range refs {
		site, err := s.store.Site(ctx, r.Dealer, ref)
		if rollcall.KindOf(err) == rollcall.SiteNotFound {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		if !slices.Contains(sites, site.ID) {
			sites = append(sites, site.ID)
		}
	}
	return sites, len(refs) == 0 || len(sites) > 0, nil
}
