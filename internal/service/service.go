package service

import (
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Service holds the use cases. Its methods may be called by several goroutines at once. They do not check the scopes of a Caller;
// see Caller.Allow.
type Service struct {
	store    Store
	delivery Delivery
	opts     Options
	log      *slog.Logger
	now      func() time.Time

	lastUsed  sync.Map // KeyID → time.Time: the last use that this process has stored
	waiters   outcomeWaiters
	running   running
	attempts  codeAttempts
	usages    usages
	locations sync.Map // name of a time zone → *time.Location
	passwords passwords

	webhookSlots webhookSlots
	messages     sync.WaitGroup // to users, that are being sent
}

// Options are the settings of a Service. Each field but Now may be zero, which means its default.
type Options struct {
	Now                func() time.Time                                // the clock
	Log                *slog.Logger                                    // default: nothing is logged
	MaxContactsPerSite int                                             // default 500
	MaxWaiting         int                                             // requests that wait for the outcome of a validation; default 64; negative: none
	Wait               time.Duration                                   // how long each of them waits; default 5 s
	KeepDeleted        time.Duration                                   // how long a soft-deleted contact can be restored; default 30 days
	KeepEvents         time.Duration                                   // how long events can be read; default 30 days
	Secrets            [][]byte                                        // the server secrets: the first signs, all verify; may be empty for reading only
	Limit              rollcall.RateLimit                              // for keys without a limit; default: none
	AllowPremiumRate   bool                                            // send to premium-rate numbers; default false
	AbuseMode          AbuseMode                                       // for messages beyond the limits; default Enforce
	OnLimit            func(limit rollcall.SendingLimit, refused bool) // called for each message beyond a limit; may be nil
	OnQuota            func(rollcall.Quota)                            // called for each change that a quota refuses; may be nil
	OnReport           func(rollcall.Message, rollcall.DeliveryReport) // called for each recorded report, with To and Words of its message; may be nil
	OnUnclearReply     func(kept bool)                                 // called for each reply that is not understood; may be nil
	OnWebhook          func(outcome string)                            // called for each attempt, with delivered or failed, and with disabled; may be nil
	Webhooks           Webhooks                                        // default: nothing is sent to webhooks
	Captures           bool                                            // messages are captured instead of sent; default: only those of test keys
	ReadOnly           bool                                            // the store refuses changes: the last use of keys and sessions isn't stored
	// OpenImport opens a file of contacts, with the columns that the caller has mapped to fields. It fails with *ImportFailure. Required
	// for RunImport.
	OpenImport func(file io.Reader, columns map[string]string) (ImportFile, error)
	// PreviewImport reads the beginning of a file of contacts, with the columns that the caller has mapped to fields. It fails with
	// *ImportFailure, and with ValidationFailed for the columns. Required for ImportUpload.Keep and PreviewUploaded.
	PreviewImport func(file io.Reader, columns map[string]string) (ImportPreview, error)
	PublicURL     string // the base URL of links in messages, such as https://rollcall.example.org; default: no links
}

// New returns a Service that uses store and delivery.
func New(store Store, delivery Delivery, opts Options) *Service {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.MaxContactsPerSite == 0 {
		opts.MaxContactsPerSite = 500
	}
	if opts.MaxWaiting == 0 {
		opts.MaxWaiting = 64
	}
	if opts.Wait == 0 {
		opts.Wait = 5 * time.Second
	}
	if opts.KeepDeleted == 0 {
		opts.KeepDeleted = 30 * 24 * time.Hour
	}
	if opts.KeepEvents == 0 {
		opts.KeepEvents = 30 * 24 * time.Hour
	}
	opts.PublicURL = strings.TrimRight(opts.PublicURL, "/")
	s := &Service{
		store:    store,
		delivery: delivery,
		opts:     opts,
		log:      opts.Log,
		now:      func() time.Time { return opts.Now().UTC().Truncate(time.Microsecond) },
	}
	s.waiters.slots = make(chan struct{}, max(opts.MaxWaiting, 0))
	s.passwords.slots = make(chan struct{}, passwordsAtOnce)
	return s
}
