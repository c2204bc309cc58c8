package client_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"example.org/rollcall/client"
	"example.org/rollcall/internal/testkit"
)

// checked holds every request and answer against openapi.yaml, and notes which operations were asked for.
type checked struct {
	t      *testing.T
	next   http.RoundTripper
	router routers.Router

	mu   sync.Mutex
	seen map[string]bool
}

func (c *checked) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	again := func() *http.Request {
		r := req.Clone(req.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
		return r
	}
	route, params, err := c.router.FindRoute(again())
	if err != nil {
		c.t.Errorf("%s %s: %v", req.Method, req.URL, err)
		return nil, err
	}
	input := &openapi3filter.RequestValidationInput{
		Request: again(), PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if err := openapi3filter.ValidateRequest(req.Context(), input); err != nil {
		c.t.Errorf("%s: the request is not as openapi.yaml has it: %v\n%s", route.Operation.OperationID, err, body)
	}
	resp, err := c.next.RoundTrip(again())
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	output := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: resp.StatusCode, Header: resp.Header, Body: io.NopCloser(bytes.NewReader(answer)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(req.Context(), output); err != nil {
		c.t.Errorf("%s: the answer is not as openapi.yaml has it: %v\n%s", route.Operation.OperationID, err, answer)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[route.Operation.OperationID] = true
	return resp, err
}

// TestEveryOperationHasItsMethod calls each method on a server, and holds that each operation of the contract was asked for.
func TestEveryOperationHasItsMethod(t *testing.T) {
	a := testkit.NewApp(t)
	router, err := gorillamux.NewRouter(testkit.Contract(t))
	if err != nil {
		t.Fatal(err)
	}
	check := &checked{t: t, next: a.Client.Transport, router: router, seen: map[string]bool{}}
	c := client.New(a.URL, a.Key("all"))
	c.HTTP = &http.Client{Transport: check}
	callSites(t, c)
	callContacts(t, c)
	callValidations(t, a, c)
	callMessages(t, a, c)
	callDealer(t, c)
	callReadiness(t, c)
	callImports(t, c)
	callRollCalls(t, c)
	for path, item := range testkit.Contract(t).Paths.Map() {
		for method, operation := range item.Operations() {
			if !check.seen[operation.OperationID] {
				t.Errorf("no method of the client asks for %s (%s %s)", operation.OperationID, method, path)
			}
		}
	}
}

// must fails where a call failed.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func gone(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func callReadiness(t *testing.T, c *client.Client) {
	t.Helper()
	ctx := t.Context()
	for _, ref := range []client.SiteRef{client.SiteID("site_123abc"), client.SiteReference("ACCT-1001")} {
		list := must[client.CallList](t)(c.Sites.CallList(ctx, ref, client.CallListQuery{At: time.Now().Add(time.Hour), Phase: "after"}))
		if list.Phase != "after" || len(list.Calls)+len(list.Skipped) == 0 {
			t.Errorf("the call list is %+v, want the phones of its contacts", list)
		}
		ready := must[client.SiteReadiness](t)(c.Readiness.Get(ctx, ref))
		if ready.Status != "not_ready" || ready.Required.People != 2 || ready.Since.IsZero() {
			t.Errorf("the readiness is %+v, want not_ready", ready)
		}
	}
	var listed []string
	for s, err := range c.Readiness.All(ctx, client.ReadinessQuery{Status: "not_ready,ready", Sort: "since"}) {
		gone(t, err)
		listed = append(listed, s.SiteID)
	}
	if !slices.Contains(listed, "site_123abc") {
		t.Errorf("the sites are %v, want site_123abc among them", listed)
	}
	page := must[client.ReadinessList](t)(c.Readiness.List(ctx, client.ReadinessQuery{Limit: 1}))
	if page.Counts["not_ready"] == 0 || len(page.Sites) != 1 {
		t.Errorf("a page of one is %+v, want one site and the counts", page)
	}
}

// allSites reads the contacts of all sites, John and Jane of testkit among them.
func allSites(t *testing.T, c *client.Client) {
	t.Helper()
	var names []string
	for contact, err := range c.Contacts.AllSites(t.Context(), client.AllSitesQuery{
		AccountReferenceID: "ACCT-1001", Roles: []string{"owner", "manager"}, PhoneStates: []string{"unconfirmed"}, OlderThanDays: 1,
	}) {
		if err != nil {
			t.Fatal(err)
		}
		if contact.SiteID != "site_123abc" || contact.AccountReferenceID != "ACCT-1001" {
			t.Errorf("%s has the site %q, %q, want site_123abc, ACCT-1001", contact.ContactID, contact.SiteID, contact.AccountReferenceID)
		}
		names = append(names, contact.FirstName)
	}
	if want := []string{"John", "Jane"}; !slices.Equal(names, want) {
		t.Errorf("AllSites returns %v, want %v", names, want)
	}
	first := must[client.AllSitesList](t)(c.Contacts.ListAllSites(t.Context(), client.AllSitesQuery{Limit: 1}))
	next := must[client.AllSitesList](t)(c.Contacts.ListAllSites(t.Context(), client.AllSitesQuery{Limit: 1, After: first.NextAfter}))
	if len(first.Contacts) != 1 || first.ETag == "" || len(next.Contacts) != 1 || next.Contacts[0].ContactID == first.Contacts[0].ContactID {
		t.Errorf("pages of one contact are %+v and %+v", first, next)
	}
}

func callSites(t *testing.T, c *client.Client) {
	t.Helper()
	ctx, site := t.Context(), must[client.Site](t)
	made := site(c.Sites.Create(ctx, client.NewSite{Name: "N", AccountReferenceID: "A/1", Address: client.Address{Country: "DE"}}))
	id, ref := client.SiteID(made.SiteID), client.SiteReference("A/1")
	if got := site(c.Sites.Get(ctx, id)); !reflect.DeepEqual(got, made) || got.ETag == "" {
		t.Errorf("Get = %+v, want %+v", got, made)
	}
	site(c.Sites.Get(ctx, ref))
	site(c.Sites.Update(ctx, id, client.SiteUpdate{Name: client.Set("M"), Timezone: client.Null[string]()}, client.IfMatch(made.ETag)))
	site(c.Sites.Put(ctx, id, client.SiteUpdate{Address: client.Set(client.AddressUpdate{City: client.Set("Kiel")})}))
	if got := site(c.Sites.Update(ctx, ref, client.SiteUpdate{})); got.Address != (client.Address{City: "Kiel", Country: "DE"}) || got.Name != "M" {
		t.Errorf("the site is %+v", got)
	}
	site(c.Sites.Put(ctx, client.SiteReference("A2"), client.SiteUpdate{Name: client.Set("N")}, client.OnlyNew()))
	var names []string
	for s, err := range c.Sites.All(ctx, client.SiteQuery{AccountReferenceID: "A2"}) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, s.AccountReferenceID)
	}
	if !reflect.DeepEqual(names, []string{"A2"}) {
		t.Errorf("All yields %q, want A2", names)
	}
	gone(t, c.Sites.Delete(ctx, id, true))
	gone(t, c.Sites.Delete(ctx, client.SiteReference("A2"), false))
}

