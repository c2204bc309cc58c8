package cli

import (
	"net/netip"
	"strings"

	"example.org/rollcall/internal/app"
)

// limitFlags are what a server takes of its callers.
type limitFlags struct {
	Rate               int      `help:"Requests a minute that each key may send to this process, unless the key was created with a rate of its own; 0 for no limit." default:"12000" placeholder:"N" env:"ROLLCALL_RATE"`
	Burst              int      `help:"How many of them it may send at once. By default a twelfth of --rate: 1000 unless --rate is set." placeholder:"N" env:"ROLLCALL_BURST"`
	MaxRequests        int      `help:"Maximum concurrent requests with a valid key; more are refused with 503. One dealer gets half of them; pages and hooks have a quarter of that number each for themselves." default:"1000" placeholder:"N" env:"ROLLCALL_MAX_REQUESTS"`
	MaxConnections     int      `help:"Maximum open connections, and a tenth of that from one address that is not a trusted proxy. At the limit, the connection that has been idle for longest is closed." default:"10000" placeholder:"N" env:"ROLLCALL_MAX_CONNECTIONS"`
	AbuseMode          string   `help:"What to do with messages that exceed the limits of a dealer's settings: enforce refuses them with 429; observe sends them, and reports them in the log and the metrics." enum:"enforce,observe" default:"enforce" placeholder:"enforce|observe" env:"ROLLCALL_ABUSE_MODE"`
	AllowPremiumRate   bool     `help:"Send to premium-rate numbers, which are expensive to call. Without it, a validation of such a number is refused with 422 premium_rate." env:"ROLLCALL_ALLOW_PREMIUM_RATE"`
	MaxContactsPerSite int      `help:"How many contacts a site may have." default:"500" placeholder:"N" env:"ROLLCALL_MAX_CONTACTS_PER_SITE"`
	TrustedProxies     []string `help:"The proxies in front of this server, as addresses or networks separated by commas. Only from them is X-Forwarded-For accepted as the caller's address." placeholder:"CIDR" env:"ROLLCALL_TRUSTED_PROXIES"`
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
	TLSCert string `help:"The file of the server's certificate and its intermediate certificates, in PEM. With it the server speaks HTTPS, and reads both files again when they change." placeholder:"FILE" env:"ROLLCALL_TLS_CERT"`
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
