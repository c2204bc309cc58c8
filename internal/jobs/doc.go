// Package jobs runs the work that waits: it delivers validations, again and again until that comes to something, and
// sweeps up, every minute, what has had its time. It is the only room that knows the queue (River), whose tables lie in the database of
// the store.
//
// It knows no rules and no SQL: what is to be done is a Work, which rollcall.Service implements. A job holds identifiers
// alone, so that neither the queue's tables nor its logs hold personal data. It must not know the store either: what it
// writes together with a change comes in as the *sql.Tx of that change.
//
// A job runs at least once. It is added in the transaction of the fact that needs it (Enqueue), so it is there exactly
// when the fact is. Where a process dies, another, or its next start, runs its jobs again once their time is up: half a
// minute after the death at most, with the usual Timeout.
package jobs