func callContacts(t *testing.T, c *client.Client) {
	t.Helper()
	ctx, contact := t.Context(), must[client.Contact](t)
	id, ref := client.SiteID("site_123abc"), client.SiteReference("ACCT-1001")
	ann := client.NewContact{
		ContactID: "ann", FirstName: "Ann", LastName: "Lee", Type: "primary", Phone: "+1 202 555 0147", Language: "es",
		Preferences: &client.PreferencesUpdate{Push: client.Set(true)},
	}
	made := contact(c.Contacts.Create(ctx, id, ann))
	if got := contact(c.Contacts.Get(ctx, id, "ann")); !reflect.DeepEqual(got, made) || !got.Preferences.Push || got.Email != "" || got.Language != "es" {
		t.Errorf("Get = %+v, want %+v", got, made)
	}
	contact(c.Contacts.Get(ctx, ref, "ann"))
	contact(c.Contacts.Create(ctx, ref, client.NewContact{ExternalContactID: "bob", FirstName: "Bob", Type: "billing", Email: "bob@example.org"}))
	points := []client.PointUpdate{{PointID: made.Points[0].PointID, Label: client.Set("mobile")}, {Kind: "phone", Value: "+1 202 555 0177 x5"}}
	if got := contact(c.Contacts.Update(ctx, id, "ann", client.ContactUpdate{Points: points})); len(got.Points) != 2 || got.Points[0].Label != "mobile" || got.Points[1].Extension != "5" {
		t.Errorf("Update of points = %+v, want two, the first mobile and the second with extension 5", got.Points)
	}
	contact(c.Contacts.Put(ctx, ref, "cat", client.ContactUpdate{
		FirstName: client.Set("Cat"), LastName: client.Set(""), Type: client.Set("billing"), Email: client.Set("cat@example.org"),
	}, client.OnlyNew()))
	contact(c.Contacts.Put(ctx, id, "ann", client.ContactUpdate{Role: client.Set("owner"), Language: client.Set("fr")}))
	contact(c.Contacts.Update(ctx, id, "ann", client.ContactUpdate{Role: client.Null[string](), Language: client.Null[string]()}, client.Strict()))
	contact(c.Contacts.Update(ctx, ref, "bob", client.ContactUpdate{LastName: client.Set("Ray")}))
	list, err := c.Contacts.List(ctx, id, client.ContactQuery{Types: []string{"primary", "billing"}, Search: "a", PerPage: 2, AsOf: time.Now()})
	if err != nil || len(list.Contacts) != 2 {
		t.Errorf("List = %d contacts, %v, want 2", len(list.Contacts), err)
	}
	found := 0
	for _, err := range c.Contacts.All(ctx, ref, client.ContactQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		found++
	}
	if found != 5 {
		t.Errorf("All yields %d contacts, want 5", found)
	}
	allSites(t, c)
	exportSites(t, c)
	callOrder(t, c)
	reviews(t, c)
	gone(t, c.Contacts.Delete(ctx, id, "ann"))
	contact(c.Contacts.Restore(ctx, id, "ann"))
	must[json.RawMessage](t)(c.Contacts.Export(ctx, id, "ann"))
	must[time.Time](t)(c.Contacts.Erase(ctx, id, "ann"))
	gone(t, c.Contacts.Delete(ctx, ref, "bob"))
	if got := contact(c.Contacts.Restore(ctx, ref, "bob")); got.ExternalContactID != "bob" {
		t.Errorf("Restore = %+v, want bob", got)
	}
	must[json.RawMessage](t)(c.Contacts.Export(ctx, ref, "bob"))
	must[time.Time](t)(c.Contacts.Erase(ctx, ref, "bob"))
}

