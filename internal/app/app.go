package app

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.org/rollcall/internal/console"
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
	"example.org/rollcall/internal/webhook"
)

const (
	defaultRate      = 12_000 // a minute
	defaultWrongKeys = 60     // a minute

	defaultMaxRequests    = 1_000
	defaultMaxConnections = 10_000

	pageBodyTime = 10 * time.Second // for people on slow networks
	hookBodyTime = 3 * time.Second  // a signature is checked only when the body is complete
)

// Options are the settings. The zero value of a field is its default; Data or DatabaseURL is required.
type Options struct {
	// Data is the folder of the database and the secret. If missing, it is created with access only for its owner. With
	// DatabaseURL it may be empty, but then Secret is required.
	Data string
	// DatabaseURL is a PostgreSQL database, shared with other processes, instead of one in Data:
	// postgres://USER:PASSWORD@HOST:PORT/DATABASE, with several hosts separated by commas, one of which accepts writes.
	DatabaseURL string
	// Connections is the number of PostgreSQL connections for requests; default 16. The queue uses up to eight more.
	Connections int
	// Await makes Open wait, until its context is done, for a PostgreSQL that cannot be reached or written to.
	Await bool
	// Delivery names the providers, separated by commas: SMTP, Twilio and Gateway, or Capture alone; empty: all that have
	// settings. Without a provider, validations are refused.
	Delivery string
	// SMTP, Twilio and Gateway are the settings of the providers that Delivery names.
	SMTP    SMTPOptions
	Twilio  TwilioOptions
	Gateway GatewayOptions
	// Secret is the server secret, 64 hexadecimal digits. Older secrets, accepted but not used for signing, may follow
	// after commas. Default: the file "secret" in Data, which is created at the first start.
	Secret string
	// MaxContactsPerSite is the maximum number of contacts of a site; default 500.
	MaxContactsPerSite int
	// MaxWaiting is the number of concurrent requests that wait for the outcome of their validation; default 64;
	// negative: none. Others are answered at once.
	MaxWaiting int
	// PublicURL is the public address of this server, such as https://rollcall.example.org, for the links in messages;
	// default: messages have no links.
	PublicURL string
	// KeepDeleted is the time in which a deleted contact can be restored; default 30 days.
	KeepDeleted time.Duration
	// KeepEvents is the time in which an event can be read; default 30 days.
	KeepEvents time.Duration
	// WebhookAllow are networks that webhooks may be in although they are not public; default: none.
	WebhookAllow []netip.Prefix
	// Rate is the number of requests per minute to this process, for keys without a rate of their own; default 12,000;
	// negative: no limit.
	Rate int
	// Burst is the number of requests at once; default a twelfth of Rate.
	Burst int
	// AbuseMode is "enforce" to refuse messages that exceed a limit, or "observe" to only log and count them; default
	// "enforce".
	AbuseMode string
	// AllowPremiumRate allows messages to premium-rate numbers; default: they are refused.
	AllowPremiumRate bool
	// WrongKeys is the number of requests per minute with a wrong key from one network; default 60; negative: no limit.
	WrongKeys int
	// MaxRequests is the maximum number of concurrent requests with a valid key, of which one dealer gets at most half;
	// default 1,000. Pages and hooks may each have a quarter as many in addition.
	MaxRequests int
	// MaxConnections is the maximum number of open connections, of which one address gets at most a tenth; default 10,000.
	// At the limit, the connection idle for longest is closed.
	MaxConnections int
	// TrustedProxies are the proxies whose X-Forwarded-For is trusted; default: none.
	TrustedProxies []netip.Prefix
	// TLSCert and TLSKey are the PEM files of a certificate and its key, which are reread when they change. Set both or
	// neither; default: no TLS.
	TLSCert, TLSKey string
	// Tracing sends a span for each request, as the standard variables OTEL_* say.
	Tracing bool
	// Admin is where Run serves operators, without a key: /metrics for Prometheus, and profiles under /debug/pprof/. Run
	// closes it. Default: no metrics.
	Admin net.Listener
	// Log is the log for operators; default: none.
	Log *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Version is the version of the program, for the log.
	Version string
	// OnCaptured is called with each message that was captured instead of sent.
	OnCaptured func(rollcall.Message)
}

