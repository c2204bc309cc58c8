package postgres

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"example.org/rollcall/internal/store/engine"
)

const (
	lookTime  = 3 * time.Second        // that a server has to say what it is
	lookEvery = time.Second            // while there is a primary
	lookSoon  = 250 * time.Millisecond // while there is none
)

// servers are the servers that the URL names, if it names several, and which of them answers reads.
type servers struct {
	all     []*server
	now     atomic.Pointer[Source] // nil: no server answers
	standby atomic.Pointer[Source] // the last one that was a standby; its requests may still run
	looking sync.Mutex
	primary *server       // the last one; guarded by looking
	looks   atomic.Int64  // that have begun
	doubt   chan struct{} // makes Watch look at once
}

// server is one server of the URL.
type server struct {
	name   string
	ask    *sql.DB // one connection, on which it says what it is
	reads  *sql.DB // for requests while there is no primary; they end by themselves after it
	answer answer  // the last one; guarded by servers.looking
}

// answer is what a server says about itself.
type answer struct {
	primary, standby bool
	replayed         int64 // the position in the log up to which it has replayed
	err              error
}

// Source is where reads come from: the primary, or a standby while there is no primary.
type Source struct {
	server *server // nil: the primary, whichever server that is
	lost   context.Context
	lose   context.CancelFunc
}

func newSource(s *server) *Source {
	source := &Source{server: s}
	source.lost, source.lose = context.WithCancel(context.Background())
	return source
}

// Standby reports whether reads come from a standby.
func (s *Source) Standby() bool { return s.server != nil }

// Context returns a context for what reads from the source. It is canceled when the server is found not to answer.
func (s *Source) Context(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.lost.Done() == nil {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.lost, cancel)
	return ctx, func() { stop(); cancel() }
}

// openServers opens no connection yet. With one server there is nothing to choose from.
func (e *Engine) openServers(size int) {
	e.servers.doubt = make(chan struct{}, 1)
	if !severalHosts(e.config) {
		e.servers.now.Store(&Source{lost: context.Background()})
		return
	}
	e.servers.now.Store(newSource(nil))
	for _, config := range configOfEach(e.config) {
		s := &server{name: hostName(config.Host, config.Port)}
		s.ask, s.reads = sql.OpenDB(stdlib.GetConnector(*config)), sql.OpenDB(stdlib.GetConnector(*config))
		s.ask.SetMaxOpenConns(1)
		s.reads.SetMaxOpenConns(size)
		s.reads.SetMaxIdleConns(size)
		s.reads.SetConnMaxIdleTime(time.Minute)
		e.servers.all = append(e.servers.all, s)
	}
}

// configOfEach returns a configuration for each server, whether it can be written to or not.
func configOfEach(config *pgx.ConnConfig) []*pgx.ConnConfig {
	var all []*pgx.ConnConfig
	add := func(host string, port uint16) *pgx.ConnConfig {
		for _, c := range all {
			if c.Host == host && c.Port == port {
				return c
			}
		}
		c := config.Copy()
		c.Host, c.Port, c.Fallbacks, c.ValidateConnect = host, port, nil, nil
		all = append(all, c)
		return nil
	}
	add(config.Host, config.Port)
	for _, f := range config.Fallbacks {
		if c := add(f.Host, f.Port); c != nil { // once more, with or without TLS
			c.Fallbacks = append(c.Fallbacks, f)
		} else {
			all[len(all)-1].TLSConfig = f.TLSConfig
		}
	}
	return all
}

// HasStandbys reports whether the URL names several servers, so that reads may come from a standby while Watch runs.
func (e *Engine) HasStandbys() bool { return len(e.servers.all) > 0 }

