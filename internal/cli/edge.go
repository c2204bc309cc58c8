package cli

import (
	"net/netip"
	"strings"

	"example.org/rollcall/internal/app"
)

// limitFlags are the limits of a server.
type limitFlags struct {
	Rate               int      `help:"Requests per minute of each key without a rate of its own, in this process; 0 for no limit." default:"12000" placeholder:"N" env:"ROLLCALL_RATE"`
	Burst              int      `help:"Requests at once of each key. By default a twelfth of --rate: 1000." placeholder:"N" env:"ROLLCALL_BURST"`
	MaxRequests        int      `help:"Maximum concurrent requests with a valid key; more are refused with 503. One dealer gets at most half. Pages and hooks may each have a quarter as many in addition." default:"1000" placeholder:"N" env:"ROLLCALL_MAX_REQUESTS"`
	MaxConnections     int      `help:"Maximum open connections; one address that is not a trusted proxy gets at most a tenth. At the limit, the connection idle for longest is closed." default:"10000" placeholder:"N" env:"ROLLCALL_MAX_CONNECTIONS"`
	AbuseMode          string   `help:"Handling of messages that exceed the limits of a dealer's settings: enforce refuses them with 429; observe sends them, and logs and counts them." enum:"enforce,observe" default:"enforce" placeholder:"enforce|observe" env:"ROLLCALL_ABUSE_MODE"`
	AllowPremiumRate   bool     `help:"Send to premium-rate numbers. Otherwise their validation is refused with 422 premium_rate." env:"ROLLCALL_ALLOW_PREMIUM_RATE"`
	MaxContactsPerSite int      `help:"Maximum contacts of a site." default:"500" placeholder:"N" env:"ROLLCALL_MAX_CONTACTS_PER_SITE"`
	TrustedProxies     []string `help:"Addresses or networks, separated by commas, of proxies whose X-Forwarded-For is trusted." placeholder:"CIDR" env:"ROLLCALL_TRUSTED_PROXIES"`
}

// limits returns options with only the limits set.
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
	var err error
	options.TrustedProxies, err = networks("--trusted-proxies", f.TrustedProxies)
	return options, err
}

// webhookFlags are the networks of receivers of events.
type webhookFlags struct {
	WebhookAllow []string `help:"Addresses or networks, separated by commas, that webhooks may be in although they are not public. Other private addresses are never called." placeholder:"CIDR" env:"ROLLCALL_WEBHOOK_ALLOW"`
}

// networks reads addresses or networks.
func networks(flag string, texts []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return nil, wrongUsage(flag+" must be addresses or networks, such as 127.0.0.1,10.0.0.0/8, not %q", text)
			}
			prefix = netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen())
		}
		all = append(all, prefix)
	}
	return all, nil
}

// tlsFlags are the files of a server's certificate.
type tlsFlags struct {
	TLSCert string `help:"PEM file with the certificate and its intermediates; the server then speaks HTTPS. It rereads both files when they change." placeholder:"FILE" env:"ROLLCALL_TLS_CERT"`
	TLSKey  string `help:"PEM file with the certificate's private key." placeholder:"FILE" env:"ROLLCALL_TLS_KEY"`
}

// pair fails if only one of the files is set.
func (f tlsFlags) pair() error {
	if (f.TLSCert == "") != (f.TLSKey == "") {
		return wrongUsage("--tls-cert and --tls-key must be set together")
	}
	return nil
}

// tracingWanted reports whether the standard variables OTEL_* turn tracing on.
func tracingWanted(getenv func(string) string) bool {
	if strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") || getenv("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	return getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != ""
}
