package httpapi_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// once returns the header of a request with an Idempotency-Key.
func once(key string) header { return header{"Idempotency-Key": key} }

// replayed is the header of a replayed response; fresh is that of any other.
var replayed, fresh = header{"Idempotent-Replayed": "true"}, header{"Idempotent-Replayed": ""}

var onceScenarios = []testkit.Scenario{
	{
		Name: "create with a new key", As: "all", Method: "POST", Path: contactsPath, Header: once("k1"), Body: ok + `, "contact_id": "once"}`,
		Status: 201, WantHeader: fresh, SaveTag: "made", Want: `{"data": {"contact_id": "once", "...": true}}`,
	},
	{
		Name: "the same request replays the response", As: "all", Method: "POST", Path: contactsPath, Header: once("k1"), Body: ok + `, "contact_id": "once"}`,
		Status: 201, WantHeader: header{"Idempotent-Replayed": "true", "ETag": "${made}", "Content-Type": "application/json; charset=utf-8"},
		Want: `{"data": {"contact_id": "once", "first_name": "A", "...": true}}`,
	},
	{
		Name: "another body with the same key answers 409", As: "all", Method: "POST", Path: contactsPath, Header: once("k1"), Body: ok + `}`,
		Status: 409, WantHeader: fresh, Want: failure("idempotency_conflict", ""),
	},
	{
		Name: "another query with the same key answers 409", As: "all", Method: "POST", Path: contactsPath + "?x=1", Header: once("k1"),
		Body: ok + `, "contact_id": "once"}`, Status: 409, Want: failure("idempotency_conflict", ""),
	},
	{
		Name: "an invalid body with the same key answers 409", As: "all", Method: "POST", Path: contactsPath, Header: once("k1"),
		Body: `{"first_name": ""}`, Status: 409, Want: failure("idempotency_conflict", ""),
	},
	{
		Name: "a value of the wrong type with the same key answers 409", As: "all", Method: "POST", Path: contactsPath, Header: once("k1"), Body: `{"first_name": 1}`,
		Status: 409, Want: failure("idempotency_conflict", ""),
	},
	{
		Name: "a body that is not JSON with the same key answers 409", As: "all", Method: "POST", Path: contactsPath, Header: once("k1"), Body: `{`, Status: 409,
		Want: failure("idempotency_conflict", ""),
	},
	{
		Name: "a body that is too large with the same key answers 409", As: "all", Method: "POST", Path: contactsPath, Header: once("k1"), Body: strings.Repeat(" ", 64<<10+1),
		Status: 409, Want: failure("idempotency_conflict", ""),
	},
	{
		Name: "another media type with the same key answers 409", As: "all", Method: "POST", Path: contactsPath, Body: ok + `, "contact_id": "once"}`,
		Header: header{"Idempotency-Key": "k1", "Content-Type": "text/plain"}, Status: 409, Want: failure("idempotency_conflict", ""),
	},
	{
		Name: "an invalid body with a new key answers 400", As: "all", Method: "POST", Path: contactsPath, Header: once("k0"), Body: `{"first_name": 1}`,
		Status: 400, Want: failure("invalid_request", "first_name"),
	},
	{
		Name: "an unknown site with the same key answers 409", As: "all", Method: "POST", Path: "/ext/v1/sites/nowhere/contacts",
		Header: once("k1"), Body: `{"first_name": ""}`, Status: 409, Want: failure("idempotency_conflict", ""),
	},
	{
		Name: "another operation may use the same key", As: "all", Method: "PUT", Path: contactsPath + "/once", Header: once("k1"),
		Body: `{"first_name": "B"}`, Status: 200, WantHeader: fresh, Want: `{"data": {"first_name": "B", "...": true}}`,
	},
	{
		Name: "another dealer may use the same key", As: "other", Method: "POST", Path: sitesPath, Header: once("k1"),
		Body: `{"name": "N"}`, Status: 201, WantHeader: fresh, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "the replay is the first response, whatever happened since", As: "all", Method: "POST", Path: contactsPath,
		Header: once("k1"), Body: ok + `, "contact_id": "once"}`, Status: 201, WantHeader: replayed,
		Want: `{"data": {"first_name": "A", "...": true}}`,
	},
	{
		Name: "delete with a new key", As: "all", Method: "DELETE", Path: contactsPath + "/once", Header: once("k2"), Status: 204, WantHeader: fresh,
	},
	{
		Name: "the same deletion replays 204", As: "all", Method: "DELETE", Path: contactsPath + "/once", Header: once("k2"), Status: 204, WantHeader: replayed,
	},
	{
		Name: "a failed request is not stored", As: "all", Method: "PUT", Path: contactsPath + "/once", Header: once("k3"),
		Body: `{"first_name": "B"}`, Status: 404, Want: failure("contact_not_found", ""),
	},
	{
		Name: "restore with a new key", As: "all", Method: "POST", Path: contactsPath + "/once/restore", Header: once("k4"), Status: 200,
		WantHeader: fresh, Want: `{"data": {"contact_id": "once", "...": true}}`,
	},
	{
		Name: "the same restore replays the response", As: "all", Method: "POST", Path: contactsPath + "/once/restore", Header: once("k4"), Status: 200,
		WantHeader: replayed, Want: `{"data": {"contact_id": "once", "...": true}}`,
	},
	{
		Name: "a request that failed runs when it is sent again", As: "all", Method: "PUT", Path: contactsPath + "/once", Header: once("k3"),
		Body: `{"first_name": "B", "last_name": "C"}`, Status: 200, WantHeader: fresh, Want: `{"data": {"last_name": "C", "...": true}}`,
	},
	{
		Name: "PUT that creates", As: "all", Method: "PUT", Path: refPath + "/crm-1", Header: once("k5"), Body: ok + `}`, Status: 201,
		WantHeader: fresh, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "the same PUT replays 201", As: "all", Method: "PUT", Path: refPath + "/crm-1", Header: once("k5"), Body: ok + `}`,
		Status: 201, WantHeader: replayed, Want: `{"data": {"external_contact_id": "crm-1", "...": true}}`,
	},
	{
		Name: "create a site", As: "all", Method: "POST", Path: sitesPath, Header: once("k6"), Body: `{"name": "N", "site_id": "s"}`, Status: 201,
		WantHeader: fresh, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "the same request replays the site", As: "all", Method: "POST", Path: sitesPath, Header: once("k6"), Body: `{"name": "N", "site_id": "s"}`,
		Status: 201, WantHeader: replayed, Want: `{"data": {"site_id": "s", "...": true}}`,
	},
	{
		Name: "a key that is too long answers 400", As: "all", Method: "POST", Path: sitesPath, Header: once(strings.Repeat("k", 256)),
		Body: `{"name": "N"}`, Status: 400, Want: failure("invalid_request", "Idempotency-Key"),
	},
	{
		Name: "a key with a space answers 400", As: "all", Method: "POST", Path: sitesPath, Header: once("a b"), Body: `{"name": "N"}`, Status: 400,
		Want: failure("invalid_request", "Idempotency-Key"),
	},
}

