package store

import (
	"slices"
	"strings"
	"testing"
)

func TestPostgreSQLSessionsAreBounded(t *testing.T) {
	t.Parallel()
	url := migratedPostgres(t)
	separator := "?"
	if strings.Contains(url, "?") {
		separator = "&"
	}
	for _, tt := range []struct {
		name, parameters string
		want             []string
	}{
		{"unless the URL says otherwise", "", []string{"30s", "10s", "1min"}},
		{"as the URL says", separator + "statement_timeout=5s&lock_timeout=0&idle_in_transaction_session_timeout=2min", []string{"5s", "0", "2min"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db, err := Open(t.Context(), Options{URL: url + tt.parameters})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			got := column(t, db, `SELECT current_setting(name) FROM (VALUES (1, 'statement_timeout'), (2, 'lock_timeout'),
				(3, 'idle_in_transaction_session_timeout')) settings (n, name) ORDER BY n`)
			if !slices.Equal(got, tt.want) {
				t.Errorf("the time-outs of a session are %q, want %q", got, tt.want)
			}
		})
	}
}
