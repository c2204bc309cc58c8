package store

import (
	"slices"
	"strings"
)

// Table is a table with records, and the columns of its primary key, which order its rows.
type Table struct {
	Name string
	Key  []string
}

// Tables lists all tables with records, each before the tables that refer to it.
func Tables() []Table {
	return []Table{
		{"dealers", []string{"dealer_id"}},
		{"dealer_settings", []string{"dealer_id"}},
		{"dealer_branding", []string{"dealer_id"}},
		{"api_keys", []string{"dealer_id", "key_id"}},
		{"users", []string{"dealer_id", "user_id"}},
		{"sessions", []string{"dealer_id", "user_id", "token_hash"}},
		{"sites", []string{"dealer_id", "site_id"}},
		{"contacts", []string{"dealer_id", "site_id", "seq"}},
		{"points", []string{"dealer_id", "site_id", "contact_seq", "place"}},
		{"former_points", []string{"dealer_id", "site_id", "contact_seq", "key_hash"}},
		{"validations", []string{"dealer_id", "validation_id"}},
		{"validation_events", []string{"dealer_id", "validation_id", "seq"}},
		{"roll_calls", []string{"dealer_id", "roll_call_id"}},
		{"roll_call_items", []string{"dealer_id", "roll_call_id", "site_id", "contact_seq", "point_id"}},
		{"captured_messages", []string{"dealer_id", "seq"}},
		{"audit_lines", []string{"dealer_id", "site_id", "seq"}},
		{"audit_heads", []string{"dealer_id", "site_id"}},
		{"webhooks", []string{"dealer_id", "webhook_id"}},
		{"webhook_deliveries", []string{"dealer_id", "webhook_id", "event_id"}},
		{"idempotency_records", []string{"dealer_id", "operation", "key"}},
		{"suppressions", []string{"dealer_id", "suppression_id"}},
		{"imports", []string{"dealer_id", "import_id"}},
		{"import_parts", []string{"dealer_id", "import_id", "part"}},
		{"import_rows", []string{"dealer_id", "import_id", "line"}},
		{"opt_outs", []string{"value_hash"}},
		{"inbound_messages", []string{"ref_hash"}},
		{"number_counts", []string{"number_hash"}},
		{"message_heads", []string{"dealer_id"}},
		{"message_counts", []string{"dealer_id", "seq"}},
		{"country_counts", []string{"dealer_id", "country", "range_hash", "hour"}},
	}
}

// dealerTables returns the names of the tables whose rows belong to a dealer, in the order of Tables.
func dealerTables() []string {
	var names []string
	for _, t := range Tables() {
		if t.Key[0] == "dealer_id" {
			names = append(names, t.Name)
		}
	}
	return names
}

// keyOrder returns the columns of the key of a table, with commas between.
func keyOrder(table string) string {
	all := Tables()
	return strings.Join(all[slices.IndexFunc(all, func(t Table) bool { return t.Name == table })].Key, `, `)
}
