package store

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ofAllRows matches the steps of SQLite's plans that read all rows of a dealer in a table with many.
var ofAllRows = regexp.MustCompile(`^SEARCH .*\b(audit_lines|captured_messages|contacts|former_points|idempotency_records|import_rows|points|` +
	`roll_call_items|suppressions|validation_events|validations|webhook_deliveries)(_|\b).*\(dealer_id=\?\)$`)

// wholeDealers matches the statements that may do so: they remove, copy or count a dealer's rows, or end with a LIMIT.
var wholeDealers = regexp.MustCompile(`^DELETE FROM \w+ WHERE dealer_id = \$1( AND \([\w, ]+\) IN \([^()]+ LIMIT \$2\))?$|^DELETE FROM dealers` +
	`|^SELECT \* FROM \w+ WHERE dealer_id = \$1 ORDER BY dealer_id|^SELECT COUNT\(\*\) FROM \w+ WHERE dealer_id = \$1$|LIMIT \$\d+( OFFSET \$\d+|\) found)?$` +
	`|^SELECT [\w, ]+ FROM suppressions WHERE dealer_id = \$1 ORDER BY suppression_id$|^SELECT chains\.site_id|ORDER BY pos DESC LIMIT 1\b`)

// checkPlans checks that no other statement reads all rows of a dealer, for want of an index or because SQLite, which counts no rows
// here, chooses another one.
func checkPlans(t *testing.T, statements []string) {
	t.Helper()
	db := openDB(t, Options{})
	for _, statement := range statements {
		verb, _, _ := strings.Cut(statement, " ")
		if !slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}, verb) || wholeDealers.MatchString(strings.Join(strings.Fields(statement), " ")) {
			continue
		}
		for _, step := range plan(t, db, statement) {
			if ofAllRows.MatchString(step) {
				t.Errorf("%s\n%s", step, statement)
			}
		}
	}
}

// TestEveryIndexHasStatistics checks the statistics of the schema, without which SQLite may choose another index.
func TestEveryIndexHasStatistics(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	// SQLite names the primary key of a table without rowid after the table.
	wants := column(t, db, `SELECT CASE WHEN i.origin = 'pk' AND t.wr THEN t.name ELSE i.name END FROM pragma_table_list t
		JOIN pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name <> 'goose_db_version' ORDER BY 1`)
	found := column(t, db, `SELECT idx FROM sqlite_stat1 ORDER BY idx`)
	if !slices.Equal(found, wants) {
		t.Errorf("sqlite_stat1 has\n%s\nwant a row for each of\n%s", strings.Join(found, "\n"), strings.Join(wants, "\n"))
	}
}
