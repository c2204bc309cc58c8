//go:build !unix

package pgtest

import "errors"

// Options say how a server is set up.
type Options struct {
	Settings []string
	Standby  *Server
	Name     string
}

// Server is one PostgreSQL server. There is none on this system.
type Server struct{ Port int }

var errNone = errors.New("a server for tests can be started on Unix alone")

// Start fails on this system.
func Start(Options) (*Server, error) { return nil, errNone }

// URL returns nothing on this system.
func (*Server) URL(string) string { return "" }

// Own fails on this system.
func (*Server) Own(string) error { return errNone }

// Up fails on this system.
func (*Server) Up() error { return errNone }

// Down fails on this system.
func (*Server) Down(string) error { return errNone }

// Kill fails on this system.
func (*Server) Kill() error { return errNone }

// Freeze fails on this system.
func (*Server) Freeze() error { return errNone }

// Thaw fails on this system.
func (*Server) Thaw() error { return errNone }

// Promote fails on this system.
func (*Server) Promote() error { return errNone }

// Stop does nothing on this system.
func (*Server) Stop() error { return nil }
