package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

func TestKeyOfASuspendedDealer(t *testing.T) {
	a := testkit.NewApp(t)
	a.Key("all")
	if err := a.Service().SuspendDealer(t.Context(), a.Dealer, true); err != nil {
		t.Fatal(err)
	}
	a.Try(t, testkit.Scenario{As: "all", Method: "GET", Path: "/ext/v1/key", Status: 403, Want: failure("permission_denied", "")})
}

func TestOwnKey(t *testing.T) {
	testkit.Run(t, []testkit.Scenario{
		{
			Name: "a key with any scopes", As: "sites:read,audit:read", Method: "GET", Path: "/ext/v1/key", Status: 200,
			Want: `{"data": {"dealer_id": "<any>", "dealer_name": "<any>", "key_id": "<key_id>", "name": "", "scopes": ["sites:read", "audit:read"],
				"test": false, "expires_at": null}}`,
		},
		{Name: "a test key", As: "test", Method: "GET", Path: "/ext/v1/key", Status: 200, Want: `{"data": {"test": true, "...": true}}`},
		{Name: "no key answers 401", Method: "GET", Path: "/ext/v1/key", Status: 401, Want: failure("invalid_api_key", "")},
	})
}
