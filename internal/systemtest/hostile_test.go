package systemtest_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// memoryMost is what a server may have in memory while it is attacked, in KiB.
const memoryMost = 200 << 10

// attacked is a server in a process of its own, which strangers and the holder of a key attack.
type attacked struct {
	*process
	address, key string
}

func newAttacked(t *testing.T, flags ...string) *attacked {
	t.Helper()
	folder := t.TempDir()
	_, key := prepare(t, folder, "dock")
	p, url := serve(t, folder, flags...)
	return &attacked{process: p, address: strings.TrimPrefix(url, "http://"), key: key}
}

// checkMemory fails where the server takes too much of it. The race detector takes several times as much.
func (a *attacked) checkMemory(t *testing.T) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", a.PID()))
	if errors.Is(err, os.ErrNotExist) {
		t.Log("what the server takes cannot be seen here")
		return
	}
	match := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if match == nil {
		t.Fatalf("%v in %s", err, status)
	}
	peak, _ := strconv.Atoi(string(match[1]))
	t.Logf("the server took %d MiB at most", peak>>10)
	if peak > memoryMost && !raceDetector() {
		t.Errorf("the server took %d KiB, want at most %d", peak, memoryMost)
	}
}

func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "-race" && s.Value == "true" })
}

func (a *attacked) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", a.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// checkServed sends requests of somebody else until done is closed, at least one: each must be answered well and soon.
func (a *attacked) checkServed(t *testing.T, done <-chan struct{}) {
	t.Helper()
	c := newClient(t, "http://"+a.address, a.key)
	for i := 0; ; i++ {
		start := time.Now()
		status := c.keep(fmt.Sprintf("other-%d", i%100))
		if took := time.Since(start); status != 200 && status != 201 || took > 5*time.Second {
			t.Fatalf("another client's request %d got %d after %s", i, status, took)
		}
		select {
		case <-done:
			t.Logf("%d requests of another client meanwhile", i+1)
			return
		default:
		}
	}
}

// keep adds or updates the contact with this reference and returns the status; 0 where there was no answer.
func (c *client) keep(reference string) int {
	body := fmt.Sprintf(`{"external_contact_id": %q, "first_name": "A", "last_name": "B", "type": "primary", "phone": "1"}`, reference)
	req, err := http.NewRequest(http.MethodPut, c.url+"/ref/v1/sites/dock/contacts/"+reference, strings.NewReader(body))
	if err != nil {
		return 0
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	resp, err := c.http.Do(req)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// TestSlowClients has 500 connections send a byte a second, some within their header and some within a body.
func TestSlowClients(t *testing.T) {
	const connections, seconds = 500, 4
	a := newAttacked(t)
	head := "POST /ext/v1/sites HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
	withKey := head + "Authorization: Bearer " + a.key + "\r\n\r\n"
	done := make(chan struct{})
	var slow sync.WaitGroup
	for i := range connections {
		conn := a.dial(t)
		first := []string{"POST /ext", head + "X-A: ", head + "\r\n", withKey}[i%4]
		slow.Go(func() {
			_, err := io.WriteString(conn, first)
			tick := time.NewTicker(time.Second)
			defer tick.Stop()
			for sent := 0; sent < seconds && err == nil; sent++ {
				<-tick.C
				_, err = conn.Write([]byte("a"))
			}
		})
	}
	go func() {
		slow.Wait()
		close(done)
	}()
	a.checkServed(t, done)
	a.checkMemory(t)
}

// TestEndlessBodies streams bodies that do not end, until the server has enough.
func TestEndlessBodies(t *testing.T) {
	a := newAttacked(t)
	for _, tt := range []struct {
		name, length string
		chunk        string // sent again and again
		key          bool
		status       int
	}{
		{"1 GiB, as it says", "Content-Length: 1073741824", strings.Repeat("a", 64<<10), true, 413},
		{"no end in sight", "Transfer-Encoding: chunked", "10000\r\n" + strings.Repeat("a", 64<<10) + "\r\n", true, 413},
		{"of chunks of one byte", "Transfer-Encoding: chunked", strings.Repeat("1\r\na\r\n", 10_000), true, 413},
		{"1 GiB of a stranger", "Content-Length: 1073741824", strings.Repeat("a", 64<<10), false, 401},
		{"no end in sight of a stranger", "Transfer-Encoding: chunked", "10000\r\n" + strings.Repeat("a", 64<<10) + "\r\n", false, 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn := a.dial(t)
			request := "POST /ext/v1/sites HTTP/1.1\r\nHost: x\r\n" + tt.length + "\r\n"
			if tt.key {
				request += "Authorization: Bearer " + a.key + "\r\n"
			}
			if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
				t.Fatal(err)
			}
			taken := make(chan int)
			go func() {
				sent := 0
				for sent < 1<<30 {
					n, err := io.WriteString(conn, tt.chunk)
					sent += n
					if err != nil {
						break
					}
				}
				taken <- sent
			}()
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			checkEnvelope(t, resp, tt.status)
			if sent := <-taken; sent > 16<<20 { // what the system's buffers hold counts as sent
				t.Errorf("%d bytes were taken before the connection was cut", sent)
			}
		})
	}
	a.checkMemory(t)
}

