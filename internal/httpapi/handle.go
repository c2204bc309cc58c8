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

// call is one request for a route.
type call struct {
	w              http.ResponseWriter
	r              *http.Request
	route          *route
	caller         service.Caller
	query          url.Values
	body           []byte         // nil until it was read
	idempotencyKey string         // empty: none
	strict         bool           // unknown names are errors
	warnings       []fieldMessage // about unknown names
	cached         service.Match  // If-None-Match of a GET
}

// answer is the result of a handler.
type answer struct {
	status   int
	tag      string  // ETag without quotation marks; empty: none
	location string  // path of a created record
	data     payload // nil: no body
	meta     *meta
	written  bool // the handler has written the response
}

// with returns the answer with warnings about the request.
func (a answer) with(warnings []rollcall.Warning) answer {
	a.data.warn(warningsOut(warnings).Warnings)
	return a
}

// meta is sent beside the data of some lists.
type meta struct {
	Timestamp timestamp `json:"timestamp"`
}

func (c *call) context() context.Context { return c.r.Context() }

// serve serves a request for a route.
func (s *server) serve(route *route, w http.ResponseWriter, r *http.Request) {
	web.FromContext(r.Context()).Route = route.path
	c := &call{w: w, r: r, route: route}
	response, err := s.answer(c)
	if err != nil {
		err = s.checkStored(c, err)
	}
	var replayed *service.Replayed
	switch {
	case errors.As(err, &replayed):
		s.replay(c, replayed)
	case err != nil:
		s.fail(w, r, s.withHint(c, err))
	default:
		c.send(response)
	}
}

// answer checks the caller and the headers, and runs the handler.
func (s *server) answer(c *call) (service.Response, error) {
	if err := s.authorize(c); err != nil {
		return service.Response{}, err
	}
	if err := c.readHeaders(); err != nil {
		return service.Response{}, err
	}
	a, err := c.route.handle(c)
	if err != nil || a.written {
		return service.Response{}, err
	}
	if a.tag != "" && c.cached.Has(a.tag) {
		a.status, a.data = http.StatusNotModified, nil
	}
	return c.encode(a)
}

// authorize sets the caller. It fails if the key is invalid, over a limit, or lacks the scope of the route.
func (s *server) authorize(c *call) error {
	key, ok := bearerToken(c.r)
	if !ok {
		return rollcall.NoAPIKey()
	}
	caller, err := s.admit(c.w, c.r, key)
	if err != nil {
		return err
	}
	if c.route.scope != "" {
		if err := caller.Allow(c.route.scope); err != nil {
			return err
		}
	}
	for segment := range strings.SplitSeq(c.route.path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok && invalidID(c.r.PathValue(strings.TrimSuffix(name, "}"))) {
			return unknownPath
		}
	}
	request := web.FromContext(c.context())
	caller.RequestID, caller.Address = request.RequestID, request.Network().String()
	c.caller = caller
	return nil
}

// invalidID reports whether no record can have the identifier, since it is a path segment with a meaning or isn't text.
func invalidID(id string) bool {
	return id == "." || id == ".." || !utf8.ValidString(id) || strings.ContainsRune(id, 0)
}

// bearerToken returns the API key of a request.
func bearerToken(r *http.Request) (key string, ok bool) {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(key), strings.EqualFold(scheme, "Bearer")
}

// readHeaders parses the query and the headers that every operation has.
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
	noneMatch, err := readTags(c.r.Header, "If-None-Match", false)
	if err != nil {
		return err
	}
	if c.r.Method == http.MethodGet {
		c.cached = noneMatch
		return nil
	}
	c.caller.IfNoneMatch = noneMatch
	if c.caller.OnBehalfOf, err = readOnBehalfOf(c.r.Header); err != nil {
		return err
	}
	if keys := c.r.Header.Values("Idempotency-Key"); len(keys) > 0 {
		if len(keys) > 1 || !validIdempotencyKey(keys[0]) {
			return &rollcall.Error{
				Kind: rollcall.InvalidRequest, Field: "Idempotency-Key", Message: "Idempotency-Key: must be 1 to 255 visible ASCII characters",
			}
		}
		c.idempotencyKey = keys[0]
	}
	c.caller.IfMatch, err = readTags(c.r.Header, "If-Match", true)
	return err
}

