package gateway_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/delivery/gateway"
	"example.org/rollcall/internal/rollcall"
)

// core records the calls of Hooks.
type core struct {
	told []string
	err  error
}

func (c *core) RecordReport(_ context.Context, d rollcall.DealerID, v rollcall.ValidationID, r rollcall.DeliveryReport) error {
	failure := ""
	if r.Failure != nil {
		failure = r.Failure.Code
	}
	c.told = append(c.told, fmt.Sprintf("report %s %s %s %s", d, v, r.Ref, failure))
	return c.err
}

func (c *core) ReceiveMessage(_ context.Context, m rollcall.InboundMessage) (string, error) {
	c.told = append(c.told, fmt.Sprintf("message %s %s %q %v%s", m.Ref, m.From, m.Text, m.AnswersStop, m.Keyword))
	return `Thank "you"`, c.err
}

func (c *core) AnswerCall(_ context.Context, d rollcall.DealerID, v rollcall.ValidationID, key string) (rollcall.CallReply, error) {
	c.told = append(c.told, fmt.Sprintf("key %s %s %s", d, v, key))
	return rollcall.CallReply{Text: "Merci", Language: "fr", Again: true}, c.err
}

func TestHooks(t *testing.T) {
	const ids = `"dealer_id": "dealer_1", "validation_id": "val_1"`
	for _, tt := range []struct {
		path, body string
		err        error
		want       int
		told       string
		answer     string
	}{
		{"status", `{` + ids + `, "id": "m1", "status": "delivered"}`, nil, 204, "report dealer_1 val_1 m1 ", ""},
		{"status", `{` + ids + `, "id": "m1", "status": "failed", "code": "not_mobile"}`, nil, 204, "report dealer_1 val_1 m1 not_mobile", ""},
		{"status", `{` + ids + `, "status": "failed", "code": "` + to + `"}`, nil, 204, "report dealer_1 val_1  not_delivered", ""},
		{"status", `{` + ids + `, "status": "failed", "code": "number_not_in_service"}`, nil, 204, "report dealer_1 val_1  number_not_in_service", ""},
		{"status", `{` + ids + `, "status": "queued"}`, nil, 400, "", "status must be"},
		{"status", `{"status": "delivered"}`, nil, 400, "", "dealer_id and validation_id"},
		{"status", `[]`, nil, 400, "", "JSON object"},
		{"status", `{` + ids + `, "status": "delivered"}`, &rollcall.Error{Kind: rollcall.ValidationNotFound}, 404, "report dealer_1 val_1  ", ""},
		{"status", `{` + ids + `, "status": "delivered"}`, &rollcall.Error{Kind: rollcall.Unavailable}, 503, "report dealer_1 val_1  ", ""},
		{"inbound", `{"id": "i1", "from": "` + to + `", "text": "YES"}`, nil, 200, `message i1 ` + to + ` "YES" true`, `{"reply":"Thank \"you\""}`},
		{"inbound", `{"id": "i1", "from": "` + to + `", "text": "ALTO", "keyword": "stop"}`, nil, 200, `message i1 ` + to + ` "ALTO" trueSTOP`, ""},
		{"inbound", `{"id": "i1", "from": "tel:+1 (202) 555-0147", "text": "STOP"}`, nil, 200, `message i1 +12025550147 "STOP" true`, ""},
		{"inbound", `{"from": "12025550147", "text": "YES"}`, nil, 400, "", "country code"},
		{"inbound", `{"from": "Ada", "text": "YES"}`, nil, 400, "", "country code"},
		{"key", `{` + ids + `, "key": "1"}`, nil, 200, "key dealer_1 val_1 1", `{"again":true,"language":"fr","text":"Merci"}`},
		{"key", `{"key": "1"}`, nil, 400, "", "dealer_id"},
		{"other", `{}`, nil, 404, "", ""},
	} {
		c := &core{err: tt.err}
		r := httptest.NewRequest("POST", "/hooks/gateway/"+tt.path, strings.NewReader(tt.body))
		r.Header.Set("Authorization", "Bearer "+secret)
		w := httptest.NewRecorder()
		gateway.Hooks{Secret: secret, AnswersStop: true, Hooks: delivery.Hooks{Core: c}}.ServeHTTP(w, r)
		if w.Code != tt.want || strings.Join(c.told, "; ") != tt.told || !strings.Contains(w.Body.String(), tt.answer) {
			t.Errorf("%s %s: %d %s, told %q; want %d", tt.path, tt.body, w.Code, w.Body, c.told, tt.want)
		}
	}
}

func TestHooksNeedTheSecret(t *testing.T) {
	const body = `{"dealer_id": "dealer_1", "validation_id": "val_1", "status": "delivered"}`
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	good := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	for _, tt := range []struct {
		name, secret, header, value, body string
		want                              int
	}{
		{"bearer", secret, "Authorization", "Bearer " + secret, body, 204},
		{"signature", secret, "X-Rollcall-Signature", good, body, 204},
		{"nothing", secret, "X-Other", "1", body, 403},
		{"another secret", secret, "Authorization", "Bearer other", body, 403},
		{"half the secret", secret, "Authorization", "Bearer " + secret[:5], body, 403},
		{"without Bearer", secret, "Authorization", secret, body, 403},
		{"signature of another body", secret, "X-Rollcall-Signature", good, body + " ", 403},
		{"no hex", secret, "X-Rollcall-Signature", "sha256=zz", body, 403},
		{"empty signature", secret, "X-Rollcall-Signature", "sha256=", body, 403},
		{"no secret is set", "", "Authorization", "Bearer ", body, 403},
		{"too large", secret, "Authorization", "Bearer " + secret, strings.Repeat(" ", 100<<10), 413},
	} {
		c := &core{}
		r := httptest.NewRequest("POST", "/hooks/gateway/status", strings.NewReader(tt.body))
		r.Header.Set(tt.header, tt.value)
		w := httptest.NewRecorder()
		gateway.Hooks{Secret: tt.secret, Hooks: delivery.Hooks{Core: c}}.ServeHTTP(w, r)
		if w.Code != tt.want || (len(c.told) == 1) != (tt.want == 204) {
			t.Errorf("%s: %d, told %q, want %d", tt.name, w.Code, c.told, tt.want)
		}
	}
	w := httptest.NewRecorder()
	gateway.Hooks{Secret: secret}.ServeHTTP(w, httptest.NewRequest("GET", "/hooks/gateway/status", nil))
	if w.Code != 405 {
		t.Errorf("GET answered %d, want 405", w.Code)
	}
}
