package app

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/delivery/capture"
	"example.org/rollcall/internal/httpapi"
	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/metrics"
	"example.org/rollcall/internal/pages"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/tracing"
	"example.org/rollcall/internal/web"
)

const (
	defaultRate      = 12_000 // a minute
	defaultWrongKeys = 60     // a minute

	defaultMaxRequests    = 1_000
	defaultMaxConnections = 10_000

	pageBodyTime = 10 * time.Second // for people on slow networks
	hookBodyTime = 3 * time.Second  // a signature is checked only when the body is complete
)

// Options is everything that can be set. The zero value of each field means its default; Data or DatabaseURL is required.
type Options struct {
	// Data is the folder of the database and the secret; it is made, for its owner alone, where it is missing. With
	// DatabaseURL it may be empty, and Secret is required then.
	Data string
	// DatabaseURL is a database on PostgreSQL, shared with other processes, instead of one in Data:
	// postgres://USER:PASSWORD@HOST:PORT/DATABASE, where several hosts may stand of which one can be written to.
	DatabaseURL string
	// Connections is how many connections to PostgreSQL serve requests; default 16. Up to eight more serve the queue.
	Connections int
	// Await has Open wait for a PostgreSQL that cannot be reached or written to now, until its context is done.
	Await bool
	// Delivery names the providers by which validations leave, separated by commas: SMTP, Twilio, Gateway, or Capture alone;
	// empty: those whose settings are below, and where there are none they do not leave.
	Delivery string
	// SMTP, Twilio and Gateway are the settings of the providers that Delivery names.
	SMTP    SMTPOptions
	Twilio  TwilioOptions
	Gateway GatewayOptions
	// Secret is the server secret, 64 hexadecimal digits, or several of them separated by commas: the first signs, the
	// others are still good for checking. Default: the file "secret" in Data, which is made at the first start.
	Secret string
	// MaxContactsPerSite bounds a site's list; default 500.
	MaxContactsPerSite int
	// MaxWaiting bounds how many requests wait for the outcome of a validation at once; default 64; negative: none.
	// The others are answered while it is still on its way.
	MaxWaiting int
	// PublicURL is where people reach this server, such as https://rollcall.example.org: the links in messages begin with
	// it; default: messages have no links.
	PublicURL string
	// KeepDeleted is how long a deleted contact can be brought back; default 30 days.
	KeepDeleted time.Duration
	// Rate is how many requests a minute each key that has no limit of its own may send to this process; default 12,000;
	// negative: any number.
	Rate int
	// Burst is how many of them it may send at once; default a twelfth of Rate.
	Burst int
	// AbuseMode says what becomes of messages to people beyond the limits: enforce refuses them, observe tells the log and the
	// metrics alone; default enforce.
	AbuseMode string
	// AllowPremiumRate lets messages go to premium-rate numbers; default: they are refused.
	AllowPremiumRate bool
	// WrongKeys is how many requests a minute with a wrong key are taken from one address; default 60; negative: any
	// number.
	WrongKeys int
	// MaxRequests is how many requests with a valid key are answered at once; default 1,000. More are told to come back, as
	// are those of one dealer beyond half of it. Pages and providers' hooks have a quarter of it each for themselves.
	MaxRequests int
	// MaxConnections is how many may be open at once; default 10,000, and a tenth of it for one address. Where room is short,
	// the connection that has been idle for longest is closed.
	MaxConnections int
	// TrustedProxies are the proxies before this server: what they say in X-Forwarded-For is believed; default: none.
	TrustedProxies []netip.Prefix
	// TLSCert and TLSKey are the files of a certificate and its key, both PEM, which are read again when they change;
	// default: without TLS. Neither goes without the other.
	TLSCert, TLSKey string
	// Tracing sends a span for each request to where the standard variables OTEL_* say.
	Tracing bool
	// Admin is where Run answers operators, without a key: /metrics for Prometheus and profiles under /debug/pprof/. Run
	// closes it. Default: nothing is counted.
	Admin net.Listener
	// Log gets what an operator should see; default: nothing is logged.
	Log *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Version is the program's, for the log.
	Version string
	// OnCaptured is called with each message that was kept instead of sent; default: not.
	OnCaptured func(rollcall.Message)
}

