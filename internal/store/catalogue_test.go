package store

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

// noDealer lists the keys that do not start with dealer_id, and why.
func noDealer() map[string]string {
	return map[string]string{
		"schema_info(one)":              "is about the schema, not a dealer",
		"goose_db_version(id)":          "is the migrations' own table",
		"opt_outs(value_hash)":          "the providers are the server's, so a STOP applies to every dealer",
		"inbound_messages(ref_hash)":    "comes from a provider, before its dealer is known",
		"number_counts(number_hash)":    "counts the messages of all dealers to one number",
		"api_keys(key_hash)":            "finds the dealer of a key, so it cannot start with it",
		"users(email_key)":              "finds the dealer of a person who signs in",
		"users(link_hash)":              "finds the dealer of a link in an e-mail to a user",
		"sessions(token_hash)":          "finds the dealer of a cookie",
		"validations(link_hash)":        "a link in a text message has no room for a dealer",
		"validations(unsubscribe_hash)": "the same for the link that stops e-mails",
	}
}

// tables returns the tables of the database without the engine's own.
func tables(t *testing.T, db *DB) []string {
	t.Helper()
	return column(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
}

func column(t *testing.T, db *DB, query string, args ...any) []string {
	t.Helper()
	values := []string{}
	err := db.run.Query(t.Context(), query, args, func(row engine.Row) error {
		var value string
		err := row.Scan(&value)
		values = append(values, value)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// keys returns every primary, unique and foreign key, as table(column,column).
func keys(t *testing.T, db *DB) []string {
	t.Helper()
	var found []string
	for _, table := range tables(t, db) {
		add := func(columns []string) {
			if len(columns) > 0 {
				found = append(found, table+"("+strings.Join(columns, ",")+")")
			}
		}
		add(column(t, db, `SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk`, table))
		for _, index := range column(t, db, `SELECT name FROM pragma_index_list($1) WHERE "unique" = 1`, table) {
			add(column(t, db, `SELECT name FROM pragma_index_info($1) ORDER BY seqno`, index))
		}
		for _, id := range column(t, db, `SELECT DISTINCT id FROM pragma_foreign_key_list($1)`, table) {
			add(column(t, db, `SELECT "from" FROM pragma_foreign_key_list($1) WHERE id = CAST($2 AS INTEGER) ORDER BY seq`, table, id))
			parent := column(t, db, `SELECT DISTINCT "table" FROM pragma_foreign_key_list($1) WHERE id = CAST($2 AS INTEGER)`, table, id)
			found = append(found, parent[0]+"("+strings.Join(column(t, db,
				`SELECT "to" FROM pragma_foreign_key_list($1) WHERE id = CAST($2 AS INTEGER) ORDER BY seq`, table, id), ",")+")")
		}
	}
	return found
}

func TestEveryKeyStartsWithTheDealer(t *testing.T) {
	t.Parallel()
	checkKeys(t, keys(t, openDB(t, Options{})))
}

func checkKeys(t *testing.T, found []string) {
	t.Helper()
	exceptions := noDealer()
	for _, key := range found {
		_, columns, _ := strings.Cut(key, "(")
		first, _, _ := strings.Cut(strings.TrimSuffix(columns, ")"), ",")
		if _, ok := exceptions[key]; !ok && first != "dealer_id" {
			t.Errorf("%s does not start with dealer_id: fix it, or list it with its reason", key)
		}
	}
	for key := range exceptions {
		if !slices.Contains(found, key) {
			t.Errorf("%s is listed as an exception, but does not exist", key)
		}
	}
	if want := 25; len(found) < want {
		t.Errorf("%d keys found, want at least %d: %v", len(found), want, found)
	}
}

// byOthers lists the indexes that do not start with dealer_id, and why.
func byOthers() map[string]string {
	const due = "the sweep finds what is due of all dealers at once"
	const inbound = "a message from a person names no dealer"
	return map[string]string{
		"contacts_deleted_at":     due,
		"validations_due":         due,
		"sites_due":               due,
		"imports_due":             due,
		"idempotency_records_at":  due,
		"message_counts_at":       due,
		"country_counts_hour":     due,
		"inbound_messages_at":     due,
		"number_counts_at":        due,
		"points_key":              inbound,
		"validations_recipient":   inbound,
		"validations_link":        "a link in a text message has no room for a dealer",
		"validations_unsubscribe": "the same for the link that stops e-mails",
		"users_link":              "a link in an e-mail to a user names no dealer",
		"sessions_expires_at":     due,
		"webhook_deliveries_at":   due,
		"roll_calls_next":         due,
		"suppressions_hash":       "a START from a person ends the suppressions of all dealers",
	}
}

// TestEveryIndexStartsWithTheDealer checks SQLite's indexes; another test checks that PostgreSQL has the same.
func TestEveryIndexStartsWithTheDealer(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	reasons := byOthers()
	for _, table := range tables(t, db) {
		for _, index := range column(t, db, `SELECT name FROM pragma_index_list($1) WHERE origin = 'c'`, table) {
			first := column(t, db, `SELECT COALESCE(name, 'an expression') FROM pragma_index_info($1) ORDER BY seqno LIMIT 1`, index)[0]
			if _, ok := reasons[index]; ok == (first == "dealer_id") {
				t.Errorf("the index %s starts with %s: fix it, or list it with its reason", index, first)
			}
			delete(reasons, index)
		}
	}
	for index := range reasons {
		t.Errorf("the index %s is listed as an exception, but does not exist", index)
	}
}

func TestTablesAreStrict(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	loose := column(t, db, `SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
	if want := []string{"goose_db_version"}; !slices.Equal(loose, want) {
		t.Errorf("tables that take values of any type: %v, want %v", loose, want)
	}
	if broken := column(t, db, `SELECT "table" FROM pragma_foreign_key_check`); len(broken) > 0 {
		t.Errorf("broken foreign keys in %v", broken)
	}
}

// hot returns the statements of the hot paths.
func hot(r reader) map[string]string {
	byID := rollcall.ContactRef{Site: rollcall.SiteRef{ID: "s"}, ID: "c"}
	byName := rollcall.ContactRef{Site: rollcall.SiteRef{Reference: "r"}, ExternalID: "e"}
	all := map[string]string{
		"key":                selectKeyByHash,
		"site":               selectSite + siteExpr(byID.Site),
		"site by reference":  selectSite + siteExpr(byName.Site),
		"sites":              `SELECT ` + siteColumns + ` FROM sites WHERE dealer_id = $1 ORDER BY seq LIMIT $2 OFFSET $3`,
		"count of sites":     `SELECT COUNT(*) FROM sites WHERE dealer_id = $1`,
		"contact":            withPoints(contactCondition(byID), ""),
		"contact by names":   withPoints(contactCondition(byName), ""),
		"reserve":            reserveContact + siteByID + reserved,
		"reserve by name":    reserveContact + siteByReference + reserved,
		"update":             updateContact,
		"soft-delete":        softDeleteContact,
		"to be purged":       selectDeleted,
		"purge":              removeContact + ` AND deleted_at < $4`,
		"validation":         selectValidation,
		"cancel":             cancelValidations,
		"due":                selectDue,
		"open":               openValidation,
		"open to a number":   openValidationsTo,
		"live to a number":   unexpiredValidationsTo,
		"timeline":           timeline,
		"changes before":     r.contactChangesBefore(),
		"event":              insertEvent,
		"contact by id":      withPoints(withID, ""),
		"points to age":      selectAged,
		"delete points":      deletePoints,
		"state of a point":   updatePointState,
		"deleted timeline":   `SELECT 1 FROM validation_events WHERE dealer_id = $1 AND validation_id = $2`,
		"captured":           selectCaptured + ` AND seq < $2 ORDER BY seq DESC LIMIT $3`,
		"prune":              pruneCaptured,
		"head":               selectSiteHead,
		"head of no site":    selectOtherHead,
		"move a head":        moveSiteHead,
		"chain":              selectChain,
		"lines":              selectPlaced + `$1 AND pos > $2 AND pos <= $3 ORDER BY pos LIMIT $4`,
		"erase lines":        eraseAudit,
		"idempotency record": selectIdempotencyRecord,
		"erase records":      eraseIdempotencyRecords,
		"settings":           selectSettings,
		"count of contacts":  countContacts,
		"count of records":   countIdempotencyRecords,
		"blocked":            blocked("d", `($2, $3)`),
		"blocked there":      blocked("sandbox_d", `($2, $3)`),
		"at a point":         `SELECT 1` + atPoint + ofAll,
		"at a dealer's":      `SELECT 1` + atPoint + ofDealer,
		"old records":        deleteIdempotencyRecords,
		"deleted site":       `SELECT 1 FROM contacts WHERE dealer_id = $1 AND site_id = $2`,
		"deleted contact":    `SELECT 1 FROM validations WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3`,
		"deleted validation": `SELECT 1 FROM captured_messages WHERE dealer_id = $1 AND validation_id = $2`,
	}
	for _, more := range []map[string]string{
		hotOfImports(), hotOfMessages(), hotOfUsers(), hotOfWebhooks(), hotOfReadiness(r), hotOfRollCalls(),
	} {
		maps.Copy(all, more)
	}
	return all
}

// hotOfImports returns the statements of imports.
func hotOfImports() map[string]string {
	return map[string]string{
		"import":             selectImport,
		"part of a file":     selectImportPart,
		"rows of an import":  selectImportRows + limitImportRows,
		"rows with a result": selectImportRows + importRowsWith + limitImportRows,
		"unfinished imports": countUnfinishedImports,
		"uploaded files":     countUploadedFiles,
		"imports of a file":  countImportsOfFile,
		"imports":            selectImports,
		"imports before":     selectImportsBefore,
		"due imports":        selectDueImports,
		"update an import":   updateImport,
		"delete a file":      deleteImportFile,
		"delete rows":        deleteImportRows,
		"erase files":        eraseImportFiles,
		"erase import rows":  eraseImportRows,
		"erase file names":   eraseFileNames,
		"erase files kept":   eraseUploaded,
	}
}

// hotOfReadiness returns the statements of the readiness of sites.
func hotOfReadiness(r reader) map[string]string {
	return map[string]string{
		"readiness":          selectReadiness,
		"readiness contacts": selectReadinessContacts,
		"due readiness":      selectDueReadiness,
		"first due":          r.selectFirstDue(),
		"sites by name":      selectSitesReadiness + `$1 ORDER BY sort_name, site_id LIMIT $2`,
		"next sites by name": selectSitesReadiness + `$1 AND (sort_name, site_id) > ($2, $3) ORDER BY sort_name, site_id LIMIT $4`,
		"sites by since":     selectSitesReadiness + `$1 AND (readiness_since, site_id) < ($2, $3) ORDER BY readiness_since DESC, site_id DESC LIMIT $4`,
		"counts":             countReadiness,
	}
}

// hotOfWebhooks returns the statements of webhooks.
func hotOfWebhooks() map[string]string {
	return map[string]string{
		"webhook":        selectWebhook,
		"due deliveries": selectDeliveries + ` AND due_at <= $3 ORDER BY due_at LIMIT $4`,
		"deliveries":     selectDeliveries + ` AND (created_at, event_id) < ($3, $4) ORDER BY created_at DESC, event_id DESC LIMIT $5`,
		"old deliveries": deleteDeliveries,
	}
}

// hotOfRollCalls returns the statements of roll calls.
func hotOfRollCalls() map[string]string {
	return map[string]string{
		"roll call":           selectRollCall,
		"roll calls":          selectRollCalls + newestRollCalls + `$2`,
		"unfinished":          countUnfinished,
		"items":               countItems + ` AND roll_call_id IN ($2) GROUP BY roll_call_id, status`,
		"overdue roll calls":  overdueRollCalls,
		"queued of roll call": queuedOfRollCall,
		"next item":           nextItem,
		"items of a message":  sharingItems,
		"items of a contact":  openItems,
		"items that follow":   following,
		"page of items":       pageOfItems + itemOrder + ` LIMIT $6`,
		"items asked":         askedPoints,
		"withdraw items":      withdrawItems,
		"retry items":         retryItems,
	}
}

// hotOfUsers returns the statements of people who sign in.
func hotOfUsers() map[string]string {
	return map[string]string{
		"touch":           setKeyLastUsed,
		"user":            selectUser,
		"user by address": selectUserByEmail,
		"user by link":    selectUserByLink,
		"session":         selectSessionByHash,
		"old sessions":    deleteExpiredSessions,
	}
}

// hotOfMessages returns the statements of limits on messages, and the statements that find the validation of an answer.
func hotOfMessages() map[string]string {
	return map[string]string{
		"number":                 touchNumber,
		"queued":                 countQueued,
		"under way":              countUnderWay,
		"lock messages":          lockMessages,
		"next message":           nextMessage,
		"uncount a message":      uncountMessage,
		"message":                selectMessage,
		"message of a site":      selectSiteMessage,
		"country hours":          selectCountryHours,
		"count a country":        countCountry,
		"delete message counts":  deleteMessageCounts,
		"delete number counts":   deleteNumberCounts,
		"delete inbound replies": deleteInboundReplies,
		"delete country counts":  deleteCountryCounts,
		"by link":                selectByLink,
		"by unsubscribe":         selectByUnsubscribe,
	}
}

// plan returns the steps of a statement.
func plan(t *testing.T, db *DB, statement string) (steps []string) {
	t.Helper()
	params := 0
	for strings.Contains(statement, "$"+strconv.Itoa(params+1)) {
		params++
	}
	err := db.run.Query(t.Context(), `EXPLAIN QUERY PLAN `+statement, make([]any, params), func(row engine.Row) error {
		var id, parent, unused int
		var detail string
		err := row.Scan(&id, &parent, &unused, &detail)
		steps = append(steps, detail)
		return err
	})
	if err != nil {
		t.Fatalf("%v: %s", err, statement)
	}
	return steps
}

func TestHotStatementsReadNoTableFromEndToEnd(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	for name, statement := range hot(db.reader) {
		steps := plan(t, db, statement)
		for _, step := range steps {
			table := strings.HasPrefix(step, "SCAN ") && step != "SCAN found" // which a subquery has bounded
			if table || strings.Contains(step, "TEMP B-TREE") {
				t.Errorf("%s: %s\n%s", name, strings.Join(steps, "\n"), statement)
			}
		}
	}
}

// TestStatementsThatSortReadLittle checks that the rows to sort are found by an index: those of one site or one person, never all
// of a dealer's.
func TestStatementsThatSortReadLittle(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	order := ` AND ` + db.byPosition() + ` > $3 ORDER BY ` + db.byPosition() + ` LIMIT $4`
	const inOrder = "contacts_position (dealer_id=? AND site_id=?)"
	for statement, index := range map[string]string{
		selectPlaced + `$1 AND site_id = $2` + order:                                                                                "sqlite_autoindex_audit_lines_1 (dealer_id=? AND site_id=?)",
		selectPlaced + `$1 AND contact_id = $2 AND pos > $3 ORDER BY pos LIMIT $4`:                                                  "audit_lines_contact (dealer_id=? AND contact_id=? AND pos>?)",
		selectPlaced + `$1 AND pos > $2 AND pos <= $3 ORDER BY pos LIMIT $4`:                                                        "sqlite_autoindex_audit_lines_2 (dealer_id=? AND pos>? AND pos<?)",
		`SELECT * FROM contacts` + isOrWasContact:                                                                                   "contacts_deleted (dealer_id=? AND contact_id=? AND deleted_at>?)",
		`SELECT * FROM contacts WHERE dealer_id = $1 AND site_id = ` + siteByReference + notDeleted + ` ORDER BY position LIMIT $3`: inOrder,
		`SELECT * FROM contacts WHERE dealer_id = $1 AND site_id = ` + siteByID + notDeleted + ` ORDER BY position`:                 inOrder,
		selectCallOrder: inOrder,
		moveContact:     "contacts_position (dealer_id=? AND site_id=? AND position>? AND position<?)",
		closeGap:        "contacts_position (dealer_id=? AND site_id=? AND position>?)",
		`SELECT COUNT(*) FROM contacts WHERE dealer_id = $1 AND site_id = ` + siteByID + notDeleted: inOrder,
		latestValidation:          "validations_contact (dealer_id=? AND site_id=? AND contact_seq=?)",
		db.contactChangesBefore(): "audit_lines_contact (dealer_id=? AND contact_id=? AND pos>? AND pos<?)",
		validationsBefore:         "validations_contact (dealer_id=? AND site_id=? AND contact_seq=?)",
		rollCallSites:             "roll_call_items_validation (dealer_id=? AND validation_id=?)",
		validationsOf:             "validations_contact (dealer_id=? AND site_id=? AND contact_seq=?)",
		`SELECT * FROM contacts` + deletedContact(rollcall.ContactRef{Site: rollcall.SiteRef{ID: "s"}, ID: "c"}):                "contacts_deleted (dealer_id=? AND contact_id=? AND deleted_at>?)",
		`SELECT * FROM contacts` + deletedContact(rollcall.ContactRef{Site: rollcall.SiteRef{Reference: "r"}, ExternalID: "e"}): "sqlite_autoindex_contacts_1 (dealer_id=? AND site_id=?)",
	} {
		if steps := strings.Join(plan(t, db, statement), "\n"); !strings.Contains(steps, index) || strings.Contains(steps, "SCAN") {
			t.Errorf("%s does not use %s:\n%s", statement, index, steps)
		}
	}
}

// ownKeys lists the keys over what is made here or is refused before, and why no caller can break them.
func ownKeys() map[string]string {
	return map[string]string{
		"sites(dealer_id,seq)":                                                 "each place is reserved once",
		"contacts(dealer_id,site_id,seq)":                                      "each place is reserved once",
		"points(dealer_id,site_id,contact_seq,place)":                          "the old ones are removed first",
		"former_points(dealer_id,site_id,contact_seq,key_hash)":                "replaces the row",
		"validations(dealer_id,validation_id)":                                 "made here",
		"validations(dealer_id,site_id,contact_seq,point_id)":                  "the use case cancels what is open first",
		"validations(link_hash)":                                               "made here",
		"validations(unsubscribe_hash)":                                        "made here",
		"validation_events(dealer_id,validation_id,seq)":                       "the validation is locked first",
		"audit_lines(dealer_id,site_id,seq)":                                   "the head of the chain is locked first",
		"audit_lines(dealer_id,pos)":                                           "a position is given once",
		"audit_heads(dealer_id,site_id)":                                       "replaces the row",
		"idempotency_records(dealer_id,operation,key)":                         "replaces the row",
		"captured_messages(dealer_id,seq)":                                     "each place is reserved once",
		"captured_messages(dealer_id,validation_id)":                           "a second one is not stored",
		"api_keys(dealer_id,key_id)":                                           "made here",
		"api_keys(key_hash)":                                                   "made here",
		"users(dealer_id,user_id)":                                             "made here",
		"users(link_hash)":                                                     "made here",
		"sessions(dealer_id,user_id,token_hash)":                               "replaces the row",
		"sessions(token_hash)":                                                 "made here",
		"dealers(dealer_id)":                                                   "made here",
		"dealer_settings(dealer_id)":                                           "replaces the row",
		"dealer_branding(dealer_id)":                                           "replaces the row",
		"suppressions(dealer_id,suppression_id)":                               "made here",
		"suppressions(dealer_id,value_hash,reason)":                            "a second one is not stored",
		"imports(dealer_id,import_id)":                                         "made here",
		"import_parts(dealer_id,import_id,part)":                               "counted by the upload",
		"import_rows(dealer_id,import_id,line)":                                "the import is compared first",
		"webhooks(dealer_id,webhook_id)":                                       "made here",
		"webhook_deliveries(dealer_id,webhook_id,event_id)":                    "a second one is not stored",
		"roll_calls(dealer_id,roll_call_id)":                                   "made here",
		"roll_call_items(dealer_id,roll_call_id,site_id,contact_seq,point_id)": "the page of targets is added once",
		"opt_outs(value_hash)":                                                 "a second one is not stored",
		"inbound_messages(ref_hash)":                                           "looked for first; a provider that meets it tries again",
		"number_counts(number_hash)":                                           "replaces the row",
		"message_heads(dealer_id)":                                             "replaces the row",
		"message_counts(dealer_id,seq)":                                        "each place is reserved once",
		"country_counts(dealer_id,country,range_hash,hour)":                    "added to the one before",
		"schema_info(one)":                                                     "never written by a caller",
		"goose_db_version(id)":                                                 "never written by a caller",
	}
}

// TestEveryUniqueKeyHasAMeaning checks that each unique key has an error for callers, or a reason why none can break it.
func TestEveryUniqueKeyHasAMeaning(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	ours := ownKeys()
	meant := make(map[string]bool)
	for _, m := range slices.Concat(siteTaken(), contactTaken(), userTaken()) {
		meant[m.constraint] = true
	}
	seen := make(map[string]bool)
	for _, table := range tables(t, db) {
		for _, index := range column(t, db, `SELECT name FROM pragma_index_list($1) WHERE "unique" = 1`, table) {
			columns := column(t, db, `SELECT name FROM pragma_index_info($1) ORDER BY seqno`, index)
			key, constraint := table+"("+strings.Join(columns, ",")+")", table+"_"+strings.Join(columns, "_")+"_key"
			seen[constraint] = true
			if _, ok := ours[key]; !ok && !meant[constraint] {
				t.Errorf("%s has no meaning for callers", key)
			}
		}
	}
	for constraint := range meant {
		if !seen[constraint] {
			t.Errorf("%s has a meaning, but is not in the database, which has %v", constraint, slices.Sorted(maps.Keys(seen)))
		}
	}
}

// TestEveryTableOfADealerIsDumped compares the tables of Dump with the catalogue.
func TestEveryTableOfADealerIsDumped(t *testing.T) {
	db := openDB(t, Options{})
	owned := func(table string) bool {
		return slices.Contains(column(t, db, `SELECT name FROM pragma_table_info($1)`, table), "dealer_id")
	}
	found := slices.DeleteFunc(tables(t, db), func(table string) bool { return !owned(table) })
	if want := slices.Sorted(slices.Values(dealerTables())); !slices.Equal(slices.Sorted(slices.Values(found)), want) {
		t.Errorf("tables with a dealer %v, dumped %v", found, want)
	}
}

// TestEveryTableIsTransferred compares Tables with the catalogue.
func TestEveryTableIsTransferred(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	found := slices.DeleteFunc(tables(t, db), func(table string) bool {
		return table == "schema_info" || strings.HasPrefix(table, "goose")
	})
	var listed []string
	for _, table := range Tables() {
		listed = append(listed, table.Name)
		key := column(t, db, `SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk`, table.Name)
		if !slices.Equal(key, table.Key) {
			t.Errorf("%s is copied in the order of %v, and its key is %v", table.Name, table.Key, key)
		}
	}
	if !slices.Equal(slices.Sorted(slices.Values(listed)), slices.Sorted(slices.Values(found))) {
		t.Errorf("copied are %v, there are %v", listed, found)
	}
}
