package audit

import (
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// orderField is the beginning of the names of the places of a call list: call_list.1 is the contact that is first.
const orderField = "call_list."

// OrderChanges returns the places of a call list that change, between two orders of the same contacts.
func OrderChanges(before, after []rollcall.ContactID) []Change {
	var all []Change
	for i := range after {
		if before[i] != after[i] {
			old, current := string(before[i]), string(after[i])
			all = append(all, Change{Field: orderField + strconv.Itoa(i+1), Old: &old, New: &current})
		}
	}
	return all
}

// Order is the call list of a site as its audit chain tells it: the contacts that are not deleted, in order. Erased ones keep
// their places, since lines about them stay.
type Order []rollcall.ContactID

// See applies the next line of the chain of the site. It fails if the line cannot be read.
func (o *Order) See(l *Line) error {
	switch l.Action {
	case ContactCreated, ContactRestored:
		*o = append(*o, l.Contact)
	case ContactDeleted, ContactErased:
		*o = slices.DeleteFunc(*o, func(id rollcall.ContactID) bool { return id == l.Contact })
	case CallListReordered:
		changed, err := l.Changes()
		if err != nil {
			return err
		}
		for _, c := range changed {
			place, err := strconv.Atoi(strings.TrimPrefix(c.Field, orderField))
			if err == nil && c.New != nil && place >= 1 && place <= len(*o) {
				(*o)[place-1] = rollcall.ContactID(*c.New)
			}
		}
	}
	return nil
}
