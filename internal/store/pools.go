package store

import (
	"database/sql"
	"time"
)

// PoolUse is how a pool of connections is used.
type PoolUse struct {
	Name              string // read, write, or jobs
	Most, Open, InUse int
	Waits             int64         // how often somebody waited for a connection
	Waited            time.Duration // in all
}

// Pools returns how each pool is used.
func (db *DB) Pools() []PoolUse { return db.pools() }

const closeLooks = 5_000 // a millisecond apart

// closePool closes a pool and returns once its connections are closed, or after closeLooks. Without waiting, one that is still being given back
// would be closed later, and on SQLite the last to close writes to the folder.
func closePool(pool *sql.DB) error {
	err := pool.Close()
	for looks := 0; pool.Stats().OpenConnections > 0 && looks < closeLooks; looks++ {
		time.Sleep(time.Millisecond)
	}
	return err
}

func poolUse(name string, pool *sql.DB) PoolUse {
	s := pool.Stats()
	return PoolUse{
		Name: name, Most: s.MaxOpenConnections, Open: s.OpenConnections, InUse: s.InUse, Waits: s.WaitCount, Waited: s.WaitDuration,
	}
}
