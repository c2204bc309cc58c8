package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// call is one request of a caller who may make it.
type call struct {
	w        http.ResponseWriter
	r        *http.Request
	route    *route
	caller   service.Caller
	query    url.Values
	body     []byte        // once it was read
	onceKey  string        // the Idempotency-Key; empty: none
	strict   bool          // unknown names are refused
	warnings []warning     // about unknown names
	known    service.Match // of a GET: the answers that the caller has
}

// answer is what a handler returns.
type answer struct {
	status   int
	tag      string  // the ETag without its quotation marks; empty: none
	location string  // of what was created; empty: nothing was
	data     payload // nil: no body
	meta     *meta
	written  bool // the handler has written all of it
}

// meta stands beside the data of some lists.
type meta struct {
	Timestamp timestamp `json:"timestamp"`
}

func (c *call) context() context.Context { return c.r.Context() }

// serve answers a request for a route.
func (s *server) serve(route *route, w http.ResponseWriter, r *http.Request) {
	web.FromContext(r.Context()).Route = route.path
	c := &call{w: w, r: r, route: route}
	sent, err := s.answer(c)
	if err != nil {
		err = s.answeredBefore(c, err)
	}
	var before *service.Replayed
	switch {
	case errors.As(err, &before):
		s.replay(c, before)
	case err != nil:
		s.errors.write(w, r, s.withHint(c, err))
	default:
		c.send(sent)
	}
}

// answer runs the handler once the request may be made and its headers are as they must be.
func (s *server) answer(c *call) (service.Answer, error) {
	if err := s.authorize(c); err != nil {
		return service.Answer{}, err
	}
	if err := c.readHeaders(); err != nil {
		return service.Answer{}, err
	}
	a, err := c.route.handle(c)
	if err != nil || a.written {
		return service.Answer{}, err
	}
	if a.tag != "" && c.known.Has(a.tag) {
		a.status, a.data = http.StatusNotModified, nil
	}
	return c.encode(a)
}

// authorize finds out who calls, and refuses who may not.
func (s *server) authorize(c *call) error {
	key, ok := bearer(c.r)
	if !ok {
		return rollcall.NoAPIKey()
	}
	caller, err := s.admit(c.context(), key)
	if err != nil {
		return err
	}
	if c.route.scope != "" {
		if err := caller.Allow(c.route.scope); err != nil {
			return err
		}
		if c.r.Method != http.MethodGet {
			if err := caller.AllowChange(c.route.scope); err != nil {
				return err
			}
		}
	}
	for _, id := range strings.Split(c.route.path, "/") {
		if name, ok := strings.CutPrefix(id, "{"); ok && impossible(c.r.PathValue(strings.TrimSuffix(name, "}"))) {
			return unknownPath
		}
	}
	request := web.FromContext(c.context())
	caller.RequestID, caller.Address = request.RequestID, request.Network().String()
	c.caller = caller
	return nil
}

// impossible reports whether an identifier is one that no record can have, since it would change the path or is no text.
func impossible(id string) bool {
	return id == "." || id == ".." || !utf8.ValidString(id) || strings.ContainsRune(id, 0)
}

// bearer returns the API key of a request.
func bearer(r *http.Request) (key string, ok bool) {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(key), strings.EqualFold(scheme, "Bearer")
}

// readHeaders reads the query and the headers that have the same meaning for every operation.
func (c *call) readHeaders() error {
	if c.r.URL.RawQuery != "" {
		var err error
		if c.query, err = url.ParseQuery(c.r.URL.RawQuery); err != nil {
			return &rollcall.Error{
				Kind:    rollcall.InvalidRequest,
				Message: "the query cannot be read; write a percent sign in it as %25, and a semicolon as %3B",
			}
		}
	}
	c.strict = prefersStrict(c.r.Header)
	if err := c.checkQuery(); err != nil {
		return err
	}
	known, err := readTags(c.r.Header, "If-None-Match", false)
	if err != nil {
		return err
	}
	if c.r.Method == http.MethodGet {
		c.known = known
		return nil
	}
	c.caller.IfNoneMatch = known
	if keys := c.r.Header.Values("Idempotency-Key"); len(keys) > 0 {
		if len(keys) > 1 || !validOnceKey(keys[0]) {
			return &rollcall.Error{
				Kind: rollcall.InvalidRequest, Field: "Idempotency-Key", Message: "Idempotency-Key: must be 1 to 255 visible ASCII characters",
			}
		}
		c.onceKey = keys[0]
	}
	c.caller.IfMatch, err = readTags(c.r.Header, "If-Match", true)
	return err
}

// onceKeyMax bounds an Idempotency-Key, in bytes; the contract says so too.
const onceKeyMax = 255

