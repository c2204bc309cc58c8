package service

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// CallPlace is a contact in the call list of its site.
type CallPlace struct {
	Contact    rollcall.ContactID
	ExternalID string
	Seq        int64 // identifies the contact in the store
}

// callOrderReader reads the order of call lists.
type callOrderReader interface {
	// CallOrder returns the contacts of a site in the order of their positions, and none for an unknown site.
	CallOrder(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) ([]CallPlace, error)
}

// callOrderWriter changes the order of call lists in a transaction that has locked the site.
type callOrderWriter interface {
	// MoveContact moves the contact at one position to another one. The contacts between the two move by one.
	MoveContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, from, to int) error
	// PlaceContact sets the position of a contact only. The caller gives every position to one contact: ContactNotFound.
	PlaceContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, seq int64, position int) error
}

// CallOrderInput is a new order of a call list: the identifiers of all contacts of the site, each once.
type CallOrderInput struct {
	IDs          rollcall.Field[[]string]
	ByExternalID bool
}

// Field returns the name of the list for callers.
func (in *CallOrderInput) Field() string {
	if in.ByExternalID {
		return "external_contact_ids"
	}
	return "contact_ids"
}

func (in *CallOrderInput) id(p CallPlace) string {
	if in.ByExternalID {
		return p.ExternalID
	}
	return string(p.Contact)
}

// ReorderCallList sets the order of all contacts of a site, and returns it: SiteNotFound, ValidationFailed, OrderIncomplete. Only
// the positions of contacts change: their Updated and Version stay. The same order again writes nothing.
func (s *Service) ReorderCallList(ctx context.Context, caller Caller, ref rollcall.SiteRef, in CallOrderInput) ([]CallPlace, error) {
	if in.IDs.Null || !in.IDs.Set {
		return nil, s.siteFirst(ctx, caller, ref, rollcall.InvalidField(in.Field(), rollcall.CodeRequired, "must name every contact of the site once"))
	}
	var after []CallPlace
	err := s.change(ctx, caller, func(ch *change) error {
		site, _, err := ch.tx.LockSite(ch.ctx, caller.Dealer, ref)
		if err != nil {
			return err
		}
		before, err := ch.tx.CallOrder(ch.ctx, caller.Dealer, site.ID)
		if err != nil {
			return err
		}
		if after, err = in.order(before); err != nil {
			return err
		}
		if err := ch.setCallOrder(site.ID, before, after); err != nil {
			return err
		}
		return ch.respond(after)
	})
	return after, err
}

// setCallOrder changes the order of all contacts of a site that is locked. The same order writes nothing.
func (ch *change) setCallOrder(site rollcall.SiteID, before, after []CallPlace) error {
	if slices.Equal(before, after) {
		return nil
	}
	for i, p := range after {
		if p == before[i] {
			continue
		}
		if err := ch.tx.PlaceContact(ch.ctx, ch.caller.Dealer, site, p.Seq, i+1); err != nil {
			return err
		}
	}
	return ch.recordOrder(site, before, after)
}

// maxOrderDetails is how many wrong identifiers an error lists.
const maxOrderDetails = 20

// order returns the contacts in the order of the input: OrderIncomplete if one is missing, foreign or given twice.
func (in *CallOrderInput) order(now []CallPlace) ([]CallPlace, error) {
	left := make(map[string]CallPlace, len(now))
	for _, p := range now {
		left[in.id(p)] = p
	}
	var after []CallPlace
	var wrong []rollcall.FieldError
	placed := make(map[string]int, len(now))
	for i, id := range in.IDs.Value {
		field := in.Field() + "." + strconv.Itoa(i+1)
		p, isLeft := left[id]
		first, isPlaced := placed[id]
		switch {
		case isPlaced:
			wrong = append(wrong, rollcall.FieldError{Field: field, Code: "duplicate", Message: fmt.Sprintf("is the same as %s.%d", in.Field(), first)})
		case !isLeft:
			wrong = append(wrong, rollcall.FieldError{Field: field, Code: "unknown", Message: "is no contact of this site"})
		default:
			after = append(after, p)
			delete(left, id)
			placed[id] = i + 1
		}
	}
	for _, p := range now {
		if _, ok := left[in.id(p)]; ok {
			wrong = append(wrong, rollcall.FieldError{Field: in.Field(), Code: "missing", Message: "lacks " + in.id(p)})
		}
	}
	if len(wrong) > 0 {
		return nil, orderIncomplete(wrong[:min(len(wrong), maxOrderDetails)])
	}
	return after, nil
}

func orderIncomplete(wrong []rollcall.FieldError) error {
	texts := make([]string, len(wrong))
	for i, w := range wrong {
		texts[i] = w.Field + " " + w.Message
	}
	return &rollcall.Error{
		Kind: rollcall.OrderIncomplete, Field: wrong[0].Field, Details: wrong,
		Message: "the order must name every contact of the site once: " + strings.Join(texts, "; "),
	}
}

// moveContact moves a contact, whose site is locked, to a position of its site's call list; after the end is the end. The version of
// the contact stays.
func (ch *change) moveContact(c *rollcall.Contact, to int) error {
	if to == c.Position {
		return nil
	}
	before, err := ch.tx.CallOrder(ch.ctx, c.Dealer, c.Site)
	if err != nil {
		return err
	}
	if to = min(to, len(before)); to == c.Position {
		return nil
	}
	from := c.Position
	if err := ch.tx.MoveContact(ch.ctx, c.Dealer, c.Site, from, to); err != nil {
		return err
	}
	c.Position = to
	after := slices.Delete(slices.Clone(before), from-1, from)
	return ch.recordOrder(c.Site, before, slices.Insert(after, to-1, before[from-1]))
}

// checkHours sets HoursIgnored of a contact whose site is locked.
func (ch *change) checkHours(c *rollcall.Contact) error {
	c.HoursIgnored = false
	if len(c.Availability) == 0 {
		return nil
	}
	site, err := ch.tx.Site(ch.ctx, c.Dealer, rollcall.SiteRef{ID: c.Site})
	c.HoursIgnored = site.Timezone == ""
	return err
}

// recordOrder writes the audit line of a change of the order of a call list.
func (ch *change) recordOrder(site rollcall.SiteID, before, after []CallPlace) error {
	ids := func(order []CallPlace) []rollcall.ContactID {
		all := make([]rollcall.ContactID, len(order))
		for i, p := range order {
			all[i] = p.Contact
		}
		return all
	}
	line := audit.Line{Site: site, Action: audit.CallListReordered, Subject: string(site)}
	return ch.record(line, audit.OrderChanges(ids(before), ids(after)))
}