// maxIdempotencyKey is the longest Idempotency-Key, in bytes, as in the contract.
const maxIdempotencyKey = 255

func validIdempotencyKey(key string) bool {
	return key != "" && len(key) <= maxIdempotencyKey && !strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' })
}

// change runs a use case that changes something, and converts its result with out. With an Idempotency-Key the answer is
// stored in the transaction of the change.
func change[T any](c *call, do func(service.Caller) (T, error), out func(T) answer) (answer, error) {
	caller := c.caller
	if c.idempotencyKey != "" {
		caller.IdempotencyKey = c.idempotency(func(result any) (service.Response, error) {
			value, _ := result.(T) // nil if the use case has no result
			return c.encode(out(value))
		})
	}
	result, err := do(caller)
	if err != nil {
		return answer{}, err
	}
	return out(result), nil
}

// idempotency returns how the use case stores the response.
func (c *call) idempotency(encode func(result any) (service.Response, error)) *service.IdempotencyKey {
	return &service.IdempotencyKey{Key: c.idempotencyKey, Operation: c.route.operation, Fingerprint: c.fingerprint(), Respond: encode}
}

// fingerprint returns a hash of the method, the URL and the body. A body that can't be read has the fingerprint of no other.
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

// checkStored is called for an error that came before the use case looked at the Idempotency-Key. It returns
// *service.Replayed or IdempotencyConflict if a response is stored under the key, and err otherwise.
func (s *server) checkStored(c *call, err error) error {
	if c.idempotencyKey == "" {
		return err
	}
	switch rollcall.KindOf(err) {
	case rollcall.InvalidRequest, rollcall.UnsupportedMediaType, rollcall.PayloadTooLarge, rollcall.ValidationFailed, rollcall.SiteNotFound:
	default:
		return err
	}
	caller := c.caller
	caller.IdempotencyKey = c.idempotency(nil)
	if stored := s.service.CheckIdempotencyKey(c.context(), caller); stored != nil {
		return stored
	}
	return err
}

// replay sends the stored response.
func (s *server) replay(c *call, replayed *service.Replayed) {
	response, err := s.stored(c, replayed)
	if err != nil {
		s.fail(c.w, c.r, err)
		return
	}
	c.w.Header().Set("Idempotent-Replayed", "true")
	c.send(response)
}

// stored returns the stored response. A validation, the branding, and a suppression whose stored response was erased are
// returned as they are now.
func (s *server) stored(c *call, replayed *service.Replayed) (service.Response, error) {
	switch {
	case replayed.Validation != "":
		v, err := s.service.Validation(c.context(), c.caller, replayed.Validation)
		if err != nil {
			return service.Response{}, err
		}
		return c.encode(validationAnswer(v))
	case replayed.Suppression != "":
		p, err := s.service.Suppression(c.context(), c.caller, replayed.Suppression)
		if err != nil {
			return service.Response{}, err
		}
		data := suppressionOut(&p)
		return c.encode(answer{status: replayed.Response.Status, data: &data})
	case c.route.operation == "putBranding":
		b, err := s.service.Branding(c.context(), c.caller)
		if err != nil {
			return service.Response{}, err
		}
		return c.encode(brandingAnswer(b))
	}
	return replayed.Response, nil
}

// encode returns the response of an answer.
func (c *call) encode(a answer) (service.Response, error) {
	response := service.Response{Status: a.status, Location: a.location}
	if a.tag != "" {
		response.ETag = quoted(a.tag)
	}
	if a.data == nil {
		return response, nil
	}
	a.data.warn(c.warnings)
	var err error
	response.Body, err = encodeJSON(struct {
		Data payload `json:"data"`
		Meta *meta   `json:"meta,omitempty"`
	}{a.data, a.meta})
	return response, err
}

// encodeJSON returns the JSON of value, and a newline.
func encodeJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(value)
	return b.Bytes(), err
}

// send writes a response. Status 0 means that the handler has written it.
func (c *call) send(a service.Response) {
	if a.Status == 0 {
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
