package service

import (
	"log/slog"
	"strings"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Service holds the use cases. Its methods may be called by several goroutines at once. Those that take a Caller have
// judged nothing of its scopes: that is done once, where the operation is known.
type Service struct {
	store    Store
	delivery Delivery
	opts     Options
	log      *slog.Logger
	now      func() time.Time

	lastUsed  sync.Map // KeyID → time.Time: the last use that this process has stored
	waiting   waiting
	running   running
	guesses   guesses
	usages    usages
	locations sync.Map // name of a time zone → *time.Location
}

// Options are the settings of a Service. The zero value of each field but Now means its default.
type Options struct {
	Now                func() time.Time                                // the clock
	Log                *slog.Logger                                    // default: nothing is logged
	MaxContactsPerSite int                                             // default 500
	MaxWaiting         int                                             // how many requests wait for the outcome of a validation; default 64; negative: none
	Wait               time.Duration                                   // for how long each does; default 5 s
	KeepDeleted        time.Duration                                   // how long a deleted contact can be brought back; default 30 days
	Secrets            [][]byte                                        // the server secrets: the first signs, all check; required but for looking
	Limit              rollcall.RateLimit                              // of a key that has none of its own; default: none
	AllowPremiumRate   bool                                            // whether messages may go to premium-rate numbers; default: not
	AbuseMode          AbuseMode                                       // what becomes of messages beyond the limits; default Enforce
	OnLimit            func(limit rollcall.SendingLimit, refused bool) // is told of each such message; default: nobody
	OnQuota            func(rollcall.Quota)                            // is called for each change that a quota refuses; default: not
	OnReport           func(rollcall.Message, rollcall.DeliveryReport) // is told of each report that was recorded, with To and Words of its message; default: nobody
	OnUnclearReply     func(kept bool)                                 // is told of each reply that is not understood; default: nobody
	PublicURL          string                                          // what the links in messages begin with, such as https://rollcall.example.org; default: no links
}

// New returns the use cases over a store and a delivery.
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
	opts.PublicURL = strings.TrimRight(opts.PublicURL, "/")
	s := &Service{
		store:    store,
		delivery: delivery,
		opts:     opts,
		log:      opts.Log,
		now:      func() time.Time { return opts.Now().UTC().Truncate(time.Microsecond) },
	}
	s.waiting.room = make(chan struct{}, max(opts.MaxWaiting, 0))
	return s
}
