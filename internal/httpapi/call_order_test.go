package httpapi_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"example.org/rollcall/internal/testkit"
)

const (
	orderPath    = "/ext/v1/sites/site_123abc/call-list/order"
	refOrderPath = "/ref/v1/sites/ACCT-1001/call-list/order"
)

// incomplete returns the body of an order_incomplete error with the "field code" pairs, in order.
func incomplete(pairs ...string) string {
	return strings.Replace(invalid(pairs...), "validation_failed", "order_incomplete", 1)
}

// order returns the body of an order.
func order(ids ...string) string { return `{"contact_ids": ["` + strings.Join(ids, `", "`) + `"]}` }

// inOrder returns a list of contacts that are at positions 1, 2, 3 and so on.
func inOrder(ids ...string) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = fmt.Sprintf(`{"contact_id": %q, "position": %d, "...": true}`, id, i+1)
	}
	return fmt.Sprintf(`{"data": {"contacts": [%s], "total_count": %d}}`, strings.Join(all, ", "), len(ids))
}

func TestCallOrder(t *testing.T) { testkit.Run(t, callOrderScenarios) }

var callOrderScenarios = []testkit.Scenario{
	{Name: "a third contact goes to the end", As: "all", Method: "POST", Path: contactsPath, Body: ok + `, "contact_id": "c3", "external_contact_id": "e3"}`, Status: 201, Want: `{"data": {"position": 3, "...": true}}`},
	{Name: "a contact created at position 1 is first", As: "all", Method: "POST", Path: contactsPath, Body: ok + `, "contact_id": "c0", "position": 1}`, Status: 201, Want: `{"data": {"position": 1, "...": true}}`},
	{Name: "a contact created far after the end is last", As: "all", Method: "POST", Path: contactsPath, Body: ok + `, "contact_id": "c5", "position": 999}`, Status: 201, Want: `{"data": {"position": 5, "...": true}}`},
	{Name: "the list is in order of position", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: inOrder("c0", "contact_789ghi", "contact_abc123", "c3", "c5")},
	{Name: "position 0 is refused on create", As: "all", Method: "POST", Path: contactsPath, Body: ok + `, "position": 0}`, Status: 422, Want: invalid("position invalid")},
	{Name: "position null is refused", As: "all", Method: "PUT", Path: johnPath, Body: `{"position": null}`, Status: 422, Want: invalid("position not_nullable")},
	{Name: "a position with a fraction is refused", As: "all", Method: "PUT", Path: johnPath, Body: `{"position": 1.5}`, Status: 400, Want: failure("invalid_request", "position")},

	{Name: "the tag before a move", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: `{"data": {"position": 2, "...": true}}`, SaveTag: "before"},
	{Name: "PUT of a position moves the contact", As: "all", Method: "PUT", Path: johnPath, Body: `{"position": 4}`, Status: 200, Want: `{"data": {"position": 4, "...": true}}`},
	{Name: "the others move up", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: inOrder("c0", "contact_abc123", "c3", "contact_789ghi", "c5")},
	{Name: "the tag has changed with the position", As: "all", Method: "GET", Path: johnPath, Header: header{"If-None-Match": "${before}"}, Status: 200, Want: `{"data": {"...": true}}`},
	{Name: "If-Match with the tag of before the move is no conflict", As: "all", Method: "PUT", Path: johnPath, Header: header{"If-Match": "${before}"}, Body: `{"position": 2, "role": "manager"}`, Status: 200, Want: `{"data": {"position": 2, "role": "manager", "...": true}}`},
	{Name: "PUT of a position far after the end moves to the end", As: "all", Method: "PUT", Path: johnPath, Body: `{"position": 999}`, Status: 200, Want: `{"data": {"position": 5, "...": true}}`},

	{Name: "the order is set by id", As: "all", Method: "PUT", Path: orderPath, Body: order("c3", "contact_789ghi", "c5", "c0", "contact_abc123"), Status: 200, Want: `{"data": {
		"contact_ids": ["c3", "contact_789ghi", "c5", "c0", "contact_abc123"], "external_contact_ids": ["e3", "contact_789ghi", "c5", "c0", "contact_abc123"]}}`},
	{Name: "the list follows the order", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: inOrder("c3", "contact_789ghi", "c5", "c0", "contact_abc123")},
	{Name: "pages follow the order", As: "all", Method: "GET", Path: contactsPath + "?per_page=2&page=2", Status: 200, Want: `{"data": {"contacts": [{"contact_id": "c5", "...": true}, {"contact_id": "c0", "...": true}], "total_count": 5}}`},
	{Name: "the order is set by external id under a reference", As: "all", Method: "PUT", Path: refOrderPath, Body: `{"external_contact_ids": ["contact_789ghi", "e3", "c5", "c0", "contact_abc123"]}`, Status: 200, Want: `{"data": {
		"contact_ids": ["contact_789ghi", "c3", "c5", "c0", "contact_abc123"], "external_contact_ids": ["contact_789ghi", "e3", "c5", "c0", "contact_abc123"]}}`},
	{Name: "the audit names the places that changed", As: "all", Method: "GET", Path: "/ext/v1/audit?action=call_list.reordered&limit=500", Status: 200, Want: `{"data": {"lines": [
		{"...": true}, {"...": true}, {"...": true}, {"...": true}, {"...": true},
		{"site_id": "site_123abc", "subject": "site_123abc", "action": "call_list.reordered", "changes": [
			{"field": "call_list.1", "old": "c3", "new": "contact_789ghi"}, {"field": "call_list.2", "old": "contact_789ghi", "new": "c3"}], "...": true}
		], "next_after": "<any>"}}`},

	{Name: "an order without a contact is refused", As: "all", Method: "PUT", Path: orderPath, Body: order("c3", "contact_789ghi", "c0", "contact_abc123"), Status: 409, Want: incomplete("contact_ids missing")},
	{Name: "an order with a foreign contact is refused", As: "all", Method: "PUT", Path: orderPath, Body: order("c3", "contact_789ghi", "c5", "c0", "contact_abc123", "other"), Status: 409, Want: incomplete("contact_ids.6 unknown")},
	{Name: "an order with a contact twice is refused", As: "all", Method: "PUT", Path: orderPath, Body: order("c3", "contact_789ghi", "c3", "c0", "contact_abc123"), Status: 409, Want: incomplete("contact_ids.3 duplicate", "contact_ids missing")},
	{Name: "an order by external id names its own field", As: "all", Method: "PUT", Path: refOrderPath, Body: `{"external_contact_ids": ["c3"]}`, Status: 409, Want: incomplete("external_contact_ids.1 unknown", "external_contact_ids missing", "external_contact_ids missing", "external_contact_ids missing", "external_contact_ids missing", "external_contact_ids missing")},
	{Name: "an empty order is refused", As: "all", Method: "PUT", Path: orderPath, Body: `{"contact_ids": []}`, Status: 409, Want: incomplete("contact_ids missing", "contact_ids missing", "contact_ids missing", "contact_ids missing", "contact_ids missing")},
	{Name: "no order is refused", As: "all", Method: "PUT", Path: orderPath, Body: `{}`, Status: 422, Want: invalid("contact_ids required")},
	{Name: "an order that is null is refused", As: "all", Method: "PUT", Path: orderPath, Body: `{"contact_ids": null}`, Status: 422, Want: invalid("contact_ids required")},
	{Name: "no order by external id is refused", As: "all", Method: "PUT", Path: refOrderPath, Body: `{}`, Status: 422, Want: invalid("external_contact_ids required")},
	{Name: "an order of numbers is refused", As: "all", Method: "PUT", Path: orderPath, Body: `{"contact_ids": [1]}`, Status: 400, Want: failure("invalid_request", "contact_ids")},
	{Name: "an order of another site is not found", As: "all", Method: "PUT", Path: "/ext/v1/sites/site_none/call-list/order", Body: `{"contact_ids": []}`, Status: 404, Want: failure("site_not_found", "")},
	{Name: "a refused order changes nothing", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: inOrder("contact_789ghi", "c3", "c5", "c0", "contact_abc123"), SaveTag: "list"},
	{Name: "the same order again is accepted", As: "all", Method: "PUT", Path: orderPath, Body: order("contact_789ghi", "c3", "c5", "c0", "contact_abc123"), Status: 200, Want: `{"data": {"...": true}}`},
	{Name: "the same order again writes nothing", As: "all", Method: "GET", Path: "/ext/v1/audit?action=call_list.reordered&limit=500", Status: 200, Want: `{"data": {"lines": [
		{"...": true}, {"...": true}, {"...": true}, {"...": true}, {"...": true}, {"...": true}], "next_after": "<any>"}}`},
	{Name: "the list has the same tag", As: "all", Method: "GET", Path: contactsPath, Header: header{"If-None-Match": "${list}"}, Status: 304},

	{Name: "a deleted contact leaves the list", As: "all", Method: "DELETE", Path: contactsPath + "/c3", Status: 204},
	{Name: "the contacts after it move up", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: inOrder("contact_789ghi", "c5", "c0", "contact_abc123")},
	{Name: "another one moves meanwhile", As: "all", Method: "PUT", Path: johnPath, Body: `{"position": 4}`, Status: 200, Want: `{"data": {"position": 4, "...": true}}`},
	{Name: "a restored contact returns to its old place", As: "all", Method: "POST", Path: contactsPath + "/c3/restore", Status: 200, Want: `{"data": {"position": 2, "...": true}}`},
	{Name: "the others make room for it", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: inOrder("c5", "c3", "c0", "contact_abc123", "contact_789ghi")},
	{Name: "the last contact is deleted", As: "all", Method: "DELETE", Path: johnPath, Status: 204},
	{Name: "and one more", As: "all", Method: "DELETE", Path: contactsPath + "/c5", Status: 204},
	{Name: "a contact whose old place is after the end goes to the end", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 200, Want: `{"data": {"position": 4, "...": true}}`},
	{Name: "the list is dense again", As: "all", Method: "GET", Path: contactsPath, Status: 200, Want: inOrder("c3", "c0", "contact_abc123", "contact_789ghi")},
}

