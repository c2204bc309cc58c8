package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"example.org/rollcall/internal/web"
)

var networks = []struct {
	name, peer string
	forwarded  []string // X-Forwarded-For, a line each
	want       string
}{
	{"an untrusted peer", "192.0.2.7:1234", nil, "192.0.2.7/32"},
	{"an untrusted peer with X-Forwarded-For", "192.0.2.7:1234", []string{"198.51.100.1"}, "192.0.2.7/32"},
	{"IPv6", "[2001:db8:1:2:3:4:5:6]:1234", nil, "2001:db8:1:2::/64"},
	{"IPv6 with a zone", "[fe80::1%eth0]:1234", nil, "fe80::/64"},
	{"IPv4 in IPv6", "[::ffff:192.0.2.7]:1234", nil, "192.0.2.7/32"},
	{"a proxy without X-Forwarded-For", "10.0.0.1:1", nil, "10.0.0.1/32"},
	{"a proxy", "10.0.0.1:1", []string{"192.0.2.7"}, "192.0.2.7/32"},
	{"a proxy in IPv6 notation", "[::ffff:10.0.0.1]:1", []string{"192.0.2.7"}, "192.0.2.7/32"},
	{"a proxy of IPv6", "[2001:db8:ffff::1]:1", []string{"2001:db8:1:2::9"}, "2001:db8:1:2::/64"},
	{"an address that the caller added", "10.0.0.1:1", []string{"203.0.113.9, 192.0.2.7"}, "192.0.2.7/32"},
	{"text that the caller added", "10.0.0.1:1", []string{"unknown, <script>, 192.0.2.7"}, "192.0.2.7/32"},
	{"two proxies", "10.0.0.1:1", []string{"192.0.2.7, 10.0.0.2"}, "192.0.2.7/32"},
	{"two lines", "10.0.0.1:1", []string{"203.0.113.9", "192.0.2.7,10.0.0.2"}, "192.0.2.7/32"},
	{"only proxies", "10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3/32"},
	{"with ports", "10.0.0.1:1", []string{"192.0.2.7:55, 10.0.0.2:1"}, "192.0.2.7/32"},
	{"IPv6 with a port", "10.0.0.1:1", []string{"[2001:db8:1:2::9]:55"}, "2001:db8:1:2::/64"},
	{"IPv6 in brackets", "10.0.0.1:1", []string{"[2001:db8:1:2::9]"}, "2001:db8:1:2::/64"},
	{"malformed", "10.0.0.1:1", []string{"192.0.2.7, nonsense"}, "10.0.0.1/32"},
	{"an empty header", "10.0.0.1:1", []string{""}, "10.0.0.1/32"},
	{"an empty last element", "10.0.0.1:1", []string{"192.0.2.7,"}, "10.0.0.1/32"},
	{"malformed behind a proxy", "10.0.0.1:1", []string{"nonsense, 10.0.0.2"}, "10.0.0.1/32"},
	{"no address", "@", nil, "invalid Prefix"},
}

func TestNetwork(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48")}
	for _, test := range networks {
		t.Run(test.name, func(t *testing.T) {
			var got netip.Prefix
			h := web.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				got = web.FromContext(r.Context()).Network()
			}), web.Options{Error: fail, TrustedProxies: trusted})
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = test.peer
			r.Header["X-Forwarded-For"] = test.forwarded
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got.String() != test.want {
				t.Errorf("Network = %s, want %s", got, test.want)
			}
		})
	}
}

func FuzzNetwork(f *testing.F) {
	for _, test := range networks {
		f.Add(test.peer, strings.Join(test.forwarded, ","))
	}
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	f.Fuzz(func(t *testing.T, peer, forwarded string) {
		var got netip.Prefix
		h := web.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got = web.FromContext(r.Context()).Network()
		}), web.Options{Error: fail, TrustedProxies: trusted})
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-For", forwarded)
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got.IsValid() && got != got.Masked() || got.Addr().Is4In6() {
			t.Errorf("Network = %s for X-Forwarded-For %q, want a whole network", got, forwarded)
		}
		if p, err := netip.ParseAddrPort(peer); err == nil && !trusted[0].Contains(p.Addr().Unmap()) && !got.Contains(p.Addr().Unmap().WithZone("")) {
			t.Errorf("Network of the untrusted peer %s = %s, want its own", peer, got)
		}
	})
}
