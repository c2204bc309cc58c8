package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/testkit"
)

// theProgram is the name under which the test binary runs as the program, for tests that send signals.
const theProgram = "program"

func TestMain(m *testing.M) { testkit.Main(m, map[string]func() int{theProgram: Main}) }

type result struct {
	status   int
	out, err string
}

func run(t *testing.T, args ...string) result {
	t.Helper()
	return runWith(t, "", args...)
}

func runWith(t *testing.T, input string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	status := Run(t.Context(), args, strings.NewReader(input), &out, &errs)
	return result{status, out.String(), errs.String()}
}

// succeed runs a command that must not fail or complain, and returns what it printed.
func succeed(t *testing.T, args ...string) string {
	t.Helper()
	r := run(t, args...)
	if r.status != exitOK || r.err != "" {
		t.Fatalf("rollcall %q: status %d, want 0\n%s", args, r.status, r.err)
	}
	return r.out
}

// succeedJSON is succeed with --format json, whose one object it returns.
func succeedJSON(t *testing.T, args ...string) map[string]any {
	t.Helper()
	return object(t, succeed(t, append(args, "--format", "json")...))
}

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	var found map[string]any
	if err := decoder.Decode(&found); err != nil {
		t.Fatalf("invalid JSON: %v in %s", err, text)
	}
	if _, err := decoder.Token(); err != io.EOF {
		t.Fatalf("more than one object: %s", text)
	}
	return found
}

// same fails unless got has what want, a JSON text, has; got may hold more. The text "any" stands for any text but the
// empty one, "time" for a time as the API writes it.
func same(t *testing.T, got any, want string) {
	t.Helper()
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if !holds(got, wanted) {
		text, _ := json.MarshalIndent(got, "", "  ")
		t.Errorf("got %s\nwant %s", text, want)
	}
}

func holds(got, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		have, ok := got.(map[string]any)
		for name, value := range want {
			if _, there := have[name]; !there {
				return false
			}
			ok = ok && holds(have[name], value)
		}
		return ok
	case []any:
		have, ok := got.([]any)
		if !ok || len(have) != len(want) {
			return false
		}
		for i := range want {
			ok = ok && holds(have[i], want[i])
		}
		return ok
	}
	text, isText := got.(string)
	switch want {
	case "any":
		return isText && text != ""
	case "time":
		return wholeSecond.MatchString(text)
	}
	return reflect.DeepEqual(got, want)
}

var wholeSecond = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)

const patience = 30 * time.Second

// server is a command that runs until it is stopped.
type server struct {
	out, err *testkit.Output
	cancel   context.CancelFunc
	done     chan int
}

func start(t *testing.T, args ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &server{out: testkit.NewOutput(), err: testkit.NewOutput(), cancel: cancel, done: make(chan int, 1)}
	go func() {
		status := Run(ctx, args, strings.NewReader(""), s.out, s.err)
		s.out.End()
		s.err.End()
		s.done <- status
	}()
	t.Cleanup(func() { s.stop(t) })
	return s
}

// stop returns the exit status.
func (s *server) stop(t *testing.T) int {
	t.Helper()
	s.cancel()
	select {
	case status := <-s.done:
		s.done <- status
		return status
	case <-time.After(patience):
		t.Fatal("the server does not stop")
		return -1
	}
}

// serve starts a server on the folder and returns its address.
func serve(t *testing.T, data string, flags ...string) (*server, string) {
	t.Helper()
	s := start(t, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, flags...)...)
	return s, s.err.Await(t, `msg=ready url=(\S+)`)
}

// call sends a request and returns the answer's status and its JSON body, nil where it has none.
func call(t *testing.T, key, method, url, body string) (int, any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(content) == 0 {
		return answer.StatusCode, nil
	}
	return answer.StatusCode, object(t, string(content))
}
