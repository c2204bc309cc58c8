package testkit

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"example.org/rollcall/api"
)

// contract returns openapi.yaml, read once.
var contract = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromData(api.Spec)
})

var contractRouter = sync.OnceValues(func() (routers.Router, error) {
	doc, err := contract()
	if err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(doc)
})

// Contract returns openapi.yaml.
func Contract(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// covered notes which answers of which operations were seen by checkContract.
var covered sync.Map // "operationId status" → true

// Uncovered lists the answers that openapi.yaml knows and no scenario of this test binary got.
func Uncovered() []string {
	doc, err := contract()
	if err != nil {
		return []string{err.Error()}
	}
	var missing []string
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			for status := range operation.Responses.Map() {
				if _, ok := covered.Load(operation.OperationID + " " + status); !ok {
					missing = append(missing, status+" from "+method+" "+path)
				}
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// checkContract holds an answer against openapi.yaml: its status, its headers and its body, formats included. Paths that
// are not in there are left to the scenario.
func checkContract(t *testing.T, req *http.Request, s Scenario, resp *http.Response, body []byte) {
	t.Helper()
	router, err := contractRouter()
	if err != nil {
		t.Fatal(err)
	}
	again := req.Clone(req.Context())
	again.Body = io.NopCloser(strings.NewReader(s.Body))
	if again.Method == http.MethodHead {
		return
	}
	route, params, err := router.FindRoute(again)
	if err != nil {
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: again, PathParams: params, Route: route},
		Status:                 resp.StatusCode,
		Header:                 resp.Header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	if err := openapi3filter.ValidateResponse(t.Context(), input); err != nil {
		t.Errorf("%s %s: the answer is not as openapi.yaml has it: %v\nthe whole body: %s", s.Method, s.Path, err, body)
	}
	covered.Store(route.Operation.OperationID+" "+strconv.Itoa(resp.StatusCode), true)
}