// Watch finds out every second which of several servers is the primary, until ctx ends.
func (e *Engine) Watch(ctx context.Context) {
	if !e.HasStandbys() {
		return
	}
	for {
		e.look(ctx)
		pause := lookEvery
		if !e.hasPrimary() {
			pause = lookSoon
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-e.servers.doubt:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// suspect makes Watch look at once, after an error that says that the primary may be gone.
func (e *Engine) suspect() {
	select {
	case e.servers.doubt <- struct{}{}:
	default:
	}
}

func (e *Engine) hasPrimary() bool {
	source := e.servers.now.Load()
	return source != nil && !source.Standby()
}

// noPrimary is the error of whatever needs the primary while there is none.
func noPrimary() error {
	return engine.Unavailable("the database has no primary server now, so nothing can be changed; try again", nil)
}

// orNoPrimary returns err, or the error of noPrimary once the source is lost.
func (s *Source) orNoPrimary(err error) error {
	if s.lost.Err() != nil {
		return noPrimary()
	}
	return err
}

const selectReplayed = `SELECT (EXTRACT(EPOCH FROM COALESCE(pg_last_xact_replay_timestamp(),
	(SELECT checkpoint_time FROM pg_control_checkpoint()))) * 1000000)::bigint`

// Source returns where a request reads from, and for a standby the time of the last commit that it has replayed. It is Unavailable if
// the source doesn't answer, and without one if no server does. A standby that has replayed no commit since its start tells the time
// of its last checkpoint.
func (e *Engine) Source(ctx context.Context) (*Source, time.Time, error) {
	source := e.servers.now.Load()
	switch {
	case source == nil:
		return nil, time.Time{}, noPrimary()
	case !source.Standby():
		return source, time.Time{}, nil
	}
	var micros int64
	if err := source.server.reads.QueryRowContext(ctx, selectReplayed).Scan(&micros); err != nil {
		return source, time.Time{}, e.dialect.Failed(err)
	}
	return source, time.UnixMicro(micros).UTC(), nil
}

// Lost reports whether another source answers now, after a request to this one failed. It looks at the servers anew if that isn't
// known yet.
func (e *Engine) Lost(ctx context.Context, source *Source) bool {
	if e.servers.now.Load() == source {
		e.look(ctx)
	}
	now := e.servers.now.Load()
	return now != nil && now != source
}

// look asks every server what it is, and chooses the source of reads. Of several calls at once, one asks.
func (e *Engine) look(ctx context.Context) {
	before := e.servers.looks.Load()
	e.servers.looking.Lock()
	defer e.servers.looking.Unlock()
	if e.servers.looks.Load() != before {
		return // another call has begun and ended meanwhile
	}
	e.servers.looks.Add(1)
	e.askAll(ctx)
	e.choose()
}

// askAll sets the answers of the servers. It returns once the primary has answered, since the others may take long.
func (e *Engine) askAll(ctx context.Context) {
	type heard struct {
		*server
		answer
	}
	answers := make(chan heard, len(e.servers.all))
	for _, s := range e.servers.all {
		s.answer = answer{}
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
			defer cancel()
			answers <- heard{s, s.whatItIs(ctx)}
		}()
	}
	for range e.servers.all {
		h := <-answers
		h.server.answer = h.answer
		if h.primary {
			return
		}
	}
}

const selectWhatItIs = `SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off', pg_is_in_recovery(),
	COALESCE(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::bigint`

func (s *server) whatItIs(ctx context.Context) (a answer) {
	for range 2 { // the connection may be to a server that was restarted
		a = answer{}
		a.err = s.ask.QueryRowContext(ctx, selectWhatItIs).Scan(&a.primary, &a.standby, &a.replayed)
		if a.err == nil || ctx.Err() != nil {
			break
		}
	}
	return a
}

// choose sets the source by the answers of all servers: the primary, else the standby that has replayed most.
func (e *Engine) choose() {
	primary, best, unsure := e.sort()
	now := e.servers.now.Load()
	switch {
	case primary != nil:
		e.servers.primary = primary
		if !e.hasPrimary() {
			e.servers.now.Store(newSource(nil))
			e.opts.Log.Info("the database has a primary again", slog.String("server", primary.name))
		}
		return
	case unsure, now != nil && now.Standby() && now.server.answer.err == nil:
		return // a request to the standby goes on, and sees what the one before it saw
	case now != nil:
		now.lose()
	}
	if best == nil {
		if now != nil {
			e.opts.Log.Error("no server of the database answers", slog.String("error", e.answers()))
		}
		e.servers.now.Store(nil)
		return
	}
	if old := e.servers.standby.Load(); old != nil && old.server != best {
		old.lose() // or the rest of its requests would read from another server
	}
	source := newSource(best)
	e.servers.standby.Store(source)
	e.servers.now.Store(source)
	e.opts.Log.Error("the database has no primary: a standby answers GETs, and changes are refused",
		slog.String("standby", best.name), slog.String("error", e.answers()))
}

// sort returns the primary and the best standby among the servers that answered; nil: none. It is unsure if the last primary runs
// but didn't let us in, as when it has too many connections.
func (e *Engine) sort() (primary, best *server, unsure bool) {
	for _, s := range e.servers.all {
		switch a := s.answer; {
		case a.primary:
			primary = s
		case a.standby && (best == nil || a.replayed > best.answer.replayed):
			best = s
		}
		if code := code(s.answer.err); s == e.servers.primary && code != "" && !strings.HasPrefix(code, "57P") {
			unsure = true
		}
	}
	return primary, best, unsure
}

// answers returns in one line why servers didn't answer.
func (e *Engine) answers() string {
	var all []error
	for _, s := range e.servers.all {
		all = append(all, s.answer.err)
	}
	if err := errors.Join(all...); err != nil {
		return inOneLine(err.Error())
	}
	return "every server is a standby"
}

func (e *Engine) closeServers() error {
	var errs []error
	for _, s := range e.servers.all {
		errs = append(errs, s.ask.Close(), s.reads.Close())
	}
	return errors.Join(errs...)
}

// Standby returns the same database as seen by standbys: reads come from the one of Source, and changes are refused.
func (e *Engine) Standby() engine.Engine { return &standby{e} }

type standby struct{ *Engine }

// Reads implements engine.Engine.
func (s *standby) Reads() engine.Runner { return &reads{from: s.lastStandby} }

func (e *Engine) lastStandby() (*sql.DB, *Source, error) {
	if source := e.servers.standby.Load(); source != nil {
		return source.server.reads, source, nil
	}
	return nil, nil, noPrimary()
}

// Update implements engine.Engine.
func (s *standby) Update(context.Context, string, func(context.Context, engine.Tx) error) error {
	return noPrimary()
}
