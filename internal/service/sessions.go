package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// sessionReader reads sessions.
type sessionReader interface {
	// SessionByHash returns the session of any user whose token has this hash, also if it has expired, and false if there is none.
	SessionByHash(ctx context.Context, hash rollcall.Hash) (rollcall.Session, bool, error)
	// Sessions returns every session of the user, the one that was used last first.
	Sessions(ctx context.Context, dealer rollcall.DealerID, user rollcall.UserID) ([]rollcall.Session, error)
}

// sessionWriter changes sessions in a transaction.
type sessionWriter interface {
	// PutSession adds a session, or replaces its data and times: UserNotFound.
	PutSession(ctx context.Context, s rollcall.Session) error
	// TouchSession sets when a session was last used and when it expires. It ignores an earlier use, and an unknown session.
	TouchSession(ctx context.Context, s rollcall.Session) error
	// DeleteSession removes a session, if there is one.
	DeleteSession(ctx context.Context, dealer rollcall.DealerID, user rollcall.UserID, hash rollcall.Hash) error
	// DeleteOtherSessions removes every session of the user but the one with this hash.
	DeleteOtherSessions(ctx context.Context, dealer rollcall.DealerID, user rollcall.UserID, keep rollcall.Hash) error
	// DeleteExpiredSessions removes at most limit sessions that expired before a time, and returns how many.
	DeleteExpiredSessions(ctx context.Context, before time.Time, limit int) (int, error)
}

// How long a session lasts.
const (
	sessionLife  = 7 * day
	sessionIdle  = 12 * time.Hour
	seenInterval = time.Minute // how exact Session.Seen is
)

// SaveSession stores a session of a user: UserNotFound. It sets Created of a new session, Seen and Expires.
func (s *Service) SaveSession(ctx context.Context, session rollcall.Session) error {
	return s.update(ctx, server(session.Dealer), func(ch *change) error {
		old, found, err := ch.tx.SessionByHash(ch.ctx, session.Hash)
		if err != nil {
			return err
		}
		session.Created = ch.now()
		if found {
			session.Created = old.Created
		}
		ch.seen(&session)
		return ch.tx.PutSession(ch.ctx, session)
	})
}

// seen sets when a session was last used and when it expires.
func (s *Service) seen(session *rollcall.Session) {
	session.Seen = s.now()
	session.Expires = session.Created.Add(sessionLife)
	if idle := session.Seen.Add(sessionIdle); idle.Before(session.Expires) {
		session.Expires = idle
	}
}

// Session returns a session by the hash of its token, and its user. It returns false if there is none, if it has expired, or if
// its user may not sign in any more. It stores the use of the session at most once a minute.
func (s *Service) Session(ctx context.Context, hash rollcall.Hash) (rollcall.Session, rollcall.User, bool, error) {
	session, u, found, err := s.openSession(ctx, hash)
	if err != nil || !found {
		return rollcall.Session{}, rollcall.User{}, false, err
	}
	if !s.opts.ReadOnly && s.now().Sub(session.Seen) >= seenInterval {
		s.seen(&session)
		err = s.update(ctx, server(session.Dealer), func(ch *change) error { return ch.tx.TouchSession(ch.ctx, session) })
		if rollcall.KindOf(err) == rollcall.Unavailable {
			err = nil // a database that is read-only now still serves pages
		}
	}
	return session, u, err == nil, err
}

// openSession is Session, but stores nothing.
func (s *Service) openSession(ctx context.Context, hash rollcall.Hash) (session rollcall.Session, u rollcall.User, found bool, err error) {
	session, found, err = s.store.SessionByHash(ctx, hash)
	if err != nil || !found || !s.now().Before(session.Expires) {
		return rollcall.Session{}, rollcall.User{}, false, err
	}
	u, err = s.store.User(ctx, session.Dealer, session.User)
	if rollcall.KindOf(err) == rollcall.UserNotFound {
		return rollcall.Session{}, rollcall.User{}, false, nil
	}
	return session, u, err == nil && u.MaySignIn(), err
}

// WatchSite returns a number that grows with each change of a site or its contacts, and false once the session with this hash has
// ended: SiteNotFound. Watching is no use of the session, which ends as if nobody did.
func (s *Service) WatchSite(ctx context.Context, hash rollcall.Hash, site rollcall.SiteID) (changes int64, open bool, err error) {
	session, _, open, err := s.openSession(ctx, hash)
	if err != nil || !open {
		return 0, false, err
	}
	if _, err := s.store.Site(ctx, session.Dealer, rollcall.SiteRef{ID: site}); err != nil {
		return 0, false, err
	}
	changes, err = s.SiteChanges(ctx, Caller{Dealer: session.Dealer}, site)
	return changes, true, err
}

// SiteChanges returns the number that WatchSite watches. Read it before the site: a page that is told of changes from it on misses none.
func (s *Service) SiteChanges(ctx context.Context, caller Caller, site rollcall.SiteID) (int64, error) {
	head, err := s.store.AuditHead(ctx, caller.Dealer, site)
	return head.Count, err
}

// WatchRollCall is WatchSite for a roll call: RollCallNotFound. The number also grows with other changes of the dealer's records.
func (s *Service) WatchRollCall(ctx context.Context, hash rollcall.Hash, id rollcall.RollCallID) (changes int64, open bool, err error) {
	session, _, open, err := s.openSession(ctx, hash)
	if err != nil || !open {
		return 0, false, err
	}
	if _, err := s.store.RollCall(ctx, session.Dealer, id); err != nil {
		return 0, false, err
	}
	changes, err = s.Changes(ctx, Caller{Dealer: session.Dealer})
	return changes, true, err
}

// Changes is SiteChanges for WatchRollCall.
func (s *Service) Changes(ctx context.Context, caller Caller) (int64, error) {
	end, err := s.store.AuditPosition(ctx, caller.Dealer, 0)
	return end.Pos, err
}

// Sessions returns the caller's sessions that have not expired, the one that was used last first.
func (s *Service) Sessions(ctx context.Context, caller Caller) ([]rollcall.Session, error) {
	all, err := s.store.Sessions(ctx, caller.Dealer, caller.User)
	var open []rollcall.Session
	for _, session := range all {
		if s.now().Before(session.Expires) {
			open = append(open, session)
		}
	}
	return open, err
}

// EndSession ends a session, if there is one with this hash.
func (s *Service) EndSession(ctx context.Context, hash rollcall.Hash) error {
	session, found, err := s.store.SessionByHash(ctx, hash)
	if err != nil || !found {
		return err
	}
	return s.update(ctx, server(session.Dealer), func(ch *change) error {
		return ch.tx.DeleteSession(ch.ctx, session.Dealer, session.User, session.Hash)
	})
}

// EndOtherSessions ends every session of the caller but the one with this hash.
func (s *Service) EndOtherSessions(ctx context.Context, caller Caller, keep rollcall.Hash) error {
	return s.update(ctx, caller, func(ch *change) error {
		return ch.tx.DeleteOtherSessions(ch.ctx, caller.Dealer, caller.User, keep)
	})
}
