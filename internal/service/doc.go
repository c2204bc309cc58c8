// Package service holds the use cases: what a caller can do with the nouns of package rollcall, under its rules.
//
// A use case is a method of Service. It first checks the whole input and reports every invalid field at once. Then it opens one
// transaction, in which it reads, decides, and writes the record, its audit line, its idempotency record and its job. When the
// method returns without an error, the change is durable.
//
// The package declares the interfaces that it needs: Store, which also queues jobs in its transactions, and Delivery, which sends
// messages. It knows no SQL, no HTTP and no provider, and starts no goroutines. Time comes from Options.Now.
package service
