package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

func ifMatch(tag string) header     { return header{"If-Match": tag} }
func ifNoneMatch(tag string) header { return header{"If-None-Match": tag} }

var etagScenarios = []testkit.Scenario{
	{Name: "a contact", As: "all", Method: "GET", Path: johnPath, Status: 200, SaveTag: "one", Want: `{"data": {"...": true}}`},
	{
		Name: "as it was", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("${one}"), Status: 304,
		WantHeader: header{"ETag": "${one}"},
	},
	{
		Name: "by reference it is the same", As: "all", Method: "GET", Path: refPath + "/contact_789ghi",
		Header: ifNoneMatch(`"x", W/${one}`), Status: 304, WantHeader: header{"ETag": "${one}"},
	},
	{
		Name: "any", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("*"), Status: 304,
	},
	{
		Name: "another", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch(`"x"`), Status: 200,
		WantHeader: header{"ETag": "${one}"}, Want: `{"data": {"...": true}}`,
	},
	{Name: "the list", As: "all", Method: "GET", Path: contactsPath, Status: 200, SaveTag: "list", Want: `{"data": {"...": true}}`},
	{Name: "the list as it was", As: "all", Method: "GET", Path: contactsPath, Header: ifNoneMatch("${list}"), Status: 304},
	{Name: "by reference", As: "all", Method: "GET", Path: refPath, Header: ifNoneMatch("${list}"), Status: 304},
	{
		Name: "a part of it is another", As: "all", Method: "GET", Path: contactsPath + "?per_page=1", Header: ifNoneMatch("${list}"),
		Status: 200, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "a change by who knows it", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch("${one}"),
		Body: `{"last_name": "Roe"}`, Status: 200, SaveTag: "two", Want: `{"data": {"last_name": "Roe", "...": true}}`,
	},
	{
		Name: "and by who does not", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch("${one}"),
		Body: `{"last_name": "Poe"}`, Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "patch", As: "all", Method: "PATCH", Path: johnPath, Header: ifMatch("${one}"), Body: `{"last_name": "Poe"}`, Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "delete", As: "all", Method: "DELETE", Path: johnPath, Header: ifMatch("${one}"), Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "delete by reference", As: "all", Method: "DELETE", Path: refPath + "/contact_789ghi", Header: ifMatch("${one}"), Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "put by reference", As: "all", Method: "PUT", Path: refPath + "/contact_789ghi", Header: ifMatch("${one}"), Body: `{}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "nothing of it happened", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("${two}"), Status: 304,
	},
	{
		Name: "an unquoted tag", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch("two"), Body: `{"last_name": "Poe"}`,
		Status: 400, Want: failure("invalid_request", "If-Match"),
	},
	{
		Name: "a weak tag", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch("W/${two}"), Body: `{"last_name": "Poe"}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "an unquoted tag of an answer", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("two"),
		Status: 400, Want: failure("invalid_request", "If-None-Match"),
	},
	{
		Name: "PUT by id only where there is none", As: "all", Method: "PUT", Path: johnPath, Header: ifNoneMatch("*"), Body: `{"last_name": "Poe"}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "PUT by reference only where there is none", As: "all", Method: "PUT", Path: refPath + "/contact_789ghi", Header: ifNoneMatch("*"),
		Body: ok + `}`, Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "only where it has another tag", As: "all", Method: "PATCH", Path: refPath + "/contact_789ghi", Header: ifNoneMatch(`"x", ${two}`),
		Body: `{"last_name": "Poe"}`, Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "creates only", As: "all", Method: "PUT", Path: refPath + "/only", Header: ifNoneMatch("*"), Body: ok + `}`, Status: 201,
		WantHeader: header{"Location": "/ref/v1/sites/ACCT-1001/contacts/only"}, Want: `{"data": {"external_contact_id": "only", "...": true}}`,
	},
	{
		Name: "creates only, again", As: "all", Method: "PUT", Path: refPath + "/only", Header: ifNoneMatch("*"), Body: ok + `}`, Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "a site only where there is none", As: "all", Method: "PUT", Path: "/ref/v1/sites/ACCT-1001", Header: ifNoneMatch("*"),
		Body: `{"name": "N"}`, Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "a change that changes nothing keeps the tag", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch("*"),
		Body: `{"last_name": "Roe"}`, Status: 200, WantHeader: header{"ETag": "${two}"}, Want: `{"data": {"...": true}}`,
	},
	{Name: "a validation", As: "all", Method: "POST", Path: johnPath + "/validation", Status: 200, Want: sent("sms")},
	{
		Name: "is a change to who reads", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("${two}"), Status: 200,
		SaveTag: "three", Want: `{"data": {"...": true}}`,
	},
	{
		Name: "and none to who writes", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch(`"x", ${two}`),
		Body: `{"last_name": "Moe"}`, Status: 200, Want: `{"data": {"last_name": "Moe", "...": true}}`,
	},
	{
		Name: "the list has changed", As: "all", Method: "GET", Path: contactsPath, Header: ifNoneMatch("${list}"), Status: 200,
		Want: `{"data": {"...": true}}`,
	},
	{
		Name: "no contact matches any", As: "all", Method: "PUT", Path: refPath + "/new", Header: ifMatch("*"), Body: ok + `}`, Status: 404,
		Want: failure("contact_not_found", ""),
	},
	{Name: "a site", As: "all", Method: "GET", Path: sitePath, Status: 200, SaveTag: "site", Want: `{"data": {"...": true}}`},
	{Name: "sites", As: "all", Method: "GET", Path: sitesPath, Status: 200, SaveTag: "sites", Want: `{"...": true}`},
	{Name: "the site as it was", As: "all", Method: "GET", Path: sitePath, Header: ifNoneMatch("${site}"), Status: 304},
	{Name: "sites as they were", As: "all", Method: "GET", Path: sitesPath, Header: ifNoneMatch("${sites}"), Status: 304},
	{
		Name: "change the site", As: "all", Method: "PATCH", Path: sitePath, Header: ifMatch("${site}"), Body: `{"name": "N"}`, Status: 200,
		Want: `{"data": {"name": "N", "...": true}}`,
	},
	{
		Name: "put the site", As: "all", Method: "PUT", Path: sitePath, Header: ifMatch("${site}"), Body: `{"name": "M"}`, Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "patch the site", As: "all", Method: "PATCH", Path: sitePath, Header: ifMatch("${site}"), Body: `{"name": "M"}`, Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "delete the site", As: "all", Method: "DELETE", Path: sitePath + "?cascade=true", Header: ifMatch("${site}"), Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "sites have changed", As: "all", Method: "GET", Path: sitesPath, Header: ifNoneMatch("${sites}"), Status: 200,
		Want: `{"...": true}`,
	},
}

const sitePath = sitesPath + "/site_123abc"

func TestETags(t *testing.T) { testkit.Run(t, etagScenarios) }