// App is Rollcall on one database, which several Apps may have open, in this process and others. Only one can Run on a
// folder; any number on PostgreSQL.
type App struct {
	opts        Options
	db          *store.DB
	service     *service.Service
	handler     http.Handler
	secrets     [][]byte
	metrics     *metrics.Metrics           // nil: no metrics
	certificate *web.Certificate           // nil: no TLS
	tracer      *tracing.Tracer            // nil: no tracing
	jobs        atomic.Pointer[jobs.Queue] // nil before Run
	draining    chan struct{}

	captures *capture.Sender
	senders  senders
	refusals *delivery.Refusals
	webhooks *webhook.Sender
}

// Open opens the database, creating and migrating it if needed. The error is for the operator and says what to do.
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
	options, err := a.storeOptions()
	if err != nil {
		return nil, err
	}
	if opts.Admin != nil {
		a.metrics = a.newMetrics()
		options.Committed = a.metrics.Committed
	}
	a.db, err = store.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	if err := a.build(ctx); err != nil {
		return nil, errors.Join(err, a.db.Close())
	}
	return a, nil
}

// build creates everything on top of the open database.
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
	a.webhooks = webhook.New(webhook.Options{Allow: a.opts.WebhookAllow, Version: a.opts.Version, Body: httpapi.EventJSON})
	a.service = service.New(a.db, a.outbox(), a.serviceOptions())
	a.captures.Keep = a.service.StoreCapturedMessage
	if err := a.service.CheckSecret(ctx); err != nil {
		var refused *rollcall.Error
		if errors.As(err, &refused) && refused.Cause == nil {
			return errors.New(refused.Message)
		}
		return err
	}
	a.handler, err = a.front()
	return err
}

func (a *App) serviceOptions() service.Options {
	options := service.Options{
		Now:                a.opts.Now,
		Log:                a.opts.Log,
		MaxContactsPerSite: a.opts.MaxContactsPerSite,
		MaxWaiting:         a.opts.MaxWaiting,
		KeepDeleted:        a.opts.KeepDeleted,
		KeepEvents:         a.opts.KeepEvents,
		PublicURL:          a.opts.PublicURL,
		Webhooks:           a.webhooks,
		Captures:           a.senders.has(Capture),
		Secrets:            a.secrets,
		Limit:              rollcall.NewRateLimit(cmp.Or(a.opts.Rate, defaultRate), a.opts.Burst),
		AbuseMode:          service.AbuseMode(a.opts.AbuseMode),
		AllowPremiumRate:   a.opts.AllowPremiumRate,
		OnReport:           a.refusals.Report,
		OpenImport:         openImport,
		PreviewImport:      previewImport,
	}
	if m := a.metrics; m != nil {
		options.OnLimit = func(limit rollcall.SendingLimit, refused bool) { m.MessageLimited(string(limit), refused) }
		options.OnQuota = func(quota rollcall.Quota) { m.QuotaRefused(string(quota)) }
		options.OnUnclearReply = m.ReplyNotUnderstood
		options.OnWebhook = m.Webhook
	}
	return options
}

// front returns the handler with health checks and hooks besides the API and the pages.
func (a *App) front() (http.Handler, error) {
	primary, err := a.routes(a.service, false)
	if err != nil {
		return nil, err
	}
	health := web.Health{Check: a.db.Ready, Draining: a.draining, Log: a.opts.Log, Details: a.details}
	var requests http.Handler = primary
	if servers := a.db.Servers(); servers != nil {
		standby, err := a.routes(service.New(a.db.Standby(), a.outbox(), a.standbyOptions()), true)
		if err != nil {
			return nil, err
		}
		requests = &failover{servers: servers, primary: primary, standby: standby}
		health.ReadOnly = readOnly(servers)
	}
	options := web.Options{Error: primary.Error, Log: a.opts.Log, Now: a.opts.Now, TrustedProxies: a.opts.TrustedProxies}
	if a.metrics != nil {
		options.Observer = observer{a.metrics}
	}
	if a.tracer != nil {
		options.Tracer = a.tracer
	}
	return web.Wrap(web.Mux{
		Get: map[string]http.Handler{
			"/healthz": http.HandlerFunc(health.Live),
			"/readyz":  http.HandlerFunc(health.Ready),
		},
		Under: map[string]http.Handler{
			hooksPath: web.Cap(a.hooks(primary.Fallback), a.withoutKey(), hookBodyTime, primary.Error),
		},
		Fallback: requests,
		Error:    primary.Error,
	}, options), nil
}

