package httpapi

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.org/rollcall/api"
)

// TestRoutesAreTheContract compares the operations of openapi.yaml with the routes.
func TestRoutesAreTheContract(t *testing.T) {
	contract, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	routes := map[string]route{}
	for _, r := range new(server).routes() {
		routes[r.method+" "+r.path] = r
	}
	for path, item := range contract.Paths.Map() {
		for _, p := range item.Parameters {
			if p.Ref != "" {
				t.Errorf("%s refers to %s, which the page at /docs does not follow; use an alias, such as *siteId", path, p.Ref)
			}
		}
		for method, operation := range item.Operations() {
			at := method + " " + path
			r, ok := routes[at]
			if !ok {
				t.Errorf("%s is in openapi.yaml and not in routes.go", at)
				continue
			}
			delete(routes, at)
			checkRoute(t, at, r, item, operation)
		}
	}
	for at := range routes {
		t.Errorf("%s is in routes.go and not in openapi.yaml", at)
	}
}

func checkRoute(t *testing.T, at string, r route, item *openapi3.PathItem, operation *openapi3.Operation) {
	t.Helper()
	if r.operation != operation.OperationID {
		t.Errorf("%s: routes.go calls it %s, openapi.yaml %s", at, r.operation, operation.OperationID)
	}
	scopes := (*operation.Security)[0]["bearerAuth"]
	if strings.Join(scopes, " ") != string(r.scope) {
		t.Errorf("%s: openapi.yaml asks for the scopes %q, routes.go for %q", at, scopes, r.scope)
	}
	query := slices.Sorted(slices.Values(r.query))
	if documented := parameters(item, operation, "query"); !slices.Equal(documented, query) {
		t.Errorf("%s: openapi.yaml has the query parameters %q, routes.go %q", at, documented, query)
	}
	headers := parameters(item, operation, "header")
	for _, name := range []string{"Idempotency-Key", "X-On-Behalf-Of"} {
		if changes := r.method != "GET"; slices.Contains(headers, name) != changes {
			t.Errorf("%s: openapi.yaml has the headers %q, and it changes something: %v", at, headers, changes)
		}
	}
}

// parameters returns the names of the parameters in the path, query or header, sorted.
func parameters(item *openapi3.PathItem, operation *openapi3.Operation, in string) []string {
	var names []string
	for _, p := range slices.Concat(item.Parameters, operation.Parameters) {
		if p.Value.In == in {
			names = append(names, p.Value.Name)
		}
	}
	slices.Sort(names)
	return names
}
