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

func poolUse(name string, pool *sql.DB) PoolUse {
	s := pool.Stats()
	return PoolUse{
		Name: name, Most: s.MaxOpenConnections, Open: s.OpenConnections, InUse: s.InUse, Waits: s.WaitCount, Waited: s.WaitDuration,
	}
}
