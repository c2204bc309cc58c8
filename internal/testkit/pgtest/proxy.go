package pgtest

import (
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

// Proxy stands between a program and a server that is somewhat far away.
type Proxy struct {
	URL   string       // the database through the proxy
	Trips atomic.Int64 // how often the program sent something
}

// NewProxy returns a proxy before the database, which holds everything that the program sends for the delay. It ends with the test.
func NewProxy(t testing.TB, database string, delay time.Duration) *Proxy {
	t.Helper()
	u, err := url.Parse(database)
	must(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	server := u.Host
	u.Host = ln.Addr().String()
	p := &Proxy{URL: u.String()}
	go func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			go p.carry(client, server, delay)
		}
	}()
	return p
}

func (p *Proxy) carry(client net.Conn, address string, delay time.Duration) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(client, server) // until either side closes
		_ = client.Close()
	}()
	defer server.Close()
	sent := make([]byte, 64<<10)
	for {
		n, err := client.Read(sent)
		if err != nil {
			return
		}
		p.Trips.Add(1)
		time.Sleep(delay)
		if _, err := server.Write(sent[:n]); err != nil {
			return
		}
	}
}
