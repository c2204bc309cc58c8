package service

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// contactKey names a contact of any dealer.
type contactKey struct {
	dealer  rollcall.DealerID
	site    rollcall.SiteID
	contact rollcall.ContactID
}

// validationKey names a validation of any dealer.
type validationKey struct {
	dealer rollcall.DealerID
	id     rollcall.ValidationID
}

// contactTouched makes the items of a contact follow it before the transaction commits.
func (ch *change) contactTouched(dealer rollcall.DealerID, site rollcall.SiteID, contact rollcall.ContactID) {
	if contact != "" {
		ch.touched[contactKey{dealer, site, contact}] = true
	}
}

// validationMoved makes the items that follow a validation do so before the transaction commits.
func (ch *change) validationMoved(v *rollcall.Validation) {
	ch.contactTouched(v.Dealer, v.Site, v.Contact)
	if v.Status != rollcall.ValidationQueued { // it was just inserted
		ch.moved[validationKey{v.Dealer, v.ID}] = true
	}
}

// settleItems makes the items of roll calls follow the contacts and validations that the transaction changed.
func (ch *change) settleItems() error {
	for _, key := range sortedKeys(ch.touched, func(a, b contactKey) int {
		return cmp.Or(cmp.Compare(a.dealer, b.dealer), cmp.Compare(a.site, b.site), cmp.Compare(a.contact, b.contact))
	}) {
		items, err := ch.tx.OpenItemsOf(ch.ctx, key.dealer, key.site, key.contact)
		if err != nil {
			return err
		}
		if err := ch.settleAll(items); err != nil {
			return err
		}
	}
	for _, key := range sortedKeys(ch.moved, func(a, b validationKey) int {
		return cmp.Or(cmp.Compare(a.dealer, b.dealer), cmp.Compare(a.id, b.id))
	}) {
		items, err := ch.tx.ItemsFollowing(ch.ctx, key.dealer, key.id)
		if err != nil {
			return err
		}
		if err := ch.settleAll(items); err != nil {
			return err
		}
	}
	clear(ch.touched)
	clear(ch.moved)
	return nil
}

func sortedKeys[K comparable](set map[K]bool, compare func(a, b K) int) []K {
	return slices.SortedFunc(maps.Keys(set), compare)
}

func (ch *change) settleAll(items []rollcall.RollCallItem) error {
	for i := range items {
		if err := ch.settle(&items[i]); err != nil {
			return err
		}
	}
	return nil
}

// settle sets the status of an item by its contact point and validations. An item that has ended without an answer changes only if
// the person answers after all.
func (ch *change) settle(i *rollcall.RollCallItem) error {
	before := *i
	answerable := i.Status == rollcall.ItemExpired || i.Status == rollcall.ItemFailed || i.Status == rollcall.ItemUndeliverable ||
		i.Status == rollcall.ItemConfirmed || i.Status == rollcall.ItemDeclined
	if i.Status != rollcall.ItemOpen && !answerable {
		return nil
	}
	i.Status, i.Reason, i.Ended = rollcall.ItemOpen, "", time.Time{}
	c, err := ch.tx.Contact(ch.ctx, i.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: i.Site}, ID: i.Contact})
	if err != nil && !isGone(err) {
		return err
	}
	point, reason := ch.itemPoint(&c, err == nil, i)
	if point == nil {
		i.End(rollcall.ItemSkipped, reason, ch.now())
	} else if err := ch.follow(i, point); err != nil {
		return err
	}
	if answerable && i.Status != rollcall.ItemConfirmed && i.Status != rollcall.ItemDeclined {
		return nil
	}
	if answerable && i.Status == before.Status || *i == before {
		return nil
	}
	if err := ch.tx.UpdateRollCallItem(ch.ctx, *i); err != nil || !i.Waits() || before.Waits() {
		return err
	}
	return ch.waitAgain(i)
}

// waitAgain gives the roll call of an item that waits for a message again a job; a canceled one sends none.
func (ch *change) waitAgain(i *rollcall.RollCallItem) error {
	r, err := ch.tx.LockRollCall(ch.ctx, i.Dealer, i.RollCall)
	switch {
	case err != nil:
		return err
	case r.Status == rollcall.RollCallRunning:
		return ch.wakeRollCall(&r)
	case r.Status != rollcall.RollCallCanceled:
		return nil
	}
	i.End(rollcall.ItemCanceled, rollcall.ItemWithdrawn, ch.now())
	return ch.tx.UpdateRollCallItem(ch.ctx, *i)
}

// isGone reports whether err says that a contact or its site does not exist.
func isGone(err error) bool {
	kind := rollcall.KindOf(err)
	return kind == rollcall.ContactNotFound || kind == rollcall.SiteNotFound
}

