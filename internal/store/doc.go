// Package store stores the records of Rollcall in a database. It implements service.Store, and has no rules of its own: package
// service decides what may be written. Only store, its subpackages and jobs.Backlog contain SQL.
//
// Each noun has a file with its statements, each beside the function that runs it, written once for both engines. The engines,
// sqlite and postgres, know no nouns: they begin, share and end transactions. Package engine declares their interface, and lists
// their differences in Dialect. Package upkeep backs up, restores, checks and moves the database. Package storetest is the
// conformance suite. Each engine has a folder of migrations.
//
// # Audit
//
// A line and the head of its chain are written in the transaction of their change. The head is updated only if it is still the
// one that the line follows, so that a chain cannot fork. It is in the row of the site, which a create changes anyway.
//
// # Rows
//
// Rows are appended, and found by indexes. The cost of a create is mostly the pages of indexes that it changes, so a column that
// equals another one is NULL and has no index entry, and counters are in the row of the parent.
//
// # Deletions
//
// A soft-deleted contact keeps its row and its seq while it can be restored, and is not in the unique indexes. Removed rows are
// overwritten in the file, and Scrub empties the log, which has older pages. The migrations mark the columns with personal data,
// and a test compares the marks with the data.
//
// # Keys
//
// Every primary, unique and foreign key starts with dealer_id, so that the tables can be distributed by it. catalogue_test.go
// lists the exceptions.
package store
