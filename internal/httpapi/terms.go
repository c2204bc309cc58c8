package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"net/http"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// callKey is where the security handler leaves who calls for the operations, and termsKey where ServeHTTP leaves on what
// terms: the generated server passes nothing but the context between them.
type (
	callKey  struct{}
	termsKey struct{}
)

// onceKeyMax bounds an Idempotency-Key, in bytes; the contract says so too.
const onceKeyMax = 255

// call is one call of an operation, by somebody who may.
type call struct {
	caller    rollcall.Caller
	operation api.OperationName
}

// terms are what the headers of a request ask for beyond its operation.
type terms struct {
	idempotencyKey string
	ifMatch        string
	method, target string
}

// withTerms puts what the headers ask for into the context of the request, where they ask for anything.
func withTerms(r *http.Request) *http.Request {
	t := terms{idempotencyKey: r.Header.Get("Idempotency-Key"), ifMatch: r.Header.Get("If-Match")}
	if t.idempotencyKey == "" && t.ifMatch == "" || r.Method == http.MethodGet {
		return r
	}
	t.method, t.target = r.Method, r.URL.RequestURI()
	return r.WithContext(context.WithValue(r.Context(), termsKey{}, &t))
}

// caller returns who calls, and on what terms. It is only used in operations that need a key, so there is somebody.
// status is that of the answer to the call, which is kept where the caller asks for that.
func caller(ctx context.Context, status int) rollcall.Caller {
	c := ctx.Value(callKey{}).(*call)
	who := c.caller
	t, _ := ctx.Value(termsKey{}).(*terms)
	if t == nil {
		return who
	}
	who.IfMatch = rollcall.ParseMatch(t.ifMatch)
	if t.idempotencyKey != "" {
		who.Once = &rollcall.Once{
			Key:         t.idempotencyKey,
			Operation:   c.operation,
			Fingerprint: t.fingerprint(bodyOf(ctx)),
			Answer:      func(result any) rollcall.Answer { return kept(result, status) },
		}
	}
	return who
}

// bodyOf returns the body of the request. One that could not be read is like no other.
func bodyOf(ctx context.Context) []byte {
	body := web.FromContext(ctx).Body
	if data := body.Bytes(); data != nil || body == nil {
		return data
	}
	return []byte{0}
}

// reader returns who calls an operation that changes nothing.
func reader(ctx context.Context) rollcall.Caller {
	return ctx.Value(callKey{}).(*call).caller
}

// answered returns *rollcall.Replayed or IdempotencyConflict in place of a refusal that came before the change and so
// before a look at the Idempotency-Key, where a request under that key was answered before; else the refusal.
func (s *server) answered(ctx context.Context, refusal error) error {
	if c, _ := ctx.Value(callKey{}).(*call); c == nil || ctx.Value(termsKey{}) == nil {
		return refusal
	}
	switch rollcall.KindOf(refusal) {
	case rollcall.InvalidRequest, rollcall.UnsupportedMediaType, rollcall.PayloadTooLarge, rollcall.ValidationFailed, rollcall.SiteNotFound:
	default:
		return refusal
	}
	who := caller(ctx, 0)
	if who.Once == nil || len(who.Once.Key) > onceKeyMax {
		return refusal
	}
	if err := s.service.Answered(ctx, who); err != nil {
		return err
	}
	return refusal
}

// fingerprint covers the method, the target and the body of the request.
func (t *terms) fingerprint(body []byte) rollcall.Hash {
	h := sha256.New()
	var size [8]byte
	for _, part := range [][]byte{[]byte(t.method), []byte(t.target), body} {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write(part)
	}
	return rollcall.Hash(h.Sum(nil))
}

// kept returns the answer for the result of a use case, as it is sent.
func kept(result any, status int) rollcall.Answer {
	a := rollcall.Answer{Status: status}
	var body interface{ MarshalJSON() ([]byte, error) }
	switch r := result.(type) {
	case rollcall.Contact:
		a.ETag, body = quoted(r.ETag()), &api.ContactAnswer{Data: contactOut(&r)}
	case rollcall.PutResult:
		if r.Created {
			a.Status = http.StatusCreated
		}
		a.ETag, body = quoted(r.Contact.ETag()), &api.ContactAnswer{Data: contactOut(&r.Contact)}
	case rollcall.Site:
		a.ETag, body = quoted(r.ETag()), &api.SiteAnswer{Data: siteOut(&r)}
	case rollcall.Erasure:
		body = erasureOut(r)
	case rollcall.Settings:
		a.ETag, body = quoted(r.ETag()), &api.SettingsAnswer{Data: settingsOut(&r)}
	case rollcall.Branding:
		a.ETag, body = quoted(r.ETag()), &api.BrandingAnswer{Data: brandingOut(&r)}
	case rollcall.SuppressionResult: // the body is made of what is there when it is asked for again
		if r.Created {
			a.Status = http.StatusCreated
		}
		return a
	default:
		return a
	}
	a.Body, _ = body.MarshalJSON() // the generated encoders return no error
	return a
}

// replay answers a request as it was answered before.
func (s *server) replay(ctx context.Context, w http.ResponseWriter, r *http.Request, before *rollcall.Replayed) {
	answer := before.Answer
	if before.Validation != "" {
		v, err := s.service.Validation(ctx, reader(ctx), before.Validation)
		if err != nil {
			s.errors.write(w, r, err)
			return
		}
		answer.Status = http.StatusOK
		if v.Status == rollcall.ValidationQueued {
			answer.Status = http.StatusAccepted
		}
		out := validationOut(&v)
		answer.Body, _ = out.MarshalJSON()
	}
	if before.Suppression != "" {
		p, err := s.service.Suppression(ctx, reader(ctx), before.Suppression)
		if err != nil {
			s.errors.write(w, r, err)
			return
		}
		answer.Body, _ = (&api.SuppressionAnswer{Data: suppressionOut(&p)}).MarshalJSON()
	}
	h := w.Header()
	h.Set("Idempotent-Replayed", "true")
	if answer.ETag != "" {
		h.Set("ETag", answer.ETag)
	}
	if len(answer.Body) > 0 {
		h.Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}