func checkEnvelope(t *testing.T, resp *http.Response, status int) {
	t.Helper()
	var answer struct {
		Error struct {
			Code      string `json:"code"`
			RequestID string `json:"request_id"`
		} `json:"error"`
	}
	err := json.NewDecoder(resp.Body).Decode(&answer)
	if err != nil || resp.StatusCode != status || answer.Error.Code == "" || answer.Error.RequestID != resp.Header.Get("X-Request-Id") {
		t.Errorf("status %d, %+v, %v; want %d in the envelope", resp.StatusCode, answer, err, status)
	}
}

// shape is what one connection sends, and the statuses of all that come back before it ends. KEY stands for a key.
type shape struct {
	name, sent string
	want       []int
	plain      bool // what net/http refuses by itself, not in the envelope
}

const (
	toSites = " /ext/v1/sites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer KEY\r\n"
	hidden  = "GET /ext/v1/sites HTTP/1.1\r\nHost: x\r\nX-Request-Id: hidden\r\n\r\n"
	deep    = 10_000
)

var shapes = []shape{
	{"10,000 headers", "GET" + toSites + strings.Repeat("A: b\r\n", 10_000) + "\r\n", []int{431}, true},
	{"a header without end", "GET" + toSites + "A: " + strings.Repeat("b", 1<<20), []int{431}, true},
	{"a long URL", "GET /ext/v1/sites?search=" + strings.Repeat("a", 8<<10) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", []int{400}, false},
	{"deep JSON", body(strings.Repeat(`{"a":[`, deep/2) + strings.Repeat("]}", deep/2)), []int{400}, false},
	{"deep JSON that is not closed", body(strings.Repeat(`[`, deep)), []int{400}, false},
	{"invalid UTF-8", body("{\"name\": \"\xff\"}"), []int{400}, false},
	{"duplicate keys", body(`{"name": 5, "name": "a", "site_id": "x", "site_id": "dock"}`), []int{409}, false},
	{"two lengths", "POST" + toSites + "Content-Length: 2\r\nContent-Length: 100\r\n\r\n{}" + hidden, []int{400}, true},
	{"the same length twice", "POST" + toSites + "Content-Length: 2\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", []int{422}, false},
	{"a list of lengths", "POST" + toSites + "Content-Length: 2, 100\r\n\r\n{}" + hidden, []int{400}, true},
	{"a length with a sign", "POST" + toSites + "Content-Length: +2\r\n\r\n{}" + hidden, []int{400}, true},
	{"a length below 0", "POST" + toSites + "Content-Length: -1\r\n\r\n{}" + hidden, []int{400}, true},
	{"a length beyond 64 bits", "POST" + toSites + "Content-Length: 99999999999999999999\r\n\r\n{}", []int{400}, true},
	{"a length in hexadecimal", "POST" + toSites + "Content-Length: 0x2\r\n\r\n{}" + hidden, []int{400}, true},
	{"a space before the colon", "POST" + toSites + "Content-Length : 2\r\n\r\n{}" + hidden, []int{400}, true},
	{"a name with a control", "GET" + toSites + "A\x01: b\r\n\r\n", []int{400}, true},
	{"a value with a NUL", "GET" + toSites + "A: \x00\r\n\r\n", []int{400}, true},
	{"a line that folds at the start", "GET /ext/v1/sites HTTP/1.1\r\n Host: x\r\n\r\n", []int{400}, true},
	{"no host", "GET /ext/v1/sites HTTP/1.1\r\n\r\n", []int{400}, true},
	{"two hosts", "GET" + toSites + "Host: y\r\n\r\n", []int{400}, true},
	{"an encoding nobody knows", "POST" + toSites + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden, []int{501}, true},
	{"two encodings", "POST" + toSites + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + hidden, []int{501}, true},
	{"an encoding in a list", "POST" + toSites + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" + hidden, []int{501}, true},
	{"a version to come", "GET /ext/v1/sites HTTP/9.9\r\nHost: x\r\n\r\n", []int{505}, true},
	{"not HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", []int{400}, true},
	{"the start of HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []int{404}, false},
	{"a chunk whose length is no number", "POST" + toSites + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" + hidden, []int{400}, false},
	{"a chunk longer than it says", "POST" + toSites + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}{}\r\n0\r\n\r\n" + hidden, []int{400}, false},
	{"a chunk of 16 EiB", "POST" + toSites + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}" + hidden, []int{400}, false},
	{"a body that stops", "POST" + toSites + "Content-Length: 100\r\n\r\n{}", []int{400}, false},
	// The length does not count beside chunks, so what looks like another request behind the last chunk is one.
	{"a length and chunks", "POST" + toSites + "Content-Length: 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" +
		"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", []int{422, 200}, false},
	// And what is in the body is none.
	{"a request in a body", "POST" + toSites + "Connection: close\r\nContent-Length: " + strconv.Itoa(len(hidden)) + "\r\n\r\n" + hidden, []int{400}, false},
	{"a request in a chunk", "POST" + toSites + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" +
		strconv.FormatInt(int64(len(hidden)), 16) + "\r\n" + hidden + "\r\n0\r\n\r\n", []int{400}, false},
	{"a request in the body of a GET", "GET" + toSites + "Connection: close\r\nContent-Length: " + strconv.Itoa(len(hidden)) + "\r\n\r\n" + hidden, []int{200}, false},
	{"bare line feeds", "GET /healthz HTTP/1.1\nHost: x\nConnection: close\n\n", []int{200}, false},
	{"a value that folds", "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: b\r\n Content-Length: 5\r\n\r\n" + hidden, []int{200}, false},
}

// cutOff are the shapes whose sender ends its side after them. The server gives up on a request whose caller does that.
var cutOff = []string{"a body that stops", "a chunk of 16 EiB", "not HTTP", "the start of HTTP/2 without TLS"}

// body returns the request that sends text.
func body(text string) string {
	return "POST" + toSites + "Connection: close\r\nContent-Length: " + strconv.Itoa(len(text)) + "\r\n\r\n" + text
}

func TestShapesOfRequests(t *testing.T) {
	a := newAttacked(t)
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			conn := a.dial(t)
			go func() {
				_, _ = io.WriteString(conn, strings.ReplaceAll(s.sent, "KEY", a.key))
				if slices.Contains(cutOff, s.name) {
					_ = conn.(*net.TCPConn).CloseWrite()
				}
			}()
			var got []int
			from := bufio.NewReader(conn)
			for {
				resp, err := http.ReadResponse(from, nil)
				if err != nil {
					break
				}
				got = append(got, resp.StatusCode)
				text, _ := io.ReadAll(resp.Body)
				if resp.Header.Get("X-Request-Id") == "hidden" {
					t.Errorf("what was hidden was answered: %d %s", resp.StatusCode, text)
				}
				if resp.StatusCode >= 400 && !s.plain {
					resp.Body = io.NopCloser(bytes.NewReader(text))
					checkEnvelope(t, resp, resp.StatusCode)
				}
			}
			if !slices.Equal(got, s.want) {
				t.Errorf("answered %v, want %v", got, s.want)
			}
		})
	}
	done := make(chan struct{})
	close(done)
	a.checkServed(t, done)
	a.checkMemory(t)
}
