package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit/pgtest"
)

// migratedPostgres gives each test a migrated, empty database.
var migratedPostgres = pgtest.Template(func(url string) error {
	db, err := Open(context.Background(), Options{URL: url})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Migrate(context.Background())
})

func openPostgresDB(t *testing.T, opts Options) *DB {
	t.Helper()
	opts.URL, opts.Connections = migratedPostgres(t), 4
	return openFor(t, opts)
}

// postgresKeys returns every primary, unique and foreign key, as table(column,column), of tables that are not the queue's.
func postgresKeys(t *testing.T, db *DB) []string {
	t.Helper()
	return column(t, db, `
		SELECT DISTINCT c.relname || '(' || (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(k0.columns) WITH ORDINALITY k(attnum, n)
			JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum) || ')'
		FROM (SELECT indrelid, indkey::int2[] FROM pg_index WHERE indisunique
			UNION ALL SELECT conrelid, conkey FROM pg_constraint WHERE contype = 'f'
			UNION ALL SELECT confrelid, confkey FROM pg_constraint WHERE contype = 'f') k0 (rel, columns)
		JOIN pg_class c ON c.oid = k0.rel
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relname NOT LIKE 'river%' ORDER BY 1`)
}

func TestEveryKeyStartsWithTheDealerOnPostgreSQL(t *testing.T) {
	t.Parallel()
	found := postgresKeys(t, openPostgresDB(t, Options{}))
	checkKeys(t, found)
	lite := slices.Compact(slices.Sorted(slices.Values(keys(t, openDB(t, Options{})))))
	lite = slices.DeleteFunc(lite, func(key string) bool { return strings.HasPrefix(key, "goose") })
	found = slices.DeleteFunc(found, func(key string) bool { return strings.HasPrefix(key, "goose") })
	if !slices.Equal(found, lite) {
		t.Errorf("the keys are\n%s\nand on SQLite\n%s", strings.Join(found, "\n"), strings.Join(lite, "\n"))
	}
}

// TestSchemasAreAlike checks that both engines have the same tables with the same columns in the same order, which are
// there or not alike, and the same indexes.
func TestSchemasAreAlike(t *testing.T) {
	t.Parallel()
	postgres, lite := openPostgresDB(t, Options{}), openDB(t, Options{})
	want := map[string]string{}
	for _, table := range tables(t, lite) {
		if strings.HasPrefix(table, "goose") {
			continue
		}
		want[table] = strings.Join(column(t, lite, `SELECT name || CASE WHEN "notnull" OR pk > 0 THEN ' !' ELSE '' END
			FROM pragma_table_info($1) ORDER BY cid`, table), "\n") + "\n" +
			strings.Join(column(t, lite, `SELECT name FROM pragma_index_list($1) WHERE origin = 'c' ORDER BY name`, table), "\n")
	}
	got := map[string]string{}
	for _, table := range column(t, postgres, `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()
		AND tablename NOT LIKE 'river%' AND tablename NOT LIKE 'goose%'`) {
		got[table] = strings.Join(column(t, postgres, `SELECT attname || CASE WHEN attnotnull THEN ' !' ELSE '' END
			FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`, table), "\n") + "\n" +
			strings.Join(column(t, postgres, `SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
			WHERE i.indrelid = $1::text::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u'))
			ORDER BY c.relname COLLATE "C"`, table), "\n")
	}
	for table, columns := range want {
		if got[table] != columns {
			t.Errorf("%s has on PostgreSQL\n%s\nand on SQLite\n%s", table, got[table], columns)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d tables on PostgreSQL, %d on SQLite", len(got), len(want))
	}
}

// million fills a database with a million contacts of ten thousand sites of ten dealers, and what belongs to them.
const million = `
INSERT INTO dealers (dealer_id, name, country, language, phone, site_seq, created_at, updated_at)
	SELECT 'd' || d, 'Dealer', 'US', 'en', '', 1000, 0, 0 FROM generate_series(0, 9) d;
INSERT INTO sites (dealer_id, site_id, seq, account_reference_id, contact_seq, contact_count, country, account_number, name, street, city,
	state, zip, timezone, language, status, created_at, updated_at, version, search,
	premises_phone, premises_e164, premises_cause, exempt_reason, sort_name, readiness, readiness_reasons, readiness_since)
	SELECT 'd' || s % 10, 's' || s, s / 10 + 1, 'r' || s, 100, 100, '', '', 'Site', '', '', '', '', '', '', 'active', 0, 0, 1, 'site', '', '', '', '', 'site', 'ready', '', s
	FROM generate_series(0, 9999) s;
`

// points adds a phone of every contact of two dealers, a third of them confirmed, and an e-mail of every tenth.
const points = `INSERT INTO points (dealer_id, site_id, contact_seq, place, point_id, kind, value, value_key, e164, cause, extension, label,
	status, method, confirmed_at, not_in_service, status_before)
	SELECT dealer_id, site_id, seq, 1, 'p' || contact_id, 'phone', '+1' || position, NULL, '+1202' || (position + 1000 * seq) % 10000000, '', '', 'mobile',
	CASE WHEN seq % 3 = 0 THEN 'confirmed' ELSE 'unconfirmed' END, '', CASE WHEN seq % 3 = 0 THEN seq END, FALSE, ''
	FROM contacts WHERE dealer_id IN ('d7', 'd8')
	UNION ALL SELECT dealer_id, site_id, seq, 2, 'q' || contact_id, 'email', contact_id || '@example.org', NULL, NULL, '', '', '',
	'unconfirmed', '', NULL, FALSE, '' FROM contacts WHERE dealer_id IN ('d7', 'd8') AND seq % 10 = 0`

func TestNoHotPathReadsATableFromEndToEnd(t *testing.T) {
	db := openPostgresDB(t, Options{})
	pool, err := db.Pool()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), `SET statement_timeout = 0`); err != nil {
		t.Fatal(err)
	}
	for _, statement := range append(strings.Split(strings.TrimSpace(million), ";\n"), fill(t, db)...) {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for name, statement := range hot(db.reader) {
		t.Run(name, func(t *testing.T) {
			// The planner's own choice where there are many rows; elsewhere, whether there is a better way than from end to end.
			free, forced := explainPlan(t, pool, "on", statement), explainPlan(t, pool, "off", statement)
			if strings.Contains(free, "Seq Scan on contacts") || strings.Contains(free, "Seq Scan on sites") || strings.Contains(forced, "Seq Scan") {
				t.Errorf("%s\nreads a table from end to end:\n%s\n%s", statement, free, forced)
			}
		})
	}
}

