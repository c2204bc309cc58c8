package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// clientAddress returns the address that a request came from: the peer's, or if the peer is a trusted proxy the rightmost
// address of X-Forwarded-For that isn't one. If anything but an address stands to the right of it, the peer's address is
// returned. It returns the zero Addr if the peer has no IP address.
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

// parseAddress parses an IP address with or without a port, in the forms that proxies write.
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

// network returns the addresses that one caller may have: a single IPv4 address, or an IPv6 /64.
func network(address netip.Addr) netip.Prefix {
	bits := 32
	if address.Is6() {
		bits = 64
	}
	prefix, _ := address.Prefix(bits) // the zero Prefix for the zero Addr
	return prefix
}
