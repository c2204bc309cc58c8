package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/service"
)

type serveCommand struct {
	listenFlags
	AdminListen string   `help:"Address that serves Prometheus metrics at /metrics, and profiles, without a key. Choose one that only operators can reach, such as 127.0.0.1:9090. By default there are no metrics." placeholder:"ADDR" env:"ROLLCALL_ADMIN_LISTEN"`
	PublicURL   string   `help:"Public address of this server, such as https://rollcall.example.org, for links in messages and reports of providers. Without it, messages have a code and no link; providers that reach people require it." placeholder:"URL" env:"ROLLCALL_PUBLIC_URL"`
	KeepDeleted lifetime `help:"Time in which a deleted contact can be restored." default:"30d" placeholder:"SPAN" env:"ROLLCALL_KEEP_DELETED"`
	KeepEvents  lifetime `help:"Time in which an event can be read from the list of events." default:"30d" placeholder:"SPAN" env:"ROLLCALL_KEEP_EVENTS"`
	LogFormat   string   `help:"Format of the log on stderr." enum:"text,json" default:"text" placeholder:"text|json" env:"ROLLCALL_LOG_FORMAT"`
	tlsFlags
	limitFlags `group:"limits"`
	webhookFlags
	deliveryFlags `group:"delivery"`
	folderFlags
	connectionFlags `group:"database"`
}

// connectionFlags limit the connections to PostgreSQL.
type connectionFlags struct {
	DatabaseConnections int `help:"Connections to PostgreSQL for requests; the queue uses up to eight more." default:"16" placeholder:"N" env:"ROLLCALL_DATABASE_CONNECTIONS"`
}

// Help is shown by --help.
func (serveCommand) Help() string {
	return `The folder and its database are created if missing; only one server can run on a folder. With --database-url, any number of servers share a PostgreSQL database and the same secret. On SIGTERM or Ctrl-C the server accepts no more requests, finishes running ones and exits with status 0; a second signal ends it at once. /healthz and /readyz need no key; /docs is a page to try calls. If OTEL_EXPORTER_OTLP_ENDPOINT is set, requests are traced according to the standard variables OTEL_*.

Examples:

    rollcall serve --data DIR
    rollcall serve --data DIR --listen :8080 --log-format json
    rollcall serve --database-url-file /etc/rollcall/database --secret-file /etc/rollcall/secret
`
}

// Run serves until ctx is done.
func (c *serveCommand) Run(ctx context.Context, t *terminal) error {
	if err := c.check(true); err != nil {
		return err
	}
	options, err := c.options(t)
	if err != nil {
		return err
	}
	log := options.Log
	admin, err := c.listenAdmin(ctx)
	if err != nil {
		return err
	}
	if admin != nil {
		defer admin.Close()
	}
	options.Admin = admin
	return c.serve(ctx, options, startup{
		check: func(*service.Service) error { return nil },
		ready: func(s *service.Service, url string) error {
			if err := c.firstSteps(ctx, t, s, log); err != nil {
				return err
			}
			if admin != nil {
				log.InfoContext(ctx, "metrics and profiles", "url", urlOf(admin, false))
			}
			log.InfoContext(ctx, "ready", "url", url, "version", options.Version)
			return nil
		},
	})
}

// options returns the options without Admin, which must be opened.
func (c *serveCommand) options(t *terminal) (app.Options, error) {
	if c.MaxContactsPerSite < 1 {
		return app.Options{}, wrongUsage("--max-contacts-per-site must be a whole number from 1")
	}
	options, err := c.limits()
	if err != nil {
		return options, err
	}
	if err := c.pair(); err != nil {
		return options, err
	}
	if options.Secret, err = c.read(); err != nil {
		return options, err
	}
	if options.DatabaseURL, err = c.url(); err != nil {
		return options, err
	}
	if c.DatabaseConnections < 1 {
		return options, wrongUsage("--database-connections must be a whole number from 1")
	}
	options.Connections, options.Await = c.DatabaseConnections, true
	if err := c.delivery(&options); err != nil {
		return options, err
	}
	options.Data, options.MaxContactsPerSite = c.Data, c.MaxContactsPerSite
	if options.WebhookAllow, err = networks("--webhook-allow", c.WebhookAllow); err != nil {
		return options, err
	}
	options.KeepDeleted, options.KeepEvents = time.Duration(c.KeepDeleted), time.Duration(c.KeepEvents)
	options.PublicURL = c.PublicURL
	options.Tracing = tracingWanted(os.Getenv)
	options.TLSCert, options.TLSKey = c.TLSCert, c.TLSKey
	options.Log, options.Now, options.Version = t.log(slog.LevelInfo, c.LogFormat), t.now, thisBuild().version
	return options, nil
}