func TestOrdersAtOnceLeaveOneOfThem(t *testing.T) {
	a := testkit.NewApp(t)
	a.Key("all")
	for i := range 6 {
		a.Do("all", "POST", contactsPath, fmt.Sprintf(`%s, "contact_id": "c%d"}`, ok, i))
	}
	one := []string{"c0", "c1", "c2", "c3", "c4", "c5", "contact_789ghi", "contact_abc123"}
	two := []string{"contact_abc123", "c5", "c4", "contact_789ghi", "c3", "c2", "c1", "c0"}
	var all sync.WaitGroup
	for _, ids := range [][]string{one, two, one, two} {
		all.Go(func() {
			if status, body := a.Do("all", "PUT", orderPath, order(ids...)); status != 200 {
				t.Errorf("an order beside another answers %d %v, want 200", status, body)
			}
		})
	}
	all.Wait()
	_, list := a.Do("all", "GET", contactsPath, "")
	contacts := list["data"].(map[string]any)["contacts"].([]any)
	var got []string
	for i, c := range contacts {
		c := c.(map[string]any)
		got = append(got, c["contact_id"].(string))
		if c["position"] != float64(i+1) {
			t.Errorf("position of %v is %v, want %d", c["contact_id"], c["position"], i+1)
		}
	}
	if text := fmt.Sprint(got); text != fmt.Sprint(one) && text != fmt.Sprint(two) {
		t.Errorf("the order is %s, want one of the two that were set", text)
	}
}