func validOnceKey(key string) bool {
	return key != "" && len(key) <= onceKeyMax && !strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' })
}

// change runs a use case that changes something. Under an Idempotency-Key the answer that out makes of its result is kept
// in the transaction of the change.
func change[T any](c *call, do func(service.Caller) (T, error), out func(T) answer) (answer, error) {
	who := c.caller
	if c.onceKey != "" {
		who.Once = c.once(func(result any) (service.Answer, error) {
			value, _ := result.(T) // nil where the use case has no result
			return c.encode(out(value))
		})
	}
	result, err := do(who)
	if err != nil {
		return answer{}, err
	}
	return out(result), nil
}

// once says how the request is to happen once. Requests of test keys are apart, so that none is taken for a live one.
func (c *call) once(encode func(result any) (service.Answer, error)) *service.Once {
	operation := c.route.operation
	if c.caller.Test {
		operation += " test"
	}
	return &service.Once{Key: c.onceKey, Operation: operation, Fingerprint: c.fingerprint(), Answer: encode}
}

// fingerprint covers the method, the target and the body of the request. A body that could not be read is like no other.
func (c *call) fingerprint() rollcall.Hash {
	body := c.body
	if body == nil && c.r.Body != nil && c.r.Body != http.NoBody {
		body = []byte{0}
	}
	h := sha256.New()
	var size [8]byte
	for _, part := range [][]byte{[]byte(c.r.Method), []byte(c.r.URL.RequestURI()), body} {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write(part)
	}
	return rollcall.Hash(h.Sum(nil))
}

// answeredBefore returns *rollcall.Replayed or IdempotencyConflict in place of a refusal that came before the change, and
// so before a look at the Idempotency-Key, where a request under that key was answered before; else the refusal.
func (s *server) answeredBefore(c *call, refusal error) error {
	if c.onceKey == "" {
		return refusal
	}
	switch rollcall.KindOf(refusal) {
	case rollcall.InvalidRequest, rollcall.UnsupportedMediaType, rollcall.PayloadTooLarge, rollcall.ValidationFailed, rollcall.SiteNotFound:
	default:
		return refusal
	}
	who := c.caller
	who.Once = c.once(nil)
	if err := s.service.Answered(c.context(), who); err != nil {
		return err
	}
	return refusal
}

// replay answers a request as it was answered before. A validation and the branding are answered as they are
// now.
func (s *server) replay(c *call, before *service.Replayed) {
	stored := before.Answer
	if before.Validation != "" {
		v, err := s.service.Validation(c.context(), c.caller, before.Validation)
		if err == nil {
			stored, err = c.encode(validationAnswer(v))
		}
		if err != nil {
			s.errors.write(c.w, c.r, err)
			return
		}
	}
	if c.route.operation == "putBranding" {
		b, err := s.service.Branding(c.context(), c.caller)
		if err == nil {
			stored, err = c.encode(brandingAnswer(b))
		}
		if err != nil {
			s.errors.write(c.w, c.r, err)
			return
		}
	}
	if before.Suppression != "" {
		p, err := s.service.Suppression(c.context(), c.caller, before.Suppression)
		if err == nil {
			data := suppressionOut(&p)
			stored, err = c.encode(answer{status: stored.Status, data: &data})
		}
		if err != nil {
			s.errors.write(c.w, c.r, err)
			return
		}
	}
	c.w.Header().Set("Idempotent-Replayed", "true")
	c.send(stored)
}

// encode returns the answer as it is sent.
func (c *call) encode(a answer) (service.Answer, error) {
	sent := service.Answer{Status: a.status, Location: a.location}
	if a.tag != "" {
		sent.ETag = quoted(a.tag)
	}
	if a.data == nil {
		return sent, nil
	}
	a.data.warn(c.warnings)
	var err error
	sent.Body, err = encodeJSON(struct {
		Data payload `json:"data"`
		Meta *meta   `json:"meta,omitempty"`
	}{a.data, a.meta})
	return sent, err
}

// encodeJSON returns a value as JSON, with a newline at the end.
func encodeJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(value)
	return b.Bytes(), err
}

// send writes an answer.
func (c *call) send(a service.Answer) {
	if a.Status == 0 { // it is written
		return
	}
	h := c.w.Header()
	if a.ETag != "" {
		h.Set("ETag", a.ETag)
	}
	if a.Location != "" {
		h.Set("Location", a.Location)
	}
	if len(a.Body) > 0 {
		h.Set("Content-Type", "application/json; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	c.w.WriteHeader(a.Status)
	_, _ = c.w.Write(a.Body) // the caller may have hung up
}
