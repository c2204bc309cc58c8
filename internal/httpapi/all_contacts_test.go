package httpapi_test

import (
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

const (
	allPath = "/ext/v1/contacts"
	johnID  = "contact_789ghi"
	janeID  = "contact_abc123"
)

// TestListAllContacts reads contacts of two sites: John and Jane of site_123abc, and Ann and Bob of site_9.
func TestListAllContacts(t *testing.T) { testkit.Run(t, allContactsScenarios) }

// people returns the body of a list of contacts that have these ids and no next page.
func people(ids ...string) string {
	for i, id := range ids {
		ids[i] = `{"contact_id": "` + id + `", "...": true}`
	}
	return `{"data": {"contacts": [` + strings.Join(ids, ", ") + `], "next_after": null}}`
}

var allContactsScenarios = []testkit.Scenario{
	{
		Name: "another site", As: "all", Method: "POST", Path: "/ext/v1/sites", Body: `{"site_id": "site_9", "name": "Pier 9", "address": {"country": "MX"}}`,
		Status: 201, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "a contact with two phones", As: "all", Method: "POST", Path: "/ext/v1/sites/site_9/contacts",
		Body: `{"contact_id": "ann", "first_name": "Ann-Marie", "last_name": "O’Neil", "type": "technician", "points": [
			{"kind": "phone", "value": "+1 202 555 0147 x12"}, {"kind": "phone", "value": "55 1234 5678"}, {"kind": "email", "value": "Ann.Marie@Example.org"}]}`,
		Status: 201, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "a contact with an e-mail alone", As: "all", Method: "POST", Path: "/ext/v1/sites/site_9/contacts",
		Body:   `{"contact_id": "bob", "first_name": "Bob", "last_name": "Lee", "type": "billing", "role": "manager", "email": "bob@example.org"}`,
		Status: 201, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "confirm Jane's phone", As: "all", Method: "POST", Path: contactsPath + "/" + janeID + "/attestation", Body: `{"point": "phone", "note": "called"}`,
		Status: 200, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "contacts of all sites come by site, each with its site", As: "contacts:read", Method: "GET", Path: allPath, Status: 200, SaveTag: "all",
		WantHeader: header{"ETag": "*"},
		Want: `{"data": {"contacts": [
			{"site_id": "site_123abc", "account_reference_id": "ACCT-1001", "contact_id": "contact_789ghi", "first_name": "John", "phone": "+1-555-0123",
				"position": 1, "...": true},
			{"site_id": "site_123abc", "contact_id": "contact_abc123", "...": true},
			{"site_id": "site_9", "account_reference_id": null, "contact_id": "ann", "...": true},
			{"site_id": "site_9", "contact_id": "bob", "...": true}], "next_after": null}}`,
	},
	{Name: "the same list answers 304", As: "contacts:read", Method: "GET", Path: allPath, Header: ifNoneMatch("${all}"), Status: 304},
	{
		Name: "a list with a next page has another ETag", As: "all", Method: "GET", Path: allPath + "?limit=1", Status: 200, SaveTag: "one",
		Want: `{"data": {"contacts": [{"contact_id": "contact_789ghi", "...": true}], "next_after": "WyJzaXRlXzEyM2FiYyIsMV0"}}`,
	},
	{
		Name: "the next page begins after the cursor", As: "all", Method: "GET", Path: allPath + "?limit=2&after=WyJzaXRlXzEyM2FiYyIsMV0", Status: 200,
		Want: `{"data": {"contacts": [{"contact_id": "contact_abc123", "...": true}, {"contact_id": "ann", "...": true}], "next_after": "WyJzaXRlXzkiLDFd"}}`,
	},
	{
		Name: "the last page has no cursor", As: "all", Method: "GET", Path: allPath + "?limit=2&after=WyJzaXRlXzkiLDFd", Status: 200, Want: people("bob"),
	},
	{Name: "a limit above 500 is 500", As: "all", Method: "GET", Path: allPath + "?limit=501", Status: 200, Want: people(johnID, janeID, "ann", "bob")},
	{Name: "by site", As: "all", Method: "GET", Path: allPath + "?site_id=site_9", Status: 200, Want: people("ann", "bob")},
	{Name: "by a site that does not exist", As: "all", Method: "GET", Path: allPath + "?site_id=none", Status: 200, Want: people()},
	{
		Name: "by account reference", As: "all", Method: "GET", Path: allPath + "?account_reference_id=ACCT-1001", Status: 200, Want: people(johnID, janeID),
	},
	{Name: "by type", As: "all", Method: "GET", Path: allPath + "?type=technician,primary", Status: 200, Want: people(johnID, "ann")},
	{Name: "by role", As: "all", Method: "GET", Path: allPath + "?role=manager", Status: 200, Want: people(janeID, "bob")},
	{Name: "by the status of a phone", As: "all", Method: "GET", Path: allPath + "?phone_status=confirmed", Status: 200, Want: people(janeID)},
	{
		Name: "by several statuses, a contact with two phones comes once", As: "all", Method: "GET", Path: allPath + "?phone_status=unconfirmed,confirmed", Status: 200,
		Want: people(johnID, janeID, "ann"),
	},
	{
		Name: "by the status of phones and e-mails", As: "all", Method: "GET", Path: allPath + "?phone_status=unconfirmed&email_status=unconfirmed&type=technician",
		Status: 200, Want: people("ann"),
	},
	{Name: "by a number in another spelling", As: "all", Method: "GET", Path: allPath + "?phone=(202)%20555-0147", Status: 200, Want: people("ann")},
	{
		Name: "by the second phone, which was read in the site's country", As: "all", Method: "GET", Path: allPath + "?phone=%2B525512345678", Status: 200,
		Want: people("ann"),
	},
	{Name: "by a number that cannot be dialled", As: "all", Method: "GET", Path: allPath + "?phone=1555.0123", Status: 200, Want: people(johnID)},
	{Name: "by a number that nobody has", As: "all", Method: "GET", Path: allPath + "?phone=2025550148", Status: 200, Want: people()},
	{Name: "by a mailbox in another spelling", As: "all", Method: "GET", Path: allPath + "?email=ANN.marie@EXAMPLE.ORG", Status: 200, Want: people("ann")},
	{
		Name: "by a number and a mailbox of one contact", As: "all", Method: "GET", Path: allPath + "?phone=2025550147&email=ann.marie@example.org&site_id=site_9",
		Status: 200, Want: people("ann"),
	},
	{
		Name: "by a number of one contact and the mailbox of another", As: "all", Method: "GET", Path: allPath + "?phone=2025550147&email=bob@example.org",
		Status: 200, Want: people(),
	},
	{
		Name: "by the time since a confirmation, never is longer", As: "all", Method: "GET", Path: allPath + "?older_than_days=1&phone_status=confirmed", Status: 200,
		Want: people(janeID),
	},
	{Name: "by the time since a confirmation alone", As: "all", Method: "GET", Path: allPath + "?older_than_days=36500", Status: 200, Want: people(johnID, janeID, "ann", "bob")},
	{Name: "search for the beginning of a name", As: "all", Method: "GET", Path: allPath + "?search=smi", Status: 200, Want: people(janeID)},
	{Name: "search for the beginning of the second part of a name", As: "all", Method: "GET", Path: allPath + "?search=mari", Status: 200, Want: people("ann")},
	{Name: "search with an apostrophe", As: "all", Method: "GET", Path: allPath + "?search=o'nei", Status: 200, Want: people("ann")},
	{Name: "search for the end of a name", As: "all", Method: "GET", Path: allPath + "?search=mith", Status: 200, Want: people()},
	{Name: "search for the beginning of a part of an e-mail", As: "all", Method: "GET", Path: allPath + "?search=john.do+example", Status: 200, Want: people(johnID)},
	{Name: "search for groups of digits of a number", As: "all", Method: "GET", Path: allPath + "?search=555+0147", Status: 200, Want: people("ann")},
	{
		Name: "a deleted contact is not listed", As: "all", Method: "DELETE", Path: "/ext/v1/sites/site_9/contacts/bob", Status: 204,
	},
	{Name: "without the deleted one", As: "all", Method: "GET", Path: allPath + "?email_status=unconfirmed&site_id=site_9", Status: 200, Want: people("ann")},
	{Name: "another dealer sees nothing", As: "other", Method: "GET", Path: allPath, Status: 200, Want: people()},
	{Name: "an unknown type answers 400", As: "all", Method: "GET", Path: allPath + "?type=owner", Status: 400, Want: failure("invalid_request", "type")},
	{Name: "an unknown status answers 400", As: "all", Method: "GET", Path: allPath + "?phone_status=x", Status: 400, Want: failure("invalid_request", "phone_status")},
	{Name: "an empty site_id answers 400", As: "all", Method: "GET", Path: allPath + "?site_id=", Status: 400, Want: failure("invalid_request", "site_id")},
	{Name: "a phone without digits answers 400", As: "all", Method: "GET", Path: allPath + "?phone=none", Status: 400, Want: failure("invalid_request", "phone")},
	{Name: "an e-mail without an @ answers 400", As: "all", Method: "GET", Path: allPath + "?email=none", Status: 400, Want: failure("invalid_request", "email")},
	{
		Name: "a time that is no number of days answers 400", As: "all", Method: "GET", Path: allPath + "?older_than_days=36501", Status: 400,
		Want: `{"error": {"code": "invalid_request", "field": "older_than_days", "message": "older_than_days: must be a whole number from 1 to 36500", "request_id": "<request_id>"}}`,
	},
	{Name: "a limit of 0 answers 400", As: "all", Method: "GET", Path: allPath + "?limit=0", Status: 400, Want: failure("invalid_request", "limit")},
	{Name: "a broken cursor answers 400", As: "all", Method: "GET", Path: allPath + "?after=x", Status: 400, Want: failure("invalid_request", "after")},
	{Name: "a cursor with a NUL answers 400", As: "all", Method: "GET", Path: allPath + "?after=WyJhXHUwMDAwIiwxXQ", Status: 400, Want: failure("invalid_request", "after")},
}
