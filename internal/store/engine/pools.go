package engine

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

const closeLooks = 5_000 // a millisecond apart

// ClosePool closes a pool and waits until its connections are closed, for five seconds at most: on SQLite the last one to close
// writes to the folder.
func ClosePool(pool *sql.DB) error {
	err := pool.Close()
	for looks := 0; pool.Stats().OpenConnections > 0 && looks < closeLooks; looks++ {
		time.Sleep(time.Millisecond)
	}
	return err
}

// UseOf returns how a pool is used.
func UseOf(name string, pool *sql.DB) PoolUse {
	s := pool.Stats()
	return PoolUse{
		Name: name, Most: s.MaxOpenConnections, Open: s.OpenConnections, InUse: s.InUse, Waits: s.WaitCount, Waited: s.WaitDuration,
	}
}
