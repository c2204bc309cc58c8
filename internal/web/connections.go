package web

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// minPerNetwork is how many connections one network may have where a tenth of all would be fewer.
const minPerNetwork = 16

// connections is a listener that bounds how many connections are open, in all and for each network (one address of IPv4,
// a /64 of IPv6). Where room is short it closes the connection that has been idle for longest, so that idle callers
// never keep others out; where none is idle it closes the new one.
type connections struct {
	net.Listener
	most, each int
	exempt     []netip.Prefix // from the bound for each network

	mu       sync.Mutex
	open     int
	idle     list.List // of *connection, the longest idle first
	networks map[netip.Prefix]*networkShare
}

// networkShare is what one network has open.
type networkShare struct {
	open int
	idle list.List // of *connection, the longest idle first
}

// connection is one that connections accepted.
type connection struct {
	net.Conn
	all     *connections
	network netip.Prefix  // the zero Prefix: exempt
	inAll   *list.Element // nil unless idle
	inShare *list.Element // nil unless idle and of a network
	closed  bool
}

func newConnections(ln net.Listener, most int, exempt []netip.Prefix) *connections {
	return &connections{
		Listener: ln, most: most, each: min(most, max(minPerNetwork, most/10)), exempt: exempt,
		networks: map[netip.Prefix]*networkShare{},
	}
}

// Accept returns the next connection that there is room for.
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

// networkOf returns whose share a connection counts for; the zero Prefix: nobody's.
func (l *connections) networkOf(conn net.Conn) netip.Prefix {
	address, ok := parseAddress(conn.RemoteAddr().String())
	if !ok || within(l.exempt, address) {
		return netip.Prefix{}
	}
	return network(address)
}

// admit counts a new connection as an idle one, and closes the longest idle one where its room is needed.
func (l *connections) admit(c *connection) bool {
	l.mu.Lock()
	share := l.networks[c.network]
	var victim *connection
	if share != nil && share.open >= l.each {
		victim = longestIdle(&share.idle)
		if victim == nil {
			l.mu.Unlock()
			return false
		}
	} else if l.open >= l.most {
		victim = longestIdle(&l.idle)
		if victim == nil {
			l.mu.Unlock()
			return false
		}
	}
	if victim != nil {
		l.forget(victim)
	}
	l.open++
	if c.network.IsValid() {
		if share = l.networks[c.network]; share == nil {
			share = &networkShare{}
			l.networks[c.network] = share
		}
		share.open++
	}
	l.setIdle(c)
	l.mu.Unlock()
	if victim != nil {
		_ = victim.Conn.Close()
	}
	return true
}

func longestIdle(idle *list.List) *connection {
	if first := idle.Front(); first != nil {
		return first.Value.(*connection)
	}
	return nil
}

// setIdle puts a connection at the end of those that may be closed. The lock is held.
func (l *connections) setIdle(c *connection) {
	if c.closed || c.inAll != nil {
		return
	}
	c.inAll = l.idle.PushBack(c)
	if share := l.networks[c.network]; share != nil {
		c.inShare = share.idle.PushBack(c)
	}
}

// setBusy takes a connection out of those that may be closed. The lock is held.
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

// forget gives back the room of a connection, once. The lock is held.
func (l *connections) forget(c *connection) {
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

// Close closes the connection and gives back its room.
func (c *connection) Close() error {
	c.all.mu.Lock()
	c.all.forget(c)
	c.all.mu.Unlock()
	return c.Conn.Close()
}

// changed notes that a connection begins or ends a request. A connection that net/http has not read from yet is idle too.
func (l *connections) changed(conn net.Conn, state http.ConnState) {
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
