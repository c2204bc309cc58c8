// Package jobs is the queue: it delivers validations, retrying until each has an outcome, and sweeps once a minute. It is
// the only package that knows River, whose tables are in the store's database.
//
// It has no rules: Work, which service.Service implements, does what a job asks for. A job holds only identifiers, so that
// neither the queue's tables nor its logs hold personal data. It does not know the store either: jobs are added in a *sql.Tx.
//
// A job runs at least once. It is added in the transaction of the change that needs it (Enqueue), so both exist or neither.
// If a process dies, its jobs run again, there or in another process, after Options.Timeout: usually within half a minute.
package jobs
