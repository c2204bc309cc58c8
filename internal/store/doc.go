// Package store keeps everything that Rollcall knows in a database. It is the only room that knows SQL, and it knows no
// rules: what may be written is decided in rollcall, whose Store it implements.
//
// # Writing
//
// One goroutine owns the one connection that writes. It takes every change that waits, runs one after the other in one
// transaction, each behind a savepoint, and commits them together, so that they share the flush to the disk that makes
// them durable. A change that fails takes back its own statements alone. Nobody is answered, not even the one whose
// change failed, before the commit is done: a change sees those before it in the batch, and an answer must not rest on
// what may yet be lost.
//
// # Reading
//
// Reads go to a pool of connections that cannot write. Each statement sees the newest commit, whichever process made it:
// nothing read is kept.
//
// On SQLite, statements go past database/sql and the driver, straight to SQLite on the driver's connection: the two took
// longer for a row than SQLite itself. Transactions are begun and ended by database/sql, since other rooms write in them.
//
// # Audit
//
// A line and the head of its chain are written in the transaction of the change that they are about. The head moves only
// from the one that the line follows, whatever the core was told, so that a chain cannot fork. No head is kept in memory:
// reading it is three hundredths of a create.
//
// # What is gone
//
// A deleted contact keeps its row, and its place, for as long as it can be brought back; the indexes that make names unique
// leave it out. What is removed for good is overwritten in the file, and Scrub empties the log, which has older pages. The
// columns that hold a person's data are marked in the migrations, and a test walks the catalogue for them.
//
// # Layout
//
// One file for each noun holds its statements, each beside the function that runs it, written once for every engine.
// What differs between engines is in dialect.go, each with its reason, and in the migrations, which have a folder for
// each engine: column types and table options differ, and later ones will too, since SQLite changes a constraint by
// building the table anew.
//
// Every primary, unique and foreign key starts with dealer_id, so that the tables can be distributed by it. The test of
// the catalogue lists the exceptions.
package store