// fill returns the statements that add a million rows to contacts, copied from one that the store itself wrote, and
// gather statistics.
func fill(t *testing.T, db *DB) []string {
	t.Helper()
	err := db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		d := rollcall.Dealer{ID: "seed", Name: "Dealer", Country: "US", Language: "en"}
		if err := tx.InsertDealer(ctx, d); err != nil {
			return err
		}
		s := rollcall.Site{Dealer: "seed", ID: "seed", Name: "Site", Status: rollcall.SiteActive}
		if _, err := tx.InsertSite(ctx, s); err != nil {
			return err
		}
		slot, err := tx.ReserveContact(ctx, "seed", rollcall.SiteRef{ID: "seed"})
		if err != nil {
			return err
		}
		c := rollcall.Contact{
			Dealer: "seed", Site: "seed", Seq: slot.Seq, ID: "seed", ExternalID: "seed", FirstName: "A", LastName: "B",
			Type: "primary", Calling: rollcall.Calling{Position: slot.Count},
			Points: []rollcall.Point{{ID: "seed", Kind: "phone", Value: "+1-555-0123", State: rollcall.PointState{Status: rollcall.PointUnconfirmed}}},
		}
		return tx.InsertContact(ctx, c)
	})
	if err != nil {
		t.Fatal(err)
	}
	var columns, values []string
	for _, name := range column(t, db, `SELECT attname FROM pg_attribute WHERE attrelid = 'contacts'::regclass AND attnum > 0 ORDER BY attnum`) {
		columns = append(columns, name)
		value := map[string]string{
			"dealer_id": `'d' || (n / 100) % 10`, "site_id": `'s' || n / 100`, "seq": `n % 100 + 1`, "contact_id": `'c' || n`,
			"external_contact_id": `'e' || n`, "position": `n % 100 + 1`,
		}[name]
		if value == "" {
			value = name
		}
		values = append(values, value)
	}
	statements := []string{fmt.Sprintf(`INSERT INTO contacts (%s) SELECT %s FROM contacts, generate_series(0, 999999) n WHERE dealer_id = 'seed'`,
		strings.Join(columns, ", "), strings.Join(values, ", "))}
	return append(statements, points, `VACUUM ANALYZE`)
}

// explainPlan returns the plan of a statement for any arguments.
func explainPlan(t *testing.T, db *sql.DB, seqScan, statement string) string {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	most := 0
	for n := 1; n < 40; n++ {
		if strings.Contains(statement, fmt.Sprintf("$%d", n)) {
			most = n
		}
	}
	nulls := strings.TrimSuffix(strings.Repeat("NULL, ", most), ", ")
	call := "EXPLAIN EXECUTE looked"
	if most > 0 {
		call += "(" + nulls + ")"
	}
	for _, s := range []string{"SET plan_cache_mode = force_generic_plan", "SET enable_seqscan = " + seqScan, "PREPARE looked AS " + statement} {
		if _, err := conn.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	defer func() {
		if _, err := conn.ExecContext(t.Context(), "DEALLOCATE looked"); err != nil {
			t.Error(err)
		}
	}()
	rows, err := conn.QueryContext(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}
