package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Client calls a server with an API key. Its methods are safe for concurrent use.
type Client struct {
	// HTTP sends the requests. By default an attempt times out after 30 seconds.
	HTTP *http.Client

	Sites        Sites
	Contacts     Contacts
	Imports      Imports
	Validations  Validations
	Suppressions Suppressions
	Settings     SettingsCalls
	Branding     BrandingCalls
	Events       Events
	Webhooks     Webhooks
	Audit        Audit
	Readiness    Readiness
	Messages     Messages
	RollCalls    RollCalls

	url, key string
	wait     func(context.Context, time.Duration) error
}

// New returns a client for the server at a URL such as https://rollcall.example.com.
func New(url, key string) *Client {
	c := &Client{HTTP: &http.Client{Timeout: 30 * time.Second}, url: strings.TrimRight(url, "/"), key: key, wait: wait}
	c.Sites, c.Contacts, c.Validations = Sites{c}, Contacts{c}, Validations{c}
	c.Suppressions, c.Settings, c.Branding = Suppressions{c}, SettingsCalls{c}, BrandingCalls{c}
	c.Events, c.Webhooks, c.Audit = Events{c}, Webhooks{c}, Audit{c}
	c.Readiness, c.Messages = Readiness{c}, Messages{c}
	c.Imports, c.RollCalls = Imports{c}, RollCalls{c}
	return c
}

// Option is an option of a request.
type Option func(*request)

// IfMatch makes a change only if the record still has this ETag; otherwise it fails with precondition_failed.
func IfMatch(etag string) Option { return func(r *request) { r.header.Set("If-Match", etag) } }

// OnlyNew makes Put only create; if the record exists, it fails with precondition_failed.
func OnlyNew() Option { return func(r *request) { r.header.Set("If-None-Match", "*") } }

// IdempotencyKey replaces the generated Idempotency-Key, so that a restarted program can repeat the request.
func IdempotencyKey(key string) Option {
	return func(r *request) { r.header.Set("Idempotency-Key", key) }
}

// OnBehalfOf records in the audit on whose request a change is made: the name of a person, at most 100 characters.
func OnBehalfOf(name string) Option {
	return func(r *request) { r.header.Set("X-On-Behalf-Of", url.PathEscape(name)) }
}

// Strict makes the server refuse unknown fields and query parameters.
func Strict() Option { return func(r *request) { r.header.Set("Prefer", "handling=strict") } }

// request is an API request, which may be sent several times.
type request struct {
	method, path string
	query        url.Values
	header       http.Header
	body         []byte
	patient      bool // it may take longer than the Timeout of Client.HTTP
}

const (
	maxAttempts = 4
	maxWait     = time.Minute // after a longer Retry-After the caller gets the error
	maxAnswer   = 64 << 20    // bytes
)

// call sends a request with the body in, decodes the data of the response into out, and returns the ETag. in and out may be
// nil.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, in, out any, options ...Option) (etag string, err error) {
	r := &request{method: method, path: path, query: query, header: http.Header{}}
	if in != nil {
		if r.body, err = json.Marshal(in); err != nil {
			return "", err
		}
		r.header.Set("Content-Type", "application/json")
	}
	return c.do(ctx, r, out, options...)
}

// do sends a request, several times if needed.
func (c *Client) do(ctx context.Context, r *request, out any, options ...Option) (etag string, err error) {
	if r.method != http.MethodGet {
		r.header.Set("Idempotency-Key", rand.Text())
	}
	for _, option := range options {
		option(r)
	}
	err = c.retrying(ctx, func() error {
		etag, err = c.send(ctx, r, out)
		return err
	})
	return etag, err
}

// stream sends a GET request and returns the body of the response, which may take any time. The caller closes it.
func (c *Client) stream(ctx context.Context, path string, query url.Values) (body io.ReadCloser, err error) {
	r := &request{method: http.MethodGet, path: path, query: query, header: http.Header{}, patient: true}
	err = c.retrying(ctx, func() error {
		resp, err := c.open(ctx, r)
		if err != nil {
			return err
		}
		if resp.StatusCode < 300 {
			body = resp.Body
			return nil
		}
		defer func() { _ = resp.Body.Close() }()
		refusal, err := readBody(resp)
		if err != nil {
			return err
		}
		return readError(resp, refusal)
	})
	if err != nil {
		return nil, err
	}
	return body, nil
}

// retrying calls send until it succeeds or must not be repeated.
func (c *Client) retrying(ctx context.Context, send func() error) error {
	for attempt := 1; ; attempt++ {
		err := send()
		pause, again := retry(err, attempt)
		if !again || ctx.Err() != nil {
			return err
		}
		if waiting := c.wait(ctx, pause); waiting != nil {
			return errors.Join(err, waiting)
		}
	}
}

// retry reports whether to retry a request after an error, and returns the pause.
func retry(err error, attempt int) (after time.Duration, again bool) {
	if err == nil || attempt == maxAttempts {
		return 0, false
	}
	backOff := time.Duration(float64(250*time.Millisecond<<attempt) * (0.5 + mathrand.Float64()))
	var refused *Error
	var broken *invalidError
	switch {
	case errors.As(err, &broken):
		return 0, false
	case !errors.As(err, &refused):
		return backOff, true // lost connection
	case refused.RetryAfter == 0 || refused.RetryAfter > maxWait:
		return 0, false
	case refused.Status == http.StatusTooManyRequests, refused.Status == http.StatusServiceUnavailable,
		refused.Code == "idempotency_in_progress":
		return max(refused.RetryAfter, backOff), true
	}
	return 0, false
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// open sends the request once, and returns the response with its body unread.
func (c *Client) open(ctx context.Context, r *request) (*http.Response, error) {
	if !strings.HasPrefix(c.url, "http://") && !strings.HasPrefix(c.url, "https://") {
		return nil, &invalidError{fmt.Errorf("the server's URL is %q; use one such as https://rollcall.example.com", c.url)}
	}
	target := c.url + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(r.body))
	if err != nil {
		return nil, &invalidError{err}
	}
	req.Header = r.header.Clone()
	req.Header.Set("Authorization", "Bearer "+c.key)
	if !r.patient {
		return c.HTTP.Do(req)
	}
	patient := *c.HTTP
	patient.Timeout = 0
	return patient.Do(req)
}

// readBody reads the body of a response.
func readBody(resp *http.Response) ([]byte, error) {
	return io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
}

// send sends the request once.
func (c *Client) send(ctx context.Context, r *request, out any) (etag string, err error) {
	resp, err := c.open(ctx, r)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := readBody(resp)
	if err != nil {
		return "", err
	}
	if resp.StatusCode >= 300 {
		return "", readError(resp, body)
	}
	if out == nil || len(body) == 0 {
		return "", nil
	}
	if err := json.Unmarshal(body, &struct {
		Data any `json:"data"`
	}{out}); err != nil {
		return "", &invalidError{err}
	}
	return resp.Header.Get("ETag"), nil
}

// values returns a query of names and values in turn, without zero values.
func values(pairs ...any) url.Values {
	query := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		switch v := pairs[i+1].(type) {
		case string:
			if v != "" {
				query.Set(name, v)
			}
		case int:
			if v != 0 {
				query.Set(name, strconv.Itoa(v))
			}
		case []string:
			if len(v) > 0 {
				query.Set(name, strings.Join(v, ","))
			}
		case time.Time:
			if !v.IsZero() {
				query.Set(name, v.UTC().Format(time.RFC3339Nano))
			}
		}
	}
	return query
}