// firstSteps prints how to create a dealer and a key if there is no dealer yet.
func (c *serveCommand) firstSteps(ctx context.Context, t *terminal, s *service.Service, log *slog.Logger) error {
	dealers, err := s.Dealers(ctx)
	if err != nil || len(dealers) > 0 {
		return err
	}
	create, key := c.dealerCreateLine(), c.keyCreateLine("DEALER_ID")
	if c.LogFormat == "json" {
		log.InfoContext(ctx, "no dealer yet", "create_dealer", create, "create_key", key)
		return nil
	}
	return t.printf("There is no dealer yet. While this server runs, create one and a key for it in another terminal:\n\n  %s\n  %s\n\n",
		create, key)
}

// startup is what a command adds to serving.
type startup struct {
	check func(*service.Service) error         // called first; must change nothing, since another server may be running
	ready func(*service.Service, string) error // called with the server's URL once it has locked the folder and listens
	local bool                                 // links in messages begin with the URL that it listens on
}

// serve listens, opens the database and serves until ctx is done. It is no error if ctx ends before that.
func (f listenFlags) serve(ctx context.Context, options app.Options, does startup) error {
	err := f.run(ctx, options, does)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (f listenFlags) run(ctx context.Context, options app.Options, does startup) error {
	ln, err := f.listen(ctx)
	if err != nil {
		return err
	}
	defer ln.Close()
	if does.local {
		options.PublicURL = urlOf(ln, false)
	}
	a, err := app.Open(ctx, options)
	if err != nil {
		return err
	}
	if err := does.check(a.Service()); err != nil {
		return errors.Join(err, a.Close())
	}
	app.CollectLess()
	running, stop := context.WithCancel(ctx)
	defer stop()
	logged := make(chan struct{})
	unlog := context.AfterFunc(ctx, func() {
		options.Log.InfoContext(ctx, "stopping")
		close(logged)
	})
	var notReady error
	err = a.Run(running, &watchedListener{Listener: ln, first: func() {
		if notReady = does.ready(a.Service(), urlOf(ln, options.TLSCert != "")); notReady != nil {
			stop()
		}
	}})
	if !unlog() {
		<-logged // so that "stopping" is logged before "stopped"
	}
	if notReady != nil {
		err = notReady // the cause of err
	}
	if err = errors.Join(err, a.Close()); err == nil || errors.Is(err, context.Canceled) {
		options.Log.InfoContext(ctx, "stopped")
	}
	return err
}

// watchedListener calls first before its first Accept.
type watchedListener struct {
	net.Listener
	once  sync.Once
	first func()
}

func (l *watchedListener) Accept() (net.Conn, error) {
	l.once.Do(l.first)
	return l.Listener.Accept()
}

const windowsAddressInUse = syscall.Errno(10048) // WSAEADDRINUSE

func (f listenFlags) listen(ctx context.Context) (net.Listener, error) {
	return listen(ctx, "--listen", f.Listen)
}

// listenAdmin returns nil if --admin-listen is not set.
func (c *serveCommand) listenAdmin(ctx context.Context) (net.Listener, error) {
	if c.AdminListen == "" {
		return nil, nil
	}
	return listen(ctx, "--admin-listen", c.AdminListen)
}

func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, wrongUsage("%s must be HOST:PORT, such as 127.0.0.1:8080, not %q", flag, address)
	}
	var config net.ListenConfig
	ln, err := config.Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return ln, nil
	case errors.Is(err, syscall.EADDRINUSE), errors.Is(err, windowsAddressInUse):
		return nil, fmt.Errorf("%s is in use; stop the other program or choose another address with %s", address, flag)
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return nil, fmt.Errorf("cannot listen on %s: %w; choose another address with %s", address, err, flag)
}

// urlOf returns a URL of the server for use on this machine.
func urlOf(ln net.Listener, secure bool) string {
	host, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		host, port = "127.0.0.1", strings.TrimPrefix(ln.Addr().String(), ":")
	}
	switch ip := net.ParseIP(host); {
	case ip == nil || !ip.IsUnspecified():
	case ip.To4() != nil:
		host = "127.0.0.1"
	default: // every address, of both kinds on most machines
		host = "localhost"
	}
	scheme := "http"
	if secure {
		scheme = "https"
	}
	u := url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port)}
	return u.String()
}
