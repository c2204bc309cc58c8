package engine

import (
	"database/sql"
	"time"
)

// PoolUse is the use of a pool of connections.
type PoolUse struct {
	Name              string // read and write on SQLite, requests on PostgreSQL, jobs on both
	Most, Open, InUse int
	Waits             int64         // number of waits for a connection
	Waited            time.Duration // total of all waits
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

// UseOf returns the use of a pool.
func UseOf(name string, pool *sql.DB) PoolUse {
	s := pool.Stats()
	return PoolUse{
		Name: name, Most: s.MaxOpenConnections, Open: s.OpenConnections, InUse: s.InUse, Waits: s.WaitCount, Waited: s.WaitDuration,
	}
}