// exportSites exports contacts, and a filter that is wrong.
func exportSites(t *testing.T, c *client.Client) {
	t.Helper()
	file := must[io.ReadCloser](t)(c.Contacts.ExportAllSites(t.Context(), client.AllSitesQuery{SiteID: "site_123abc"}, "csv"))
	text := string(must[[]byte](t)(io.ReadAll(file)))
	if err := file.Close(); err != nil || !strings.HasPrefix(text, "site_id,") || !strings.Contains(text, "'+1-555-0123") {
		t.Errorf("ExportAllSites returns %q and closes with %v, want CSV with a guarded phone", text, err)
	}
	_, err := c.Contacts.ExportAllSites(t.Context(), client.AllSitesQuery{Phone: "none"}, "jsonl")
	var refused *client.Error
	if !errors.As(err, &refused) || refused.Status != 400 || refused.Field != "phone" {
		t.Errorf("ExportAllSites with a wrong phone fails with %v, want a *client.Error with status 400 and the field phone", err)
	}
}

// callImports imports a file with a row that is refused.
func callImports(t *testing.T, c *client.Client) {
	t.Helper()
	ctx := t.Context()
	file := strings.NewReader("Who,Telly\nEve Ray,202 555 0141\nMax Ray,none\n")
	i := must[client.Import](t)(c.Imports.Create(ctx, file, client.NewImport{
		Mapping: map[string]string{"Who": "name", "Telly": "phone"}, SiteID: "site_123abc", DefaultType: "billing", DryRun: true,
	}))
	for i.Status != "finished" {
		if i = must[client.Import](t)(c.Imports.Get(ctx, i.ImportID)); i.Status == "failed" {
			t.Fatalf("the import has failed: %+v", i.Failure)
		}
	}
	if want := (client.ImportCounts{Created: 1, Refused: 1}); i.Counts != want || i.Rows != 2 || !i.DryRun {
		t.Errorf("the import is %+v, want 2 rows with the counts %+v", i, want)
	}
	for row, err := range c.Imports.Rows(ctx, i.ImportID, "refused") {
		gone(t, err)
		if row.Line != 3 || row.Errors[0].Column != "Telly" {
			t.Errorf("a refused row is %+v, want line 3 with an error of Telly", row)
		}
	}
	refused := must[io.ReadCloser](t)(c.Imports.Refused(ctx, i.ImportID))
	defer refused.Close()
	if text := string(must[[]byte](t)(io.ReadAll(refused))); !strings.Contains(text, ",Max Ray,none,") {
		t.Errorf("the refused rows are %q, want Max Ray among them", text)
	}
}

