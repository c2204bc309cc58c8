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
// A line and the head of its chain are written in the transaction of the change that they are about. The head moves only
// from the one that the line follows, so that a chain cannot fork. No head is kept in memory.
//
// # Deleted records
//
// A deleted contact keeps its row, and its place, while it can be restored; the indexes that make names unique leave it out.
// What is removed for good is overwritten in the file, and Scrub empties the log, which has older pages. The columns that
// hold a person's data are marked in the migrations, and a test reads the catalogue for them.
//
// # Keys
//
// Every primary, unique and foreign key starts with dealer_id, so that the tables can be distributed by it. The test of the
// catalogue lists the exceptions.
package store
