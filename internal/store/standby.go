package store

import "example.org/rollcall/internal/store/postgres"

// Servers returns the servers of a PostgreSQL database that is on several; nil: it isn't.
func (db *DB) Servers() *postgres.Engine {
	if e, ok := db.engine.(*postgres.Engine); ok && e.HasStandbys() {
		return e
	}
	return nil
}

// Standby returns the database as a standby of Servers knows it. It can only be read: changes are refused with Unavailable. Close
// closes nothing.
func (db *DB) Standby() *DB {
	e := db.Servers().Standby()
	return &DB{opts: db.opts, engine: e, reader: reader{run: e.Reads(), Dialect: e.Dialect()}}
}