// withoutKey is how many requests without a key run at once. They have a limit of their own, so that they don't delay callers with
// a key.
func (a *App) withoutKey() int { return max(1, a.opts.MaxRequests/4) }

// routes returns the API and the pages of a service.
func (a *App) routes(svc *service.Service, readOnly bool) (web.Mux, error) {
	api, err := httpapi.New(svc, httpapi.Options{
		Log: a.opts.Log, Now: a.opts.Now, WrongKeys: cmp.Or(a.opts.WrongKeys, defaultWrongKeys),
		MaxRequests: a.opts.MaxRequests, NewExport: NewContactExport, NewRefused: newRefused, MaxImport: importMax,
	})
	if err != nil {
		return web.Mux{}, err
	}
	shown := pages.New(svc, pages.Options{Log: a.opts.Log, Now: a.opts.Now})
	staff := console.New(svc, console.Options{
		Log: a.opts.Log, Now: a.opts.Now, Secure: a.certificate != nil || strings.HasPrefix(a.opts.PublicURL, "https://"),
		ReadOnly: readOnly, Draining: a.draining, Preview: shown.Preview,
		MaxImport: importMax, NewExport: NewContactExport,
		NewRefused: func(w io.Writer, columns []string) (console.RefusedWriter, error) { return newRefused(w, columns) },
	})
	fail := failure(httpapi.Error(a.opts.Log), shown.Error, staff.Error)
	people := web.Cap(staff, a.withoutKey(), pageBodyTime, fail)
	return web.Mux{
		Get: map[string]http.Handler{
			"/":          http.HandlerFunc(root),
			console.Path: people,
		},
		Under: map[string]http.Handler{
			pages.Path:         web.Cap(shown, a.withoutKey(), pageBodyTime, fail),
			console.Path + "/": people,
		},
		Fallback: api,
		Error:    fail,
	}, nil
}

// failure returns an ErrorFunc that answers people with a page and programs with the API's error.
func failure(program, contact, staff web.ErrorFunc) web.ErrorFunc {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		switch {
		case strings.HasPrefix(r.URL.Path, pages.Path):
			contact(w, r, err)
		case r.URL.Path == console.Path, strings.HasPrefix(r.URL.Path, console.Path+"/"):
			staff(w, r, err)
		default:
			program(w, r, err)
		}
	}
}

// Service returns the use cases.
func (a *App) Service() *service.Service { return a.service }

// Handler returns the handler of all HTTP requests.
func (a *App) Handler() http.Handler { return a.handler }

// Close closes the database. Call it after Run has returned.
func (a *App) Close() error {
	a.service.Wait()
	a.senders.close()
	a.webhooks.Close()
	return a.db.Close()
}

// Run serves requests on ln and works the queue until ctx is done; then it finishes running requests and jobs and returns
// nil. It closes ln. On a folder, another Run is refused meanwhile, in any process.
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

	// Requests may wait for jobs, so the workers stop after the requests.
	workCtx, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	serveCtx, stopServing := context.WithCancel(ctx)
	defer stopServing()
	worked, served := make(chan error, 1), make(chan error, 1)
	queue, err := a.queue(ctx)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if servers := a.db.Servers(); servers != nil {
		var watching sync.WaitGroup
		watching.Go(func() { servers.Watch(workCtx) })
		defer func() { stopWork(); watching.Wait() }()
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

// serve serves requests on ln, and meanwhile operators on Options.Admin.
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
		a.opts.Log.WarnContext(ctx, "serving metrics failed", "error", failure.Error())
	}
	return err
}

// Migrate creates or migrates the database.
func Migrate(ctx context.Context, opts Options) error {
	a, err := Open(ctx, opts)
	if err != nil {
		return err
	}
	return a.Close()
}
