package cli

import (
	"net/netip"
	"strings"

	"example.org/rollcall/internal/app"
)

// limitFlags are what a server takes of its callers.
type limitFlags struct {
	Rate               int      `help:"How many requests a minute each key may send to this process, but for keys that were made with a rate of their own; 0 for any number." default:"12000" placeholder:"N" env:"ROLLCALL_RATE"`
	Burst              int      `help:"How many of them it may send at once; where absent a twelfth of --rate, which is 1000 by default." placeholder:"N" env:"ROLLCALL_BURST"`
	MaxRequests        int      `help:"Maximum concurrent requests with a valid key; more are refused with 503. One dealer gets half of them; pages and hooks have a quarter of that number each for themselves." default:"1000" placeholder:"N" env:"ROLLCALL_MAX_REQUESTS"`
	MaxConnections     int      `help:"Maximum open connections, and a tenth of it for one address that is no trusted proxy. Where room is short the connection that has been idle for longest is closed." default:"10000" placeholder:"N" env:"ROLLCALL_MAX_CONNECTIONS"`
	AbuseMode          string   `help:"What becomes of messages to people beyond the limits of the settings: enforce refuses them with 429; observe sends them, and tells the log and the metrics." enum:"enforce,observe" default:"enforce" placeholder:"enforce|observe" env:"ROLLCALL_ABUSE_MODE"`
	AllowPremiumRate   bool     `help:"Send to premium-rate numbers, which earn money for whoever has them. Without it such a validation is refused with 422 premium_rate." env:"ROLLCALL_ALLOW_PREMIUM_RATE"`
	MaxContactsPerSite int      `help:"How many contacts a site may have." default:"500" placeholder:"N" env:"ROLLCALL_MAX_CONTACTS_PER_SITE"`
	TrustedProxies     []string `help:"The proxies before this server, as addresses or networks separated by commas: what they say of a caller's address in X-Forwarded-For is believed. Nobody else is." placeholder:"CIDR" env:"ROLLCALL_TRUSTED_PROXIES"`
}

// limits returns options with the limits alone.
func (f limitFlags) limits() (app.Options, error) {
	if f.Rate < 0 || f.Burst < 0 {
		return app.Options{}, wrongUsage("--rate and --burst must be whole numbers from 0")
	}
	if f.MaxRequests < 1 || f.MaxConnections < 1 {
		return app.Options{}, wrongUsage("--max-requests and --max-connections must be whole numbers from 1")
	}
	options := app.Options{Rate: f.Rate, Burst: f.Burst, MaxRequests: f.MaxRequests, MaxConnections: f.MaxConnections, AbuseMode: f.AbuseMode,
		AllowPremiumRate: f.AllowPremiumRate}
	if f.Rate == 0 {
		options.Rate = -1
	}
	for _, text := range f.TrustedProxies {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return app.Options{}, wrongUsage("--trusted-proxies must be addresses or networks, such as 127.0.0.1,10.0.0.0/8, not %q", text)
			}
			prefix = netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen())
		}
		options.TrustedProxies = append(options.TrustedProxies, prefix)
	}
	return options, nil
}

// tlsFlags are the files of a server's certificate.
type tlsFlags struct {
	TLSCert string `help:"The file of the server's certificate, with those between it and a root, in PEM. With it the server speaks HTTPS, and reads both files again when they change." placeholder:"FILE" env:"ROLLCALL_TLS_CERT"`
	TLSKey  string `help:"The file of the certificate's private key, in PEM." placeholder:"FILE" env:"ROLLCALL_TLS_KEY"`
}

// pair fails where there is one without the other.
func (f tlsFlags) pair() error {
	if (f.TLSCert == "") != (f.TLSKey == "") {
		return wrongUsage("--tls-cert and --tls-key need each other")
	}
	return nil
}

// tracingWanted tells from the standard variables whether requests are to be traced.
func tracingWanted(getenv func(string) string) bool {
	if strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") || getenv("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	return getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != ""
}
