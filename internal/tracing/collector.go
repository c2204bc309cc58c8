package tracing

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

const (
	uploadTimeout = 10 * time.Second // of one attempt
	firstRetry    = time.Second      // then doubled, until the batch's own timeout
	responseMax   = 64 << 10         // bytes
)

// collector sends spans by OTLP over HTTP, as protobuf. It implements otlptrace.Client. The library's own client also links
// gRPC, for its configuration alone: a hundred packages, a tenth of the time of a build.
type collector struct {
	url    string
	header http.Header
	gzip   bool
	client *http.Client
}

// setting returns the standard variable for traces, or the one for all signals.
func setting(name string) string {
	return cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_"+name), os.Getenv("OTEL_EXPORTER_OTLP_"+name))
}

// newCollector reads the standard variables OTEL_EXPORTER_OTLP_*.
func newCollector() (*collector, error) {
	if protocol := setting("PROTOCOL"); protocol != "" && protocol != "http/protobuf" {
		return nil, fmt.Errorf("traces cannot be sent with OTEL_EXPORTER_OTLP_PROTOCOL=%s; set it to http/protobuf", protocol)
	}
	c := &collector{url: os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), header: http.Header{}, gzip: setting("COMPRESSION") == "gzip"}
	if c.url == "" {
		c.url = strings.TrimRight(cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"), "http://localhost:4318"), "/") + "/v1/traces"
	}
	if u, err := url.Parse(c.url); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("OTEL_EXPORTER_OTLP_ENDPOINT must be a URL such as http://127.0.0.1:4318")
	}
	for pair := range strings.SplitSeq(setting("HEADERS"), ",") {
		name, value, found := strings.Cut(pair, "=")
		if decoded, err := url.PathUnescape(strings.TrimSpace(value)); found && err == nil {
			c.header.Set(strings.TrimSpace(name), decoded)
		}
	}
	c.header.Set("Content-Type", "application/x-protobuf")
	if c.gzip {
		c.header.Set("Content-Encoding", "gzip")
	}
	timeout := uploadTimeout
	if ms, err := strconv.Atoi(setting("TIMEOUT")); err == nil && ms > 0 {
		timeout = time.Duration(ms) * time.Millisecond
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	var err error
	transport.TLSClientConfig, err = tlsConfig()
	c.client = &http.Client{Transport: transport, Timeout: timeout}
	return c, err
}

// tlsConfig returns the certificates that the variables name; nil: none.
func tlsConfig() (*tls.Config, error) {
	authority, certificate := setting("CERTIFICATE"), setting("CLIENT_CERTIFICATE")
	if authority == "" && certificate == "" {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if authority != "" {
		pem, err := os.ReadFile(authority)
		config.RootCAs = x509.NewCertPool()
		if err != nil || !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("OTEL_EXPORTER_OTLP_CERTIFICATE must name a PEM file with certificates")
		}
	}
	if certificate != "" {
		pair, err := tls.LoadX509KeyPair(certificate, setting("CLIENT_KEY"))
		if err != nil {
			return nil, errors.New("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and _CLIENT_KEY must name the PEM files of a certificate and its key")
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// Start implements otlptrace.Client.
func (c *collector) Start(context.Context) error { return nil }

// Stop implements otlptrace.Client.
func (c *collector) Stop(context.Context) error {
	c.client.CloseIdleConnections()
	return nil
}

// UploadTraces implements otlptrace.Client. It retries, until ctx is done, what the collector or the network refuses for now.
func (c *collector) UploadTraces(ctx context.Context, spans []*otlp.ResourceSpans) error {
	body, err := proto.Marshal(&otlp.TracesData{ResourceSpans: spans}) // encoded like an ExportTraceServiceRequest
	if err != nil {
		return err
	}
	if c.gzip {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, err := w.Write(body)
		if err = errors.Join(err, w.Close()); err != nil {
			return err
		}
		body = packed.Bytes()
	}
	for wait := firstRetry; ; wait *= 2 {
		after, err := c.post(ctx, body)
		if err == nil || after < 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(max(wait, after)):
		}
	}
}

// post sends a body once. After an error it returns the time that the collector asks to wait; negative: do not retry.
func (c *collector) post(ctx context.Context, body []byte) (after time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return -1, err
	}
	r.Header = c.header.Clone()
	resp, err := c.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, responseMax))
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return time.Duration(max(seconds, 0)) * time.Second, errors.New("the collector answered " + resp.Status)
	}
	if resp.StatusCode >= 300 {
		return -1, errors.New("the collector answered " + resp.Status)
	}
	return 0, nil
}
