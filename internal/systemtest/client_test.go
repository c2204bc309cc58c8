package systemtest_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// object is a JSON object.
type object = map[string]any

// client calls a server with a key.
type client struct {
	url, key string
	http     *http.Client
}

func newClient(t *testing.T, url, key string) *client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{url: url, key: key, http: &http.Client{Transport: transport, Timeout: patience}}
}

// call sends a request and returns the status and the decoded body of the answer. An error means that there was no whole
// answer, so that nobody can tell whether the server did what it was asked for.
func (c *client) call(ctx context.Context, method, path, body string) (int, object, error) {
	return c.callOnce(ctx, method, path, body, "")
}

// callOnce is call under an Idempotency-Key, unless that is empty.
func (c *client) callOnce(ctx context.Context, method, path, body, once string) (int, object, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	if once != "" {
		req.Header.Set("Idempotency-Key", once)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err
	}
	var answer object
	if len(text) > 0 {
		if err := json.Unmarshal(text, &answer); err != nil {
			return 0, nil, fmt.Errorf("status %d with a body that is not JSON: %w", resp.StatusCode, err)
		}
	}
	return resp.StatusCode, answer, nil
}

// must is call for what must be answered with the status; it returns what the answer has under data.
func (c *client) must(t *testing.T, status int, method, path, body string) object {
	t.Helper()
	got, answer, err := c.call(t.Context(), method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	if got != status {
		t.Fatalf("%s %s: status %d, want %d: %v", method, path, got, status, answer)
	}
	data, _ := answer["data"].(object)
	return data
}

// open opens a folder beside whatever else has it open.
func open(t *testing.T, folder string) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Options{Data: folder, Delivery: app.Capture})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// prepare makes a dealer with a key for everything and these sites, whose account_reference_id is that of the site.
func prepare(t *testing.T, folder string, sites ...string) (dealer rollcall.DealerID, key string) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Options{Data: folder})
	if err != nil {
		t.Fatal(err)
	}
	d, err := a.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Harbour Alarm")})
	if err != nil {
		t.Fatal(err)
	}
	_, key, err = a.Service().CreateKey(t.Context(), service.Caller{Dealer: d.ID}, rollcall.KeyInput{Scopes: "*", Rate: rollcall.Given(0)})
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range sites {
		if _, err := a.Service().CreateSite(t.Context(), service.Caller{Dealer: d.ID}, rollcall.SiteInput{
			SiteID: rollcall.Given(site), Reference: rollcall.Given(site), Name: rollcall.Given("Site " + site),
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return d.ID, key
}

// database opens the database of a folder as it lies there.
func database(t *testing.T, folder string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(folder, "rollcall.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// ask returns the first column of the rows of a query, as text with commas between.
func ask(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for rows.Next() {
		row := make([]any, len(columns))
		var first string
		row[0] = &first
		for i := 1; i < len(row); i++ {
			row[i] = new(any)
		}
		if err := rows.Scan(row...); err != nil {
			t.Fatal(err)
		}
		found = append(found, first)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(found, ",")
}

// checkWhole fails where the database does not hold together.
func checkWhole(t *testing.T, folder string) {
	t.Helper()
	db := database(t, folder)
	for _, c := range []struct{ query, want string }{
		{`PRAGMA integrity_check`, "ok"},
		{`PRAGMA foreign_key_check`, ""},
		{`SELECT site_id FROM sites s WHERE contact_count <>
			(SELECT COUNT(*) FROM contacts c WHERE c.dealer_id = s.dealer_id AND c.site_id = s.site_id AND c.deleted_at IS NULL)`, ""},
		{`SELECT contact_id FROM contacts c WHERE NOT EXISTS
			(SELECT 1 FROM sites s WHERE s.dealer_id = c.dealer_id AND s.site_id = c.site_id)`, ""},
		{`SELECT validation_id FROM validations v WHERE NOT EXISTS
			(SELECT 1 FROM contacts c WHERE c.dealer_id = v.dealer_id AND c.contact_id = v.contact_id)`, ""},
		{`SELECT validation_id FROM captured_messages m WHERE NOT EXISTS
			(SELECT 1 FROM validations v WHERE v.dealer_id = m.dealer_id AND v.validation_id = m.validation_id)`, ""},
	} {
		if got := ask(t, db, c.query); got != c.want {
			t.Errorf("%s: %q, want %q", c.query, got, c.want)
		}
	}
}

// splitList takes apart what ask returned.
func splitList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
