package engine

import "github.com/pressly/goose/v3"

// Dialect is the differences between the engines in statements and errors.
type Dialect struct {
	// Migrations is the folder of the engine's migrations, and Goose the engine's name in the library that runs them.
	Migrations string
	Goose      goose.Dialect

	// OneWriter means that changes run one after the other, so that no locks are needed.
	OneWriter bool

	// ForUpdate is the end of a SELECT that locks its rows until the transaction ends. Empty for one writer.
	ForUpdate string

	// TryLock takes the lock with the number $1 until the transaction ends, and returns whether it was free. Empty for one
	// writer.
	TryLock string

	// Lock waits for the lock with the number $1. Empty for one writer.
	Lock string

	// NoTimeouts lets the statements of the transaction take as long as they need. Empty if there is no limit.
	NoTimeouts string

	// NoIndex precedes a column whose index the engine must not use, because it has no statistics and would choose wrongly.
	NoIndex string

	// HasTable counts the tables with the name $1.
	HasTable string

	// OtherTables counts the tables, those of the engine and of the library of migrations aside. Empty if a database of
	// Rollcall may hold tables of other programs.
	OtherTables string

	// Columns lists the columns of the table $1 in their order, and whether each is a boolean.
	Columns string

	// Scrubs means that deleted data stays in the engine's log until Scrub removes it.
	Scrubs bool

	// Unique returns the name of the unique constraint that err says is broken, as PostgreSQL would name it
	// (table_column_column_key), or "".
	Unique func(err error) string

	// Foreign reports whether err says that a row refers to one that does not exist.
	Foreign func(err error) bool

	// Damaged reports whether err says that the database is damaged.
	Damaged func(err error) bool

	// BadText reports whether err says that the engine cannot store a text, so no row contains it.
	BadText func(err error) bool

	// Lost reports whether err says that the database cannot be reached, read or written now. The transaction has ended.
	Lost func(err error) bool

	// Retriable reports whether err ended a transaction that may succeed if it is run again.
	Retriable func(err error) bool

	// Advice tells an operator what to do about err, or "" if nothing is known.
	Advice func(err error) string

	// OnDamage is called with each error that Damaged reports to a caller. nil: not called.
	OnDamage func(err error)
}
