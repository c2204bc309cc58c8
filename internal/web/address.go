package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// clientAddress returns whose request it is: the peer's address, or where the peer is a trusted proxy the rightmost
// address of X-Forwarded-For that is none. Where that header holds anything else than addresses up to there it is the
// peer's. It is the zero Addr where the peer has no IP address.
func clientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, ok := parseAddress(r.RemoteAddr)
	if !ok || !within(trusted, peer) {
		return peer
	}
	client := peer
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, ok := parseAddress(strings.TrimSpace(hops[i]))
		if !ok {
			return peer
		}
		client = hop
		if !within(trusted, hop) {
			break
		}
	}
	return client
}

// parseAddress reads an IP address with or without a port, as proxies write it.
func parseAddress(s string) (netip.Addr, bool) {
	address, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		withPort, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		address = withPort.Addr()
	}
	return address.Unmap().WithZone(""), true
}

func within(prefixes []netip.Prefix, address netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(address) {
			return true
		}
	}
	return false
}

// network returns the addresses that one caller can have: one of IPv4, a /64 of IPv6.
func network(address netip.Addr) netip.Prefix {
	bits := 32
	if address.Is6() {
		bits = 64
	}
	prefix, _ := address.Prefix(bits) // the zero Prefix for the zero Addr
	return prefix
}