// callOrder orders the contacts of a site, and sets when one of them is called.
func callOrder(t *testing.T, c *client.Client) {
	t.Helper()
	ctx, contact := t.Context(), must[client.Contact](t)
	id, ref := client.SiteID("site_123abc"), client.SiteReference("ACCT-1001")
	var ids, external []string
	for c, err := range c.Contacts.All(ctx, id, client.ContactQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids, external = append([]string{c.ContactID}, ids...), append(external, c.ExternalContactID)
	}
	gone(t, c.Contacts.Order(ctx, id, ids))
	if first := contact(c.Contacts.Get(ctx, id, ids[0])); first.Position != 1 || first.EffectiveDispatch == "" {
		t.Errorf("the first contact of the order = %+v, want position 1", first)
	}
	gone(t, c.Contacts.Order(ctx, ref, external))
	weekdays := client.Hours{Days: []string{"mon", "fri"}, From: "08:00", To: "17:00"}
	away := client.Absence{From: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC), Note: "Away"}
	called := contact(c.Contacts.Update(ctx, id, "ann", client.ContactUpdate{
		Position: client.Set(1), Dispatch: client.Set("before"), Availability: client.Set([]client.Hours{weekdays}), Absences: client.Set([]client.Absence{away}),
		EffectiveAt: client.Set(away.From), ExpiresAt: client.Null[time.Time](),
	}, client.Strict()))
	if !reflect.DeepEqual(called.Availability, []client.Hours{weekdays}) || !reflect.DeepEqual(called.Absences, []client.Absence{away}) || !called.EffectiveAt.Equal(away.From) {
		t.Errorf("Update = %+v, want the given hours, absence and time", called)
	}
}

func callValidations(t *testing.T, a *testkit.App, c *client.Client) {
	t.Helper()
	ctx, validation := t.Context(), must[client.Validation](t)
	id, ref := client.SiteID("site_123abc"), client.SiteReference("ACCT-1001")
	sent := validation(c.Validations.Send(ctx, id, "contact_789ghi", client.NewValidation{Method: "sms"}))
	code := a.Newest().Code
	if got := validation(c.Validations.Check(ctx, id, "contact_789ghi", sent.ValidationID, code)); got.Status != "confirmed" {
		t.Errorf("Check = %+v, want confirmed", got)
	}
	if got := validation(c.Validations.Get(ctx, id, "contact_789ghi", sent.ValidationID)); len(got.Timeline) != 3 || got.AnsweredBy != "code" {
		t.Errorf("Get = %+v, want three events and an answer by code", got)
	}
	sent = validation(c.Validations.Send(ctx, ref, "contact_789ghi", client.NewValidation{Method: "email"}))
	validation(c.Validations.Cancel(ctx, id, "contact_789ghi", sent.ValidationID))
	sent = validation(c.Validations.Send(ctx, ref, "contact_789ghi", client.NewValidation{Method: "email"}))
	if got := validation(c.Validations.Check(ctx, ref, "contact_789ghi", sent.ValidationID, a.Newest().Code)); got.Status != "confirmed" {
		t.Errorf("Check = %+v, want confirmed", got)
	}
	validation(c.Validations.Get(ctx, ref, "contact_789ghi", sent.ValidationID))
	validation(c.Validations.Cancel(ctx, ref, "contact_789ghi", sent.ValidationID))
	must[client.Contact](t)(c.Validations.Attest(ctx, ref, "contact_abc123", client.Attestation{Point: "email", Note: "She answered."}))
	must[client.ValidationList](t)(c.Validations.List(ctx, ref, "contact_789ghi", 0, 0))
	jane := must[client.Contact](t)(c.Validations.Attest(ctx, id, "contact_abc123", client.Attestation{Point: "phone", Note: "She answered."}))
	point := jane.Points[0].PointID
	if got := validation(c.Validations.Send(ctx, id, "contact_abc123", client.NewValidation{PointID: point})); got.PointID != point {
		t.Errorf("Send = %+v, want it to the point %s", got, point)
	}
	must[client.Contact](t)(c.Validations.Attest(ctx, id, "contact_abc123", client.Attestation{PointID: point, Note: "She answered."}))
	for v, err := range c.Validations.All(ctx, id, "contact_789ghi") {
		if err != nil || v.Point == "" || v.PointID == "" {
			t.Errorf("All yields %+v, %v", v, err)
		}
	}
}

