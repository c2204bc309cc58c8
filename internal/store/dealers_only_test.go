package store

import (
	"context"
	"database/sql"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
	"example.org/rollcall/internal/store/sqlite"
	"example.org/rollcall/internal/store/storetest"
)

// withoutDealer lists the statements that are bound to no dealer, by their beginning, and why.
func withoutDealer() map[string]string {
	return map[string]string{
		selectKeyByHash:             "finds the dealer of a key",
		selectUserByEmail:           "finds the dealer of a person who signs in",
		selectUserByLink:            "finds the dealer of a link",
		selectSessionByHash:         "finds the dealer of a cookie",
		selectDealers:               "lists the dealers",
		selectDealersUnplaced:       "lists dealers",
		selectFingerprint:           "is about the server's secret",
		selectScrubRequests:         "is about the file",
		requestScrub:                "is about the file",
		scrubDone:                   "is about the file",
		updateFingerprint:           "is about the server's secret",
		oldest:                      "is about the schema",
		newest:                      "is about the schema",
		sqlite.Dialect().HasTable:   "is about the schema",
		`SAVEPOINT change`:          "is about the transaction",
		`BEGIN`:                     "is about the transaction",
		`ROLLBACK`:                  "is about the transaction",
		`RELEASE change`:            "is about the transaction",
		`PRAGMA schema_version`:     "is about the file",
		`PRAGMA busy_timeout`:       "is about the connection",
		`PRAGMA wal_checkpoint`:     "is about the file",
		selectDueWebhooks:           "is the queue's, over all dealers",
		selectDueImports:            "is the sweep's, over all dealers",
		selectDue:                   "is the sweep's, over all dealers",
		selectDueReadiness:          "is the sweep's, over all dealers",
		overdueRollCalls:            "is the sweep's, over all dealers",
		endedRollCalls:              "is the sweep's, over all dealers",
		repeatingDealers:            "is the sweep's, over all dealers",
		selectDeleted:               "is the sweep's, over all dealers",
		`SELECT p.confirmed_at, d.`: "is the sweep's, over all dealers",
		`INSERT INTO dealers (dea`:  "adds one",
	}
}

// overDealers matches statements for all dealers, since providers belong to the server: a person's reply to its number applies to
// every dealer, and so do the counts of messages to a number.
var overDealers = regexp.MustCompile(`^(DELETE FROM|INSERT INTO|UPDATE|SELECT \w+ FROM) (opt_outs|inbound_messages|number_counts)\b` +
	// The sweep removes old records of all dealers at once; a link does not name its dealer.
	`|^DELETE FROM (sessions|webhook_deliveries|country_counts|message_counts|idempotency_records) WHERE \(dealer_id, |FROM validations WHERE (link|unsubscribe)_hash = \$1` +
	`|FROM suppressions WHERE reason = \$1 AND value_hash IN|FROM validations WHERE recipient = \$1 AND method = 'sms'` +
	`|FROM points WHERE COALESCE\(value_key, e164, value\) IN `)

// boundToOne matches a statement that reads or changes rows of one dealer: the first parameter is the dealer.
var boundToOne = regexp.MustCompile(`\bdealer_id = \$1\b|^INSERT INTO \w+\s*\(dealer_id,(?s:.*)VALUES \(\$1,`)

// TestEveryStatementIsBoundToADealer runs the conformance suite and checks each statement that it runs.
func TestEveryStatementIsBoundToADealer(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]bool{}
	record := func(statement string) {
		mu.Lock()
		defer mu.Unlock()
		seen[statement] = true
	}
	t.Run("suite", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) service.Store {
			db := openDB(t, Options{})
			db.run = recorder{db.run, record}
			db.engine = recordingEngine{db.engine, record}
			return db
		})
	})
	exceptions := withoutDealer()
	for _, statement := range slices.Sorted(maps.Keys(seen)) {
		listed := slices.ContainsFunc(slices.Collect(maps.Keys(exceptions)), func(s string) bool { return strings.HasPrefix(statement, s) })
		if !listed && !boundToOne.MatchString(statement) && !overDealers.MatchString(statement) {
			t.Errorf("the statement is bound to no dealer: fix it, or list it with its reason\n%s", statement)
		}
	}
	if want := 60; len(seen) < want {
		t.Errorf("%d statements seen, want at least %d", len(seen), want)
	}
	checkPlans(t, slices.Sorted(maps.Keys(seen)))
}

// recorder is a runner that records its statements.
type recorder struct {
	engine.Runner
	record func(statement string)
}

func (r recorder) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	r.record(query)
	return r.Runner.QueryRow(ctx, query, args, dest...)
}

func (r recorder) Query(ctx context.Context, query string, args []any, each func(rows engine.Row) error) error {
	r.record(query)
	return r.Runner.Query(ctx, query, args, each)
}

func (r recorder) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	r.record(query)
	return r.Runner.Exec(ctx, query, args...)
}

func (r recorder) Snapshot(ctx context.Context, fn func(engine.Runner) error) error {
	return r.Runner.Snapshot(ctx, func(run engine.Runner) error { return fn(recorder{run, r.record}) })
}

// recordingEngine records the statements of its transactions.
type recordingEngine struct {
	engine.Engine
	record func(statement string)
}

func (e recordingEngine) Update(ctx context.Context, dealer string, fn func(ctx context.Context, tx engine.Tx) error) error {
	return e.Engine.Update(ctx, dealer, func(ctx context.Context, tx engine.Tx) error {
		return fn(ctx, recordingTx{recorder{tx, e.record}, tx})
	})
}

type recordingTx struct {
	recorder
	tx engine.Tx
}

func (t recordingTx) Join(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	return t.tx.Join(ctx, fn)
}
