package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Store keeps everything. Its methods return *Error with the kinds that their comments name, and beyond them Unavailable
// where the database cannot be reached or written now, and Internal for what should not happen.
//
// The methods of the embedded Reader each see one consistent moment that is no older than the latest Update that
// returned.
type Store interface {
	Reader

	// Update runs fn in one transaction. It returns nil once the change is durable; where fn returns an error, or the
	// transaction cannot be committed, nothing has changed and the error is returned. fn may run more than once, and
	// transactions of others may wait for it: it must do nothing slow, and nothing that cannot be undone. The context
	// given to fn is the one to use in it.
	Update(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// UpdateFor is Update for a change that a dealer, or a person who answers it, asked for. Where many changes wait, dealers take
	// turns; those of Update are together one more dealer.
	UpdateFor(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx Tx) error) error

	// Dump calls each for every record that belongs to the dealer, as the engine has it, by table and column, all as of one
	// moment: DealerNotFound. Bytes are hexadecimal digits; hashes of keys are left out.
	Dump(ctx context.Context, dealer rollcall.DealerID, each func(table string, row map[string]any) error) error

	// Snapshot calls fn with a Reader whose methods all see one moment. fn must be quick, and use nothing else.
	Snapshot(ctx context.Context, fn func(r Reader) error) error

	// Scrub makes sure that nothing that was deleted or replaced is left in the files of the database, as far as that is
	// in the engine's hands.
	Scrub(ctx context.Context) error
}

// Reader is what use cases look up.
type Reader interface {
	dealerReader
	keyReader
	siteReader
	contactReader
	deletedContactReader
	formerPointReader
	validationReader
	timelineReader
	captureReader
	settingsReader
	brandingReader
	suppressionReader
	auditReader
	secretReader
}

// Tx is what use cases change, in one transaction. A Lock method is a read after which nobody else changes the record
// before the transaction ends. A method that returns nothing but an error may put its work off: its error comes from a
// later method then, or from Update.
type Tx interface {
	Reader
	dealerWriter
	keyWriter
	siteWriter
	contactWriter
	deletedContactWriter
	formerPointWriter
	validationWriter
	timelineWriter
	captureWriter
	settingsWriter
	brandingWriter
	suppressionWriter
	inboundWriter
	messageCountWriter
	auditWriter
	idempotencyWriter
	secretWriter
}

// ContactSlot is the room for one more contact of a site.
type ContactSlot struct {
	Site    rollcall.SiteID
	Seq     int64  // the place in the site's list
	Count   int    // how many contacts the site has, the new one included
	Country string // where phones of the site without a country code are read
}

// ContactFilter chooses contacts. The zero filter chooses every one.
type ContactFilter struct {
	Type  []rollcall.ContactType // empty: any
	Role  []rollcall.ContactRole // empty: any
	Phone []rollcall.PointStatus // of the phone; empty: any
	Email []rollcall.PointStatus // of the e-mail; empty: any
	Terms []string               // each must be in Contact.SearchText
	Page  Page
}

// SiteFilter chooses sites.
type SiteFilter struct {
	Status    rollcall.SiteStatus // empty: any
	Reference string              // empty: any
	Terms     []string            // each must be in Site.SearchText
	Page      Page
}

// Page is a part of a list. The zero Page is all of it.
type Page struct {
	Offset, Limit int
}

// DeliverJob is the work of delivering one validation. It holds identifiers alone, never personal data.
type DeliverJob struct {
	Dealer     rollcall.DealerID
	Validation rollcall.ValidationID
	NotBefore  time.Time // zero: at once
	Provider   string    // whose workers run it; empty: those of all
	Priority   int       // 1, or 0, runs before 2, 3 and 4
}
