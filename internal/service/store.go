package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Store holds all records. Its methods return *rollcall.Error with the kinds in their comments; in addition Unavailable if the
// database cannot be reached or written now, and Internal for a fault. The methods of Reader each read one snapshot, which
// includes every Update that has returned.
type Store interface {
	Reader

	// Update runs fn in one transaction, with the context for its statements. It returns nil once the change is durable. If fn or
	// the commit fails, nothing has changed. fn may run more than once and other transactions may wait for it: it must be quick
	// and have no other effects.
	Update(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// UpdateFor is Update for a request of a dealer or an answer of a person. Dealers with waiting changes take turns; all calls
	// of Update count as one more dealer.
	UpdateFor(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx Tx) error) error

	// Dump calls each for every record of the dealer and of its sandbox, as table, column and value, from one snapshot:
	// DealerNotFound. Bytes are hexadecimal digits; the hashes of keys are left out.
	Dump(ctx context.Context, dealer rollcall.DealerID, each func(table string, row map[string]any) error) error

	// Snapshot calls fn with a Reader on one snapshot. fn must be quick and use no other Reader.
	Snapshot(ctx context.Context, fn func(r Reader) error) error

	// Scrub overwrites what was deleted or replaced in the files of the database, as far as the engine controls them.
	Scrub(ctx context.Context) error
}

// Reader reads records.
type Reader interface {
	dealerReader
	keyReader
	userReader
	sessionReader
	siteReader
	contactReader
	allContactsReader
	callOrderReader
	reviewReader
	deletedContactReader
	formerPointReader
	validationReader
	underWayReader
	timelineReader
	historyReader
	rollCallReader
	captureReader
	settingsReader
	readinessReader
	brandingReader
	suppressionReader
	importReader
	auditReader
	webhookReader
	deliveryReader
	secretReader
}

// Tx reads and changes records in one transaction. After a Lock method, nobody else changes the record before the transaction
// ends.
type Tx interface {
	Reader
	dealerWriter
	keyWriter
	userWriter
	sessionWriter
	siteWriter
	contactWriter
	callOrderWriter
	reviewWriter
	deletedContactWriter
	formerPointWriter
	validationWriter
	timelineWriter
	rollCallWriter
	captureWriter
	settingsWriter
	readinessWriter
	brandingWriter
	suppressionWriter
	importWriter
	inboundWriter
	messageCountWriter
	auditWriter
	webhookWriter
	noticeWriter
	deliveryWriter
	idempotencyWriter
	secretWriter
}

// ContactSlot is a reserved place for one more contact of a site.
type ContactSlot struct {
	Site    rollcall.SiteID
	Seq     int64  // the place in the site's list
	Count   int    // of contacts of the site, with this one
	Country string // in which phones of the site without a country code are read
}

// ContactFilter selects contacts. The zero filter selects all.
type ContactFilter struct {
	Type  []rollcall.ContactType // empty: any
	Role  []rollcall.ContactRole // empty: any
	Phone []rollcall.PointStatus // of the phone; empty: any
	Email []rollcall.PointStatus // of the e-mail; empty: any
	Terms []string               // each is in Contact.SearchText
	Page  Page
}

// SiteFilter selects sites. The zero filter selects all.
type SiteFilter struct {
	Status    rollcall.SiteStatus // empty: any
	Reference string              // empty: any
	Terms     []string            // each is in Site.SearchText
	Page      Page
}

// Page is a part of a list. The zero Page is the whole list.
type Page struct {
	Offset, Limit int
}

// DeliverJob is the job that delivers the message of a validation. It holds no personal data.
type DeliverJob struct {
	Dealer     rollcall.DealerID
	Validation rollcall.ValidationID
	NotBefore  time.Time // zero: at once
	Provider   string    // whose workers run it; empty: all workers
	Priority   int       // 1 (or 0) to 4; 1 runs first
}
