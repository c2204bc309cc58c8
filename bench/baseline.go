package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// recorded is an answer of Rollcall that the baseline gives again.
type recorded struct {
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

// record makes one call and returns its answer. What net/http adds by itself is left out of the header.
func record(ctx context.Context, address, key string, r request) (recorded, error) {
	ctx, cancel := context.WithTimeout(ctx, stuck)
	defer cancel()
	out, err := http.NewRequestWithContext(ctx, r.method, "http://"+address+r.path, strings.NewReader(r.body))
	if err != nil {
		return recorded{}, err
	}
	out.Header.Set("Authorization", "Bearer "+key)
	out.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(out)
	if err != nil {
		return recorded{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	answer.Header.Del("Date")
	answer.Header.Del("Content-Length")
	return recorded{Status: answer.StatusCode, Header: answer.Header, Body: body}, err
}

// baseline answers every request of a method with the same answer, whatever it asks for.
func baseline(answers map[string]recorded) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.Method]
		if !ok {
			http.Error(w, "there is no answer to this method", http.StatusMethodNotAllowed)
			return
		}
		header := w.Header()
		for name, values := range answer.Header {
			header[name] = values
		}
		w.WriteHeader(answer.Status)
		_, _ = w.Write(answer.Body)
	})
}

func serveBaseline(ctx context.Context, file string, out io.Writer) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var answers map[string]recorded
	if err := json.Unmarshal(text, &answers); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: baseline(answers), ReadHeaderTimeout: 10 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := json.NewEncoder(out).Encode(greeting{Address: ln.Addr().String()}); err != nil {
		return err
	}
	if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
