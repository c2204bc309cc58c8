package main

import (
	"bufio"
	"io"
	"strings"
	"testing"
)

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name, text string
		status     int
		body       string
		fails      bool
	}{
		{"with a length", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", false},
		{"empty", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201, "", false},
		{"without a body", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", false},
		{"in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", 200, "hello!", false},
		{"of another protocol", "SSH-2.0-OpenSSH\r\n\r\n", 0, "", true},
		{"without a status", "HTTP/1.1 abc\r\n\r\n", 0, "", true},
		{"without a length", "HTTP/1.1 200 OK\r\n\r\nhello", 0, "", true},
		{"of a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello", 0, "", true},
		{"too long", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", 200, "", true},
		{"cut off", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", 200, "", true},
		{"a chunk too short", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n", 200, "", true},
		{"a chunk without a length", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 200, "", true},
		{"nothing", "", 0, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			// Twice over one connection: an answer must be read to its end, and no further.
			times := 2
			if c.fails {
				times = 1
			}
			client := client{in: bufio.NewReader(strings.NewReader(strings.Repeat(c.text, times)))}
			for range times {
				status, err := client.answer()
				if (err != nil) != c.fails {
					t.Fatalf("error %v", err)
				}
				if c.fails {
					return
				}
				if status != c.status || string(client.body) != c.body {
					t.Errorf("%d %q, want %d %q", status, client.body, c.status, c.body)
				}
			}
			if rest, _ := io.ReadAll(client.in); len(rest) > 0 {
				t.Errorf("%q was left over", rest)
			}
		})
	}
}

func TestRequestsAsWritten(t *testing.T) {
	got := string(appendRequest(nil, request{"GET", "/a", ""}, "k"))
	if want := "GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer k\r\n\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	got = string(appendRequest(nil, request{"POST", "/a", "{}"}, "k"))
	want := "POST /a HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRequestsSpread(t *testing.T) {
	r := requests{sites: 3, contacts: 2}
	seen := map[string]int{}
	for n := range 12 {
		seen[r.get(n).path]++
	}
	if len(seen) != 6 {
		t.Errorf("12 requests went to %d contacts, want 6: %v", len(seen), seen)
	}
	for path, times := range seen {
		if times != 2 {
			t.Errorf("%s was asked for %d times, want 2", path, times)
		}
	}
}
