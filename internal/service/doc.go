// Package service holds the use cases: what a caller can do with the nouns of package rollcall, under its rules.
//
// A use case is a method of Service. It checks the whole input first and names every offending field at once; then it opens one
// transaction, in which it reads, decides and writes the record, its audit line, its idempotency record and the job that
// follows. When the method returns without an error, the change is durable.
//
// The package declares what it needs: a Store for the records, cut by noun, whose transaction also queues jobs, and a Delivery that carries messages. It knows no SQL,
// no HTTP and no provider, and starts no goroutines. Time comes from Options.Now.
package service