// App is Rollcall on one database. Several may be open on the same one, in this process and others; on a folder one of
// them may Run, and on PostgreSQL any number.
type App struct {
	opts        Options
	db          *store.DB
	service     *service.Service
	handler     http.Handler
	secrets     [][]byte
	metrics     *metrics.Metrics           // nil: nothing is counted
	certificate *web.Certificate           // nil: without TLS
	tracer      *tracing.Tracer            // nil: nothing is traced
	jobs        atomic.Pointer[jobs.Queue] // nil until it runs
	draining    chan struct{}

	kept     *capture.Sender
	senders  senders
	refusals *delivery.Refusals
}

// Open opens the database, and makes it and brings its tables up to date where that is needed. The error is for an
// operator: it says what to do.
func Open(ctx context.Context, opts Options) (_ *App, err error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	opts.MaxRequests = cmp.Or(opts.MaxRequests, defaultMaxRequests)
	if opts.Now == nil {
		opts.Now = time.Now
	}
	a := &App{opts: opts, draining: make(chan struct{})}
	if err := a.chooseProviders(); err != nil {
		return nil, err
	}
	if opts.TLSCert != "" || opts.TLSKey != "" {
		if a.certificate, err = web.LoadCertificate(opts.TLSCert, opts.TLSKey, opts.Log, opts.Now); err != nil {
			return nil, err
		}
	}
	if opts.Tracing {
		if a.tracer, err = tracing.New(ctx, opts.Version, opts.Log); err != nil {
			return nil, err
		}
	}
	kept, err := a.storage()
	if err != nil {
		return nil, err
	}
	if opts.Admin != nil {
		a.metrics = a.newMetrics()
		kept.Committed = a.metrics.Committed
	}
	a.db, err = store.Open(ctx, kept)
	if err != nil {
		return nil, err
	}
	if err := a.build(ctx); err != nil {
		return nil, errors.Join(err, a.db.Close())
	}
	return a, nil
}

// build puts everything over the open database.
func (a *App) build(ctx context.Context) error {
	if err := a.db.Migrate(ctx); err != nil {
		return err
	}
	known, err := service.HasSecret(ctx, a.db)
	if err != nil {
		return err
	}
	if a.secrets, err = readSecrets(a.opts.Secret, a.opts.Data, !known); err != nil {
		return err
	}
	a.service = service.New(a.db, a.outbox(), service.Options{
		Now:                a.opts.Now,
		Log:                a.opts.Log,
		MaxContactsPerSite: a.opts.MaxContactsPerSite,
		MaxWaiting:         a.opts.MaxWaiting,
		KeepDeleted:        a.opts.KeepDeleted,
		PublicURL:          a.opts.PublicURL,
		Secrets:            a.secrets,
		Limit:              rollcall.NewRateLimit(cmp.Or(a.opts.Rate, defaultRate), a.opts.Burst),
		AbuseMode:          service.AbuseMode(a.opts.AbuseMode),
		AllowPremiumRate:   a.opts.AllowPremiumRate,
		OnLimit:            a.messageLimited,
		OnQuota:            a.quotaRefused,
		OnReport:           a.refusals.Report,
		OnUnclearReply:     a.replyNotUnderstood,
	})
	a.kept.Keep = a.service.StoreCapturedMessage
	if err := a.service.CheckSecret(ctx); err != nil {
		var refused *rollcall.Error
		if errors.As(err, &refused) && refused.Cause == nil {
			return errors.New(refused.Message)
		}
		return err
	}
	api, err := httpapi.New(a.service, httpapi.Options{
		Log: a.opts.Log, Now: a.opts.Now, WrongKeys: cmp.Or(a.opts.WrongKeys, defaultWrongKeys),
		MaxRequests: a.opts.MaxRequests,
	})
	if err != nil {
		return err
	}
	a.handler = a.front(api)
	return nil
}

