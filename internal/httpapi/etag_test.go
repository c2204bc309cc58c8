package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

func ifMatch(tag string) header     { return header{"If-Match": tag} }
func ifNoneMatch(tag string) header { return header{"If-None-Match": tag} }

var etagScenarios = []testkit.Scenario{
	{Name: "GET returns an ETag", As: "all", Method: "GET", Path: johnPath, Status: 200, SaveTag: "one", Want: `{"data": {"...": true}}`},
	{
		Name: "GET with the current ETag answers 304", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("${one}"), Status: 304,
		WantHeader: header{"ETag": "${one}"},
	},
	{
		Name: "GET by reference has the same ETag", As: "all", Method: "GET", Path: refPath + "/contact_789ghi",
		Header: ifNoneMatch(`"x", W/${one}`), Status: 304, WantHeader: header{"ETag": "${one}"},
	},
	{
		Name: "GET with If-None-Match * answers 304", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("*"), Status: 304,
	},
	{
		Name: "GET with another ETag answers 200", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch(`"x"`), Status: 200,
		WantHeader: header{"ETag": "${one}"}, Want: `{"data": {"...": true}}`,
	},
	{Name: "a list has an ETag", As: "all", Method: "GET", Path: contactsPath, Status: 200, SaveTag: "list", Want: `{"data": {"...": true}}`},
	{Name: "a list with its current ETag answers 304", As: "all", Method: "GET", Path: contactsPath, Header: ifNoneMatch("${list}"), Status: 304},
	{Name: "a list by reference has the same ETag", As: "all", Method: "GET", Path: refPath, Header: ifNoneMatch("${list}"), Status: 304},
	{
		Name: "another page has another ETag", As: "all", Method: "GET", Path: contactsPath + "?per_page=1", Header: ifNoneMatch("${list}"),
		Status: 200, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "PUT with the current ETag updates", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch("${one}"),
		Body: `{"last_name": "Roe"}`, Status: 200, SaveTag: "two", Want: `{"data": {"last_name": "Roe", "...": true}}`,
	},
	{
		Name: "PUT with an old ETag answers 412", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch("${one}"),
		Body: `{"last_name": "Poe"}`, Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "PATCH with an old ETag answers 412", As: "all", Method: "PATCH", Path: johnPath, Header: ifMatch("${one}"), Body: `{"last_name": "Poe"}`, Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "DELETE with an old ETag answers 412", As: "all", Method: "DELETE", Path: johnPath, Header: ifMatch("${one}"), Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "DELETE by reference with an old ETag answers 412", As: "all", Method: "DELETE", Path: refPath + "/contact_789ghi", Header: ifMatch("${one}"), Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "PUT by reference with an old ETag answers 412", As: "all", Method: "PUT", Path: refPath + "/contact_789ghi", Header: ifMatch("${one}"), Body: `{}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "the refused requests changed nothing", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("${two}"), Status: 304,
	},
	{
		Name: "If-Match without quotation marks answers 400", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch("two"), Body: `{"last_name": "Poe"}`,
		Status: 400, Want: failure("invalid_request", "If-Match"),
	},
	{
		Name: "If-Match with a weak ETag answers 412", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch("W/${two}"), Body: `{"last_name": "Poe"}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "If-None-Match without quotation marks answers 400", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("two"),
		Status: 400, Want: failure("invalid_request", "If-None-Match"),
	},
	{
		Name: "PUT with If-None-Match * of a known contact answers 412", As: "all", Method: "PUT", Path: johnPath, Header: ifNoneMatch("*"), Body: `{"last_name": "Poe"}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "PUT by reference with If-None-Match * of a known contact answers 412", As: "all", Method: "PUT", Path: refPath + "/contact_789ghi", Header: ifNoneMatch("*"),
		Body: ok + `}`, Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "PATCH with the current ETag in If-None-Match answers 412", As: "all", Method: "PATCH", Path: refPath + "/contact_789ghi", Header: ifNoneMatch(`"x", ${two}`),
		Body: `{"last_name": "Poe"}`, Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "PUT with If-None-Match * creates", As: "all", Method: "PUT", Path: refPath + "/only", Header: ifNoneMatch("*"), Body: ok + `}`, Status: 201,
		WantHeader: header{"Location": "/ref/v1/sites/ACCT-1001/contacts/only"}, Want: `{"data": {"external_contact_id": "only", "...": true}}`,
	},
	{
		Name: "PUT with If-None-Match * again answers 412", As: "all", Method: "PUT", Path: refPath + "/only", Header: ifNoneMatch("*"), Body: ok + `}`, Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "PUT of a site with If-None-Match * that exists answers 412", As: "all", Method: "PUT", Path: "/ref/v1/sites/ACCT-1001", Header: ifNoneMatch("*"),
		Body: `{"name": "N"}`, Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "an update without a change keeps the ETag", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch("*"),
		Body: `{"last_name": "Roe"}`, Status: 200, WantHeader: header{"ETag": "${two}"}, Want: `{"data": {"...": true}}`,
	},
	{Name: "send a validation", As: "all", Method: "POST", Path: johnPath + "/validation", Status: 200, Want: sent("sms")},
	{
		Name: "a validation changes the ETag for If-None-Match", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("${two}"), Status: 200,
		SaveTag: "three", Want: `{"data": {"...": true}}`,
	},
	{
		Name: "a validation does not change the ETag for If-Match", As: "all", Method: "PUT", Path: johnPath, Header: ifMatch(`"x", ${two}`),
		Body: `{"last_name": "Moe"}`, Status: 200, Want: `{"data": {"last_name": "Moe", "...": true}}`,
	},
	{
		Name: "a validation changes the ETag of the list", As: "all", Method: "GET", Path: contactsPath, Header: ifNoneMatch("${list}"), Status: 200,
		Want: `{"data": {"...": true}}`,
	},
	{
		Name: "PUT with If-Match * of a new contact answers 404", As: "all", Method: "PUT", Path: refPath + "/new", Header: ifMatch("*"), Body: ok + `}`, Status: 404,
		Want: failure("contact_not_found", ""),
	},
	{Name: "GET of a site returns an ETag", As: "all", Method: "GET", Path: sitePath, Status: 200, SaveTag: "site", Want: `{"data": {"...": true}}`},
	{Name: "the list of sites returns an ETag", As: "all", Method: "GET", Path: sitesPath, Status: 200, SaveTag: "sites", Want: `{"...": true}`},
	{Name: "GET of a site with its current ETag answers 304", As: "all", Method: "GET", Path: sitePath, Header: ifNoneMatch("${site}"), Status: 304},
	{Name: "the list of sites with its current ETag answers 304", As: "all", Method: "GET", Path: sitesPath, Header: ifNoneMatch("${sites}"), Status: 304},
	{
		Name: "PATCH of a site with the current ETag updates", As: "all", Method: "PATCH", Path: sitePath, Header: ifMatch("${site}"), Body: `{"name": "N"}`, Status: 200,
		Want: `{"data": {"name": "N", "...": true}}`,
	},
	{
		Name: "PUT of a site with an old ETag answers 412", As: "all", Method: "PUT", Path: sitePath, Header: ifMatch("${site}"), Body: `{"name": "M"}`, Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "PATCH of a site with an old ETag answers 412", As: "all", Method: "PATCH", Path: sitePath, Header: ifMatch("${site}"), Body: `{"name": "M"}`, Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "DELETE of a site with an old ETag answers 412", As: "all", Method: "DELETE", Path: sitePath + "?cascade=true", Header: ifMatch("${site}"), Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{
		Name: "the list of sites has a new ETag after an update", As: "all", Method: "GET", Path: sitesPath, Header: ifNoneMatch("${sites}"), Status: 200,
		Want: `{"...": true}`,
	},
}

const sitePath = sitesPath + "/site_123abc"

func TestETags(t *testing.T) { testkit.Run(t, etagScenarios) }
