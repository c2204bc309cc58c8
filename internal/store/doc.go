// Package store keeps the records of Rollcall in a database. With its subpackages it is the only place that knows SQL. It
// knows no rules: package service, whose Store it implements, decides what may be written.
//
// One file for each noun holds its statements, each beside the function that runs it, written once for both engines. The
// engines are in sqlite and postgres: how a transaction begins, is shared, and fails. They know no nouns. Package engine
// declares what they must do, and lists in Dialect what differs in statements. Package upkeep backs up, restores, checks and
// moves the database. The migrations have a folder for each engine.
//
// # Audit
//
// A line and the head of its chain are written in the transaction of their change. The head moves only from the one that the
// line follows, so that a chain cannot fork. It is in the row of the site, which a create changes anyway.
//
// # Rows
//
// Rows are appended, and found by indexes: a change writes a page for each index it adds to at a random place, and that decides
// what a create costs. What equals another column is NULL and has no index entry. Counters are in the row of the parent.
//
// # Deletions
//
// A deleted contact keeps its row and its seq while it can be restored; unique indexes leave it out. Rows that are removed for
// good are overwritten in the file, and Scrub empties the log, which has older pages. The migrations mark the columns with a
// person's data, and a test compares the marks with the catalogue.
//
// # Keys
//
// Every primary, unique and foreign key starts with dealer_id, so that the tables can be distributed by it. The test of the
// catalogue lists the exceptions.
package store