func TestIdempotency(t *testing.T) { testkit.Run(t, onceScenarios) }

func TestReplayOfAValidationIsCurrent(t *testing.T) {
	began, release := make(chan struct{}, 1), make(chan struct{})
	a := testkit.NewApp(t, func(o *app.Options) {
		o.OnCaptured = func(rollcall.Message) { began <- struct{}{}; <-release }
	})
	a.Key("all")
	var wg sync.WaitGroup
	wg.Go(func() {
		status, answer := a.DoOnce("all", "POST", johnPath+"/validation", "", "v1")
		if status != 200 || answer["data"].(map[string]any)["status"] != "sent" {
			t.Errorf("the first request = %d %v, want 200 and sent", status, answer)
		}
	})
	<-began
	again := testkit.Scenario{
		As: "all", Method: "POST", Path: johnPath + "/validation", Header: once("v1"), Status: 202, WantHeader: replayed,
		Want: `{"data": {"validation_id": "<validation_id>", "status": "queued", "method": "sms", "point_id": "point_…", "sent_at": null}}`,
	}
	a.Try(t, again)
	close(release)
	wg.Wait()
	again.Status, again.Want = 200, sent("sms")
	a.Try(t, again)
}

func TestConcurrentRequestsWithOneKeyHappenOnce(t *testing.T) {
	a := testkit.NewApp(t)
	a.Key("all")
	var wg sync.WaitGroup
	ids := make([]any, 32)
	for i := range ids {
		wg.Go(func() {
			for ids[i] == nil {
				status, answer := a.DoOnce("all", "POST", contactsPath, ok+`}`, "storm")
				switch status {
				case 201:
					ids[i] = answer["data"].(map[string]any)["contact_id"]
				case 409:
				default:
					ids[i] = fmt.Sprint("status ", status)
				}
			}
		})
	}
	wg.Wait()
	for i := range ids {
		if ids[i] != ids[0] {
			t.Errorf("contact of request %d = %v, want %v", i, ids[i], ids[0])
		}
	}
	a.Try(t, testkit.Scenario{
		As: "all", Method: "GET", Path: contactsPath + "?per_page=1", Status: 200,
		Want: `{"data": {"contacts": [{"...": true}], "total_count": 3}}`,
	})
}