func callMessages(t *testing.T, a *testkit.App, c *client.Client) {
	t.Helper()
	ctx := t.Context()
	newest := a.Newest()
	page := must[client.MessageList](t)(c.Messages.List(ctx, "", 1))
	if len(page.Messages) != 1 || page.Messages[0].ValidationID != string(newest.Validation) || page.Messages[0].Code != newest.Code || page.NextAfter == "" {
		t.Errorf("List = %+v, want the newest message and a next page", page)
	}
	n := 0
	for m, err := range c.Messages.All(ctx) {
		if err != nil || m.Text == "" || m.At.IsZero() {
			t.Errorf("All yields %+v, %v", m, err)
		}
		n++
	}
	if n != 4 {
		t.Errorf("All yields %d messages, want 4", n)
	}
}

func callWebhooks(t *testing.T, c *client.Client) {
	t.Helper()
	ctx := t.Context()
	made := must[client.Webhook](t)(c.Webhooks.Create(ctx, client.NewWebhook{URL: "http://127.0.0.1:9/", Types: []string{"site.created"}}))
	if made.Secret == "" || made.Status != "active" {
		t.Errorf("Create = %+v, want an active webhook with a secret", made)
	}
	must[client.Webhook](t)(c.Webhooks.Update(ctx, made.WebhookID, client.WebhookUpdate{Types: client.Null[[]string](), Description: client.Set("D")}))
	must[client.Webhook](t)(c.Webhooks.Rotate(ctx, made.WebhookID))
	tested := must[client.WebhookDelivery](t)(c.Webhooks.Test(ctx, made.WebhookID))
	if tested.Status != "failed" || tested.Error != "address_refused" {
		t.Errorf("Test = %+v, want a refused address", tested)
	}
	must[client.WebhookDelivery](t)(c.Webhooks.Retry(ctx, made.WebhookID, tested.EventID))
	for d, err := range c.Webhooks.AllDeliveries(ctx, made.WebhookID, "") {
		if err != nil || d.Type != "webhook.test" {
			t.Errorf("AllDeliveries yields %+v, %v, want the test", d, err)
		}
	}
	if got := must[client.Webhook](t)(c.Webhooks.Get(ctx, made.WebhookID)); got.Description != "D" || len(got.Types) > 0 || got.Secret != "" {
		t.Errorf("Get = %+v, want it changed and without a secret", got)
	}
	if all := must[[]client.Webhook](t)(c.Webhooks.List(ctx)); len(all) != 1 {
		t.Errorf("List = %+v, want one webhook", all)
	}
	gone(t, c.Webhooks.Delete(ctx, made.WebhookID))
}

