package service

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"example.org/rollcall/internal/rollcall"
)

// filePlace is the place that a file gives to a contact. Files count in steps of ten or with gaps, so that it is not the position in
// the call list.
type filePlace struct {
	contact rollcall.ContactID
	number  int
	line    int
}

// place notes the place that the file gives to the contact of a row.
func (m *importer) place(row *ImportedRow) {
	if row.Position > 0 && row.Contact != "" {
		m.order[row.Site] = append(m.order[row.Site], filePlace{row.Contact, row.Position, row.Line})
	}
}

// orderCallLists gives the contacts their places in the call lists of their sites. The same file gives the same order again.
func (m *importer) orderCallLists(ctx context.Context) error {
	for _, site := range slices.Sorted(maps.Keys(m.order)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := m.change(ctx, m.caller, func(ch *change) error { return ch.orderCallList(site, m.order[site]) })
		if err != nil && rollcall.KindOf(err) != rollcall.SiteNotFound { // deleted meanwhile
			return err
		}
	}
	return nil
}

func (ch *change) orderCallList(site rollcall.SiteID, places []filePlace) error {
	if _, _, err := ch.tx.LockSite(ch.ctx, ch.caller.Dealer, rollcall.SiteRef{ID: site}); err != nil {
		return err
	}
	before, err := ch.tx.CallOrder(ch.ctx, ch.caller.Dealer, site)
	if err != nil {
		return err
	}
	return ch.setCallOrder(site, before, inFileOrder(before, places))
}

// inFileOrder returns a call list in which the contacts of a file stand at their places, in the order of their numbers, then of their
// lines. The others keep their order around them. Numbers with gaps close up.
func inFileOrder(before []CallPlace, places []filePlace) []CallPlace {
	found := make(map[rollcall.ContactID]CallPlace, len(places))
	for _, p := range places {
		found[p.contact] = CallPlace{}
	}
	var after []CallPlace
	for _, p := range before {
		if _, placed := found[p.Contact]; placed {
			found[p.Contact] = p
			continue
		}
		after = append(after, p)
	}
	places = slices.SortedFunc(slices.Values(places), func(a, b filePlace) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.line, b.line))
	})
	next := 0
	for _, p := range places {
		if found[p.contact].Contact == "" { // deleted meanwhile
			continue
		}
		at := min(max(p.number-1, next), len(after))
		after = slices.Insert(after, at, found[p.contact])
		next = at + 1
	}
	return after
}
