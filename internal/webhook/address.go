package webhook

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"syscall"
)

// errRefused is the error of a dial to an address that is not public.
var errRefused = errors.New("the address is not public")

// special are the networks of IANA's registries of special-purpose addresses that look public otherwise.
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)

// public6 has all public addresses of version 6. It also leaves out addresses that stand for one of version 4 (64:ff9b::/96).
var public6 = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		all[i] = netip.MustParsePrefix(text)
	}
	return all
}

// judge refuses a dial to an address that is not public, unless its network is allowed. It is called after the name was looked up,
// with the address that is about to be dialled.
func (s *Sender) judge(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return errRefused
	}
	ip := to.Addr().WithZone("").Unmap()
	if slices.ContainsFunc(s.opts.Allow, func(p netip.Prefix) bool { return p.Contains(ip) }) || isPublic(ip) && to.Addr().Zone() == "" {
		return nil
	}
	return errRefused
}

// isPublic reports whether anybody on the internet may have the address.
func isPublic(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.Is6() && !public6.Contains(ip) {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(ip) })
}