// front puts everything before the API that is not the API's own.
func (a *App) front(api http.Handler) http.Handler {
	shown := pages.New(a.service, pages.Options{Log: a.opts.Log, Now: a.opts.Now})
	fail := failure(httpapi.Error(a.opts.Log), shown.Error)
	options := web.Options{Error: fail, Log: a.opts.Log, Now: a.opts.Now, TrustedProxies: a.opts.TrustedProxies}
	if a.metrics != nil {
		options.Observer = observer{a.metrics}
	}
	if a.tracer != nil {
		options.Tracer = a.tracer
	}
	health := web.Health{Check: a.db.Ready, Draining: a.draining, Log: a.opts.Log, Details: a.details}
	// Requests without a key have places of their own, so that they take none from callers with a key.
	strangers := max(1, a.opts.MaxRequests/4)
	return web.Wrap(web.Mux{
		Get: map[string]http.Handler{
			"/healthz": http.HandlerFunc(health.Live),
			"/readyz":  http.HandlerFunc(health.Ready),
		},
		Under: map[string]http.Handler{
			pages.Path: web.Cap(shown, strangers, pageBodyTime, fail),
			hooksPath:  web.Cap(a.hooks(api), strangers, hookBodyTime, fail),
		},
		Fallback: api,
		Error:    fail,
	}, options)
}

// failure answers people with a page, and programs in the envelope of the API.
func failure(program, person web.ErrorFunc) web.ErrorFunc {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		if strings.HasPrefix(r.URL.Path, pages.Path) {
			person(w, r, err)
			return
		}
		program(w, r, err)
	}
}

// Service returns the use cases.
func (a *App) Service() *service.Service { return a.service }

// Handler returns what answers HTTP requests.
func (a *App) Handler() http.Handler { return a.handler }

// Close closes the database. Nothing may run any more.
func (a *App) Close() error {
	a.senders.close()
	return a.db.Close()
}

// Run answers requests on ln and does the work that waits, until ctx is done; then it finishes what runs and returns nil.
// It closes ln. The folder of a database on SQLite is its own meanwhile: another Run on it, by whichever process, is
// refused.
func (a *App) Run(ctx context.Context, ln net.Listener) (err error) {
	defer a.closeAdmin()
	defer a.stopTracing(ctx)
	if a.opts.DatabaseURL == "" {
		unlock, err := takeFolder(a.opts.Data, "another server runs on %s; stop it first, or give this one a folder of its own")
		if err != nil {
			return errors.Join(err, ln.Close())
		}
		defer func() { err = errors.Join(err, unlock()) }()
	}
	defer context.AfterFunc(ctx, func() { close(a.draining) })()

	// Requests may wait for what the workers do, so the workers stop after them.
	workCtx, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	serveCtx, stopServing := context.WithCancel(ctx)
	defer stopServing()
	worked, served := make(chan error, 1), make(chan error, 1)
	queue, err := a.queue(ctx)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	a.jobs.Store(queue)
	go func() { worked <- queue.Run(workCtx) }()
	go func() { served <- a.serve(serveCtx, ln) }()
	select {
	case err = <-served:
		stopWork()
		return errors.Join(err, <-worked)
	case err = <-worked:
		stopServing()
		return errors.Join(err, <-served)
	}
}

// serve answers on ln, and operators on Options.Admin for as long.
func (a *App) serve(ctx context.Context, ln net.Listener) error {
	server := web.Server{
		Handler: a.handler, Log: a.opts.Log, Certificate: a.certificate, MaxConnections: cmp.Or(a.opts.MaxConnections, defaultMaxConnections),
		TrustedProxies: a.opts.TrustedProxies,
	}
	if a.opts.Admin == nil {
		return server.Serve(ctx, ln)
	}
	adminCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- web.Server{Handler: a.admin(), Log: a.opts.Log, Grace: time.Second}.Serve(adminCtx, a.opts.Admin)
	}()
	err := server.Serve(ctx, ln)
	stop()
	if failure := <-ended; failure != nil {
		a.opts.Log.WarnContext(ctx, "the address for operators", "error", failure.Error())
	}
	return err
}

// Migrate brings the tables of a data folder up to date, and says in a line what it did.
func Migrate(ctx context.Context, opts Options) (string, error) {
	a, err := Open(ctx, opts)
	if err != nil {
		return "", err
	}
	return "the database is up to date", a.Close()
}
