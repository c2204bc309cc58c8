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
	// Unclean returns how often MarkUnclean was called since MarkClean; 0 on an engine that needs no Scrub.
	Unclean(ctx context.Context) (int64, error)
	// SecretMark returns what SetSecretMark set, zero where nothing was.
	SecretMark(ctx context.Context) (rollcall.Hash, error)

	// Dealer returns a dealer: DealerNotFound.
	Dealer(ctx context.Context, id rollcall.DealerID) (rollcall.Dealer, error)
	// Dealers returns every dealer, the oldest first.
	Dealers(ctx context.Context) ([]rollcall.Dealer, error)

	// KeyByHash returns the key with this hash, expired and revoked ones too: KeyNotFound. A change by any process is
	// seen at once.
	KeyByHash(ctx context.Context, hash rollcall.KeyHash) (rollcall.Key, error)
	// Keys returns every key of the dealer, the oldest first.
	Keys(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.Key, error)

	// Site returns a site: SiteNotFound.
	Site(ctx context.Context, dealer rollcall.DealerID, ref rollcall.SiteRef) (rollcall.Site, error)
	// Sites returns the page of the sites that match, in the order in which they were added, and how many match in all.
	Sites(ctx context.Context, dealer rollcall.DealerID, filter SiteFilter) ([]rollcall.Site, int, error)

	// Contact returns a contact: SiteNotFound, ContactNotFound.
	Contact(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef) (rollcall.Contact, error)
	// Contacts returns the page of the site's contacts that match, in the order in which they were added, and how many
	// match in all: SiteNotFound.
	Contacts(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef, filter ContactFilter) ([]rollcall.Contact, int, error)

	// Validation returns a validation: ValidationNotFound.
	Validation(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error)
	// ValidationByLink returns the validation whose LinkHash this is, of whatever dealer: ValidationNotFound.
	ValidationByLink(ctx context.Context, hash rollcall.Hash) (rollcall.Validation, error)
	// ValidationByUnsubscribe does the same for UnsubscribeHash.
	ValidationByUnsubscribe(ctx context.Context, hash rollcall.Hash) (rollcall.Validation, error)
	// Validations returns the page of the contact's validations, in the order in which they were made, and how many there
	// are in all: SiteNotFound, ContactNotFound.
	Validations(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef, page Page) ([]rollcall.Validation, int, error)
	// Timeline returns what happened to a validation, in order; nothing where there is no such validation.
	Timeline(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) ([]rollcall.ValidationEvent, error)
	// AuditLines returns lines of the dealer's audit, in the order of their positions.
	AuditLines(ctx context.Context, dealer rollcall.DealerID, filter AuditFilter) ([]rollcall.AuditLine, error)
	// AuditPosition returns the last position of the dealer's audit that is at most upTo, or the last of all for 0.
	AuditPosition(ctx context.Context, dealer rollcall.DealerID, upTo int64) (rollcall.AuditPosition, error)
	// AuditWaits reports whether the dealer has lines without a position.
	AuditWaits(ctx context.Context, dealer rollcall.DealerID) (bool, error)
	// AuditsWaiting returns the dealers that have lines without a position.
	AuditsWaiting(ctx context.Context) ([]rollcall.DealerID, error)
	// EveryContact returns every contact that has or had this identifier at the site, deleted or not, the one that is not
	// deleted last, before it the one that was deleted last, and so on. A site that is not there has none. In a
	// transaction it locks them.
	EveryContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) ([]rollcall.Contact, error)
	// FormerOf returns what KeepFormer kept of a contact, deleted or not.
	FormerOf(ctx context.Context, c rollcall.Contact) ([]rollcall.FormerPoint, error)
	// ValidationsOf returns the validations of a contact, deleted or not, the oldest first.
	ValidationsOf(ctx context.Context, c rollcall.Contact) ([]rollcall.Validation, error)
	// CapturedOf returns the messages to a contact, deleted or not, that were captured, the oldest first.
	CapturedOf(ctx context.Context, c rollcall.Contact) ([]rollcall.CapturedMessage, error)
	// EventsOf returns the timelines of all validations of a contact, deleted or not.
	EventsOf(ctx context.Context, c rollcall.Contact) ([]rollcall.ValidationEvent, error)
	// SuppressionsUnder returns the suppressions of the dealer under the hashes, the oldest first.
	SuppressionsUnder(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) ([]rollcall.Suppression, error)
	// ContactLines returns the lines of one chain about a contact after the place, in their order, limit at most.
	ContactLines(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID, after int64, limit int) ([]rollcall.AuditLine, error)
	// AuditChain returns the lines of one chain after the place, in their order, limit at most.
	AuditChain(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, after int64, limit int) ([]rollcall.AuditLine, error)
	// AuditHead returns the head of a chain, and one with nothing but its names for a chain without lines.
	AuditHead(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (rollcall.AuditHead, error)
	// AuditHeads returns the heads of all chains of the dealer, in the order of their sites.
	AuditHeads(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.AuditHead, error)

	// Settings returns what the dealer has set, and DefaultSettings where it has set nothing.
	Settings(ctx context.Context, dealer rollcall.DealerID) (rollcall.Settings, error)
	// CountRecords returns how many records of the dealer count for a quota other than QuotaKeys. It reads an entry for each site,
	// or for each kept answer.
	CountRecords(ctx context.Context, dealer rollcall.DealerID, quota rollcall.Quota) (int, error)
	// Branding returns how the dealer shows itself; one that has set nothing has nothing but its Dealer.
	Branding(ctx context.Context, dealer rollcall.DealerID) (rollcall.Branding, error)
	// DisplayName returns the name by which the dealer shows itself, empty where it has set none.
	DisplayName(ctx context.Context, dealer rollcall.DealerID) (string, error)
	// Suppression returns a suppression: SuppressionNotFound.
	Suppression(ctx context.Context, dealer rollcall.DealerID, id rollcall.SuppressionID) (rollcall.Suppression, error)
	// Suppressions returns the page of the dealer's suppressions, the oldest first, and how many there are in all.
	Suppressions(ctx context.Context, dealer rollcall.DealerID, page Page) ([]rollcall.Suppression, int, error)

	// DueValidations returns the open validations of all dealers whose time is up, limit at most, ordered by when it was up, dealer
	// and validation, beginning behind after.
	DueValidations(ctx context.Context, now time.Time, after Due, limit int) ([]Due, error)
	// DeletedContacts returns the contacts of all dealers that were deleted before the moment, limit at most, ordered by when that
	// was, dealer, site and place, beginning behind after.
	DeletedContacts(ctx context.Context, before time.Time, after Due, limit int) ([]Due, error)
	// AgedContacts returns the contacts of all dealers whose contact point was confirmed longer ago than their dealer's settings
	// say, or days where it has none, and is not stale yet, limit at most, ordered by dealer, when they were confirmed, site and
	// place, beginning behind after.
	AgedContacts(ctx context.Context, p rollcall.Point, now time.Time, days int, after Due, limit int) ([]Due, error)

	// Captured returns the messages of the dealer that were captured instead of sent, the newest last, limit at most.
	Captured(ctx context.Context, dealer rollcall.DealerID, limit int) ([]rollcall.CapturedMessage, error)
}

