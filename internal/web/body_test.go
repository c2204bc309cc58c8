package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// startEcho starts a server that answers with the body of a request, of at most 64 bytes.
func startEcho(t *testing.T) string {
	t.Helper()
	address, _ := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		data, err := web.ReadBody(w, r, 64)
		if err != nil {
			fail(w, r, err)
			return
		}
		_, _ = w.Write(data)
	})
	return address
}

func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

func TestReadBodyOverTheWire(t *testing.T) {
	address := startEcho(t)
	full := strings.Repeat("x", 64)
	for _, test := range []struct {
		name, raw  string // what follows the request line and Host
		wantStatus int
		wantBody   string
		wantClosed bool
	}{
		{"by length", "Content-Length: 2\r\n\r\n{}", 200, "{}", false},
		{"by chunks", "Transfer-Encoding: chunked\r\n\r\n" + chunk("{") + chunk("}") + "0\r\n\r\n",
			200, "{}", false},
		{"none", "\r\n", 200, "", false},
		{"no chunks", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, "", false},
		{"full by length", "Content-Length: 64\r\n\r\n" + full, 200, full, false},
		{"full by chunks", "Transfer-Encoding: chunked\r\n\r\n" + chunk(full) + "0\r\n\r\n",
			200, full, false},
		{"too large by length, none of it sent", "Content-Length: 1073741824\r\n\r\n",
			413, "payload_too_large: the body is larger than 64 bytes; send less at once", true},
		{"too large by a byte", "Content-Length: 65\r\n\r\n" + full + "x",
			413, "payload_too_large: the body is larger than 64 bytes; send less at once", true},
		{"too large by chunks, without an end", "Transfer-Encoding: chunked\r\n\r\n" + chunk(full) + chunk("x"),
			413, "payload_too_large: the body is larger than 64 bytes; send less at once", true},
		{"cut off by length", "Content-Length: 9\r\n\r\n{}",
			400, "invalid_request: the body ended early or took too long; send the request again", true},
		{"cut off in chunks", "Transfer-Encoding: chunked\r\n\r\n" + chunk("{}"),
			400, "invalid_request: the body ended early or took too long; send the request again", true},
		{"not UTF-8", "Content-Length: 4\r\n\r\n\"\xff\xfe\"",
			400, "invalid_request: the body is not valid UTF-8; encode it as UTF-8 and send it again", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := mustSend(t, address, "POST / HTTP/1.1\r\nHost: x\r\n"+test.raw)
			if got.StatusCode != test.wantStatus || got.body != test.wantBody {
				t.Errorf("answered %d %q, want %d %q", got.StatusCode, got.body, test.wantStatus, test.wantBody)
			}
			if got.closed != test.wantClosed {
				t.Errorf("connection closed: %v, want %v", got.closed, test.wantClosed)
			}
		})
	}
}

func TestReadBodyManyKilobytes(t *testing.T) {
	const size = 300 << 10
	r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", size)))
	r.ContentLength, r.Body = -1, io.NopCloser(iotest.OneByteReader(r.Body))
	data, err := web.ReadBody(httptest.NewRecorder(), r, size)
	if err != nil || len(data) != size {
		t.Errorf("read %d bytes, %v", len(data), err)
	}
}

func read(body string) ([]byte, error) {
	return web.ReadBody(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(body)), 1<<20)
}

func TestBodyScan(t *testing.T) {
	const (
		tooDeep = "the body is nested more than 100 levels deep; send it flatter"
		lone    = `a string in the body holds half of a surrogate pair; write the character itself, or both halves, ` +
			`such as \ud83d\ude00`
		notUTF8 = "the body is not valid UTF-8; encode it as UTF-8 and send it again"
	)
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, test := range []struct{ name, body, want string }{
		{"pair", `{"a":"\ud83d\ude00"}`, ""},
		{"pair in capitals", `{"a":"\uD83D\uDE00"}`, ""},
		{"two pairs", `["\ud83d\ude00\ud83d\ude00"]`, ""},
		{"high half at the end", `["\ud83d"]`, lone},
		{"high half before text", `["\ud83dx\ude00"]`, lone},
		{"high half before another", `["\ud83d\ud83d\ude00"]`, lone},
		{"high half before an escape", `["\ud83d\n"]`, lone},
		{"low half", `["\ude00"]`, lone},
		{"halves the wrong way round", `["\ude00\ud83d"]`, lone},
		{"half in a key", `{"\uDFFF":1}`, lone},
		{"escaped backslash", `["\\ud83d"]`, ""},
		{"escaped backslash and half", `["\\\ud83d"]`, lone},
		{"outside of the range", `["\ud7ff\ue000\ufffd"]`, ""},
		{"not an escape", `["\ud8zz"]`, ""},
		{"cut off escape", `["\ud83d\ude`, lone},
		{"cut off backslash", `["\`, ""},
		{"a byte that is not UTF-8", "[\"\xff\"]", notUTF8},
		{"surrogate encoded as UTF-8", "[\"\xed\xa0\xbd\"]", notUTF8},
		{"deepest", nested(100), ""},
		{"too deep", nested(101), tooDeep},
		{"too deep in objects", strings.Repeat(`{"a":`, 101), tooDeep},
		{"brackets in a string", `["` + strings.Repeat(`[`, 200) + `"]`, ""},
		{"brackets after a quoted quote", `["\"` + strings.Repeat(`[`, 200) + `"]`, ""},
		{"many side by side", "[" + strings.Repeat("[],", 500) + "[]]", ""},
		{"not JSON at all", "]]}}\"\\", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			data, err := read(test.body)
			if test.want == "" {
				if err != nil || string(data) != test.body {
					t.Errorf("read %q, %v", data, err)
				}
				return
			}
			var e *rollcall.Error
			if !errors.As(err, &e) || e.Kind != rollcall.InvalidRequest || e.Message != test.want {
				t.Errorf("error is %v, want %s", err, test.want)
			}
		})
	}
}

// FuzzBody holds the scan against encoding/json: of what that accepts, exactly the too deep, the not UTF-8, and that
// with half a surrogate pair (which encoding/json replaces) is refused.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"first_name":"Ada","phone":"+1-555-0123"}`, `["\ud83d\ude00"]`, `["\ud83d"]`, `["\\ud83d"]`,
		`{"\udead":["\"\\\/\b"]}`, "\"\xff\"", `"\ud83d\ud83d\ude00"`, `]]]["`, `"\u12`, `"\`,
		strings.Repeat("[", 101) + strings.Repeat("]", 101),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		_, err := read(body)
		if !json.Valid([]byte(body)) || strings.ContainsRune(body, utf8.RuneError) && utf8.ValidString(body) ||
			strings.Contains(strings.ToLower(body), `\ufffd`) {
			return
		}
		depth, replaced := survey(t, body)
		if want := depth > 100 || replaced || !utf8.ValidString(body); want != (err != nil) {
			t.Errorf("refused with %v; depth %d, replaced characters: %v", err, depth, replaced)
		}
	})
}

// survey returns how deep valid JSON nests and whether decoding replaced a character.
func survey(t *testing.T, body string) (deepest int, replaced bool) {
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	depth := 0
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return deepest, replaced
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case json.Delim:
			if token == '{' || token == '[' {
				depth++
			} else {
				depth--
			}
			deepest = max(deepest, depth)
		case string:
			replaced = replaced || strings.ContainsRune(token, utf8.RuneError)
		}
	}
}
