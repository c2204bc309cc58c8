package storetest

import (
	"math"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

func historyTests() []test {
	return []test{
		{"have validations, the newest first, page by page", historyOfValidations},
		{"have changes, the newest first, without the lines about one validation", historyOfChanges},
	}
}

func historyOfValidations(f *fixture) {
	first := f.home()
	for i, id := range []rollcall.ValidationID{"v2", "v1", "v3", "v4"} { // v2 and v1 at the same time
		v := plainValidation(id)
		v.Status, v.Created = rollcall.ValidationCanceled, noon().Add(time.Duration(i/2)*time.Hour)
		f.validation(v)
	}
	before := func(c rollcall.Contact, place service.ValidationPlace, limit int, want ...string) {
		f.Helper()
		found, err := f.ValidationsBefore(f.Context(), c, place, limit)
		f.must(err)
		equal(f, "validations", ids(found, func(v rollcall.Validation) rollcall.ValidationID { return v.ID }), append([]string{}, want...))
	}
	newest := service.ValidationPlace{Created: math.MaxInt64}
	before(first, newest, 10, "v4", "v3", "v2", "v1")
	before(first, newest, 2, "v4", "v3")
	before(first, service.ValidationPlace{Created: noon().Add(time.Hour).UnixMicro(), ID: "v3"}, 10, "v2", "v1")
	before(first, service.ValidationPlace{Created: noon().UnixMicro(), ID: "v2"}, 10, "v1")
	before(first, service.ValidationPlace{Created: noon().UnixMicro(), ID: "v1"}, 10)

	f.softDelete("c", noon())
	second := f.contact(plainContact("d", "s", "c"))
	f.validation(validationOf(second, "v5"))
	before(first, newest, 1, "v4")
	before(second, newest, 10, "v5")
	second.Dealer = "stranger"
	before(second, newest, 10)
}

func historyOfChanges(f *fixture) {
	f.home()
	for _, l := range []struct {
		action  string
		contact rollcall.ContactID
	}{
		{audit.ContactCreated, "c"}, {"validation.requested", "c"}, {"contact.updated", "other"}, {"validation.stale", "c"},
		{audit.CallListReordered, ""}, {"contact.updated", "c"},
	} {
		line := fullLine()
		line.Action, line.Contact = l.action, l.contact
		f.line(line)
	}
	changes := func(dealer rollcall.DealerID, site rollcall.SiteID, before int64, limit int, want ...string) []audit.Line {
		f.Helper()
		found, err := f.ContactChangesBefore(f.Context(), dealer, site, "c", before, limit)
		f.must(err)
		actions := []string{}
		for _, l := range found {
			actions = append(actions, l.Action)
		}
		equal(f, "changes", actions, append([]string{}, want...))
		return found
	}
	f.place(1000)
	all := changes("d", "s", math.MaxInt64, 10, "contact.updated", "validation.stale", "contact.created")
	equal(f, "values", string(all[0].Values), `[["last_name","O'Brien-Ñandú 🔔"]]`)
	changes("d", "s", math.MaxInt64, 1, "contact.updated")
	changes("d", "s", all[0].Pos, 10, "validation.stale", "contact.created")
	changes("d", "s", all[2].Pos, 10)
	changes("d", "elsewhere", math.MaxInt64, 10)
	changes("stranger", "s", math.MaxInt64, 10)
}