// Tx is what use cases change, in one transaction. A Lock method is a read after which nobody else changes the record
// before the transaction ends. A method that returns nothing but an error may put its work off: its error comes from a
// later method then, or from Update.
type Tx interface {
	Reader

	// MarkUnclean notes, so that it survives a crash, that something was removed which Scrub must overwrite.
	MarkUnclean(ctx context.Context) error
	// MarkClean takes that back, unless Unclean is another number by now.
	MarkClean(ctx context.Context, unclean int64) error
	// SetSecretMark sets the mark of the server secret that signs.
	SetSecretMark(ctx context.Context, mark rollcall.Hash) error

	// InsertDealer adds a dealer.
	InsertDealer(ctx context.Context, d rollcall.Dealer) error
	// LockDealer returns a dealer: DealerNotFound.
	LockDealer(ctx context.Context, id rollcall.DealerID) (rollcall.Dealer, error)
	// UpdateDealer replaces a dealer by its ID: DealerNotFound.
	UpdateDealer(ctx context.Context, d rollcall.Dealer) error
	// DeleteRecords removes records of the dealer, limit at most, and returns how many; 0: only the dealer and its keys are left.
	DeleteRecords(ctx context.Context, id rollcall.DealerID, limit int) (int, error)
	// DeleteDealer removes a dealer and everything that belongs to it, the audit included: DealerNotFound.
	DeleteDealer(ctx context.Context, id rollcall.DealerID) error

	// InsertKey adds a key: DealerNotFound.
	InsertKey(ctx context.Context, k rollcall.Key) error
	// RevokeKey revokes a key; one that was revoked before stays as it was: KeyNotFound.
	RevokeKey(ctx context.Context, dealer rollcall.DealerID, id rollcall.KeyID, at time.Time) error
	// TouchKey notes when a key was last used.
	TouchKey(ctx context.Context, dealer rollcall.DealerID, id rollcall.KeyID, at time.Time) error

	// InsertSite adds a site at the end of the dealer's list, whatever its Seq, and returns its place there:
	// DealerNotFound, SiteIDTaken, AccountReferenceTaken.
	InsertSite(ctx context.Context, s rollcall.Site) (seq int64, err error)
	// LockSite returns a site and how many contacts it has: SiteNotFound.
	LockSite(ctx context.Context, dealer rollcall.DealerID, ref rollcall.SiteRef) (s rollcall.Site, contacts int, err error)
	// UpdateSite replaces a site by its ID: SiteNotFound, AccountReferenceTaken.
	UpdateSite(ctx context.Context, s rollcall.Site) error
	// DeleteSite removes a site with its contacts, deleted ones too, and their validations: SiteNotFound.
	DeleteSite(ctx context.Context, dealer rollcall.DealerID, id rollcall.SiteID) error

	// ReserveContact makes room for one more contact, and locks the site: SiteNotFound.
	ReserveContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef) (ContactSlot, error)
	// InsertContact adds a contact in the place that was reserved: ContactIDTaken, ExternalContactIDTaken.
	InsertContact(ctx context.Context, c rollcall.Contact) error
	// LockContact returns a contact: SiteNotFound, ContactNotFound.
	LockContact(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef) (rollcall.Contact, error)
	// UpdateContact replaces a contact by its ID: ContactNotFound.
	UpdateContact(ctx context.Context, c rollcall.Contact) error
	// HideContact deletes a contact for RestoreContact to bring back: only the methods that say so see it from now on, and
	// its identifiers and its room are free.
	HideContact(ctx context.Context, c rollcall.Contact, at time.Time) error
	// LockDeleted returns the contact with this identifier that was deleted last at the site, after the moment: SiteNotFound,
	// ContactNotFound.
	LockDeleted(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef, id rollcall.ContactID, after time.Time) (rollcall.Contact, error)
	// ShowContact brings a deleted contact back as c has it, locks its site, and returns how many contacts the site has then:
	// ContactIDTaken, ExternalContactIDTaken.
	ShowContact(ctx context.Context, c rollcall.Contact) (count int, err error)
	// RemoveContact removes a deleted contact for good, with its validations and messages.
	RemoveContact(ctx context.Context, c rollcall.Contact) error
	// PurgeContact removes the contact in this place of the site's list for good, with its validations and messages, if it was
	// deleted before the moment: ContactNotFound.
	PurgeContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, seq int64, before time.Time) error
	// KeepFormer keeps the state of a value that a contact no longer has, in place of an older state of the value. It is kept
	// until the contact is removed.
	KeepFormer(ctx context.Context, c rollcall.Contact, f rollcall.FormerPoint) error
	// TakeFormer removes what KeepFormer kept under the hashes, and returns it and whether there was any.
	TakeFormer(ctx context.Context, c rollcall.Contact, p rollcall.Point, hashes []rollcall.Hash) (f rollcall.FormerPoint, found bool, err error)

	// Country returns where phones of the site without a country code are read: SiteNotFound.
	Country(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (string, error)

	// InsertValidation adds a validation: ContactNotFound. A contact point has one open live validation and one open test
	// validation at most.
	InsertValidation(ctx context.Context, v rollcall.Validation) error
	// LockValidation returns a validation: ValidationNotFound.
	LockValidation(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error)
	// UpdateValidation replaces a validation by its ID: ValidationNotFound.
	UpdateValidation(ctx context.Context, v rollcall.Validation) error
	// OpenValidation returns the open validation of a contact point, live or test: ValidationNotFound.
	OpenValidation(ctx context.Context, c rollcall.Contact, p rollcall.Point, test bool) (rollcall.Validation, error)
	// OpenValidationsTo returns the open validations by SMS to a number, of every dealer, but for those that reach nobody
	// because a test key asked for them, limit at most.
	OpenValidationsTo(ctx context.Context, number string, limit int) ([]rollcall.Validation, error)
	// LiveValidationsTo returns what OpenValidationsTo does, and those that are answered, canceled or failed as well, as long
	// as their time is not up.
	LiveValidationsTo(ctx context.Context, number string, now time.Time, limit int) ([]rollcall.Validation, error)
	// QueuedValidations returns how many live or test messages of the dealer are queued, most at most.
	QueuedValidations(ctx context.Context, dealer rollcall.DealerID, test bool, most int) (int, error)
	// CancelValidations cancels the open validations of a contact point, live and test, and returns which those were.
	CancelValidations(ctx context.Context, c rollcall.Contact, p rollcall.Point) ([]rollcall.ValidationID, error)
	// InsertEvent adds an event to the end of the timeline of its validation, whatever its Seq.
	InsertEvent(ctx context.Context, e rollcall.ValidationEvent) error
	// ContactByID returns a contact at whichever site: ContactNotFound.
	ContactByID(ctx context.Context, dealer rollcall.DealerID, id rollcall.ContactID) (rollcall.Contact, error)
	// InsertCaptured keeps a message, one for each validation, and forgets all but the dealer's keep newest: DealerNotFound.
	// A message of a validation that was deleted is not kept, since the person's data was deleted with it.
	InsertCaptured(ctx context.Context, m rollcall.CapturedMessage, keep int) error

	// PutSettings replaces what the dealer has set: DealerNotFound.
	PutSettings(ctx context.Context, s rollcall.Settings) error
	// PutBranding replaces how the dealer shows itself: DealerNotFound.
	PutBranding(ctx context.Context, b rollcall.Branding) error

	// Blocked returns which of the hashes are among the opt-outs of the server, or under which the dealer has a suppression.
	Blocked(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) ([]rollcall.Block, error)
	// InsertSuppression adds a suppression; where the dealer has one of the same hash and reason, that stays as it is.
	InsertSuppression(ctx context.Context, s rollcall.Suppression) error
	// LockSuppression returns a suppression: SuppressionNotFound.
	LockSuppression(ctx context.Context, dealer rollcall.DealerID, id rollcall.SuppressionID) (rollcall.Suppression, error)
	// DeleteSuppressions removes the suppressions of a reason under the hashes; those of one dealer, or of every dealer where
	// dealer is empty.
	DeleteSuppressions(ctx context.Context, dealer rollcall.DealerID, reason rollcall.SuppressionReason, hashes []rollcall.Hash) error
	// BlankSuppressions takes the values out of the dealer's suppressions under the hashes. Their hashes stay.
	BlankSuppressions(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) error
	// PutOptOut notes that nobody may send to what has the hash.
	PutOptOut(ctx context.Context, hash rollcall.Hash, at time.Time) error
	// DeleteOptOuts ends that for each of the hashes.
	DeleteOptOuts(ctx context.Context, hashes []rollcall.Hash) error
	// ContactsAt returns the contacts that can be reached at a number or its twin (E.164, or as given where it cannot be
	// dialled) or at a mailbox, in any spelling: those of the dealer, or of every dealer where dealer is empty, in the
	// order of dealer, site and place. It locks what it returns.
	ContactsAt(ctx context.Context, dealer rollcall.DealerID, p rollcall.Point, value string) ([]rollcall.Contact, error)

	// LockInbound returns the reply to an inbound message that was handled before, and whether there is one; nobody else
	// handles one of the same hash before the transaction ends.
	LockInbound(ctx context.Context, ref rollcall.Hash, at time.Time) (reply string, handled bool, err error)
	// PutInbound keeps the reply to an inbound message.
	PutInbound(ctx context.Context, ref rollcall.Hash, reply string, at time.Time) error

	// TouchNumber locks the count of the messages to a number or address, by its hash, and returns when those were sent that
	// PutNumber kept; nothing where there are none.
	TouchNumber(ctx context.Context, hash rollcall.Hash, at time.Time) ([]time.Time, error)
	// NumberTimes returns what PutNumber kept, and locks nothing.
	NumberTimes(ctx context.Context, hash rollcall.Hash) ([]time.Time, error)
	// PutNumber keeps when messages were sent to a number or address.
	PutNumber(ctx context.Context, hash rollcall.Hash, sent []time.Time, at time.Time) error
	// LockMessages locks the dealer's count of messages: DealerNotFound.
	LockMessages(ctx context.Context, dealer rollcall.DealerID) error
	// CountMessage counts a message of a site: DealerNotFound.
	CountMessage(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, at time.Time) error
	// UncountMessage takes one message out that CountMessage counted for this moment. Another one it leaves alone.
	UncountMessage(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, at time.Time) error
	// MessageAt returns when the nth newest message of the dealer was sent, n counted from 0, if that was after the moment; else
	// zero.
	MessageAt(ctx context.Context, dealer rollcall.DealerID, n int, after time.Time) (time.Time, error)
	// SiteMessageAt returns when the nth newest message of the site was sent, n counted from 0, if that was after the moment;
	// else zero.
	SiteMessageAt(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, n int, after time.Time) (time.Time, error)
	// CountCountry adds to the hour's count of the dealer's messages to a country or to a range of its numbers.
	CountCountry(ctx context.Context, dealer rollcall.DealerID, c rollcall.CountryHour) error
	// CountryHours returns the counts of the dealer's messages to a range of numbers in a country, the zero Hash for the country
	// as a whole, in the hours from the first moment to before the second, in order.
	CountryHours(ctx context.Context, dealer rollcall.DealerID, country string, numbers rollcall.Hash, from, to time.Time) ([]rollcall.CountryHour, error)
	// ForgetMessages removes counts, of all dealers, that are older than the moment, those of countries older than the other, limit
	// at most of each, and returns how many, of the kind that had more.
	ForgetMessages(ctx context.Context, before, countries time.Time, limit int) (int, error)
	// ForgetNumbers removes counts of numbers and replies to inbound messages, of all dealers, that are older than the moments,
	// limit at most of each, and returns how many, of the kind that had more.
	ForgetNumbers(ctx context.Context, numbers, inbound time.Time, limit int) (int, error)

	// LockAuditHead returns what AuditHead does, and nobody else appends to the chain before the transaction ends.
	LockAuditHead(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (rollcall.AuditHead, error)
	// AppendAudit adds a line after head to the end of its chain, and makes next the new head.
	AppendAudit(ctx context.Context, head, next rollcall.AuditHead, line rollcall.AuditLine) error
	// PlaceAudit gives the next positions to lines of the dealer that are committed and have none, limit at most, in the order
	// in which they were written, and returns how many got one. It is the only thing its transaction does.
	PlaceAudit(ctx context.Context, dealer rollcall.DealerID, limit int) (int, error)
	// EraseAudit removes the values and salts of the lines about a contact, those after one place and up to another, and returns
	// how many lines had some.
	EraseAudit(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID, after, upTo int64) (int, error)

	// LockAnswer returns the kept answer of a request, and whether there is one; nobody else keeps one under the same key
	// before the transaction ends: IdempotencyInProgress where somebody is about to.
	LockAnswer(ctx context.Context, dealer rollcall.DealerID, operation, key string) (KeptAnswer, bool, error)
	// KeepAnswer keeps the answer of a request, in place of an older one under the same key.
	KeepAnswer(ctx context.Context, a KeptAnswer) error
	// EraseAnswers removes what the kept answers of requests about a contact say, and marks them as erased.
	EraseAnswers(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) error
	// EraseAnswersWith is EraseAnswers for the answers that hold a suppressed value under one of the hashes.
	EraseAnswersWith(ctx context.Context, dealer rollcall.DealerID, values []rollcall.Hash) error
	// DeleteAnswers removes answers, of all dealers, that were kept before the moment, limit at most, and returns how many.
	DeleteAnswers(ctx context.Context, before time.Time, limit int) (int, error)

	// Enqueue has the job run, by some process, once the transaction is committed and its NotBefore has come.
	Enqueue(ctx context.Context, j DeliverJob) error
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