// itemPoint returns the contact point of an item, nil and the reason if it was deleted or changed.
func (ch *change) itemPoint(c *rollcall.Contact, found bool, i *rollcall.RollCallItem) (*rollcall.Point, rollcall.ItemReason) {
	if !found || c.Seq != i.ContactSeq {
		return nil, rollcall.ItemDeleted
	}
	p := c.PointByID(i.Point)
	switch {
	case p == nil:
		return nil, rollcall.ItemDeleted
	case !slices.Contains(ch.itemHashes(p), i.PointHash):
		return nil, rollcall.ItemChanged
	}
	return p, ""
}

// follow sets the status of an open item by its contact point and validations. An item waits again if the contact point that was
// asked in its place is gone.
func (ch *change) follow(i *rollcall.RollCallItem, p *rollcall.Point) error {
	place := PointPlace{i.Dealer, i.Site, i.ContactSeq, i.Point}
	own, hasOwn, err := ch.tx.LatestValidation(ch.ctx, place, i.Since)
	if err != nil {
		return err
	}
	var newest *rollcall.Validation
	if hasOwn {
		newest = &own
	}
	followed, undeliverable, err := ch.followed(i)
	if err != nil {
		return err
	}
	if i.Follow(p, newest, followed, undeliverable, ch.now()); i.Status == rollcall.ItemOpen && i.Validation != "" && followed == nil && newest == nil {
		i.Validation, i.Asked, i.Since = "", time.Time{}, ch.now()
	}
	return nil
}

// followed returns the newest validation of the contact point whose validation an item follows, and whether that contact point is
// undeliverable. It returns nil if there is none, or if it is another contact point, which is gone.
func (ch *change) followed(i *rollcall.RollCallItem) (*rollcall.Validation, bool, error) {
	if i.Validation == "" {
		return nil, false, nil
	}
	v, err := ch.tx.Validation(ch.ctx, i.Dealer, i.Validation)
	if rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	own := v.Site == i.Site && v.ContactSeq == i.ContactSeq && v.Point == i.Point
	if own {
		return &v, false, nil // the newest of its own decides
	}
	c, err := ch.tx.Contact(ch.ctx, v.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: v.Site}, ID: v.Contact})
	if err != nil && !isGone(err) {
		return nil, false, err
	}
	if err != nil || c.Seq != v.ContactSeq || c.PointOf(&v) == nil {
		return nil, false, nil
	}
	newest, found, err := ch.tx.LatestValidation(ch.ctx, PointPlace{v.Dealer, v.Site, v.ContactSeq, v.Point}, v.Created)
	if err != nil {
		return nil, false, err
	}
	if found {
		v = newest
	}
	return &v, c.PointOf(&v).State.Status == rollcall.PointUndeliverable, nil
}

// answerSharing makes the answer to v, which the person gave for one contact point, count for the contact points that shared its
// message. A yes is recorded as an attestation from the contact.
func (ch *change) answerSharing(v *rollcall.Validation) error {
	items, err := ch.tx.ItemsFollowing(ch.ctx, v.Dealer, v.ID)
	if err != nil {
		return err
	}
	for i := range items {
		item := &items[i]
		own := item.Site == v.Site && item.ContactSeq == v.ContactSeq && item.Point == v.Point
		if own || item.Status == rollcall.ItemSkipped || item.Status == rollcall.ItemCanceled {
			continue
		}
		c, err := ch.tx.LockContact(ch.ctx, item.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: item.Site}, ID: item.Contact})
		if err != nil && !isGone(err) {
			return err
		}
		p, _ := ch.itemPoint(&c, err == nil, item)
		if p == nil || checkConsent(p) != nil {
			continue
		}
		if v.Status == rollcall.ValidationConfirmed {
			err = ch.attestFrom(&c, p, v)
		} else {
			err = ch.declineFrom(&c, p, v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// attestFrom confirms a contact point as that of v, which has the same value and is confirmed unless the person opted out.
func (ch *change) attestFrom(c *rollcall.Contact, p *rollcall.Point, v *rollcall.Validation) error {
	err := ch.attest(c, rollcall.AttestationInput{PointID: rollcall.Given(string(p.ID)), From: rollcall.Given(string(v.Contact))})
	if rollcall.KindOf(err) == rollcall.ValidationFailed {
		return nil
	}
	return err
}

// declineFrom declines a contact point as that of v.
func (ch *change) declineFrom(c *rollcall.Contact, p *rollcall.Point, v *rollcall.Validation) error {
	if err := ch.cancelOpen(c, p.ID, canceledDeclined); err != nil {
		return err
	}
	here := *v
	here.Site, here.Contact, here.ContactSeq, here.Point = c.Site, c.ID, c.Seq, p.ID
	state := rollcall.PointState{Status: rollcall.PointDeclined, Method: v.Method}
	return ch.changeState("validation.declined", &here, c, state, audit.Added("from_contact_id", string(v.Contact))...)
}
