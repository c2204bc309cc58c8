package console

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// The values in a session.
const (
	dealerValue = "dealer"
	userValue   = "user"
)

// sessionLife is told to scs, which needs one. The service decides when a session ends.
const sessionLife = 7 * 24 * time.Hour

// newSessions returns the manager of sessions. The cookie ends with the browser, is not for scripts, and isn't sent with requests
// from other sites but for links. With TLS it has the prefix __Host-: only this host sets it, by TLS, for all paths.
func (h *Handler) newSessions() *scs.SessionManager {
	m := &scs.SessionManager{ // scs.New would start a store in memory, which never stops
		Store: sessionStore{h.service}, Codec: codec{h.now}, Lifetime: sessionLife, ErrorFunc: h.Error,
		Cookie: scs.SessionCookie{Name: "rollcall_console", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode},
	}
	if h.secure {
		m.Cookie.Name, m.Cookie.Secure = "__Host-rollcall", true
	}
	return m
}

// sessionStore keeps sessions in the database, by the SHA-256 of their tokens.
type sessionStore struct{ service *service.Service }

func hashOf(token string) rollcall.Hash { return sha256.Sum256([]byte(token)) }

// FindCtx implements scs.CtxStore.
func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	session, _, found, err := s.service.Session(ctx, hashOf(token))
	return session.Data, found, err
}

// CommitCtx implements scs.CtxStore. The service sets when the session ends.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	var values map[string]string
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	return s.service.SaveSession(ctx, rollcall.Session{
		Dealer: rollcall.DealerID(values[dealerValue]), User: rollcall.UserID(values[userValue]), Hash: hashOf(token), Data: data,
	})
}

// DeleteCtx implements scs.CtxStore.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.service.EndSession(ctx, hashOf(token))
}

// Find implements scs.Store, whose methods scs doesn't call for a CtxStore.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit implements scs.Store.
func (s sessionStore) Commit(token string, data []byte, end time.Time) error {
	return s.CommitCtx(context.Background(), token, data, end)
}

// Delete implements scs.Store.
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// codec stores the values of a session as JSON, without the end that scs gives it.
type codec struct{ now func() time.Time }

// Encode implements scs.Codec.
func (codec) Encode(_ time.Time, values map[string]any) ([]byte, error) { return json.Marshal(values) }

// Decode implements scs.Codec.
func (c codec) Decode(data []byte) (time.Time, map[string]any, error) {
	var values map[string]any
	err := json.Unmarshal(data, &values)
	return c.now().Add(sessionLife), values, err
}