func callDealer(t *testing.T, c *client.Client) {
	t.Helper()
	ctx := t.Context()
	made := must[client.Suppression](t)(c.Suppressions.Create(ctx, "phone", "+1 202 555 0188"))
	for s, err := range c.Suppressions.All(ctx) {
		if err != nil || s.SuppressionID != made.SuppressionID {
			t.Errorf("All yields %+v, %v, want %+v", s, err, made)
		}
	}
	gone(t, c.Suppressions.Delete(ctx, made.SuppressionID))
	must[client.Settings](t)(c.Settings.Get(ctx))
	must[client.Settings](t)(c.Settings.Update(ctx, client.SettingsUpdate{
		QuietHours: client.Set(client.QuietHours{Start: "21:00", End: "08:00"}), AllowedCountries: client.Set([]string{"US"}),
		Limits: client.Set(client.LimitsUpdate{PerNumberDay: client.Set(2), PerSiteHour: client.Null[int]()}),
	}))
	must[client.Branding](t)(c.Branding.Get(ctx))
	must[client.Branding](t)(c.Branding.Update(ctx, client.BrandingUpdate{DisplayName: client.Set("Harbour"), Logo: client.Null[client.Logo]()}))
	if key := must[client.Key](t)(c.Key(ctx)); !reflect.DeepEqual(key.Scopes, []string{"*"}) {
		t.Errorf("Key = %+v, want the scope *", key)
	}
	lines := 0
	for _, err := range c.Audit.All(ctx, client.AuditQuery{Action: "site.deleted"}) {
		if err != nil {
			t.Fatal(err)
		}
		lines++
	}
	if lines != 2 {
		t.Errorf("All yields %d lines, want the 2 sites that were deleted", lines)
	}
	callWebhooks(t, c)
	events := 0
	for e, err := range c.Events.All(ctx, client.EventQuery{Types: []string{"site.deleted", "import.finished"}}) {
		if err != nil || e.EventID == "" || e.Type != "site.deleted" || e.SiteID == "" || e.CreatedAt.IsZero() {
			t.Errorf("All yields %+v, %v, want site.deleted", e, err)
		}
		events++
	}
	if events != 2 {
		t.Errorf("All yields %d events, want the 2 sites that were deleted", events)
	}
}

func callRollCalls(t *testing.T, c *client.Client) {
	t.Helper()
	ctx := t.Context()
	in := client.RollCallCreate{
		Filter: client.RollCallFilter{SiteIDs: []string{"site_123abc"}}, Methods: []string{"email"}, StartsAt: time.Now().Add(time.Hour).Truncate(time.Second),
	}
	if p := must[client.RollCallPreview](t)(c.RollCalls.Preview(ctx, in)); p.Sites != 1 || p.Points == 0 || p.Counts["targeted"] != p.Points {
		t.Errorf("Preview = %+v, want the points of one site", p)
	}
	made := must[client.RollCall](t)(c.RollCalls.Create(ctx, in))
	if made.Status != "scheduled" || !made.StartsAt.Equal(in.StartsAt) {
		t.Errorf("Create = %+v, want it scheduled", made)
	}
	for _, step := range []struct {
		want string
		do   func() (client.RollCall, error)
	}{
		{"paused", func() (client.RollCall, error) { return c.RollCalls.Pause(ctx, made.RollCallID) }},
		{"scheduled", func() (client.RollCall, error) { return c.RollCalls.Resume(ctx, made.RollCallID) }},
		{"scheduled", func() (client.RollCall, error) { return c.RollCalls.Retry(ctx, made.RollCallID) }},
		{"canceled", func() (client.RollCall, error) { return c.RollCalls.Cancel(ctx, made.RollCallID) }},
		{"canceled", func() (client.RollCall, error) { return c.RollCalls.Get(ctx, made.RollCallID) }},
	} {
		if r := must[client.RollCall](t)(step.do()); r.Status != step.want {
			t.Errorf("the roll call is %s, want %s", r.Status, step.want)
		}
	}
	if list := must[client.RollCallList](t)(c.RollCalls.List(ctx, "", 10)); len(list.RollCalls) != 1 {
		t.Errorf("List = %+v, want one roll call", list)
	}
	for _, err := range c.RollCalls.AllItems(ctx, made.RollCallID, "open") {
		gone(t, err)
	}
}
