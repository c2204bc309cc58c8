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

func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

func TestReadBodyOverTheWire(t *testing.T) {
	address, _ := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := web.ReadBody(w, r, 64)
		if err != nil {
			fail(w, r, err)
			return
		}
		_, _ = w.Write(body)
	})
	const (
		tooLarge = "payload_too_large: the body is larger than 64 bytes; send less"
		cutOff   = "invalid_request: the body ended early or took too long; send the request again"
		notUTF8  = "invalid_request: the body is not valid UTF-8; encode it as UTF-8"
	)
	full := strings.Repeat("x", 64)
	for _, test := range []struct {
		name, raw  string // after the request line and Host
		wantStatus int
		wantBody   string
		wantClosed bool
	}{
		{"a body with Content-Length is read", "Content-Length: 2\r\n\r\n{}", 200, "{}", false},
		{"a body in chunks is read", "Transfer-Encoding: chunked\r\n\r\n" + chunk("{") + chunk("}") + "0\r\n\r\n", 200, "{}", false},
		{"no body is empty", "\r\n", 200, "", false},
		{"no chunks are empty", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, "", false},
		{"a body at the limit with Content-Length is read", "Content-Length: 64\r\n\r\n" + full, 200, full, false},
		{"a body at the limit in chunks is read", "Transfer-Encoding: chunked\r\n\r\n" + chunk(full) + "0\r\n\r\n", 200, full, false},
		{"a large Content-Length is refused before the body", "Content-Length: 1073741824\r\n\r\n", 413, tooLarge, true},
		{"a body one byte over the limit is refused", "Content-Length: 65\r\n\r\n" + full + "x", 413, tooLarge, true},
		{"endless chunks are refused at the limit", "Transfer-Encoding: chunked\r\n\r\n" + chunk(full) + chunk("x"), 413, tooLarge, true},
		{"a body shorter than its Content-Length is refused", "Content-Length: 9\r\n\r\n{}", 400, cutOff, true},
		{"chunks without an end are refused", "Transfer-Encoding: chunked\r\n\r\n" + chunk("{}"), 400, cutOff, true},
		{"a body that is not UTF-8 is refused", "Content-Length: 4\r\n\r\n\"\xff\xfe\"", 400, notUTF8, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := mustSend(t, address, "POST / HTTP/1.1\r\nHost: x\r\n"+test.raw)
			if got.StatusCode != test.wantStatus || got.body != test.wantBody {
				t.Errorf("response = %d %q, want %d %q", got.StatusCode, got.body, test.wantStatus, test.wantBody)
			}
			if got.closed != test.wantClosed {
				t.Errorf("connection closed = %v, want %v", got.closed, test.wantClosed)
			}
		})
	}
}

func TestReadBodyOfManyKilobytes(t *testing.T) {
	const size = 300 << 10
	r := httptest.NewRequest("POST", "/", iotest.OneByteReader(strings.NewReader(strings.Repeat("x", size))))
	body, err := web.ReadBody(httptest.NewRecorder(), r, size)
	if err != nil || len(body) != size {
		t.Errorf("ReadBody = %d bytes, %v, want %d bytes", len(body), err, size)
	}
}

// read returns what ReadBody returns for a body.
func read(body string) ([]byte, error) {
	return web.ReadBody(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(body)), 1<<20)
}

func TestReadBodyChecksText(t *testing.T) {
	const (
		tooDeep = "the body nests more than 100 levels deep; nest it less"
		half    = `a string in the body has half of a surrogate pair; send the character itself, or both halves, ` +
			`such as \ud83d\ude00`
		notUTF8 = "the body is not valid UTF-8; encode it as UTF-8"
	)
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, test := range []struct{ name, body, want string }{
		{"a surrogate pair", `{"a":"\ud83d\ude00"}`, ""},
		{"a surrogate pair in capitals", `{"a":"\uD83D\uDE00"}`, ""},
		{"two surrogate pairs", `["\ud83d\ude00\ud83d\ude00"]`, ""},
		{"a high half at the end", `["\ud83d"]`, half},
		{"a high half before text", `["\ud83dx\ude00"]`, half},
		{"a high half before another", `["\ud83d\ud83d\ude00"]`, half},
		{"a high half before an escape", `["\ud83d\n"]`, half},
		{"a low half", `["\ude00"]`, half},
		{"halves in the wrong order", `["\ude00\ud83d"]`, half},
		{"a half in a key", `{"\uDFFF":1}`, half},
		{"an escaped backslash", `["\\ud83d"]`, ""},
		{"an escaped backslash and a half", `["\\\ud83d"]`, half},
		{"escapes that are not surrogates", `["\ud7ff\ue000\ufffd"]`, ""},
		{"an invalid escape", `["\ud8zz"]`, ""},
		{"an escape cut off", `["\ud83d\ude`, half},
		{"a backslash cut off", `["\`, ""},
		{"a surrogate encoded as UTF-8", "[\"\xed\xa0\xbd\"]", notUTF8},
		{"100 levels", nested(100), ""},
		{"101 levels of arrays", nested(101), tooDeep},
		{"101 levels of objects", strings.Repeat(`{"a":`, 101), tooDeep},
		{"brackets in a string", `["` + strings.Repeat(`[`, 200) + `"]`, ""},
		{"brackets after an escaped quote", `["\"` + strings.Repeat(`[`, 200) + `"]`, ""},
		{"many arrays side by side", "[" + strings.Repeat("[],", 500) + "[]]", ""},
		{"text that is not JSON", "]]}}\"\\", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			body, err := read(test.body)
			if test.want == "" {
				if err != nil || string(body) != test.body {
					t.Errorf("ReadBody(%q) = %q, %v, want the body", test.body, body, err)
				}
				return
			}
			var e *rollcall.Error
			if !errors.As(err, &e) || e.Kind != rollcall.InvalidRequest || e.Message != test.want {
				t.Errorf("ReadBody(%q) fails with %v, want %s", test.body, err, test.want)
			}
		})
	}
}

// FuzzBody compares the checks of ReadBody with encoding/json: of valid JSON it refuses exactly what nests too deep, isn't
// UTF-8, or has half of a surrogate pair, which encoding/json replaces.
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
		depth, replaced := decode(t, body)
		if want := depth > 100 || replaced || !utf8.ValidString(body); want != (err != nil) {
			t.Errorf("ReadBody(%q) fails with %v, want an error: %v", body, err, want)
		}
	})
}

// decode returns how deep valid JSON nests and whether decoding replaced a character.
func decode(t *testing.T, body string) (deepest int, replaced bool) {
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
