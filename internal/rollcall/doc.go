// Package rollcall contains the nouns of Rollcall and their rules: types, inputs, states and errors. Rollcall keeps the
// contacts of monitored sites, and proves that each of them can be reached.
//
// # Nouns
//
// A Dealer is an alarm company. It is the tenant: every other record belongs to one dealer, and no dealer sees another's. The
// sandbox of a dealer, in which its test keys work, is a tenant of its own, with the identifier DealerID.Sandbox. A Site is a
// place that the dealer monitors. A Contact is a person to call about a site; a person at two sites is two contacts. A contact
// has up to ten contact points, phones and e-mails, each with a PointState. A Validation is one message to a contact point, which
// asks whether the person can be reached there. A RollCall asks many contact points; each is a RollCallItem. A Suppression is a
// number or an address to which a dealer must not send messages. A Key is an API key with its scopes.
//
// Dealers may choose identifiers of their own: SiteRef and ContactRef refer to a record by either identifier.
//
// # Rules
//
// An input, such as ContactInput, holds what a caller asks for. Each field is absent, null or given. Apply checks an input,
// sets it on a record, and returns one Error that names every invalid field; Check does the same for inputs that are not set
// on a record. Error is the error of all packages: its Kind is the code that an API caller sees.
//
// # States
//
// A validation:
//
//	queued ──▶ sent ──▶ delivered ──┬──▶ confirmed ◀─┐   the person said yes
//	   │         │          │       └──▶ declined ◀──┘   the person said "this is not me"; the latest answer counts
//	   └─────────┴──────────┴─┬──▶ expired    after 72 hours
//	                          ├──▶ canceled   replaced, canceled by the dealer, or the contact point changed or was removed
//	                          └──▶ failed     refused permanently
//
// A contact point:
//
//	unconfirmed ──▶ pending ──▶ confirmed ──▶ stale    after 365 days, or as the dealer sets
//	                    ├─────▶ undeliverable          refused permanently
//	                    ├─────▶ declined               until the value changes, or the person confirms after all
//	                    └─────▶ opted_out
//
// A new value is unconfirmed, unless the contact had it before. A confirmed or stale contact point stays so during a new
// validation.
//
// # The rest of the system
//
// A request goes through these packages; each imports only those after it:
//
//	web                      server, request ids, limits, logs, recovery
//	httpapi, pages, console  the API, the pages for contacts, the pages for a dealer's staff
//	service                  the use cases: each checks its input, opens one transaction, and decides and writes in it
//	store                    the SQL, for SQLite and PostgreSQL; service declares what it needs of it
//	rollcall                 this package
//
// A use case writes the record, its audit line, and the job that sends a message in one transaction, and returns when that
// is durable. The other packages are jobs, which runs the jobs; delivery, which gives messages to providers; app, which
// wires everything; and cli, the command line.
//
// The packages below this one are phone and mail, which read and compare phone numbers and e-mail addresses; message, the
// texts that people get; and audit, the record of changes.
//
// This package has no clock and does no I/O: callers pass the time.
package rollcall
