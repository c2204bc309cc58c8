package web

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// minPerNetwork is the least number of connections that one network may have, however small a tenth of all is.
const minPerNetwork = 16

// connections is a listener that limits the open connections, in total and for each network (one IPv4 address or an IPv6
// /64). At a limit it closes the connection that has been idle longest, so that idle callers keep nobody out. If none is
// idle it closes the new one.
type connections struct {
	net.Listener
	max, maxPerNetwork int
	exempt             []netip.Prefix // from maxPerNetwork

	mu       sync.Mutex
	open     int
	idle     list.List // of *connection, the longest idle first
	networks map[netip.Prefix]*networkShare
}

// networkShare are the open connections of one network.
type networkShare struct {
	open int
	idle list.List // of *connection, the longest idle first
}

// connection is an accepted connection.
type connection struct {
	net.Conn
	all     *connections
	network netip.Prefix  // the zero Prefix if exempt
	inAll   *list.Element // nil unless idle
	inShare *list.Element // nil unless idle and not exempt
	closed  bool
}

func newConnections(ln net.Listener, limit int, exempt []netip.Prefix) *connections {
	return &connections{
		Listener: ln, max: limit, maxPerNetwork: min(limit, max(minPerNetwork, limit/10)), exempt: exempt,
		networks: map[netip.Prefix]*networkShare{},
	}
}

// Accept returns the next connection that is within the limits.
func (l *connections) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &connection{Conn: conn, all: l, network: l.networkOf(conn)}
		if l.admit(c) {
			return c, nil
		}
		_ = conn.Close()
	}
}

// networkOf returns the network that a connection counts for; the zero Prefix if it is exempt or has no IP address.
func (l *connections) networkOf(conn net.Conn) netip.Prefix {
	address, ok := parseAddress(conn.RemoteAddr().String())
	if !ok || within(l.exempt, address) {
		return netip.Prefix{}
	}
	return network(address)
}

// admit counts a new connection, as an idle one, and closes the one that has been idle longest if there is no other room. It
// returns false if there is none.
func (l *connections) admit(c *connection) bool {
	l.mu.Lock()
	victim, ok := l.victim(c.network)
	if ok {
		l.add(c, victim)
	}
	l.mu.Unlock()
	if victim != nil {
		_ = victim.Conn.Close()
	}
	return ok
}

// victim returns the connection to close for a new one of the network; nil: none. It returns false if every connection that
// could be closed is in use. The caller holds the lock.
func (l *connections) victim(network netip.Prefix) (victim *connection, ok bool) {
	share := l.networks[network]
	switch {
	case share != nil && share.open >= l.maxPerNetwork:
		victim = longestIdle(&share.idle)
	case l.open >= l.max:
		victim = longestIdle(&l.idle)
	default:
		return nil, true
	}
	return victim, victim != nil
}

// add counts a new connection in place of victim, which may be nil. The caller holds the lock.
func (l *connections) add(c, victim *connection) {
	if victim != nil {
		l.remove(victim)
	}
	l.open++
	if c.network.IsValid() {
		share := l.networks[c.network]
		if share == nil {
			share = &networkShare{}
			l.networks[c.network] = share
		}
		share.open++
	}
	l.setIdle(c)
}

func longestIdle(idle *list.List) *connection {
	if first := idle.Front(); first != nil {
		return first.Value.(*connection)
	}
	return nil
}

// setIdle appends a connection to the idle ones, which may be closed. The caller holds the lock.
func (l *connections) setIdle(c *connection) {
	if c.closed || c.inAll != nil {
		return
	}
	c.inAll = l.idle.PushBack(c)
	if share := l.networks[c.network]; share != nil {
		c.inShare = share.idle.PushBack(c)
	}
}

// setBusy removes a connection from the idle ones. The caller holds the lock.
func (l *connections) setBusy(c *connection) {
	if c.inAll == nil {
		return
	}
	l.idle.Remove(c.inAll)
	if c.inShare != nil {
		l.networks[c.network].idle.Remove(c.inShare)
	}
	c.inAll, c.inShare = nil, nil
}

// remove counts a connection as closed, once. The caller holds the lock.
func (l *connections) remove(c *connection) {
	if c.closed {
		return
	}
	l.setBusy(c)
	c.closed = true
	l.open--
	if share := l.networks[c.network]; share != nil {
		if share.open--; share.open == 0 {
			delete(l.networks, c.network)
		}
	}
}

// Close closes the connection and makes room for another.
func (c *connection) Close() error {
	c.all.mu.Lock()
	c.all.remove(c)
	c.all.mu.Unlock()
	return c.Conn.Close()
}

// setState records that a connection begins or ends a request. A new connection that has sent nothing yet is idle too.
func (l *connections) setState(conn net.Conn, state http.ConnState) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	c, ok := conn.(*connection)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch state {
	case http.StateActive:
		l.setBusy(c)
	case http.StateIdle:
		l.setIdle(c)
	}
}
