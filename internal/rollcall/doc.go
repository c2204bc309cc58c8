// Package rollcall is the core: the words, the rules and the use cases of keeping the people to call for monitored
// sites, and of proving that each can be reached.
//
// # The words
//
// A Dealer is an alarm company, and the tenant: everything else belongs to one, and no dealer sees another's. A Site is
// a place that the dealer watches over. A Contact is a person to call for a site; a person who belongs to two sites is
// two contacts. A contact has up to two contact points, a phone and an e-mail, each with a PointState: what is known of
// reaching the person there. A Validation is one message sent to a contact point to find that out. A Key lets a program
// act for a dealer, within its scopes; a Caller is who a request turned out to come from.
//
// # The life of a request
//
// A room that speaks to the outside turns what it was given into an input (ContactInput, SiteInput, …), whose fields say
// whether they were absent, null or given, and calls a method of Service with the Caller. The method judges the whole
// input and names every offending field at once; then it opens one write, in which it looks at what is there, decides,
// and changes it. When the method returns without an error, the change is durable.
//
// Sites and contacts can be named in two ways, by the identifiers of Rollcall or by the dealer's own; SiteRef and
// ContactRef hold either, so that each use case is written once.
//
// # The life of a validation
//
//	queued ──▶ sent ──▶ delivered ──┬──▶ confirmed ◀─┐   the person said yes
//	   │         │          │       └──▶ declined ◀──┘   "this is not me"; the latest word counts
//	   └─────────┴──────────┴─┬──▶ expired    after 72 hours
//	                          ├──▶ canceled   replaced, asked for, or the contact point changed
//	                          └──▶ failed     refused for good
//
// SendValidation writes the validation and the job that delivers it in one transaction, and then waits a while for the
// outcome. DeliverValidation, called by the job, notes that an attempt begins, hands the message to the Delivery and
// records what came of it; RecordReport takes what the provider says later. There is no other path to a person, so a
// crash at any point leaves a job that runs again.
//
// The person answers by a link (ViewLink, AnswerLink), by a code that staff read back (CheckCode), or by a key in a call
// (AnswerCall); Attest is the word of the dealer's own staff. Links and codes are worked out from the server's secret, so
// none is kept. Each answer is decided under a lock on the contact and then the validation, in the transaction that
// changes the contact point's state and writes the timeline and the audit, so that the same answer counts once:
//
//	unconfirmed ──▶ pending ──▶ confirmed ──▶ stale    after 365 days
//	                    ├─────▶ undeliverable          refused for good
//	                    ├─────▶ declined               until the value changes, or the person says yes after all
//	                    └─────▶ opted_out
//
// A value that changes is unconfirmed again. What is confirmed or stale stays so while it is asked again.
//
// # What this package may not know
//
// It knows no SQL, no HTTP, no provider and no queue, and it starts no goroutines. It declares the Store and the
// Delivery that it needs. Time comes from a function that is given to New.
package rollcall
